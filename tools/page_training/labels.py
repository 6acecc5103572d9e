"""Which lines of an annotated page are article text: its lines aligned with the annotated paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

UNKNOWN = -1.0
TELLING = 5
"""Words of the shortest line that is found by its own words alone."""
COPIED = 8
"""Words of the shortest line of which more copies than the annotation has are not article."""
SURE = 0.7
ROUNDS = 3
"""How often short lines are looked at: those beside article lines become such, and then those beside them."""
BESIDE, WITHIN, AROUND, FAR = 3, 6, 12, 8
"""Lines to the nearest sure article line; see `_short`."""
_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case; of scripts without spaces, the characters."""
    return [part for word in _WORD.findall(text.lower()) for part in (word if _UNSPACED.search(word) else [word])]


def label(lines: Sequence[str], annotated: Sequence[str]) -> NDArray[np.float32]:
    """Return for each line which share of it is article text, or `UNKNOWN` for one without words.

    Args:
        lines: of the page.
        annotated: the paragraphs of the article.
    """
    words = [words_of(line) for line in lines]
    paragraphs = [words_of(paragraph) for paragraph in annotated]
    every = [word for paragraph in paragraphs for word in paragraph]
    exact = {" ".join(paragraph) for paragraph in paragraphs}
    triples = set(zip(every, every[1:], every[2:], strict=False))
    article = f" {' '.join(every)} "
    labels = np.full(len(lines), UNKNOWN, np.float32)
    short = []
    for n, some in enumerate(words):
        if len(some) >= TELLING:
            its = list(zip(some, some[1:], some[2:], strict=False))
            labels[n] = 1 if " ".join(some) in exact else sum(triple in triples for triple in its) / len(its)
        elif some:
            short.append(n)
    for _ in range(ROUNDS):
        sure = np.flatnonzero(labels >= SURE)
        for n in short:
            labels[n] = _short(" ".join(words[n]), n, sure, exact, article)
    seen: Counter[str] = Counter()
    for n, some in enumerate(words):
        if len(some) >= COPIED and labels[n] > 0.5:
            text = " ".join(some)
            seen[text] += 1
            if 1 < seen[text] > article.count(f" {text} "):
                labels[n] = 0
    return labels


def _short(text: str, at: int, sure: NDArray[np.int64], exact: set[str], article: str) -> float:
    """Label a short line, whose words may stand in the article and in a menu: by where it stands."""
    if f" {text} " not in article or not len(sure):
        return 0
    before, after = sure[sure < at], sure[sure > at]
    distances = (at - before[-1] if len(before) else 10**6, after[0] - at if len(after) else 10**6)
    near, far = min(distances), max(distances)
    if text in exact:
        return 1 if near <= BESIDE or far <= AROUND else 0.5 if near <= FAR else 0
    return 0.8 if far <= BESIDE else 0.5 if far <= WITHIN else 0
