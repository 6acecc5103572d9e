"""Classes of characters, the same for every script, as numpy looks them up."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Classes = NDArray[np.uint8]


# What a character is, as far as the shape of a block goes: plain numbers, as numpy compares millions of them.
OTHER, SPACE, LOWER, UPPER, LETTER, UNSPACED, DIGIT, STOP, COLON, COMMA = range(10)
QUOTE, CLOSER, DASH, SEPARATOR, AT, HASH, MARK, MONEY, SYMBOL = range(10, 19)
# LETTER is of a script without capitals, such as Arabic or Hangul; UNSPACED of one written without spaces.
KINDS: Final = SYMBOL + 1
PLANE: Final = 0x10000
"""Code points with an entry of their own; rarer ones are classed by their range."""

_MARKS: Final = {
    STOP: ".!?。！？…؟।۔‼⁉",
    COLON: ":;：；",
    COMMA: ",，、،",
    QUOTE: "\"'`“”„‟«»‘’‚‹›「」『』＂",
    CLOSER: ")]}）］】》〉",
    DASH: "−",
    SEPARATOR: "|/\\>→▶►➤｜·•●▪◦‣←※■◆★☆▸▹<^~+*=_",
    AT: "@",
    HASH: "#",
    MARK: "©®™",
    MONEY: "%",
}
_OF_MARK: Final = {ord(mark): kind for kind, marks in _MARKS.items() for mark in marks}
_UNSPACED: Final = (
    (0x0E00, 0x0F00), (0x1000, 0x10A0), (0x1780, 0x1800), (0x3040, 0x3100), (0x3400, 0xA000), (0xF900, 0xFB00),
)  # fmt: skip
_OF_CATEGORY: Final = {"Lu": UPPER, "Lt": UPPER, "Ll": LOWER, "Pd": DASH, "Sc": MONEY}
_OF_MAJOR: Final = {"L": LETTER, "M": LETTER, "N": DIGIT, "S": SYMBOL, "Z": SPACE}


def code_points(text: str) -> Codes:
    """Return the code points of a text, lone surrogates included."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def classify(codes: Codes) -> Classes:
    """Return the kind of each code point.

    >>> classify(code_points("A1.")).tolist() == [UPPER, DIGIT, STOP]
    True
    """
    return _table().take(codes, mode="clip")


@lru_cache(maxsize=1)
def _table() -> Classes:
    """Return the kinds of the first plane, then one entry that stands for all rarer characters."""
    kinds = [_kind(code) for code in range(PLANE)]
    return np.array([*kinds, SYMBOL], np.uint8)  # beyond the first plane, news holds emoji


def _kind(code: int) -> int:
    if code in _OF_MARK:
        return _OF_MARK[code]
    if any(first <= code < stop for first, stop in _UNSPACED):
        return UNSPACED
    character = chr(code)
    if character.isspace():
        return SPACE
    category = unicodedata.category(character)
    return _OF_CATEGORY.get(category) or _OF_MAJOR.get(category[0]) or OTHER
