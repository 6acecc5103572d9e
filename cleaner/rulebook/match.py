"""Find in one pass where rules match: an Aho-Corasick automaton over all literals, confirmed by `regex`.

Each pattern is reduced to literals of which every match holds one, so a block is tried against a pattern
only where such a literal stands. The cost of a document hardly grows with the number of rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import regex

from cleaner.fold import View, bare, flat, fold
from cleaner.rulebook.literals import Hints, is_telling
from cleaner.rulebook.load import Rule, Rulebook
from cleaner.rulebook.patterns import Pattern, make_pattern, search, search_all

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

Engine = Literal["aho-corasick", "regex"]
_WORD: Final = regex.compile(r"\w")
_ASCII_MARKS: Final = "".join(mark for mark in map(chr, range(128)) if not mark.isalnum())
_FIRST_DIGIT: Final = regex.compile(r"\W*\d")
MAX_MARKS: Final = 100
"""Marks around a listed line, such as `----- Advertisement -----`, both sides together."""
MAX_PREFIX: Final = 12
"""Characters of a literal or beginning that are looked for; longer ones make the automata larger, not sharper."""
ANY: Final = ("",)
"""Literals of a pattern for which none is looked for."""
MAX_SOUGHT: Final = 20
"""Literals of one pattern that are looked for one by one, where its beginning was found; more cost more than a try."""
MAX_DFA: Final = 5000
"""Literals of the largest automaton with all its transitions spelled out: half the time, seven kilobytes for each."""


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
        self._patterns: list[tuple[Rule, Pattern, int, int, bool, Sequence[str]]] = []  # with the literals to look for
        self._unfiltered: list[int] = []
        self._digits: list[int] = []  # unfiltered as well, but their blocks begin with a digit
        anywhere: dict[str, list[int]] = defaultdict(list)
        begins: dict[str, list[int]] = defaultdict(list)
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
                n, (literals, beginnings, shortest, longest, digit) = len(self._patterns), pattern.hints
                sought: Sequence[str] = ANY
                if beginnings and (is_telling(beginnings) or not literals):
                    for beginning in {f"\n{beginning}"[:MAX_PREFIX] for beginning in beginnings}:
                        begins[beginning].append(n)
                    if 0 < len(literals) <= MAX_SOUGHT:
                        sought = literals
                elif literals:
                    for prefix in {literal[:MAX_PREFIX] for literal in literals}:
                        anywhere[prefix].append(n)
                else:
                    (self._digits if digit else self._unfiltered).append(n)
                self._patterns.append((rule, pattern, shortest, longest, digit, sought))
        self._longest_line = max(map(len, self._lines), default=0) + MAX_MARKS
        self._marks: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for outlet in rulebook.outlets.values():
            for fingerprint in outlet.fingerprints:
                self._marks[flat(fold(fingerprint))].append((outlet.domain, fingerprint))
        self._anywhere, self._begins = _Index(anywhere, self._marks, engine), _Index(begins, (), engine)

    def __reduce__(self) -> tuple[type[Matcher], tuple[Rulebook, Engine, dict[str, Hints]]]:
        return type(self), (self.rulebook, self.engine, self.hints)

    def scan(self, views: Sequence[View]) -> Scan:
        """Return all candidates and fingerprints of a document, in the order of blocks and rules."""
        count = len(self._patterns)
        found: set[int] = set()  # block * count + pattern
        marks: dict[str, set[str]] = defaultdict(set)
        codes: Iterable[int]
        lines = [flat for _, flat in views]
        if self.engine == "regex":
            codes = range(len(views) * count)
            text = "\n".join(lines)
            seen_marks = {mark for mark in self._marks if mark in text}
        else:
            if self._unfiltered:
                found.update(block * count + pattern for block in range(len(views)) for pattern in self._unfiltered)
            if self._digits:
                digits = [block for block, line in enumerate(lines) if _begins_with_digit(line)]
                found.update(block * count + pattern for block in digits for pattern in self._digits)
            self._begins.add_owners(*_starts(lines), count, found)
            seen_marks = self._anywhere.add_owners(lines, range(len(lines)), count, found)
            codes = sorted(found)
        for mark in seen_marks:
            for domain, fingerprint in self._marks[mark]:
                marks[domain].add(fingerprint)
        candidates: list[Candidate] = []
        add, new, known, longest_line = candidates.append, tuple.__new__, self._lines, self._longest_line
        for block, text in enumerate(lines):
            if len(text) <= longest_line:
                key = text.strip(_ASCII_MARKS)
                if not (key.isascii() and key) and not (key[:1].isalnum() and key[-1].isalnum()):
                    key = bare(text)
                if key in known:
                    for rule in known[key]:
                        add(new(Candidate, (block, rule, None)))
        for code in codes:
            block, n = divmod(code, count)
            text, (rule, pattern, shortest, longest, digit, literals) = lines[block], self._patterns[n]
            if shortest <= len(text) <= longest and (not digit or _begins_with_digit(text)):
                for literal in literals:
                    if literal in text:
                        add(new(Candidate, (block, rule, pattern)))
                        break
        candidates.sort(key=itemgetter(0))
        return Scan(candidates, {domain: frozenset(texts) for domain, texts in marks.items()})


class _Index:
    """An automaton over literals, the patterns that each may belong to, and marks that are only noticed."""

    def __init__(self, owners: Mapping[str, Sequence[int]], marks: Collection[str], engine: Engine) -> None:
        self._literals = sorted({*owners, *marks})
        self._owners = [tuple(owners.get(literal, ())) for literal in self._literals]
        self._marks = {n for n, literal in enumerate(self._literals) if literal in marks}
        self._automaton = _automaton(self._literals) if self._literals and engine == "aho-corasick" else None

    def add_owners(self, lines: Sequence[str], blocks: Sequence[int], count: int, found: set[int]) -> set[str]:
        """Add to `found` the code of each block and pattern whose literal stands in the block.

        Args:
            lines: texts without line feeds.
            blocks: the block of each line.
            count: a code is block * count + pattern.
            found: where the codes go.

        Returns:
            The marks that stand in the text.
        """
        marks: set[str] = set()
        if self._automaton is None:
            return marks
        text = "\n" + "\n".join(lines)
        line, at = -1, 0
        for literal, _, end in self._automaton.find_matches_as_indexes(text, overlapping=True):  # in order of ends
            line += text.count("\n", at, end)
            at, first = end, blocks[line] * count
            for pattern in self._owners[literal]:
                found.add(first + pattern)
            if literal in self._marks:
                marks.add(self._literals[literal])
        return marks


def _automaton(literals: Sequence[str]) -> AhoCorasick:
    from ahocorasick_rs import AhoCorasick, Implementation  # the `regex` engine does without it

    return AhoCorasick(literals, implementation=Implementation.DFA if len(literals) <= MAX_DFA else None)


def _starts(lines: Sequence[str]) -> tuple[list[str], list[int]]:
    """Return the starts of blocks and, where marks stand before it, of their first words; and their blocks."""
    starts = [line[:MAX_PREFIX] for line in lines]
    blocks = list(range(len(lines)))
    for block in [block for block, start in enumerate(starts) if not start[:1].isalpha()]:
        line = lines[block]
        if (word := _WORD.search(line)) and word.start():
            starts.append(line[word.start() : word.start() + MAX_PREFIX])
            blocks.append(block)
    return starts, blocks


def _begins_with_digit(line: str) -> bool:
    """Say whether the first word character of a line is a digit."""
    first = line[:1]
    return first.isdecimal() or (not first.isalpha() and _FIRST_DIGIT.match(line) is not None)


def confirm(candidate: Candidate, seen: View) -> list[tuple[int, int]]:
    """Return where a rule matches: all spans in the folded block for an inline rule, else one in the flat block.

    Raises:
        TimeoutError: the pattern ran away on this block.
    """
    _, rule, pattern = candidate
    folded, text = seen
    if pattern is None:
        return [(0, len(text))]
    if rule.entry.inline:
        return search_all(pattern, folded)
    span = search(pattern, text)
    return [span] if span else []
