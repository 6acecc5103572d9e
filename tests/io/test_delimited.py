"""CSV and TSV: every byte stays but those of the text, in any encoding, with any delimiter and any line ends."""

from __future__ import annotations

import csv
import datetime as dt
import decimal
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.errors import DocumentError
from cleaner.io.delimited import Delimited
from cleaner.io.json_object import BAD_UTF8
from cleaner.io.records import ADDED, MOST_ROWS, Fields
from tests.io.roundtrip import built, read, restored, rewrite

CSV = Delimited(None)
TSV = Delimited("\t")
FIELDS = Fields(text="text")

QUOTES = 'id,text\n1,"The mayor said ""no"",\ntwice."\n2,bare\n"3","quoted"\n'
CURLY = "id,text\n" + "7,“Café” – four pounds, or €4\n".replace(", or", " or") * 5
FILES = [
    pytest.param(b"id,text\n1,bare\n", id="bare"),
    pytest.param(QUOTES.encode(), id="quotes-and-line-ends-in-values"),
    pytest.param(QUOTES.replace("\n", "\r\n").encode(), id="crlf"),
    pytest.param(b"id,text\r1,bare\r2,bare\r", id="cr"),
    pytest.param(b"id;text\n1;a, b\n2;\"a; b\"\n", id="semicolons"),
    pytest.param(b"id\ttext\n1\ta, b; c\n", id="tabs"),
    pytest.param(b"id|text\n1|a, b; c\n", id="bars"),
    pytest.param(b"\xef\xbb\xbf" + QUOTES.encode(), id="bom"),
    pytest.param(b'\xef\xbb\xbf"text","id, and so on"\n"a",1\n', id="bom-before-a-quote"),
    pytest.param(b'\xef\xbb\xbf"text\nof two lines",text\n"a",1\n', id="bom-before-a-line-end"),
    pytest.param("\ufeff".encode("utf-16-le") + QUOTES.encode("utf-16-le"), id="utf-16-le"),
    pytest.param("\ufeff".encode("utf-16-be") + QUOTES.encode("utf-16-be"), id="utf-16-be"),
    pytest.param("\ufeffid,text\n1,half \ud83d alone\n".encode("utf-16-le", "surrogatepass"), id="utf-16-half"),
    pytest.param(CURLY.encode("cp1252"), id="cp1252"),
    pytest.param(b"id,text\n1," + "é".encode() * 40 + b"\n2,caf\xe9\n3,\xff\n", id="not-quite-utf-8"),
    pytest.param(b"id,text\n\n1,a\n\n\r\n2,b\n\n", id="blank-lines"),
    pytest.param(b"id,text\n1,a", id="no-line-end"),
    pytest.param(b'id,text\n1,"a"', id="no-line-end-after-a-quote"),
    pytest.param(b'text\na\n"b"\n""\n\nc\n', id="one-column"),
    pytest.param(b'id,text\n1,\n2,""\n,\n', id="empty-values"),
    pytest.param(b'id,text\n1,it is 5" wide\n2, "x"\n', id="quote-inside-a-bare-value"),
    pytest.param("id,text\n1,a\u2028b\x85c\x0bd\x0ce\n".encode(), id="line-ends-of-unicode"),
    pytest.param(b'id,text\n1,a\n2,b,c\n3\n4,"x"y\n5,e\n', id="ragged"),
    pytest.param(b"text,id\n\xef\xbb\xbfa,1\n", id="bom-inside"),
    pytest.param(b"id,text\n", id="no-records"),
    pytest.param(b"id,text", id="no-records-and-no-line-end"),
]  # fmt: skip


@pytest.mark.parametrize("data", FILES)
def test_nothing_changes_where_no_text_does(data: bytes) -> None:
    assert rewrite(CSV, data, fields=FIELDS) == data
    assert rewrite(CSV, data, fields=FIELDS, parts=2) == data


@pytest.mark.parametrize("new", ["", "a\nb", 'a "b", c; d\te|f', '"'], ids=["empty", "line-end", "marks", "quote"])
@pytest.mark.parametrize("added", [(), (ADDED,), ("note", ADDED)], ids=["texts", "removals", "two-fields"])
@pytest.mark.parametrize("data", FILES)
def test_changed_texts_come_back_byte_for_byte(data: bytes, added: tuple[str, ...], new: str) -> None:
    before = read(CSV, data, FIELDS)
    cleaned = rewrite(CSV, data, lambda _: new, added, FIELDS)
    same = Delimited(before.layout.like.delimiter, before.layout.like.encoding)
    after = read(same, cleaned, FIELDS)
    assert after.layout.like.names == (*before.layout.like.names, *added)
    assert [row.text for row in after.rows] == [None if row.text is None else new for row in before.rows]
    assert restored(same, cleaned, before.rows, FIELDS, added) == data


_TABLE = st.lists(st.lists(st.text(st.characters(codec="utf-8"), max_size=12), min_size=2, max_size=2), max_size=6)


@given(
    _TABLE,
    st.text(st.characters(codec="utf-8"), max_size=12),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_any_table_is_read_as_python_wrote_it_and_comes_back(
    table: list[list[str]], new: str, delimiter: str, end: str, quoting: int
) -> None:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([["text", "other"], *table])
    data = file.getvalue().encode()
    before = read(CSV, data, FIELDS)
    assert [list(record.values()) if record else None for record in before.values] == table
    assert rewrite(CSV, data, fields=FIELDS) == data
    cleaned = rewrite(CSV, data, lambda _: new, (ADDED,), FIELDS)
    assert [row.text for row in read(CSV, cleaned, FIELDS).rows] == [new] * len(table)
    assert restored(CSV, cleaned, before.rows, FIELDS, (ADDED,)) == data


@given(st.binary(max_size=80))
def test_any_bytes_are_read_without_a_crash_and_stay(data: bytes) -> None:
    data = b"id,text\n" + "é".encode() * 20 + b",a\n" + data
    try:
        assert rewrite(CSV, data, fields=FIELDS) == data
    except DocumentError as e:
        assert "looks like" in e.message  # noqa: PT017


@pytest.mark.parametrize(
    ("data", "lines", "error"),
    [
        pytest.param(b"id,text\n1,a\n2,b,c\n3,d\n", ["line 3"], "has 3 values for 2 columns", id="too-many"),
        pytest.param(b"id,text\n1,a\n2\n3,d\n", ["line 3"], "has 1 values for 2 columns", id="too-few"),
        pytest.param(b'id,text\n1,"a\nb"\n2,"x"y\n3,d\n', ["line 4"], "quotes do not close", id="after-a-quote"),
        pytest.param(b'id,text\n1,a\n2,"b\n3,d\n', ["line 3"], "quotes do not close", id="open-quote"),
    ],
)
def test_what_is_no_record_fails_alone_with_its_line(data: bytes, lines: list[str], error: str) -> None:
    seen = read(CSV, data, FIELDS)
    errors = [row.error for row in seen.rows if row.error]
    assert [message.partition(":")[0] for message in errors] == lines
    assert all(error in message for message in errors)
    assert [value is None for value in seen.values] == [bool(row.error) for row in seen.rows]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b"\n\n", "is empty", id="blank"),
        pytest.param(b"text,text\na,b\n", "each once", id="name-twice"),
        pytest.param(b'"text\na,b\n', "does not name its columns", id="open-quote-in-the-header"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(200), "looks like a PNG image", id="image"),
        pytest.param(bytes(range(32)) * 20, "binary", id="binary"),
    ],
)
def test_a_file_without_names_of_columns_is_refused(data: bytes, error: str) -> None:
    with pytest.raises(DocumentError, match=error):
        CSV.reader(io.BytesIO(data), "some.csv")


def test_a_value_that_is_too_long_ends_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = csv.field_size_limit(100)
    try:
        seen = read(CSV, b'id,text\n1,a\n2,"' + b"x" * 500 + b"\n" * 500, FIELDS)
    finally:
        csv.field_size_limit(limit)
    assert [row.text for row in seen.rows] == ["a"]
    assert seen.error.startswith("line 3: ")
    assert limit == 100_000_000


def test_utf_16_that_is_cut_off_in_a_character_says_so() -> None:
    line = "1,The ferry sails.\n"
    data = ("\ufeffid,text\n" + line * 1000).encode("utf-16-le") + b"x"
    seen = read(CSV, data, FIELDS)
    assert "cannot be read as utf-16-le" in seen.error
    assert {row.text for row in seen.rows if not row.error} == {"The ferry sails."}


def test_bytes_that_are_not_utf_8_are_kept_and_flagged() -> None:
    data = b"id,text\n" + b"1,plain\n" * 9000 + b"2,caf\xe9\n"
    assert [row.flags for row in read(CSV, data, FIELDS).rows[-2:]] == [(), (BAD_UTF8,)]
    assert rewrite(CSV, data, lambda text: text + "!", fields=FIELDS) == data.replace(b"n\n", b"n!\n").replace(
        b"\xe9", b"\xe9!"
    )


def test_a_tsv_has_tabs_whatever_its_header_looks_like() -> None:
    assert read(TSV, b"text\ta,b,c\nhello\t1\n").values == [{"text": "hello", "a,b,c": "1"}]


def test_fields_are_found_in_a_file_without_records() -> None:
    assert read(CSV, b"id,text,url\n").layout.fields == Fields()
    assert CSV.sample(read(CSV, b"id,text\nx\n").chunks[0], read(CSV, b"id,text\n").layout.like) == {
        "id": None,
        "text": None,
    }


def test_many_records_come_in_chunks() -> None:
    data = b"id,text\n" + b"".join(b"%d,text\n" % i for i in range(3 * MOST_ROWS))
    assert len(read(CSV, data).chunks) == 3
    assert rewrite(CSV, data, parts=3) == data


def test_records_of_another_format_become_a_table() -> None:
    records = [
        {"text": 'é "a"\nb', "n": 1, "f": 1.5, "ok": True, "none": None},
        {"text": "b", "list": ["a", 1], "day": dt.date(2024, 5, 6), "price": decimal.Decimal("1.10"), "raw": b"\xe9"},
    ]
    assert built(CSV, records) == (
        b"text,n,f,ok,none,list,day,price,raw\n"
        b'"\xc3\xa9 ""a""\nb",1,1.5,true,,,,,\n'
        b'b,,,,,"[""a"", 1]",2024-05-06,1.10,\xe9\n'
    )
    assert built(TSV, [{"a": "x\ty", "b": ""}]) == b'a\tb\n"x\ty"\t\n'
    assert built(CSV, [{"a": ""}, {"a": "b"}]) == b'a\n""\nb\n'


def test_a_field_that_is_no_column_fails() -> None:
    like = CSV.infer([{"text": "a"}])
    with pytest.raises(ValueError, match="'more', which is not among the columns text"):
        CSV.build([{"text": "a", "more": 1}], like)
