"""`clean_documents`: the only place that orders the steps, merges the spans and cuts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from cleaner import outlets
from cleaner.blocks import removal_spans
from cleaner.characters import Flags
from cleaner.decide import Proposal, Situation, decide
from cleaner.errors import UsageError
from cleaner.heuristics.judge import Demand, Judgement, Verdict, judge
from cleaner.model import BOILERPLATE, Cleaned, Document, Outlet, Refusal, Removal, check_category, cut
from cleaner.rulebook.literals import UNLIMITED
from cleaner.rulebook.load import Rule
from cleaner.rulebook.match import Matcher
from cleaner.stack import Stack, stack


class Mode(NamedTuple):
    """How sure a removal must be.

    Args:
        rules: least confidence of a rule; generic phrases stand at 0.95, rules for an outlet at 0.99.
        heuristics: least confidence of the heuristics, chosen by cross-validation over the outlets of 158 articles:
            taking what is surer than 0.85 kept 99.8 % of the words there, with the limit on runs that was chosen
            on the same articles, and 99.6 % on 741 others.
        longest_run: blocks of the longest run that the heuristics may take where no rule knows any.
        page: how likely a line of a page must be article text to stay; 0.7 by cross-validation over the outlets of 537
            pages, the best of both F1 and precision.
    """

    rules: float
    heuristics: float
    longest_run: int
    page: float


MODES: Final = {
    "precision": Mode(0.9, 0.999, 60, 0.5),
    "balanced": Mode(0.8, 0.85, 60, 0.7),
    "recall": Mode(0.5, 0.4, UNLIMITED, 0.8),
}
"""A list that belongs to the article looks like one of other stories, so long ones are left but in `recall`."""
CUT_REFUSED: Final = "cut-refused"
EMPTIED: Final = "emptied"
NO_ARTICLE: Final = "no-article"
TOO_LONG: Final = "too-long"
MOST_BLOCKS: Final = 100_000
"""Blocks of the longest document that the heuristics judge, with some 6 kB for each; no article is as long."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be removed.

    Args:
        categories: the categories that go.
        mode: how sure a removal must be.
        rules_only: do without the heuristics.
        flag_only: leave documents that hold no article as they are, and flag them.
    """

    categories: frozenset[str]
    mode: Mode
    rules_only: bool = False
    flag_only: bool = False

    @classmethod
    def of(
        cls,
        mode: str = "balanced",
        keep: Iterable[str] = (),
        drop: Iterable[str] = (),
        *,
        rules_only: bool = False,
        flag_only: bool = False,
    ) -> Policy:
        """Make a policy from a mode and from categories to keep or drop besides the default.

        Raises:
            UsageError: an unknown mode or category.
        """
        keep, drop = frozenset(keep), frozenset(drop)
        if mode not in MODES:
            raise UsageError(f"unknown mode {mode!r}; choose from {', '.join(MODES)}")
        for category in sorted(keep | drop):
            check_category(category)
        return cls((frozenset(BOILERPLATE) | drop) - keep, MODES[mode], rules_only, flag_only)


@dataclass(frozen=True, slots=True)
class Decided:
    """A document with everything that was decided about it; `cleaned` and `explain` are views of it.

    Args:
        document: the source.
        outlet: the outlet found, or None.
        situation: its blocks.
        proposals: what rules proposed, applied or not.
        kept: the rule that protects each protected block.
        known: for blocks of a neutral category that stays, the rule that knows it; the heuristics leave them.
        winners: for each block that rules take whole, the proposal on record.
        policy: what may be removed.
        judgement: what the heuristics make of it; None where they were not asked.
    """

    document: Document
    outlet: Outlet | None
    situation: Situation
    proposals: Sequence[Proposal]
    kept: dict[int, Rule]
    known: dict[int, Rule]
    winners: dict[int, Proposal]
    policy: Policy
    judgement: Judgement | None = None

    def by_generic_rules(self) -> dict[int, str]:
        """Return the category for each block that goes by generic rules alone."""
        generic = winners(p for p in self.proposals if p.rule.scope == 0)
        return {block: p.rule.category for block, p in generic.items()}


def decide_by_rules(documents: Stack, matcher: Matcher, directory: outlets.Directory, policy: Policy) -> list[Decided]:
    """Match, find the outlets and decide, for each document of a stack."""
    scan = matcher.scan(documents)
    counts: dict[tuple[str | None, dt.date | None], Flags] = {}
    found, says = [], []
    for n, document in enumerate(documents.documents):
        outlet = outlets.find(document, directory, scan.fingerprints.get(n, {}))
        found.append(outlet)
        key = outlet.domain if outlet else None, document.date
        if key not in counts:
            counts[key] = matcher.say(policy.categories, policy.mode.rules, *key)
        says.append(counts[key])
    decided = []
    for n, matches in enumerate(matcher.matches(scan, says, documents)):
        situation = Situation.of(documents, n)
        proposals, kept, known = decide(situation, matches, policy.categories)
        decided.append(
            Decided(documents.documents[n], found[n], situation, proposals, kept, known, winners(proposals), policy)
        )
    return decided


def decide_documents(
    documents: Sequence[Document], matcher: Matcher, directory: outlets.Directory, policy: Policy
) -> list[Decided]:
    """Decide by rules, then let the heuristics judge what is left, but for documents of more than `MOST_BLOCKS`.

    They judge as if there were no rules for the outlet: those add to what goes, and never make the heuristics bolder.
    """
    stacked = stack(documents)
    is_too_long = int(np.diff(stacked.firsts).max()) > MOST_BLOCKS
    if is_too_long and len(documents) > 1:  # the others are judged without it
        return [one for document in documents for one in decide_documents([document], matcher, directory, policy)]
    decided = decide_by_rules(stacked, matcher, directory, policy)
    if not stacked.blocks or policy.rules_only or is_too_long:
        return decided
    ruled: dict[int, str] = {}
    protected: list[int] = []
    for first, one in zip(stacked.firsts.tolist(), decided, strict=False):
        ruled |= {first + i: category for i, category in one.by_generic_rules().items()}
        protected += [first + i for i in (*one.kept, *one.known)]
        protected += [first + p.first for p in one.proposals if p.applied and p.span]
    demand = Demand(policy.categories, policy.mode.heuristics, policy.mode.longest_run)
    judgements = judge(stacked, ruled, protected, demand)
    return [replace(one, judgement=_left(judgement, one)) for one, judgement in zip(decided, judgements, strict=True)]


def _left(judgement: Judgement, decided: Decided) -> Judgement:
    """Leave out what rules take anyway."""
    verdicts = tuple(verdict for verdict in judgement.verdicts if verdict.block not in decided.winners)
    return replace(judgement, verdicts=verdicts)


def clean_documents(
    documents: Sequence[Document], matcher: Matcher, directory: outlets.Directory, policy: Policy
) -> list[Cleaned]:
    """Return the cleaned documents with all removals and refusals on record; each is what it would be alone."""
    return [cleaned(decided) for decided in decide_documents(documents, matcher, directory, policy)]


def cleaned(decided: Decided) -> Cleaned:
    """Merge what was decided into spans that do not overlap, and cut them."""
    document, blocks = decided.document, decided.situation.blocks
    whole: dict[int, Proposal | Verdict] = {**decided.winners}
    inline = _inline_spans(decided, whole)
    for i, cuts in inline.items():
        if not _left_over(decided, i, cuts).strip():  # nothing of the block stays: its separator goes too
            whole[i] = cuts[0][2]
    verdicts = decided.judgement.verdicts if decided.judgement else ()
    whole |= {v.block: v for v in verdicts if not v.refused}
    removals = [
        _removal(document.text, start, end, whole[i]) for i, (start, end) in removal_spans(blocks, whole).items()
    ]
    removals += [
        _removal(document.text, start, end, p) for i, cuts in inline.items() if i not in whole for start, end, p in cuts
    ]
    removals.sort(key=lambda r: r.start)
    refusals = [
        Refusal(blocks[p.first].start, blocks[p.last].end, p.rule.category, p.rule.id, p.outcome)
        for p in decided.proposals
        if p.refused
    ]
    refusals += [Refusal(*blocks[v.block], v.category, v.id, v.refused) for v in verdicts if v.refused]
    has_article = decided.judgement is None or decided.judgement.has_article
    if decided.policy.flag_only and not has_article:
        removals = []
    text = cut(document.text, removals)
    is_emptied = bool(blocks) and not text.strip()
    is_too_long = len(blocks) > MOST_BLOCKS and not decided.policy.rules_only
    raised = {
        CUT_REFUSED: bool(refusals),
        EMPTIED: is_emptied,
        NO_ARTICLE: not has_article and not is_emptied,
        TOO_LONG: is_too_long,
    }
    flags = tuple(flag for flag, is_raised in raised.items() if is_raised)
    return Cleaned(document, text, tuple(removals), tuple(refusals), decided.outlet, flags)


def winners(proposals: Iterable[Proposal]) -> dict[int, Proposal]:
    """Return for each block that goes the proposal on record: the most specific, direct and sure one."""
    best: dict[int, Proposal] = {}
    for p in proposals:
        if p.applied:
            for i in p.blocks:
                if i not in best or _rank(p) < _rank(best[i]):
                    best[i] = p
    return best


def _rank(p: Proposal) -> tuple[int, int, float, str]:
    return -p.rule.scope, p.last - p.first, -p.rule.confidence, p.rule.id


def _inline_spans(decided: Decided, whole: Container[int]) -> dict[int, list[tuple[int, int, Proposal]]]:
    spans: dict[int, list[tuple[int, int, Proposal]]] = {}
    for p in sorted((p for p in decided.proposals if p.applied and p.span), key=lambda p: (p.span, _rank(p))):
        if p.span and p.first not in whole:
            cuts = spans.setdefault(p.first, [])
            start, end = max(p.span[0], cuts[-1][1] if cuts else 0), p.span[1]
            if start < end:
                cuts.append((start, end, p))
    return spans


def _left_over(decided: Decided, i: int, cuts: list[tuple[int, int, Proposal]]) -> str:
    block, text = decided.situation.blocks[i], decided.document.text
    edges = [block.start, *(edge for start, end, _ in cuts for edge in (start, end)), block.end]
    return "".join(text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))


def _removal(text: str, start: int, end: int, by: Proposal | Verdict) -> Removal:
    if isinstance(by, Verdict):
        return Removal(start, end, text[start:end], by.category, by.id, by.confidence, by.reason)
    return Removal(start, end, text[start:end], by.rule.category, by.rule.id, by.rule.confidence, by.reason)
