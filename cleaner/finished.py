"""The documents of a run as it left them: what was written, side by side with what was noted."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from cleaner.errors import DocumentError
from cleaner.io import formats, ledger
from cleaner.io.compression import expanded
from cleaner.io.encoding import Decoded
from cleaner.io.files import read_bytes, sha256_of
from cleaner.io.ledger import WRITTEN, Entry, Noted
from cleaner.io.records import ADDED, PAGE_TEXT, Chunk, Fields, Format, Layout, Reader, as_date
from cleaner.model import Cleaned, Document, Outlet, Refusal, restore

CHANGED: Final = "was changed since it was cleaned, so the removed text no longer fits; clean it again"


class RecordNotes:
    """The notes of the records of one file: those that come next in the logs, up to that of the file itself."""

    def __init__(self, first: Noted, rest: Iterator[Noted]) -> None:
        self._next: Noted | None = first
        self._rest = rest

    def _records(self) -> Iterator[Noted]:
        while self._next and self._next.entry.records is None:
            taken, self._next = self._next, next(self._rest, None)
            yield taken

    def of(self, number: int, *, is_same: bool) -> Noted | None:
        """Return the note of a record of the written file; numbers must be asked in ascending order.

        Args:
            number: of the record, from 1.
            is_same: whether the file has the format of the source, so that it holds each of its records; else it
                holds those that were written.
        """
        for note in self._records():
            if note.entry.record == number if is_same else note.entry.state == WRITTEN:
                return note
        return None

    def finish(self) -> None:
        """Go past the note of the file."""
        for _ in self._records():
            pass


class WrittenRecords(NamedTuple):
    """A file of cleaned records, open.

    Args:
        format: how it is read.
        reader: reads it.
        layout: how its records are read.
        codec: how it is compressed.
        is_same: whether its format is that of the source.
    """

    format: Format
    reader: Reader
    layout: Layout
    codec: str
    is_same: bool


def notes_of(out: Path) -> Iterator[Noted | tuple[Entry, RecordNotes]]:
    """Yield the note of each written document, and for files of records the entry of the file with its notes.

    Args:
        out: the output folder of a run.

    Raises:
        UsageError: it holds no run.
    """
    notes = ledger.read(out)
    files = {entry.file: entry for entry in ledger.all_entries(out) if entry.records is not None}
    for note in notes:
        entry = note.entry
        whole = files.get(entry.file)
        if whole and whole.layout and whole.layout["target"] not in formats.DOCUMENTS:
            records = RecordNotes(note, notes)
            yield whole, records
            records.finish()
        elif entry.records is None and entry.cleaned_sha256:
            yield note


def read_written(entry: Entry, out: Path) -> tuple[Decoded, str]:
    """Return the cleaned text of a document that has a file of its own, and how the file is compressed.

    Raises:
        DocumentError: it cannot be read, or is no more what was written.
    """
    path, kind = inside(out, entry.id), formats.kind_of(entry.id)
    codec = kind.codec if kind else ""
    stored = read_bytes(path)
    content = read_bytes(path, codec) if codec else stored
    # Of a record it is the text that is known, of a file what is stored.
    if entry.cleaned_sha256 != hashlib.sha256(content if entry.record else stored).hexdigest():
        raise DocumentError(str(path), CHANGED)
    bom = bytes.fromhex(entry.bom)
    return Decoded(content[len(bom) :].decode(entry.encoding), entry.encoding, bom), codec


@contextlib.contextmanager
def open_written(whole: Entry, out: Path) -> Iterator[WrittenRecords]:
    """Open a file of cleaned records.

    Args:
        whole: the entry of the file.
        out: the output folder.

    Raises:
        DocumentError: it cannot be read, or is no more what was written.
    """
    path = inside(out, whole.file)
    if not whole.cleaned_sha256:
        raise DocumentError(str(path), f"was not written: {whole.error}")
    said = dict(whole.layout or {})
    is_same = said["format"] == said["target"]
    format = formats.writable(said["target"], whole.encoding if is_same else "")
    fields, added = Fields(**said["fields"]), tuple(said["added"])
    if not is_same:
        fields, added = replace(fields, text=fields.text or PAGE_TEXT, page=None), tuple({ADDED} & set(added))
    if sha256_of(path) != whole.cleaned_sha256:
        raise DocumentError(str(path), CHANGED)
    with path.open("rb") as raw, expanded(raw, said["codec"], str(path)) as file:
        reader = format.reader(file, str(path))
        yield WrittenRecords(format, reader, Layout(fields, reader.like, added), said["codec"], is_same)


def cleaned_documents(
    out: Path, select: Callable[[Entry], bool] = lambda _: True
) -> Iterator[tuple[str, Cleaned | DocumentError]]:
    """Yield the documents of a run with their names, as they were cleaned; those that cannot be read, as errors.

    Args:
        out: the output folder of a run.
        select: which documents, by their entries; others are passed over quickly.

    Raises:
        UsageError: `out` holds no run.
    """
    for found in notes_of(out):
        if isinstance(found, Noted):
            if select(found.entry):
                yield found.entry.id, _of_file(found, out)
            continue
        whole, notes = found
        try:
            with open_written(whole, out) as written:
                for chunk in written.reader.chunks():
                    yield from _of_records(chunk, written, notes, select)
        except (DocumentError, ValueError, LookupError, OSError) as e:
            yield whole.file, _error(whole.file, e)


def inside(folder: Path, name: str) -> Path:
    """Join a name from a manifest, which may have been tampered with, to a folder.

    Raises:
        DocumentError: it leads out of the folder.
    """
    path = folder / name
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise DocumentError(str(path), "leads out of the folder; the manifest was changed")
    return path


def _of_file(note: Noted, out: Path) -> Cleaned | DocumentError:
    try:
        return _cleaned(note, read_written(note.entry, out)[0].text)
    except (DocumentError, ValueError, LookupError) as e:
        return _error(note.entry.id, e)


def _of_records(
    chunk: Chunk, written: WrittenRecords, notes: RecordNotes, select: Callable[[Entry], bool]
) -> Iterator[tuple[str, Cleaned | DocumentError]]:
    for number, row in enumerate(written.format.rows(chunk, written.layout), chunk.first):
        note = notes.of(number, is_same=written.is_same)
        if note and row.text is not None and note.entry.state == WRITTEN and select(note.entry):
            try:
                yield note.entry.id, _cleaned(note, row.text)
            except ValueError as e:
                yield note.entry.id, _error(note.entry.id, e)


def _cleaned(note: Noted, text: str) -> Cleaned:
    entry, removals = note.entry, note.removals()
    outlet = Outlet(**entry.outlet) if entry.outlet else None
    domain = outlet.domain if outlet else None
    source = Document(
        restore(text, removals), entry.id, outlet=domain, date=as_date(entry.date), extraction=entry.extracted()
    )
    refusals = tuple(Refusal(**refusal) for refusal in entry.refusals)
    return Cleaned(source, text, removals, refusals, outlet, entry.flags)


def _error(name: str, e: Exception) -> DocumentError:
    return DocumentError(name, e.message if isinstance(e, DocumentError) else str(e))
