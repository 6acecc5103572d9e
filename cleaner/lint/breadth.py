"""Phrases that may take more than is meant: patterns that ask for little, and single words that prose uses too."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Final

from cleaner.lint.book import Book, Phrase
from cleaner.lint.finding import Finding, note, warning
from cleaner.lint.patterns import anchors, fixed, is_endless
from cleaner.model import NEUTRAL
from cleaner.rulebook.literals import UNLIMITED
from cleaner.rulebook.load import LoadedFile

FEWEST: Final = 2
"""Letters that any pattern should hold."""
FEWEST_ANYWHERE: Final = 5
"""Letters of a pattern that may match in the middle of a block; each of the 76 such ones of the package has as many."""
FEWEST_OPEN: Final = 10
"""Letters of a pattern that takes blocks of any length by a part of them; each of ours has as many."""
STAND_ALONE: Final = ("ad", *NEUTRAL)
"""Categories whose single words are no sub-headings."""


def breadth(book: Book, file: LoadedFile) -> Iterator[Finding]:
    """Yield the phrases of a file that are too broad."""
    prose: Set[str] = frozenset() if file.path.startswith("generic/") else book.words_of_prose
    for phrase in book.of(file):
        if phrase.is_line:
            entry = phrase.rule.entry
            if entry.where == "anywhere" and phrase.rule.category not in STAND_ALONE and phrase.key in prose:
                message = f"{phrase.quoted} is one word that prose uses too; it may be a sub-heading"
                yield note("common-word", file, phrase.at, message, "say `where: head`, `tail` or `edge` if it can")
        elif phrase.tree and (said := _too_broad(phrase)):
            yield warning("too-broad", file, phrase.at, f"{phrase.quoted} {said[0]}", said[1])


def _too_broad(phrase: Phrase) -> tuple[str, str] | None:
    """Return what is too broad about a pattern, and what to do."""
    rule, (begins, ends), letters = phrase.rule, anchors(phrase.tree), fixed(phrase.tree)
    if letters < FEWEST and not (begins and ends):
        return "holds no fixed letters, so it is tried on every block", "give it two letters or more"
    if rule.entry.start is None:
        if rule.entry.inline and is_endless(phrase.tree):
            return "may take the rest of the line", "bound its repeats, as in .{0,40}"
        return None
    if not begins and letters < FEWEST_ANYWHERE:
        return f"may match anywhere in a block and holds only {letters} fixed letters", "anchor it with ^ and $"
    if rule.most_words == UNLIMITED and rule.entry.where == "anywhere":
        if not (begins and ends) and letters < FEWEST_OPEN:
            return f"takes blocks of any length by {letters} fixed letters", "anchor it with ^ and $, or say max_words"
        if is_endless(phrase.tree):
            return "takes blocks of any length", "bound its repeats, as in .{0,40}, or say max_words"
    return None
