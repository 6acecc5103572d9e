"""JSON Lines: one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from cleaner.errors import DocumentError
from cleaner.io import json_object
from cleaner.io.records import MAX_RECORD, Change, Chunk, Concatenated, Layout, Parts, Raw, Restored, Row, grouped


class _Reader:
    like = None

    def __init__(self, file: IO[bytes], path: str) -> None:
        self._file, self._path = file, path

    def chunks(self) -> Iterator[Chunk]:
        return grouped(_lines(self._file))


class JsonLines:
    """See `Format`."""

    def reader(self, file: IO[bytes], path: str) -> _Reader:
        """See `Format`."""
        return _Reader(file, path)

    def sample(self, chunk: Chunk, like: Any) -> Mapping[str, Any]:
        """See `Format`."""
        return json_object.sample(chunk)

    def rows(self, chunk: Chunk, layout: Layout) -> list[Row]:
        """See `Format`."""
        return json_object.rows(chunk, layout.fields)

    def rebuild(self, chunk: Chunk, layout: Layout, changes: Sequence[Change]) -> bytes:
        """See `Format`."""
        return json_object.rebuild(chunk, layout, changes)

    def values(self, chunk: Chunk, like: Any) -> list[dict[str, Any] | None]:
        """See `Format`."""
        return json_object.values(chunk)

    def infer(self, records: Sequence[Mapping[str, Any]]) -> None:
        """See `Format`."""

    def build(self, records: Sequence[Mapping[str, Any]], like: Any) -> bytes:
        """See `Format`."""
        return b"".join(encoded(record) + b"\n" for record in records)

    def restore(self, chunk: Chunk, layout: Layout, texts: Sequence[Restored | None]) -> bytes:
        """See `Format`."""
        return json_object.restore(chunk, layout, texts)

    def writer(self, file: IO[bytes], layout: Layout, parts: Parts) -> Concatenated:
        """See `Format`."""
        return Concatenated(file)


def encoded(record: Mapping[str, Any]) -> bytes:
    """Return a record as JSON; what JSON has no type for, such as a time, as a string."""
    try:
        return json.dumps(record, ensure_ascii=False, default=_other).encode("utf-8", json_object.BYTES_KEPT)
    except UnicodeEncodeError:  # half a character, which only an escape can write
        return json.dumps(record, default=_other).encode()


def _other(value: object) -> str:
    return value.decode("utf-8", json_object.BYTES_KEPT) if isinstance(value, bytes) else str(value)


def _lines(file: IO[bytes]) -> Iterator[Raw]:
    """Yield the lines that are not blank; the blank ones stand around them."""
    pending: Raw | None = None
    number, blank = 0, b""
    try:
        while line := file.readline(MAX_RECORD + 1):
            number += 1
            if not line.strip(b" \t\r\n\xef\xbb\xbf"):
                blank += line
                continue
            if pending:
                yield pending._replace(after=blank)
            pending, blank = Raw(line, number, before=b"" if pending else blank), b""
            if len(line) > MAX_RECORD:
                pending = Raw(b"", number, f"has more than {MAX_RECORD:,} bytes; is it one article?")
                while line and not line.endswith(b"\n"):
                    line = file.readline(MAX_RECORD)
    except DocumentError:  # what was read before it comes before it
        if pending:
            yield pending._replace(after=blank)
        raise
    if pending:
        yield pending._replace(after=blank)
