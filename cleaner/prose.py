"""Which blocks read as prose: the shape that marks article text in any language, without any phrase.

The guard protects prose, `where` is measured by it, and a run of teasers stops where it resumes.
"""

from __future__ import annotations

import re
from typing import Final

MIN_WORDS: Final = 12
"""Words of the shortest block that counts as prose; teaser headlines of the gold data rarely end in a stop."""
MIN_CHARACTERS: Final = 2 * MIN_WORDS - 1
"""Characters of the shortest text with that many words, in any script; spares counting words in short blocks."""
WORDS_PER_CJK_CHARACTER: Final = 0.5
"""Chinese and Japanese words are about two characters long."""
LONG_WORDS: Final = 60
"""A block this long is prose whatever its last character is."""

LONG_WORD: Final = 12
"""Characters; a longer text whose words are shorter on average is in a script with spaces."""
SHORT: Final = 40
"""Characters up to which the script is always looked at."""

# Scripts written without spaces: Thai, Lao, Khmer, Burmese, kana and Han. Hangul has spaces.
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_CLOSERS: Final = "\"'”’»“)]）」』】 "
_ENDS: Final = frozenset(".!?:;…。！？：；।؟۔")
_INNER_END: Final = re.compile(r"[\w\"'”’»)][.!?…]\s+[\"'“„«(]?\w|[。！？।؟۔]\s*\S")


def word_count(text: str) -> int:
    """Return the number of words of a flat block; characters of unspaced scripts count half a word each.

    >>> word_count("three short words"), word_count("今天天气很好。")
    (3, 3)
    """
    words = text.count(" ") + 1
    if text.isascii() or SHORT < len(text) < LONG_WORD * words:
        return words
    spaced = _UNSPACED.split(text)
    if len(spaced) == 1:
        return words
    return int((len(spaced) - 1) * WORDS_PER_CJK_CHARACTER) + len(" ".join(spaced).split()) // 2


def is_prose(text: str) -> bool:
    """Say whether a flat block has the shape of article text: long enough, and ended or divided by full stops.

    >>> is_prose("the council voted on tuesday to keep the old bridge open for another year.")
    True
    >>> is_prose("council keeps the old bridge open for another year after heated vote in chamber")
    False
    """
    if len(text) < MIN_CHARACTERS or (words := word_count(text)) < MIN_WORDS:
        return False
    if words >= LONG_WORDS or text[-1] in _ENDS or text.rstrip(_CLOSERS)[-1:] in _ENDS:
        return True
    return _INNER_END.search(text) is not None
