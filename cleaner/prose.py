"""Which blocks read as prose: the shape that marks article text in any language, without any phrase.

The guard protects prose, `where` is measured by it, and a run of teasers stops where it resumes.
"""

from __future__ import annotations

import re
from typing import Final

MIN_WORDS: Final = 12
"""Words of the shortest block that counts as prose; teaser headlines of the gold data rarely end in a stop."""
WORDS_PER_CJK_CHARACTER: Final = 0.5
"""Chinese and Japanese words are about two characters long."""
LONG_WORDS: Final = 60
"""A block this long is prose whatever its last character is."""

# Scripts written without spaces: Thai, Lao, Khmer, Burmese, kana and Han. Hangul has spaces.
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_SENTENCE_END: Final = re.compile(r"[.!?:;…。！？：；।؟۔።ฯ][\"'”’»“)\]）」』】\s]*(?:\[\d+\])?$")
_INNER_END: Final = re.compile(r"[\w\"'”’»)][.!?…]\s+[\"'“„«(]?\w|[。！？।؟۔]\s*\S")


def word_count(text: str) -> int:
    """Return the number of words; characters of unspaced scripts count half a word each.

    >>> word_count("Three short words"), word_count("今天天气很好。")
    (3, 3)
    """
    unspaced = 0 if text.isascii() else len(_UNSPACED.findall(text))
    if not unspaced:
        return len(text.split())
    return int(unspaced * WORDS_PER_CJK_CHARACTER) + len(_UNSPACED.sub(" ", text).split()) // 2


def is_prose(text: str) -> bool:
    """Say whether a block has the shape of article text: long enough, and ended or divided by full stops.

    >>> is_prose("The council voted on Tuesday to keep the old bridge open for another year.")
    True
    >>> is_prose("Council keeps the old bridge open for another year after heated vote in chamber")
    False
    """
    words = word_count(text)
    if words < MIN_WORDS:
        return False
    return words >= LONG_WORDS or bool(_SENTENCE_END.search(text[-40:])) or bool(_INNER_END.search(text))
