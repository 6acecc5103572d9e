"""Which documents of a run the page shows, chosen in one pass over any number of them."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final, TypeAlias

from cleaner.errors import DocumentError
from cleaner.io.ledger import Entry
from cleaner.model import Cleaned, selection
from cleaner.report.page.embedded import name
from cleaner.report.page.passages import described
from cleaner.risk import risk_of

BYTES: Final = 8_000_000
"""Of all documents in a page together; a browser opens that in about a second."""
AT_RANDOM: Final = 0.4
"""Share of the documents that are drawn at random: the riskiest alone would say nothing of the others."""
MOST_UNREADABLE: Final = 100
"""Documents that cannot be read which are named."""

_Key: TypeAlias = tuple[int, int, int]
"""What a document is chosen by, then what decides ties, and its number from the last on, which no other has."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which documents a page is to show.

    Args:
        documents: how many at most.
        seed: of the choice at random.
        outlet: only documents of this outlet.
        category: only documents of which something of this category was removed, or nearly.
        rule: only documents in which this rule, or a rule of this file, removed something, or nearly.
    """

    documents: int = 500
    seed: int = 0
    outlet: str | None = None
    category: str | None = None
    rule: str | None = None

    def may_concern(self, entry: Entry) -> bool:
        """Say whether a document may be meant, as far as its entry tells."""
        domain = entry.outlet["domain"] if entry.outlet else "unknown"
        categories = {*entry.removed_blocks, *(refusal["category"] for refusal in entry.refusals)}
        return self.outlet in (None, domain) and (self.category is None or self.category in categories)

    def concerns(self, cleaned: Cleaned) -> bool:
        """Say whether a document is meant."""
        if self.category is None and self.rule is None:
            return True
        is_meant = selection(self.category, self.rule)
        return any(map(is_meant, cleaned.removals)) or any(map(is_meant, cleaned.refusals))


@dataclass(frozen=True, slots=True)
class Sample:
    """The documents of a page.

    Args:
        documents: the riskiest first.
        at_random: how many of them were drawn at random, as they are not among the riskiest.
        seed: of the choice at random.
        of: documents that were meant and could be read.
        unreadable: how many could not be read.
        problems: names of the first of those, and what is wrong.
    """

    documents: list[dict[str, Any]]
    at_random: int
    seed: int
    of: int
    unreadable: int
    problems: list[tuple[str, str]]

    @property
    def said(self) -> str:
        """Which documents are shown, in words."""
        shown = len(self.documents)
        if shown == self.of:
            return "All documents are shown." if shown != 1 else "The one document is shown."
        drawn = f" and {self.at_random:,} of the others at random (seed {self.seed})" if self.at_random else ""
        return f"{shown:,} of {self.of:,} documents are shown: the {shown - self.at_random:,} riskiest{drawn}."

    def as_data(self) -> dict[str, Any]:
        """Return what the page's script reads."""
        documents, problems = self.documents, self.problems
        return {"sample": self.said, "unreadable": self.unreadable, "problems": problems, "documents": documents}


@dataclass(slots=True)
class _Best:
    """The documents with the highest keys.

    Args:
        most: how many are kept.
        kept: they and their keys, as a heap.
    """

    most: int
    kept: list[tuple[_Key, dict[str, Any]]] = field(default_factory=list)

    def has_room(self, key: _Key) -> bool:
        """Say whether a document with this key would be kept."""
        return len(self.kept) < self.most or (self.most > 0 and key > self.kept[0][0])

    def add(self, key: _Key, document: dict[str, Any]) -> None:
        """Keep a document for which there is room."""
        (heapq.heappush if len(self.kept) < self.most else heapq.heapreplace)(self.kept, (key, document))


def choose(documents: Iterable[tuple[str, Cleaned | DocumentError]], asked: Asked, room: int) -> Sample:
    """Choose the riskiest documents and some at random; which, depends on texts, names and the seed alone.

    Args:
        documents: of a run, with their names.
        asked: which are meant.
        room: bytes that each may take; no more than twice as many documents as asked for are held.
    """
    riskiest = _Best(asked.documents - int(asked.documents * AT_RANDOM))
    drawn = _Best(asked.documents)  # more than are needed, as some of them will be among the riskiest
    number = unreadable = 0
    problems: list[tuple[str, str]] = []
    for document, cleaned in documents:
        if isinstance(cleaned, DocumentError):
            unreadable += 1
            if len(problems) < MOST_UNREADABLE:
                problems.append((name(document), cleaned.message))
        elif asked.concerns(cleaned):
            number += 1
            risk, ticket = risk_of(cleaned), _ticket(asked.seed, document)
            by_risk, by_ticket = (risk.points, ticket, -number), (ticket, risk.points, -number)
            if riskiest.has_room(by_risk) or drawn.has_room(by_ticket):
                data = described(document, cleaned, risk, room)
                if riskiest.has_room(by_risk):
                    riskiest.add(by_risk, data)
                if drawn.has_room(by_ticket):
                    drawn.add(by_ticket, data)
    shown = dict(riskiest.kept)
    sure = len(shown)
    for (ticket, points, at), data in sorted(drawn.kept, key=itemgetter(0), reverse=True):
        if len(shown) < asked.documents:
            shown.setdefault((points, ticket, at), data)
    ordered = [shown[key] for key in sorted(shown, reverse=True)]
    return Sample(ordered, len(shown) - sure, asked.seed, number, unreadable, problems)


def _ticket(seed: int, document: str) -> int:
    """Return a document's number in the lottery: the highest are drawn."""
    said = f"{seed}:{document}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(said, digest_size=6).digest(), "big")
