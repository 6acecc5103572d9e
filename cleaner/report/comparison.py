"""What two sets of rules make of the same documents: only what changes is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cleaner.comparing import Changes, blocks
from cleaner.report.diff import Layout, Look, body, note, piece, refusals, title
from cleaner.report.palette import colour, plain, shown
from cleaner.report.rows import IN_PART, Mark, rows
from cleaner.report.stat import BAR, documents, named, scaled

CHANGES: Final = Layout(
    {"": " " * 11, "+": "+ removed  ", "-": "- kept     ", IN_PART: "~ in part  "},
    "old rules",
    "new rules",
    "-",
    "+",
    {"+": "strike", "-": "underline"},
)


@dataclass(slots=True)
class Balance:
    """Counts over all compared documents.

    Args:
        documents: how many there are.
        changed: documents of which something else stays.
        more: blocks that only the new rules take out, by category and rule.
        fewer: blocks that only the old rules took out, by category and rule.
        moved: blocks that both take out, by another rule or for another category.
        refused: cuts that the guard refuses only now.
    """

    documents: int = 0
    changed: int = 0
    more: Counter[tuple[str, str]] = field(default_factory=Counter)
    fewer: Counter[tuple[str, str]] = field(default_factory=Counter)
    moved: int = 0
    refused: int = 0

    def add(self, changes: Changes) -> None:
        """Count the changes of one document; how many documents there are, the caller says."""
        self.changed += bool(changes.more or changes.fewer)
        self.more.update((r.category, r.rule) for r in blocks(changes.more))
        self.fewer.update((r.category, r.rule) for r in blocks(changes.fewer))
        self.moved += len(changes.moved)
        self.refused += len(changes.refused)

    def table(self, sampled: int | None = None) -> RenderableType:
        """Return a title, and a table of the rules that make the difference, those with the most blocks first.

        Args:
            sampled: number of the documents that were drawn, if not all are shown.
        """
        more, fewer = self.more.total(), self.fewer.total()
        said = f"{self.changed:,} of {documents(self.documents, sampled)} change: "
        said += f"{more:,} {'block' if more == 1 else 'blocks'} more removed, {fewer:,} fewer"
        said += f"; {self.moved:,} by another rule or category" if self.moved else ""
        said += f"; {self.refused:,} now refused" if self.refused else ""
        title = Text(said, "italic")
        if not (more or fewer):
            return title
        table = Table()
        table.add_column("category")
        table.add_column("rule")
        table.add_column("more", justify="right")
        table.add_column("fewer", justify="right")
        for key in sorted(self.more.keys() | self.fewer.keys(), key=lambda k: (-self.more[k] - self.fewer[k], k)):
            category, rule = key
            name = Text(category, colour(category))
            table.add_row(name, plain(rule), f"{self.more[key]:,}", f"{self.fewer[key]:,}")
        return Group(title, table)


def heading(old: str, new: str, look: Look) -> Text:
    """Return the line that explains the marks.

    Args:
        old: what the old rules are called.
        new: what the new rules are called.
        look: how documents are shown.
    """
    said = f"from {old} to {new}: + removed: only the new rules take it out; - kept: only the old ones did; ~ in part: "
    more, fewer = piece("now out", "+", "", look, CHANGES), piece("no longer out", "-", "", look, CHANGES)
    return Text.assemble(shown(said), more, ", ", fewer, "\n")


def comparison(changes: Changes, look: Look) -> Iterator[RenderableType]:
    """Yield what is shown of a document: nothing, if only rules and categories change."""
    if not (changes.more or changes.fewer or changes.refused):
        return
    yield title(changes.name, changes.new)
    marks = [
        Mark(start, end, sign, colour(removal.category), note(removal, look))
        for sign, parts in (("+", changes.more), ("-", changes.fewer))
        for start, end, removal in parts
    ]
    marks += [Mark(start, end, "") for start, end in changes.both]
    yield from body(rows(changes.old.document.text, sorted(marks), look.context), look, CHANGES)
    yield from refusals(changes.new, changes.refused)
    yield Text()


def stat(changes: Changes, look: Look) -> Iterator[Text]:
    """Yield the line of a document: how many blocks more and fewer, a bar of them, and what changes its rule."""
    more, fewer = len(blocks(changes.more)), len(blocks(changes.fewer))
    length = min(BAR, more + fewer)
    part = scaled(more, more + fewer, length)
    bar = ("+" * part, "green"), ("-" * (length - part), "red")
    line = Text.assemble(named(changes.name, look.width), f" │ {more:>5,} more {fewer:>5,} fewer ", *bar)
    moved = Counter((f"{old.rule} [{old.category}]", f"{new.rule} [{new.category}]") for old, new in changes.moved)
    for (old, new), count in moved.items():
        line.append_text(shown(f"\n   {count:>3,} removed by {old}, now by {new}", "dim"))
    yield line
