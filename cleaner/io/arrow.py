"""Arrow's own files: the streams that Hugging Face saves, and the files that are also called Feather."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO, Final

import pyarrow as pa

from cleaner.errors import DocumentError
from cleaner.io.columns import said
from cleaner.io.records import Chunk, Layout, Parts
from cleaner.io.tables import BROKEN, Groups, Like, Rows, Tables, chunks, like_of, schema_of

STREAM: Final = "stream"
FILE: Final = "file"
MAGIC: Final = b"ARROW1"
"""How a file begins; a stream does not."""
OLD_MAGIC: Final = b"FEA1"
"""How a file of Feather's first version begins, which Arrow has given up."""
NEW_ROWS: Final = 1000
"""Rows of a batch in new files, as Hugging Face writes them."""
_CODECS: Final = ("lz4", "zstd")
"""By number, as in the messages of batches."""


class _Reader:
    def __init__(self, file: IO[bytes], path: str) -> None:
        self._path = path
        magic = file.read(len(MAGIC))
        kind = FILE if magic == MAGIC else STREAM
        if magic.startswith(OLD_MAGIC):
            raise DocumentError(path, "is Feather of the first version; write it anew with today's pandas")
        try:
            rows, codec = _first_batch(file, 8 if kind == FILE else 0)
            file.seek(0)
            self._open = pa.ipc.open_file(file) if kind == FILE else pa.ipc.open_stream(file)
        except BROKEN as e:
            raise DocumentError(
                path, f"is no Arrow file, or it is damaged or cut off: {said(e)}; get it again"
            ) from None
        self.like = like_of(self._open.schema, path, rows, codec, kind)

    def chunks(self) -> Iterator[Chunk]:
        return chunks(self._batches(), self._path)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        number = 0
        while True:
            try:
                if self.like.kind == FILE and number == self._open.num_record_batches:
                    return
                batch = self._open.get_batch(number) if self.like.kind == FILE else self._open.read_next_batch()
                _check(batch)
            except StopIteration:
                return
            except BROKEN as e:
                raise DocumentError(
                    self._path,
                    f"is damaged or cut off in its batch {number + 1}: {said(e)}; get it again, what follows is lost",
                ) from None
            number += 1
            yield batch


class Arrow(Tables):
    """See `Format`.

    Memory is bounded by the largest batch of the file that is read, as a batch is read as a whole.
    """

    new = Like(pa.schema([]), NEW_ROWS, kind=STREAM)

    def reader(self, file: IO[bytes], path: str) -> _Reader:
        """See `Format`; the file must be seekable."""
        return _Reader(file, path)

    def writer(self, file: IO[bytes], layout: Layout, parts: Parts) -> _Writer:
        """See `Format`."""
        return _Writer(file, layout, parts)


class _Writer:
    def __init__(self, file: IO[bytes], layout: Layout, parts: Parts) -> None:
        like: Like = layout.like
        options = pa.ipc.IpcWriteOptions(compression=like.codec, emit_dictionary_deltas=like.kind == FILE)
        start = pa.ipc.new_file if like.kind == FILE else pa.ipc.new_stream
        self._inner = start(file, schema_of(layout, parts), options=options)
        self._grows = like.kind == FILE
        self._dictionaries: dict[int, pa.Array] = {}
        self._groups = Groups(layout, self._flush)

    def write(self, part: Rows) -> None:
        self._groups.write(part)

    def close(self) -> None:
        self._groups.complete()
        self._inner.close()

    def _flush(self, batch: pa.RecordBatch) -> None:
        self._inner.write_batch(self._grown(batch) if self._grows else batch)

    def _grown(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Make dictionaries continue those of the batch before, as files have one for each column."""
        for i, column in enumerate(batch.columns):
            if not pa.types.is_dictionary(column.type):
                continue
            if (known := self._dictionaries.get(i)) is not None:
                none = pa.DictionaryArray.from_arrays(
                    pa.array([], column.type.index_type), known, ordered=column.type.ordered
                )
                column = pa.chunked_array([none, column]).unify_dictionaries().chunk(1)
                batch = batch.set_column(i, batch.schema.field(i), column)
            self._dictionaries[i] = column.dictionary
        return batch


def _check(batch: pa.RecordBatch) -> None:
    """Check all offsets, which pyarrow trusts; bytes that are not UTF-8 are no damage."""
    batch.validate()
    for column in batch.columns:
        kind = column.type
        if pa.types.is_string(kind):
            column = column.cast(pa.binary())
        elif pa.types.is_large_string(kind):
            column = column.cast(pa.large_binary())
        elif pa.types.is_string_view(kind):
            column = column.cast(pa.binary_view())
        column.validate(full=True)


def _first_batch(file: IO[bytes], start: int) -> tuple[int, str | None]:
    """Return the rows of the first batch and its compression, which pyarrow does not tell."""
    file.seek(start)
    for message in pa.ipc.MessageReader.open_stream(pa.PythonFile(file, "r")):
        if message.type == "record batch":
            data = message.metadata.to_pybytes()
            header = _follow(data, _field(data, _follow(data, 0), 2))
            rows, compression = _field(data, header, 0), _field(data, header, 3)
            codec = compression and _field(data, _follow(data, compression), 0)
            return (
                struct.unpack_from("<q", data, rows)[0] if rows else 0,
                _CODECS[data[codec] if codec else 0] if compression else None,
            )
    return NEW_ROWS, None


def _field(data: bytes, table: int, number: int) -> int:
    """Return where a field of a flatbuffer's table stands; 0 if it is not set."""
    slots = table - struct.unpack_from("<i", data, table)[0]
    at = 4 + 2 * number
    offset = struct.unpack_from("<H", data, slots + at)[0] if at < struct.unpack_from("<H", data, slots)[0] else 0
    return table + offset if offset else 0


def _follow(data: bytes, at: int) -> int:
    return at + int(struct.unpack_from("<I", data, at)[0])
