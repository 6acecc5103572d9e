"""Which signals decided: what becomes of a verdict when a group of signals says nothing."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from cleaner.characters import Floats
from cleaner.heuristics.network import Network
from cleaner.heuristics.places import FAR
from cleaner.heuristics.signals import NAMES

GROUPS: Final = {
    "length": ("length", "words", "word length", "words begun"),
    "ending": ("ends: stop", "ends: question", "ends: ellipsis", "ends: colon", "ends: comma", "ends: digit",
               "ends: separator", "ends: bracket", "ends: quote", "stops", "stops per word"),
    "beginning": ("begins: lower", "begins: upper", "begins: digit", "begins: quote", "begins: separator",
                  "begins: mark"),
    "case": ("capitals", "cased", "title case"),
    "figures": ("digits", "digit count", "clock", "year", "date", "money"),
    "marks": ("commas per word", "colons per word", "dashes per word", "separators per word", "brackets per word",
              "quotes", "letters", "unspaced", "at sign", "hash", "copyright", "symbol", "link"),
    "repeats": ("repeats",),
    "prose": ("prose", "long prose"),
    "place": ("place", "place from end", "share of document", "document length", "prose before", "prose after",
              "share of prose before", "since prose", "until prose", "run of short blocks", "place in run"),
    "surroundings": (
        *(name for name in NAMES if " within " in name), "rules in run", "stops in run", "words in run",
        "longer than before", "longer than after",
    ),
    "document": ("prose share of document", "prose in document", "stops in document", "sentence of one line"),
}  # fmt: skip
"""Signals that say much the same, under one name."""
NEIGHBOURS: Final = "blocks around"
RULES: Final = "rules around"


_OF_RULES: Final = [n for n, name in enumerate(NAMES) if "rule" in name]

_TO_RULES: Final = [NAMES.index("since rule"), NAMES.index("until rule")]


class Influence(NamedTuple):
    """How much a group of signals speaks for taking a block.

    Args:
        group: a name of `GROUPS`, `NEIGHBOURS` or `RULES`.
        share: by how much the probability that it is no article falls without the group; negative if the group
            speaks for the article.
    """

    group: str
    share: float


def influences(network: Network, rows: Floats, block: int) -> list[Influence]:
    """Return the influence of each group of signals on one block, strongest first.

    A group is silenced by setting its signals to the mean of the training data (occlusion; Zeiler and Fergus,
    Visualizing and Understanding Convolutional Networks, 2014).

    Args:
        network: the network.
        rows: the signals of all blocks of the document, one row for each signal.
        block: which block to explain.
    """
    first = max(0, block - network.reach)  # blocks farther away change nothing
    rows, block = rows[:, first : block + network.reach + 1], block - first
    normalised = network.normalised(rows)
    whole = _boilerplate(network, normalised, block)
    found = []
    for group, names in GROUPS.items():
        silenced = normalised.copy()
        silenced[block, [NAMES.index(name) for name in names]] = 0
        found.append(Influence(group, whole - _boilerplate(network, silenced, block)))
    silenced = np.zeros_like(normalised)
    silenced[block] = normalised[block]
    found.append(Influence(NEIGHBOURS, whole - _boilerplate(network, silenced, block)))
    unruled = rows.copy()
    unruled[_OF_RULES] = 0
    unruled[_TO_RULES] = FAR
    found.append(Influence(RULES, whole - _boilerplate(network, network.normalised(unruled), block)))
    return sorted(found, key=lambda influence: -abs(influence.share))


def _boilerplate(network: Network, normalised: Floats, block: int) -> float:
    return 1 - float(network.probabilities(normalised, np.array([0, len(normalised)]))[block, 0])
