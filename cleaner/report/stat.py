"""Sums: one line for each document, as `git diff --stat` has it, and tables by category and rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cleaner.choosing import Found
from cleaner.report.diff import Look
from cleaner.report.palette import colour, plain, shown
from cleaner.report.summary import counted

BAR: Final = 20
"""Characters of a bar."""
NAME_SHARE: Final = 0.4
"""Share of the width for the names; as documents come one by one, the longest is not known."""
SHORTEST_NAME: Final = 12
LONGEST_NAME: Final = 60
"""Columns for a name, however narrow or wide the terminal is."""


@dataclass(slots=True)
class Tally:
    """Counts over all previewed documents, by category and rule.

    Args:
        is_done: whether the removals were made, as those of a finished run.
        is_short: whether the table is one of categories, without the rules.
    """

    is_done: bool = False
    is_short: bool = False
    documents: int = 0
    changed: int = 0
    refused: int = 0
    pages: int = 0
    left_out: int = 0
    blocks: Counter[tuple[str, str]] = field(default_factory=Counter)
    characters: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, found: Found) -> None:
        """Count what is shown of one document; how many documents there are, the caller says."""
        self.changed += bool(found.removals)
        self.refused += len(found.refusals)
        self.pages += found.cleaned.extraction is not None
        self.left_out += len(found.dropped)
        for removal in found.removals:
            self.blocks[removal.category, removal.rule] += 1
            self.characters[removal.category, removal.rule] += len(removal.text)

    def table(self, sampled: int | None = None) -> RenderableType:
        """Return a table of the rules that fired, or of the categories with their sum; the busiest category first.

        Args:
            sampled: number of the documents that were drawn, if not all are shown.
        """
        verb = "changed" if self.is_done else "would change"
        parts = f"; {counted(self.left_out, 'part')} left out of {counted(self.pages, 'page')}" if self.pages else ""
        title = Text(f"{self.changed:,} of {documents(self.documents, sampled)} {verb}{parts}", "italic")
        if not self.blocks:
            return title
        table = Table()
        table.add_column("category")
        if not self.is_short:
            table.add_column("rule")
        table.add_column("blocks", justify="right")
        table.add_column("characters", justify="right")
        blocks, characters = _by_category(self.blocks), _by_category(self.characters)
        for category in sorted(blocks, key=lambda c: (-blocks[c], c)):
            name = Text(category, colour(category))
            if self.is_short:
                table.add_row(name, f"{blocks[category]:,}", f"{characters[category]:,}")
                continue
            rules = {rule: count for (its, rule), count in self.blocks.items() if its == category}
            for rule, count in sorted(rules.items(), key=lambda item: (-item[1], item[0])):
                table.add_row(name, plain(rule), f"{count:,}", f"{self.characters[category, rule]:,}")
        if self.is_short:
            table.add_section()
            table.add_row("all", f"{blocks.total():,}", f"{characters.total():,}")
        return Group(title, table)


def stat(found: Found, look: Look) -> Iterator[Text]:
    """Yield the line of a document: its name, how much goes, and a bar of the share that goes and that stays."""
    characters, all_characters = sum(len(r.text) for r in found.removals), len(found.cleaned.document.text)
    gone = scaled(characters, all_characters)
    blocks = f"{len(found.removals):>5,} {'block ' if len(found.removals) == 1 else 'blocks'}"
    numbers = f" │ {blocks} {characters:>8,} of {all_characters:>9,} characters "
    bar = ("-" * gone, "red"), ("+" * (BAR - gone), "green")
    flags = shown("".join(f"  {flag}" for flag in found.cleaned.flags), "yellow")
    yield Text.assemble(named(found.name, look.width), numbers, *bar, flags)


def documents(number: int, sampled: int | None = None) -> str:
    """Return how many documents there are, and how many of them are shown if those were drawn."""
    return f"{number:,} documents" if sampled is None else f"{sampled:,} documents drawn from {number:,}"


def named(name: str, width: int) -> Text:
    """Return a name in as many columns as all have, its end where it is longer."""
    name = plain(name).replace("\n", " ")
    columns = min(LONGEST_NAME, max(SHORTEST_NAME, int(width * NAME_SHARE)))
    if cell_len(name) > columns:
        while cell_len(name) >= columns:
            name = name[1 + (cell_len(name) - columns) // 2 :]
        name = f"…{name}"
    return Text(f" {set_cell_size(name, columns)}", "bold")


def scaled(part: int, whole: int, length: int = BAR) -> int:
    """Return how many characters of a bar stand for a part; at least one for anything, and all only for all.

    >>> [scaled(part, 1000) for part in (0, 1, 500, 999, 1000)]
    [0, 1, 10, 19, 20]
    """
    if not part:
        return 0
    return length if part >= whole else max(1, min(length - 1, round(length * part / whole)))


def _by_category(counts: Counter[tuple[str, str]]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for (category, _), count in counts.items():
        sums[category] += count
    return sums
