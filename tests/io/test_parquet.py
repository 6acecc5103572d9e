"""Parquet: only the texts differ, in the same column and type; bounded memory; equal rows give equal bytes."""

from __future__ import annotations

import datetime as dt
import io
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pa = pytest.importorskip("pyarrow", reason="Parquet needs pyarrow")

import pyarrow.parquet as pq  # noqa: E402 - after the check that it is there

from cleaner.errors import DocumentError  # noqa: E402
from cleaner.io import parquet, tables  # noqa: E402
from cleaner.io.json_object import BAD_UTF8  # noqa: E402
from cleaner.io.parquet import Parquet  # noqa: E402
from cleaner.io.records import ADDED, MOST_BYTES, MOST_ROWS, Change, Chunk, Fields  # noqa: E402
from tests.io.roundtrip import built, read, restored, rewrite  # noqa: E402
from tests.io.tables import KINDS, ROWS, check_changed, plain, table, text  # noqa: E402

PARQUET = Parquet()
NEW = {value: value and value[: len(value) // 2] for value in map(text, range(ROWS))}
"""What becomes of each text."""


def packed(content: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    pq.write_table(content, file, **options)
    return file.getvalue()


def unpacked(data: bytes) -> Any:
    return pq.read_table(io.BytesIO(data))


def change(old: str) -> str:
    return NEW[old] or ""


@pytest.mark.parametrize("added", [(), (ADDED,), ("note", ADDED)], ids=["texts", "removals", "two-columns"])
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_only_the_texts_change_and_they_come_back(kind: Any, added: tuple[str, ...]) -> None:
    data = packed(table(kind), row_group_size=90)
    before = unpacked(data)
    cleaned = rewrite(PARQUET, data, change, added)
    check_changed(before, unpacked(cleaned), NEW, added)
    back = unpacked(restored(PARQUET, cleaned, read(PARQUET, data).rows, added=added))
    assert back.schema.equals(before.schema, check_metadata=True)
    assert plain(back) == plain(before)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_nothing_changes_where_no_text_does(kind: Any) -> None:
    data = packed(table(kind), row_group_size=90)
    after = unpacked(rewrite(PARQUET, data))
    assert after.schema.equals(unpacked(data).schema, check_metadata=True)
    assert plain(after) == plain(unpacked(data))


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("added", [(), (ADDED,)], ids=["texts", "removals"])
def test_equal_rows_give_equal_bytes_whatever_parts_they_come_in(kind: Any, added: tuple[str, ...]) -> None:
    data = packed(table(kind), row_group_size=90)
    assert len({rewrite(PARQUET, data, change, added, parts=parts) for parts in (1, 2, 3, 7)}) == 1


def test_a_part_that_was_never_sent_to_another_process_gives_the_same_bytes() -> None:
    data = packed(table(KINDS[3]), row_group_size=90)
    seen = read(PARQUET, data)
    file = io.BytesIO()
    writer = PARQUET.writer(file, seen.layout, "rebuild")
    for chunk in PARQUET.reader(io.BytesIO(data), "some.file").chunks():
        rows = PARQUET.rows(chunk, seen.layout)
        writer.write(PARQUET.rebuild(chunk, seen.layout, [Change(row.text and change(row.text)) for row in rows]))
    writer.close()
    assert file.getvalue() == rewrite(PARQUET, data, change)


@pytest.mark.parametrize("compliant", [True, False], ids=["element", "item"])
def test_the_items_of_lists_keep_their_names(compliant: bool) -> None:
    data = packed(table(), use_compliant_nested_type=compliant)
    before, after = (pq.ParquetFile(io.BytesIO(content)) for content in (data, rewrite(PARQUET, data, change)))
    assert str(after.schema_arrow) == str(before.schema_arrow)
    assert after.schema.equals(before.schema)


def test_fields_are_read() -> None:
    seen = read(PARQUET, packed(table()))
    assert seen.layout.fields == Fields("text", None, "id", "url", None, "date")
    row = seen.rows[1]
    assert (row.text, row.key, row.url, row.date) == (text(1), "1", "https://a.example/b", None)
    assert seen.rows[0].date == dt.date(2024, 5, 6)
    by_time = read(PARQUET, packed(table()), Fields(text="text", date="when"))
    assert by_time.rows[0].date == dt.date(2024, 5, 7)  # half past one in Berlin


def test_pages_are_read_where_there_is_no_text_and_a_column_of_texts_is_added() -> None:
    data = packed(pa.table({"html": pa.array([b"<p>one", None, b"<p>two"]), "n": [1, 2, 3]}))
    assert [row.page for row in read(PARQUET, data).rows] == [b"<p>one", None, b"<p>two"]
    cleaned = rewrite(PARQUET, data, added=("text", ADDED))
    assert unpacked(cleaned)["text"].to_pylist() == ["taken out of the page", None, "taken out of the page"]
    assert unpacked(cleaned)["text"].type == pa.string()
    assert unpacked(restored(PARQUET, cleaned, read(PARQUET, data).rows, added=("text", ADDED))) == unpacked(data)


@pytest.mark.parametrize("column", [pa.nulls(3), pa.array([1, 2, 3]), pa.array([["a"]] * 3)], ids=lambda c: str(c.type))
def test_a_column_that_holds_no_text_passes_through(column: Any) -> None:
    data = packed(pa.table({"text": column, "n": [1, 2, 3]}))
    assert [row.text for row in read(PARQUET, data, Fields(text="text")).rows] == [None] * 3
    assert unpacked(rewrite(PARQUET, data, change, fields=Fields(text="text"))) == unpacked(data)


def test_bytes_that_are_not_utf_8_stay_and_are_flagged() -> None:
    texts = pa.array([b"caf\xe9 and more", b"plain and more", None]).view(pa.string())
    data = packed(pa.table({"text": texts, "other": texts}))
    seen = read(PARQUET, data)
    assert [row.flags for row in seen.rows] == [(BAD_UTF8,), (), ()]
    cleaned = rewrite(PARQUET, data, lambda old: old.removesuffix(" and more"), (ADDED,))
    kept = unpacked(cleaned)["text"].combine_chunks().view(pa.binary())
    assert kept.to_pylist() == [b"caf\xe9", b"plain", None]
    back = unpacked(restored(PARQUET, cleaned, seen.rows, added=(ADDED,)))
    assert back["text"].combine_chunks().view(pa.binary()).equals(texts.view(pa.binary()))
    assert back["other"].combine_chunks().view(pa.binary()).equals(texts.view(pa.binary()))
    assert seen.values[0] == {"text": "caf\udce9 and more", "other": "caf\udce9 and more"}


@pytest.mark.parametrize("codec", ["none", "snappy", "gzip", "brotli", "lz4", "zstd"])
def test_the_compression_and_the_row_groups_stay(codec: str) -> None:
    data = packed(table(), row_group_size=70, compression=codec)
    before, after = (pq.ParquetFile(io.BytesIO(d)).metadata for d in (data, rewrite(PARQUET, data, change)))
    assert after.row_group(0).column(0).compression == before.row_group(0).column(0).compression
    sizes = [[m.row_group(i).num_rows for i in range(m.num_row_groups)] for m in (before, after)]
    assert sizes == [[70, 70, 60]] * 2


def test_row_groups_are_bounded_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    data = packed(pa.table({"text": ["x" * 1000, *["é" * 100] * 9, "y" * 5000, "z"]}))
    monkeypatch.setattr(tables, "MOST_GROUP", 1500)
    for parts in (1, 3):
        after = pq.ParquetFile(io.BytesIO(rewrite(PARQUET, data, parts=parts))).metadata
        assert [after.row_group(i).num_rows for i in range(after.num_row_groups)] == [3, 7, 1, 1]


def test_row_groups_of_the_source_that_are_large_are_not_gathered(monkeypatch: pytest.MonkeyPatch) -> None:
    data = packed(pa.table({"list": [[float(n)] * 100 for n in range(1000)]}), use_dictionary=False)
    monkeypatch.setattr(parquet, "MOST_GROUP", 100_000)
    assert 100 < read(PARQUET, data).layout.like.rows < 130


def test_chunks_are_bounded_in_rows_and_bytes() -> None:
    texts = ["a"] * (MOST_ROWS + 1) + ["b" * (MOST_BYTES // 4)] * 9 + ["c" * (2 * MOST_BYTES)] + ["d"]
    chunks = list(PARQUET.reader(io.BytesIO(packed(pa.table({"text": texts}))), "some.file").chunks())
    sizes = [len(chunk.records) for chunk in chunks]
    assert sum(sizes) == len(texts)
    assert max(sizes) <= MOST_ROWS
    assert all(size == 1 or chunk.records.batch.nbytes <= MOST_BYTES for size, chunk in zip(sizes, chunks, strict=True))
    assert len(chunks) < 10


def test_few_rows_are_decoded_at_a_time_where_one_might_be_huge(monkeypatch: pytest.MonkeyPatch) -> None:
    # One value of 1 MB in a dictionary, and hundreds of rows that hold it.
    data = packed(pa.table({"text": pa.array(["x" * 1_000_000] * 300)}), compression="none")
    assert len(data) < 1_100_000
    monkeypatch.setattr(parquet, "MOST_DECODED", 4_000_000)
    monkeypatch.setattr(parquet, "UNSUSPECTED", 1 << 30)
    before = pa.total_allocated_bytes()
    rows = most = 0
    for chunk in PARQUET.reader(io.BytesIO(data), "some.file").chunks():
        rows += len(chunk.records)
        most = max(most, pa.total_allocated_bytes() - before)
    assert rows == 300
    assert most < 20_000_000


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "UNSUSPECTED", 1_000_000)
    content = pa.table({"n": [1], "text": ["x" * 5_000_000]})
    with pytest.raises(DocumentError, match=r"'text' expands to more than 250 times .* bomb"):
        PARQUET.reader(io.BytesIO(packed(content, compression="zstd")), "some.file")
    PARQUET.reader(io.BytesIO(packed(content, compression="none")), "some.file")


def test_large_dictionaries_are_not_carried_along() -> None:
    texts = pa.array([f"{i} " * 3000 for i in range(300)]).dictionary_encode()
    data = packed(pa.table({"text": texts, "section": pa.array(["b", "a", "b"] * 100).dictionary_encode()}))
    seen = read(PARQUET, data)
    assert all(chunk.records.batch.nbytes <= MOST_BYTES for chunk in seen.chunks)
    assert seen.chunks[0].records.batch.column("section").dictionary.to_pylist() == ["b", "a"]
    assert plain(unpacked(rewrite(PARQUET, data, parts=2))) == plain(unpacked(data))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(pa.table({"text": pa.array([], pa.string())}), id="no-rows"),
        pytest.param(pa.table({}), id="no-columns"),
    ],
)
def test_a_file_without_records(content: Any) -> None:
    data = packed(content)
    assert read(PARQUET, data).rows == []
    assert unpacked(rewrite(PARQUET, data)).schema == content.schema


WHOLE = packed(table())


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"garbage" * 100, id="garbage"),
        pytest.param(b"PAR1", id="only-the-beginning"),
        pytest.param(WHOLE[:-1], id="last-byte-cut-off"),
        pytest.param(WHOLE[: len(WHOLE) // 2], id="cut-off-in-the-middle"),
        pytest.param(WHOLE[:-100] + b"\xff" * 92 + WHOLE[-8:], id="footer-damaged"),
        pytest.param(WHOLE[:-8] + b"\xff\xff\xff\x7fPAR1", id="footer-longer-than-the-file"),
    ],
)
def test_a_file_without_a_whole_footer_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError, match=r"^some\.file: is no Parquet file, or it is damaged or cut off: .*get it"):
        PARQUET.reader(io.BytesIO(data), "some.file")


def test_a_column_name_that_comes_twice_is_refused() -> None:
    content = pa.table([pa.array(["a"]), pa.array(["b"])], names=["text", "text"])
    with pytest.raises(DocumentError, match="has the column 'text' twice"):
        PARQUET.reader(io.BytesIO(packed(content)), "some.file")


def test_a_damaged_page_ends_the_file_and_what_came_before_is_read() -> None:
    content = pa.table({"text": [f"text {i} " * 100 for i in range(1000)]})
    data = bytearray(packed(content, row_group_size=250, compression="zstd", use_dictionary=False))
    column = pq.ParquetFile(io.BytesIO(data)).metadata.row_group(2).column(0)
    data[column.data_page_offset : column.data_page_offset + 12] = b"\xff" * 12
    seen = read(PARQUET, bytes(data))
    assert [row.text for row in seen.rows] == content["text"].to_pylist()[:500]
    assert seen.error.startswith("is damaged after row 500: ")


def test_a_flipped_byte_is_noticed_where_pages_have_checksums() -> None:
    content = pa.table({"text": ["The ferry sails on Monday."] * 10})
    data = packed(content, compression="none", use_dictionary=False, write_statistics=False, write_page_checksum=True)
    damaged = data.replace(b"Monday", b"Sunday", 1)
    assert damaged != data
    assert "damaged after row 0" in read(PARQUET, damaged).error


@given(st.integers(0, 2**32), st.integers(1, 4))
@settings(max_examples=200)
def test_damage_never_crashes(seed: int, flips: int) -> None:
    rng = random.Random(seed)
    data = bytearray(WHOLE)
    for _ in range(flips):
        data[rng.randrange(len(data))] = rng.randrange(256)
    try:
        read(PARQUET, bytes(data))
    except DocumentError as e:
        assert "get it again" in e.message or "bomb" in e.message or "twice" in e.message  # noqa: PT017


def test_records_of_another_format_become_a_table() -> None:
    records = [
        {"text": "é", "n": 1, "none": None, "tags": [], "by": {"name": "x", "age": None}},
        {"text": None, "more": 1.5, "day": dt.date(2024, 5, 6), "tags": [], ADDED: []},
    ]
    data = built(PARQUET, records)
    after = unpacked(data)
    names = dict.fromkeys(name for record in records for name in record)
    assert after.to_pylist() == [{name: record.get(name) for name in names} for record in records]
    assert after.schema.field("none").type == pa.string()
    assert after.schema.field("tags").type == pa.list_(pa.string())
    assert after.schema.field(ADDED).type.value_type.field("confidence").type == pa.float64()
    assert pq.ParquetFile(io.BytesIO(data)).metadata.row_group(0).column(0).compression == "ZSTD"
    assert unpacked(built(PARQUET, [])).num_rows == 0


@pytest.mark.parametrize(
    ("record", "error"),
    [
        pytest.param(
            {"text": "a", "more": 1}, "'more', which is not among the columns text, n, by, day", id="unknown-field"
        ),
        pytest.param({"text": 5}, "has a 'text' that does not fit its column of string", id="number-as-text"),
        pytest.param({"n": 1.5}, "'n' of which its column of int64 would lose", id="fraction"),
        pytest.param({"n": 2**70}, "has a 'n' that does not fit", id="huge-number"),
        pytest.param({"n": "1"}, "has a 'n' that does not fit", id="text-as-number"),
        pytest.param({"text": "half \ud83d"}, "'text' .* lone surrogate", id="lone-surrogate"),
        pytest.param({"by": {"name": "x", "town": "y"}}, "'by' .* would lose a part", id="unknown-inner-field"),
        pytest.param({"by": {"tags": [{"a": 1, "b": 2}]}}, "'by' .* would lose a part", id="in-a-list"),
        pytest.param({"day": dt.datetime(2024, 5, 6, 7)}, "'day' .* would lose a part", id="time-of-a-day"),
    ],
)
def test_a_record_that_does_not_fit_fails_with_its_field(record: dict[str, Any], error: str) -> None:
    like = PARQUET.infer([{"text": "a", "n": 1, "by": {"name": "x", "tags": [{"a": 1}]}, "day": dt.date(2024, 5, 6)}])
    with pytest.raises(ValueError, match=error):
        PARQUET.build([{"text": "fits"}, record], like)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        pytest.param([1, "a"], "the field 'f' cannot be a column: .*--to jsonl", id="several-types"),
        pytest.param([{}], "its objects have no fields", id="empty-objects"),
    ],
)
def test_what_cannot_be_a_column_says_so(values: list[Any], error: str) -> None:
    with pytest.raises(ValueError, match=error):
        PARQUET.infer([{"f": value} for value in values])


def test_chunks_can_be_halved_and_numbers_stay() -> None:
    (chunk,) = PARQUET.reader(io.BytesIO(packed(pa.table({"text": ["a", "b", "c"]}))), "some.file").chunks()
    first, second = chunk.halves()
    assert isinstance(first, Chunk)
    assert (first.first, len(first.records), second.first, len(second.records)) == (1, 1, 2, 2)
