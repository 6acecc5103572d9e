"""What the rules of an outlet do to a folder of its articles."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from cleaner.api import Cleaner
from cleaner.errors import DocumentError
from cleaner.model import Document
from cleaner.pipeline import Decided, cleaned
from cleaner.reading import Reading
from cleaner.rulebook.load import Rule

NAMED: Final = 20
"""Blocks of prose that are named for a rule; the others are counted."""


@dataclass(frozen=True, slots=True)
class ProseTaken:
    """A block that reads as prose and that a rule takes.

    Args:
        document: its name.
        line: the line in which it starts, from 1.
        text: the block.
    """

    document: str
    line: int
    text: str


@dataclass(slots=True)
class Tally:
    """What one rule did.

    Args:
        rule: the rule.
        documents: from how many it took something.
        blocks: how many spans it took, whole blocks mostly.
        characters: how many characters.
        refusals: how often the guard said no.
        agreed: in how many documents it only agreed with a rule that is on record for the same blocks.
        sample: the first span that it took.
        prose: how many blocks of prose it took.
        named: the first of them.
    """

    rule: Rule
    documents: int = 0
    blocks: int = 0
    characters: int = 0
    refusals: int = 0
    agreed: int = 0
    sample: str = ""
    prose: int = 0
    named: list[ProseTaken] = field(default_factory=list)

    @property
    def fired(self) -> bool:
        """Whether the rule had a say anywhere."""
        return bool(self.documents or self.refusals or self.agreed)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial found.

    Args:
        tallies: of each rule, in the order of their files.
        documents: how many were read.
        failed: those that could not be read.
    """

    tallies: Sequence[Tally]
    documents: int
    failed: Sequence[DocumentError]


def try_rules(
    rules: Iterable[Rule], cleaner: Cleaner, readings: Iterable[tuple[str, Reading | DocumentError]]
) -> Trial:
    """Clean documents and count what some rules took.

    Args:
        rules: the rules to count.
        cleaner: holds them; best with `rules_only`.
        readings: the documents by name, with the outlet given; see `reading.read_source`.
    """
    tallies = {rule.id: Tally(rule) for rule in rules}
    failed: list[DocumentError] = []
    names: deque[str] = deque()
    count = 0
    for decided in cleaner.decide_many(_documents(readings, names, failed)):
        _count(decided, names.popleft(), tallies)
        count += 1
    return Trial(list(tallies.values()), count, failed)


def _documents(
    readings: Iterable[tuple[str, Reading | DocumentError]], names: deque[str], failed: list[DocumentError]
) -> Iterator[Document]:
    for name, reading in readings:
        if isinstance(reading, DocumentError):
            failed.append(reading)
        else:
            names.append(name)
            yield reading.document


def _count(decided: Decided, name: str, tallies: dict[str, Tally]) -> None:
    result = cleaned(decided)
    took: set[str] = set()
    for removal in result.removals:
        if tally := tallies.get(removal.rule):
            took.add(removal.rule)
            tally.blocks += 1
            tally.characters += len(removal.text)
            tally.sample = tally.sample or " ".join(removal.text.split())
    for refusal in result.refusals:
        if tally := tallies.get(refusal.rule):
            tally.refusals += 1
    agreed = {p.rule.id for p in decided.proposals if p.applied} - took
    for rule in tallies.keys() & took:
        tallies[rule].documents += 1
    for rule in tallies.keys() & agreed:
        tallies[rule].agreed += 1
    for i, p in decided.winners.items():
        if decided.situation.prose[i] and (tally := tallies.get(p.rule.id)):
            tally.prose += 1
            if len(tally.named) < NAMED:
                tally.named.append(_prose(decided, name, i))


def _prose(decided: Decided, name: str, block: int) -> ProseTaken:
    start, end = decided.situation.blocks[block]
    text = decided.document.text
    line = len(text[:start].replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return ProseTaken(name, line, " ".join(text[start:end].split()))
