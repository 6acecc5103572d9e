"""The records of a run, in OUT/.cleaner: `manifest.jsonl`, `removals.jsonl` and `summary.json`.

A document counts as done from the moment its line stands in the manifest, after its removals; a file of records
from the moment its own line stands there, after the lines of its records. Both logs are in one order, that of the
files' names and of the records in them, so that they can be read side by side, whatever their size.
`summary.json` is written last, so it tells a finished run from one that was stopped.

A run that goes on with another one moves its logs aside, to `earlier-1/` and so on, and writes new ones, into which
goes what still holds of the old. They are deleted when all that still holds has been taken over.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from operator import attrgetter
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import orjson

from cleaner.errors import UsageError
from cleaner.io.files import RECORDS, write_atomically
from cleaner.model import Dropped, Extraction, Removal

MANIFEST: Final = "manifest.jsonl"
REMOVALS: Final = "removals.jsonl"
SUMMARY: Final = "summary.json"
EARLIER: Final = "earlier-"
"""How the names of the folders begin in which the logs of earlier, stopped runs stand."""
WRITTEN: Final = "written"
FAILED: Final = "failed"
SKIPPED: Final = "skipped"
"""State of a file in a folder that holds records but no texts, as far as its fields tell."""
LAST: Final = 1 << 62
"""In the order of the logs, the number of a file of records itself: behind all its records."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the manifest: a document, or a file of records as a whole.

    Args:
        id: the document's path in the output folder; for a record, that of its file and its number.
        state: `WRITTEN`, `FAILED` or `SKIPPED`.
        error: why it failed or was skipped.
        input: the file that it comes from, relative to the input folder.
        file: the file that it is written to, relative to the output folder.
        record: its number in a file of records, from 1; 0 for a file.
        records: how many records a file holds; None for a document.
        key: the record's own name.
        stamp: size and time of the input; while it is the same, the input is taken for unchanged.
        sha256: of the source's bytes; of a record's text and of what else decides how it is cleaned.
        text_sha256: of what `restore` gives back: the source, or the text that was extracted from a page.
        cleaned_sha256: of the written bytes; of a record's cleaned text.
        encoding: of the source and the written text; UTF-8 for a page.
        bom: byte order mark, in hex.
        literal: how the text of a record was written; see `records.Row`.
        recipe: hash of the rules and the policy that concern it; equal recipes clean alike.
        outlet: domain, how it was found, evidence.
        date: day of publication, as ISO 8601 has it, or empty.
        characters: in the source.
        removed_blocks: blocks removed, by category.
        removed_characters: characters removed, by category.
        removals: lines of this document in the removals log.
        refusals: cuts that the guard refused.
        flags: why a person should look at it.
        extraction: for a page, how its text was found, and what was not taken for text; see `model.Extraction`.
        layout: for a file of records, its formats and fields.
    """

    id: str
    state: str
    error: str = ""
    input: str = ""
    file: str = ""
    record: int = 0
    records: int | None = None
    key: str = ""
    stamp: str = ""
    sha256: str = ""
    text_sha256: str = ""
    cleaned_sha256: str = ""
    encoding: str = ""
    bom: str = ""
    literal: str = ""
    recipe: str = ""
    outlet: Mapping[str, str] | None = None
    date: str = ""
    characters: int = 0
    removed_blocks: Mapping[str, int] = field(default_factory=dict)
    removed_characters: Mapping[str, int] = field(default_factory=dict)
    removals: int = 0
    refusals: tuple[Mapping[str, Any], ...] = ()
    flags: tuple[str, ...] = ()
    extraction: Mapping[str, Any] | None = None
    layout: Mapping[str, Any] | None = None

    def __reduce__(self) -> tuple[type[Entry], tuple[Any, ...]]:
        """Pickle as a call: three times as fast as what `dataclass` does, and each document's entry is pickled."""
        return Entry, _VALUES(self)

    def extracted(self) -> Extraction | None:
        """Return how the text of a page was found."""
        if self.extraction is None:
            return None
        dropped = tuple(Dropped(**node) for node in self.extraction["dropped"])
        return Extraction(**{**self.extraction, "dropped": dropped})

    @property
    def place(self) -> tuple[str, int]:
        """Where it stands in the order of the logs."""
        return self.file, LAST if self.records is not None else self.record


_VALUES: Final = attrgetter(*(f.name for f in fields(Entry)))


class Noted(NamedTuple):
    """Everything a run notes of one document: its entry, and its lines of the removals log as they stand there."""

    entry: Entry
    lines: bytes = b""

    def removals(self) -> tuple[Removal, ...]:
        """Return the removals."""
        rows = map(_row, self.lines.splitlines())
        return tuple(Removal(**{name: row[name] for name in Removal._fields}) for row in rows)


def noted(entry: Entry, removals: Iterable[Removal]) -> Noted:
    """Make the note of a document."""
    return Noted(entry, b"".join(_line({"document": entry.id, **removal._asdict()}) for removal in removals))


class Ledger:
    """The open records of a run; a context manager.

    Args:
        out: the output folder.
    """

    def __init__(self, out: Path) -> None:
        self._folder = out / RECORDS
        self._manifest: IO[bytes] = (self._folder / MANIFEST).open("xb")
        self._removals: IO[bytes] = (self._folder / REMOVALS).open("xb")

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        for log in (self._manifest, self._removals):
            with contextlib.suppress(OSError):  # `add` has said so
                log.close()

    def add(self, some: Iterable[Noted]) -> None:
        """Note some documents; from here on they are done.

        Raises:
            UsageError: the disk is full, or the folder is gone.
        """
        some = list(some)
        try:
            self._removals.writelines(note.lines for note in some)
            self._removals.flush()
            self._manifest.writelines(_line(note.entry) for note in some)
            self._manifest.flush()
        except OSError as e:
            raise UsageError(
                f"{self._folder}: the records cannot be written: {e.strerror}; "
                "mend that, and run the same command again: it goes on where it stopped"
            ) from None

    def finish(self, summary: Mapping[str, Any]) -> None:
        """Write the summary, and delete what was set aside."""
        for folder in self._folder.glob(f"{EARLIER}*"):
            drop(folder)
        write_atomically(self._folder / SUMMARY, (json.dumps(summary, indent=2, sort_keys=True) + "\n").encode())


def exists(out: Path) -> bool:
    """Say whether a folder holds the records of a run, finished or not."""
    return bool(_logs(out))


def set_aside(out: Path) -> None:
    """Make room for the logs of a new run; those of an earlier one stay readable.

    Raises:
        UsageError: no records can be kept in the output folder.
    """
    folder = out / RECORDS
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / SUMMARY).unlink(missing_ok=True)
        newest = max(map(_number, folder.glob(f"{EARLIER}*")), default=0)
        # A kill between the two moves leaves the newest without its removals, which then still are in their old place.
        is_whole = newest == 0 or (folder / f"{EARLIER}{newest}" / REMOVALS).exists()
        aside = folder / f"{EARLIER}{newest + 1 if is_whole else newest}"
        for name in (MANIFEST, REMOVALS):
            if (folder / name).exists():
                aside.mkdir(exist_ok=True)
                (folder / name).replace(aside / name)
    except OSError as e:
        raise UsageError(f"{out}: no records can be kept there: {e.strerror}") from None


def forget(out: Path) -> None:
    """Delete the records of a run."""
    for name in (MANIFEST, REMOVALS, SUMMARY):
        (out / RECORDS / name).unlink(missing_ok=True)
    for folder in (out / RECORDS).glob(f"{EARLIER}*"):
        drop(folder)


def drop(folder: Path) -> None:
    """Delete logs that were set aside."""
    shutil.rmtree(folder, ignore_errors=True)


def logs_aside(out: Path) -> list[Path]:
    """Return the folders of the logs that were set aside, the newest first."""
    return [folder for folder in _logs(out) if folder.name != RECORDS]


def _logs(out: Path) -> list[Path]:
    folder = out / RECORDS
    aside = sorted(folder.glob(f"{EARLIER}*"), key=_number, reverse=True)
    return [f for f in (folder, *aside) if (f / MANIFEST).exists()]


def _number(folder: Path) -> int:
    said = folder.name.removeprefix(EARLIER)
    return int(said) if said.isdecimal() else 0


def read(out: Path) -> Iterator[Noted]:
    """Yield the notes of a run, in the order of the logs.

    Raises:
        UsageError: the folder holds no run, or the logs do not fit each other.
    """
    logs = _logs(out)
    if not logs:
        raise UsageError(f"{out}: holds no {RECORDS}/{MANIFEST}; name the output folder of `cleaner clean`")
    yield from read_logs(logs[0], to_the_end=True)


def entries(folder: Path) -> Iterator[Entry]:
    """Yield the entries of a manifest; a line that a kill tore off is left out.

    Raises:
        UsageError: a line is no entry.
    """
    for number, line in enumerate(_whole_lines(folder / MANIFEST), 1):
        try:
            row = _row(line)
            row |= {name: tuple(value) for name, value in row.items() if isinstance(value, list)}
            yield Entry(**row)
        except (ValueError, TypeError, AttributeError):
            raise UsageError(
                f"{folder / MANIFEST}:{number}: not a record of this version; the file was changed, clean again with "
                "--overwrite"
            ) from None


def all_entries(out: Path) -> Iterator[Entry]:
    """Yield all entries of a run, also those that were set aside."""
    for folder in _logs(out):
        yield from entries(folder)


def whole_entries(folder: Path) -> Iterator[Entry]:
    """Yield the entries whose removals are all there: those that `read_logs` would yield, but sooner."""
    there = sum(1 for _ in _whole_lines(folder / REMOVALS))
    for entry in entries(folder):
        there -= entry.removals
        if there < 0:
            return
        yield entry


def read_logs(folder: Path, *, to_the_end: bool = False) -> Iterator[Noted]:
    """Yield the notes of both logs of a folder up to where one of them was torn off.

    Args:
        folder: where the logs stand.
        to_the_end: whether it is an error if removals are missing.

    Raises:
        UsageError: a line is no entry, or removals are missing.
    """
    removals = _whole_lines(folder / REMOVALS)
    for entry in entries(folder):
        lines: list[bytes] = []
        start = _line({"document": entry.id})[:-2]
        while len(lines) < entry.removals:
            line = next(removals, None)
            if line is None:
                if to_the_end:
                    raise UsageError(f"{folder / REMOVALS}: does not hold the removals of {entry.id}; clean again")
                return
            # Others are of a document whose entry is gone.
            if line.startswith(start) or _row(line).get("document") == entry.id:
                lines.append(line)
        yield Noted(entry, b"".join(lines))


def _whole_lines(path: Path) -> Iterator[bytes]:
    if path.exists():
        with path.open("rb") as file:
            yield from (line for line in file if line.endswith(b"\n"))


def _line(row: Mapping[str, Any] | Entry) -> bytes:
    try:
        return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # a file name or a text that is not UTF-8 holds lone surrogates
        data = asdict(row) if isinstance(row, Entry) else row
        return (json.dumps(data, separators=(",", ":")) + "\n").encode()


def _row(line: bytes) -> dict[str, Any]:
    try:
        return dict(orjson.loads(line))
    except orjson.JSONDecodeError:  # lone surrogates
        return dict(json.loads(line))
