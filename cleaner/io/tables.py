"""Tables of Arrow: rows of typed columns, of which only the text's is written anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from cleaner.errors import DocumentError
from cleaner.io.json_object import BAD_UTF8, BYTES_KEPT, is_whole
from cleaner.io.records import (
    ADDED,
    MAX_RECORD,
    MOST_BYTES,
    MOST_ROWS,
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
_UNREADABLE: Final = (pa.ArrowException, ValueError, TypeError, KeyError, ArithmeticError)
"""What pyarrow raises for values that Python has no equal of, such as a day in the year 300,000."""
_REMOVALS: Final = pa.list_(
    pa.field(
        "element",  # as Parquet names it
        pa.struct(
            {
                "start": pa.int64(),
                "end": pa.int64(),
                "text": pa.string(),
                "category": pa.string(),
                "rule": pa.string(),
                "confidence": pa.float64(),
                "reason": pa.string(),
            }
        ),
    )
)


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
        return self.values(Chunk(chunk.records[:1], chunk.first), like)[0] or {}

    def rows(self, chunk: Chunk, layout: Layout) -> list[Row]:
        """See `Format`."""
        batch: pa.RecordBatch = chunk.records.batch
        names = layout.fields.named()
        wanted = sorted(set(names.values()) & set(batch.schema.names))
        columns = [_seen(batch.column(name), as_day=name == names.get("date")) for name in wanted]
        if not columns:
            return [Row()] * len(chunk.records)
        return [_row(dict(zip(wanted, values, strict=True)), layout) for values in zip(*columns, strict=True)]

    def rebuild(self, chunk: Chunk, layout: Layout, changes: Sequence[Change]) -> Rows:
        """See `Format`."""
        texts = [change.text for change in changes]
        columns = _with_texts(chunk.records.batch, layout.fields.text, texts)
        for name in layout.added:
            columns.append(_built(name, _type_of(name), [_storable(change.added.get(name)) for change in changes]))
        return Rows(pa.RecordBatch.from_arrays(columns, schema=schema_of(layout, "rebuild")))

    def values(self, chunk: Chunk, like: Like) -> list[dict[str, Any] | None]:
        """See `Format`."""
        batch: pa.RecordBatch = chunk.records.batch
        names, columns = batch.schema.names, [_python(column) for column in batch.columns]
        return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]

    def infer(self, records: Sequence[Mapping[str, Any]]) -> Like:
        """See `Format`.

        Raises:
            ValueError: the values of a field are not of one type; the message names it.
        """
        names = dict.fromkeys(name for record in records for name in record)
        fields = [(name, _inferred(name, [record.get(name) for record in records])) for name in names]
        return self.new._replace(schema=pa.schema(fields))

    def build(self, records: Sequence[Mapping[str, Any]], like: Like) -> Rows:
        """See `Format`."""
        names = like.schema.names
        for record in records:
            if unknown := [name for name in record if name not in names]:
                raise ValueError(f"has a field {unknown[0]!r}, which is not among the columns {', '.join(names)}")
        columns = [_built(field.name, field.type, [r.get(field.name) for r in records]) for field in like.schema]
        return Rows(pa.RecordBatch.from_arrays(columns, schema=like.schema))

    def restore(self, chunk: Chunk, layout: Layout, texts: Sequence[Restored | None]) -> Rows:
        """See `Format`."""
        kept = chunk.records.batch.drop_columns(list(layout.added))
        columns = _with_texts(kept, layout.fields.text, [text.text if text else None for text in texts])
        return Rows(pa.RecordBatch.from_arrays(columns, schema=schema_of(layout, "restore")))


def like_of(schema: pa.Schema, path: str, rows: int, codec: str | None = None, kind: str = "") -> Like:
    """Return what is known of a table.

    Raises:
        DocumentError: two columns have one name.
    """
    twice = [name for name in schema.names if schema.get_field_index(name) < 0]
    if twice:
        raise DocumentError(path, f"has the column {twice[0]!r} twice, so it is not clear which one holds; rename one")
    return Like(schema, max(rows, 1), codec, kind)


def chunks(batches: Iterable[pa.RecordBatch]) -> Iterator[Chunk]:
    """Cut batches to the size of chunks, and put those together that are small."""
    first, some, rows, size = 1, list[pa.RecordBatch](), 0, 0

    def chunk() -> Chunk:
        return Chunk(Rows(pa.concat_batches(some) if len(some) > 1 else some[0]), first)

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
    return _REMOVALS if added == ADDED else pa.string()


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


def _seen(column: pa.Array, *, as_day: bool) -> list[Any]:
    """Return the values of a column that matters; None where Python has no equal."""
    try:
        return _python(column.cast(pa.date32()) if as_day and pa.types.is_timestamp(column.type) else column)
    except _UNREADABLE:
        return [None] * len(column)


def _python(column: pa.Array) -> list[Any]:
    try:
        return list(column.to_pylist())
    except _UNREADABLE:
        return [_value(scalar) for scalar in column]


def _value(scalar: pa.Scalar) -> Any:
    """Return a value; its bytes that are not UTF-8 as in JSON, and what Python has no equal of as a string."""
    try:
        return scalar.as_py()
    except UnicodeDecodeError:
        return str(scalar.cast(pa.large_binary()).as_py(), "utf-8", BYTES_KEPT)
    except _UNREADABLE:
        return scalar.cast(pa.string()).as_py()


def _storable(value: Any) -> Any:
    """Replace what UTF-8 cannot hold in the values of added fields, character by character."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {key: _storable(item) for key, item in value.items()}
    return [_storable(item) for item in value] if isinstance(value, list | tuple) else value


def _built(name: str, kind: pa.DataType, values: Sequence[Any]) -> pa.Array:
    """Make a column.

    Raises:
        ValueError: a value does not fit.
    """
    try:
        array = pa.array(values, kind)
    except _UNREADABLE:
        for value in values:
            try:
                pa.array([value], kind)
            except _UNREADABLE as e:
                raise ValueError(f"has a {name!r} that does not fit its column of {kind}: {_said(e)}") from None
        raise
    if any(_loses(value, kind) for value in values):
        raise ValueError(f"has a {name!r} with fields of its own that its column of {kind} does not have")
    return array


def _said(error: Exception) -> str:
    if isinstance(error, UnicodeEncodeError):
        return "it holds half a character, a lone surrogate, which no table can store"
    return said(error)


def said(error: BaseException) -> str:
    """Return the first sentence of what pyarrow says."""
    return (str(error) or type(error).__name__).splitlines()[0].rstrip(".")


def _loses(value: Any, kind: pa.DataType) -> bool:
    """Tell whether a value has parts that pyarrow would leave out without a word."""
    if isinstance(value, Mapping) and pa.types.is_struct(kind):
        return any(kind.get_field_index(key) < 0 or _loses(part, kind.field(key).type) for key, part in value.items())
    if isinstance(value, list | tuple) and (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
        return any(_loses(part, kind.value_type) for part in value)
    return False


def _inferred(name: str, values: Sequence[Any]) -> pa.DataType:
    if name == ADDED and all(value is None or isinstance(value, list | tuple) for value in values):
        return _REMOVALS
    try:
        return _settled(pa.infer_type(values))
    except _UNREADABLE as e:
        raise ValueError(
            f"the field {name!r} cannot be a column: {_said(e)}; write JSON Lines, with --to jsonl"
        ) from None


def _settled(kind: pa.DataType) -> pa.DataType:
    """Return a type in which what is not known yet is a string."""
    if pa.types.is_null(kind):
        return pa.string()
    if pa.types.is_list(kind):
        return pa.list_(pa.field("element", _settled(kind.value_type)))
    if pa.types.is_struct(kind):
        if not kind.num_fields:
            raise ValueError("its objects have no fields")
        return pa.struct([(part.name, _settled(part.type)) for part in kind])
    return kind
