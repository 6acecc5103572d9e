"""Parquet, read and written in parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from cleaner.errors import DocumentError
from cleaner.io.columns import said
from cleaner.io.compression import MOST_EXPANSION, UNSUSPECTED
from cleaner.io.records import MOST_ROWS, Chunk, Layout, Parts
from cleaner.io.tables import BROKEN, MOST_GROUP, Groups, Like, Rows, Tables, chunks, like_of, schema_of

BUFFER: Final = 1 << 20
"""Bytes of each column that are read ahead."""
MOST_DECODED: Final = 1 << 30
"""Bytes that the rows decoded at a time may need even if each holds the longest value that a column has room for."""
NEW_ROWS: Final = 1 << 16
"""Rows of a row group in new files, where their texts are short; see `MOST_GROUP`."""
NEW_CODEC: Final = "ZSTD"
_CODECS: Final = ("BROTLI", "GZIP", "LZ4", "SNAPPY", "ZSTD")
"""Compressions that can be written."""


class _Reader:
    def __init__(self, file: IO[bytes], path: str) -> None:
        self._path = path
        try:
            self._open = pq.ParquetFile(file, buffer_size=BUFFER, pre_buffer=False, page_checksum_verification=True)
            schema = self._open.schema_arrow
        except BROKEN as e:
            raise DocumentError(
                path, f"is no Parquet file, or it is damaged or cut off: {said(e)}; get it again"
            ) from None
        rows, codec, largest = _columns(self._open.metadata, path)
        # One value in a dictionary may stand in every row, so a row can need as much as its column.
        self._at_once = max(1, min(MOST_ROWS, MOST_DECODED // max(largest, 1)))
        self.like = like_of(schema, path, rows, codec)

    def chunks(self) -> Iterator[Chunk]:
        return chunks(self._batches(), self._path)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        number = 0
        try:
            for group in range(self._open.num_row_groups):  # one by one, so that damage spares the one before
                for batch in self._open.iter_batches(self._at_once, [group], use_threads=False):
                    number += len(batch)
                    yield batch
        except BROKEN as e:
            raise DocumentError(
                self._path, f"is damaged after row {number:,}: {said(e)}; get it again, what follows is lost"
            ) from None


class Parquet(Tables):
    """See `Format`.

    Memory does not grow with the file. It is bounded by some rows of the longest values, as far as the sizes that the
    file states are true; not bounded is what one single row may hold.
    """

    new = Like(pa.schema([]), NEW_ROWS, NEW_CODEC)

    def reader(self, file: IO[bytes], path: str) -> _Reader:
        """See `Format`; the file must be seekable."""
        return _Reader(file, path)

    def writer(self, file: IO[bytes], layout: Layout, parts: Parts) -> _Writer:
        """See `Format`."""
        return _Writer(file, layout, parts)


class _Writer:
    def __init__(self, file: IO[bytes], layout: Layout, parts: Parts) -> None:
        like: Like = layout.like
        # Otherwise the items of lists would get another name than they have in the source.
        self._inner = pq.ParquetWriter(
            file, schema_of(layout, parts), compression=like.codec or "none", use_compliant_nested_type=False
        )
        self._groups = Groups(layout, self._flush)

    def write(self, part: Rows) -> None:
        self._groups.write(part)

    def close(self) -> None:
        self._groups.complete()
        self._inner.close()

    def _flush(self, batch: pa.RecordBatch) -> None:
        self._inner.write_table(pa.Table.from_batches([batch]), row_group_size=len(batch))


def _columns(metadata: pq.FileMetaData, path: str) -> tuple[int, str | None, int]:
    """Return the rows of a row group to write, the compression, and the size of the largest column of a row group.

    Raises:
        DocumentError: a column expands as no honest one does.
    """
    rows, codec, largest = NEW_ROWS, NEW_CODEC if not metadata.num_row_groups else None, 0
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        if number == 0 and group.num_rows:
            rows = min(group.num_rows, group.num_rows * MOST_GROUP // max(group.total_byte_size, 1))
        for i in range(group.num_columns):
            column = group.column(i)
            if (number, i) == (0, 0) and column.compression != "UNCOMPRESSED":
                codec = column.compression if column.compression in _CODECS else NEW_CODEC
            size = column.total_uncompressed_size
            largest = max(largest, size)
            if size > max(UNSUSPECTED, MOST_EXPANSION * column.total_compressed_size):
                raise DocumentError(
                    path,
                    f"its column {column.path_in_schema!r} expands to more than {MOST_EXPANSION} times its size: "
                    "a decompression bomb? if it is honest, write it anew without compression",
                )
    return rows, codec, largest
