"""Which documents and removals a person looks at: filters, and samples that are the same for any order."""

from __future__ import annotations

import difflib
import hashlib
import heapq
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final, Generic, NamedTuple, TypeVar

from cleaner.errors import UsageError
from cleaner.io.ledger import Entry
from cleaner.model import CATEGORIES, Cleaned, Dropped, Refusal, Removal, selection

HEURISTICS: Final = "heuristics"
"""What the ids of removals begin with that no rule made."""

Item = TypeVar("Item")


class Found(NamedTuple):
    """A document with what is to be shown of it.

    Args:
        name: of the document.
        cleaned: the document.
        removals: those that were asked for.
        refusals: those that were asked for.
        dropped: of a page, the nodes that were asked for.
    """

    name: str
    cleaned: Cleaned
    removals: tuple[Removal, ...]
    refusals: tuple[Refusal, ...]
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """What was asked for; by default everything.

    Args:
        categories: removals and refused cuts of these; none for any.
        rule: removals and refused cuts of this rule, or of all rules of this file.
        outlet: documents of this outlet.
        flagged: documents with flags or refused cuts.
        least: least confidence of removals; that of a refused cut is not on record.
        most: greatest confidence of removals.

    Raises:
        UsageError: an unknown category, or no confidence lies between the two.
    """

    categories: Collection[str] = ()
    rule: str | None = None
    outlet: str | None = None
    flagged: bool = False
    least: float = 0.0
    most: float = 1.0

    def __post_init__(self) -> None:
        self._by_name()
        if self.least > self.most:
            raise UsageError(f"no confidence is at least {self.least:g} and at most {self.most:g}; swap the two")

    @property
    def is_narrow(self) -> bool:
        """Whether only some of the removals are wanted."""
        return bool(self.categories or self.rule) or (self.least, self.most) != (0.0, 1.0)

    def removals(self, cleaned: Cleaned) -> tuple[Removal, ...]:
        """Return the removals of a document that are wanted."""
        return tuple(filter(self.test(), cleaned.removals))

    def refusals(self, cleaned: Cleaned) -> tuple[Refusal, ...]:
        """Return the refused cuts of a document that are wanted."""
        return tuple(filter(self._by_name(), cleaned.refusals))

    def dropped(self, cleaned: Cleaned) -> tuple[Dropped, ...]:
        """Return the nodes of a page that are wanted; they go by no rule, and how sure that is, is not on record."""
        if cleaned.extraction is None or self.rule or (self.least, self.most) != (0.0, 1.0):
            return ()
        return tuple(
            node for node in cleaned.extraction.dropped if not self.categories or node.category in self.categories
        )

    def test(self) -> Callable[[Removal], bool]:
        """Return a test for the removals that are wanted."""
        by_name = self._by_name()
        return lambda removal: self.least <= removal.confidence <= self.most and by_name(removal)

    def holds(self, *results: Cleaned) -> bool:
        """Say whether a document is wanted, by what came out of it; one result that fits is enough."""
        return any(
            self.of_outlet(cleaned.outlet.domain if cleaned.outlet else None)
            and (not self.flagged or bool(cleaned.flags or cleaned.refusals))
            for cleaned in results
        )

    def of_outlet(self, domain: str | None) -> bool:
        """Say whether documents of an outlet are wanted."""
        return self.outlet in (None, domain)

    def find(self, name: str, cleaned: Cleaned) -> Found | None:
        """Return what is to be shown of a document, or None if nothing is."""
        if not self.holds(cleaned):
            return None
        found = Found(name, cleaned, self.removals(cleaned), self.refusals(cleaned), self.dropped(cleaned))
        by_flag = self.flagged and not self.is_narrow
        return found if found.removals or found.refusals or found.dropped or by_flag else None

    def may_find(self, entry: Entry) -> bool:
        """Say whether a document of a run can hold something to show, without reading it."""
        if not self.of_outlet(entry.outlet["domain"] if entry.outlet else None):
            return False
        if self.flagged and not (entry.flags or entry.refusals):
            return False
        categories = entry.removed_blocks.keys() | {refusal["category"] for refusal in entry.refusals}
        categories |= {node["category"] for node in entry.extraction["dropped"]} if entry.extraction else set()
        if self.categories:
            return not categories.isdisjoint(self.categories)
        return bool(categories) or self.flagged

    def _by_name(self) -> Callable[[Removal | Refusal], bool]:
        tests = [selection(category, self.rule) for category in self.categories or (None,)]
        return lambda one: any(test(one) for test in tests)


class Sample(Generic[Item]):
    """Some of many things, chosen by their names: the same whatever the order and the neighbours' number.

    A name's place in the draw is the hash of the seed and the name, and the lowest win; so only they are held.

    Args:
        size: how many to choose.
        seed: another one chooses others.

    >>> sample = Sample[str](2, seed=1)
    >>> for name in ("a", "b", "c", "d"):
    ...     sample.offer(name, name.upper())
    >>> sample.chosen()
    ['A', 'D']
    """

    def __init__(self, size: int, seed: int) -> None:
        self._size, self._seed, self._offered = size, seed, 0
        self._heap: list[tuple[int, int, Item]] = []

    def wants(self, name: str) -> bool:
        """Say whether a name would be among the chosen now; one that is not will not be later."""
        return len(self._heap) < self._size or self._place(name) < -self._heap[0][0]

    def offer(self, name: str, item: Item) -> None:
        """Take an item, or leave it."""
        self._offered += 1
        entry = (-self._place(name), -self._offered, item)
        if len(self._heap) < self._size:
            heapq.heappush(self._heap, entry)
        elif entry[0] > self._heap[0][0]:
            heapq.heapreplace(self._heap, entry)

    def chosen(self) -> list[Item]:
        """Return the chosen in the order in which they were offered."""
        return [item for _, _, item in sorted(self._heap, key=lambda entry: -entry[1])]

    def _place(self, name: str) -> int:
        key = f"{self._seed}\0{name}".encode("utf-8", "surrogatepass")
        return int.from_bytes(hashlib.blake2b(key, digest_size=16).digest(), "big")


def check_rule(rule: str, ids: Iterable[str]) -> None:
    """Refuse the name of a rule, or of a file of rules, that there is not.

    Args:
        rule: as the user named it.
        ids: of all rules.

    Raises:
        UsageError: there is none.
    """
    known = [*ids, *(f"{HEURISTICS}/{category}" for category in CATEGORIES)]
    if any(id == rule or id.startswith(f"{rule}/") for id in known):
        return
    near = difflib.get_close_matches(rule, sorted({*known, *(id.rpartition("/")[0] for id in known)}), n=1)
    hint = f"did you mean {near[0]!r}?" if near else "see `cleaner rules list`"
    raise UsageError(f"no rule and no file of rules {rule!r}; {hint}")
