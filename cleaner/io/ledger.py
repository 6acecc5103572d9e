"""The records of a run, in OUT/.cleaner: `manifest.jsonl`, `removals.jsonl` and `summary.json`.

A document counts as done from the moment its line stands in the manifest, after its removals and its text.
`summary.json` is written last, so it tells a finished run from one that was stopped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from cleaner.errors import UsageError
from cleaner.io.files import RECORDS, write_atomically
from cleaner.model import Removal

MANIFEST: Final = "manifest.jsonl"
REMOVALS: Final = "removals.jsonl"
SUMMARY: Final = "summary.json"
WRITTEN: Final = "written"
FAILED: Final = "failed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the manifest.

    Args:
        id: the document's path in the output folder.
        state: `WRITTEN` or `FAILED`.
        error: why it failed.
        sha256: of the source's bytes.
        text_sha256: of what `restore` gives back: the source, or the text that was extracted from a page.
        cleaned_sha256: of the written bytes.
        encoding: of the source and the written text; UTF-8 for a page.
        bom: byte order mark, in hex.
        recipe: hash of rules and policy; equal recipes clean alike.
        outlet: domain, how it was found, evidence.
        characters: in the source.
        removed_blocks: blocks removed, by category.
        removed_characters: characters removed, by category.
        removals: lines of this document in the removals log.
        refusals: cuts that the guard refused.
        flags: why a person should look at it.
        dropped: for a page, what selectors took out before its text was extracted.
    """

    id: str
    state: str
    error: str = ""
    sha256: str = ""
    text_sha256: str = ""
    cleaned_sha256: str = ""
    encoding: str = ""
    bom: str = ""
    recipe: str = ""
    outlet: Mapping[str, str] | None = None
    characters: int = 0
    removed_blocks: Mapping[str, int] = field(default_factory=dict)
    removed_characters: Mapping[str, int] = field(default_factory=dict)
    removals: int = 0
    refusals: tuple[Mapping[str, Any], ...] = ()
    flags: tuple[str, ...] = ()
    dropped: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """Everything a run notes of one document."""

    entry: Entry
    removals: tuple[Removal, ...]


class Ledger:
    """The open records of a run; a context manager.

    Args:
        out: the output folder.
        records: what an earlier, stopped run had done; written first.
    """

    def __init__(self, out: Path, records: Iterable[Record] = ()) -> None:
        self.folder = out / RECORDS
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as e:
            raise UsageError(f"{out}: no records can be kept there: {e.strerror}") from None
        (self.folder / SUMMARY).unlink(missing_ok=True)
        _write_all(self.folder, records)
        self._manifest: IO[bytes] = (self.folder / MANIFEST).open("ab")
        self._removals: IO[bytes] = (self.folder / REMOVALS).open("ab")

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self._manifest.close()
        self._removals.close()

    def add(self, record: Record) -> None:
        """Note one document; from here on it is done."""
        self._removals.writelines(_removal_lines(record))
        self._removals.flush()
        self._manifest.write(_line(asdict(record.entry)))
        self._manifest.flush()

    def finish(self, summary: Mapping[str, Any], order: Mapping[str, int], *, reorder: bool) -> None:
        """Write the summary; bring the records of a resumed run into the order of an undisturbed one."""
        if reorder:
            records = sorted(read(self.folder.parent), key=lambda record: order.get(record.entry.id, -1))
            _write_all(self.folder, records)
        write_atomically(self.folder / SUMMARY, _line(summary, indent=2, sort_keys=True))


def exists(out: Path) -> bool:
    """Say whether a folder holds the records of a run, finished or not."""
    return (out / RECORDS / MANIFEST).exists()


def read(out: Path) -> Iterator[Record]:
    """Yield the records of a run; a line that a kill tore off, and removals without an entry, are left out.

    Raises:
        UsageError: the folder holds no run.
    """
    if not exists(out):
        raise UsageError(f"{out}: holds no {RECORDS}/{MANIFEST}; name the output folder of `cleaner clean`")
    removals: dict[str, list[Removal]] = {}
    try:
        for row in _rows(out / RECORDS / REMOVALS):
            removals.setdefault(row.pop("document"), []).append(Removal(**row))
        entries = {row["id"]: _entry(row) for row in _rows(out / RECORDS / MANIFEST)}
    except (KeyError, TypeError) as e:
        raise UsageError(f"{out / RECORDS}: the records do not have the right keys ({e}); clean again") from None
    for entry in entries.values():
        mine = removals.get(entry.id, [])
        yield Record(entry, tuple(mine[len(mine) - entry.removals :]))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.endswith(b"\n"):
                try:
                    yield dict(json.loads(line))
                except (ValueError, TypeError):
                    raise UsageError(f"{path}:{number}: not a record; the file was changed, clean again") from None


def _entry(row: dict[str, Any]) -> Entry:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return Entry(**fields)


def _write_all(folder: Path, records: Iterable[Record]) -> None:
    records = list(records)
    write_atomically(folder / REMOVALS, b"".join(line for record in records for line in _removal_lines(record)))
    write_atomically(folder / MANIFEST, b"".join(_line(asdict(record.entry)) for record in records))


def _removal_lines(record: Record) -> Iterator[bytes]:
    for removal in record.removals:
        yield _line({"document": record.entry.id, **removal._asdict()})


def _line(row: Mapping[str, Any], **layout: Any) -> bytes:
    try:
        return (json.dumps(row, ensure_ascii=False, **layout) + "\n").encode()
    except UnicodeEncodeError:  # a file name that is not UTF-8 holds lone surrogates
        return (json.dumps(row, **layout) + "\n").encode()
