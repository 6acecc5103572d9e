"""How far a run is: a bar on a terminal, lines elsewhere, or JSON for machines."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from typing import Any, Final, Protocol

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress

from cleaner.accounts import Totals
from cleaner.io.ledger import FAILED, Entry
from cleaner.report.palette import shown

EVERY: Final = 10.0
"""Seconds between two lines."""


class Progress(Protocol):
    """Tells somebody how far a run is; a context manager."""

    def __enter__(self) -> Progress:
        """Begin."""
        ...

    def __exit__(self, *_: object) -> None:
        """End."""
        ...

    def note(self, message: str) -> None:
        """Tell something that is worth knowing."""
        ...

    def advance(self, entry: Entry, totals: Totals, /) -> None:
        """Tell that a document is done."""
        ...

    def finish(self, totals: Totals) -> None:
        """Tell that all are done."""
        ...


class Bar:
    """A bar with documents, speed, time left, and what needs a look.

    Args:
        console: a terminal.
        size: bytes of all inputs.
    """

    def __init__(self, console: Console, size: int) -> None:
        self._console, self._rate = console, _Rate(size)
        columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[state]}"), TimeRemainingColumn())
        self._bar = RichProgress(*columns, console=console, transient=True)
        self._task = self._bar.add_task("clean", total=max(1, size), state="")

    def __enter__(self) -> Bar:
        self._bar.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.__exit__(None, None, None)

    def note(self, message: str) -> None:
        """See `Progress`."""
        self._console.print(shown(message, "dim"))

    def advance(self, _: Entry, totals: Totals) -> None:
        """See `Progress`."""
        self._bar.update(self._task, completed=totals.read, state=self._rate.described(totals))

    def finish(self, totals: Totals) -> None:
        """See `Progress`."""


class Lines:
    """A line every `EVERY` seconds."""

    def __init__(self, console: Console, size: int) -> None:
        self._console, self._rate = console, _Rate(size)

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def note(self, message: str) -> None:
        """See `Progress`."""
        self._console.print(shown(message, ""))

    def advance(self, _: Entry, totals: Totals) -> None:
        """See `Progress`."""
        if self._rate.is_due():
            left = f"; {self._rate.share(totals):.0%}, {self._rate.left(totals):,.0f} s left"
            self._console.print(shown(self._rate.described(totals) + left, ""))

    def finish(self, totals: Totals) -> None:
        """See `Progress`."""


class JsonLog:
    """One JSON object a line on standard error: notes, failures, progress every `EVERY` seconds, and the end."""

    def __init__(self, size: int) -> None:
        self._rate = _Rate(size)

    def __enter__(self) -> JsonLog:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def note(self, message: str) -> None:
        """See `Progress`."""
        _log("note", {"message": message})

    def advance(self, entry: Entry, totals: Totals) -> None:
        """See `Progress`."""
        if entry.state == FAILED:
            _log("failed", {"id": entry.id, "error": entry.error})
        if self._rate.is_due():
            numbers = {"share": round(self._rate.share(totals), 4), "seconds_left": round(self._rate.left(totals))}
            _log("progress", _counts(totals) | {"megabytes_per_second": round(self._rate.speed(totals), 2)} | numbers)

    def finish(self, totals: Totals) -> None:
        """See `Progress`."""
        _log("finished", _counts(totals) | {"seconds": round(self._rate.seconds(), 3)})


class Silent:
    """Tells nothing."""

    def __enter__(self) -> Silent:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def note(self, message: str) -> None:
        """See `Progress`."""

    def advance(self, entry: Entry, totals: Totals) -> None:
        """See `Progress`."""

    def finish(self, totals: Totals) -> None:
        """See `Progress`."""


class _Rate:
    """Speed, share and time left."""

    def __init__(self, size: int) -> None:
        self._size, self._start = size, time.monotonic()
        self._said = self._start

    def is_due(self) -> bool:
        """Say whether `EVERY` seconds have passed since this was true the last time."""
        now = time.monotonic()
        if now - self._said < EVERY:
            return False
        self._said = now
        return True

    def seconds(self) -> float:
        return time.monotonic() - self._start

    def speed(self, totals: Totals) -> float:
        """Return megabytes of the inputs, as they are stored, per second."""
        return totals.read / 1e6 / max(self.seconds(), 1e-9)

    def share(self, totals: Totals) -> float:
        return min(1.0, totals.read / max(1, self._size))

    def left(self, totals: Totals) -> float:
        return max(0, self._size - totals.read) * self.seconds() / max(1, totals.read)

    def described(self, totals: Totals) -> str:
        state = f"{totals.flags:,} flagged, {totals.failures:,} failed"
        return f"{totals.documents:,} documents, {self.speed(totals):.1f} MB/s, {state}"


def _counts(totals: Totals) -> dict[str, Any]:
    return {
        "documents": totals.documents,
        "written": totals.written,
        "reused": totals.reused,
        "flagged": totals.flags,
        "failed": totals.failures,
        "skipped": len(totals.skipped),
    }


def _log(event: str, values: Mapping[str, Any]) -> None:
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    print(json.dumps({"time": now, "event": event, **values}, ensure_ascii=True), file=sys.stderr, flush=True)
