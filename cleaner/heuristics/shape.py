"""Signals of a block's own shape: how long it is, how it begins and ends, and what characters it is made of."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.heuristics.characters import (
    AT,
    CLOSER,
    COLON,
    COMMA,
    DASH,
    DIGIT,
    HASH,
    KINDS,
    LETTER,
    LOWER,
    MARK,
    MONEY,
    OTHER,
    QUOTE,
    SEPARATOR,
    SPACE,
    STOP,
    SYMBOL,
    UNSPACED,
    UPPER,
    Classes,
    Codes,
)  # fmt: skip

Flags = NDArray[np.bool_]
Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Columns = list[NDArray[Any]]

NAMES: Final = (
    "length", "words", "word length", "ends: stop", "ends: question", "ends: ellipsis", "ends: colon", "ends: comma",
    "ends: digit", "ends: separator", "ends: bracket", "ends: quote", "begins: lower", "begins: upper",
    "begins: digit", "begins: quote", "begins: separator", "begins: mark", "stops", "stops per word",
    "commas per word", "colons per word", "dashes per word", "separators per word", "brackets per word", "quotes",
    "capitals", "cased", "title case", "words begun", "digits", "digit count", "letters", "unspaced", "at sign",
    "hash", "copyright", "symbol", "money", "clock", "year", "date", "link",
)  # fmt: skip

MIN_PROSE_WORDS: Final = 12
ALWAYS_PROSE_WORDS: Final = 60
WORDS_PER_UNSPACED: Final = 0.5
"""Chinese and Japanese words are about two characters long."""
MOST: Final = 4
"""Figures of one sort in a block; more say no more."""


class Layout(NamedTuple):
    """The characters of a document's blocks, one block after the other.

    Args:
        codes: code points.
        kinds: their kinds.
        owner: the block of each.
        starts: place of each block's first character.
        ends: one past the place of its last.
    """

    codes: Codes
    kinds: Classes
    owner: Ints
    starts: Ints
    ends: Ints

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return len(self.starts)

    def per_block(self, flags: Flags) -> Floats:
        """Return how many characters of each block are flagged."""
        return np.bincount(self.owner[flags], minlength=self.blocks).astype(np.float32)


class Shape(NamedTuple):
    """What other signals need to know of the shapes.

    Args:
        columns: the signals, in the order of `NAMES`.
        words: of each block.
        ends_in_stop: which blocks end in a full stop or its like.
        prose: which blocks read as prose.
    """

    columns: Columns
    words: Floats
    ends_in_stop: Flags
    prose: Flags


def shape(at: Layout) -> Shape:
    """Return the signals of the blocks' own shape."""
    cells = np.bincount(at.owner * KINDS + at.kinds, minlength=at.blocks * KINDS)
    of = cells.reshape(at.blocks, KINDS).T.astype(np.float32)
    words = of[SPACE] + np.where(of[UNSPACED] > 0, of[UNSPACED] * WORDS_PER_UNSPACED, 1)
    length = (at.ends - at.starts).astype(np.float32)
    cased = of[LOWER] + of[UPPER]
    letters = cased + of[LETTER] + of[UNSPACED]
    upper_begun, lower_begun = _begun(at)
    begun = upper_begun + lower_begun
    first, last, final = at.kinds[at.starts], _last(at), at.kinds[at.ends - 1]
    last_code, before_last = at.codes[at.ends - 1], at.codes[np.maximum(at.ends - 2, at.starts)]
    ends_in_stop = last == STOP
    divided = ends_in_stop | (last == COLON) | (of[STOP] >= 2)
    prose = ((words >= MIN_PROSE_WORDS) & divided) | (words >= ALWAYS_PROSE_WORDS)
    per_word, per_character = 1 / np.maximum(words, 1), 1 / length
    columns: Columns = [
        np.log1p(length), np.log1p(words), letters * per_word,
        ends_in_stop, (last_code == ord("?")) | (last_code == ord("？")),
        (last_code == ord("…")) | ((last_code == ord(".")) & (before_last == ord("."))),
        last == COLON, last == COMMA, last == DIGIT, (last == SEPARATOR) | (last == SYMBOL),
        final == CLOSER, final == QUOTE,
        first == LOWER, first == UPPER, first == DIGIT, first == QUOTE,
        (first == SEPARATOR) | (first == SYMBOL) | (first == DASH), (first == OTHER) | (first == HASH) | (first == AT),
        np.log1p(of[STOP]), of[STOP] * per_word, of[COMMA] * per_word, of[COLON] * per_word, of[DASH] * per_word,
        of[SEPARATOR] * per_word, of[CLOSER] * per_word, np.minimum(of[QUOTE], 6),
        of[UPPER] / np.maximum(cased, 1), cased * per_character, upper_begun / np.maximum(begun, 1),
        np.minimum(begun, 20), of[DIGIT] * per_character, np.minimum(of[DIGIT], 12), letters * per_character,
        of[UNSPACED] * per_character, of[AT] > 0, of[HASH] > 0, of[MARK] > 0, of[SYMBOL] > 0,
        np.minimum(of[MONEY], MOST), *_figures(at),
    ]  # fmt: skip
    return Shape(columns, words, ends_in_stop, prose)


def _last(at: Layout) -> Classes:
    """Return the kind of each block's last character that is no quote or bracket, looking at three."""
    last = at.kinds[at.ends - 1]
    for back in (2, 3):
        is_outer = (last == QUOTE) | (last == CLOSER) | (last == SPACE)
        last = np.where(is_outer, at.kinds[np.maximum(at.ends - back, at.starts)], last)
    return last


def _begun(at: Layout) -> tuple[Floats, Floats]:
    """Return how many words of each block begin with a capital, and how many with a small letter."""
    before = np.empty_like(at.kinds)
    before[1:] = at.kinds[:-1]
    before[at.starts] = SPACE
    begins = (before == SPACE) | (before == QUOTE) | (before == DASH) | (before == OTHER)
    return at.per_block(begins & (at.kinds == UPPER)), at.per_block(begins & (at.kinds == LOWER))


def _figures(at: Layout) -> Columns:
    """Return how often a time of day, a year and a date in figures stand in each block, and whether a link does."""
    size = len(at.codes)
    digit = np.zeros(size + 4, np.bool_)
    digit[:size] = at.kinds == DIGIT
    code = np.zeros(size + 4, np.uint32)
    code[:size] = at.codes
    c0, c1, c2, c3 = (code[k : k + size] for k in range(4))
    d0, d2, d3, d4 = (digit[k : k + size] for k in (0, 2, 3, 4))
    ends = np.append(at.owner[1:] != at.owner[:-1], True)
    fits = np.ones(size, np.bool_)  # four characters of one block
    for back in range(3):
        fits[: size - back][ends[back:]] = False
    goes_on = d4 & ~np.append(ends[3:], [True] * 3)[:size]
    came_before = np.zeros(size, np.bool_)
    came_before[1:] = digit[: size - 1] & ~ends[:-1]
    clock = fits & d0 & (c1 == ord(":")) & d2 & d3
    century = (c0 == ord("1")) & (c1 == ord("9")) | (c0 == ord("2")) & (c1 == ord("0"))
    year = fits & century & d2 & d3 & ~goes_on & ~came_before
    date = fits & d0 & ((c1 == ord(".")) | (c1 == ord("/")) | (c1 == ord("-"))) & d2 & d3
    link = fits & (c0 == ord(":")) & (c1 == ord("/")) & (c2 == ord("/"))
    link |= fits & (c0 == ord("w")) & (c1 == ord("w")) & (c2 == ord("w")) & (c3 == ord("."))
    return [*(np.minimum(at.per_block(found), MOST) for found in (clock, year, date)), at.per_block(link) > 0]
