"""Phrases that say nothing new: given twice, or taken by another phrase of the file, its networks or the generic rules.

Only what can be proved is said. Lists of generic files are held against each other only: they are long on purpose,
and a line in a list costs less than a pattern.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from cleaner.characters import Flags
from cleaner.decide import STAND_BETWEEN
from cleaner.fold import fold
from cleaner.lint.book import Book, Phrase, covers, meet, one_language
from cleaner.lint.finding import Finding, note, warning
from cleaner.lint.patterns import opening
from cleaner.model import Document
from cleaner.rulebook.literals import UNLIMITED, spellings
from cleaner.rulebook.load import LoadedFile, Rule
from cleaner.stack import stack

MOST_SPELLINGS: Final = 16
"""Texts of a pattern that are tried one by one."""
DRESSES: Final = ("{}", "{}.", "{}!", "{}:", "- {}", "* {} *", "{} »")
"""Marks that a listed line may come with; a pattern takes the line only if it takes it with all of them."""


def overlaps(book: Book, file: LoadedFile) -> Iterator[Finding]:
    """Yield the phrases of a file that another phrase takes anyway."""
    said: set[Phrase] = set()
    checks = [listed_twice] if file.path.startswith("generic/") else [listed_twice, patterns_twice, taken_anyway]
    for check in checks:
        for phrase, finding in check(book, file):
            if phrase not in said:
                said.add(phrase)
                yield finding


def listed_twice(book: Book, file: LoadedFile) -> Iterator[tuple[Phrase, Finding]]:
    """Yield lines that stand in two lists, or twice in one."""
    listed: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in book.beside(file):
        if phrase.is_line:
            listed[phrase.key].append(phrase)
    for phrases in listed.values():
        for n, phrase in enumerate(phrases):
            if phrase.file is file and len(phrases) > 1:
                yield from ((phrase, finding) for finding in _twice(phrase, phrases[:n], phrases[n + 1 :]))


def _twice(phrase: Phrase, before: Sequence[Phrase], behind: Sequence[Phrase]) -> Iterator[Finding]:
    rule = phrase.rule
    for other in (*before, *behind):
        is_first = other in behind
        if other.rule is rule:
            if not is_first:
                message = f"{phrase.quoted} stands in this list twice, as lines are compared without case and marks"
                yield warning(
                    "repeated", phrase.file, phrase.at, message, f"delete it; it stands in line {_line(other)}"
                )
        elif not one_language(rule, other.rule):
            continue
        elif other.rule.category != rule.category:
            if not is_first and meet(rule, other.rule):
                message = f"{phrase.quoted} is {rule.category} here and {other.rule.category} in rule {_named(other)}"
                yield warning("two-categories", phrase.file, phrase.at, message, "keep it in one of them")
        elif covers(other.rule, rule) and not (is_first and covers(rule, other.rule)):
            message = f"{phrase.quoted} is taken by rule {_named(other)} in any case"
            yield warning("repeated", phrase.file, phrase.at, message, "delete it here")


def patterns_twice(book: Book, file: LoadedFile) -> Iterator[tuple[Phrase, Finding]]:
    """Yield patterns that equal another one, or begin with all that another one asks for."""
    patterns = [phrase for phrase in book.beside(file) if not phrase.is_line]
    openings = {phrase: opening(phrase.tree) if phrase.tree else ("", False) for phrase in patterns}
    for n, phrase in enumerate(patterns):
        for m, other in enumerate(patterns):
            if phrase.file is not file or m == n or not _reaches(other, phrase):
                continue
            letters, is_all = openings[other]
            if other.key == phrase.key:
                if m < n or not _reaches(phrase, other):
                    message = f"{phrase.quoted} is taken by the same pattern in rule {_named(other)}"
                    yield phrase, warning("repeated", file, phrase.at, message, "delete it here")
            elif is_all and openings[phrase][0].startswith(letters):
                message = f"{phrase.quoted} is taken by {other.quoted} in line {_line(other)} in any case"
                yield phrase, warning("shadowed", file, phrase.at, message, "delete it")


def taken_anyway(book: Book, file: LoadedFile) -> Iterator[tuple[Phrase, Finding]]:
    """Yield lines, and patterns that match few texts, that other rules take anyway."""
    own = [(phrase, texts) for phrase in book.of(file) if (texts := _texts(phrase))]
    if not own:
        return
    takers = _takers(book, file, [text for _, texts in own for text in texts])
    beside = book.beside(file)
    needless: dict[str, list[Phrase]] = defaultdict(list)
    for phrase, texts in own:
        rules = [takers[text] for text in texts]
        nearby = [
            other
            for other in beside
            if other.rule.entry.start
            and other is not phrase
            and (phrase.is_line or other.rule is phrase.rule or beside.index(other) < beside.index(phrase))
            and all(other.rule.id in some for some in rules)
            and _reaches(other, phrase)
            and book.matches(other, _dressed(texts) if phrase.is_line else texts)
        ]
        lists = [] if phrase.is_line else [
            rule for rule in rules[0].values()
            if rule.scope and rule.entry.lines and covers(rule, phrase.rule) and all(rule.id in some for some in rules)
        ]  # fmt: skip
        if nearby:
            message = f"{phrase.quoted} is taken by {nearby[0].quoted} in rule {_named(nearby[0])} in any case"
            yield phrase, warning("shadowed", file, phrase.at, message, "delete it")
        elif lists:
            message = f"{phrase.quoted} is taken by the lines of rule {lists[0].id} in any case"
            yield phrase, warning("shadowed", file, phrase.at, message, "delete it")
        else:
            generic = [_generic(book, phrase, text, some) for text, some in zip(texts, rules, strict=True)]
            if all(generic):
                needless[phrase.rule.id].append(phrase)
                message = f"{phrase.quoted} is taken by {generic[0]} in any case"
                yield phrase, note("generic-duplicate", file, phrase.at, message, "it need not stand here")
    for phrases in needless.values():
        first = phrases[0]
        if len(phrases) == len(first.rule.entry.phrases) and not _in_a_run(book, file, first.rule):
            message = f"all that rule {first.rule.entry.id!r} lists is taken by generic rules in any case"
            at = ("rules", first.number, "id")
            whole = Phrase(file, first.rule, first.number, -1, "")
            yield whole, warning("generic-duplicate", file, at, message, "delete the rule; keep its example")


def _in_a_run(book: Book, file: LoadedFile, rule: Rule) -> bool:
    """Say whether lines of a rule may stand in the run of another one that is as specific, and be counted with it."""
    outlets = (outlet for outlet in book.rulebook.outlets.values() if file.path in outlet.extends)
    paths = {file.path, *book.parents(file), *(f"outlets/{outlet.domain}" for outlet in outlets)}
    return any(
        other.entry.until and other.category != rule.category for other in book.rulebook.rules if other.file in paths
    )


def _texts(phrase: Phrase) -> list[str]:
    """Return all texts that a phrase takes, if they are few."""
    if phrase.is_line:
        return [phrase.key]
    if not phrase.rule.entry.start or not phrase.tree:
        return []
    spelled = sorted(spellings(phrase.tree))
    return spelled if len(spelled) <= MOST_SPELLINGS and all(text.strip() for text in spelled) else []


def _takers(book: Book, file: LoadedFile, texts: Sequence[str]) -> dict[str, dict[str, Rule]]:
    """Return for texts the rules that match them where the rules of a file hold."""
    rules = book.rulebook.rules
    paths = {file.path, *book.parents(file)}
    say: Flags = np.array([not rule.scope or rule.file in paths for rule in rules], np.bool_)
    documents = stack([Document(text) for text in texts])
    found = book.matcher.matches(book.matcher.scan(documents), [say] * len(texts), documents)
    return {
        text: {match.rule.id: match.rule for match in matches if match.spans and not match.rule.entry.inline}
        for text, matches in zip(texts, found, strict=True)
    }


def _generic(book: Book, phrase: Phrase, text: str, takers: dict[str, Rule]) -> str:
    """Return the id of a generic rule that takes a text just as the phrase does; empty if there is none."""
    for _, rule in sorted(takers.items()):
        if rule.scope or not covers(rule, phrase.rule):
            continue
        if rule.entry.lines:
            is_left = " " not in text and rule.category not in STAND_BETWEEN and phrase.rule.entry.where == "anywhere"
            if not is_left:  # generic rules leave single words that may be sub-headings
                return rule.id
        elif not phrase.is_line or any(book.matches(one, _dressed([text])) for one in book.phrases(rule)):
            return rule.id
    return ""


def _dressed(texts: Sequence[str]) -> list[str]:
    """Return lines with all the marks that they may come with, folded."""
    return [fold(dress.format(text)) for text in texts for dress in DRESSES]


def _reaches(other: Phrase, phrase: Phrase) -> bool:
    """Say whether another phrase holds wherever a phrase does, for blocks that both match."""
    if not (other.rule is phrase.rule or covers(other.rule, phrase.rule)):
        return False
    limits = (UNLIMITED if one.rule.entry.start is None else one.rule.most_words for one in (other, phrase))
    return phrase.is_line or next(limits) >= next(limits)


def _line(phrase: Phrase) -> int:
    return phrase.file.sourced.error(phrase.at, "").line


def _named(phrase: Phrase) -> str:
    return f"{phrase.rule.entry.id!r} ({phrase.address})"
