"""JSON Lines: every byte stays but those of the text, and the text comes back with the very literal it had."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.errors import DocumentError
from cleaner.io.json_object import BAD_UTF8
from cleaner.io.jsonl import JsonLines
from cleaner.io.records import ADDED, MAX_RECORD, MOST_ROWS, Change, Fields
from tests.io.roundtrip import REMOVAL, built, read, restored, rewrite

JSONL = JsonLines()
FIELDS = Fields(text="text")

LINES = [
    pytest.param(b'{"text": "The ferry sails."}\n', id="plain"),
    pytest.param('{"text": "Café “Mole” 🚢"}\n'.encode(), id="utf-8"),
    pytest.param(rb'{"text": "Caf\u00e9 \ud83d\udea2"}' + b"\n", id="ascii-escaped"),
    pytest.param(rb'{"text": "a\/b \u003cb\u003e \u00E9"}' + b"\n", id="oddly-escaped"),
    pytest.param('{"text": "é \\u00e9"}\n'.encode(), id="two-ways-in-one-literal"),
    pytest.param(rb'{"text": "half a pair \ud83d alone"}' + b"\n", id="lone-surrogate"),
    pytest.param(rb'{"text": "a byte as an escape \udcff"}' + b"\n", id="lone-low-surrogate"),
    pytest.param(b'{"text": "caf\xe9 \xff"}\n', id="not-utf-8"),
    pytest.param(b'{"text": "tab\there"}\n', id="bare-tab"),
    pytest.param(b'{"n": 1.10, "m": 1E400, "i": %d, "x": NaN, "text": "a"}\n' % 10**30, id="numbers"),
    pytest.param(b' { "text" :\t"a" , "b":[1,2 ] } \n', id="spaces"),
    pytest.param(b'{"text": "a"}\r\n{"text": "b"}\r\n', id="crlf"),
    pytest.param(b'\xef\xbb\xbf{"text": "a"}\n', id="bom"),
    pytest.param(b'\n \n{"text": "a"}\n\n\t\n{"text": "b"}\n\n', id="blank-lines"),
    pytest.param(b'{"text": "a"}', id="no-line-end"),
    pytest.param(b'{"text": ""}\n{"text": null}\n{"text": 5}\n{"other": "a"}\n{}\n', id="no-text"),
    pytest.param(b'{"te\\u0078t": "escaped name"}\n', id="escaped-name"),
    pytest.param(b'{"text": "a", "removed": "}", "z": {"}": "}"}}\n', id="braces-in-strings"),
    pytest.param('{"text": "a\u2028b\x85c\x0bd"}\n'.encode(), id="line-ends-of-unicode"),
    pytest.param(b'{"text": "a", "text": "b"}\n{"text": "c"}\n', id="name-twice"),
    pytest.param(b"", id="empty"),
]


@pytest.mark.parametrize("data", LINES)
def test_nothing_changes_where_no_text_does(data: bytes) -> None:
    assert rewrite(JSONL, data, fields=FIELDS) == data


@pytest.mark.parametrize("added", [(), (ADDED,), ("note", ADDED)], ids=["texts", "removals", "two-fields"])
@pytest.mark.parametrize("data", LINES)
def test_changed_texts_come_back_byte_for_byte(data: bytes, added: tuple[str, ...]) -> None:
    cleaned = rewrite(JSONL, data, lambda text: text[1:] + "é\n", added, FIELDS)
    before, after = read(JSONL, data, FIELDS), read(JSONL, cleaned, FIELDS)
    changed = [None if row.text is None else row.text[1:] + "é\n" for row in before.rows]
    assert [row.text for row in after.rows] == changed
    assert restored(JSONL, cleaned, before.rows, FIELDS, added) == data


_NAMES = st.text(st.characters(codec="utf-8"), max_size=5).filter(lambda name: name not in ("text", ADDED))
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
_ANY = st.text(st.characters(), max_size=30)
"""Texts that may hold lone surrogates too, which an escape can write."""


@given(
    st.lists(st.tuples(_ANY, st.dictionaries(_NAMES, _VALUES, max_size=3), st.booleans()), max_size=5),
    _ANY,
    st.sampled_from([b"\n", b"\r\n", b"\n\n"]),
)
def test_any_record_comes_back_byte_for_byte(
    records: list[tuple[str, dict[str, object], bool]], new: str, end: bytes
) -> None:
    lines = []
    for text, others, is_ascii in records:
        line = json.dumps({**others, "text": text}, ensure_ascii=is_ascii)
        try:
            lines.append(line.encode())
        except UnicodeEncodeError:
            lines.append(json.dumps({**others, "text": text}).encode())
    data = b"".join(line + end for line in lines)
    assert rewrite(JSONL, data, fields=FIELDS) == data
    before = read(JSONL, data, FIELDS)
    assert [row.text for row in before.rows] == [text for text, _, _ in records]
    new = new.encode("utf-8", "ignore").decode()  # a cleaned text has no characters that the source has not
    cleaned = rewrite(JSONL, data, lambda _: new, (ADDED,), FIELDS)
    for line, (_, others, _) in zip(read(JSONL, cleaned, FIELDS).values, records, strict=True):
        assert line is not None
        assert line.pop(ADDED) == [REMOVAL]
        assert line.pop("text") == new
        assert repr(line) == repr(others)  # NaN is not equal to itself
    assert restored(JSONL, cleaned, before.rows, FIELDS, (ADDED,)) == data


@given(st.binary(max_size=60))
def test_any_bytes_are_read_without_a_crash_and_stay(data: bytes) -> None:
    data = b'{"text": "a"}\n' + data
    assert rewrite(JSONL, data, fields=FIELDS) == data


@pytest.mark.parametrize(
    ("line", "error"),
    [
        pytest.param(b'{"text": "a", "text": "b"}', "'text' twice", id="name-twice"),
        pytest.param(b'{"text": "a"', "comma or the closing brace", id="cut-off"),
        pytest.param(b'{"text": "a', "Unterminated string", id="cut-off-in-text"),
        pytest.param(b'{"text": "a"} {"text": "b"}', "something follows", id="two-objects"),
        pytest.param(b'{"text" "a"}', "colon", id="no-colon"),
        pytest.param(b'{1: "a"}', "not JSON", id="number-as-name"),
        pytest.param(b'["a"]', "begins with {", id="array"),
        pytest.param(b"garbage", "begins with {", id="garbage"),
        pytest.param(b'{"a":' * 100_000, "not JSON", id="deep-objects"),
        pytest.param(b'{"a": ' + b"[" * 100_000, "not JSON", id="deep-arrays"),
        pytest.param(b'{"n": ' + b"9" * 10_000 + b"}", "not JSON", id="endless-number"),
        pytest.param(b'{"text": "a", }', "not JSON", id="comma-at-the-end"),
    ],
)
def test_what_is_no_record_fails_alone_with_its_line_and_its_reason(line: bytes, error: str) -> None:
    data = b'\n{"text": "first"}\n' + line + b'\n{"text": "last"}\n'
    seen = read(JSONL, data)
    first, bad, last = seen.rows
    assert (first.text, last.text) == ("first", "last")
    assert bad.text is None
    assert bad.error.startswith("line 3: ")
    assert error in bad.error
    assert seen.values[1] is None
    assert rewrite(JSONL, data, lambda text: text + "!") == data.replace(b'first"', b'first!"').replace(b'st"', b'st!"')


def test_bytes_that_are_not_utf_8_are_kept_and_flagged() -> None:
    seen = read(JSONL, b'{"text": "caf\xe9", "by": "x"}\n{"text": "a", "by": "\xff"}\n{"text": "a"}\n')
    assert [row.flags for row in seen.rows] == [(BAD_UTF8,), (BAD_UTF8,), ()]
    assert seen.rows[0].text == "caf\udce9"


@pytest.mark.parametrize("note", ["half \ud83d", "byte \udcff", "whole é"])
def test_added_values_may_hold_what_is_no_character(note: str) -> None:
    seen = read(JSONL, b'{"text": "a"}\n', FIELDS, ("note",))
    written = JSONL.rebuild(seen.chunks[0], seen.layout, [Change(None, {"note": note})])
    assert written.decode().isascii() == ("whole" not in note)
    assert json.loads(written) == {"text": "a", "note": note}


def test_a_text_keeps_the_style_of_its_literal() -> None:
    data = '{"text": "é a"}\n{"text": "\\u00e9 a"}\n'.encode()
    assert rewrite(JSONL, data, lambda text: text[:-2]) == '{"text": "é"}\n{"text": "\\u00e9"}\n'.encode()


def test_all_fields_are_read() -> None:
    line = {"text": "t", "id": 7, "url": "https://a.example/b", "domain": "a.example", "date": "2024-05-06T07:08:09Z"}
    (row,) = read(JSONL, json.dumps(line).encode()).rows
    assert (row.key, row.url, row.outlet, str(row.date)) == ("7", "https://a.example/b", "a.example", "2024-05-06")


def test_a_line_that_is_too_long_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleaner.io.jsonl.MAX_RECORD", 40)
    data = b'{"text": "a"}\n{"text": "' + b"x" * 200 + b'"}\n{"text": "b"}\n'
    seen = read(JSONL, data)
    assert [row.text for row in seen.rows] == ["a", None, "b"]
    assert "more than 40 bytes" in seen.rows[1].error
    assert f"{MAX_RECORD:,}" == "100,000,000"


def test_many_records_come_in_chunks_that_may_be_halved() -> None:
    data = b"".join(b'{"text": "%d"}\n' % i for i in range(3 * MOST_ROWS))
    assert len(read(JSONL, data).chunks) == 3
    assert rewrite(JSONL, data, parts=3) == data


def test_what_comes_before_damage_of_the_stream_is_read() -> None:
    class Damaged:
        def __init__(self) -> None:
            self.lines = [b'{"text": "a"}\n', b'{"text": "b"}\n']

        def readline(self, _: int) -> bytes:
            if not self.lines:
                raise DocumentError("some.file", "is damaged")
            return self.lines.pop(0)

    chunks = JSONL.reader(Damaged(), "some.file").chunks()  # type: ignore[arg-type]
    assert [raw.data for raw in next(chunks).records] == [b'{"text": "a"}\n', b'{"text": "b"}\n']
    with pytest.raises(DocumentError, match="is damaged"):
        next(chunks)


def test_records_of_another_format_are_written() -> None:
    records = [{"text": "é", "n": 1}, {"text": "half \ud83d"}, {"text": "byte \udcff"}, {"raw": b"caf\xe9"}]
    written = built(JSONL, records)
    assert written == (
        b'{"text": "\xc3\xa9", "n": 1}\n{"text": "half \\ud83d"}\n{"text": "byte \xff"}\n{"raw": "caf\xe9"}\n'
    )
    assert built(JSONL, []) == b""
