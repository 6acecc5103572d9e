"""Arrow's streams and files: both kinds stay what they were, and only the texts differ."""

from __future__ import annotations

import datetime as dt
import io
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pa = pytest.importorskip("pyarrow", reason="Arrow files need pyarrow")

from cleaner.errors import DocumentError  # noqa: E402 - after the check that it is there
from cleaner.io import tables  # noqa: E402
from cleaner.io.arrow import FILE, STREAM, Arrow  # noqa: E402
from cleaner.io.records import ADDED, Fields  # noqa: E402
from tests.io.roundtrip import built, read, restored, rewrite  # noqa: E402
from tests.io.tables import KINDS, ROWS, check_changed, plain, table, text  # noqa: E402

ARROW = Arrow()
OPEN = {STREAM: pa.ipc.open_stream, FILE: pa.ipc.open_file}
NEW = {value: value and value[: len(value) // 2] for value in map(text, range(ROWS))}
"""What becomes of each text."""


def packed(content: Any, kind: str = STREAM, rows: int = 90, codec: str | None = None) -> bytes:
    file = io.BytesIO()
    start = pa.ipc.new_file if kind == FILE else pa.ipc.new_stream
    with start(file, content.schema, options=pa.ipc.IpcWriteOptions(compression=codec)) as writer:
        writer.write_table(content, max_chunksize=rows)
    return file.getvalue()


def unpacked(data: bytes, kind: str = STREAM) -> Any:
    with OPEN[kind](data) as reader:
        return reader.read_all()


def change(old: str) -> str:
    return NEW[old] or ""


@pytest.mark.parametrize("added", [(), (ADDED,), ("note", ADDED)], ids=["texts", "removals", "two-columns"])
@pytest.mark.parametrize("kind", [STREAM, FILE])
@pytest.mark.parametrize("type", KINDS, ids=str)
def test_only_the_texts_change_and_they_come_back(type: Any, kind: str, added: tuple[str, ...]) -> None:
    data = packed(table(type), kind)
    before = unpacked(data, kind)
    cleaned = rewrite(ARROW, data, change, added)
    check_changed(before, unpacked(cleaned, kind), NEW, added)
    back = unpacked(restored(ARROW, cleaned, read(ARROW, data).rows, added=added), kind)
    assert back.schema.equals(before.schema, check_metadata=True)
    assert plain(back) == plain(before)


@pytest.mark.parametrize("kind", [STREAM, FILE])
@pytest.mark.parametrize("type", KINDS, ids=str)
def test_equal_rows_give_equal_bytes_whatever_parts_they_come_in(type: Any, kind: str) -> None:
    data = packed(table(type), kind)
    assert len({rewrite(ARROW, data, change, (ADDED,), parts=parts) for parts in (1, 2, 3, 7)}) == 1
    assert plain(unpacked(rewrite(ARROW, data), kind)) == plain(unpacked(data, kind))


@pytest.mark.parametrize("codec", [None, "lz4", "zstd"])
@pytest.mark.parametrize("kind", [STREAM, FILE])
def test_the_kind_the_compression_and_the_batches_stay(kind: str, codec: str | None) -> None:
    data = packed(table(), kind, 70, codec)
    cleaned = rewrite(ARROW, data, change)
    for content in (data, cleaned):
        assert read(ARROW, content).layout.like[1:] == (70, codec, kind)
    assert [len(batch) for batch in OPEN[STREAM](cleaned[8:] if kind == FILE else cleaned)] == [70, 70, 60]


@pytest.mark.parametrize("kind", [STREAM, FILE])
def test_dictionaries_that_grow_are_read_and_written(kind: str) -> None:
    batches = [["a", "b"], ["b", "c"], ["d", None]]
    texts = pa.chunked_array([pa.array(values).dictionary_encode() for values in batches])
    content = pa.table({"text": texts.unify_dictionaries(), "section": texts.unify_dictionaries()})
    data = packed(content, kind, 2)
    cleaned = rewrite(ARROW, data, lambda old: old * 2)
    assert unpacked(cleaned, kind).to_pydict() == {
        "text": ["aa", "bb", "bb", "cc", "dd", None],
        "section": ["a", "b", "b", "c", "d", None],
    }


def test_dictionaries_that_are_replaced_are_read_and_written() -> None:
    file = io.BytesIO()
    schema = pa.schema({"text": pa.string(), "section": pa.dictionary(pa.int8(), pa.string())})
    with pa.ipc.new_stream(file, schema) as writer:
        for name in ("news", "sport", "news"):
            section = pa.array([name, None]).dictionary_encode().cast(schema.field("section").type)
            writer.write_batch(pa.record_batch([pa.array(["a", "b"]), section], schema=schema))
    for parts in (1, 2):
        after = unpacked(rewrite(ARROW, file.getvalue(), lambda old: old + "!", parts=parts))
        assert after["section"].to_pylist() == ["news", None, "sport", None, "news", None]
        assert after["text"].to_pylist() == ["a!", "b!"] * 3


def test_dictionaries_that_are_full_end_the_file() -> None:
    file = io.BytesIO()
    schema = pa.schema({"text": pa.dictionary(pa.int8(), pa.string())})
    with pa.ipc.new_stream(file, schema) as writer:
        for at in range(0, 300, 100):
            texts = pa.DictionaryArray.from_arrays(pa.array([0], pa.int8()), [f"text {i}" for i in range(at, at + 100)])
            writer.write_batch(pa.record_batch([texts], schema=schema))
    assert "has batches that do not go together" in read(ARROW, file.getvalue()).error


@pytest.mark.parametrize(
    ("column", "dates"),
    [
        pytest.param(pa.array([2**62, 0], pa.timestamp("s")), [None, dt.date(1970, 1, 1)], id="beyond-the-calendar"),
        pytest.param(pa.array([1, None], pa.timestamp("ns")), [dt.date(1970, 1, 1), None], id="nanoseconds"),
        pytest.param(pa.array([0, 0], pa.timestamp("us", "Nowhere/Town")), [None, None], id="unknown-zone"),
        pytest.param(pa.array(["2024-05-06", "soon"]), [dt.date(2024, 5, 6), None], id="strings"),
        pytest.param(pa.array([0, None], pa.date64()), [dt.date(1970, 1, 1), None], id="date64"),
        pytest.param(pa.array([2**31 - 1, 0], pa.date32()), [None, dt.date(1970, 1, 1)], id="a-far-day"),
        pytest.param(pa.array([5, 6]), [None, None], id="numbers"),
    ],
)
def test_odd_dates_are_no_obstacle(column: Any, dates: list[dt.date | None]) -> None:
    data = packed(pa.table({"text": ["a", "b"], "date": column}))
    (chunk,) = ARROW.reader(io.BytesIO(data), "some.file").chunks()
    layout = read(ARROW, packed(pa.table({"text": ["a"], "date": ["b"]}))).layout
    assert "date" in ARROW.sample(chunk, None)
    assert [row.date for row in ARROW.rows(chunk, layout)] == dates
    assert unpacked(rewrite(ARROW, data, fields=layout.fields))["date"].combine_chunks() == column


def test_bytes_that_are_not_utf_8_stay() -> None:
    texts = pa.array([b"caf\xe9 and more", None]).view(pa.string())
    for kind in (STREAM, FILE):
        cleaned = rewrite(ARROW, packed(pa.table({"text": texts}), kind), lambda old: old.removesuffix(" and more"))
        assert unpacked(cleaned, kind)["text"].combine_chunks().view(pa.binary()).to_pylist() == [b"caf\xe9", None]


@pytest.mark.parametrize("kind", [STREAM, FILE])
def test_a_file_without_records(kind: str) -> None:
    data = packed(pa.table({"text": pa.array([], pa.string())}), kind)
    assert read(ARROW, data).rows == []
    assert unpacked(rewrite(ARROW, data), kind).schema == pa.schema({"text": pa.string()})


WHOLE = {kind: packed(table(), kind, 50) for kind in (STREAM, FILE)}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"garbage" * 100, id="garbage"),
        pytest.param(b"ARROW1", id="only-the-beginning"),
        pytest.param(b"FEA1" + b"\0" * 100 + b"FEA1", id="first-feather"),
        pytest.param(WHOLE[STREAM][:100], id="stream-cut-off-in-the-schema"),
        pytest.param(WHOLE[FILE][:-1], id="file-without-its-last-byte"),
        pytest.param(WHOLE[FILE][: len(WHOLE[FILE]) // 2], id="file-cut-off-in-the-middle"),
        pytest.param(b"\xff\xff\xff\xff\xff\xff\xff\x7f", id="endless-schema"),
    ],
)
def test_what_cannot_be_opened_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError, match=r"some\.file: is (no Arrow file|Feather of the first)"):
        ARROW.reader(io.BytesIO(data), "some.file")


def test_a_stream_that_is_cut_off_says_so_after_what_it_holds() -> None:
    texts = table()["text"].to_pylist()
    for end in range(len(WHOLE[STREAM]) // 2, len(WHOLE[STREAM]) - 8, 61):
        seen = read(ARROW, WHOLE[STREAM][:end])
        assert len(seen.rows) % 50 == 0
        assert [row.text for row in seen.rows] == texts[: len(seen.rows)]
        assert f"in its batch {len(seen.rows) // 50 + 1}: " in seen.error


@pytest.mark.parametrize("kind", [STREAM, FILE])
@given(seed=st.integers(0, 2**32), flips=st.integers(1, 4))
@settings(max_examples=200)
def test_damage_never_crashes(kind: str, seed: int, flips: int) -> None:
    rng = random.Random(seed)
    data = bytearray(WHOLE[kind])
    for _ in range(flips):
        data[rng.randrange(len(data))] = rng.randrange(256)
    try:
        seen = read(ARROW, bytes(data), Fields(text="text", date="date"))
    except DocumentError as e:
        assert e.path == "some.file"  # noqa: PT017
    else:
        assert seen.error or len(seen.rows) >= 0


def test_offsets_that_lead_out_of_the_data_are_noticed() -> None:
    data = packed(pa.table({"text": pa.array(["abc", "def"], pa.string())}))
    offsets = (0).to_bytes(4, "little") + (3).to_bytes(4, "little") + (6).to_bytes(4, "little")
    assert data.count(offsets) == 1
    damaged = data.replace(offsets, offsets[:8] + (2**30).to_bytes(4, "little"))
    assert "is damaged or cut off in its batch 1" in read(ARROW, damaged).error


def test_a_column_name_that_comes_twice_is_refused() -> None:
    content = pa.table([pa.array(["a"]), pa.array(["b"])], names=["text", "text"])
    with pytest.raises(DocumentError, match="has the column 'text' twice"):
        ARROW.reader(io.BytesIO(packed(content)), "some.file")


def test_batches_are_bounded_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_GROUP", 1000)
    cleaned = rewrite(ARROW, packed(pa.table({"text": ["x" * 400] * 5})))
    assert [len(batch) for batch in OPEN[STREAM](cleaned)] == [2, 2, 1]


def test_records_of_another_format_become_a_stream() -> None:
    records = [{"text": f"text {i}", "n": i} for i in range(5)]
    assert unpacked(built(ARROW, records)).to_pylist() == records
    assert unpacked(built(ARROW, [])).num_rows == 0
