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
ONE_LINE_WEIGHT = 0.3
MOST_BLOCKS = 400
ONE_OF = np.concatenate([np.eye(len(OUTCOMES), dtype=np.float32), np.zeros((1, len(OUTCOMES)), np.float32)])
"""Targets by code; the last row is for what is unknown."""


@dataclass(frozen=True)
class Example:
    """The blocks of one document.

    Args:
        id: of the document.
        outlet: its publisher.
        signals: one row for each signal, one column for each block.
        targets: one row for each block, the share of each of `OUTCOMES`; nothing where that is unknown.
        ruled: which blocks rules take; the network need not know them.
        words: of each block.
        labels: of each block, for scoring.
        times: how often it is seen in one epoch.
        weight: what it counts.
    """

    id: str
    outlet: str
    signals: NDArray[np.float32]
    targets: NDArray[np.float32]
    ruled: NDArray[np.bool_]
    words: NDArray[np.int64]
    labels: tuple[str, ...]
    times: int = 2
    weight: float = 1.0


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
        targets = ONE_OF[[CODES[outcome] for outcome in document.outcomes]]
        rows = signals(stacked, ruled)
        example = Example(document.id, document.outlet, rows, targets, is_ruled, stacked.words, document.labels)
        yield replace(example, times=1, weight=ONE_LINE_WEIGHT) if document.id.endswith(ONE_LINE) else example


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
