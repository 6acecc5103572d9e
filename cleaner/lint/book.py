"""A rulebook laid out phrase by phrase, as the checks look at it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import regex

from cleaner.fold import bare, flat, fold, fold_pattern
from cleaner.pipeline import MODES
from cleaner.rulebook.document import Path
from cleaner.rulebook.literals import Hints, parse
from cleaner.rulebook.load import LoadedFile, Rule, Rulebook, rule_id
from cleaner.rulebook.match import Matcher
from cleaner.rulebook.patterns import make_pattern, search

QUOTED: Final = 60
"""Characters of a phrase that a message shows."""
_WORD: Final = regex.compile(r"\w+")


@dataclass(frozen=True, eq=False)
class Phrase:
    """One phrase of a rule in force.

    Args:
        file: the file that it stands in.
        rule: its rule.
        number: place of the rule in its file.
        place: place of the phrase in its rule.
        source: the phrase as written.
    """

    file: LoadedFile
    rule: Rule
    number: int
    place: int
    source: str

    @property
    def at(self) -> Path:
        """Where it stands."""
        return "rules", self.number, self.rule.entry.trigger, self.place

    @property
    def address(self) -> str:
        """Its file and line, for people."""
        return f"{self.file.display}:{self.file.sourced.error(self.at, '').line}"

    @property
    def quoted(self) -> str:
        """The phrase as messages show it."""
        return f"“{self.source if len(self.source) <= QUOTED else self.source[: QUOTED - 1].rstrip() + '…'}”"

    @property
    def is_line(self) -> bool:
        """Whether it is a whole line and not a pattern."""
        return self.rule.entry.lines is not None

    @cached_property
    def key(self) -> str:
        """The line as blocks are compared with it, or the folded pattern."""
        return bare(flat(fold(self.source))) if self.is_line else fold_pattern(self.source)

    @cached_property
    def tree(self) -> Any:
        """The syntax tree of the pattern; None where it is not known."""
        return parse(self.key)


class Book:
    """The phrases of a rulebook by the path of their files.

    Args:
        matcher: the rulebook.
    """

    def __init__(self, matcher: Matcher) -> None:
        self.matcher = matcher
        self.rulebook: Rulebook = matcher.rulebook
        self._phrases: dict[str, list[Phrase]] = defaultdict(list)
        for file in self.rulebook.files:
            for number, rule in self.in_force(file):
                phrases = enumerate(rule.entry.phrases)
                self._phrases[file.path] += [Phrase(file, rule, number, place, source) for place, source in phrases]

    @cached_property
    def _rules(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.rulebook.rules}

    def in_force(self, file: LoadedFile) -> list[tuple[int, Rule]]:
        """Return the rules of a file, with their places, that no later folder replaced."""
        rules = [(n, self._rules[rule_id(file.path, entry)]) for n, entry in enumerate(file.content.rules)]
        return [(n, rule) for n, rule in rules if rule.entry is file.content.rules[n]]

    @cached_property
    def prose(self) -> Mapping[str, str]:
        """The lines of the reserve of plain prose by their flat form."""
        return {flat(fold(line)): line for line in self.rulebook.reserve}

    @cached_property
    def examples(self) -> Mapping[str, str]:
        """The examples of each outlet, by its domain, in flat form."""
        texts: dict[str, list[str]] = defaultdict(list)
        for file in self.rulebook.files:
            if file.content.outlet:
                texts[file.content.outlet] += [flat(fold(example.text)) for example in file.content.examples]
        return {domain: "\n".join(some) for domain, some in texts.items()}

    @cached_property
    def words_of_prose(self) -> frozenset[str]:
        """Every word of the reserve of plain prose."""
        return frozenset(word for line in self.prose for word in _WORD.findall(line))

    @cached_property
    def fingerprints(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """The outlets that have a fingerprint, in flat form, with the fingerprint as written."""
        marks: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for outlet in self.rulebook.outlets.values():
            for mark in outlet.fingerprints:
                marks[flat(fold(mark))].append((outlet.domain, mark))
        return {mark: tuple(owners) for mark, owners in marks.items()}

    def matches(self, phrase: Phrase, texts: Sequence[str]) -> bool:
        """Say whether a pattern matches each of some folded texts."""
        if not all(self.may_match(phrase, text) for text in texts):
            return False
        pattern = make_pattern(phrase.source, spaced=phrase.rule.entry.inline is not None, hints=self._hints(phrase))
        try:
            return all(search(pattern, text) for text in texts)
        except TimeoutError:
            return False

    def may_match(self, phrase: Phrase, text: str) -> bool:
        """Say whether a text holds one of the literals that a pattern asks for; compiling the pattern costs more."""
        hints = self._hints(phrase)
        return all(
            any(literal in text for literal in literals) for literals in (hints.literals, hints.beginnings) if literals
        )

    def _hints(self, phrase: Phrase) -> Hints:
        return self.matcher.hints[f"inline {phrase.source}" if phrase.rule.entry.inline else phrase.source]

    def phrase(self, rule: Rule, place: int = 0) -> Phrase:
        """Return a phrase of a rule by its place."""
        return next(phrase for phrase in self.phrases(rule) if phrase.place == place)

    def phrases(self, rule: Rule) -> list[Phrase]:
        """Return the phrases of a rule."""
        return [phrase for phrase in self._phrases[rule.file] if phrase.rule is rule]

    def parents(self, file: LoadedFile) -> Sequence[str]:
        """Return the networks whose rules hold beside those of a file."""
        outlet = self.rulebook.outlets.get(file.content.outlet or "")
        return outlet.extends if outlet else ()

    def of(self, file: LoadedFile) -> list[Phrase]:
        """Return the phrases of a file."""
        return [phrase for phrase in self._phrases[file.path] if phrase.file is file]

    def beside(self, file: LoadedFile) -> list[Phrase]:
        """Return the phrases that hold where those of a file do: of its networks, then of its path in any folder."""
        return [phrase for path in (*self.parents(file), file.path) for phrase in self._phrases[path]]


def covers(a: Rule, b: Rule) -> bool:
    """Say whether a rule takes a block whenever another one does, if phrases of both match it, and as what it is."""
    x, y = a.entry, b.entry
    return (
        a.category == b.category
        and (x.inline is None, x.keep is None) == (y.inline is None, y.keep is None)
        and (x.where in ("anywhere", y.where) or (x.where == "edge" and y.where in ("head", "tail")))
        and (x.until, x.at_most) == (y.until, y.at_most)
        and (x.since or dt.date.min) <= (y.since or dt.date.min)
        and (x.before or dt.date.max) >= (y.before or dt.date.max)
        and all(a.confidence >= mode.rules for mode in MODES.values() if b.confidence >= mode.rules)
    )


def meet(a: Rule, b: Rule) -> bool:
    """Say whether two rules can propose the same block."""
    x, y = a.entry, b.entry
    return {x.where, y.where} != {"head", "tail"} and (
        (x.since or dt.date.min) < (y.before or dt.date.max) and (y.since or dt.date.min) < (x.before or dt.date.max)
    )


def one_language(a: Rule, b: Rule) -> bool:
    """Say whether two rules are for one language: a generic word may stand in the lists of two."""
    return a.entry.language == b.entry.language and (a.entry.language is not None or a.scope > 0)
