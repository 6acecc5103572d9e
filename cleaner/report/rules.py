"""What rules say of the lines of one document: who looked, who won and why, who almost had a say."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from rich.text import Text

from cleaner.decide import Proposal
from cleaner.lint.book import Book
from cleaner.lint.near import near_misses
from cleaner.pipeline import Decided
from cleaner.report.explain import note, outlet_line, shorten
from cleaner.report.palette import colour, shown
from cleaner.rulebook.load import FOLDERS, Rule
from cleaner.rulebook.match import matching

_LINE_END: Final = re.compile(r"\r\n|\r|\n")


class Lines:
    """The lines of a text by number, from 1, as editors count them.

    Args:
        text: the text.
    """

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in _LINE_END.finditer(text))]

    def __len__(self) -> int:
        return len(self._starts)

    def at(self, offset: int) -> int:
        """Return the line in which a character stands."""
        return bisect_right(self._starts, offset)


def rules_said(book: Book, decided: Decided, line: int | None = None) -> Iterator[Text]:
    """Yield what rules say of a document: the outlet, then each block that any of them looked at.

    Args:
        book: the rulebook.
        decided: the document.
        line: only the blocks of this line, with the rules that almost had a say on them.
    """
    yield outlet_line(decided)
    situation, lines = decided.situation, Lines(decided.document.text)
    about: dict[int, list[Proposal]] = {}
    for p in decided.proposals:
        for i in p.blocks if p.applied and p.span is None else [p.first]:
            about.setdefault(i, []).append(p)
    if line is None and not (about or decided.kept or decided.known):
        yield Text("no rule looked at any line")
    for i, (start, end) in enumerate(situation.blocks):
        first = lines.at(start)
        is_looked_at = i in about or i in decided.kept or i in decided.known
        if not (is_looked_at if line is None else first <= line <= lines.at(end - 1)):
            continue
        won = decided.winners.get(i)
        said, style = (f"- {won.rule.category}", colour(won.rule.category)) if won else ("  keep", "")
        text = " ".join(situation.text[start:end].split())
        shape = "prose" if situation.prose[i] else "short"
        yield Text(f"{first:>4} {said:<13} {shape:<6}", style) + shown(shorten(text), style)
        if i in decided.kept:
            yield note(f"protected by {_named(book, decided, decided.kept[i], i)}")
        if i in decided.known:
            known = decided.known[i]
            yield note(f"{known.category} by {_named(book, decided, known, i)}, which stays")
        for p in sorted(about.get(i, []), key=lambda p: (p is not won, not p.applied)):
            yield note(_outcome(book, decided, p, won))
        if not is_looked_at:
            yield note("no rule looked at it")
        if line is not None:
            for near in near_misses(book, decided, i):
                yield note(f"near: {near.phrase.rule.id} ({near.phrase.address}) {near.why}")


def _outcome(book: Book, decided: Decided, p: Proposal, won: Proposal | None) -> str:
    named = _named(book, decided, p.rule, p.first)
    if not p.applied:
        return f"lost: {named} {'is refused: ' if p.refused else ''}{p.outcome}"
    said = f"confidence {p.rule.confidence:.2f}: {p.reason}"
    if p.span:
        return f"cuts: {named} takes {p.span[0]}:{p.span[1]} inside the block, {said}"
    if p is won or won is None:
        return f"won: {named}, {said}"
    return f"agrees: {named}, {said}; on record is {won.rule.id}, which is {_better(won, p)}"


def _better(won: Proposal, p: Proposal) -> str:
    """Say why one of two proposals for a block is on record."""
    if won.rule.scope != p.rule.scope:
        return f"more specific: {FOLDERS[won.rule.scope]} before {FOLDERS[p.rule.scope]}"
    if won.last - won.first != p.last - p.first:
        return "more direct: it takes fewer blocks"
    return "surer" if won.rule.confidence > p.rule.confidence else "the first by its name"


def _named(book: Book, decided: Decided, rule: Rule, block: int) -> str:
    """Return a rule's id with the address of the phrase of it that matched a block."""
    situation = decided.situation
    places = matching(rule.entry, situation.flats[block], situation.folded_block(block))
    return f"{rule.id} ({book.phrase(rule, places[0] if places else 0).address})"
