"""Which phrases of a rule stand in an example of its file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from cleaner.fold import bare
from cleaner.lint.book import Book, Phrase
from cleaner.lint.finding import Finding, note
from cleaner.model import Document
from cleaner.rulebook.load import LoadedFile, Rule
from cleaner.stack import stack


class Coverage(NamedTuple):
    """How many phrases of a rule the examples of its file hold.

    Args:
        file: the file as people name it.
        rule: the rule.
        phrases: how many it has.
        covered: how many of them match a block of an example.
    """

    file: str
    rule: Rule
    phrases: int
    covered: int


def coverage(book: Book, file: LoadedFile) -> Iterator[tuple[Coverage, Finding | None]]:
    """Yield for each rule of a file how many of its phrases the examples hold; a note where some are in none."""
    flats, folded = _blocks(file)
    lines, whole = set(map(bare, flats)), "\n".join(flats)
    for number, phrases in groupby(book.of(file), key=lambda phrase: phrase.number):
        some = list(phrases)
        covered = sum(_stands(book, phrase, flats, folded, lines, whole) for phrase in some)
        counted = Coverage(file.display, some[0].rule, len(some), covered)
        if missing := len(some) - covered:
            said = f"{missing} of {len(some)} phrases of rule {some[0].rule.entry.id!r} are in no example"
            yield counted, note("uncovered", file, ("rules", number, "id"), said)
        else:
            yield counted, None


def _blocks(file: LoadedFile) -> tuple[list[str], list[str]]:
    """Return the blocks of all examples, flat and folded."""
    if not file.content.examples:
        return [], []
    documents = stack([Document(example.text) for example in file.content.examples])
    spans = zip(documents.starts.tolist(), documents.ends.tolist(), strict=True)
    return documents.flats, [documents.folded[start:end] for start, end in spans]


def _stands(book: Book, phrase: Phrase, flats: list[str], folded: list[str], lines: set[str], whole: str) -> bool:
    """Say whether a phrase matches a block."""
    if phrase.is_line:
        return phrase.key in lines
    if not book.may_match(phrase, whole):
        return False
    return any(book.matches(phrase, [block]) for block in (folded if phrase.rule.entry.inline else flats))
