"""JSON files: arrays, objects alone or one after another, whatever stands between them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.io.json_array import JsonArray
from cleaner.io.records import ADDED, MOST_ROWS, Fields
from tests.io.roundtrip import built, read, restored, rewrite

JSON = JsonArray()
FIELDS = Fields(text="text")

FILES = [
    pytest.param(b'[{"text": "a"}, {"text": "b"}]', id="one-line"),
    pytest.param(b'[\n  {\n    "text": "a",\n    "n": 1.10\n  },\n  {\n    "text": "b"\n  }\n]\n', id="indented"),
    pytest.param(b'\xef\xbb\xbf [\r\n{"text": "caf\xc3\xa9"}\r\n]\r\n\r\n', id="bom-and-crlf"),
    pytest.param(rb'[{"text": "caf\u00e9 \/ \u003c"}]', id="oddly-escaped"),
    pytest.param(b'[{"text": "caf\xe9"}]', id="not-utf-8"),
    pytest.param(b'{"text": "alone"}\n', id="one-object"),
    pytest.param(b'{"text": "a"}{"text": "b"}\n\n{"text": "c"}', id="objects-one-after-another"),
    pytest.param(b'[1, "two", null, [], {"text": "a"}, {"text": 5}, -0.5, true]', id="other-values"),
    pytest.param(b'[{"text": "a", "text": "b"}, {}]', id="name-twice"),
]


@pytest.mark.parametrize("data", FILES)
def test_nothing_changes_where_no_text_does(data: bytes) -> None:
    assert rewrite(JSON, data, fields=FIELDS) == data
    assert rewrite(JSON, data, fields=FIELDS, parts=2) == data


@pytest.mark.parametrize("added", [(), (ADDED,), ("note", ADDED)], ids=["texts", "removals", "two-fields"])
@pytest.mark.parametrize("data", FILES)
def test_changed_texts_come_back_byte_for_byte(data: bytes, added: tuple[str, ...]) -> None:
    cleaned = rewrite(JSON, data, lambda text: text + "é", added, FIELDS)
    before, after = read(JSON, data, FIELDS), read(JSON, cleaned, FIELDS)
    assert [row.text for row in after.rows] == [row.text and row.text + "é" for row in before.rows]
    assert restored(JSON, cleaned, before.rows, FIELDS, added) == data


@given(
    st.lists(st.dictionaries(st.sampled_from(["text", "a", "b"]), st.text() | st.floats() | st.lists(st.integers()))),
    st.sampled_from([None, 0, 2]),
    st.booleans(),
)
def test_any_array_stays_and_comes_back(records: list[dict[str, object]], indent: int | None, is_ascii: bool) -> None:
    data = json.dumps(records, indent=indent, ensure_ascii=is_ascii).encode()
    seen = read(JSON, data, FIELDS)
    assert repr(seen.values) == repr(records)
    if not records:
        assert json.loads(rewrite(JSON, data)) == []
        return
    assert rewrite(JSON, data, fields=FIELDS) == data
    cleaned = rewrite(JSON, data, lambda text: text[1:], (ADDED,), FIELDS)
    assert len(json.loads(cleaned)) == len(records)
    assert restored(JSON, cleaned, seen.rows, FIELDS, (ADDED,)) == data


@pytest.mark.parametrize("block", [1, 2, 3, 7])
def test_values_may_end_wherever_a_block_does(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleaner.io.json_array.BLOCK", block)
    data = '[{"text": "é🚢", "n": -1.5e10, "t": true}, 125, -0.5, null, {"text": "b"}]'.encode()
    seen = read(JSON, data)
    assert seen.values == [json.loads(data)[0], None, None, None, {"text": "b"}]
    assert rewrite(JSON, data) == data


def test_many_records_come_in_chunks() -> None:
    data = json.dumps([{"text": f"text {i}"} for i in range(3 * MOST_ROWS)]).encode()
    assert len(read(JSON, data).chunks) == 3
    assert rewrite(JSON, data, lambda text: text + "!", parts=3) == data.replace(b'"}', b'!"}')


@pytest.mark.parametrize(
    ("data", "rows", "error"),
    [
        pytest.param(b"", 0, "is empty", id="empty"),
        pytest.param(b" \n", 0, "is empty", id="blank"),
        pytest.param(b"garbage", 0, "line 1 cannot be read", id="garbage"),
        pytest.param(b"[", 0, "cannot be read", id="only-a-bracket"),
        pytest.param(b'[{"text": "a"}', 1, "closing bracket", id="not-closed"),
        pytest.param(b'[{"text": "a"},', 1, "Expecting value", id="cut-off-after-a-comma"),
        pytest.param(b'[{"text": "a"},\n{"text": "b', 1, "line 2 cannot be read", id="cut-off-in-a-text"),
        pytest.param(b'[{"text": "a"} {"text": "b"}]', 1, "a comma", id="no-comma"),
        pytest.param(
            b'[{"text": "a"}]\n[{"text": "b"}]', 1, "line 2 cannot be read: something follows", id="two-arrays"
        ),
        pytest.param(b'[{"text": "a"},\n' + b"[" * 100_000, 1, "line 2 cannot be read", id="deep-nesting"),
        pytest.param(b'{"text": "a"}\ngarbage', 1, "line 2 cannot be read", id="garbage-after-an-object"),
    ],
)
def test_damage_ends_the_file_and_what_came_before_stays_whole(data: bytes, rows: int, error: str) -> None:
    seen = read(JSON, data, FIELDS)
    assert error in seen.error
    assert [row.text for row in seen.rows] == ["a"] * rows
    if rows:
        written = rewrite(JSON, data)
        assert [record["text"] for record in json.loads(b"[%s]" % written.strip(b"[]\n"))] == ["a"]
        assert written.startswith(b"[") == data.startswith(b"[") == written.endswith(b"]\n")


def test_a_value_that_is_too_long_ends_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleaner.io.json_array.MAX_RECORD", 50)
    monkeypatch.setattr("cleaner.io.json_array.BLOCK", 16)
    seen = read(JSON, b'[{"text": "a"}, {"text": "' + b"x" * 500 + b'"}]')
    assert [row.text for row in seen.rows] == ["a"]
    assert "line 1 cannot be read" in seen.error


@pytest.mark.parametrize("data", [b"[]", b" [ ] \n"])
def test_an_empty_array_stays_an_array(data: bytes) -> None:
    assert read(JSON, data).rows == []
    assert json.loads(rewrite(JSON, data)) == []


def test_records_of_another_format_become_an_array() -> None:
    records = [{"text": "é", "n": i} for i in range(3)]
    assert json.loads(built(JSON, records)) == records
    assert json.loads(built(JSON, [])) == []
