"""Which blocks read as prose: the shape that marks article text in any language, without any phrase.

The guard protects prose, `where` is measured by it, and a run of teasers stops where it resumes.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from cleaner.characters import (
    CLOSER,
    COLON,
    LINE_END,
    LOWER,
    QUOTE,
    SPACE,
    STOP,
    UNSPACED,
    Codes,
    Flags,
    Ints,
    Kinds,
)  # fmt: skip

MIN_WORDS: Final = 12
"""Words of the shortest block that counts as prose; teaser headlines of the gold data rarely end in a stop."""
WORDS_PER_UNSPACED: Final = 0.5
"""Chinese and Japanese words are about two characters long."""
LONG_WORDS: Final = 60
"""A block this long is prose whatever its last character is."""
CLOSERS_AT_END: Final = 2
"""Quotes and brackets behind the last full stop that are looked past."""

# Scripts written without spaces: Thai, Lao, Khmer, Burmese, kana and Han. Hangul has spaces.
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_STANDS_ALONE: Final = np.array([ord(stop) for stop in "。।؟۔"], np.uint32)
"""Full stops that need no space behind them; an exclamation or question mark may stand in a headline."""


def word_count(text: str) -> int:
    """Return the number of words of a flat block; characters of unspaced scripts count half a word each.

    >>> word_count("three short words"), word_count("今天天气很好。")
    (3, 3)
    """
    spaces = text.count(" ")
    if text.isascii() or not (unspaced := len(_UNSPACED.findall(text))):
        return spaces + 1
    return int(spaces + unspaced * WORDS_PER_UNSPACED)


def words(counts: Ints) -> Ints:
    """Return the words of blocks, counted as by `word_count`.

    Args:
        counts: blocks x kinds, the characters of each kind.
    """
    unspaced = counts[:, UNSPACED]
    return (counts[:, SPACE] + np.where(unspaced > 0, unspaced * WORDS_PER_UNSPACED, 1)).astype(np.int64)


def reads_as_prose(words: Ints, last: Kinds, is_divided: Flags) -> Flags:
    """Say which blocks have the shape of article text: long enough, and ended or divided by full stops.

    Args:
        words: of each block.
        last: the kind of its last character, see `last_kinds`.
        is_divided: whether a full stop stands between two sentences in it, see `inner_stops`.
    """
    ended = (last == STOP) | (last == COLON)
    prose: Flags = (words >= MIN_WORDS) & (ended | is_divided | (words >= LONG_WORDS))
    return prose


def last_kinds(kinds: Kinds, starts: Ints, ends: Ints) -> Kinds:
    """Return the kind of each block's last character that is no quote or bracket, looking past a few."""
    last = kinds[ends - 1]
    for back in range(2, CLOSERS_AT_END + 2):
        is_outer = (last == QUOTE) | (last == CLOSER) | (last == SPACE)
        last = np.where(is_outer, kinds[np.maximum(ends - back, starts)], last)
    return last


def inner_stops(codes: Codes, kinds: Kinds) -> Ints:
    """Return the places of full stops inside of blocks after which another sentence begins.

    Args:
        codes: all characters, with something that is no part of a sentence between two blocks.
        kinds: their kinds.
    """
    stops = np.flatnonzero(kinds == STOP)
    before, behind = kinds[stops - 1], kinds.take(stops + 1, mode="clip")
    goes_on = kinds.take(stops + 2, mode="clip")
    opens = (goes_on == QUOTE) | (codes.take(stops + 2, mode="clip") == ord("("))
    after_word = ((before >= LOWER) & (before <= UNSPACED)) | (before == QUOTE) | (before == CLOSER)
    begins = (behind == SPACE) & (((goes_on >= LOWER) & (goes_on <= UNSPACED)) | opens)
    stands_alone = np.isin(codes[stops], _STANDS_ALONE) & (behind != LINE_END)
    inner: Ints = stops[(after_word & begins) | stands_alone]
    return inner
