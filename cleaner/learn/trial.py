"""A draft on trial: does it do what its examples say, and does it leave held-out articles whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
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
from cleaner.pipeline import Decided, Mode, Policy, decide_by_rules
from cleaner.rulebook.literals import Hints
from cleaner.rulebook.load import Rulebook
from cleaner.rulebook.match import Matcher
from cleaner.rulebook.patterns import check_pattern, make_pattern, search
from cleaner.stack import stack

_EVERYTHING: Final = Policy(frozenset(CATEGORIES), Mode(0.0, 1.0, 0, 0.0), rules_only=True)


class Found(NamedTuple):
    """What a draft did to articles.

    Args:
        articles: in how many each rule fired, by its name.
        harmful: phrases that took what may be article text.
    """

    articles: Counter[str]
    harmful: frozenset[Phrase]


class Doubtful(NamedTuple):
    """An article that a draft is tried on, and the blocks that no draft should take.

    Args:
        document: the article.
        blocks: those that may be article text.
    """

    document: Document
    blocks: frozenset[int]


@dataclass(frozen=True, slots=True)
class Trial:
    """A draft among all other rules.

    Args:
        matcher: all rules, the draft's among them.
        directory: the outlets.
        outlet: the outlet's domain.
        rules: the draft, by full ids.
    """

    matcher: Matcher
    directory: Directory
    outlet: str
    rules: dict[str, DraftRule]

    @classmethod
    def of(cls, rulebook: Rulebook, hints: Mapping[str, Hints], outlet: str, rules: Sequence[DraftRule]) -> Trial:
        """Make a draft ready for its trial.

        Args:
            rulebook: all rules, the draft's among them.
            hints: what is known of the others' patterns.
            outlet: the outlet's domain.
            rules: the draft.
        """
        named = {f"outlets/{outlet}/{rule.id}": rule for rule in rules}
        return cls(Matcher(rulebook, hints=hints), Directory(rulebook), outlet, named)

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

    def on(self, articles: Sequence[Doubtful]) -> Found:
        """Try the draft on articles."""
        fired: Counter[str] = Counter()
        harmful: set[Phrase] = set()
        doubtful = iter(articles)
        for some in stacks(article.document for article in articles):
            for one, article in zip(self._decide(some), doubtful, strict=False):
                own = {i: p for i, p in one.winners.items() if p.rule.id in self.rules}
                fired.update({self.rules[p.rule.id].id for p in own.values()})
                harmful.update(self._phrase(p, one) for i, p in own.items() if i in article.blocks)
        return Found(fired, frozenset(harmful))

    def _phrase(self, p: Proposal, decided: Decided) -> Phrase:
        """Return the phrase by which a rule took a block."""
        rule, flat = self.rules[p.rule.id], decided.situation.flats[p.first]
        if rule.kind == "forms":
            return next(phrase for phrase in rule.phrases if search(make_pattern(phrase.pattern), flat))
        return next(phrase for phrase in rule.phrases if phrase.repeat.key == bare(flat))

    def _decide(self, documents: Sequence[Document]) -> list[Decided]:
        given = [replace(document, outlet=self.outlet) for document in documents]
        return decide_by_rules(stack(given), self.matcher, self.directory, _EVERYTHING)


def doubtful(documents: Iterable[Document], cleaner: Cleaner, outlet: str, repeating: Container[str]) -> list[Doubtful]:
    """Find the blocks of articles that may be article text, whatever a draft says.

    A block that repeats is none. Another one may be, if it reads as prose, or if the heuristics take it for article
    text or a headline.

    Args:
        documents: the articles.
        cleaner: does without the draft.
        outlet: the outlet's domain.
        repeating: keys of the lines that repeat in the articles that it was learned from.
    """
    found = []
    for decided in cleaner.decide_many(replace(document, outlet=outlet) for document in documents):
        blocks = (i for i, flat in enumerate(decided.situation.flats) if bare(flat) not in repeating)
        found.append(Doubtful(decided.document, frozenset(i for i in blocks if _may_be_article(i, decided))))
    return found


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
