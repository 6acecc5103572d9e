"""Phrases to the rules of a file, in the shape of `rulebook.schema`."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any, Final

from cleaner.decide import AT_MOST
from cleaner.learn.observe import CATEGORIES
from cleaner.learn.weigh import Phrase
from cleaner.rulebook.schema import RuleEntry

SLACK: Final = 1.5
"""How much longer than the longest run that was seen a run may be."""
MOST_BLOCKS: Final = max(getattr(limit, "le", 0) for limit in RuleEntry.model_fields["at_most"].metadata)
_PLACES: Final = ("head", "anywhere", "edge", "tail")
_KINDS: Final = ("lines", "forms", "list", "foot")


@dataclass(frozen=True, slots=True)
class DraftRule:
    """A rule of a draft.

    Args:
        id: its name in the file.
        category: what it removes.
        where: where it looks.
        kind: `lines`, `forms`, `list` (a heading and what follows it) or `foot` (a line and all that follows it).
        phrases: what it looks for, those of most articles first.
    """

    id: str
    category: str
    where: str
    kind: str
    phrases: tuple[Phrase, ...]

    def entry(self) -> dict[str, Any]:
        """Return the rule as it stands in a file."""
        entry: dict[str, Any] = {"id": self.id, "category": self.category, "why": _WHY[self.kind]}
        if self.where != "anywhere":
            entry["where"] = self.where
        if self.kind == "forms":
            entry["start"] = [phrase.pattern for phrase in self.phrases]
            entry["max_words"] = max(phrase.repeat.words for phrase in self.phrases) + 2
            return entry
        entry["lines"] = [shown(phrase) for phrase in self.phrases]
        longest = max(phrase.repeat.longest_run for phrase in self.phrases)
        if self.kind == "list":
            entry |= {"until": "prose", "at_most": min(AT_MOST, math.ceil(SLACK * longest) + 1)}
        elif self.kind == "foot":
            entry |= {"until": "end", "at_most": min(MOST_BLOCKS, math.ceil(SLACK * longest) + 1)}
        return entry


_WHY: Final = {
    "lines": "standing line",
    "forms": "standing form of line",
    "list": "heading of a list",
    "foot": "foot of the page",
}


def compose(phrases: Iterable[Phrase], used: Collection[str] = ()) -> tuple[DraftRule, ...]:
    """Group phrases into rules: those of one category, place and kind together.

    Args:
        phrases: all.
        used: names that other rules of the outlet have.
    """
    groups: dict[tuple[int, int, str], list[Phrase]] = {}
    for phrase in phrases:
        key = CATEGORIES.index(phrase.category), _PLACES.index(phrase.where), _kind(phrase)
        groups.setdefault(key, []).append(phrase)
    return tuple(
        DraftRule(_id(CATEGORIES[c], _PLACES[w], kind, used), CATEGORIES[c], _PLACES[w], kind, _sorted(group))
        for (c, w, kind), group in sorted(groups.items(), key=lambda item: (*item[0][:2], _KINDS.index(item[0][2])))
    )


def shown(phrase: Phrase) -> str:
    """Return a line as it reads, on one line."""
    return " ".join(phrase.repeat.shown.split())


def _kind(phrase: Phrase) -> str:
    if phrase.pattern:
        return "forms"
    return "foot" if phrase.opens_foot else "list" if phrase.heads_list else "lines"


def _id(category: str, where: str, kind: str, used: Collection[str]) -> str:
    parts = [category, *([where] if where != "anywhere" else []), *([kind] if kind != "lines" else [])]
    name = "-".join(parts)
    return next(i for i in chain([name], (f"{name}-{n}" for n in count(2))) if i not in used)


def _sorted(phrases: Sequence[Phrase]) -> tuple[Phrase, ...]:
    return tuple(sorted(phrases, key=lambda phrase: (-phrase.repeat.articles, phrase.pattern, phrase.repeat.key)))
