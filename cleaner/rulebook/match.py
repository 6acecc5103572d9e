"""Find in one pass where rules match: an Aho-Corasick automaton over all literals, confirmed by `regex`.

Each pattern is reduced to literals of which every match holds one, so a block is tried against a pattern
only where such a literal stands. The cost of a document hardly grows with the number of rules.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter
from typing import Final, Literal, NamedTuple

import regex

from cleaner.fold import View, bare, flat, fold
from cleaner.rulebook.literals import Hints
from cleaner.rulebook.load import Rule, Rulebook
from cleaner.rulebook.patterns import Pattern, make_pattern, search, search_all

Engine = Literal["aho-corasick", "regex"]
_WORD: Final = regex.compile(r"\w")
_FIRST_DIGIT: Final = regex.compile(r"\W*\d")
MAX_MARKS: Final = 100
"""Marks around a listed line, such as `----- Advertisement -----`, both sides together."""
MAX_BEGINNING: Final = 12
"""Characters of a beginning that are looked for."""


class Candidate(NamedTuple):  # a tuple, as thousands are made for each document
    """A block that a rule may match; `pattern` is None where a whole line was found, which needs no proof."""

    block: int
    rule: Rule
    pattern: Pattern | None


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass over a document found, for the rules of every outlet."""

    candidates: Sequence[Candidate]
    fingerprints: dict[str, frozenset[str]]


class Matcher:
    """A rulebook made ready to match; picklable, and safe to share between threads.

    Args:
        rulebook: the rules.
        engine: `aho-corasick`, or `regex` to try every pattern on every block; both find the same.
        hints: of each pattern, if known from an earlier matcher for these rules.
    """

    def __init__(
        self,
        rulebook: Rulebook,
        engine: Engine = "aho-corasick",
        hints: Mapping[str, Hints] | None = None,
    ) -> None:
        self.rulebook, self.engine = rulebook, engine
        self.hints: dict[str, Hints] = {}
        self._lines: dict[str, list[Rule]] = defaultdict(list)
        self._patterns: list[tuple[Rule, Pattern]] = []
        self._unfiltered: list[int] = []
        owners: dict[str, list[int]] = defaultdict(list)
        for rule in rulebook.rules:
            for line in rule.entry.lines or ():
                key = bare(flat(fold(line)))
                if rule not in self._lines[key]:
                    self._lines[key].append(rule)
            spaced = rule.entry.inline is not None
            for source in rule.entry.start or rule.entry.keep or rule.entry.inline or ():
                key = f"inline {source}" if spaced else source
                pattern = make_pattern(source, spaced=spaced, hints=hints.get(key) if hints else None)
                self.hints[key] = pattern.hints
                # Each line of the scanned text begins with a line feed, so a beginning is a literal like others.
                begin = [f"\n{beginning}"[:MAX_BEGINNING] for beginning in pattern.hints.beginnings]
                wanted = begin or pattern.hints.literals
                for literal in set(wanted):
                    owners[literal].append(len(self._patterns))
                if not wanted:
                    self._unfiltered.append(len(self._patterns))
                self._patterns.append((rule, pattern))
        self._longest_line = max(map(len, self._lines), default=0) + MAX_MARKS
        self._marks: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for outlet in rulebook.outlets.values():
            for fingerprint in outlet.fingerprints:
                self._marks[flat(fold(fingerprint))].append((outlet.domain, fingerprint))
        self._literals = sorted({*owners, *self._marks})
        self._owners = [tuple(owners.get(literal, ())) for literal in self._literals]
        if engine == "aho-corasick" and self._literals:
            from ahocorasick_rs import AhoCorasick

            self._automaton = AhoCorasick(self._literals)

    def __reduce__(self) -> tuple[type[Matcher], tuple[Rulebook, Engine, dict[str, Hints]]]:
        return type(self), (self.rulebook, self.engine, self.hints)

    def scan(self, views: Sequence[View]) -> Scan:
        """Return all candidates and fingerprints of a document, in the order of blocks and rules."""
        count = len(self._patterns)
        found: set[int] = set()  # block * count + pattern
        marks: dict[str, set[str]] = defaultdict(set)
        for block, literal in self._literals_in(views):
            found.update([block * count + pattern for pattern in self._owners[literal]])
            for domain, fingerprint in self._marks.get(self._literals[literal], ()):
                marks[domain].add(fingerprint)
        every = self._unfiltered if self.engine == "aho-corasick" else range(count)
        if every:
            found.update(block * count + pattern for block in range(len(views)) for pattern in every)
        candidates = [
            Candidate(block, rule, None)
            for block, seen in enumerate(views)
            if len(seen.flat) <= self._longest_line
            for rule in self._lines.get(bare(seen.flat), ())
        ]
        for code in sorted(found):
            block, n = divmod(code, count)
            rule, pattern = self._patterns[n]
            _, _, shortest, longest, digit = pattern.hints
            flat_text = views[block].flat
            if shortest <= len(flat_text) <= longest and (not digit or _FIRST_DIGIT.match(flat_text)):
                candidates.append(Candidate(block, rule, pattern))
        candidates.sort(key=itemgetter(0))
        return Scan(candidates, {domain: frozenset(texts) for domain, texts in marks.items()})

    def _literals_in(self, views: Sequence[View]) -> Iterator[tuple[int, int]]:
        """Yield block and literal; pairs may repeat."""
        if not self._literals:
            return
        if self.engine == "regex":
            for literal, text in enumerate(self._literals):
                if text in self._marks:
                    yield from ((block, literal) for block, seen in enumerate(views) if text in seen.flat)
            return
        lines = [seen.flat for seen in views]
        blocks = list(range(len(views)))
        for block, seen in enumerate(views):
            if not seen.flat[:1].isalpha() and (word := _WORD.search(seen.flat)) and word.start():
                lines.append(seen.flat[word.start() : word.start() + MAX_BEGINNING])
                blocks.append(block)
        starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
        text = "\n" + "\n".join(lines)
        for literal, start, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
            yield blocks[bisect_right(starts, start) - 1], literal


def confirm(candidate: Candidate, seen: View) -> list[tuple[int, int]]:
    """Return where a rule matches: all spans in the folded block for an inline rule, else one in the flat block.

    Raises:
        TimeoutError: the pattern ran away on this block.
    """
    if candidate.pattern is None:
        return [(0, len(seen.flat))]
    if candidate.rule.entry.inline:
        return search_all(candidate.pattern, seen.folded)
    span = search(candidate.pattern, seen.flat)
    return [span] if span else []
