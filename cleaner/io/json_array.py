"""JSON files: an array of objects, one object alone, or objects one after another."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from cleaner.errors import DocumentError
from cleaner.io.compression import BLOCK
from cleaner.io.json_object import BYTES_KEPT, SPACE, NotAnObjectError, scan
from cleaner.io.jsonl import JsonLines, encoded
from cleaner.io.records import MAX_RECORD, Chunk, Concatenated, Layout, Parts, Raw, grouped


class JsonArray(JsonLines):
    """See `Format`; records are read and written as in JSON Lines, only what stands between them differs."""

    def reader(self, file: IO[bytes], path: str) -> _Reader:  # type: ignore[override]
        """See `Format`."""
        return _Reader(file, path)

    def build(self, records: Sequence[Mapping[str, Any]], like: Any) -> bytes:
        """See `Format`."""
        return b",\n".join(map(encoded, records))

    def writer(self, file: IO[bytes], layout: Layout, parts: Parts) -> Concatenated:
        """See `Format`."""
        if parts == "build":
            return Concatenated(file, b"[\n", b"\n]\n", b",\n")
        return Concatenated(file, empty=b"[]\n")


class _Reader:
    like = None

    def __init__(self, file: IO[bytes], path: str) -> None:
        self._file, self._path = file, path

    def chunks(self) -> Iterator[Chunk]:
        return grouped(self._records())

    def _records(self) -> Iterator[Raw]:
        text = _Text(self._file, self._path)
        before = text.space()
        if not text.next():
            raise DocumentError(self._path, "is empty, which is no JSON")
        in_array = text.next() == "["
        if in_array:
            before += text.take() + text.space()
        end = "]" if in_array else ""
        pending: Raw | None = None
        try:
            while text.next() != end:
                record = text.value()
                if pending:
                    yield pending
                pending = record._replace(before=before.encode("utf-8", BYTES_KEPT))
                before = text.space()
                if in_array and text.next() == ",":
                    before += text.take() + text.space()
                elif in_array and text.next() != "]":
                    raise text.error("a comma or the closing bracket is wanted")
            after = before + text.take() + text.space()
            if text.next():
                raise text.error("something follows the array")
        except DocumentError:  # what came before it stays a whole array
            if pending:
                yield pending._replace(after=b"\n]\n" if in_array else b"")
            raise
        if pending:
            yield pending._replace(after=after.encode("utf-8", BYTES_KEPT))


class _Text:
    """The text of a file, of which no more than what is being looked at is held."""

    def __init__(self, file: IO[bytes], path: str) -> None:
        self._file, self._path = file, path
        self._decoder = codecs.getincrementaldecoder("utf-8")(BYTES_KEPT)
        self._text, self._at, self._line, self._is_whole = "", 0, 1, False

    def next(self) -> str:
        """Return the next character; empty at the end."""
        while self._at == len(self._text) and not self._is_whole:
            self._fill()
        return self._text[self._at : self._at + 1]

    def take(self) -> str:
        """Return the next character and go past it."""
        taken = self.next()
        self._at += len(taken)
        return taken

    def space(self) -> str:
        """Return the white space that comes next and go past it."""
        taken = ""
        while self.next() and (match := SPACE.match(self._text, self._at)) and match[0]:
            taken += match[0]
            self._at = match.end()
        return taken

    def value(self) -> Raw:
        """Return the JSON value that comes next and go past it.

        Raises:
            DocumentError: there is none, or it is longer than `MAX_RECORD`.
        """
        while True:
            try:
                _, end = scan(self._text, self._at)
            except NotAnObjectError as e:
                if self._is_whole or len(self._text) - self._at > MAX_RECORD:
                    raise self.error(str(e)) from None
            else:
                if end < len(self._text) or self._is_whole:  # a number may go on
                    break
            self._fill()
        line = self._line + self._text.count("\n", 0, self._at)
        data, self._at = self._text[self._at : end], end
        return Raw(data.encode("utf-8", BYTES_KEPT), line)

    def error(self, message: str) -> DocumentError:
        """Return an error at this place."""
        line = self._line + self._text.count("\n", 0, self._at)
        return DocumentError(self._path, f"the value at line {line} cannot be read: {message}; what follows is lost")

    def _fill(self) -> None:
        self._line += self._text.count("\n", 0, self._at)
        # Twice as much each time, as a value that does not fit is read from its beginning again.
        block = self._file.read(max(BLOCK, len(self._text) - self._at))
        self._is_whole = not block
        self._text, self._at = self._text[self._at :] + self._decoder.decode(block, final=not block), 0
