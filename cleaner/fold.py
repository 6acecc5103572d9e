"""The form of text and patterns in which they are compared: lower case, plain quotes, plain spaces.

`fold` keeps the length, so offsets stay true. `flat` and `bare` are for whole blocks only and shorten.
"""

from __future__ import annotations

import re
from typing import Final

_SHAPES: Final = {
    "'": "‘’‚‛ʼ´`′",
    '"': "“”„‟«»″＂",
    "-": "‐‑‒–—―−",
    " ": "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    ":": "：",
    "?": "？",
    "!": "！",
    "(": "（",
    ")": "）",
    ",": "，",
}
_REPLACE: Final = tuple((shape, plain) for plain, shapes in _SHAPES.items() for shape in shapes)
_TO_PLAIN: Final = str.maketrans(dict(_REPLACE))
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0e\ufe0f\ufeff]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_PATTERN_TOKEN: Final = re.compile(r"\\[pPN]\{[^}]*\}|\\x[0-9a-fA-F]{2}|\\.|\(\?P|.", re.DOTALL)


def fold(text: str) -> str:
    """Return `text` in lower case with one shape for quotes, dashes and spaces, of the same length.

    >>> fold("“Don’t”\\u00a0– STOP")
    '"don\\'t" - stop'
    """
    low = text.lower()
    if len(low) != len(text):  # a few capitals, such as İ, have a longer lower case
        low = "".join(c if len(c.lower()) != 1 else c.lower() for c in text)
    if low.isascii():
        return low.replace("\t", " ").replace("`", "'")
    for shape, plain in _REPLACE:
        low = low.replace(shape, plain)
    return _SURROGATE.sub("\ufffd", low)


def flat(folded: str) -> str:
    """Return a folded block on one line: runs of white space become one space, invisible marks go.

    >>> flat("read  more\\n about\\u200b it")
    'read more about it'
    """
    if not folded.isascii():
        folded = _INVISIBLE.sub("", folded)
    return " ".join(folded.split())


def bare(flat_text: str) -> str:
    """Return a flat block without the punctuation around it; a block of punctuation stays as it is.

    >>> bare("- advertisement -"), bare("×")
    ('advertisement', '×')
    """
    first, last = 0, len(flat_text)
    while first < last and not flat_text[first].isalnum():
        first += 1
    while last > first and not flat_text[last - 1].isalnum():
        last -= 1
    return flat_text[first:last] or flat_text


def fold_pattern(source: str) -> str:
    """Return a pattern as it must be to match folded text; escapes such as `\\S` stay as they are.

    >>> fold_pattern("^Don’t \\\\S+ (?P<X>Me)")
    "^don't \\\\S+ (?P<x>me)"
    """
    return _PATTERN_TOKEN.sub(
        lambda m: m[0] if m[0][0] == "\\" or m[0] == "(?P" else m[0].lower().translate(_TO_PLAIN), source
    )
