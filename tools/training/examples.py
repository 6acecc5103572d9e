"""From labelled documents to what the network learns from: signals and outcomes for each block."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cleaner import Cleaner
from cleaner.blocks import split
from cleaner.heuristics.network import OUTCOMES
from cleaner.heuristics.signals import signals
from cleaner.model import NEUTRAL, Document
from cleaner.outlets import Directory
from cleaner.pipeline import Policy, decide_by_rules
from cleaner.rulebook.match import Matcher
from cleaner.stack import stack
from tools.training.documents import ARTICLE, UNKNOWN, Labelled

CODES = {name: code for code, name in enumerate(OUTCOMES)} | {ARTICLE: 0, UNKNOWN: -1}
ONE_LINE = "@one-line"
MOST_BLOCKS = 400


@dataclass(frozen=True)
class Example:
    """The blocks of one document.

    Args:
        id: of the document.
        outlet: its publisher.
        signals: one row for each signal, one column for each block.
        outcomes: codes of `OUTCOMES`; -1 is unknown.
        ruled: which blocks rules take; the network need not know them.
        words: of each block.
        labels: of each block, for scoring.
    """

    id: str
    outlet: str
    signals: NDArray[np.float32]
    outcomes: NDArray[np.int64]
    ruled: NDArray[np.bool_]
    words: NDArray[np.int64]
    labels: tuple[str, ...]


def generic_matcher(cleaner: Cleaner) -> Matcher:
    """Return a matcher for the generic rules only: outlets of the training texts get no help from their own."""
    rules = tuple(rule for rule in cleaner.rulebook.rules if rule.scope == 0)
    return Matcher(replace(cleaner.rulebook, rules=rules, outlets={}), hints=cleaner.matcher.hints)


def examples(documents: Iterable[Labelled], matcher: Matcher) -> Iterator[Example]:
    """Yield an example for each document whose blocks are its lines."""
    directory, policy = Directory(matcher.rulebook), Policy.of()
    for document in documents:
        stacked = stack([Document(document.text)])
        if stacked.blocks != len(document.outcomes) or not 0 < stacked.blocks <= MOST_BLOCKS:
            continue  # an article that came as one line, or hard-wrapped
        [decided] = decide_by_rules(stacked, matcher, directory, policy)
        ruled = {block: p.rule.category for block, p in decided.winners.items()}
        is_ruled = np.zeros(stacked.blocks, np.bool_)
        is_ruled[list(ruled)] = True
        codes = np.array([CODES[outcome] for outcome in document.outcomes])
        rows = signals(stacked, ruled)
        yield Example(document.id, document.outlet, rows, codes, is_ruled, stacked.words, document.labels)


def one_line(document: Labelled) -> Labelled | None:
    """Return a document as one long line, its sentences labelled by the lines that they come from, or None."""
    lines = [" ".join(line.split()) for line in document.text.splitlines() if line.strip()]
    text = " ".join(lines)
    ends = np.cumsum([len(line) + 1 for line in lines])
    blocks = split(text)
    if len(blocks) < 2 or len(lines) != len(document.outcomes):
        return None
    outcomes = []
    for start, end in blocks:
        first, last = np.searchsorted(ends, [start, end - 1], side="right")
        among = document.outcomes[first : last + 1]
        outcomes.append(ARTICLE if ARTICLE in among else UNKNOWN if set(among) & set(NEUTRAL) else among[0])
    return replace(document, id=document.id + ONE_LINE, text=text, outcomes=tuple(outcomes), labels=tuple(outcomes))


def fold_of(outlet: str, folds: int) -> int:
    """Return the fold of an outlet, the same in every run."""
    return zlib.crc32(outlet.encode()) % folds
