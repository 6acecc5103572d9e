"""The signals of each block: its own shape, and its place in the document.

All are numbers that hold in any language; none looks at a phrase. Phrases come in through the rules: what
they take is a signal as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from cleaner.characters import Floats
from cleaner.heuristics import places, shape
from cleaner.model import CATEGORIES
from cleaner.stack import Stack

RULED: Final = CATEGORIES[: CATEGORIES.index("duplicate")]
"""Categories of rules that are told apart as signals."""
NAMES: Final = (
    *shape.NAMES, *places.NAMES, "rule", *(f"rule: {category}" for category in RULED),
)  # fmt: skip

_RULE: Final = {category: NAMES.index(f"rule: {category}") for category in RULED}
_AVERAGED: Final = [shape.NAMES.index(name) for name in places.AVERAGED]
_STOP: Final = shape.NAMES.index("ends: stop")


def signals(stack: Stack, ruled: Mapping[int, str]) -> Floats:
    """Return the signals of all blocks of a stack: one row for each of `NAMES`, one column for each block.

    Args:
        stack: the documents, with one block at least.
        ruled: the category for which a rule takes a block, for each that one takes.
    """
    is_ruled = np.zeros(stack.blocks, np.bool_)
    is_ruled[list(ruled)] = True
    prose = stack.prose & ~is_ruled
    shapes = shape.shape(stack)
    placed = places.places(stack, [shapes[n] for n in _AVERAGED], shapes[_STOP], prose, is_ruled)
    rows = np.zeros((len(NAMES), stack.blocks), np.float32)
    for n, row in enumerate([*shapes, *placed, is_ruled]):
        rows[n] = row
    for block, category in ruled.items():
        if category in _RULE:  # a rule may take neutral blocks too
            rows[_RULE[category], block] = 1
    return rows
