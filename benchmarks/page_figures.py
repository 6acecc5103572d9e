"""Two common figures for the text that was extracted from a page beside the annotated paragraphs of its article.

words       precision, recall and F1 over bags of lower-case words, as the mean over pages; WCXB counts so
shingles    F1 over bags of four words in a row, from hits and misses that are summed over pages, of which each
            weighs the same; the benchmark of Scrapinghub (article-extraction-benchmark) counts so
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from statistics import fmean
from typing import Final, NamedTuple

SHINGLE: Final = 4
"""Words."""
_WORD: Final = re.compile(r"\w+")
_UNSPACED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Characters of Chinese, Japanese and Korean: a word with one of them counts as its characters."""


class Hits(NamedTuple):
    """How much was found and is annotated, was found only, and is annotated only."""

    both: float
    extra: float
    missed: float

    @classmethod
    def of(cls, found: Iterable[Hashable], annotated: Iterable[Hashable]) -> Hits:
        """Compare two bags."""
        its, gold = Counter(found), Counter(annotated)
        return cls((its & gold).total(), (its - gold).total(), (gold - its).total())

    @property
    def precision(self) -> float:
        """Share of what was found; of nothing, all is right if nothing is annotated."""
        return self.both / (self.both + self.extra) if self.both + self.extra else float(not self.missed)

    @property
    def recall(self) -> float:
        """Share of what is annotated; of nothing, all is found."""
        return self.both / (self.both + self.missed) if self.both + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    @property
    def shares(self) -> Hits:
        """The same as shares of one page."""
        total = sum(self) or 1
        return Hits(self.both / total, self.extra / total, self.missed / total)


class Figures(NamedTuple):
    """How good the texts of some pages are."""

    words_f1: float
    words_precision: float
    words_recall: float
    shingles_f1: float


def figures(texts: Sequence[str], annotated: Sequence[Sequence[str]]) -> Figures:
    """Score the texts of some pages.

    Args:
        texts: of one page at least, as a tool extracted them.
        annotated: the paragraphs of the article for each.
    """
    pairs = [(words(text), words(" ".join(gold))) for text, gold in zip(texts, annotated, strict=True)]
    each = [Hits.of(found, gold) for found, gold in pairs]
    shares = [Hits.of(shingles(found), shingles(gold)).shares for found, gold in pairs]
    pooled = Hits(*map(sum, zip(*shares, strict=True)))
    return Figures(
        fmean(page.f1 for page in each),
        fmean(page.precision for page in each),
        fmean(page.recall for page in each),
        pooled.f1 if pooled.both else 0.0,
    )


def words(text: str) -> list[str]:
    """Return the words of a text in lower case; of scripts without spaces, the characters.

    >>> words("The North Gate opened: 水门 (iPhone版).")
    ['the', 'north', 'gate', 'opened', '水', '门', 'i', 'p', 'h', 'o', 'n', 'e', '版']
    """
    return [part for word in _WORD.findall(text.lower()) for part in (word if _UNSPACED.search(word) else [word])]


def shingles(some: Sequence[str]) -> list[tuple[str, ...]]:
    """Return all runs of `SHINGLE` words; fewer words are one run, and no words none."""
    if len(some) < SHINGLE:
        return [tuple(some)] if some else []
    return list(zip(*(some[n:] for n in range(SHINGLE)), strict=False))
