"""Reads a file of records through its format, as a run does, and writes it again."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cleaner.errors import DocumentError
from cleaner.io.records import ADDED, Change, Chunk, Fields, Format, Layout, Parts, Readable, Restored, Row, guess

REMOVAL: Mapping[str, Any] = {
    "start": 3,
    "end": 9,
    "text": "advert",
    "category": "ad",
    "rule": "generic/ad/label",
    "confidence": 0.5,
    "reason": "says so",
}


@dataclass
class Read:
    """What a file holds: chunks, their rows, and the error that ended them."""

    format: Readable
    chunks: list[Chunk]
    rows: list[Row]
    layout: Layout
    error: str

    @property
    def values(self) -> list[dict[str, Any] | None]:
        """The records as another format gets them."""
        return [value for chunk in self.chunks for value in self.format.values(chunk, self.layout.like)]


def read(format: Readable, data: bytes, fields: Fields | None = None, added: tuple[str, ...] = ()) -> Read:
    """Read a file and carry all that goes to a worker through pickle."""
    reader = format.reader(io.BytesIO(data), "some.file")
    chunks, path, error = list[Chunk](), "some.file", ""
    try:
        for chunk in reader.chunks():
            chunks.append(pickle.loads(pickle.dumps(chunk)))  # noqa: S301 - our own object, as a worker gets it
    except DocumentError as e:
        path, error = e.path, e.message
    assert path == "some.file"
    like = pickle.loads(pickle.dumps(reader.like))  # noqa: S301
    if fields is None:
        fields = guess(Fields(), format.sample(chunks[0], like) if chunks else {})
    layout = Layout(fields, like, added)
    firsts = [chunk.first for chunk in chunks]
    assert firsts == [1 + sum(len(c.records) for c in chunks[:i]) for i in range(len(chunks))]
    rows = [row for chunk in chunks for row in format.rows(chunk, layout)]
    assert len(rows) == sum(len(chunk.records) for chunk in chunks)
    return Read(format, chunks, rows, layout, error)


def rewrite(
    format: Format,
    data: bytes,
    change: Callable[[str], str] | None = None,
    added: tuple[str, ...] = (),
    fields: Fields | None = None,
    *,
    parts: int = 1,
) -> bytes:
    """Write a file with new texts and added fields; chunks are halved until there are so many parts of each."""
    seen = read(format, data, fields, added)
    chunks = seen.chunks
    for _ in range(parts - 1):
        chunks = [half for chunk in chunks for half in (chunk.halves() if len(chunk.records) > 1 else [chunk])]

    def change_of(row: Row) -> Change:
        if row.error or (row.text is None and row.page is None):
            return Change()
        values = {name: [REMOVAL] if name == ADDED else "taken out of the page" for name in added}
        return Change(change(row.text) if change and row.text is not None else None, values)

    made = [format.rebuild(c, seen.layout, [change_of(row) for row in format.rows(c, seen.layout)]) for c in chunks]
    return _written(format, seen.layout, "rebuild", made)


def restored(
    format: Format, cleaned: bytes, original: Sequence[Row], fields: Fields | None = None, added: tuple[str, ...] = ()
) -> bytes:
    """Write a cleaned file with the texts that it had."""
    seen = read(format, cleaned, fields, added)
    texts = iter([None if row.text is None or row.error else Restored(row.text, row.literal) for row in original])
    made = [format.restore(c, seen.layout, [next(texts) for _ in range(len(c.records))]) for c in seen.chunks]
    assert next(texts, "none") == "none"
    return _written(format, seen.layout, "restore", made)


def built(format: Format, records: Sequence[Mapping[str, Any]]) -> bytes:
    """Write records of another format into a new file."""
    like = format.infer(records)
    return _written(format, Layout(Fields(), like), "build", [format.build(records, like)] if records else [])


def _written(format: Format, layout: Layout, parts: Parts, made: Sequence[Any]) -> bytes:
    file = io.BytesIO()
    writer = format.writer(file, layout, parts)
    for part in made:
        writer.write(pickle.loads(pickle.dumps(part)))  # noqa: S301
    writer.close()
    return file.getvalue()
