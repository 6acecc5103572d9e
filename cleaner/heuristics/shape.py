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

LINKS: Final = ("://", "www.")


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
    clock, year, date = (np.minimum(counts, MOST) for counts in _figures_of(at, np.flatnonzero(at.kinds == DIGIT)))
    link = np.zeros(at.blocks, np.bool_)
    for spelled in LINKS:
        place = np.flatnonzero(at.codes == ord(spelled[0]))
        place = place[_same_block(at, place, 3)]
        for step in range(1, len(spelled)):
            place = place[at.codes[place + step] == ord(spelled[step])]
        link[at.owner[place]] = True
    return [clock, year, date, link]


def _figures_of(at: Layout, digits: Ints) -> list[Floats]:
    """Return the counts of times, years and dates that begin with one of the digits."""
    digits = digits[_same_block(at, digits, 3)]
    c0, c1 = at.codes[digits], at.codes[digits + 1]
    two_more = (at.kinds[digits + 2] == DIGIT) & (at.kinds[digits + 3] == DIGIT)
    digits, c0, c1 = digits[two_more], c0[two_more], c1[two_more]
    last = len(at.kinds) - 1
    goes_on = (at.kinds[np.minimum(digits + 4, last)] == DIGIT) & _same_block(at, digits, 4)
    came_before = (at.kinds[np.maximum(digits - 1, 0)] == DIGIT) & _same_block(at, digits, -1)
    century = (c0 == ord("1")) & (c1 == ord("9")) | (c0 == ord("2")) & (c1 == ord("0"))
    joint = (c1 == ord(".")) | (c1 == ord("/")) | (c1 == ord("-"))
    found = (c1 == ord(":"), century & ~goes_on & ~came_before, joint)
    return [np.bincount(at.owner[digits[flags]], minlength=at.blocks).astype(np.float32) for flags in found]


def _same_block(at: Layout, places: Ints, step: int) -> Flags:
    """Say from which places a step leads to a character of the same block."""
    there = places + step
    inside = (there >= 0) & (there < len(at.owner))
    same: Flags = inside & (at.owner[np.where(inside, there, 0)] == at.owner[places])
    return same
