"""WARC: the pages of web archives, and the texts that Common Crawl took out of them (WET)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any, Final, NamedTuple

from cleaner.errors import DocumentError
from cleaner.io.charsets import declared, decode_page
from cleaner.io.compression import BLOCK
from cleaner.io.encoding import decode, is_utf8
from cleaner.io.records import MAX_RECORD, Chunk, Layout, Raw, Row, as_date, grouped

MAX_HEAD: Final = 1 << 16
"""Bytes of the longest header, of a record as of an answer, that is read."""
PAGES: Final = ("text/html", "application/xhtml+xml")
_TOO_LONG: Final = f"has more than {MAX_RECORD:,} bytes; is it one article?"


class Head(NamedTuple):
    """What the headers of a record say.

    Args:
        is_page: whether it holds a page; otherwise a text.
        url: where it was fetched.
        date: when, as it stands there.
        id: name of the record.
        content_type: type of what it holds, with its parameters.
        encodings: how that is packed, in the order in which it was done.
    """

    is_page: bool
    url: str
    date: str
    id: str
    content_type: str
    encodings: tuple[str, ...] = ()


class _Reader:
    like = None

    def __init__(self, file: IO[bytes], path: str) -> None:
        self._file, self._path = file, path

    def chunks(self) -> Iterator[Chunk]:
        return grouped(_records(self._file, self._path))


class Warc:
    """See `Readable`; a WARC is not written, and its headers, not the fields of a layout, say what a record holds.

    Answers of type HTML with a status of success are pages, and conversions of type text/plain are texts; all other
    records are skipped.
    """

    def reader(self, file: IO[bytes], path: str) -> _Reader:
        """See `Readable`."""
        return _Reader(file, path)

    def sample(self, chunk: Chunk, like: None) -> Mapping[str, Any]:
        """See `Readable`."""
        head: Head | None = next((raw.before for raw in chunk.records if not raw.error), None)
        return {**_values(head), "page" if head.is_page else "text": None} if head else {}

    def rows(self, chunk: Chunk, layout: Layout) -> list[Row]:
        """See `Readable`."""
        return [_row(raw) for raw in chunk.records]

    def values(self, chunk: Chunk, like: None) -> list[dict[str, Any] | None]:
        """See `Readable`; a page has no text yet."""
        return [_record(raw) for raw in chunk.records]


def _values(head: Head) -> dict[str, Any]:
    return {"url": head.url, "date": head.date, "warc_record_id": head.id, "content_type": head.content_type}


def _record(raw: Raw) -> dict[str, Any] | None:
    if raw.error or raw.before.is_page:
        return None if raw.error else _values(raw.before)
    row = _row(raw)
    return None if row.error else {**_values(raw.before), "text": row.text}


def _row(raw: Raw) -> Row:
    head: Head = raw.before
    row = Row(key=head.id, url=head.url or None, date=as_date(head.date))
    try:
        if raw.error:
            raise ValueError(raw.error)
        data = _unpacked(raw.data, head.encodings)
        if head.is_page:
            return row._replace(page=decode_page(data, head.content_type))
        charset = None if is_utf8(data) else declared(b"", head.content_type)
        return row._replace(text=decode(data, charset).text)
    except ValueError as e:  # a BinaryError too
        return row._replace(error=f"record {raw.line}: {e}")


def _unpacked(data: bytes, encodings: tuple[str, ...]) -> bytes:
    """Undo what a server did to a page; archives often hold it undone already, so what fails leaves it as it is."""
    for name in reversed(encodings):
        if name in _UNPACK:
            try:
                data = _UNPACK[name](data)
            except _NotPackedError:
                continue
            if len(data) > MAX_RECORD:
                raise ValueError(_TOO_LONG)
    return data


class _NotPackedError(Exception):
    """The bytes are not packed in this way."""


def _unchunked(data: bytes) -> bytes:
    """Put together the parts that a server sent one by one; a part that was cut off counts."""
    parts, at = [], 0
    while at < len(data):
        end = data.find(b"\n", at)
        size = data[at : end if end > 0 else None].split(b";")[0].strip()
        if not re.fullmatch(rb"[0-9a-fA-F]{1,8}", size):
            raise _NotPackedError
        if not int(size, 16) or end < 0:
            break
        parts.append(data[end + 1 : end + 1 + int(size, 16)])
        at = end + 1 + int(size, 16) + (2 if data.startswith(b"\r", end + 1 + int(size, 16)) else 1)
    return b"".join(parts)


def _inflated(data: bytes) -> bytes:
    for wbits in (47, -15):  # with a header of gzip or zlib; without any, as some servers send it
        try:
            return zlib.decompressobj(wbits).decompress(data, MAX_RECORD + 1)
        except zlib.error:
            continue
    raise _NotPackedError


def _gunzipped(data: bytes) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        raise _NotPackedError
    return _inflated(data)


def _unbrotlied(data: bytes) -> bytes:
    if data.lstrip().startswith(b"<"):  # a page; brotli has no mark of its own
        raise _NotPackedError
    try:
        import brotli  # rare in archives, and not needed without
    except ModuleNotFoundError:
        raise ValueError("is packed with brotli; to read it: pip install 'brotli>=1.2'") from None
    try:
        unpacked: bytes = brotli.Decompressor().process(data, output_buffer_limit=MAX_RECORD + 1)
    except brotli.error:
        raise _NotPackedError from None
    return unpacked


_UNPACK: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "chunked": _unchunked,
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,
    "deflate": _inflated,
    "br": _unbrotlied,
}


def _records(file: IO[bytes], path: str) -> Iterator[Raw]:
    """Yield the records that hold a page or a text."""
    number = 0
    while line := _after_blank_lines(file):
        number += 1
        if not line.startswith(b"WARC/"):
            if number == 1:
                raise DocumentError(path, "is no WARC file, which begins with WARC/; is its suffix right?")
            raise DocumentError(path, f"is damaged before record {number:,}; what follows is lost")
        try:
            head, data, error = _read(file)
        except _CutOffError:
            raise DocumentError(path, f"is cut off in record {number:,}; get it again") from None
        except ValueError as e:
            raise DocumentError(path, f"is damaged in record {number:,}: {e}; what follows is lost") from None
        if head:
            yield Raw(data, number, error, before=head)


class _CutOffError(Exception):
    """The file ends inside a record."""


def _after_blank_lines(file: IO[bytes]) -> bytes:
    line = file.readline(MAX_HEAD)
    while line and not line.strip():
        line = file.readline(MAX_HEAD)
    return line


def _read(file: IO[bytes]) -> tuple[Head | None, bytes, str]:
    """Read a record whose first line was read; no head if it holds neither a page nor a text."""
    names: dict[str, str] = {}
    size = 0
    while (line := file.readline(MAX_HEAD)).strip():
        size += len(line)
        if size > MAX_HEAD:
            raise ValueError(f"its header has more than {MAX_HEAD:,} bytes")
        _note(names, line)
    length = names.get("content-length", "")
    if not line:
        raise _CutOffError
    if not re.fullmatch("[0-9]{1,18}", length):
        raise ValueError("it does not say its length")
    left = int(length)
    data = _taken(file, min(left, MAX_HEAD))
    head, at = _head(names, data)
    if head and left <= MAX_RECORD:
        data += _taken(file, left - len(data))
    left -= len(data)
    while left:
        left -= len(_taken(file, min(left, BLOCK)))
    return (head, data[at:], "") if int(length) <= MAX_RECORD else (head, b"", _TOO_LONG)


def _taken(file: IO[bytes], size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise _CutOffError
    return data


def _note(names: dict[str, str], line: bytes) -> None:
    """Note one line of a header; of a name that comes twice the first counts."""
    name, _, value = line.decode("utf-8", "replace").partition(":")
    names.setdefault(name.strip().lower(), value.strip())


def _head(names: Mapping[str, str], data: bytes) -> tuple[Head | None, int]:
    """Return what a record's headers say, and where in its data the page or the text begins."""
    kind = names.get("warc-type", "").lower()
    url, date, id = (names.get(name, "") for name in ("warc-target-uri", "warc-date", "warc-record-id"))
    url = url.removeprefix("<").removesuffix(">")  # as WARC 1.0 was read by some
    own_type = names.get("content-type", "")
    if kind == "conversion" and _mime(own_type) == "text/plain":
        return Head(False, url, date, id, own_type), 0
    if kind != "response" or not data.startswith(b"HTTP/"):
        return None, 0
    end = re.search(rb"\r?\n\r?\n", data)
    lines = data[: end.start() if end else None].splitlines()
    http: dict[str, str] = {}
    for line in lines[1:]:
        _note(http, line)
    content_type = http.get("content-type") or names.get("warc-identified-payload-type", "")
    if not re.match(rb"HTTP/\S+ +2", lines[0]) or _mime(content_type) not in PAGES or not end:
        return None, 0
    packed = f"{http.get('content-encoding', '')},{http.get('transfer-encoding', '')}"
    encodings = tuple(name for part in packed.lower().split(",") if (name := part.strip()))
    return Head(True, url, date, id, content_type, encodings), end.end()


def _mime(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()
