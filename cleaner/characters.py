"""Kinds of characters, the same for every script, as numpy looks them up."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Kinds = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Owners = NDArray[np.int32]
Floats = NDArray[np.float32]

# What a character is, as far as the shape of a block goes: plain numbers, as numpy compares millions of them.
# All before CONTENT is white space.
LINE_END, SPACE, INVISIBLE, OTHER, LOWER, UPPER, LETTER, DIGIT, UNSPACED, STOP, COLON, COMMA = range(12)
QUOTE, CLOSER, DASH, SEPARATOR, AT, HASH, MARK, MONEY, SYMBOL = range(12, 21)
# LETTER is of a script without capitals, such as Arabic or Hangul; UNSPACED of one written without spaces.
# LOWER to DIGIT make words; UNSPACED besides are all that stand in words.
CONTENT: Final = INVISIBLE
KINDS: Final = SYMBOL + 1
PLANE: Final = 0x10000
"""Code points with an entry of their own; rarer ones, mostly emoji in news, share one."""

LINE_ENDS: Final = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
"""What ends a line, as for str.splitlines."""
INVISIBLES: Final = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufe0e\ufe0f\ufeff"
_MARKS: Final = {
    LINE_END: LINE_ENDS,
    INVISIBLE: INVISIBLES,
    STOP: ".!?。！？…؟।۔‼⁉",
    COLON: ":;：；؛",
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
_UNSPACED: Final = (
    (0x0E00, 0x0F00), (0x1000, 0x10A0), (0x1780, 0x1800), (0x3040, 0x3100), (0x3400, 0xA000), (0xF900, 0xFB00),
)  # fmt: skip
_OF_CATEGORY: Final = {"Lu": UPPER, "Lt": UPPER, "Ll": LOWER, "Pd": DASH, "Sc": MONEY}
_OF_MAJOR: Final = {"L": LETTER, "M": LETTER, "N": DIGIT, "S": SYMBOL, "Z": SPACE}


def code_points(text: str) -> Codes:
    """Return the code points of a text, lone surrogates included."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def text_of(codes: Codes) -> str:
    """Return the text of code points: the inverse of `code_points`."""
    return codes.tobytes().decode("utf-32-le", "surrogatepass")


def classify(codes: Codes) -> Kinds:
    """Return the kind of each code point.

    >>> classify(code_points("A1.")).tolist() == [UPPER, DIGIT, STOP]
    True
    """
    return _table().take(codes, mode="clip")


@lru_cache(maxsize=1)
def _table() -> Kinds:
    """Return the kinds of the first plane, then one entry that stands for all rarer characters."""
    names = list(map(unicodedata.category, map(chr, range(PLANE))))
    of_category = {name: _OF_CATEGORY.get(name, _OF_MAJOR.get(name[0], OTHER)) for name in set(names)}
    table = np.array([*map(of_category.__getitem__, names), SYMBOL], np.uint8)
    for first, stop in _UNSPACED:
        table[first:stop] = UNSPACED
    table[[code for code in range(PLANE) if chr(code).isspace()]] = SPACE
    for kind, marks in _MARKS.items():
        table[[ord(mark) for mark in marks]] = kind
    return table
