"""The forms of text and patterns in which they are compared: lower case, plain quotes, plain spaces.

`fold` keeps the length, so offsets stay true. `flat` and `bare` are for whole blocks only and shorten.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache, lru_cache
from typing import Final

import numpy as np

from cleaner.characters import INVISIBLES, PLANE, Codes, code_points, text_of

_SHAPES: Final = {
    "'": "‘’‚‛ʼ´`′",
    '"': "“”„‟«»″＂「」『』",
    "-": "‐‑‒–—―−",
    " ": "\t\x1f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    ":": "：",
    "?": "？",
    "!": "！",
    "(": "（",
    ")": "）",
    ",": "，",
    "σ": "ς",  # a final sigma depends on what follows
}
SURROGATES: Final = slice(0xD800, 0xE000)
"""Halves of characters; alone they stand for bytes that are not UTF-8, or come from broken escapes."""
REPLACEMENT: Final = 0xFFFD
_PATTERN_TOKEN: Final = re.compile(r"\\[pPN]\{[^}]*\}|\\x[0-9a-fA-F]{2}|\\.|\(\?P|\w+|.", re.DOTALL)
_ASCII: Final = {ord(shape): plain for plain, shapes in _SHAPES.items() for shape in shapes if shape.isascii()}
_INVISIBLE: Final = dict.fromkeys(map(ord, INVISIBLES))


def fold(text: str) -> str:
    """Return `text` in lower case with one shape for quotes, dashes and spaces, of the same length.

    >>> fold("“Don’t”\\u00a0– STOP")
    '"don\\'t" - stop'
    """
    if text.isascii():  # mostly short pieces of rules, for which arrays are slow
        return text.lower().translate(_ASCII)
    return text_of(fold_codes(code_points(text)))


def fold_codes(codes: Codes) -> Codes:
    """Return the folded form of each code point."""
    folded = _table().take(codes, mode="clip")
    for at in np.flatnonzero(codes >= PLANE):  # emoji mostly; few scripts there have capitals
        folded[at] = ord(chr(codes[at]).lower())
    return folded


@lru_cache(maxsize=1)
def _table() -> Codes:
    """Return the folded form of each code point of the first plane, then an entry for what lies beyond."""
    every = text_of(np.arange(PLANE + 1, dtype=np.uint32))
    table = code_points(every.replace("İ", "i").lower()).copy()  # İ is the one capital whose lower case is longer
    for plain, shapes in _SHAPES.items():
        table[[ord(shape) for shape in shapes]] = ord(plain)
    table[SURROGATES] = REPLACEMENT  # lone ones, which no pattern can hold and not every library takes
    return table


def flat(folded: str) -> str:
    """Return a folded block on one line: runs of white space become one space, invisible marks go.

    >>> flat("read  more\\n about\\u200b it")
    'read more about it'
    """
    return " ".join(folded.translate(_INVISIBLE).split())


def bare(flat_text: str) -> str:
    """Return a flat block without the punctuation around it; a block of punctuation stays as it is.

    >>> bare("- advertisement -"), bare("×")
    ('advertisement', '×')
    """
    first, last = 0, len(flat_text)
    if last and flat_text[0].isalnum() and flat_text[-1].isalnum():
        return flat_text
    while first < last and not flat_text[first].isalnum():
        first += 1
    while last > first and not flat_text[last - 1].isalnum():
        last -= 1
    return flat_text[first:last] or flat_text


def identity(text: str) -> int:
    """Return a number of 64 bits that stands for a text; whatever depends on it depends on no order."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def fold_pattern(source: str) -> str:
    """Return a pattern as it must be to match folded text; escapes such as `\\S` stay as they are.

    >>> fold_pattern("^Don’t \\\\S+ (?P<X>Me)")
    "^don't \\\\S+ (?P<x>me)"
    """
    return _PATTERN_TOKEN.sub(lambda m: _fold_piece(m[0]), source)


@cache
def _fold_piece(piece: str) -> str:
    if piece == "(?P" or (piece[0] == "\\" and piece.isascii()):
        return piece
    folded = fold(piece.removeprefix("\\"))
    is_new_mark = folded.isascii() and not piece.isascii() and not folded.isalnum()
    return re.escape(folded) if is_new_mark or piece[0] == "\\" else folded  # a mark is not an operator
