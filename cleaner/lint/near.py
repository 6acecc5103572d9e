"""Rules that say nothing of a block and yet are near: with whom they almost agree, and what they lack."""

from __future__ import annotations

import difflib
import re._constants as sre  # type: ignore[import-not-found]
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import regex

from cleaner.fold import bare
from cleaner.lint.book import Book, Phrase
from cleaner.lint.patterns import fixed, weight
from cleaner.pipeline import Decided
from cleaner.prose import word_count
from cleaner.rulebook.literals import NO_HINTS, UNLIMITED
from cleaner.rulebook.load import Rule
from cleaner.rulebook.match import matching
from cleaner.rulebook.patterns import Pattern, search
from cleaner.stack import stack

ALIKE: Final = 0.72
"""Share of the letters that a line and a listed one must have in common, as difflib counts it; one other word of four
leaves about as many."""
HELD: Final = 0.6
"""Share of what is fixed in a pattern that must stand in the block, in its order."""
SHORTEST: Final = 3
"""Letters of the shortest piece that counts."""
LEAST_HELD: Final = 12
"""Letters that must be found together, counted as by `weight`; fewer stand in many blocks."""
MOST: Final = 5
"""Near misses that are given for a block."""
_WORD: Final = regex.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Near:
    """A rule that almost has a say on a block.

    Args:
        phrase: the phrase of it that comes nearest.
        likeness: how near, from 0 to 1; 1 where the phrase matches and something else stands against it.
        why: what stands against it.
    """

    phrase: Phrase
    likeness: float
    why: str


def near_misses(book: Book, decided: Decided, block: int) -> list[Near]:
    """Return the nearest of the rules that had no say on a block, the nearest first.

    Args:
        book: the rulebook.
        decided: the document.
        block: the place of the block in it.
    """
    situation = decided.situation
    flat_text, folded = situation.flats[block], situation.folded_block(block)
    spoke = {p.rule.id for p in decided.proposals if p.first <= block <= p.last}
    spoke |= {by[block].id for by in (decided.kept, decided.known) if block in by}
    paths = book.rulebook.files_for(decided.outlet.domain if decided.outlet else None)
    found = [*_matching(book, decided, block, paths, spoke)]
    matched = {near.phrase.rule.id for near in found}
    for file in book.rulebook.files:
        if not file.path.startswith("generic/") and file.path not in paths:
            continue
        phrases = [p for p in book.of(file) if p.rule.id not in spoke | matched]
        found += _alike([phrase for phrase in phrases if phrase.is_line], bare(flat_text))
        for phrase in phrases:
            if not phrase.is_line and (near := _almost(phrase, folded if phrase.rule.entry.inline else flat_text)):
                found.append(near)
    best: dict[str, Near] = {}
    for near in sorted(found, key=lambda n: (-n.likeness, -n.phrase.rule.scope, n.phrase.rule.id, n.phrase.place)):
        best.setdefault(near.phrase.rule.id, near)
    return list(best.values())[:MOST]


def _matching(
    book: Book, decided: Decided, block: int, paths: Collection[str], spoke: Collection[str]
) -> Iterator[Near]:
    """Yield rules of which a phrase matches, and which have no say for another reason."""
    documents = stack([decided.document])
    every = np.ones(len(book.rulebook.rules), np.bool_)
    for match in book.matcher.matches(book.matcher.scan(documents), [every], documents)[0]:
        if match.block != block or match.rule.id in spoke:
            continue
        rule, situation = match.rule, decided.situation
        places = matching(rule.entry, situation.flats[block], situation.folded_block(block))
        if places and (why := _silent(rule, decided, paths)):
            yield Near(book.phrase(rule, places[0]), 1.0, why)


def _silent(rule: Rule, decided: Decided, paths: Collection[str]) -> str:
    """Say why a rule whose phrase matches has no say on a document."""
    policy, date = decided.policy, decided.document.date
    if rule.scope and rule.file not in paths:
        return f"is for {rule.file} only; say --outlet if the article is of that outlet"
    if rule.category and rule.category not in policy.categories:
        return f"is of the category {rule.category}, which stays"
    if rule.confidence < policy.mode.rules:
        return f"has confidence {rule.confidence:.2f}, and this mode asks for {policy.mode.rules:.2f}"
    if not rule.applies(date):
        return f"is not for articles of {date}"
    return ""


def _alike(phrases: list[Phrase], line: str) -> Iterator[Near]:
    """Yield listed lines that are almost a line."""
    matcher = difflib.SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(line)
    for phrase in phrases:
        longest = max(len(line), len(phrase.key))
        if abs(len(line) - len(phrase.key)) > longest * (1 - ALIKE) * 2 or phrase.key == line:
            continue
        matcher.set_seq1(phrase.key)
        if (
            matcher.real_quick_ratio() >= ALIKE
            and matcher.quick_ratio() >= ALIKE
            and (ratio := matcher.ratio()) >= ALIKE
        ):
            yield Near(phrase, ratio, f"lists {phrase.quoted}, which is {ratio:.0%} alike")


def _almost(phrase: Phrase, text: str) -> Near | None:
    """Return a pattern that matches but for a limit, or of whose fixed pieces most stands in the block."""
    if phrase.tree is None:
        return None
    pieces = " ".join(_pieces(phrase.tree))
    words = {word for word in _WORD.findall(pieces) if len(word) >= SHORTEST}
    if not words or sum(word in text for word in words) < len(words) / 2:
        return None
    blocks = difflib.SequenceMatcher(None, pieces, text, autojunk=False).get_matching_blocks()
    held = sum(weight(pieces[b.a : b.a + b.size]) for b in blocks if b.size >= SHORTEST)
    share = held / max(fixed(phrase.tree), weight(pieces))
    if held < LEAST_HELD or share < HELD:
        return None
    if limit := _limit(phrase, text):
        return Near(phrase, 0.99, limit)
    return Near(phrase, min(share, 0.98), f"asks for {phrase.quoted}; {share:.0%} of what is fixed in it stands here")


def _limit(phrase: Phrase, text: str) -> str:
    """Say what keeps a pattern from matching that would otherwise: too many words, or text before or behind."""
    most = phrase.rule.most_words if phrase.rule.entry.start else UNLIMITED
    if _finds(phrase.key, text):
        return f"matches, but the line has {word_count(text)} words and the rule takes {most} at most"
    loose = phrase.key.removesuffix("$")
    if loose != phrase.key and _finds(loose, text):
        return f"asks for {phrase.quoted}, and the line goes on behind it"
    if _finds(loose.removeprefix("^"), text):
        return f"asks for {phrase.quoted} at the beginning, and the line has more before it"
    return ""


def _finds(folded: str, text: str) -> bool:
    try:
        return search(Pattern(folded, NO_HINTS), text) is not None
    except TimeoutError:
        return False


def _pieces(tree: Any) -> list[str]:
    """Return the fixed pieces of a pattern, in their order."""
    pieces, run = [], ""
    for op, argument in [*tree, (sre.ANY, None)]:
        if op is sre.LITERAL:
            run += chr(argument)
            continue
        if len(run.strip()) >= SHORTEST:
            pieces.append(run)
        run = ""
        if op is sre.SUBPATTERN:
            pieces += _pieces(argument[3])
    return pieces
