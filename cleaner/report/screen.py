"""Long output on a terminal goes through the user's pager, as that of git does."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Final, cast

from rich.cells import cell_len
from rich.console import Console

from cleaner.report.palette import make_console

PAGER: Final = "less -R"
"""Used where the environment variable PAGER names none."""
_COLOURING: Final = re.compile(r"\x1b\[[\d;]*m")


class Screen:
    """What is written to a terminal: held back while it fits the screen, and from then on sent to a pager.

    Args:
        terminal: the standard output.
        command: the pager.
        size: columns and lines of the terminal.
    """

    def __init__(self, terminal: IO[str], command: Sequence[str], size: tuple[int, int]) -> None:
        self._terminal, self._command = terminal, command
        self.encoding = getattr(terminal, "encoding", "utf-8")
        self._columns, self._left = size[0], size[1] - 1  # the last line is the prompt's
        self._held: list[str] = []
        self._pager: subprocess.Popen[str] | None = None
        self._to: IO[str] | None = None

    def isatty(self) -> bool:
        """Say yes, so that colours are shown."""
        return True

    @property
    def is_paging(self) -> bool:
        """Whether the pager has the terminal."""
        return self._pager is not None

    def write(self, text: str, /) -> int:
        """Write to where output goes now."""
        if self._to is None:
            self._held.append(text)
            for line in text.splitlines():
                self._left -= max(1, -(-cell_len(_COLOURING.sub("", line)) // self._columns))
            if self._left < 0:
                self._to = self._start()
                text = "".join(self._held)
        if self._to is not None:
            self._to.write(text)
        return len(text)

    def flush(self) -> None:
        """Let the pager have all that was written."""
        if self._to is not None and not self._to.closed:
            self._to.flush()

    def finish(self) -> None:
        """Show what fits, or wait until the user has left the pager."""
        if self._to is None:
            self._terminal.write("".join(self._held))
        if self._pager is None or self._to is None:
            self._terminal.flush()
            return
        with contextlib.suppress(BrokenPipeError):
            self._to.close()
        while True:
            try:
                self._pager.wait()
                return
            except KeyboardInterrupt:  # means the pager, which has the terminal
                continue

    def _start(self) -> IO[str]:
        environment = {"LESS": "FRX", **os.environ}  # as git does: a pager named `less` is to show colours too
        try:
            self._pager = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, text=True, encoding="utf-8", env=environment
            )
        except OSError:
            return self._terminal
        return self._pager.stdin or self._terminal


def pager(environment: Mapping[str, str], *, is_terminal: bool) -> list[str]:
    """Return the command of the pager; none if output is to be shown as it is.

    Args:
        environment: variables; PAGER names the command, and TERM the terminal.
        is_terminal: whether output goes to one.

    >>> pager({"PAGER": "less -S", "TERM": "xterm"}, is_terminal=True)
    ['less', '-S']
    >>> pager({"PAGER": "less -S", "TERM": "xterm"}, is_terminal=False)
    []
    """
    if not is_terminal or environment.get("TERM", "dumb") == "dumb":
        return []
    try:
        command = shlex.split(environment.get("PAGER", PAGER))
    except ValueError:  # a quotation mark is missing
        return []
    return command if command and command != ["cat"] and shutil.which(command[0]) else []


@contextlib.contextmanager
def paged(*, wanted: bool = True) -> Iterator[Console]:
    """Give a console whose output goes through a pager if it is long and standard output is a terminal.

    Args:
        wanted: whether it may.

    Raises:
        SystemExit: the user has left the pager, or interrupted what feeds it.
    """
    command = pager(os.environ, is_terminal=sys.stdout.isatty()) if wanted else []
    if not command:
        yield make_console()
        return
    size = shutil.get_terminal_size()
    screen = Screen(sys.stdout, command, (size.columns, size.lines))
    try:
        yield make_console(file=cast(IO[str], screen))
    except KeyboardInterrupt:  # who looks at a pager has seen enough; what is shown can still be read
        if screen.is_paging:
            raise SystemExit from None
        raise
    finally:
        screen.finish()
