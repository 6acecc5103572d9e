"""Long output on a terminal goes through a pager; nothing else does."""

from __future__ import annotations

import os
import re
import signal
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from cleaner.report.screen import pager
from tests.articles import ARTICLES, write_files

fcntl = pytest.importorskip("fcntl", reason="needs terminals of Unix")
pty = pytest.importorskip("pty")
termios = pytest.importorskip("termios")

SCRIPT = Path(sys.executable).with_name("cleaner")
LINES, COLUMNS = 24, 100
MANY = {f"{n}.txt": ARTICLES["a.txt"] for n in range(20)}

pytestmark = pytest.mark.usefixtures("own_cache")


@pytest.fixture
def marking(tmp_path: Path) -> str:
    """A pager that says so, and notes what environment it has."""
    path = tmp_path / "pager"
    path.write_text(f'#!/bin/sh\nprintf "paged\\n"\nprintf "%s" "$LESS" > {tmp_path}/less\nexec cat\n')
    path.chmod(0o755)
    return str(path)


def on_terminal(*arguments: object, interrupt_at: bytes = b"", **environment: str) -> tuple[int, str]:
    """Run the command line on a terminal of its own; the exit code, and what the terminal got.

    Args:
        arguments: of the call.
        interrupt_at: what is shown when the user presses Ctrl-C.
        environment: variables to set.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES", "LESS")}
    running = subprocess.Popen(
        [str(part) for part in (SCRIPT, *arguments)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**kept, "TERM": "xterm-256color", **environment},
    )
    os.close(theirs)
    got = b""
    while True:
        try:
            data = os.read(ours, 1 << 16)
        except OSError:  # Linux says so at the end
            break
        if not data:
            break
        got += data
        if interrupt_at and interrupt_at in got:
            os.kill(running.pid, signal.SIGINT)
            interrupt_at = b""
    os.close(ours)
    return running.wait(), got.decode().replace("\r\n", "\n")


def test_long_output_goes_through_the_pager_with_its_colours(tmp_path: Path, rules: Path, marking: str) -> None:
    articles = write_files(tmp_path / "in", MANY)
    code, out = on_terminal("diff", articles, "--rules", rules, PAGER=marking)
    assert code == 0
    assert out.startswith("paged\n")
    assert out.count("\x1b[1m") >= len(MANY)
    assert "20 of 20 documents would change" in out
    assert (tmp_path / "less").read_text() == "FRX"


def test_what_fits_the_screen_does_not(tmp_path: Path, rules: Path, marking: str) -> None:
    articles = write_files(tmp_path / "in", {"b.txt": ARTICLES["c.txt"]})
    code, out = on_terminal("diff", articles, "--rules", rules, PAGER=marking)
    assert code == 0
    assert "paged" not in out
    assert "1 of 1 documents would change" in out


@pytest.mark.parametrize("name", ["", "cat", "no-such-pager"])
def test_without_a_pager_everything_is_printed(tmp_path: Path, rules: Path, name: str) -> None:
    articles = write_files(tmp_path / "in", MANY)
    code, out = on_terminal("diff", articles, "--rules", rules, PAGER=name)
    assert code == 0
    assert "20 of 20 documents would change" in out


def test_no_pager_is_obeyed(tmp_path: Path, rules: Path, marking: str) -> None:
    articles = write_files(tmp_path / "in", MANY)
    _, out = on_terminal("diff", articles, "--rules", rules, "--no-pager", PAGER=marking)
    assert "paged" not in out
    assert "20 of 20 documents would change" in out


def test_no_color_is_respected_on_a_terminal(tmp_path: Path, rules: Path, marking: str) -> None:
    articles = write_files(tmp_path / "in", MANY)
    _, out = on_terminal("diff", articles, "--rules", rules, PAGER=marking, NO_COLOR="1")
    assert "[-(open in the Quillmore app) -]" in out
    assert "\x1b[9" not in out


def test_columns_take_the_width_of_the_terminal(tmp_path: Path, rules: Path, marking: str) -> None:
    articles = write_files(tmp_path / "in", MANY)
    _, out = on_terminal(
        "diff", articles, "--rules", rules, "--side-by-side", PAGER=marking, NO_COLOR="1", TERM="xterm"
    )
    lines = [
        line for line in re.sub(r"\x1b\[[\d;]*m", "", out).splitlines() if line.startswith("Get the Quillmore letter")
    ]
    assert len(lines) == len(MANY)
    assert lines[0].index("- [newsletter]") == COLUMNS // 2 - 1


def test_a_user_who_leaves_the_pager_has_seen_enough(tmp_path: Path, rules: Path) -> None:
    path = tmp_path / "pager"
    path.write_text("#!/bin/sh\nexec head -n 3\n")
    path.chmod(0o755)
    articles = write_files(tmp_path / "in", {f"{n}.txt": ARTICLES["a.txt"] * 50 for n in range(200)})
    code, out = on_terminal("diff", articles, "--rules", rules, "--rules-only", PAGER=str(path))
    assert code == 0
    assert len(out.splitlines()) == 3


def test_an_interruption_waits_for_the_pager_and_says_nothing(tmp_path: Path, rules: Path) -> None:
    path = tmp_path / "pager"
    path.write_text("#!/bin/sh\necho paged\nsleep 1\ncat > /dev/null\necho left\n")
    path.chmod(0o755)
    articles = write_files(tmp_path / "in", {f"{n}.txt": ARTICLES["a.txt"] * 50 for n in range(200)})
    code, out = on_terminal("diff", articles, "--rules", rules, "--rules-only", PAGER=str(path), interrupt_at=b"paged")
    assert (code, out) == (0, "paged\nleft\n")


def test_a_document_that_cannot_be_read_is_named_in_the_pager(tmp_path: Path, rules: Path, marking: str) -> None:
    articles = write_files(tmp_path / "in", {**MANY, "19z.txt": b"\x89PNG\r\n\x1a\n"})
    code, out = on_terminal("diff", articles, "--rules", rules, PAGER=marking)
    assert code == 1
    assert out.startswith("paged\n")
    assert "19z.txt: looks like a PNG image" in out


@pytest.mark.parametrize(
    ("environment", "is_terminal", "command"),
    [
        pytest.param({"TERM": "xterm", "PAGER": "sh -c 'cat -u'"}, True, ["sh", "-c", "cat -u"], id="quoted"),
        pytest.param({"TERM": "xterm", "PAGER": "sh"}, False, [], id="piped"),
        pytest.param({"TERM": "dumb", "PAGER": "sh"}, True, [], id="dumb"),
        pytest.param({"PAGER": "sh"}, True, [], id="no-terminal-named"),
        pytest.param({"TERM": "xterm", "PAGER": "cat"}, True, [], id="cat"),
        pytest.param({"TERM": "xterm", "PAGER": ""}, True, [], id="empty"),
        pytest.param({"TERM": "xterm", "PAGER": "sh 'open"}, True, [], id="open-quotation"),
        pytest.param({"TERM": "xterm", "PAGER": "no-such-pager"}, True, [], id="missing"),
    ],
)
def test_which_pager_is_used(environment: dict[str, str], is_terminal: bool, command: list[str]) -> None:
    assert pager(environment, is_terminal=is_terminal) == command
