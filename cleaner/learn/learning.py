"""An outlet's articles to a draft of its rules."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from cleaner.api import Cleaner, stacks
from cleaner.errors import DocumentError, UsageError
from cleaner.fold import identity
from cleaner.io.inputs import Source
from cleaner.io.records import Fields
from cleaner.learn.compose import DraftRule, compose, shown
from cleaner.learn.excerpts import examples_of, paragraphs
from cleaner.learn.fingerprints import fingerprints
from cleaner.learn.forms import forms
from cleaner.learn.observe import observe
from cleaner.learn.repeats import LEAST, Repeats, counting
from cleaner.learn.trial import Found, Trial, doubtful, unsound
from cleaner.learn.weigh import LeftOut, Phrase, weigh, with_foot
from cleaner.model import Document
from cleaner.reading import read_source
from cleaner.rulebook.load import extended
from cleaner.rulebook.writing import as_yaml
from cleaner.tasks import KILLED
from cleaner.workers import Work, map_in_order

HELD_OUT: Final = 5
"""One article of so many is not learned from."""
MOST_TRIED: Final = 300
"""Articles that a draft is tried on."""


class Left(NamedTuple):
    """A line that repeats and got no rule.

    Args:
        shown: how it reads.
        articles: in how many it stands.
        why: the reason.
    """

    shown: str
    articles: int
    why: LeftOut


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft of the rules of an outlet, and how it came about.

    Args:
        outlet: the outlet's domain.
        text: the rule file; empty if nothing was learned.
        rules: its rules.
        confirmed: in how many held-out articles each rule fired, by its name.
        articles: stories that were learned from.
        held_out: articles that the draft was tried on.
        left: what repeats and got no rule, that of most articles first.
        problems: inputs that cannot be read.
    """

    outlet: str
    text: str
    rules: tuple[DraftRule, ...]
    confirmed: dict[str, int]
    articles: int
    held_out: int
    left: tuple[Left, ...]
    problems: tuple[DocumentError, ...]


def learn(
    sources: Iterable[Source],
    outlet: str,
    cleaner: Cleaner,
    jobs: int = 1,
    *,
    fields: Fields = Fields(),  # noqa: B008
    others: Iterable[Source] = (),
    name: str = "",
) -> Draft:
    """Draft rules from what repeats in an outlet's articles.

    The draft depends on the articles only, not on their order or on the number of workers. A fifth of them, chosen by
    a hash of their texts, is not learned from. A phrase gets no rule that takes what may be article text, there or in
    the others.

    Args:
        sources: files with the outlet's articles.
        outlet: its domain.
        cleaner: rules that are known; what they take is not learned again.
        jobs: worker processes.
        fields: fields of records that the user named.
        others: files with articles of other outlets, to find fingerprints by contrast.
        name: the outlet's name.

    Raises:
        UsageError: fewer than three articles could be read.
    """
    problems: list[DocumentError] = []
    held = _HeldOut()
    with counting() as repeats:
        documents = held.passing(_documents(sources, cleaner, outlet, fields, problems))
        steps = ((None, some) for some in stacks(documents))
        for _, results in map_in_order(Work(observe, cleaner, _halves, _killed), steps, jobs):
            for result in results:
                if isinstance(result, DocumentError):
                    problems.append(result)
                else:
                    repeats.add(result)
        held_out, learned = held.chosen(repeats.different())
        articles = repeats.settle([identity(document.text) for document in held_out])
        if articles < LEAST:
            found = f"{articles + len(held_out)} different articles of {outlet} could be read"
            raise UsageError(f"{found}; what repeats shows in {LEAST} and more" + "".join(f"\n{p}" for p in problems))
        texts = (reading.text for reading in _documents(others, cleaner, None, fields, problems))
        draft = _drafted(repeats, articles, cleaner, outlet, held_out, learned, texts, name)
    return replace(draft, problems=tuple(problems))


def _documents(
    sources: Iterable[Source], cleaner: Cleaner, outlet: str | None, fields: Fields, problems: list[DocumentError]
) -> Iterator[Document]:
    for source in sources:
        for _, reading in read_source(source, cleaner, outlet, fields):
            if isinstance(reading, DocumentError):
                problems.append(reading)
            elif reading.document.text.strip():
                yield reading.document


def _halves(task: list[Document]) -> list[list[Document]]:
    middle = len(task) // 2
    return [task[:middle], task[middle:]] if middle else []


def _killed(_: Cleaner, task: list[Document]) -> DocumentError:
    return DocumentError(task[0].id, KILLED)


@dataclass(slots=True)
class _HeldOut:
    """The articles with the smallest identities, as many as a draft is tried on."""

    heap: list[tuple[int, Document]] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def passing(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Look at documents that pass."""
        for document in documents:
            number = identity(document.text)
            if number not in self.seen and (len(self.heap) < MOST_TRIED or number < -self.heap[0][0]):
                self.seen.add(number)
                heapq.heappush(self.heap, (-number, document))
                if len(self.heap) > MOST_TRIED:
                    self.seen.discard(-heapq.heappop(self.heap)[0])
            yield document

    def chosen(self, articles: int) -> tuple[list[Document], list[Document]]:
        """Return the articles that are held out, and some of the others.

        Args:
            articles: how many different ones there are.
        """
        ordered = [document for _, document in sorted(self.heap, key=lambda item: -item[0])]
        return ordered[: articles // HELD_OUT], ordered[articles // HELD_OUT :]


def _drafted(
    repeats: Repeats,
    articles: int,
    cleaner: Cleaner,
    outlet: str,
    held_out: Sequence[Document],
    learned: Sequence[Document],
    others: Iterable[str],
    name: str,
) -> Draft:
    lines = repeats.lines()
    weighed = [(line, weigh(line, articles)) for line in lines]
    weighed += [(form.repeat, weigh(form.repeat, articles, form.pattern)) for form in forms(repeats)]
    left = [Left(repeat.shown, repeat.articles, why) for repeat, why in weighed if isinstance(why, LeftOut)]
    phrases = with_foot([phrase for _, phrase in weighed if isinstance(phrase, Phrase)], articles)
    telling = fingerprints(lines, articles, outlet, cleaner.rulebook, others)
    head = {"outlet": outlet, "name": name or outlet} | ({"fingerprints": list(telling)} if telling else {})
    used = {rule.id.rpartition("/")[2] for rule in cleaner.rulebook.rules if rule.file == f"outlets/{outlet}"}
    repeating = {line.key for line in lines}
    held, seen = (doubtful(some, cleaner, outlet, repeating) for some in (held_out, learned))
    bad, excerpts = unsound(phrases, cleaner.rulebook.reserve), paragraphs(repeats)
    while True:
        left += [Left(phrase.repeat.shown, phrase.repeat.articles, why) for phrase, why in bad.items()]
        phrases = [phrase for phrase in phrases if phrase not in bad]
        rules = compose(phrases, used)
        examples = examples_of(rules, excerpts, repeats) if rules else None
        ordered = tuple(sorted(left, key=lambda one: (-one.articles, one.shown)))
        if examples is None:
            return Draft(outlet, "", (), {}, articles, len(held_out), ordered, ())
        written = [{"name": example.name, "text": example.text, "becomes": example.becomes} for example in examples]
        content = head | {"rules": [rule.entry() for rule in rules], "examples": written}
        rulebook = extended(cleaner.rulebook, f"outlets/{outlet}.yaml", as_yaml(content).encode())
        trial = Trial.of(rulebook, cleaner.matcher.hints, outlet, rules)
        spoiled, stays = trial.failing(examples)
        if spoiled:
            excerpts = [paragraph for paragraph in excerpts if paragraph not in spoiled]
            bad = {}
            continue
        found = trial.on(held)
        harmful = found.harmful | trial.on(seen).harmful
        bad = _unproved(phrases, stays) | dict.fromkeys(harmful, LeftOut.harm)
        if not bad:
            text = as_yaml(content, _remarks(rules, found, articles, len(held_out)))
            confirmed = {rule.id: found.articles[rule.id] for rule in rules}
            return Draft(outlet, text, rules, confirmed, articles, len(held_out), ordered, ())


def _unproved(phrases: Sequence[Phrase], stays: Collection[str]) -> dict[Phrase, LeftOut]:
    """Return the phrases that did not take what they should; of lines behind a heading, all headings are to blame."""
    unproved = [p for p in phrases if shown(p) in stays]
    if stays and not unproved:
        unproved = [p for p in phrases if p.heads_list or p.opens_foot]
    return dict.fromkeys(unproved, LeftOut.proof)


def _remarks(rules: Sequence[DraftRule], found: Found, articles: int, held_out: int) -> list[str]:
    """Return what the head of a draft says of it."""
    remarks = [
        f"A draft, learned from {articles} articles and tried on {held_out} others. Its examples are excerpts:",
        "read what goes in them and what stays, and delete what you do not trust.",
    ]
    for rule in rules:
        numbers = [phrase.repeat.articles for phrase in rule.phrases]
        support = f"{min(numbers)} to {max(numbers)}" if min(numbers) < max(numbers) else str(numbers[0])
        remarks.append(f"  {rule.id}: in {support} of the articles; took something in {found.articles[rule.id]} others")
    return remarks
