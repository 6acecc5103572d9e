"""From signals to verdicts: which blocks go that no rule takes, how sure that is, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from cleaner.characters import Flags, Floats, Ints
from cleaner.heuristics.network import OUTCOMES, network
from cleaner.heuristics.reasons import reasons
from cleaner.heuristics.signals import NAMES, signals
from cleaner.model import BOILERPLATE
from cleaner.stack import Stack

WORDS_PER_RISK: Final = 8
"""Words by which the harm of a wrong removal grows by as much again: losing a paragraph is worse than a line."""
GLUED_WORDS: Final = 3
"""Words that count of a sentence of a one-line text: it may be many short lines in one, so its length says little."""
MAX_PROSE_SHARE: Final = 0.6
"""Largest share of the prose that rules leave, in characters, that heuristics may take. Of ten cross-validated
documents of which more than 0.45 would go, one would have lost article text, at 0.61."""
MIN_PROSE_AT_RISK: Final = 300
"""Characters of prose; the guard does not refuse over less."""
ARTICLE_WORDS: Final = 12
"""Words of prose that read as article; a document that keeps fewer may hold none."""
NEUTRAL_ODDS: Final = 2
"""How much likelier than a neutral category that stays the others must be."""
FIRST_ODDS: Final = 4
"""The same for the first block, which is mostly the headline. In cross-validation, these two save almost half of the
headlines that even odds take (5 % of those of 741 articles go, not 8 %) for 1 % of the recall."""
LIKELY: Final = 0.5
CERTAIN: Final = 0.95
"""Of a repeated headline; the first one stays, so nothing is lost."""

_PROSE: Final = NAMES.index("prose")
_GLUED: Final = NAMES.index("sentence of one line")
_REPEATS: Final = NAMES.index("repeats")
_BEFORE: Final = NAMES.index("prose before")
_HEADLINE: Final = OUTCOMES.index("headline")


class Verdict(NamedTuple):  # a tuple, as dozens are made for each document
    """What the heuristics want to take: one block.

    Args:
        block: its index.
        category: one of `CATEGORIES`.
        confidence: from 0 to 1; a long block needs more evidence for the same.
        reason: why, in words.
        refused: what the guard said, or empty.
    """

    block: int
    category: str
    confidence: float
    reason: str
    refused: str = ""

    @property
    def id(self) -> str:
        """The name in records, in the place of a rule's."""
        return f"heuristics/{self.category}"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the heuristics make of one document.

    Args:
        signals: one row for each of `NAMES`, one column for each block.
        probabilities: one row for each block, one column for each of `OUTCOMES`.
        verdicts: what goes, or would but for the guard, in the order of blocks.
        has_article: whether enough of what stays reads as article text.
    """

    signals: Floats
    probabilities: Floats
    verdicts: tuple[Verdict, ...]
    has_article: bool


@dataclass(frozen=True, slots=True)
class Demand:
    """What may be taken.

    Args:
        categories: the categories that go.
        confidence: least confidence of a removal.
        longest_run: blocks of the longest run that goes where no rule knows any.
    """

    categories: frozenset[str]
    confidence: float
    longest_run: int


def judge(stack: Stack, ruled: Mapping[int, str], protected: Collection[int], demand: Demand) -> list[Judgement]:
    """Judge the blocks of documents that no rule takes.

    Args:
        stack: the documents, with one block at least.
        ruled: the category for which a rule takes a block, for each that one takes.
        protected: blocks that must stay.
        demand: what may be taken.
    """
    rows = signals(stack, ruled)
    net = network()
    probabilities = net.probabilities(net.normalised(rows), stack.firsts)
    prose = rows[_PROSE] > 0
    free = np.ones(stack.blocks, np.bool_)
    free[list(ruled)] = False
    stays = free.copy()
    free[list(protected)] = False
    # Without prose there is nothing to tell an article from what stands around it.
    free &= stack.per_document(prose)[stack.documents_of] > 0
    verdicts = _verdicts(stack, rows, probabilities, free, demand)
    if "duplicate" in demand.categories:
        verdicts += _duplicates(stack, ruled, verdicts, rows, probabilities, free)
    said = _refusals([v.block for v in verdicts], stack, prose, demand.longest_run)
    stays[[v.block for v in verdicts if v.block not in said]] = False
    has_article = _have_articles(stack, prose, probabilities[:, 0], stays).tolist()
    firsts, documents = stack.firsts.tolist(), stack.documents_of.tolist()
    of: list[list[Verdict]] = [[] for _ in stack.documents]
    for block, category, confidence, reason, _ in sorted(verdicts):
        n = documents[block]
        of[n].append(Verdict(block - firsts[n], category, confidence, reason, said.get(block, "")))
    return [
        Judgement(rows[:, first:stop], probabilities[first:stop], tuple(of[n]), has_article[n])
        for n, (first, stop) in enumerate(pairwise(firsts))
    ]


def sureness(article: Floats, words: Ints) -> Floats:
    """Return for each block how sure it is that taking it does no harm, from 0 to 1.

    Args:
        article: how likely it is article text.
        words: of each block.
    """
    risk = article * (1 + words / np.float32(WORDS_PER_RISK))
    sure: Floats = ((1 - article) / (1 - article + risk)).astype(np.float32)
    return sure


def _have_articles(stack: Stack, prose: Flags, article: Floats, stays: Flags) -> Flags:
    """Say whether what stays holds an article: some prose, or at least as many likely blocks as were taken."""
    likely = stays & (article > LIKELY)
    words = stack.per_document(stack.words * (likely & prose))
    have: Flags = (words >= ARTICLE_WORDS) | (stack.per_document(likely) >= stack.per_document(~stays))
    return have


def _verdicts(stack: Stack, rows: Floats, probabilities: Floats, free: Flags, demand: Demand) -> list[Verdict]:
    wanted = np.array([outcome in demand.categories for outcome in OUTCOMES])
    unwanted = ~wanted
    unwanted[0] = False
    words = np.where(rows[_GLUED] > 0, np.minimum(stack.words, GLUED_WORDS), stack.words)
    sure = sureness(probabilities[:, 0], words)
    likely = np.flatnonzero(free & (sure >= demand.confidence))
    some = probabilities[likely]
    odds = np.where(np.isin(likely, stack.firsts), np.float32(FIRST_ODDS), np.float32(NEUTRAL_ODDS))
    taken = likely[some[:, wanted].sum(axis=1) > odds * some[:, unwanted].sum(axis=1)]
    best = np.where(wanted, probabilities[taken], -1).argmax(axis=1)
    confidences = np.round(sure[taken].astype(np.float64), 4)
    return [
        Verdict(block, OUTCOMES[outcome], confidence, reason)
        for block, outcome, confidence, reason in zip(
            taken.tolist(), best.tolist(), confidences.tolist(), reasons(stack, rows, taken), strict=True
        )
    ]


def _duplicates(
    stack: Stack, ruled: Mapping[int, str], verdicts: Sequence[Verdict], rows: Floats, likely: Floats, free: Flags
) -> list[Verdict]:
    """Take blocks that repeat, word by word, boilerplate that goes or an earlier headline."""
    flats = stack.flats
    of = stack.documents_of.tolist()
    judged = {v.block for v in verdicts}
    repeated = np.flatnonzero((rows[_REPEATS] > 0) & (rows[_PROSE] == 0)).tolist()
    gone = {(of[i], flats[i]) for i in repeated if i in judged or ruled.get(i) in BOILERPLATE}
    headlines: set[tuple[int, str]] = set()
    found = []
    for i in repeated:
        key = of[i], flats[i]
        if not free[i] or i in judged:
            continue
        if key in headlines:
            found.append(Verdict(i, "duplicate", CERTAIN, "repeats the headline"))
        elif rows[_BEFORE, i] == 0 and likely[i, 1:].argmax() + 1 == _HEADLINE:
            headlines.add(key)
        elif key in gone and likely[i, 0] < LIKELY:
            found.append(Verdict(i, "duplicate", 1 - float(likely[i, 0]), "repeats a block that is taken out"))
    return found


def long_runs(taken: Flags, longest: int, begins: Ints | Sequence[int] = ()) -> Flags:
    """Say which of the blocks taken stand in a run that is too long.

    Args:
        taken: for each block, whether the heuristics would take it.
        longest: blocks of the longest run that is not.
        begins: blocks before which a run ends in any case.
    """
    changes = np.ones(len(taken), np.bool_)
    changes[1:] = taken[1:] != taken[:-1]
    changes[list(begins)] = True
    run = np.cumsum(changes) - 1
    long: Flags = taken & (np.bincount(run) > longest)[run]
    return long


def _refusals(blocks: Sequence[int], stack: Stack, prose: Flags, longest_run: int) -> dict[int, str]:
    """Refuse runs that are too long, and to take prose from documents of which too much would be taken.

    Args:
        blocks: what the heuristics would take.
        stack: the documents.
        prose: which blocks are prose that no rule takes.
        longest_run: see `Demand`.

    Returns:
        What the guard says, for each block that stays.
    """
    taken = np.zeros(stack.blocks, np.bool_)
    taken[blocks] = True
    long = long_runs(taken, longest_run, stack.firsts[:-1][np.diff(stack.firsts) > 0])
    lengths = (stack.ends - stack.starts) * prose
    total, at_risk = stack.per_document(lengths), stack.per_document(lengths * (taken & ~long))
    too_much = at_risk > np.maximum(MAX_PROSE_SHARE * total, MIN_PROSE_AT_RISK)
    said = {
        int(block): f"part of a run of more than {longest_run} blocks of which no rule knows any"
        for block in np.flatnonzero(long)
    }
    for block in np.flatnonzero(taken & ~long & prose & too_much[stack.documents_of]):
        n = stack.documents_of[block]
        said[int(block)] = f"the heuristics together would take {at_risk[n] / total[n]:.0%} of the prose"
    return said
