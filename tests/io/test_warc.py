"""WARC and WET: pages and texts are read whatever servers and crawlers did to them; all other records are skipped."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import random
import tracemalloc
import zlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.errors import DocumentError
from cleaner.io import warc
from cleaner.io.compression import compress, expanded
from cleaner.io.records import MOST_ROWS, Fields, Row
from cleaner.io.warc import Warc
from tests.io.roundtrip import read

WARC = Warc()
PAGE = "<html><p>The ferry “Mole” sails again – for €4.</html>"
URL = "https://a.example/news/ferry"
DATE = "2024-05-06T07:08:09Z"


def record(
    kind: str, body: bytes, content_type: str, *more: str, length: int | None = None, end: str = "\r\n"
) -> bytes:
    lines = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {URL}",
        f"WARC-Date: {DATE}",
        "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(body) if length is None else length}",
        *more,
    ]
    return (end.join(lines) + end * 2).encode() + body + (end * 2).encode()


def answer(body: bytes, *headers: str, status: str = "200 OK", end: str = "\r\n") -> bytes:
    headers = headers or ("Content-Type: text/html; charset=utf-8",)
    head = end.join([f"HTTP/1.1 {status}", *headers]) + end * 2
    return record("response", head.encode() + body, "application/http; msgtype=response", end=end)


def wet(text: str, *more: str) -> bytes:
    return record("conversion", text.encode(), "text/plain", *more)


INFO = record("warcinfo", b"software: a crawler\r\n", "application/warc-fields")
PICTURE = answer(b"\x89PNG" + bytes(100), "Content-Type: image/png")


def rows(data: bytes) -> list[Row]:
    seen = read(WARC, data)
    assert not seen.error
    return seen.rows


def pages(*records: bytes) -> list[str | bytes | None]:
    return [row.page for row in rows(b"".join(records))]


def test_pages_and_texts_are_read_and_all_else_is_skipped() -> None:
    request = record("request", b"GET / HTTP/1.1\r\n\r\n", "application/http; msgtype=request")
    metadata = record("metadata", b"fetchTimeMs: 5", "application/warc-fields")
    json = record("conversion", b"{}", "application/json")
    no_http = record("response", b"dns: 1.2.3.4", "text/dns")
    seen = read(WARC, INFO + request + answer(PAGE.encode()) + metadata + PICTURE + json + no_http + wet("The ferry."))
    id = "<urn:uuid:00000000-0000-4000-8000-000000000001>"
    page = Row(page=PAGE, key=id, url=URL, date=dt.date(2024, 5, 6))
    assert seen.rows == [page, page._replace(page=None, text="The ferry.")]
    fields = {"url": URL, "date": DATE, "warc_record_id": id}
    assert seen.values == [
        {**fields, "content_type": "text/html; charset=utf-8"},
        {**fields, "content_type": "text/plain", "text": "The ferry."},
    ]


def test_fields_are_found() -> None:
    named = {"id": "warc_record_id", "url": "url", "date": "date"}
    assert read(WARC, answer(b"<p>")).layout.fields == Fields(page="page", **named)
    assert read(WARC, wet("a")).layout.fields == Fields(text="text", **named)


@pytest.mark.parametrize("status", ["301 Moved", "404 Not Found", "500 Sorry", "304 Not Modified"])
def test_answers_without_success_are_skipped(status: str) -> None:
    assert pages(answer(b"<p>Nothing here.", status=status), answer(b"<p>", status="203")) == ["<p>"]


@pytest.mark.parametrize(
    ("headers", "page"),
    [
        pytest.param(["content-type: Text/HTML"], True, id="any-case"),
        pytest.param(["Content-Type: application/xhtml+xml; charset=utf-8"], True, id="xhtml"),
        pytest.param(["Content-Type: text/plain"], False, id="plain"),
        pytest.param(["X: y"], False, id="no-type"),
        pytest.param(["Content-Type: text/html", "Content-Type: image/png"], True, id="first-of-two"),
    ],
)
def test_what_the_server_calls_html_is_a_page(headers: Sequence[str], page: bool) -> None:
    assert pages(answer(b"<p>", *headers)) == (["<p>"] if page else [])


def test_the_crawler_tells_the_type_where_the_server_does_not() -> None:
    data = answer(b"<p>", "X: y")
    assert pages(data.replace(b"\r\nContent-Type", b"\r\nWARC-Identified-Payload-Type: text/html\r\nContent-Type")) == [
        "<p>"
    ]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        pytest.param("utf-8", "utf-8", id="utf-8"),
        pytest.param("utf-8", "iso-8859-1", id="utf-8-that-the-server-calls-latin-1"),
        pytest.param("utf-8", None, id="not-declared"),
        pytest.param("cp1252", "iso-8859-1", id="windows-that-calls-itself-latin-1"),
        pytest.param("cp1252", '"Windows-1252"', id="in-quotes"),
        pytest.param("cp1252", "idna", id="no-charset-of-the-web"),
        pytest.param("cp1252", "utf-16", id="not-utf-16"),
    ],
)
@pytest.mark.parametrize("where", ["header", "page"])
def test_the_charset_is_that_of_the_header_or_of_the_page(encoding: str, declared: str | None, where: str) -> None:
    meta, header = "", "Content-Type: text/html"
    if declared and where == "header":
        header += f"; charset={declared}"
    elif declared:
        meta = f"<meta http-equiv=content-type content='text/html; charset={declared.strip(chr(34))}'>"
    assert pages(answer((meta + PAGE).encode(encoding), header)) == [meta + PAGE]


def test_utf_8_is_taken_for_what_it_is_whatever_the_server_calls_it() -> None:
    assert pages(answer("<p>café".encode(), "Content-Type: text/html; charset=iso-8859-1")) == ["<p>café"]


def test_a_codec_of_python_that_is_no_charset_of_the_web_is_not_used() -> None:
    assert b"<p>The ferry sails-kva".decode("punycode") != "<p>The ferry sails-kva"
    page = "<p>The ferry sails-kva"
    assert pages(answer(page.encode(), "Content-Type: text/html; charset=punycode")) == [page]


def test_charsets_with_several_bytes_a_character() -> None:
    text = "<p>東京都は水曜日、古い橋を来年まで維持することを決めた。"
    assert pages(answer(text.encode("shift_jis"), "Content-Type: text/html; charset=Shift_JIS")) == [text]
    assert pages(answer(b"<meta charset=euc-jp>" + text.encode("euc-jp"), "Content-Type: text/html")) == [
        "<meta charset=euc-jp>" + text
    ]


def _raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        pytest.param("gzip", gzip.compress(PAGE.encode()), id="gzip"),
        pytest.param("x-GZIP", gzip.compress(PAGE.encode()), id="x-gzip"),
        pytest.param("deflate", zlib.compress(PAGE.encode()), id="deflate"),
        pytest.param("deflate", _raw_deflate(PAGE.encode()), id="raw-deflate"),
        pytest.param("gzip", PAGE.encode(), id="gzip-undone-by-the-crawler"),
        pytest.param("deflate", PAGE.encode(), id="deflate-undone-by-the-crawler"),
        pytest.param("br", PAGE.encode(), id="br-undone-by-the-crawler"),
        pytest.param("identity, nonsense", PAGE.encode(), id="nonsense"),
        pytest.param("gzip, gzip", gzip.compress(gzip.compress(PAGE.encode())), id="twice"),
        pytest.param("gzip", gzip.compress(PAGE.encode())[:-8], id="gzip-without-its-end"),
    ],
)
def test_what_the_server_packed_is_unpacked(name: str, packed: bytes) -> None:
    headers = ("Content-Type: text/html; charset=utf-8", f"Content-Encoding: {name}")
    assert pages(answer(packed, *headers), answer(b"<p>next")) == [PAGE, "<p>next"]


def test_brotli() -> None:
    brotli = pytest.importorskip("brotli", reason="pages packed with brotli need it")
    headers = ("Content-Type: text/html", "Content-Encoding: br")
    assert pages(answer(brotli.compress(PAGE.encode()), *headers)) == [PAGE]


@pytest.mark.parametrize(
    ("body", "page"),
    [
        pytest.param(b"5\r\n<p>on\r\n1\r\ne\r\n0\r\n\r\n", "<p>one", id="parts"),
        pytest.param(b"00A;name=value\r\n<p>one\r\n..\r\n0\r\n\r\n", "<p>one\r\n..", id="line-end-inside"),
        pytest.param(b"5\n<p>on\n1\ne\n0\n\n", "<p>one", id="bare-line-ends"),
        pytest.param(b"ff\r\n<p>one", "<p>one", id="cut-off-in-a-part"),
        pytest.param(b"5\r\n<p>on\r\n1", "<p>on", id="cut-off-in-a-size"),
        pytest.param(b"<p>one", "<p>one", id="undone-by-the-crawler"),
        pytest.param(b"", "", id="nothing"),
    ],
)
def test_what_the_server_sent_in_parts_is_put_together(body: bytes, page: str) -> None:
    assert pages(answer(body, "Content-Type: text/html", "Transfer-Encoding: chunked")) == [page]


def test_packed_and_sent_in_parts() -> None:
    packed = gzip.compress(PAGE.encode())
    body = b"%x\r\n" % len(packed) + packed + b"\r\n0\r\n\r\n"
    headers = ("Content-Type: text/html", "Content-Encoding: gzip", "Transfer-Encoding: chunked")
    assert pages(answer(body, *headers)) == [PAGE]


@pytest.mark.parametrize("name", ["gzip", "deflate", "br"])
def test_a_bomb_is_an_error_of_its_record_alone(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc, "MAX_RECORD", 100_000)
    content = b"<p>" + bytes(5_000_000)
    if name == "br":
        packed = pytest.importorskip("brotli", reason="pages packed with brotli need it").compress(content)
    else:
        packed = gzip.compress(content) if name == "gzip" else zlib.compress(content)
    headers = ("Content-Type: text/html", f"Content-Encoding: {name}")
    data = answer(packed, *headers) + answer(b"<p>after")
    tracemalloc.start()
    try:
        bomb, after = rows(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000
    assert bomb.error.startswith("record 1: has more than ")
    assert (bomb.page, after.page) == (None, "<p>after")


def test_a_record_that_is_too_long_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc, "MAX_RECORD", 100_000)
    long, after = rows(INFO + wet("x" * 100_001) + wet("after"))
    assert long.error.startswith("record 2: has more than ")
    assert (long.text, long.url, after.text) == (None, URL, "after")
    assert read(WARC, wet("x" * 100_001)).values == [None]


def test_what_is_no_text_fails_alone() -> None:
    binary, after = rows(answer(b"\x89PNG\r\n" + bytes(500)) + wet("after"))
    assert binary.error == "record 1: looks like a PNG image, not text"
    assert after.text == "after"


def test_line_ends_blank_lines_and_odd_headers() -> None:
    odd = answer(b"<p>bare", "Content-Type: text/html", end="\n")
    old = wet("old").replace(b"WARC/1.1", b"WARC/0.17").replace(URL.encode(), b"<" + URL.encode() + b">")
    assert [row.page or row.text for row in rows(b"\r\n\n" + odd + b"\n\n\n" + old)] == ["<p>bare", "old"]
    assert rows(old)[0].url == URL
    assert rows(wet("café", "X-Name: \xe9", "no colon"))[0].text == "café"


def test_many_records_come_in_chunks() -> None:
    seen = read(WARC, b"".join(wet(f"text {i}") for i in range(2 * MOST_ROWS)))
    assert [len(chunk.records) for chunk in seen.chunks] == [MOST_ROWS] * 2


@pytest.mark.parametrize("last", [wet("The last one, which is cut off."), answer(PAGE.encode()), PICTURE, INFO])
def test_a_file_that_is_cut_off_anywhere_says_so_after_what_it_holds(last: bytes) -> None:
    first = INFO + answer(b"<p>first")
    for end in range(1, len(last) - 4):
        seen = read(WARC, first + last[:end])
        assert [row.page for row in seen.rows] == ["<p>first"]
        assert seen.error in (
            "is cut off in record 3; get it again",
            "is damaged before record 3; what follows is lost",
        )
    assert not read(WARC, first + last[:-4]).error  # only blank lines are missing


@pytest.mark.parametrize(
    ("damage", "error"),
    [
        pytest.param(b"garbage\r\n", "is damaged before record 2", id="garbage"),
        pytest.param(wet("abc").replace(b"Content-Length: 3", b"Content-Length: -3"), "record 2: it", id="negative"),
        pytest.param(wet("abc").replace(b"Content-Length: 3", b"Content-Length: x"), "record 2: it", id="no-number"),
        pytest.param(wet("abc").replace(b"Content-Length: 3\r\n", b""), "record 2: it", id="no-length"),
        pytest.param(
            record("conversion", b"abc", "text/plain", length=10**15), "is cut off in record 2", id="too-long"
        ),
        pytest.param(
            record("conversion", b"abc", "text/plain", length=1), "is damaged before record 3", id="too-short"
        ),
        pytest.param(b"WARC/1.0\r\n" + b"X: y\r\n" * 20_000, "record 2: its header has more than", id="endless-header"),
        pytest.param(b"WARC/1.0\r\n" + b"x" * 200_000, "record 2: its header has more than", id="endless-line"),
    ],
)
def test_damage_ends_the_file_after_what_came_before(damage: bytes, error: str) -> None:
    seen = read(WARC, answer(b"<p>first") + damage + wet("lost"))
    assert seen.rows[0].page == "<p>first"
    assert error in seen.error


@pytest.mark.parametrize("data", [b"garbage\n" * 50, b"<html>", gzip.compress(INFO), b"\0" * 100_000])
def test_what_is_no_warc_is_refused(data: bytes) -> None:
    assert "is no WARC file" in read(WARC, data).error


def test_an_empty_file_has_no_records() -> None:
    assert rows(b"") == rows(INFO) == []


@given(st.integers(0, 2**32), st.integers(1, 5))
def test_damage_never_crashes(seed: int, flips: int) -> None:
    rng = random.Random(seed)
    headers = ("Content-Type: text/html", "Content-Encoding: gzip", "Transfer-Encoding: chunked")
    data = bytearray(INFO + answer(gzip.compress(PAGE.encode()), *headers) + wet("text") + PICTURE)
    for _ in range(flips):
        data[rng.randrange(len(data))] = rng.randrange(256)
    seen = read(WARC, bytes(data))
    assert len(seen.values) == len(seen.rows)


def test_each_record_may_be_packed_alone_as_in_all_archives() -> None:
    data = b"".join(compress(part, ".gz") for part in (INFO, answer(PAGE.encode()), PICTURE, wet("text")))
    stream = expanded(io.BytesIO(data), ".gz", "some.file")
    (chunk,) = WARC.reader(stream, "some.file").chunks()
    assert [row.page or row.text for row in WARC.rows(chunk, read(WARC, b"").layout)] == [PAGE, "text"]
    cut = WARC.reader(expanded(io.BytesIO(data[:-5]), ".gz", "some.file"), "some.file").chunks()
    assert len(next(cut).records) >= 1
    with pytest.raises(DocumentError, match="is cut off"):
        next(cut)


def test_records_are_read_as_another_tool_writes_them() -> None:
    fastwarc = pytest.importorskip("fastwarc.warc", reason="compares with FastWARC")
    file = io.BytesIO()
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE.encode()
    for kind, content_type, content in (
        (fastwarc.response, "application/http", body),
        (fastwarc.conversion, "text/plain", "The café.".encode()),
    ):
        one = fastwarc.WarcRecord()
        one.init_headers(kind)
        one.headers["Content-Type"] = content_type
        one.headers["WARC-Target-URI"] = URL
        one.set_bytes_content(content)
        one.write(file)
    page, text = rows(file.getvalue())
    assert (page.page, text.text) == (PAGE, "The café.")
    assert page.url == text.url == URL
    assert page.key.startswith("<urn:uuid:")
    assert page.date is not None
