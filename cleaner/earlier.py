"""What earlier runs into the same output folder did, looked up in the order of the logs."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from cleaner.io import ledger
from cleaner.io.ledger import LAST, Entry, Noted


class Found(NamedTuple):
    """What stands in the logs up to a place.

    Args:
        note: what stands at the place itself.
        since: time in nanoseconds at which its log was last written; a file that is younger was changed since.
        passed: what stands before it and was not asked for.
    """

    note: Noted | None
    since: int
    passed: list[Noted]


class Closed(NamedTuple):
    """A file of records that an earlier run came to the end of; see `Found`."""

    entry: Entry
    since: int


class _Log:
    """One log, read once from its beginning to its end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.since = (folder / ledger.MANIFEST).stat().st_mtime_ns
        self._notes = ledger.read_logs(folder)
        self.next = next(self._notes, None)

    def take(self) -> Noted | None:
        """Return the next note and go past it."""
        taken, self.next = self.next, next(self._notes, None)
        return taken


class Earlier:
    """The logs that were set aside, to be asked in their order; of two notes of one document the newer one holds.

    Args:
        out: the output folder.
    """

    def __init__(self, out: Path) -> None:
        self._logs = [_Log(folder) for folder in ledger.logs_aside(out)]
        self.files: dict[str, Closed] = {}
        self.names: set[str] = set()
        for log in reversed(self._logs):
            for entry in ledger.whole_entries(log.folder):
                self.names.add(entry.file)
                if entry.records is not None:
                    self.files[entry.file] = Closed(entry, log.since)

    def find(self, file: str, record: int = 0) -> Found:
        """Look for a document; places must be asked in ascending order."""
        place = file, record
        note, since = None, 0
        passed: dict[tuple[str, int], Noted] = {}
        for log in self._logs:
            while log.next and log.next.entry.place < place and (taken := log.take()):
                passed.setdefault(taken.entry.place, taken)
            if log.next and log.next.entry.place == place:
                taken = log.take()
                if note is None:
                    note, since = taken, log.since
        return Found(note, since, [passed[at] for at in sorted(passed)])

    def rest(self) -> list[Noted]:
        """Return what stands behind all that was asked for."""
        return self.find("\U0010ffff", LAST).passed

    def exhausted(self) -> list[Path]:
        """Return the folders of the logs that hold nothing any more, each once."""
        done = [log for log in self._logs if log.next is None]
        self._logs = [log for log in self._logs if log.next is not None]
        return [log.folder for log in done]
