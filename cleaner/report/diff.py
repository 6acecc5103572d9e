"""A preview of what goes: the source as a unified diff with category and rule beside each removal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from rich.table import Table
from rich.text import Text

from cleaner.model import Cleaned, Removal
from cleaner.report.palette import colour, shown

CONTEXT: Final = 1
"""Lines of kept text shown before and after a removal."""


@dataclass(slots=True)
class Tally:
    """Counts over all previewed documents, by category and rule."""

    documents: int = 0
    changed: int = 0
    refused: int = 0
    blocks: Counter[tuple[str, str]] = field(default_factory=Counter)
    characters: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, cleaned: Cleaned, removals: list[Removal]) -> None:
        """Count the removals of one document."""
        self.documents += 1
        self.changed += bool(removals)
        self.refused += len(cleaned.refusals)
        for removal in removals:
            self.blocks[removal.category, removal.rule] += 1
            self.characters[removal.category, removal.rule] += len(removal.text)

    def table(self) -> Table:
        """Return a table of the rules that fired, the busiest category first."""
        by_category: Counter[str] = Counter()
        for (category, _), count in self.blocks.items():
            by_category[category] += count
        table = Table(title=f"{self.changed} of {self.documents} documents would change", title_justify="left")
        table.add_column("category")
        table.add_column("rule")
        table.add_column("blocks", justify="right")
        table.add_column("characters", justify="right")
        for category, rule in sorted(self.blocks, key=lambda k: (-by_category[k[0]], k[0], -self.blocks[k], k[1])):
            key = (category, rule)
            table.add_row(Text(category, colour(category)), rule, f"{self.blocks[key]:,}", f"{self.characters[key]:,}")
        return table


def unified(cleaned: Cleaned, show: Callable[[Removal], bool]) -> tuple[list[Text], list[Removal]]:
    """Return the lines of a preview and the removals in it.

    Args:
        cleaned: one document.
        show: which removals to show; the others count as kept.
    """
    chosen = [removal for removal in cleaned.removals if show(removal)]
    source = cleaned.document.text
    spans = [(0, 0), *((r.start, r.end) for r in chosen), (len(source), len(source))]
    lines: list[Text] = []
    for i, ((_, before), (after, _)) in enumerate(pairwise(spans)):
        lines += _context(source[before:after], is_first=i == 0, is_last=i == len(chosen))
        if i < len(chosen):
            lines += _removed(source, chosen[i])
    return lines, chosen


def refusals(cleaned: Cleaned) -> Iterator[Text]:
    """Yield a line for each cut that the guard refused."""
    for refusal in cleaned.refusals:
        start = cleaned.document.text[refusal.start : refusal.end].split("\n", 1)[0]
        yield Text("! ", "bold yellow") + shown(start[:60]) + Text(f"  kept: {refusal.rule} {refusal.reason}", "yellow")


def _removed(source: str, removal: Removal) -> Iterator[Text]:
    style = colour(removal.category)
    note = Text(f"  [{removal.category}] {removal.rule}", f"dim {style}")
    lines = [line for line in removal.text.splitlines() if line.strip()] or [removal.text]
    whole = not _shares_line(source, removal)
    for i, line in enumerate(lines):
        mark = Text("- " if whole else "~ ", style)
        yield mark + shown(line, style) + (note if i == 0 else Text())


def _shares_line(source: str, removal: Removal) -> bool:
    """Say whether other text stays on a removed span's line."""
    before = source[: removal.start].rpartition("\n")[2]
    after = source[removal.end :].partition("\n")[0]
    starts_line = "\n" in removal.text[: len(removal.text) - len(removal.text.lstrip())] or not before.strip()
    ends_line = "\n" in removal.text[len(removal.text.rstrip()) :] or not after.strip()
    return not (starts_line and ends_line)


def _context(text: str, *, is_first: bool, is_last: bool) -> Iterator[Text]:
    lines = [line for line in text.splitlines() if line.strip()]
    head = [] if is_first else lines[:CONTEXT]
    tail = [] if is_last else lines[max(len(head), len(lines) - CONTEXT) :]
    yield from (Text("  ") + shown(line) for line in head)
    if (hidden := len(lines) - len(head) - len(tail)) > 0:
        yield Text(f"  … {hidden} more {'line' if hidden == 1 else 'lines'} kept", "dim")
    yield from (Text("  ") + shown(line) for line in tail)
