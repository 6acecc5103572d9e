"""Files of one document each, read as the records of one file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any, Final

from cleaner.errors import DocumentError, UsageError
from cleaner.io.charsets import decode_page
from cleaner.io.encoding import BinaryError, decode
from cleaner.io.files import read_bytes
from cleaner.io.inputs import Source
from cleaner.io.records import Chunk, Layout, Row

TOGETHER: Final = 16
"""Files that are handed to a worker at a time."""


class MembersReader:
    """See `Reader`.

    Args:
        members: the files.
    """

    like = None

    def __init__(self, members: Sequence[Source]) -> None:
        self._members = members

    def chunks(self) -> Iterator[Chunk]:
        """See `Reader`."""
        for at in range(0, len(self._members), TOGETHER):
            yield Chunk(self._members[at : at + TOGETHER], at + 1)


class Members:
    """See `Readable`."""

    def reader(self, file: IO[bytes], path: str) -> MembersReader:
        """See `Readable`; here it is the caller who knows the files."""
        raise UsageError(f"{path}: is one file; members are many")

    def sample(self, chunk: Chunk, like: Any) -> Mapping[str, Any]:
        """See `Readable`."""
        return {"id": "", "text": ""}

    def rows(self, chunk: Chunk, layout: Layout) -> list[Row]:
        """See `Readable`."""
        return [_row(source) for source in chunk.records]

    def values(self, chunk: Chunk, like: Any) -> list[dict[str, Any] | None]:
        """See `Readable`."""
        return [{"id": source.inner, "text": None} for source in chunk.records]


def _row(source: Source) -> Row:
    try:
        data = read_bytes(source.path, source.codec)
        if source.is_html:
            return Row(page=decode_page(data), key=source.inner)
        return Row(decode(data).text, key=source.inner)
    except (DocumentError, BinaryError) as e:
        return Row(key=source.inner, error=e.message if isinstance(e, DocumentError) else str(e))
