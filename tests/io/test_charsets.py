"""Bytes of pages to text: marks, declarations, lies, and bytes that are broken."""

from __future__ import annotations

import codecs

import pytest

from cleaner.io.charsets import MAX_PRESCAN, declared, decode_page
from cleaner.io.encoding import BinaryError

POLISH = "Zażółć gęślą jaźń, powiedział burmistrz."
RUSSIAN = "Паром вышел из гавани на час позже, потому что экипаж ждал врача."
GERMAN = "Die Fähre verließ den nördlichen Hafen eine Stunde zu spät."
JAPANESE = "フェリーは一時間遅れて港を出た。"
CHINESE = "渡轮晚了一个小时才离开北码头。"


@pytest.mark.parametrize(
    ("bom", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)  # fmt: skip
def test_a_byte_order_mark_goes_before_what_is_declared(bom: bytes, encoding: str) -> None:
    page = f"<meta charset=iso-8859-2><p>{POLISH}"
    assert decode_page(bom + page.encode(encoding), "text/html; charset=windows-1251") == page


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_needs_no_mark(encoding: str) -> None:
    page = "<html><body><p>The ferry left an hour late.</p></body></html>"
    assert decode_page(page.encode(encoding)) == page


@pytest.mark.parametrize(
    ("charset", "codec", "text"),
    [
        ("iso-8859-2", "iso-8859-2", POLISH), ("windows-1250", "cp1250", POLISH), ("windows-1251", "cp1251", RUSSIAN),
        ("koi8-r", "koi8-r", RUSSIAN), ("windows-1252", "cp1252", GERMAN), ("Shift_JIS", "cp932", JAPANESE),
        ("euc-jp", "euc-jp", JAPANESE), ("ISO-2022-JP", "iso2022_jp", JAPANESE), ("gbk", "gbk", CHINESE),
        ("gb2312", "gb2312", CHINESE), ("GB18030", "gb18030", CHINESE), ("windows-1254", "cp1254", "Işığı söndürdü"),
        ("windows-1253", "cp1253", "Το πλοίο άργησε"), ("windows-1255", "cp1255", "המעבורת איחרה"),
        ("windows-1256", "cp1256", "تأخرت العبارة"), ("windows-1257", "cp1257", "Keltas vėlavo"),
        ("windows-1258", "cp1258", "Phà đên"), ("euc-kr", "euc-kr", "배가 한 시간 늦었다"),
        ("big5", "big5", "渡輪晚了"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "declaration",
    [
        "<meta charset={}>", "<META CHARSET='{}' />", '<meta name=a content=b charset="{}">',
        '<meta http-equiv="Content-Type" content="text/html; charset={}">', '<?xml version="1.0" encoding="{}"?>', None,
    ],
)  # fmt: skip
def test_a_declared_charset_is_read(charset: str, codec: str, text: str, declaration: str | None) -> None:
    page = f"{(declaration or '').format(charset)}<p>{text}</p>"
    assert decode_page(page.encode(codec), "" if declaration else f"text/html; charset={charset}") == page


def test_what_the_server_says_goes_before_what_the_page_says() -> None:
    page = f"<meta charset=windows-1251><p>{POLISH}"
    assert decode_page(page.encode("iso-8859-2"), 'text/html;charset="iso-8859-2"') == page


@pytest.mark.parametrize("charset", ["iso-8859-1", "us-ascii", "windows-1251", "gbk", "utf-16", "utf-7"])
def test_utf_8_that_is_declared_to_be_something_else_is_utf_8(charset: str) -> None:
    page = f"<meta charset={charset}><p>{POLISH} {JAPANESE}"
    assert decode_page(page.encode()) == page


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "idna", "punycode", "rot13", "hex", "x-user-defined", "cp9999"])
def test_names_that_are_no_charset_of_the_web_decide_nothing(charset: str) -> None:
    page = f"<meta charset={charset}><p>+ADw-script+AD4- The ferry left late."
    assert decode_page(page.encode()) == page
    assert decode_page(page.encode(), f"text/html; charset={charset}") == page


def test_old_names_mean_what_browsers_take_them_for() -> None:
    page = "<meta charset=iso-8859-1><p>“Late” – €5"
    assert decode_page(page.encode("cp1252")) == page
    assert declared(b"<meta charset=latin1>") == "cp1252"
    assert declared(b"<meta charset=gb2312>") == "gb18030"
    assert declared(b"<p>charset=gb2312") is None


def test_broken_bytes_become_replacement_characters_and_no_other_charset() -> None:
    page = f"<meta charset=utf-8><p>{POLISH}".encode()
    assert decode_page(page + b"\xc5") == page.decode() + "\ufffd"
    assert decode_page(page + b"\xff\xfe<p>") == page.decode() + "\ufffd\ufffd<p>"
    japanese = f"<meta charset=euc-jp><p>{JAPANESE}".encode("euc-jp")
    assert decode_page(japanese[:-1]).startswith(japanese[:-2].decode("euc-jp"))
    assert decode_page(japanese[:-1]).endswith("\ufffd")


def test_without_a_declaration_the_letters_tell() -> None:
    page = f"<p>{RUSSIAN * 5}"
    assert decode_page(page.encode("cp1251")) == page
    assert decode_page(b"<p>caf\xe9</p>") == "<p>café</p>"
    assert decode_page(b"") == ""


def test_a_declaration_far_down_is_no_declaration() -> None:
    page = b"<p>caf\xe9" + b" " * MAX_PRESCAN + b"<meta charset=windows-1251>"
    assert decode_page(page).startswith("<p>café")


@pytest.mark.parametrize("data", [b"<meta " * 100_000, b"<?xml " * 100_000, b"<meta " + b"charset" * 100_000])
def test_declarations_that_never_end_are_none(data: bytes) -> None:
    assert declared(data) is None
    assert decode_page(data) == data.decode()


@pytest.mark.parametrize("data", [b"%PDF-1.7\n\0\0", b"\x1f\x8b\x08" + bytes(100), bytes(range(256)) * 40])
def test_bytes_of_something_else_are_refused(data: bytes) -> None:
    with pytest.raises(BinaryError, match="looks like"):
        decode_page(data)
