"""What a worker does with some documents: read, clean, and make the notes and the new records of them."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from cleaner.api import Cleaner
from cleaner.cleaning import cleaned_each, extracted_each
from cleaner.errors import DocumentError
from cleaner.io import formats
from cleaner.io.compression import compress
from cleaner.io.files import read_bytes, stamp, write_atomically
from cleaner.io.inputs import Source
from cleaner.io.json_object import BYTES_KEPT
from cleaner.io.ledger import FAILED, WRITTEN, Entry, Noted, noted
from cleaner.io.record_files import Opened
from cleaner.io.records import ADDED, PAGE_METADATA, PAGE_TEXT, Change, Chunk, Fields, Layout, Row
from cleaner.model import Cleaned, Document, Removal, cut
from cleaner.reading import Reading, read_file, read_row
from cleaner.recipe import Recipe

NO_TEXT: Final = "no-text"
"""Flag of a record without a text; it stays as it is."""
KILLED: Final = "its worker process was killed, perhaps for want of memory; try it alone"
"""Why a document failed whose worker died."""
_UNSAFE: Final = re.compile(r"[^\w.-]+")
LONGEST_KEY: Final = 80
"""Characters of a record's name that go into the name of its own file."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run does with each document.

    Args:
        cleaner: the rules and the policy.
        out: the output folder; None writes nothing.
        outlet: the outlet of all documents, if the user gave one.
        recipe: what decides what is removed.
        fields: the fields of records that the user named.
        add_removals: whether cleaned records are to hold what was removed.
    """

    cleaner: Cleaner
    out: Path | None
    outlet: str | None
    recipe: Recipe
    fields: Fields
    add_removals: bool

    @classmethod
    def of(
        cls,
        cleaner: Cleaner,
        out: Path | None,
        outlet: str | None = None,
        fields: Fields = Fields(),  # noqa: B008
        *,
        add_removals: bool = False,
    ) -> Run:
        """Make a run and its recipe."""
        return cls(cleaner, out, outlet, Recipe(cleaner, outlet), fields, add_removals)

    def recipe_of(self, source: Source) -> str:
        """Return what decides what a file of records becomes."""
        asked = (source.format, source.target, source.target_codec, source.suffix, self.fields, self.add_removals)
        return self.recipe.of_file(asked)


@dataclass(frozen=True, slots=True)
class FilesTask:
    """Some files of one document each."""

    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class RecordsTask:
    """Some records of one file.

    Args:
        opened: the file.
        chunk: the records.
        earlier: by number, what an earlier run noted of them.
    """

    opened: Opened
    chunk: Chunk
    earlier: dict[int, Noted]


Task: TypeAlias = FilesTask | RecordsTask


class Done(NamedTuple):
    """What came of a task.

    Args:
        notes: of its documents.
        parts: for the writer of their file, their new form.
        reused: how many of them an earlier run had cleaned.
    """

    notes: list[Noted]
    parts: list[Any]
    reused: int = 0


def do(run: Run, task: Task) -> Done:
    """Clean the documents of a task; whatever is wrong with one ends up in its note."""
    return Done(_files(run, task.sources), []) if isinstance(task, FilesTask) else _records(run, task)


def halves(task: Task) -> list[Task]:
    """Return a task as two smaller ones, or none if it holds a single document."""
    if isinstance(task, FilesTask):
        half = len(task.sources) // 2
        return [FilesTask(task.sources[:half]), FilesTask(task.sources[half:])] if half else []
    return [replace(task, chunk=chunk) for chunk in task.chunk.halves()] if len(task.chunk.records) > 1 else []


def killed(run: Run, task: Task) -> Done:
    """Return what came of a document whose worker died."""
    if isinstance(task, FilesTask):
        return Done([_failed(task.sources[0], KILLED)], [])
    return Done([Noted(_entry_of(task, 0, Row(error=KILLED)))], _as_it_is(run, task))


class _Read(NamedTuple):
    """A file that was read and waits to be cleaned."""

    source: Source
    data: bytes
    stamp: str
    reading: Reading


def _files(run: Run, sources: Sequence[Source]) -> list[Noted]:
    results: dict[int, Noted] = {}
    waiting: dict[int, _Read] = {}
    for i, source in enumerate(sources):
        try:
            seen = stamp(source.path)  # before it is read: a change in between is noticed the next time
            data = read_bytes(source.path, source.codec)
            reading = read_file(data, id=str(source.path), outlet=run.outlet, is_html=source.is_html)
            waiting[i] = _Read(source, data, seen, reading)
        except Exception as e:  # one document must never end a batch; its name and the error are on record
            results[i] = _failed(source, reason(e))
    readings = extracted_each(run.cleaner, {i: file.reading for i, file in waiting.items()})
    for i, outcome in cleaned_each(run.cleaner, readings).items():
        results[i] = _written(run, waiting[i], outcome)
    return [results[i] for i in range(len(sources))]


def _written(run: Run, file: _Read, cleaned: Cleaned | Exception) -> Noted:
    try:
        if isinstance(cleaned, Exception):
            raise cleaned
        decoded = replace(file.reading.decoded, text=cleaned.document.text)
        written = compress(decoded.encode(cleaned.text), file.source.target_codec)
        if run.out is not None:
            write_atomically(run.out / file.source.name, written)
        entry = replace(
            _entry(run, file.source.name, cleaned),
            input=file.source.inner,
            file=file.source.name,
            stamp=file.stamp,
            sha256=_sha256(file.data),
            text_sha256=_sha256(decoded.encode(decoded.text)),
            cleaned_sha256=_sha256(written),
            encoding=decoded.encoding,
            bom=decoded.bom.hex(),
        )
        return noted(entry, cleaned.removals)
    except Exception as e:
        return _failed(file.source, reason(e))


def _records(run: Run, task: RecordsTask) -> Done:
    try:
        rows = formats.readable(task.opened.source.format).rows(task.chunk, task.opened.layout)
        outcomes = _outcomes(run, task, rows)
        parts = _parts(run, task, rows, outcomes)
    except Exception as e:  # find out which of them it is
        if len(task.chunk.records) == 1:
            return Done([Noted(_entry_of(task, 0, Row(error=reason(e))))], _as_it_is(run, task))
        done = [_records(run, replace(task, chunk=chunk)) for chunk in task.chunk.halves()]
        notes = [note for some in done for note in some.notes]
        return Done(notes, [part for some in done for part in some.parts], sum(some.reused for some in done))
    return Done([outcome.note for outcome in outcomes], parts, sum(outcome.is_reused for outcome in outcomes))


class _Outcome(NamedTuple):
    """What became of one record; the text is None where it stays as it is."""

    note: Noted
    text: str | None = None
    removals: tuple[Removal, ...] = ()
    is_reused: bool = False


def _outcomes(run: Run, task: RecordsTask, rows: Sequence[Row]) -> list[_Outcome]:
    results: dict[int, _Outcome] = {}
    read: dict[int, Reading | Exception] = {}
    for i, row in enumerate(rows):
        if row.error:
            results[i] = _Outcome(Noted(_entry_of(task, i, row)))
            continue
        if row.text is None and row.page is None:
            results[i] = _Outcome(Noted(replace(_entry_of(task, i, row), flags=(*row.flags, NO_TEXT))))
            continue
        try:
            read[i] = read_row(row, task.opened.source, run.outlet)
        except Exception as e:
            read[i] = e
    readings = extracted_each(run.cleaner, read)
    for i, reading in readings.items():
        if isinstance(reading, Reading) and (known := _known(run, task, i, rows[i], reading.document)):
            results[i] = known
    waiting = {i: reading for i, reading in readings.items() if i not in results}
    for i, outcome in cleaned_each(run.cleaner, waiting).items():
        blank = _entry_of(task, i, rows[i])
        if isinstance(outcome, Exception):
            results[i] = _Outcome(Noted(replace(blank, state=FAILED, error=reason(outcome))))
            continue
        entry = replace(
            _entry(run, blank.id, outcome),
            input=blank.input,
            file=blank.file,
            record=blank.record,
            key=blank.key,
            sha256=_identity(rows[i], outcome.document),
            text_sha256=_sha256_of_text(outcome.document.text),
            cleaned_sha256=_sha256_of_text(outcome.text),
            encoding="utf-8",
            literal=rows[i].literal,
            flags=(*rows[i].flags, *outcome.flags),
        )
        results[i] = _Outcome(noted(entry, outcome.removals), outcome.text, outcome.removals)
    return [results[i] for i in range(len(rows))]


def _known(run: Run, task: RecordsTask, i: int, row: Row, document: Document) -> _Outcome | None:
    """Return what an earlier run made of the same record with the same rules."""
    note = task.earlier.get(task.chunk.first + i)
    if note is None or note.entry.state != WRITTEN or note.entry.sha256 != _identity(row, document):
        return None
    if note.entry.recipe != run.recipe.of(note.entry.outlet):
        return None
    removals = note.removals()
    text = cut(document.text, removals)
    is_same = _sha256_of_text(text) == note.entry.cleaned_sha256
    if (day := _day(document)) != note.entry.date:  # earlier versions did not note it
        note = note._replace(entry=replace(note.entry, date=day))
    return _Outcome(note, text, removals, is_reused=True) if is_same else None


def _parts(run: Run, task: RecordsTask, rows: Sequence[Row], outcomes: Sequence[_Outcome]) -> list[Any]:
    """Return the records with their cleaned texts, as the writer of their file takes them."""
    if run.out is None:
        return []
    source, layout = task.opened.source, task.opened.layout
    if source.target == source.format:
        changes = [_change(layout, row, outcome) for row, outcome in zip(rows, outcomes, strict=True)]
        return [formats.writable(source.format).rebuild(task.chunk, layout, changes)]
    if source.target in formats.DOCUMENTS:
        texts = {o.note.entry.id: o.text.encode("utf-8", BYTES_KEPT) for o in outcomes if o.text is not None}
        return [[(id, compress(text, source.target_codec)) for id, text in texts.items()]]
    values = formats.readable(source.format).values(task.chunk, layout.like)
    records = [
        _record(layout, record, outcome)
        for record, outcome in zip(values, outcomes, strict=True)
        if record is not None and outcome.note.entry.state == WRITTEN
    ]
    return [formats.writable(source.target).build(records, task.opened.target)] if records else []


def _as_it_is(run: Run, task: RecordsTask) -> list[Any]:
    """Return a record that failed for the writer of its file, where the format stays the same."""
    opened = task.opened
    if run.out is None or opened.source.target != opened.source.format:
        return []
    return [formats.writable(opened.source.format).rebuild(task.chunk, opened.layout, [Change()])]


def _change(layout: Layout, row: Row, outcome: _Outcome) -> Change:
    if outcome.text is None:
        return Change()
    added = {name: value for name, value in _added(outcome).items() if name in layout.added}
    return Change(outcome.text if outcome.removals and row.text is not None else None, added)


def _record(layout: Layout, record: dict[str, Any], outcome: _Outcome) -> dict[str, Any]:
    record = dict(record)
    if outcome.text is not None and layout.fields.text:
        record[layout.fields.text] = outcome.text
    return record | {name: value for name, value in _added(outcome).items() if name in layout.added}


def _added(outcome: _Outcome) -> dict[str, Any]:
    extraction = outcome.note.entry.extraction
    return {
        PAGE_TEXT: outcome.text,
        PAGE_METADATA: extraction["metadata"] if extraction else None,
        ADDED: [removal._asdict() for removal in outcome.removals],
    }


def _entry_of(task: RecordsTask, i: int, row: Row) -> Entry:
    """Return the entry of a record of which nothing more is known."""
    source, number = task.opened.source, task.chunk.first + i
    state = FAILED if row.error else WRITTEN
    if source.suffix:
        key = _UNSAFE.sub("-", row.key)[:LONGEST_KEY].strip(".-")
        id = f"{source.name}/{number:07}{key and '-'}{key}.{source.suffix}"
    else:
        id = f"{source.name}#{number}"
    return Entry(
        id, state, row.error, source.inner, source.name, number, key=row.key, literal=row.literal, flags=row.flags
    )


def _entry(run: Run, id: str, cleaned: Cleaned) -> Entry:
    """Return what the cleaning of a document says of it."""
    blocks: Counter[str] = Counter(r.category for r in cleaned.removals)
    characters: Counter[str] = Counter()
    for removal in cleaned.removals:
        characters[removal.category] += len(removal.text)
    outlet = asdict(cleaned.outlet) if cleaned.outlet else None
    return Entry(
        id=id,
        state=WRITTEN,
        recipe=run.recipe.of(outlet),
        outlet=outlet,
        date=_day(cleaned.document),
        characters=len(cleaned.document.text),
        removed_blocks=dict(sorted(blocks.items())),
        removed_characters=dict(sorted(characters.items())),
        removals=len(cleaned.removals),
        refusals=tuple(asdict(refusal) for refusal in cleaned.refusals),
        flags=cleaned.flags,
        extraction=asdict(cleaned.extraction) if cleaned.extraction else None,
    )


def _failed(source: Source, error: str) -> Noted:
    return Noted(Entry(source.name, FAILED, error, source.inner, source.name))


def reason(e: Exception) -> str:
    """Return in words why a document failed."""
    if isinstance(e, DocumentError):
        return e.message
    if isinstance(e, ValueError):
        return str(e)
    return f"unexpected {type(e).__name__}: {e}; please report it"


def _identity(row: Row, document: Document) -> str:
    """Return the hash of all that decides how a record is cleaned and noted."""
    parts = (document.text, document.url, document.outlet, _day(document), document.id, row.literal, *row.flags)
    return _sha256_of_text("\0".join(part or "" for part in parts))


def _day(document: Document) -> str:
    return document.date.isoformat() if document.date else ""


def _sha256_of_text(text: str) -> str:
    return _sha256(text.encode("utf-8", "surrogatepass"))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
