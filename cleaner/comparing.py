"""Two results of one document side by side: what only one of them takes out, and what both do for other reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from cleaner.choosing import Choice
from cleaner.model import Cleaned, Refusal, Removal


class Part(NamedTuple):
    """A span of the source that a removal covers.

    Args:
        start: first code point.
        end: one past the last.
        removal: what covers it.
    """

    start: int
    end: int
    removal: Removal


class Changes(NamedTuple):
    """What another set of rules changes in a document.

    Args:
        name: of the document.
        old: what came out of it before.
        new: what comes out of it now.
        more: what only the new rules take out.
        fewer: what only the old rules took out.
        both: spans that both take out.
        moved: removals of both that overlap and have not the same rule and category, the old one first.
        refused: cuts that the guard refuses only now.
    """

    name: str
    old: Cleaned
    new: Cleaned
    more: tuple[Part, ...]
    fewer: tuple[Part, ...]
    both: tuple[tuple[int, int], ...]
    moved: tuple[tuple[Removal, Removal], ...]
    refused: tuple[Refusal, ...]


def compare(name: str, old: Cleaned, new: Cleaned, choice: Choice) -> Changes | None:
    """Return what changes between two results of one source, or None if nothing that was asked for does.

    White space does not count: which of two removals takes the separator depends on what else is removed.

    Args:
        name: of the document.
        old: its result before.
        new: its result now.
        choice: what was asked for; of what changes its rule, either rule may be meant.
    """
    if not choice.holds(old, new):
        return None
    source, wanted = old.document.text, choice.test()
    more: list[Part] = []
    fewer: list[Part] = []
    both: list[tuple[int, int]] = []
    moved: dict[tuple[Removal, Removal], None] = {}
    for start, end, before, now in _spans(old.removals, new.removals):
        if before and now:
            both.append((start, end))
        if source[start:end].isspace():
            continue
        if before and now:
            if (before.category, before.rule) != (now.category, now.rule) and (wanted(before) or wanted(now)):
                moved[before, now] = None
        elif now and wanted(now):
            more.append(Part(start, end, now))
        elif before and wanted(before):
            fewer.append(Part(start, end, before))
    refused = tuple(refusal for refusal in choice.refusals(new) if refusal not in old.refusals)
    if not (more or fewer or moved or refused):
        return None
    return Changes(name, old, new, tuple(more), tuple(fewer), tuple(both), tuple(moved), refused)


def blocks(parts: Sequence[Part]) -> list[Removal]:
    """Return the removals that some parts belong to, each once."""
    return list(dict.fromkeys(part.removal for part in parts))


def _spans(old: Sequence[Removal], new: Sequence[Removal]) -> Iterator[tuple[int, int, Removal | None, Removal | None]]:
    """Yield the spans that removals cover, cut wherever one of them begins or ends, with those that cover them."""
    edges = sorted({edge for removal in (*old, *new) for edge in (removal.start, removal.end)})
    i = k = 0
    for start, end in pairwise(edges):
        while i < len(old) and old[i].end <= start:
            i += 1
        while k < len(new) and new[k].end <= start:
            k += 1
        before = old[i] if i < len(old) and old[i].start <= start else None
        now = new[k] if k < len(new) and new[k].start <= start else None
        if before or now:
            yield start, end, before, now
