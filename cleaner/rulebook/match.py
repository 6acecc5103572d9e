"""Find in one pass where rules match: an Aho-Corasick automaton over all literals, confirmed by `regex`.

Each pattern is reduced to literals of which every match holds one, so a block is tried against a pattern
only where such a literal stands. The cost of a document hardly grows with the number of rules.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np
import regex

from cleaner.characters import DIGIT, LOWER, UNSPACED, UPPER, Flags, Ints
from cleaner.fold import bare, flat, fold
from cleaner.model import NEUTRAL
from cleaner.rulebook.literals import NO_HINTS, UNLIMITED, Hints, is_telling
from cleaner.rulebook.load import Rule, Rulebook
from cleaner.rulebook.patterns import Pattern, make_pattern, search, search_all
from cleaner.rulebook.schema import RuleEntry
from cleaner.stack import Stack

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

Engine = Literal["aho-corasick", "regex"]
_WORD: Final = regex.compile(r"\w")
_FIRST_DIGIT: Final = regex.compile(r"\W*\d")
MAX_MARKS: Final = 100
"""Marks around a listed line, such as `----- Advertisement -----`, both sides together."""
MAX_PREFIX: Final = 12
"""Characters of a literal or beginning that are looked for; longer ones make the automata larger, not sharper."""
MAX_SOUGHT: Final = 20
"""Literals of one pattern that are looked for one by one, where its beginning was found; more cost more than a try."""
MAX_DFA: Final = 5000
"""Literals of the largest automaton with all its transitions spelled out: half the time, seven kilobytes for each."""


class Match(NamedTuple):  # a tuple, as dozens are made for each document
    """A block of a document that a rule matches.

    Args:
        block: its place in the document.
        rule: the rule.
        spans: where: all spans in the folded block for an inline rule, else one in the flat block; none if the
            pattern ran away.
    """

    block: int
    rule: Rule
    spans: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass over a stack found, for the rules of every outlet.

    Args:
        blocks: of each pattern that may match, in order.
        patterns: its number.
        lines: blocks that are listed lines, with the places in the rulebook of the rules that list them.
        fingerprints: for each document that holds any, by domain, the fingerprints that stand in it.
    """

    blocks: Ints
    patterns: Ints
    lines: Sequence[tuple[int, Sequence[int]]]
    fingerprints: dict[int, dict[str, frozenset[str]]]


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
        self._lines: dict[str, list[int]] = {}
        # Besides the pattern: whether it needs a digit first, literals and beginnings of which it needs one.
        self._patterns: list[tuple[Rule, Pattern, bool, Sequence[str], tuple[str, ...]]] = []
        self._unfiltered: list[int] = []
        anywhere: dict[str, list[int]] = defaultdict(list)
        begins: dict[str, list[int]] = defaultdict(list)
        limits: list[tuple[int, int, int]] = []
        of: list[int] = []
        for number, rule in enumerate(rulebook.rules):
            for key in _keys(rule.entry.lines or ()):
                self._lines.setdefault(key, []).append(number)
            spaced = rule.entry.inline is not None
            for source in rule.entry.start or rule.entry.keep or rule.entry.inline or ():
                key = f"inline {source}" if spaced else source
                pattern = make_pattern(source, spaced=spaced, hints=hints.get(key) if hints else None)
                self.hints[key] = pattern.hints
                n, (literals, beginnings, shortest, longest, digit) = len(self._patterns), pattern.hints
                sought: Sequence[str] = ()
                begun: tuple[str, ...] = ()
                if beginnings and (is_telling(beginnings) or not literals):
                    for beginning in {f"\n{beginning}"[:MAX_PREFIX] for beginning in beginnings}:
                        begins[beginning].append(n)
                    if 0 < len(literals) <= MAX_SOUGHT:
                        sought = literals
                elif literals:
                    for prefix in {literal[:MAX_PREFIX] for literal in literals}:
                        anywhere[prefix].append(n)
                    begun = tuple(beginnings)
                else:
                    self._unfiltered.append(n)
                self._patterns.append((rule, pattern, digit, sought, begun))
                of.append(number)
                limits.append((shortest, longest, rule.most_words if rule.entry.start else UNLIMITED))
        self._rules = np.array(of, np.int64)
        self._shortest, self._longest, self._most_words = np.array(limits, np.int64).reshape(len(limits), 3).T
        self._is_generic = np.array([rule.scope == 0 for rule in rulebook.rules], np.bool_)
        self._protects = np.array([not rule.category or rule.category in NEUTRAL for rule in rulebook.rules], np.bool_)
        self._categories = np.array([rule.category for rule in rulebook.rules], np.str_)
        self._confidences = np.array([rule.confidence for rule in rulebook.rules])
        self._dated = [n for n, rule in enumerate(rulebook.rules) if rule.entry.since or rule.entry.before]
        self._of_file: dict[str, list[int]] = defaultdict(list)
        for n, rule in enumerate(rulebook.rules):
            self._of_file[rule.file].append(n)
        self._longest_line = max(map(len, self._lines), default=0) + MAX_MARKS
        self._marks: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for outlet in rulebook.outlets.values():
            for fingerprint in outlet.fingerprints:
                self._marks[flat(fold(fingerprint))].append((outlet.domain, fingerprint))
        self._anywhere, self._begins = _Index(anywhere, self._marks, engine), _Index(begins, (), engine)

    def __reduce__(self) -> tuple[type[Matcher], tuple[Rulebook, Engine, dict[str, Hints]]]:
        return type(self), (self.rulebook, self.engine, self.hints)

    def scan(self, stack: Stack) -> Scan:
        """Return all that may match in a stack, in the order of blocks and patterns."""
        every = np.arange(stack.blocks)
        if self.engine == "regex":
            found = [(every.repeat(len(self._patterns)), np.tile(np.arange(len(self._patterns)), stack.blocks))]
            marks = [(n, mark) for n, text in enumerate(stack.flats) for mark in self._marks if mark in text]
        else:
            unfiltered = np.array(self._unfiltered, np.int64)
            held, marks = self._anywhere.find(stack.flats, every)
            begun, _ = self._begins.find(*_starts(stack))
            found = [(every.repeat(len(unfiltered)), np.tile(unfiltered, stack.blocks)), held, begun]
        blocks, patterns = (np.concatenate(columns) for columns in zip(*found, strict=True))
        lengths = np.array(list(map(len, stack.flats)), np.int64)[blocks]
        fits = (lengths >= self._shortest[patterns]) & (lengths <= self._longest[patterns])
        fits &= stack.words[blocks] <= self._most_words[patterns]
        count = max(1, len(self._patterns))
        blocks, patterns = np.divmod(np.unique(blocks[fits] * count + patterns[fits]), count)
        return Scan(blocks, patterns, self._listed(stack), self._fingerprints(stack, marks))

    def say(self, categories: Collection[str], least: float, outlet: str | None, date: dt.date | None) -> Flags:
        """Return which rules, by their place in the rulebook, count for a document.

        Args:
            categories: the categories that go; `keep` rules, which have none, and those of neutral categories
                always count.
            least: confidence that a rule must have.
            outlet: main domain of the outlet, if known.
            date: day of publication, if known.
        """
        say = self._is_generic.copy()
        for file in self.rulebook.files_for(outlet):
            say[self._of_file.get(file, [])] = True
        say &= self._protects | (self._confidences >= least) & np.isin(self._categories, [*categories])
        for n in self._dated if date else ():
            say[n] &= self.rulebook.rules[n].applies(date)
        return say

    def matches(self, scan: Scan, says: Sequence[Flags], stack: Stack) -> list[list[Match]]:
        """Return for each document what the rules that count for it match: listed lines, then patterns.

        Args:
            scan: of the stack.
            says: which rules count, for each document.
            stack: the documents.
        """
        found: list[list[Match]] = [[] for _ in stack.documents]
        of, flats, rules, firsts = stack.documents_of, stack.flats, self.rulebook.rules, stack.firsts.tolist()
        for block, listing in scan.lines:
            document = int(of[block])
            whole = ((0, len(flats[block])),)
            found[document] += [Match(block - firsts[document], rules[n], whole) for n in listing if says[document][n]]
        counts = np.array(says)[of[scan.blocks], self._rules[scan.patterns]]
        blocks, numbers = scan.blocks[counts], scan.patterns[counts]
        for document, block, n in zip(of[blocks].tolist(), blocks.tolist(), numbers.tolist(), strict=True):
            rule, pattern, digit, literals, beginnings = self._patterns[n]
            text = flats[block]
            if beginnings and not _begins(text, beginnings):
                continue
            if literals:
                for literal in literals:  # `any` with a generator takes three times as long
                    if literal in text:
                        break
                else:
                    continue
            if digit and not _begins_with_digit(text):
                continue
            spans: Sequence[tuple[int, int]]
            try:
                if rule.entry.inline:
                    folded = stack.folded[stack.starts[block] : stack.ends[block]]
                    if not (spans := search_all(pattern, folded)):
                        continue
                elif span := search(pattern, text):
                    spans = (span,)
                else:
                    continue
            except TimeoutError:
                spans = ()
            found[document].append(Match(block - firsts[document], rule, spans))
        return found

    def _listed(self, stack: Stack) -> list[tuple[int, Sequence[int]]]:
        """Return the blocks that are listed lines, compared without the marks around them."""
        known, longest, flats = self._lines, self._longest_line, stack.flats
        found: list[tuple[int, Sequence[int]]]
        found = [(block, known[text]) for block, text in enumerate(flats) if text in known]
        is_bare = np.isin(stack.kinds[[stack.starts, stack.ends - 1]], (LOWER, UPPER, DIGIT)).all(axis=0)
        may_be = ~is_bare & (stack.ends - stack.starts <= longest)
        for block in np.flatnonzero(may_be).tolist():  # combining marks are letters, but no part of the bare form
            text = flats[block]
            if (key := bare(text)) != text and key in known:
                found.append((block, known[key]))
        return found

    def _fingerprints(self, stack: Stack, marks: Sequence[tuple[int, str]]) -> dict[int, dict[str, frozenset[str]]]:
        """Return by document and domain the fingerprints that stand in it."""
        found: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for block, mark in marks:
            for domain, fingerprint in self._marks[mark]:
                found[int(stack.documents_of[block])][domain].add(fingerprint)
        return {
            document: {domain: frozenset(texts) for domain, texts in domains.items()}
            for document, domains in found.items()
        }


def matching(entry: RuleEntry, flat_text: str, folded: str) -> list[int]:
    """Return which phrases of a rule, by their places, match a block, whatever its words.

    Args:
        entry: the rule.
        flat_text: the flat form of the block.
        folded: its folded form, which `inline` looks at.
    """
    if entry.lines:
        key = bare(flat_text)
        return [n for n, line in enumerate(entry.lines) if bare(flat(fold(line))) == key]
    text = folded if entry.inline else flat_text
    found = []
    for n, source in enumerate(entry.start or entry.keep or entry.inline or ()):
        try:
            if search(make_pattern(source, spaced=entry.inline is not None, hints=NO_HINTS), text):
                found.append(n)
        except TimeoutError:
            continue
    return found


class _Index:
    """An automaton over literals, the patterns that each may belong to, and marks that are only noticed."""

    def __init__(self, owners: Mapping[str, Sequence[int]], marks: Collection[str], engine: Engine) -> None:
        self._literals = sorted({*owners, *marks})
        owned = [owners.get(literal, ()) for literal in self._literals]
        self._sizes = np.array([len(patterns) for patterns in owned], np.int64)
        self._firsts = np.cumsum(self._sizes) - self._sizes
        self._owners = np.array(list(chain.from_iterable(owned)), np.int64)
        self._is_mark = np.array([literal in marks for literal in self._literals], np.bool_)
        self._automaton = _automaton(self._literals) if self._literals and engine == "aho-corasick" else None

    def find(self, lines: Sequence[str], blocks: Ints) -> tuple[tuple[Ints, Ints], list[tuple[int, str]]]:
        """Find literals in texts without line feeds.

        Args:
            lines: the texts.
            blocks: the block of each.

        Returns:
            Blocks, and patterns whose literals stand in them, some more than once; and the blocks in which marks
            stand, with the marks.
        """
        if self._automaton is None or not lines:
            return (np.arange(0), np.arange(0)), []
        text = "\n" + "\n".join(lines)
        matches = self._automaton.find_matches_as_indexes(text, overlapping=True)
        found = np.fromiter(chain.from_iterable(matches), np.int64, 3 * len(matches)).reshape(-1, 3)
        literals, ends = found[:, 0], found[:, 2]
        line_ends = np.cumsum(np.array(list(map(len, lines)), np.int64) + 1)
        at = blocks[np.searchsorted(line_ends, ends - 1)]  # the line feed before a line belongs to it
        sizes = self._sizes[literals]
        within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        patterns = self._owners[np.repeat(self._firsts[literals], sizes) + within]
        marks = [(int(at[i]), self._literals[literals[i]]) for i in np.flatnonzero(self._is_mark[literals])]
        return (np.repeat(at, sizes), patterns), marks


def _automaton(literals: Sequence[str]) -> AhoCorasick:
    from ahocorasick_rs import AhoCorasick, Implementation  # the `regex` engine does without it

    return AhoCorasick(literals, implementation=Implementation.DFA if len(literals) <= MAX_DFA else None)


def _keys(lines: Sequence[str]) -> set[str]:
    """Return the forms in which listed lines are compared; folding many at once takes half the time."""
    joined = fold("\n".join([" ".join(line.splitlines()) for line in lines]))
    return {bare(flat(line)) for line in joined.split("\n")} if lines else set()


def _starts(stack: Stack) -> tuple[list[str], Ints]:
    """Return the starts of blocks and, where marks stand before it, of their first words; and their blocks."""
    starts = [text[:MAX_PREFIX] for text in stack.flats]
    first = stack.kinds[stack.starts]
    blocks = []
    for block in np.flatnonzero((first < LOWER) | (first > UNSPACED)).tolist():
        text = stack.flats[block]
        if (word := _WORD.search(text)) and word.start():
            starts.append(text[word.start() : word.start() + MAX_PREFIX])
            blocks.append(block)
    return starts, np.concatenate([np.arange(stack.blocks), np.array(blocks, np.int64)])


def _begins(text: str, beginnings: tuple[str, ...]) -> bool:
    """Say whether a block, or its first word, begins so."""
    if text.startswith(beginnings):
        return True
    if text[:1].isalpha():
        return False
    word = _WORD.search(text)
    return word is not None and text.startswith(beginnings, word.start())


def _begins_with_digit(line: str) -> bool:
    """Say whether the first word character of a line is a digit."""
    first = line[:1]
    return first.isdecimal() or (not first.isalpha() and _FIRST_DIGIT.match(line) is not None)
