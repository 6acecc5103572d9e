"""Signals of a block's own shape: length, words, end mark, case, digits, marks, links; the same in every script."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cleaner.characters import (
    AT,
    CLOSER,
    COLON,
    COMMA,
    DASH,
    DIGIT,
    HASH,
    LETTER,
    LOWER,
    MARK,
    MONEY,
    OTHER,
    QUOTE,
    SEPARATOR,
    STOP,
    SYMBOL,
    UNSPACED,
    UPPER,
    Flags,
    Floats,
    Ints,
)  # fmt: skip
from cleaner.prose import last_kinds
from cleaner.prose import words as prose_words
from cleaner.stack import Stack

Columns = list[NDArray[Any]]

NAMES: Final = (
    "length", "words", "word length", "ends: stop", "ends: question", "ends: ellipsis", "ends: colon", "ends: comma",
    "ends: digit", "ends: separator", "ends: bracket", "ends: quote", "begins: lower", "begins: upper",
    "begins: digit", "begins: quote", "begins: separator", "begins: mark", "stops", "stops per word",
    "commas per word", "colons per word", "dashes per word", "separators per word", "brackets per word", "quotes",
    "capitals", "cased", "title case", "words begun", "digits", "digit count", "letters", "unspaced", "at sign",
    "hash", "copyright", "symbol", "money", "clock", "year", "date", "link", "repeats",
)  # fmt: skip

MOST: Final = 4
"""Figures of one sort in a block; more say no more."""
MOST_REPEATS: Final = 5
LINKS: Final = ("://", "www.")
_LOGARITHMS: Final = np.log1p(np.arange(1 << 16)).astype(np.float32)


def log(counts: Ints) -> Floats:
    """Return the logarithm of one more than each count; from 65,535 on it stays.

    A table, as numpy's own may give another last bit to a number at another place in memory.
    """
    return _LOGARITHMS.take(counts, mode="clip")


def shape(stack: Stack) -> Columns:
    """Return the signals of the blocks' own shape, in the order of `NAMES`."""
    heads = stack.heads
    of = heads.counts.T.astype(np.float32)
    length = stack.ends - stack.starts
    cased = of[LOWER] + of[UPPER]
    letters = cased + of[LETTER] + of[UNSPACED]
    upper_begun, lower_begun = _begun(stack)
    begun = upper_begun + lower_begun
    end = stack.ends - 1
    first, last, final = stack.kinds[stack.starts], last_kinds(stack.kinds, stack.starts, stack.ends), stack.kinds[end]
    last_code, before_last = stack.codes[end], stack.codes[np.maximum(end - 1, stack.starts)]
    head_words = prose_words(heads.counts)
    per_word = 1 / np.maximum(head_words, 1).astype(np.float32)
    per_character = 1 / (heads.ends - heads.starts).astype(np.float32)
    return [
        log(length), log(stack.words), letters * per_word,
        last == STOP, (last_code == ord("?")) | (last_code == ord("？")),
        (last_code == ord("…")) | ((last_code == ord(".")) & (before_last == ord("."))),
        last == COLON, last == COMMA, last == DIGIT, (last == SEPARATOR) | (last == SYMBOL),
        final == CLOSER, final == QUOTE,
        first == LOWER, first == UPPER, first == DIGIT, first == QUOTE,
        (first == SEPARATOR) | (first == SYMBOL) | (first == DASH), (first == OTHER) | (first == HASH) | (first == AT),
        log(heads.counts[:, STOP]), of[STOP] * per_word, of[COMMA] * per_word, of[COLON] * per_word,
        of[DASH] * per_word, of[SEPARATOR] * per_word, of[CLOSER] * per_word, np.minimum(of[QUOTE], 6),
        of[UPPER] / np.maximum(cased, 1), cased * per_character, upper_begun / np.maximum(begun, 1),
        np.minimum(begun, 20), of[DIGIT] * per_character, np.minimum(of[DIGIT], 12), letters * per_character,
        of[UNSPACED] * per_character, of[AT] > 0, of[HASH] > 0, of[MARK] > 0, of[SYMBOL] > 0,
        np.minimum(of[MONEY], MOST), *_figures(stack), _links(stack), _repeats(stack),
    ]  # fmt: skip


def _begun(stack: Stack) -> tuple[Floats, Floats]:
    """Return how many words of each block begin with a capital, and how many with a small letter."""
    kinds, blocks = stack.heads.kinds, stack.heads.owner
    is_border = (kinds <= OTHER) | (kinds == QUOTE) | (kinds == DASH)
    begins = np.concatenate([[True], is_border[:-1]])
    upper, lower = (
        np.bincount(blocks[np.flatnonzero(begins & (kinds == case))], minlength=stack.blocks).astype(np.float32)
        for case in (UPPER, LOWER)
    )
    return upper, lower


def _figures(stack: Stack) -> list[Floats]:
    """Return how often a time of day, a year and a date in figures stand in each block."""
    codes, owner = stack.heads.codes, stack.heads.owner
    is_digit = stack.heads.kinds == DIGIT
    digits = np.flatnonzero(is_digit[:-3] & is_digit[2:-1] & is_digit[3:])
    first, second = codes[digits], codes[digits + 1]
    goes_on, came_before = is_digit.take(digits + 4, mode="clip"), is_digit[digits - 1]
    century = ((first == ord("1")) & (second == ord("9"))) | ((first == ord("2")) & (second == ord("0")))
    joint = (second == ord(".")) | (second == ord("/")) | (second == ord("-"))
    return [
        np.minimum(np.bincount(owner[digits[found]], minlength=stack.blocks), MOST).astype(np.float32)
        for found in (second == ord(":"), century & ~goes_on & ~came_before, joint)
    ]


def _links(stack: Stack) -> Flags:
    """Say which blocks hold a link."""
    found = np.zeros(stack.blocks, np.bool_)
    for spelled in LINKS:
        at = stack.folded.find(spelled)
        while at >= 0:
            block = int(np.searchsorted(stack.starts, at, "right")) - 1
            found[block] = True
            at = stack.folded.find(spelled, int(stack.ends[block]))
    return found


def _repeats(stack: Stack) -> Ints:
    """Return how many other blocks of the document read the same."""
    texts = np.array(list(map(hash, stack.flats)), np.int64) ^ stack.documents_of  # equal for equal texts, no more
    _, which, times = np.unique(texts, return_inverse=True, return_counts=True)
    repeats: Ints = np.minimum(times[which] - 1, MOST_REPEATS)
    return repeats
