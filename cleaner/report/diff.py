"""A preview of what goes: a document as a unified diff, or source and cleaned text side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from cleaner.choosing import Found
from cleaner.model import Cleaned, Dropped, Extraction, Refusal, Removal
from cleaner.report.palette import PIPED_WIDTH, colour, shown
from cleaner.report.rows import IN_PART, Hidden, Mark, Row, rows

BESIDE: Final = 160
"""Characters shown at either end of what stays in a line that is cut, as an article may be one line."""
LONGEST_REFUSED: Final = 60
"""Characters shown of a cut that was refused."""
_BRACKETS: Final = {"-": ("[-", "-]"), "+": ("{+", "+}")}
"""What stands around a piece of a line where there are no colours; that of `git diff --word-diff`."""


class Form(StrEnum):
    """What is shown of each document."""

    unified = "unified"
    side_by_side = "side-by-side"
    stat = "stat"
    json = "json"


@dataclass(frozen=True, slots=True)
class Look:
    """How documents are shown.

    Args:
        form: what is shown.
        context: lines that stay to show around each that changes.
        why: whether confidence and reason stand beside each removal.
        plain: whether there are no colours to tell what goes inside a line.
        width: columns of the terminal.
    """

    form: Form = Form.unified
    context: int = 1
    why: bool = False
    plain: bool = True
    width: int = PIPED_WIDTH

    def on(self, console: Console) -> Look:
        """Return the look as a console can show it."""
        return replace(self, plain=console.color_system is None or console.no_color, width=console.width)


@dataclass(frozen=True, slots=True)
class Layout:
    """What the rows of a kind of preview look like.

    Args:
        words: by sign, what a row begins with.
        left: heading of the left column.
        right: heading of the right column.
        left_without: sign of what the left column leaves out.
        right_without: sign of what the right column leaves out.
        effects: by sign, how a piece of a line is shown where there are colours.
    """

    words: Mapping[str, str]
    left: str
    right: str
    left_without: str
    right_without: str
    effects: Mapping[str, str]


CUTS: Final = Layout({"": "  ", "-": "- ", IN_PART: "~ "}, "source", "cleaned", "", "-", {"-": "strike"})


def preview(found: Found, look: Look) -> Iterator[RenderableType]:
    """Yield what is shown of a document: its name, what goes, and the cuts that the guard refused."""
    yield title(found.name, found.cleaned)
    if found.cleaned.extraction:
        yield from page_lines(found.cleaned.extraction, found.dropped, each=look.why)
    marks = [Mark(r.start, r.end, "-", colour(r.category), note(r, look)) for r in found.removals]
    yield from body(rows(found.cleaned.document.text, marks, look.context), look, CUTS)
    yield from refusals(found.cleaned, found.refusals)
    yield Text()


def title(name: str, cleaned: Cleaned) -> Text:
    """Return the line that a document begins with."""
    outlet = f"  ({cleaned.outlet.domain}, by {cleaned.outlet.how})" if cleaned.outlet else ""
    flags = f"  flagged: {', '.join(cleaned.flags)}" if cleaned.flags else ""
    return Text.assemble(shown(name, "bold"), shown(outlet, "dim"), shown(flags, "yellow"))


def page_lines(extraction: Extraction, some: Sequence[Dropped], *, each: bool) -> Iterator[Text]:
    """Yield how the text of a page was found, and what was left out of it: counts, or a line for each part.

    Args:
        extraction: of the page.
        some: the parts to show.
        each: whether each part has a line.
    """
    counts = Counter(node.category for node in some)
    parts = ", ".join(f"{category} {count}" for category, count in counts.most_common())
    yield shown(f"  text by {extraction.how}: {extraction.reason}", "dim")
    if parts:
        yield shown(f"  left out of the page: {parts}", "dim")
    for node in some if each else ():
        text = " ".join(node.text.split())
        short = text if len(text) <= LONGEST_REFUSED else f"{text[: LONGEST_REFUSED - 1].rstrip()}…"
        said = shown(f"  [{node.category}] {node.selector}, {node.reason}", f"dim {colour(node.category)}")
        yield Text.assemble(("x ", colour(node.category)), shown(short), said)


def note(removal: Removal, look: Look) -> Text:
    """Return what stands beside a removal."""
    said = f"[{removal.category}] {removal.rule}"
    if look.why:
        said += f", {removal.confidence:.2f}: {removal.reason}"
    return shown(said, f"dim {colour(removal.category)}")


def refusals(cleaned: Cleaned, some: Iterable[Refusal]) -> Iterator[Text]:
    """Yield a line for each cut that the guard refused."""
    for refusal in some:
        start = cleaned.document.text[refusal.start : refusal.end].split("\n", 1)[0]
        why = shown(f"  kept: {refusal.rule} {refusal.reason}", "yellow")
        yield Text.assemble(("! ", "bold yellow"), shown(start[:LONGEST_REFUSED]), why)


def body(some: Iterable[Row | Hidden], look: Look, layout: Layout) -> Iterator[RenderableType]:
    """Yield the rows of a document."""
    if look.form is Form.side_by_side:
        yield _columns(some, look, layout)
    else:
        yield from (_line(row, look, layout) for row in some)


def piece(text: str, sign: str, style: str, look: Look, layout: Layout) -> Text:
    """Return a piece of a line of which other text stays."""
    if look.plain:
        before, after = _BRACKETS[sign]
        return shown(f"{before}{text}{after}")
    return shown(text, f"{layout.effects[sign]} {style}")


def _line(row: Row | Hidden, look: Look, layout: Layout) -> Text:
    if isinstance(row, Hidden):
        return Text(layout.words[""]) + _hidden(row)
    line = Text.assemble((layout.words[row.sign], _style(row)), _joined(row, look, layout))
    for i, said in enumerate(row.notes):
        line.append("; " if i else "  ", "dim").append_text(said)
    return line


def _columns(some: Iterable[Row | Hidden], look: Look, layout: Layout) -> Table:
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(ratio=1, overflow="fold")
    table.add_column(width=1)
    table.add_column(ratio=1, overflow="fold")
    table.add_row(Text(layout.left, "dim underline"), "", Text(layout.right, "dim underline"))
    for row in some:
        if isinstance(row, Hidden):
            table.add_row(_hidden(row))
            continue
        left, right = (_joined(row, look, layout, without) for without in (layout.left_without, layout.right_without))
        notes = [line for line in (right, *row.notes) if line.plain.strip()]
        table.add_row(left, Text(row.sign, _style(row)), Text("\n").join(notes))
    return table


def _hidden(row: Hidden) -> Text:
    return Text(f"… {row.lines} more {'line' if row.lines == 1 else 'lines'} kept", "dim")


def _style(row: Row) -> str:
    return next((mark.style for text, mark in row.pieces if mark and text.strip()), "")


def _joined(row: Row, look: Look, layout: Layout, without: str = "") -> Text:
    """Return the text of a row, without what has a sign."""
    line = Text()
    for i, (text, mark) in enumerate(row.pieces):
        if mark is None:
            line.append_text(shown(_shortened(text, i > 0, i < len(row.pieces) - 1) if row.sign else text))
        elif mark.sign == without:
            continue
        elif row.sign != IN_PART:
            line.append_text(shown(text, mark.style))
        else:
            line.append_text(piece(text, mark.sign, mark.style, look, layout))
    return line


def _shortened(text: str, is_after: bool, is_before: bool) -> str:
    """Return what stays between two changes, or beside one, without what is far from both."""
    if len(text) <= 2 * BESIDE:
        return text
    return f"{text[:BESIDE] if is_after else ''} … {text[-BESIDE:] if is_before else ''}"
