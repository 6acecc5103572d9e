"""The signals of each block: its own shape, what it shares with others, and its place in the document.

All are numbers that hold in any language; none looks at a phrase. Phrases come in through the rules: what
they take is a signal as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from cleaner.heuristics import places, shape, sharing
from cleaner.heuristics.characters import classify, code_points
from cleaner.heuristics.shape import Floats, Layout
from cleaner.model import CATEGORIES, Block

RULED: Final = CATEGORIES[: CATEGORIES.index("duplicate")]
"""Categories of rules that are told apart as signals."""
NAMES: Final = (
    *shape.NAMES, *sharing.NAMES, *places.NAMES, "rule", *(f"rule: {category}" for category in RULED),
)  # fmt: skip

_RULE: Final = {category: NAMES.index(f"rule: {category}") for category in RULED}


def signals(text: str, folded: str, blocks: Sequence[Block], flats: Sequence[str], ruled: Sequence[str]) -> Floats:
    """Return the signals of all blocks of a document: one row for each block, one column for each of `NAMES`.

    Args:
        text: the document.
        folded: the same in folded form, of the same length.
        blocks: its blocks, one at least.
        flats: their flat forms.
        ruled: for each block the category for which a rule takes it, else an empty string.
    """
    count = len(blocks)
    spans = np.array(blocks, np.int64).reshape(count, 2)
    lengths = spans[:, 1] - spans[:, 0]
    ends = np.cumsum(lengths)
    starts = ends - lengths
    owner = np.repeat(np.arange(count), lengths)
    inside = np.arange(len(owner)) + np.repeat(spans[:, 0] - starts, lengths)  # the blocks' characters in the text
    whole = code_points(text)
    codes = whole[inside]
    layout = Layout(codes, classify(codes), owner, starts, ends)
    is_ruled = np.array([bool(category) for category in ruled], np.bool_)
    shapes = shape.shape(layout)
    prose = shapes.prose & ~is_ruled
    shared = sharing.sharing(layout._replace(codes=code_points(folded)[inside]), flats, prose)
    means = places.averaged(layout, shapes.columns, shape.NAMES, is_ruled)
    placed = places.places(lengths, shapes, prose, is_ruled, means, places.same_line(whole, spans))
    rows = np.zeros((count, len(NAMES)), np.float32)
    for n, column in enumerate([*shapes.columns, *shared, *placed, is_ruled]):
        rows[:, n] = column
    for block, category in enumerate(ruled):
        if category in _RULE:  # a rule may take neutral blocks too
            rows[block, _RULE[category]] = 1
    return rows
