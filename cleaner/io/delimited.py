"""CSV and TSV: the first record names the columns; the bytes of all other columns stay as they are."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any, Final, NamedTuple, cast

from cleaner.errors import DocumentError
from cleaner.io.encoding import BinaryError, decode
from cleaner.io.json_object import BAD_UTF8, BYTES_KEPT, is_whole
from cleaner.io.records import (
    MAX_RECORD,
    Change,
    Chunk,
    Concatenated,
    Layout,
    Parts,
    Raw,
    Restored,
    Row,
    grouped,
    row_of,
)

DELIMITERS: Final = (",", ";", "\t", "|")
SAMPLE: Final = 1 << 16
"""Bytes that are looked at to tell the encoding."""
QUOTED: Final = "quoted"
"""Style of a value in double quotes."""
BARE: Final = "bare"
"""Style of a value without."""
_VALUE: Final = {
    mark: re.compile(rf"""("[^"]*+(?:""[^"]*+)*+"|(?:[^"{mark}\r\n][^{mark}\r\n]*+)?)({mark}|\r?\n|\r|$)""")
    for mark in map(re.escape, DELIMITERS)
}
"""One value and what ends it, by delimiter."""
_UNREADABLE: Final = "its quotes do not close, or text follows a closing quote; write quotes inside a value twice"
_TOO_LONG: Final = f"a value has more than {MAX_RECORD:,} characters; does a quote not close?"

csv.field_size_limit(MAX_RECORD)  # 128 kB otherwise, and articles are longer


class Like(NamedTuple):
    """What is known of one file.

    Args:
        encoding: a Python codec.
        delimiter: what stands between the values.
        header: the first record as it stands, with a byte order mark if there is one.
        names: of the columns.
    """

    encoding: str
    delimiter: str
    header: str
    names: tuple[str, ...]


class _Reader:
    def __init__(self, file: IO[bytes], path: str, delimiter: str | None, encoding: str | None) -> None:
        sample = file.read(SAMPLE)
        encoding = encoding or _encoding(sample, path)
        whole = cast(IO[bytes], io.BufferedReader(_Again(sample, file)))
        text = io.TextIOWrapper(whole, encoding, errors=_kept(encoding), newline="")
        try:
            first = text.readline(MAX_RECORD)
        except UnicodeDecodeError:
            raise DocumentError(path, f"cannot be read as {encoding}") from None
        delimiter = delimiter or max(DELIMITERS, key=first.count)
        self._records = _records(first, text, delimiter, path)
        header = next(self._records, None)
        if not header or not header.data.strip("\ufeff\r\n"):
            raise DocumentError(path, "is empty; its first line must name the columns")
        names = _values(header, delimiter)
        if names is None or len(set(names)) < len(names):
            raise DocumentError(path, "does not name its columns in the first line, each once")
        self.like = Like(encoding, delimiter, header.data + header.after, tuple(names))

    def chunks(self) -> Iterator[Chunk]:
        return grouped(self._records)


class _Again(io.RawIOBase):
    """A stream whose first bytes were read before."""

    def __init__(self, first: bytes, file: IO[bytes]) -> None:
        self._first, self._file = first, file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._first[: len(buffer)] if self._first else self._file.read(len(buffer))
        self._first = self._first[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)


def _encoding(sample: bytes, path: str) -> str:
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16-le" if sample.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
    cut = sample.rfind(b"\n") + 1 or len(sample)  # not in the middle of a character
    try:
        return decode(sample[:cut]).encoding if not sample.startswith(codecs.BOM_UTF8) else "utf-8"
    except BinaryError as e:
        raise DocumentError(path, str(e)) from None


def _kept(encoding: str) -> str:
    """Return how bytes that the encoding does not know stand in texts: as lone surrogates, which UTF-16 has itself."""
    return "surrogatepass" if encoding.startswith("utf-16") else BYTES_KEPT


class Delimited:
    """See `Format`.

    Args:
        delimiter: what stands between the values; None looks at the first line.
        encoding: that of a file before it was cleaned, as without some texts it may look like another; None looks.
    """

    def __init__(self, delimiter: str | None, encoding: str | None = None) -> None:
        self._delimiter, self._encoding = delimiter, encoding

    def reader(self, file: IO[bytes], path: str) -> _Reader:
        """See `Format`."""
        return _Reader(file, path, self._delimiter, self._encoding)

    def sample(self, chunk: Chunk, like: Like) -> Mapping[str, Any]:
        """See `Format`."""
        first = next((record for record in self.values(chunk, like) if record is not None), None)
        return first or dict.fromkeys(like.names)

    def rows(self, chunk: Chunk, layout: Layout) -> list[Row]:
        """See `Format`."""
        return [_row(raw, layout) for raw in chunk.records]

    def rebuild(self, chunk: Chunk, layout: Layout, changes: Sequence[Change]) -> bytes:
        """See `Format`."""
        records = zip(chunk.records, changes, strict=True)
        text = "".join(_rebuilt(raw, layout, change) for raw, change in records)
        return text.encode(layout.like.encoding, _kept(layout.like.encoding))

    def values(self, chunk: Chunk, like: Like) -> list[dict[str, Any] | None]:
        """See `Format`."""
        return [_record(raw, like) for raw in chunk.records]

    def infer(self, records: Sequence[Mapping[str, Any]]) -> Like:
        """See `Format`."""
        names = tuple(dict.fromkeys(name for record in records for name in record))
        delimiter = self._delimiter or ","
        header = delimiter.join(_literal(name, BARE, delimiter) for name in names)
        return Like("utf-8", delimiter, header + "\n", names)

    def build(self, records: Sequence[Mapping[str, Any]], like: Like) -> bytes:
        """See `Format`."""
        return b"".join(_built(record, like) for record in records)

    def restore(self, chunk: Chunk, layout: Layout, texts: Sequence[Restored | None]) -> bytes:
        """See `Format`."""
        records = zip(chunk.records, texts, strict=True)
        text = "".join(_restored(raw, layout, restored) for raw, restored in records)
        return text.encode(layout.like.encoding, _kept(layout.like.encoding))

    def writer(self, file: IO[bytes], layout: Layout, parts: Parts) -> Concatenated:
        """See `Format`."""
        like: Like = layout.like
        end = len(like.header.rstrip("\r\n"))
        header, line_end = like.header[:end], like.header[end:]
        added = "".join(like.delimiter + name for name in layout.added)
        if parts == "rebuild":
            header += added
        elif parts == "restore":
            header = header.removesuffix(added)
        return Concatenated(file, (header + line_end).encode(like.encoding, _kept(like.encoding)))


def _built(record: Mapping[str, Any], like: Like) -> bytes:
    if unknown := record.keys() - set(like.names):
        raise ValueError(f"has a field {min(unknown)!r}, which is not among the columns {', '.join(like.names)}")
    values = (_literal(_said(record.get(name)), BARE, like.delimiter) for name in like.names)
    line = like.delimiter.join(values) or '""'  # a blank line is no record
    return (line + "\n").encode("utf-8", BYTES_KEPT)


def _restored(raw: Raw, layout: Layout, restored: Restored | None) -> str:
    like: Like = layout.like
    data: str = raw.data
    after: str = raw.after
    places = _places(data, like.delimiter)
    if places is None or len(places) <= len(layout.added):
        return data + after
    if layout.added:
        data = data[: places[-1 - len(layout.added)].end] + data[places[-1].end :]
    if restored and layout.fields.text in like.names:
        place = places[like.names.index(layout.fields.text)]
        data = data[: place.start] + _literal(restored.text, restored.literal, like.delimiter) + data[place.end :]
    return data + after


class _Place(NamedTuple):
    start: int
    end: int


def _records(first: str, text: io.TextIOWrapper, delimiter: str, path: str) -> Iterator[Raw]:
    """Yield the records as they stand; blank lines stand after the one before."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        line = first
        while line:
            taken.append(line)
            yield line.removeprefix("\ufeff")  # a quote behind the byte order mark opens a value
            line = text.readline(MAX_RECORD + 1)

    number, pending = 1, None
    try:
        for values in csv.reader(lines(), delimiter=delimiter):  # tells where a record ends
            data = "".join(taken)
            if not values and pending:
                pending = pending._replace(after=pending.after + data)
            else:
                if pending:
                    yield pending
                pending = Raw(data, number, before="", after="")
            number += len(taken)
            taken.clear()
    except (csv.Error, UnicodeDecodeError, DocumentError) as e:
        if pending:
            yield pending
        if isinstance(e, DocumentError):
            raise
        what = _TOO_LONG if isinstance(e, csv.Error) else f"cannot be read as {text.encoding}"
        raise DocumentError(path, f"line {number}: {what}; what follows is lost") from None
    if pending:
        yield pending


def _places(data: str, delimiter: str) -> list[_Place] | None:
    """Return where the values of a record stand, their quotes included; None if it is no proper record."""
    pattern = _VALUE[re.escape(delimiter)]
    places: list[_Place] = []
    at = 1 if data.startswith("\ufeff") else 0
    while match := pattern.match(data, at):
        places.append(_Place(*match.span(1)))
        at = match.end()
        if match[2] != delimiter:
            return places if at == len(data) else None
    return None


def _plain(literal: str) -> str:
    return literal[1:-1].replace('""', '"') if literal.startswith('"') else literal


def _literal(text: str, style: str, delimiter: str) -> str:
    """Return a text as a value: bare if it was and can be."""
    if style == BARE and not text.startswith('"') and not any(mark in text for mark in (delimiter, "\r", "\n")):
        return text
    return '"' + text.replace('"', '""') + '"'


def _values(raw: Raw, delimiter: str) -> list[str] | None:
    places = _places(raw.data, delimiter)
    return None if places is None else [_plain(raw.data[place.start : place.end]) for place in places]


def _record(raw: Raw, like: Like) -> dict[str, Any] | None:
    values = _values(raw, like.delimiter)
    return dict(zip(like.names, values, strict=True)) if values and len(values) == len(like.names) else None


def _row(raw: Raw, layout: Layout) -> Row:
    like: Like = layout.like
    values = _values(raw, like.delimiter)
    if values is None:
        return Row(error=f"line {raw.line}: {_UNREADABLE}")
    if len(values) != len(like.names):
        return Row(error=f"line {raw.line}: has {len(values)} values for {len(like.names)} columns")
    row = row_of(dict(zip(like.names, values, strict=True)), layout.fields)
    flags = () if is_whole(raw.data) else (BAD_UTF8,)
    if layout.fields.text is None:
        return row._replace(flags=flags)
    place = (_places(raw.data, like.delimiter) or [])[like.names.index(layout.fields.text)]
    return row._replace(literal=QUOTED if raw.data.startswith('"', place.start) else BARE, flags=flags)


def _rebuilt(raw: Raw, layout: Layout, change: Change) -> str:
    like: Like = layout.like
    data: str = raw.data
    after: str = raw.after
    places = _places(data, like.delimiter)
    if places is None:
        return data + after
    if layout.added:  # also to a record that has too many values or too few, which it then still has
        added = [_said(change.added.get(name)) for name in layout.added]
        tail = "".join(like.delimiter + _literal(value, BARE, like.delimiter) for value in added)
        data = data[: places[-1].end] + tail + data[places[-1].end :]
    if change.text is not None and layout.fields.text in like.names:
        place = places[like.names.index(layout.fields.text)]
        style = QUOTED if data.startswith('"', place.start) else BARE
        literal = _literal(change.text, style, like.delimiter)
        if not literal and len(places) == 1:  # the line would be blank, which is no record
            literal = _literal(change.text, QUOTED, like.delimiter)
        data = data[: place.start] + literal + data[place.end :]
    return data + after


def _said(value: object) -> str:
    """Return a value as a table holds it."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", BYTES_KEPT)
    is_json = isinstance(value, bool | int | float | Mapping | list | tuple)
    return json.dumps(value, ensure_ascii=False, default=_said) if is_json else str(value)
