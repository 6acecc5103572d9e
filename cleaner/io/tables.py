"""Tables of Arrow: rows of typed columns, of which only the text's is written anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from cleaner.errors import DocumentError
from cleaner.io.columns import REMOVALS, SAID_OF_PAGE, built, inferred, python, said, seen, storable
from cleaner.io.json_object import BAD_UTF8, BYTES_KEPT, is_whole
from cleaner.io.records import (
    ADDED,
    MAX_RECORD,
    MOST_BYTES,
    MOST_ROWS,
    PAGE_METADATA,
    Change,
    Chunk,
    Layout,
    Parts,
    Restored,
    Row,
    row_of,
)

MOST_GROUP: Final = 1 << 26
"""Bytes of text that a writer gathers before it writes them, but for a longer row."""
BROKEN: Final = (pa.ArrowException, OSError, ValueError, EOFError, MemoryError, OverflowError)
"""What pyarrow raises for files that are damaged or were made to harm."""


class Like(NamedTuple):
    """What is known of one table.

    Args:
        schema: its columns, with what pandas and Hugging Face noted of them.
        rows: of its first batch or row group; what is written has as many.
        codec: how its data is compressed, by Arrow's name; None if it is not.
        kind: which of its formats it has, where there is more than one.
    """

    schema: pa.Schema
    rows: int
    codec: str | None = None
    kind: str = ""


class Rows:
    """Some rows of a table, which go to another process without the rest of their batch.

    Args:
        batch: the rows.
    """

    def __init__(self, batch: pa.RecordBatch) -> None:
        self.batch = batch

    def __len__(self) -> int:
        return int(self.batch.num_rows)

    def __getitem__(self, rows: slice) -> Rows:
        return Rows(self.batch[rows])

    def __reduce__(self) -> tuple[Callable[[bytes], Rows], tuple[bytes]]:
        sink = pa.BufferOutputStream()  # Arrow's own pickling takes the whole buffers of a slice
        with pa.ipc.new_stream(sink, self.batch.schema) as writer:
            writer.write_batch(self.batch)
        return _unpacked, (sink.getvalue().to_pybytes(),)


def _unpacked(data: bytes) -> Rows:
    with pa.ipc.open_stream(data) as reader:
        return Rows(reader.read_next_batch())


class Tables:
    """The part of `Format` that all tables of Arrow share; chunks hold `Rows`."""

    new: Like
    """What new files are like, but for their columns."""

    def sample(self, chunk: Chunk, like: Like) -> Mapping[str, Any]:
        """See `Format`."""
        batch: pa.RecordBatch = chunk.records.batch[:1]
        return {name: seen(batch.column(name), as_day=False)[0] for name in batch.schema.names}

    def rows(self, chunk: Chunk, layout: Layout) -> list[Row]:
        """See `Format`."""
        batch: pa.RecordBatch = chunk.records.batch
        names = layout.fields.named()
        wanted = sorted(set(names.values()) & set(batch.schema.names))
        columns = [seen(batch.column(name), as_day=name == names.get("date")) for name in wanted]
        if not columns:
            return [Row()] * len(chunk.records)
        return [_row(dict(zip(wanted, values, strict=True)), layout) for values in zip(*columns, strict=True)]

    def rebuild(self, chunk: Chunk, layout: Layout, changes: Sequence[Change]) -> Rows:
        """See `Format`."""
        texts = [change.text for change in changes]
        columns = _with_texts(chunk.records.batch, layout.fields.text, texts)
        for name in layout.added:
            columns.append(built(name, _type_of(name), [storable(change.added.get(name)) for change in changes]))
        return Rows(pa.RecordBatch.from_arrays(columns, schema=schema_of(layout, "rebuild")))

    def values(self, chunk: Chunk, like: Like) -> list[dict[str, Any] | None]:
        """See `Format`."""
        batch: pa.RecordBatch = chunk.records.batch
        names, columns = batch.schema.names, [python(column) for column in batch.columns]
        return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]

    def infer(self, records: Sequence[Mapping[str, Any]]) -> Like:
        """See `Format`.

        Raises:
            ValueError: the values of a field are not of one type; the message names it.
        """
        names = dict.fromkeys(name for record in records for name in record)
        fields = [(name, inferred(name, [record.get(name) for record in records])) for name in names]
        return self.new._replace(schema=pa.schema(fields))

    def build(self, records: Sequence[Mapping[str, Any]], like: Like) -> Rows:
        """See `Format`."""
        names = like.schema.names
        for record in records:
            if unknown := [name for name in record if name not in names]:
                raise ValueError(f"has a field {unknown[0]!r}, which is not among the columns {', '.join(names)}")
        columns = [built(field.name, field.type, [r.get(field.name) for r in records]) for field in like.schema]
        return Rows(pa.RecordBatch.from_arrays(columns, schema=like.schema))

    def restore(self, chunk: Chunk, layout: Layout, texts: Sequence[Restored | None]) -> Rows:
        """See `Format`."""
        kept = chunk.records.batch.drop_columns(list(layout.added))
        columns = _with_texts(kept, layout.fields.text, [text.text if text else None for text in texts])
        return Rows(pa.RecordBatch.from_arrays(columns, schema=schema_of(layout, "restore")))


def like_of(schema: pa.Schema, path: str, rows: int, codec: str | None = None, kind: str = "") -> Like:
    """Return what is known of a table.

    Raises:
        DocumentError: two columns have one name, or one has a name that is no text.
    """
    try:
        twice = [name for name in schema.names if schema.get_field_index(name) < 0]
    except UnicodeDecodeError:
        raise DocumentError(path, "has a column whose name is not UTF-8; it is damaged, get it again") from None
    if twice:
        raise DocumentError(path, f"has the column {twice[0]!r} twice, so it is not clear which one holds; rename one")
    return Like(schema, max(rows, 1), codec, kind)


def chunks(batches: Iterable[pa.RecordBatch], path: str) -> Iterator[Chunk]:
    """Cut batches to the size of chunks, and put those together that are small; `path` is for errors."""
    first, some, rows, size = 1, list[pa.RecordBatch](), 0, 0

    def chunk() -> Chunk:
        try:
            return Chunk(Rows(pa.concat_batches(some) if len(some) > 1 else some[0]), first)
        except pa.ArrowInvalid as e:  # dictionaries that are full
            raise DocumentError(path, f"has batches that do not go together: {said(e)}; use wider indices") from None

    try:
        for batch in batches:
            for piece, bytes_of_it in _pieces(batch):
                if some and (rows + len(piece) > MOST_ROWS or size + bytes_of_it > MOST_BYTES):
                    yield chunk()
                    first, some, rows, size = first + rows, [], 0, 0
                some.append(piece)
                rows, size = rows + len(piece), size + bytes_of_it
    except DocumentError:  # what was read before it comes before it
        if some:
            yield chunk()
        raise
    if some:
        yield chunk()


def _pieces(batch: pa.RecordBatch) -> Iterator[tuple[pa.RecordBatch, int]]:
    """Yield parts of a batch that are not too large, each with its size in bytes."""
    for at in range(0, len(batch), MOST_ROWS):
        yield from _halved(batch[at : at + MOST_ROWS])


def _halved(batch: pa.RecordBatch) -> Iterator[tuple[pa.RecordBatch, int]]:
    size = int(batch.nbytes)
    if size > MOST_BYTES:
        batch = _without_unused(batch)
        size = int(batch.nbytes)
    if len(batch) == 1 or size <= MOST_BYTES:
        yield batch, size
    else:
        half = len(batch) // 2
        yield from _halved(batch[:half])
        yield from _halved(batch[half:])


def _without_unused(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Shorten dictionaries that would be a burden to carry along with every chunk; those of categories are short."""
    for i, column in enumerate(batch.columns):
        kind = column.type
        if pa.types.is_dictionary(kind) and not kind.ordered and column.dictionary.nbytes > MOST_BYTES:
            used = column.cast(kind.value_type).dictionary_encode().cast(kind)
            batch = batch.set_column(i, batch.schema.field(i), used)
    return batch


class Groups:
    """Gathers rows so that the same rows make the same groups, whatever the parts that they come in.

    Args:
        layout: of the source.
        flush: writes a group.
    """

    def __init__(self, layout: Layout, flush: Callable[[pa.RecordBatch], None]) -> None:
        self._most, self._text, self._flush = layout.like.rows, layout.fields.text, flush
        self._parts: list[pa.RecordBatch] = []
        self._rows = self._bytes = 0

    def write(self, part: Rows) -> None:
        """Take some rows."""
        start = 0
        for at, size in enumerate(_sizes(part.batch)):
            if self._rows and (self._rows == self._most or self._bytes + size > MOST_GROUP):
                self._parts.append(part.batch[start:at])
                self.complete()
                start = at
            self._rows += 1
            self._bytes += size
        self._parts.append(part.batch[start:])

    def complete(self) -> None:
        """Write what was gathered, if anything was."""
        if self._rows:
            self._flush(_laid_out(pa.concat_batches(self._parts), self._text))
        self._parts, self._rows, self._bytes = [], 0, 0


def _laid_out(batch: pa.RecordBatch, text: str | None) -> pa.RecordBatch:
    """Make anew what would tell which parts the rows came in: the data of views, and a dictionary of texts."""
    for i, field in enumerate(batch.schema):
        if _is_view(field.type) or (field.name == text and pa.types.is_dictionary(field.type)):
            plain = pa.large_string() if _holds_text(field.type) else pa.large_binary()
            batch = batch.set_column(i, field, batch.column(i).cast(plain).cast(field.type))
    return batch


def _sizes(batch: pa.RecordBatch) -> list[int]:
    """Return the bytes of text that each row holds."""
    total = pa.array([0] * len(batch), pa.int64())
    for column in batch.columns:
        if _is_view(column.type):
            column = column.cast(pa.large_binary())
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type) or _is_binary(column.type):
            total = pc.add(total, pc.fill_null(pc.binary_length(column).cast(pa.int64()), 0))
    return list(total.to_pylist())


def schema_of(layout: Layout, parts: Parts) -> pa.Schema:
    """Return the columns of what is written."""
    schema: pa.Schema = layout.like.schema
    for name in layout.added:
        if parts == "rebuild":
            schema = schema.append(pa.field(name, _type_of(name)))
        elif parts == "restore":
            schema = schema.remove(schema.get_field_index(name))
    return schema


def _type_of(added: str) -> pa.DataType:
    return {ADDED: REMOVALS, PAGE_METADATA: SAID_OF_PAGE}.get(added, pa.string())


def _is_view(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string_view(kind) or pa.types.is_binary_view(kind))


def _is_binary(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _holds_text(kind: pa.DataType) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _with_texts(batch: pa.RecordBatch, field: str | None, texts: Sequence[str | None]) -> list[pa.Array]:
    """Return the columns of some rows, with new texts where they are not None."""
    columns = list(batch.columns)
    at = batch.schema.get_field_index(field) if field else -1
    changes = [text is not None for text in texts]
    if at < 0 or not _holds_text(columns[at].type):
        if any(changes):
            raise ValueError(f"the column {field!r} holds no text that can be changed; convert it to strings")
        return columns
    kind = columns[at].type
    if any(changes):
        encoded = [text if text is None else text.encode("utf-8", BYTES_KEPT) for text in texts]
        new = pa.array(encoded, pa.large_binary()).view(pa.large_string())
        columns[at] = pc.if_else(pa.array(changes), new, columns[at].cast(pa.large_string())).cast(kind)
    return columns


def _row(values: Mapping[str, Any], layout: Layout) -> Row:
    row = row_of(values, layout.fields)
    if row.text is not None and len(row.text) > MAX_RECORD:
        return Row(key=row.key, error=f"has more than {MAX_RECORD:,} characters; is it one article?")
    return row if row.text is None or is_whole(row.text) else row._replace(flags=(BAD_UTF8,))
