"""How likely each line of a page is article text: the signals of the text path and of the DOM, and a network.

The network is that of the heuristics, with other signals: it looks at each line and at some 30 lines on each side.
`tools/page_training` made its weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from cleaner.characters import Floats, Ints
from cleaner.heuristics.network import Network, load_network
from cleaner.heuristics.signals import signals as text_signals
from cleaner.html import WEIGHTS
from cleaner.html.head import Head
from cleaner.html.signals import names, signals
from cleaner.html.tree import Lines
from cleaner.model import Document
from cleaner.outlets import Directory
from cleaner.pipeline import Policy, decide_by_rules
from cleaner.rulebook.match import Matcher
from cleaner.stack import stack

OUTCOMES: Final = ("article", "rest")
CODE_LOOKED_AT: Final = 300
"""Characters at the beginning of a line that tell whether it is data for a script."""


class Measured(NamedTuple):
    """What is known of the lines of a page.

    Args:
        signals: one row for each of `signals.names()`, one column for each line.
        words: of each line.
        ruled: the category of each line that a generic rule takes.
        flats: the flat form of each line.
    """

    signals: Floats
    words: Ints
    ruled: dict[int, str]
    flats: Sequence[str]


@cache
def network() -> Network:
    """Load the network that comes with the package."""
    return load_network(WEIGHTS, names(), OUTCOMES)


def measure(pages: Sequence[tuple[Lines, Head]], matcher: Matcher, directory: Directory) -> list[Measured]:
    """Measure the lines of some pages; what is measured of one does not depend on the others.

    Args:
        pages: each with one line at least.
        matcher: the rules; generic ones alone count.
        directory: the outlets that the matcher knows.
    """
    stacked = stack([Document("\n".join(lines.texts)) for lines, _ in pages], by_line=True)
    of = [one.by_generic_rules() for one in decide_by_rules(stacked, matcher, directory, Policy.of())]
    firsts = stacked.firsts.tolist()
    ruled = {first + block: category for first, one in zip(firsts, of, strict=False) for block, category in one.items()}
    text = text_signals(stacked, ruled)
    measured = []
    for (lines, head), its_ruled, (first, stop) in zip(pages, of, pairwise(firsts), strict=True):
        flats = stacked.flats[first:stop]
        rows = signals(lines, head, flats, stacked.prose[first:stop], text[:, first:stop])
        measured.append(Measured(rows, stacked.words[first:stop], its_ruled, flats))
    return measured


def likely(pages: Sequence[Measured]) -> list[Floats]:
    """Return for each line of some pages how likely it is article text, from 0 to 1; pages do not change each other."""
    net = network()
    firsts = np.cumsum([0, *(len(page.words) for page in pages)])
    every = net.probabilities(net.normalised(np.concatenate([page.signals for page in pages], axis=1)), firsts)[:, 0]
    found = []
    for page, (first, stop) in zip(pages, pairwise(firsts.tolist()), strict=True):
        article: Floats = every[first:stop]
        article[[not text or _is_data(text) for text in page.flats]] = 0  # a line may be invisible
        found.append(article)
    return found


def _is_data(text: str) -> bool:
    """Tell a line that is meant for a script: a map or a list of JSON."""
    return text.startswith(("{", "[")) and '":' in text[:CODE_LOOKED_AT]
