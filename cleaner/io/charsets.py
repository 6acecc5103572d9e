"""The bytes of a page to text, as browsers read them."""

from __future__ import annotations

import re
from typing import Final

from cleaner.io.encoding import decode, detected, refuse_binary

MAX_PRESCAN: Final = 1 << 16
"""Bytes at the beginning of a page in which its charset may be declared. The HTML standard scans 1,024 first, and
has browsers begin anew where a later one turns up."""
MOST_TOLD: Final = 4096
"""Bytes at the beginning that tell whether it is a page at all."""
CHARSET: Final = re.compile(r"""charset\s*=\s*["']?\s*([^\s"';,>/]+)""", re.IGNORECASE)
_META: Final = re.compile(
    rb"<(?:meta\b[^>]{0,500}?|\?xml\b[^>]{0,200}?en)(charset|coding)\s*=[^>]{0,100}", re.IGNORECASE
)
_CODING: Final = re.compile(r"""coding\s*=\s*["']?\s*([^\s"';,>/?]+)""", re.IGNORECASE)
WEB_CHARSET: Final = re.compile(
    r"utf-?8|us-ascii|ascii|iso-?8859-?\d+|iso-2022-jp|latin\d|windows-\d+|cp\d+|koi8-[ru]|gb[k\d]+|big5.*|"
    r"shift[-_]jis|x-sjis|euc-(jp|kr)|ks_c_5601-1987|tis-620|macintosh",
    re.IGNORECASE,
)
"""Charsets of the web; Python knows others that take ages or are no charsets, and pages lie about UTF-16."""
_SUPERSETS: Final = {
    "us-ascii": "cp1252", "ascii": "cp1252", "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252",
    "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030",
    "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949",
}  # fmt: skip
"""What browsers read instead, by the HTML standard."""
_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def decode_page(data: bytes, content_type: str = "") -> str:
    """Decode a page: byte order mark, UTF-8 that is nothing else, the declared charset, then what looks likely.

    Bytes that do not fit the charset become U+FFFD, as in a browser: one broken character makes no other charset.

    Args:
        data: the whole page.
        content_type: what the server said it is.

    Raises:
        BinaryError: not a page; the message says what it looks like.

    >>> decode_page('<meta charset="iso-8859-2"><p>Łódź'.encode("iso-8859-2"))
    '<meta charset="iso-8859-2"><p>Łódź'
    """
    refuse_binary(data[:MOST_TOLD])
    if data.startswith(_MARKS) or b"\0" in data[:MAX_PRESCAN]:
        return decode(data).text
    if not data.isascii():  # ISO-2022-JP looks like ASCII
        try:
            return data.decode()
        except UnicodeDecodeError:
            pass
    charset = declared(data, content_type) or next(detected(data), "cp1252")
    try:
        return data.decode(charset, "replace")
    except LookupError:  # a name that looks like a charset's, but is none
        return data.decode("cp1252", "replace")


def declared(data: bytes, content_type: str = "") -> str | None:
    """Return the charset that a server or a page declares, as Python's codec for what browsers make of it.

    Args:
        data: the page.
        content_type: what the server said it is; goes before what the page says.
    """
    name = CHARSET.search(content_type)
    if name is None and (meta := _META.search(data, 0, MAX_PRESCAN)):
        said = meta[0].decode("ascii", "replace")
        name = CHARSET.search(said) or _CODING.search(said)
    if name is None or not WEB_CHARSET.fullmatch(name[1]):
        return None
    return _SUPERSETS.get(name[1].lower(), name[1])
