"""Bytes to text and back: the same bytes, or a refusal that says what the file looks like."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.io.encoding import SAMPLE, BinaryError, Decoded, decode

ENGLISH = "The ferry sails again on Monday.\r\nTickets cost four pounds.\n"
QUOTED = (
    "“We don’t want to lose the ferry,” said the mayor – and nobody in the chamber disagreed with her. €4 a head.\n"
)
FRENCH = "Le conseil a décidé mardi de garder le vieux pont ouvert, après un débat très animé à la mairie.\n"
RUSSIAN = "Городской совет во вторник проголосовал за то, чтобы старый мост оставался открытым ещё год.\n"
JAPANESE = "東京都は水曜日、古い橋を来年まで維持することを決めた。市議会の議論は三時間に及んだ。\n"
CHINESE = "市议会星期二投票决定将旧桥再开放一年,会议持续了三个小时。没有人反对这项决定。\n"
TAIWANESE = "市議會星期二投票決定將舊橋再開放一年,會議持續了三個小時。沒有人反對這項決定。\n"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param(QUOTED.encode(), QUOTED, id="utf-8"),
        pytest.param(codecs.BOM_UTF8 + QUOTED.encode(), QUOTED, id="utf-8-bom"),
        pytest.param(codecs.BOM_UTF16_LE + RUSSIAN.encode("utf-16-le"), RUSSIAN, id="utf-16-le-bom"),
        pytest.param(codecs.BOM_UTF16_BE + JAPANESE.encode("utf-16-be"), JAPANESE, id="utf-16-be-bom"),
        pytest.param(ENGLISH.encode("utf-16-le"), ENGLISH, id="utf-16-le"),
        pytest.param(QUOTED.encode("utf-16-be"), QUOTED, id="utf-16-be"),
        pytest.param(codecs.BOM_UTF32_LE + CHINESE.encode("utf-32-le"), CHINESE, id="utf-32-le-bom"),
        pytest.param(codecs.BOM_UTF32_BE + ENGLISH.encode("utf-32-be"), ENGLISH, id="utf-32-be-bom"),
        pytest.param(FRENCH.encode("latin-1"), FRENCH, id="latin-1"),
        pytest.param(QUOTED.encode("cp1252"), QUOTED, id="cp1252"),
        pytest.param(RUSSIAN.encode("cp1251"), RUSSIAN, id="cp1251"),
        pytest.param(JAPANESE.encode("shift_jis"), JAPANESE, id="shift-jis"),
        pytest.param(CHINESE.encode("gb18030"), CHINESE, id="gb18030"),
        pytest.param(TAIWANESE.encode("big5"), TAIWANESE, id="big5"),
        pytest.param(b"", "", id="empty"),
        pytest.param(codecs.BOM_UTF8, "", id="only-a-bom"),
        pytest.param(codecs.BOM_UTF8 * 2 + b"two", "\ufefftwo", id="two-boms"),
        pytest.param(ENGLISH.encode() + b"\0" + ENGLISH.encode(), f"{ENGLISH}\0{ENGLISH}", id="a-nul"),
        pytest.param(b"one\rtwo\r\nthree\n\n\x0c\tfour", "one\rtwo\r\nthree\n\n\x0c\tfour", id="mixed-line-ends"),
    ],
)
def test_text_is_read_as_written_and_comes_back_byte_for_byte(data: bytes, text: str) -> None:
    decoded = decode(data)
    assert decoded.text == text
    assert decoded.encode(decoded.text) == data


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        pytest.param(JAPANESE, "shift_jis", id="shift-jis"),
        pytest.param(CHINESE, "gb18030", id="gb18030"),
        pytest.param(TAIWANESE, "big5", id="big5"),
    ],
)
@pytest.mark.parametrize("shift", [0, 1], ids=["even", "odd"])
def test_a_long_text_is_read_as_written_wherever_the_sample_ends(text: str, encoding: str, shift: int) -> None:
    # The sample that is looked at may end in the middle of a character of two bytes.
    whole = "x" * shift + text.rstrip() * (SAMPLE // len(text))
    data = whole.encode(encoding)
    assert len(data) > SAMPLE
    decoded = decode(data)
    assert decoded.text == whole
    assert decoded.encode(decoded.text) == data


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(codecs.BOM_UTF16_LE + ENGLISH.encode("utf-16-le") + b"x", id="utf-16-with-half-a-character"),
        pytest.param(codecs.BOM_UTF16_LE + RUSSIAN.encode("utf-16-le")[:-1], id="utf-16-torn"),
        pytest.param(QUOTED.encode()[:2] + ENGLISH.encode(), id="utf-8-torn-character"),
        pytest.param(QUOTED.encode() + FRENCH.encode("latin-1"), id="two-encodings-in-one-file"),
        pytest.param(bytes(range(128, 256)), id="all-high-bytes"),
        pytest.param(b"\x81\x8d\x8f\x90\x9d caf\xe9", id="bytes-that-cp1252-lacks"),
        pytest.param(b"\xff", id="one-odd-byte"),
        pytest.param(b"\xed\xa0\x80 lone surrogate", id="utf-8-surrogate"),
        pytest.param(b"\xc0\xafoverlong", id="utf-8-overlong"),
    ],
)
def test_broken_text_comes_back_byte_for_byte(data: bytes) -> None:
    try:
        decoded = decode(data)
    except BinaryError:
        return
    assert decoded.encode(decoded.text) == data


@pytest.mark.parametrize(
    ("data", "looks_like"),
    [
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG", id="png"),
        pytest.param(b"\xff\xd8\xff\xe0\0\x10JFIF\0", "JPEG", id="jpeg"),
        pytest.param(b"GIF89a\x01\0\x01\0\x80\0\0", "GIF", id="gif"),
        pytest.param(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n", "PDF", id="pdf"),
        pytest.param(b"PK\x03\x04\x14\0\x06\0\x08\0", "ZIP", id="zip"),
        pytest.param(b"\x1f\x8b\x08\0\0\0\0\0", "gzip", id="gzip"),
        pytest.param(b"\x28\xb5\x2f\xfd\x04\x58", "zstd", id="zstd"),
        pytest.param(b"BZh91AY&SY\x8d\xd6\xff\x12", "bzip2", id="bzip2"),
        pytest.param(b"\xfd7zXZ\0\0\x04", "xz", id="xz"),
        pytest.param(b"\x7fELF\x02\x01\x01\0", "program", id="elf"),
        pytest.param(b"SQLite format 3\0\x10\0\x01\x01", "SQLite", id="sqlite"),
        pytest.param(bytes(range(32)) * 40, "binary", id="control-characters"),
        pytest.param(b"\0" * 1000, "binary", id="nothing-but-nul"),
    ],
)
def test_a_binary_file_is_refused_with_what_it_looks_like(data: bytes, looks_like: str) -> None:
    with pytest.raises(BinaryError, match=looks_like):
        decode(data)


@pytest.mark.parametrize(
    "text",
    [
        "GIF89a turned thirty this week, and its makers still argue over how to say the name of the format.\n",
        "SQLite format 3 is the file format that most phones write, the developers said on Tuesday.\n",
    ],
    ids=["gif", "sqlite"],
)
def test_an_article_that_opens_with_the_name_of_a_file_format_is_text(text: str) -> None:
    assert decode(text.encode()).text == text


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        pytest.param("naïve\n".encode("cp1250", "replace"), "cp1250", "na?ve\n", id="declared"),
        pytest.param("žluťoučký".encode("cp1250"), "windows-1250", "žluťoučký", id="declared-by-another-name"),
        pytest.param("žluťoučký".encode(), "ascii", "žluťoučký", id="declared-wrongly"),
        pytest.param("žluťoučký".encode(), "no-such-charset", "žluťoučký", id="unknown"),
        pytest.param("žluťoučký".encode(), "", "žluťoučký", id="declared-empty"),
        pytest.param("žluťoučký".encode(), "hex", "žluťoučký", id="codec-that-is-no-charset"),
        pytest.param("žluťoučký".encode(), "utf-8\0", "žluťoučký", id="nul-in-the-charset"),
        pytest.param(codecs.BOM_UTF8 + "žluťoučký".encode(), "cp1250", "žluťoučký", id="a-bom-wins"),
    ],
)
def test_a_declared_charset_is_used_where_it_fits_and_survived_where_not(data: bytes, charset: str, text: str) -> None:
    decoded = decode(data, charset)
    assert decoded.text == text
    assert decoded.encode(decoded.text) == data


charsets = st.sampled_from([None, "utf-8", "latin-1", "cp1252", "shift_jis", "utf-16", "utf-8-sig", "nonsense"])
marks = st.sampled_from([b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE])


@settings(max_examples=150, deadline=None)
@given(mark=marks, data=st.binary(max_size=200), charset=charsets)
def test_any_bytes_are_either_refused_or_come_back_the_same(mark: bytes, data: bytes, charset: str | None) -> None:
    try:
        decoded = decode(mark + data, charset)
    except BinaryError:
        return
    assert decoded.encode(decoded.text) == mark + data


letters = st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=80)


@settings(max_examples=60, deadline=None)
@given(text=letters, encoding=st.sampled_from(["utf-8-sig", "utf-16", "utf-32"]))
def test_any_text_behind_a_byte_order_mark_is_read_as_written(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


@settings(max_examples=60, deadline=None)
@given(text=letters)
def test_any_utf_8_text_is_read_as_written(text: str) -> None:
    assert decode(text.encode()).text == text


@settings(max_examples=60, deadline=None)
@given(
    sample=st.sampled_from(
        [
            (QUOTED, "utf-8-sig"),
            (RUSSIAN, "utf-16"),
            (QUOTED, "cp1252"),
            (RUSSIAN, "cp1251"),
            (JAPANESE, "shift_jis"),
            (CHINESE, "gb18030"),
            (TAIWANESE, "big5"),
        ]
    ),
    cut=st.tuples(st.integers(0, 100), st.integers(0, 100)),
)
def test_a_text_with_a_piece_cut_out_can_be_written_and_read_again(
    sample: tuple[str, str], cut: tuple[int, int]
) -> None:
    text, encoding = sample
    decoded = decode(text.encode(encoding))
    shorter = text[: min(cut)] + text[max(cut) :]
    written = decoded.encode(shorter)
    assert written.startswith(decoded.bom)
    assert written[len(decoded.bom) :].decode(decoded.encoding) == shorter


def test_encode_puts_the_byte_order_mark_before_the_text() -> None:
    assert Decoded("", "utf-16-be", codecs.BOM_UTF16_BE).encode("A") == b"\xfe\xff\x00A"
