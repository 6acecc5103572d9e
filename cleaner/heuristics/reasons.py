"""Why a block looks like boilerplate, in words that a person understands: facts read off its signals."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from cleaner.characters import Flags, Floats, Ints
from cleaner.heuristics.signals import NAMES
from cleaner.stack import Stack

NEAR: Final = 3
"""Blocks before and after in which a rule's find is worth a word."""
MANY: Final = 4
"""Blocks from which on a run of short ones is worth a word."""
FEW_LETTERS: Final = 0.3
"""Share of its characters."""

_AT: Final = {name: row for row, name in enumerate(NAMES)}
_SHAPES: Final = (
    "paragraph", "short line with a date or time", "line with a link", "line of figures and marks", "one or two words",
    "short sentence", "short line without an end mark",
)  # fmt: skip
_PLACES: Final = (
    "in a document without prose", "before the first paragraph", "after the last paragraph", "between paragraphs",
)  # fmt: skip
_FACTS: Final = ("stands more than once in the document", "beside what rules take")


def reasons(stack: Stack, rows: Floats, blocks: Ints) -> list[str]:
    """Return for each of some blocks the facts that speak for boilerplate.

    Args:
        stack: the documents.
        rows: the signals of all of their blocks.
        blocks: which blocks to speak of.
    """
    some = rows[:, blocks]

    def value(name: str) -> Floats:
        row: Floats = some[_AT[name]]
        return row

    dated = (value("clock") > 0) | (value("date") > 0) | (value("year") > 0)
    shape = _first_of(
        value("prose") > 0, dated, value("link") > 0, value("letters") < FEW_LETTERS, stack.words[blocks] <= 2,
        value("ends: stop") > 0,
    )  # fmt: skip
    place = _first_of(value("prose in document") == 0, value("prose before") == 0, value("prose after") == 0)
    run = np.rint(np.expm1(value("run of short blocks"))).astype(np.int64)
    beside = (value("since rule") < np.log1p(NEAR + 0.5)) | (value("until rule") < np.log1p(NEAR + 0.5))
    facts = np.stack([value("repeats") > 0, beside])
    codes = (facts.T @ (1 << np.arange(len(_FACTS)))).tolist()
    return list(map(_said, shape.tolist(), place.tolist(), np.where(run >= MANY, run, 0).tolist(), codes))


def _first_of(*flags: Flags) -> Ints:
    """Return for each block which of the flags is the first that it has; one more than the last if none."""
    first: Ints = np.argmax(np.stack([*flags, np.ones_like(flags[0])]), axis=0)
    return first


@lru_cache(maxsize=4096)
def _said(shape: int, place: int, run: int, facts: int) -> str:
    among = f" in a run of {run} short blocks" if run else ""
    known = [fact for n, fact in enumerate(_FACTS) if facts >> n & 1]
    return "; ".join([f"{_SHAPES[shape]}{among} {_PLACES[place]}", *known])
