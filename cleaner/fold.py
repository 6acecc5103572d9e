"""The forms of text and patterns in which they are compared: lower case, plain quotes, plain spaces.

`fold` keeps the length, so offsets stay true. `flat` and `bare` are for whole blocks only and shorten.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from cleaner.model import Block

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
}
_REPLACE: Final = tuple((shape, plain) for plain, shapes in _SHAPES.items() for shape in shapes)
_INVISIBLE: Final = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufe0e\ufe0f\ufeff"
RARE_LINE_ENDS: Final = "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
"""All white space but the line feed that folding leaves as it is; together the line ends of str.splitlines."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_PATTERN_TOKEN: Final = re.compile(r"\\[pPN]\{[^}]*\}|\\x[0-9a-fA-F]{2}|\\.|\(\?P|.", re.DOTALL)


class View(NamedTuple):  # a tuple, as one is made for each block
    """A block in the forms in which rules compare it.

    Args:
        folded: lower case and plain marks, as long as the block.
        flat: the same on one line, with single spaces.
    """

    folded: str
    flat: str


def views(text: str, blocks: Sequence[Block]) -> list[View]:
    """Return the comparable forms of all blocks of a text, folding the text once."""
    whole = fold(text)
    folded = [whole[start:end] for start, end in blocks]
    if any(mark in whole for mark in _INVISIBLE):
        return [View(block, flat(block)) for block in folded]
    is_usual = not any(end in whole for end in RARE_LINE_ENDS)
    flats = [
        block if "  " not in block and "\n" not in block and (is_usual or block.isprintable()) else flat(block)
        for block in folded
    ]
    return [tuple.__new__(View, forms) for forms in zip(folded, flats, strict=True)]  # half the time of View(...)


def fold(text: str) -> str:
    """Return `text` in lower case with one shape for quotes, dashes and spaces, of the same length.

    >>> fold("“Don’t”\\u00a0– STOP")
    '"don\\'t" - stop'
    """
    if text.isascii():
        return text.lower().replace("\t", " ").replace("\x1f", " ").replace("`", "'")
    try:
        units = np.frombuffer(text.encode("utf-16-le"), _UTF16)
    except UnicodeEncodeError:
        return fold(_SURROGATE.sub("\ufffd", text))
    folded = _FOLDED.take(units).tobytes().decode("utf-16-le")
    return folded if len(units) == len(text) else folded.lower()  # beyond 16 bits, few scripts have capitals


def _fold_table() -> np.ndarray:
    """Return the folded form of each code point of 16 bits; halves of longer ones stay."""
    table = np.arange(0x10000).astype(_UTF16)
    for some in (table[:0xD800], table[0xE000:]):
        # İ is the one capital whose lower case is longer; final sigma depends on what follows.
        low = some.tobytes().decode("utf-16-le").replace("İ", "i").lower().replace("ς", "σ")
        for shape, plain in _REPLACE:
            low = low.replace(shape, plain)
        some[:] = np.frombuffer(low.encode("utf-16-le"), _UTF16)
    return table


_UTF16: Final = np.dtype("<u2")
_FOLDED: Final = _fold_table()


def flat(folded: str) -> str:
    """Return a folded block on one line: runs of white space become one space, invisible marks go.

    >>> flat("read  more\\n about\\u200b it")
    'read more about it'
    """
    for mark in _INVISIBLE:
        folded = folded.replace(mark, "")
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
    return _PATTERN_TOKEN.sub(lambda m: _fold_piece(m[0]), source)


def _fold_piece(piece: str) -> str:
    if piece == "(?P" or (piece[0] == "\\" and piece.isascii()):
        return piece
    folded = fold(piece.removeprefix("\\"))
    is_new_mark = folded.isascii() and not piece.isascii() and not folded.isalnum()
    return re.escape(folded) if is_new_mark or piece[0] == "\\" else folded  # a mark is not an operator
