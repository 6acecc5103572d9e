"""Examples for a draft, made of excerpts: what the articles say between the lines that its rules take."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from cleaner.learn.compose import DraftRule, shown
from cleaner.learn.repeats import Repeats
from cleaner.rulebook.schema import SAME

SHORTEST, LONGEST = 20, 70
"""Words of the paragraphs in an example."""
MOST_PARAGRAPHS: Final = 500
"""Paragraphs to choose from."""
MOST_PHRASES: Final = 12
"""Phrases of a rule that its example shows."""
PARAGRAPHS: Final = 2
"""Paragraphs of an article in an example, at least."""
FOLLOWERS: Final = 2
"""Lines of a list that an example shows."""
PROSE: Final = 4
"""Times as many characters of paragraphs as of lines that read as prose: else the guard would step in."""
_WORD: Final = re.compile(r"\w{4,}")

_PARAGRAPHS: Final = """
SELECT shown FROM blocks SEMI JOIN stories USING (n) ANTI JOIN frequent USING (this)
WHERE is_prose AND NOT is_taken AND article > 0.8 AND words BETWEEN $shortest AND $longest
GROUP BY this, shown ORDER BY this, shown LIMIT $most
"""
_FOLLOWERS: Final = """
WITH first AS (
    SELECT n, position FROM blocks JOIN articles USING (n) SEMI JOIN stories USING (n)
    WHERE key = $key AND run > 0 ORDER BY identity, position LIMIT 1
)
SELECT b.shown FROM blocks AS b JOIN first USING (n)
WHERE b.position > first.position AND b.position <= first.position + $most AND NOT b.is_prose ORDER BY b.position
"""


class Example(NamedTuple):
    """An example.

    Args:
        name: what it shows.
        blocks: of its text, each with whether it stays.
    """

    name: str
    blocks: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        """The whole text."""
        return "\n\n".join(block for block, _ in self.blocks) + "\n"

    @property
    def becomes(self) -> str:
        """What must come out of it."""
        kept = [block for block, stays in self.blocks if stays]
        return SAME if len(kept) == len(self.blocks) else "\n\n".join(kept) + "\n"


def paragraphs(repeats: Repeats) -> list[str]:
    """Return paragraphs of the articles, none that repeats, in an order that depends on nothing but themselves."""
    limits = {"shortest": SHORTEST, "longest": LONGEST, "most": MOST_PARAGRAPHS}
    return list(dict.fromkeys(" ".join(row[0].split()) for row in repeats.rows(_PARAGRAPHS, limits)))


def examples_of(rules: Sequence[DraftRule], paragraphs: Sequence[str], repeats: Repeats) -> list[Example] | None:
    """Return an example in which every rule fires, and one of what must stay; None if there are too few paragraphs.

    Args:
        rules: of the draft.
        paragraphs: to put between the lines.
        repeats: knows what follows a heading.
    """
    lines = {place: _lines(rules, place) for place in ("head", "edge", "anywhere", "tail")}
    lists = [line for kind in ("list", "foot") for line in _lists(rules, kind, repeats)]
    parts = [([*lines["head"], *lines["edge"]], lines["anywhere"]), ([*lines["tail"], *lists], [])]
    standing = [line for part in parts for some in part for line in some if len(line.split()) >= SHORTEST]
    wanted, chosen = PROSE * sum(map(len, standing)), list[str]()
    for paragraph in paragraphs:
        if len(chosen) >= PARAGRAPHS and sum(map(len, chosen)) >= wanted:
            break
        chosen.append(paragraph)
    rest = paragraphs[len(chosen) :]
    if not rest:
        return None
    (head, middle), (tail, _) = parts
    ordered = (head, False), (chosen[:1], True), (middle, False), (chosen[1:], True), (tail, False)
    blocks = tuple((line, stays) for some, stays in ordered for line in some)
    return [
        Example("what goes and what stays", blocks),
        _look_alike([line for line, stays in blocks if not stays], rest),
    ]


def _look_alike(lines: Sequence[str], paragraphs: Sequence[str]) -> Example:
    """Return as an example of what must stay the paragraph that shares most words with the lines that go."""
    taken = {word for line in lines for word in _WORD.findall(line.lower())}

    def shared(paragraph: str) -> int:
        return len(taken & set(_WORD.findall(paragraph.lower())))

    best = max(paragraphs, key=lambda paragraph: (shared(paragraph), paragraph))
    return Example("a paragraph that looks alike", ((best, True),))


def _lines(rules: Sequence[DraftRule], place: str) -> list[str]:
    """Return lines of the rules of a place: some of each, and of those that are long one."""
    lines: list[str] = []
    for rule in rules:
        if rule.where == place and rule.kind in ("lines", "forms"):
            some = [shown(phrase) for phrase in rule.phrases]
            long = [line for line in some if len(line.split()) >= SHORTEST][:1]
            lines += (long + [line for line in some if len(line.split()) < SHORTEST])[:MOST_PHRASES]
    return lines


def _lists(rules: Sequence[DraftRule], kind: str, repeats: Repeats) -> Iterator[str]:
    """Yield headings, each with some lines that follow it in an article."""
    for rule in rules:
        if rule.kind == kind:
            for phrase in rule.phrases[:MOST_PHRASES]:
                yield shown(phrase)
                for row in repeats.rows(_FOLLOWERS, {"key": phrase.repeat.key, "most": FOLLOWERS}):
                    yield " ".join(row[0].split())
