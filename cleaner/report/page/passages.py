"""A cleaned document as the page shows it: passages that stay, go or nearly went, in the bytes that it may take."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

from cleaner.model import Cleaned, Removal
from cleaner.report.page.embedded import embedded, name
from cleaner.risk import DocumentRisk, Reason, RemovalRisk

LONGEST: Final = (1 << 30, 20_000, 8_000, 3_000, 1_500, 800, 400, 200)
"""Characters of a passage; of a longer one the middle is left out. The first length is taken with which all fits."""
MOST_EVIDENCE: Final = 300
"""Characters of what tells a document's outlet."""
STAYS: Final = -1
"""In the place of a removal: the passage stays."""


class Passage(NamedTuple):
    """A part of a document's source text.

    Args:
        removal: which one takes it, or `STAYS`.
        refusals: which refused cuts would have taken it.
        text: all of it, or its beginning.
        hidden: characters that are left out behind `text`.
        end: what stands behind those.
    """

    removal: int
    refusals: tuple[int, ...]
    text: str
    hidden: int = 0
    end: str = ""

    def within(self, longest: int) -> Passage:
        """Return the passage in so many characters, without its middle if need be."""
        if len(self.text) <= longest:
            return self
        half = longest // 2
        return self._replace(text=self.text[:half], hidden=len(self.text) - 2 * half, end=self.text[-half:])


def described(document: str, cleaned: Cleaned, risk: DocumentRisk, room: int) -> dict[str, Any]:
    """Return a document as the page's script reads it.

    Args:
        document: its name.
        cleaned: what was cleaned.
        risk: its risk.
        room: bytes that it may take, but for its name and the like.
    """
    passages, refusals = split(cleaned)
    removals = list(map(_removal, cleaned.removals, risk.removals))
    fitting = fit(passages, removals, room)
    length = len(cleaned.document.text)
    gone = sum(len(p.text) + p.hidden + len(p.end) for p in fitting)
    outlet = cleaned.outlet
    return {
        "name": name(document),
        "outlet": name(outlet.domain) if outlet else "",
        "how": f"{outlet.how}: {outlet.evidence[:MOST_EVIDENCE]}" if outlet else "",
        "flags": cleaned.flags,
        "risk": risk.points,
        "why": risk.reasons,
        "characters": length,
        "removed": length - len(cleaned.text),
        "dropped": len(cleaned.extraction.dropped) if cleaned.extraction else 0,
        "cuts": len(removals),
        "passages": fitting,
        "rest": length - gone,
        "removals": removals[: max((p.removal for p in fitting), default=STAYS) + 1],
        "refusals": refusals[: max((n for p in fitting for n in p.refusals), default=-1) + 1],
    }


def split(cleaned: Cleaned) -> tuple[list[Passage], list[tuple[str, str, str]]]:
    """Return the passages of a document, and category, rule and reason of its refused cuts, each once.

    Args:
        cleaned: the document.
    """
    text = cleaned.document.text
    refusals: dict[tuple[str, str, str], int] = {}
    begins, ends = defaultdict(list), defaultdict(list)
    for refusal in cleaned.refusals:
        start, end = max(0, refusal.start), min(refusal.end, len(text))
        if start < end:
            said = name(refusal.category), name(refusal.rule), refusal.reason
            number = refusals.setdefault(said, len(refusals))
            begins[start].append(number)
            ends[end].append(number)
    removals = {removal.start: number for number, removal in enumerate(cleaned.removals)}
    edges = sorted({0, len(text), *begins, *ends, *removals, *(removal.end for removal in cleaned.removals)})
    passages, here, at = [], Counter[int](), 0
    for start, end in pairwise(edges):
        here.update(begins[start])
        here.subtract(ends[start])
        if start in removals:
            number = removals[start]
            at = cleaned.removals[number].end
            passages.append(Passage(number, (), text[start:at]))
        elif start >= at:
            passages.append(Passage(STAYS, tuple(sorted(+here)), text[start:end]))
    return passages, list(refusals)


def fit(passages: Sequence[Passage], removals: Sequence[Any], room: int) -> list[Passage]:
    """Return the passages so that they and their removals take no more than some bytes.

    The middles of the longest are left out first; if that is not enough, what comes last.

    Args:
        passages: of a document.
        removals: what the page says of each removal.
        room: bytes.
    """
    for longest in LONGEST:
        some = [passage.within(longest) for passage in passages]
        if len(embedded((some, removals))) <= room:
            return some
    return list(_first(some, removals, room))


def _first(passages: Sequence[Passage], removals: Sequence[Any], room: int) -> Iterator[Passage]:
    for passage in passages:
        room -= len(embedded(passage)) + (len(embedded(removals[passage.removal])) if passage.removal >= 0 else 0)
        if room < 0:
            return
        yield passage


def _removal(removal: Removal, risk: RemovalRisk) -> tuple[str, str, float, str, int, str]:
    why = " · ".join(map(_said, risk.reasons))
    category, rule = name(removal.category), name(removal.rule)
    return category, rule, round(removal.confidence, 4), removal.reason, risk.points, why


def _said(reason: Reason) -> str:
    return f"{reason.said} +{reason.points}"
