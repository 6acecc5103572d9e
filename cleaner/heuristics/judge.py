"""From signals to verdicts: which blocks go that no rule takes, how sure that is, and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from cleaner.heuristics.network import OUTCOMES, network
from cleaner.heuristics.reasons import reason
from cleaner.heuristics.shape import Flags, Floats
from cleaner.heuristics.signals import NAMES, signals
from cleaner.model import BOILERPLATE, Block

WORDS_PER_RISK: Final = 8
"""Words by which the harm of a wrong removal grows by as much again: losing a paragraph is worse than a line."""
GLUED_WORDS: Final = 3
"""Words that count of a sentence of a one-line text: it may be many short lines in one, so its length says little."""
MAX_PROSE_SHARE: Final = 0.5
"""Largest share of the prose that rules leave, in characters, that heuristics may take."""
MIN_PROSE_AT_RISK: Final = 300
"""Characters of prose; the guard does not refuse over less."""
ARTICLE_WORDS: Final = 12
"""Words of prose that read as article; a document that keeps fewer may hold none."""
LIKELY: Final = 0.5
CERTAIN: Final = 0.95
"""Of a repeated headline; the first one stays, so nothing is lost."""

_PROSE: Final = NAMES.index("prose")
_GLUED: Final = NAMES.index("sentence of one line")
_HEADLINE: Final = OUTCOMES.index("headline")


@dataclass(frozen=True, slots=True)
class Verdict:
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
        signals: one row for each block, one column for each of `NAMES`.
        probabilities: one row for each block, one column for each of `OUTCOMES`.
        verdicts: what goes, or would but for the guard, in the order of blocks.
        has_article: whether enough of what stays reads as article text.
    """

    signals: Floats
    probabilities: Floats
    verdicts: tuple[Verdict, ...]
    has_article: bool


def judge(
    text: str,
    folded: str,
    blocks: Sequence[Block],
    flats: Sequence[str],
    ruled: Sequence[str],
    protected: Collection[int],
    categories: Collection[str],
    confidence: float,
    longest_run: int,
) -> Judgement:
    """Judge the blocks of a document that no rule takes.

    Args:
        text: the document.
        folded: its folded form.
        blocks: its blocks.
        flats: their flat forms.
        ruled: for each block the category for which a rule takes it, else an empty string.
        protected: blocks that must stay.
        categories: the categories that go.
        confidence: least confidence of a removal.
        longest_run: blocks of the longest run that goes where no rule knows any.
    """
    rows = signals(text, folded, blocks, flats, ruled)
    net = network()
    probabilities = net.probabilities(net.normalised(rows))
    words = np.expm1(rows[:, NAMES.index("words")])
    at_risk = np.where(rows[:, _GLUED] > 0, np.minimum(words, GLUED_WORDS), words)
    open_ = np.array([not category for category in ruled], np.bool_)
    open_[list(protected)] = False
    if not rows[:, _PROSE].any():  # nothing to tell an article from what stands around it
        open_[:] = False
    verdicts = _verdicts(rows, probabilities, at_risk, open_, categories, confidence)
    if "duplicate" in categories:
        verdicts += _duplicates(flats, ruled, verdicts, rows, probabilities, open_)
    verdicts = _guarded(sorted(verdicts, key=lambda v: v.block), blocks, rows, longest_run)
    stays = np.array([not category for category in ruled], np.bool_)
    stays[[v.block for v in verdicts if not v.refused]] = False
    return Judgement(rows, probabilities, tuple(verdicts), _has_article(rows, probabilities[:, 0], words, stays))


def _has_article(rows: Floats, article: Floats, words: Floats, stays: Flags) -> bool:
    """Say whether what stays holds an article: some prose, or at least as many likely blocks as were taken."""
    likely = stays & (article > LIKELY)
    prose = float(words[likely & (rows[:, _PROSE] > 0)].sum())
    return prose >= ARTICLE_WORDS or int(likely.sum()) >= int((~stays).sum())


def sureness(probabilities: Floats, words: Floats) -> Floats:
    """Return for each block how sure it is that taking it does no harm, from 0 to 1.

    Args:
        probabilities: one row for each block, one column for each of `OUTCOMES`.
        words: of each block.
    """
    article = probabilities[:, 0]
    risk = article * (1 + words / WORDS_PER_RISK)
    sure: Floats = ((1 - article) / (1 - article + risk)).astype(np.float32)
    return sure


def _verdicts(
    rows: Floats, probabilities: Floats, words: Floats, open_: Flags, categories: Collection[str], confidence: float
) -> list[Verdict]:
    wanted = np.array([outcome in categories for outcome in OUTCOMES])
    unwanted = ~wanted
    unwanted[0] = False
    sure = sureness(probabilities, words)
    likely_wanted = probabilities[:, wanted].sum(axis=1) > probabilities[:, unwanted].sum(axis=1)
    taken = np.flatnonzero(open_ & (sure >= confidence) & likely_wanted)
    best = np.where(wanted, probabilities, -1).argmax(axis=1)
    return [Verdict(int(i), OUTCOMES[best[i]], round(float(sure[i]), 4), reason(rows, int(i))) for i in taken]


def _duplicates(
    flats: Sequence[str], ruled: Sequence[str], verdicts: Sequence[Verdict], rows: Floats, likely: Floats, open_: Flags
) -> list[Verdict]:
    """Take blocks that repeat, word by word, boilerplate that goes or an earlier headline."""
    judged = {v.block for v in verdicts}
    gone = {flat for i, flat in enumerate(flats) if ruled[i] in BOILERPLATE or i in judged}
    headlines: set[str] = set()
    found = []
    for i, flat in enumerate(flats):
        if not open_[i] or i in judged or rows[i, _PROSE]:
            continue
        if flat in headlines:
            found.append(Verdict(i, "duplicate", CERTAIN, "repeats the headline"))
        elif likely[i, _HEADLINE] > LIKELY:
            headlines.add(flat)
        elif flat in gone and likely[i, 0] < LIKELY:
            found.append(Verdict(i, "duplicate", 1 - float(likely[i, 0]), "repeats a block that is taken out"))
    return found


def long_runs(taken: Flags, longest: int) -> Flags:
    """Say which of the blocks taken stand in a run that is too long.

    Args:
        longest: blocks of the longest run that is not.
        taken: for each block, whether the heuristics would take it.
    """
    changes = np.concatenate([[True], taken[1:] != taken[:-1]])
    run = np.cumsum(changes) - 1
    long: Flags = taken & (np.bincount(run) > longest)[run]
    return long


def _guarded(verdicts: list[Verdict], blocks: Sequence[Block], rows: Floats, longest_run: int) -> list[Verdict]:
    """Refuse runs that are too long, and the verdicts on prose where together they would take too much of it."""
    taken = np.zeros(len(blocks), np.bool_)
    taken[[v.block for v in verdicts]] = True
    long = long_runs(taken, longest_run)
    said = f"part of a run of more than {longest_run} blocks of which no rule knows any"
    verdicts = [replace(v, refused=said) if long[v.block] else v for v in verdicts]
    prose = rows[:, _PROSE] > 0
    lengths = np.array([end - start for start, end in blocks])
    total, at_risk = int(lengths[prose].sum()), int(lengths[prose & taken & ~long].sum())
    if at_risk <= max(MAX_PROSE_SHARE * total, MIN_PROSE_AT_RISK):
        return verdicts
    said = f"the heuristics together would take {at_risk / total:.0%} of the prose"
    return [replace(v, refused=said) if prose[v.block] and not v.refused else v for v in verdicts]
