"""JSON objects whose fields keep every byte: only the literal of the text is written anew."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from cleaner.io.encoding import is_utf8
from cleaner.io.records import Change, Chunk, Fields, Layout, Raw, Restored, Row, row_of

BAD_UTF8: Final = "bad-utf-8"
"""Flag of a record that holds bytes that are not UTF-8; they stay as they are."""
UTF8: Final = "utf-8"
"""Style of a literal in which only what must be escaped is, as `JSON.stringify` and orjson write it."""
ASCII: Final = "ascii"
"""Style of a literal in which all above ASCII is escaped, as Python's `json` writes it."""
BYTES_KEPT: Final = "surrogateescape"
"""Bytes that are not UTF-8 stand in texts as lone surrogates and are written as they were."""
_DECODER: Final = json.JSONDecoder(strict=False)
"""Takes tabs and line ends inside strings, which scrapers forget to escape."""
SPACE: Final = re.compile(r"[ \t\r\n\ufeff]*")


class NotAnObjectError(ValueError):
    """The text is not one JSON object; the message says why and where."""


class _Value(NamedTuple):
    value: Any
    start: int
    end: int


def spans(text: str) -> dict[str, _Value]:
    """Return the fields of one JSON object with the places of their values.

    Raises:
        NotAnObjectError: it is not one.

    >>> spans('{"a": [1, 2.50]}')["a"]
    _Value(value=[1, 2.5], start=6, end=15)
    """
    found: dict[str, _Value] = {}
    at = _after(text, 0)
    if text[at : at + 1] != "{":
        raise NotAnObjectError("not a JSON object, which begins with {")
    at = _after(text, at + 1)
    closed = text[at : at + 1] == "}"
    while not closed:
        key, at = scan(text, at)
        if not isinstance(key, str) or text[(at := _after(text, at)) : at + 1] != ":":
            raise NotAnObjectError(f"not JSON: a name in double quotes and a colon are wanted {where(text, at)}")
        start = _after(text, at + 1)
        value, end = scan(text, start)
        if key in found:
            raise NotAnObjectError(f"has the field {key!r} twice, so it is not clear which one holds")
        found[key] = _Value(value, start, end)
        at = _after(text, end)
        mark = text[at : at + 1]
        if mark not in (",", "}"):
            raise NotAnObjectError(f"not JSON: a comma or the closing brace is wanted {where(text, at)}")
        closed = mark == "}"
        at = at if closed else _after(text, at + 1)
    if (rest := _after(text, at + 1)) != len(text):
        raise NotAnObjectError(f"not one JSON object a line: something follows it {where(text, rest)}")
    return found


def scan(text: str, at: int) -> tuple[Any, int]:
    """Read one JSON value and return it with its end.

    Raises:
        NotAnObjectError: there is none.
    """
    try:
        return _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as e:
        raise NotAnObjectError(f"not JSON: {e.msg} {where(text, e.pos)}") from None
    except (RecursionError, ValueError) as e:
        raise NotAnObjectError(f"not JSON that can be read: {e}") from None


def where(text: str, at: int) -> str:
    """Return an address inside a record in words."""
    line = text.count("\n", 0, at)
    column = at - text.rfind("\n", 0, at)
    return f"at column {column}" + (f" of its line {line + 1}" if line else "")


def _after(text: str, at: int) -> int:
    match = SPACE.match(text, at)
    return match.end() if match else at


def sample(chunk: Chunk) -> Mapping[str, Any]:
    """Return the fields of the first record that can be read."""
    return next((record for record in values(chunk) if record is not None), {})


def values(chunk: Chunk) -> list[dict[str, Any] | None]:
    """Return the records as dictionaries; None for what is no object."""
    return [_values(raw) for raw in chunk.records]


def _values(raw: Raw) -> dict[str, Any] | None:
    try:
        return {name: value.value for name, value in spans(_text(raw)).items()} if not raw.error else None
    except NotAnObjectError:
        return None


def rows(chunk: Chunk, fields: Fields) -> list[Row]:
    """Read the records, one row for each."""
    return [_row(raw, fields) for raw in chunk.records]


def _row(raw: Raw, fields: Fields) -> Row:
    if raw.error:
        return Row(error=f"line {raw.line}: {raw.error}")
    text = _text(raw)
    try:
        found = spans(text)
    except NotAnObjectError as e:
        return Row(error=f"line {raw.line}: {e}")
    row = row_of({name: value.value for name, value in found.items()}, fields)
    flags = (BAD_UTF8,) if not is_utf8(raw.data) else ()
    if row.text is None or fields.text is None:
        return row._replace(flags=flags)
    place = found[fields.text]
    return row._replace(literal=_style(text[place.start : place.end], row.text), flags=flags)


def is_whole(text: str) -> bool:
    """Tell whether a text has whole characters only, neither halves nor bytes that were none."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _style(literal: str, text: str) -> str:
    for style in (UTF8, ASCII):
        if literal == written(text, style):
            return style
    return literal


def written(text: str, literal: str) -> str:
    """Return a text as a JSON string; in a style, or as much as possible like another literal."""
    # A surrogate that was escaped must not become the byte that the same surrogate stands for elsewhere.
    is_literal = literal.startswith('"')
    is_ascii = literal == ASCII or (is_literal and (literal.isascii() or "\\ud" in literal.lower()))
    return json.dumps(text, ensure_ascii=is_ascii)


def rebuild(chunk: Chunk, layout: Layout, changes: Sequence[Change]) -> bytes:
    """Return the records with their new texts and added fields; all else keeps its bytes."""
    return b"".join(
        raw.before
        + (_rebuilt(raw, layout.fields.text, change) if change.text is not None or change.added else raw.data)
        + raw.after
        for raw, change in zip(chunk.records, changes, strict=True)
    )


def _rebuilt(raw: Raw, field: str | None, change: Change) -> bytes:
    text = _text(raw)
    found = spans(text)
    if taken := found.keys() & change.added.keys():
        raise ValueError(f"has a field {min(taken)!r} already, which would be added")
    closing = text.rindex("}")
    tail = "".join(f", {_dumped(name)}: {_dumped(value)}" for name, value in change.added.items())
    text = text[:closing] + (tail if found else tail[2:]) + text[closing:]
    if change.text is not None and field in found:
        _, start, end = found[field]
        style = _style(text[start:end], found[field].value)
        text = text[:start] + written(change.text, style) + text[end:]
    return text.encode("utf-8", BYTES_KEPT)


def _dumped(value: Any) -> str:
    """Return a value of a field that is added; what is no whole character is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return text if is_whole(text) else json.dumps(value)


def _text(raw: Raw) -> str:
    return str(raw.data, "utf-8", BYTES_KEPT)


def restore(chunk: Chunk, layout: Layout, texts: Sequence[Restored | None]) -> bytes:
    """Return cleaned records with the texts that they had, and without the fields that were added at their ends."""
    records = zip(chunk.records, texts, strict=True)
    return b"".join(raw.before + _restored(raw, layout, text) + raw.after for raw, text in records)


def _restored(raw: Raw, layout: Layout, restored: Restored | None) -> bytes:
    record = _text(raw)
    try:
        found = spans(record)
    except NotAnObjectError:
        return bytes(raw.data)
    if layout.added and (first := found.get(layout.added[0])):
        name = record.rindex(_dumped(layout.added[0]), 0, first.start)
        comma = record.rindex(",", 0, name) if len(found) > len(layout.added) else name
        record = record[:comma] + record[record.rindex("}") :]
    if restored and layout.fields.text in found:
        _, start, end = found[layout.fields.text]
        is_literal = restored.literal.startswith('"')
        new = restored.literal if is_literal else written(restored.text, restored.literal)
        record = record[:start] + new + record[end:]
    return record.encode("utf-8", BYTES_KEPT)
