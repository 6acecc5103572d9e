"""Rules, phrases and keys that can never have a say."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from cleaner.lint.book import Book
from cleaner.lint.finding import Finding, note, warning
from cleaner.lint.patterns import impossible, least_words
from cleaner.pipeline import MODES
from cleaner.rulebook.load import LoadedFile, rule_id
from cleaner.rulebook.schema import RuleEntry

LEAST_CONFIDENCE: Final = min(mode.rules for mode in MODES.values())


def dead(book: Book, file: LoadedFile) -> Iterator[Finding]:
    """Yield what in a file never has a say."""
    for number, rule in book.in_force(file):
        entry = rule.entry
        if entry.max_words and entry.lines:
            yield warning(
                "dead", file, ("rules", number, "max_words:key"), "max_words has no say over `lines`", "delete it"
            )
        if entry.where != "anywhere" and entry.keep:
            yield warning("dead", file, ("rules", number, "where:key"), "where has no say over `keep`", "delete it")
        if rule.confidence < LEAST_CONFIDENCE:
            message = f"confidence {rule.confidence} is less than any mode asks for"
            yield warning("dead", file, ("rules", number, "confidence"), message, f"say {LEAST_CONFIDENCE} or more")
    for phrase in book.of(file):
        if phrase.is_line or not phrase.tree or phrase.rule.entry.inline:
            continue
        if why := impossible(phrase.tree):
            hint = "write it as it reads in lower case, with plain quotes and single spaces"
            yield warning("dead", file, phrase.at, f"{phrase.quoted} can never match: {why}", hint)
        elif phrase.rule.entry.start and (words := least_words(phrase.tree)) > (most := phrase.rule.most_words):
            message = (
                f"{phrase.quoted} can never match: it has {words} words or more, and the rule takes {most} at most"
            )
            yield warning("dead", file, phrase.at, message, "raise max_words")
    yield from _versions(book, file)
    yield from _replaced(book, file)


def _versions(book: Book, file: LoadedFile) -> Iterator[Finding]:
    """Yield days that no version of a rule is for, or two."""
    versions: dict[str, list[tuple[dt.date, dt.date, int, RuleEntry]]] = defaultdict(list)
    for number, rule in book.in_force(file):
        entry = rule.entry
        versions[entry.id].append((entry.since or dt.date.min, entry.before or dt.date.max, number, entry))
    for some in versions.values():
        for (_, before, _, earlier), (since, _, number, entry) in pairwise(sorted(some, key=lambda one: one[:3])):
            at = "rules", number, "since" if entry.since else "id"
            if before < since:
                message = f"no version of rule {entry.id!r} is for the days from {before} to {since}"
                yield warning("dead", file, at, message, "let `before` of the one be `since` of the other")
            elif since < before and (since, earlier.since) == (dt.date.min, None):
                message = f"versions {earlier.version} and {entry.version} of rule {entry.id!r} are for the same days"
                yield warning("dead", file, at, message, "say `before` in the old one and `since` in the new one")


def _replaced(book: Book, file: LoadedFile) -> Iterator[Finding]:
    in_force = {number for number, _ in book.in_force(file)}
    for number, entry in enumerate(file.content.rules):
        if number not in in_force:
            later = next(
                other
                for other in reversed(book.rulebook.files)
                for own in other.content.rules
                if other.path == file.path and rule_id(other.path, own) == rule_id(file.path, entry)
            )
            yield note("replaced", file, ("rules", number, "id"), f"rule {entry.id!r} is replaced by {later.display}")
