"""Why a block looks like boilerplate, in words that a person understands: facts read off its signals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from cleaner.heuristics.shape import Floats
from cleaner.heuristics.signals import NAMES

NEAR: Final = 3
"""Blocks before and after in which a rule's find is worth a word."""
MANY: Final = 4
"""Blocks from which on a run of short ones is worth a word."""
CONTENT: Final = 3
"""Content words from which on it tells that none stands in the article."""

_AT: Final = {name: column for column, name in enumerate(NAMES)}


def reason(rows: Floats, block: int) -> str:
    """Return the facts that speak for boilerplate.

    Args:
        rows: the signals of all blocks of the document.
        block: which block to speak of.
    """

    def value(name: str) -> float:
        return float(rows[block, _AT[name]])

    facts = [f"{_shape(value)} {_place(value)}"]
    if value("repeats"):
        facts.append("stands more than once in the document")
    if value("like headline") > 0.7:
        facts.append("has the words of the headline")
    elif not value("prose") and np.expm1(value("content words")) >= CONTENT and not value("shared with article"):
        facts.append("has no words in common with the article")
    near = rows[max(0, block - NEAR) : block + NEAR + 1, _AT["rule"]]
    if near.any():
        facts.append("beside what rules take")
    return "; ".join(facts)


def _shape(read: Callable[[str], float]) -> str:
    if read("prose"):
        return "paragraph"
    if read("clock") or read("date") or read("year"):
        return "short line with a date or time"
    if read("link"):
        return "line with a link"
    if read("letters") < 0.3:
        return "line of figures and marks"
    if read("words") <= np.log1p(2):
        return "one or two words"
    if read("ends: stop"):
        return "short sentence"
    return "short line without an end mark"


def _place(read: Callable[[str], float]) -> str:
    run = round(float(np.expm1(read("run of short blocks"))))
    among = f"in a run of {run} short blocks " if run >= MANY else ""
    if not read("prose in document"):
        return f"{among}in a document without prose"
    if not read("prose before"):
        return f"{among}before the first paragraph"
    if not read("prose after"):
        return f"{among}after the last paragraph"
    return f"{among}between paragraphs"
