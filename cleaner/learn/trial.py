"""A draft on trial: does it do what its examples say, and does it leave held-out articles whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from cleaner.api import Cleaner, stacks
from cleaner.decide import Proposal
from cleaner.fold import bare, flat, fold
from cleaner.learn.compose import DraftRule
from cleaner.learn.excerpts import Example
from cleaner.learn.observe import NEUTRAL_OUTCOMES
from cleaner.learn.weigh import LIKELY, LeftOut, Phrase
from cleaner.model import CATEGORIES, Document
from cleaner.outlets import Directory
from cleaner.pipeline import Decided, Mode, Policy, decide_by_rules, decide_documents
from cleaner.rulebook.load import Rulebook
from cleaner.rulebook.match import Matcher
from cleaner.rulebook.patterns import check_pattern, make_pattern, search
from cleaner.stack import stack

_EVERYTHING: Final = Policy(frozenset(CATEGORIES), Mode(0.0, 1.0, 0), rules_only=True)


class Found(NamedTuple):
    """What a draft did to articles.

    Args:
        articles: in how many each rule fired, by its name.
        harmful: phrases that took what may be article text.
    """

    articles: Counter[str]
    harmful: frozenset[Phrase]


@dataclass(frozen=True, slots=True)
class Trial:
    """A draft among all other rules.

    Args:
        matcher: all rules, the draft's among them.
        directory: the outlets.
        cleaner: does without the draft.
        outlet: the outlet's domain.
        rules: the draft, by full ids.
        repeating: keys of the lines that repeat in the articles that it was learned from.
    """

    matcher: Matcher
    directory: Directory
    cleaner: Cleaner
    outlet: str
    rules: dict[str, DraftRule]
    repeating: Container[str]

    @classmethod
    def of(
        cls,
        rulebook: Rulebook,
        cleaner: Cleaner,
        outlet: str,
        rules: Sequence[DraftRule],
        repeating: Container[str],
    ) -> Trial:
        """Make a draft ready for its trial.

        Args:
            rulebook: all rules, the draft's among them.
            cleaner: without the draft.
            outlet: the outlet's domain.
            rules: the draft.
            repeating: see `Trial`.
        """
        named = {f"outlets/{outlet}/{rule.id}": rule for rule in rules}
        return cls(
            Matcher(rulebook, hints=cleaner.matcher.hints), Directory(rulebook), cleaner, outlet, named, repeating
        )

    def failing(self, examples: Sequence[Example]) -> tuple[set[str], set[str]]:
        """Return the blocks of examples that go and should stay, and those that stay and should go."""
        lost, left = set[str](), set[str]()
        documents = [Document("\n\n".join(block for block, _ in example.blocks)) for example in examples]
        for example, decided in zip(examples, self._decide(documents), strict=True):
            gone = {*decided.winners, *(p.first for p in decided.proposals if p.applied and p.span)}
            if len(decided.situation.blocks) != len(example.blocks):  # it reads as hard-wrapped text
                gone = set(range(len(example.blocks)))
            lost |= {block for i, (block, stays) in enumerate(example.blocks) if stays and i in gone}
            left |= {block for i, (block, stays) in enumerate(example.blocks) if not stays and i not in gone}
        return lost, left

    def on(self, documents: Sequence[Document]) -> Found:
        """Try the draft on articles.

        A block that repeats is no article text. Another one that the draft takes may be: if it reads as prose, or if
        the heuristics take it for article text or a headline.
        """
        articles: Counter[str] = Counter()
        harmful: set[Phrase] = set()
        for some in stacks(documents):
            given = [replace(document, outlet=self.outlet) for document in some]
            judged = decide_documents(given, self.cleaner.matcher, self.cleaner.directory, self.cleaner.policy)
            for one, before in zip(self._decide(given), judged, strict=True):
                own = {i: p for i, p in one.winners.items() if p.rule.id in self.rules}
                articles.update({self.rules[p.rule.id].id for p in own.values()})
                for i, p in own.items():
                    if bare(one.situation.flats[i]) not in self.repeating and _may_be_article(i, before):
                        harmful.add(self._phrase(p, one))
        return Found(articles, frozenset(harmful))

    def _phrase(self, p: Proposal, decided: Decided) -> Phrase:
        """Return the phrase by which a rule took a block."""
        rule, flat = self.rules[p.rule.id], decided.situation.flats[p.first]
        if rule.kind == "forms":
            return next(phrase for phrase in rule.phrases if search(make_pattern(phrase.pattern), flat))
        return next(phrase for phrase in rule.phrases if phrase.repeat.key == bare(flat))

    def _decide(self, documents: Sequence[Document]) -> list[Decided]:
        given = [replace(document, outlet=self.outlet) for document in documents]
        return decide_by_rules(stack(given), self.matcher, self.directory, _EVERYTHING)


def unsound(phrases: Sequence[Phrase], reserve: Sequence[str]) -> dict[Phrase, LeftOut]:
    """Return the phrases that no rule may hold: bad patterns, and what matches plain prose."""
    flats = [flat(fold(line)) for line in reserve]
    keys = set(map(bare, flats))
    return {phrase: LeftOut.proof for phrase in phrases if _is_unsound(phrase, flats, keys)}


def _is_unsound(phrase: Phrase, flats: Sequence[str], keys: Container[str]) -> bool:
    if not phrase.pattern:
        return phrase.repeat.key in keys
    try:
        check_pattern(phrase.pattern)
        pattern = make_pattern(phrase.pattern)
        return any(search(pattern, line) for line in flats)
    except (ValueError, TimeoutError):
        return True


def _may_be_article(block: int, decided: Decided) -> bool:
    if decided.judgement is None or decided.situation.prose[block]:
        return True
    likely = decided.judgement.probabilities[block]
    return bool(likely[0] + likely[NEUTRAL_OUTCOMES].sum() > LIKELY)
