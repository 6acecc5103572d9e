"""The tables that a run ends with."""

from __future__ import annotations

from collections import Counter

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cleaner.accounts import Totals
from cleaner.report.palette import colour, shown

LISTED = 10
"""Failed and flagged documents that are named; the manifest names all."""


def summary(totals: Totals, *, dry: bool = False) -> RenderableType:
    """Return what was cleaned, what was taken out by category, and what needs a look."""
    table = Table(show_edge=False, pad_edge=False)
    table.add_column("category")
    table.add_column("blocks removed", justify="right")
    table.add_column("characters removed", justify="right")
    for category, blocks in sorted(totals.removed_blocks.items(), key=lambda item: (-item[1], item[0])):
        table.add_row(Text(category, colour(category)), f"{blocks:,}", f"{totals.removed_characters[category]:,}")
    table.add_section()
    removed = sum(totals.removed_characters.values())
    share = f"{removed:,} of {totals.characters:,}"
    table.add_row("all", f"{sum(totals.removed_blocks.values()):,}", share)
    known = {domain: n for domain, n in totals.outlets.items() if domain}
    outlets = f"{counted(len(known), 'outlet')} known in {counted(sum(known.values()), 'document')}"
    reused = f" ({totals.reused:,} from before)" if totals.reused else ""
    done = "would be cleaned" if dry else "cleaned"
    counts = f"{totals.written:,} of {counted(totals.documents, 'document')} {done}{reused}; {outlets}; "
    counts += f"{totals.flags:,} flagged; {totals.failures:,} failed"
    lines: list[RenderableType] = [table, Text(), Text(counts, "bold")]
    if totals.pages:
        lines += [Text(f"{counted(totals.pages.total(), 'page')}: text by {_ranked(totals.pages)}")]
        lines += [Text(f"left out of them: {_ranked(totals.left_out)}")]
    lines += _listed("skipped", "yellow", totals.skipped, len(totals.skipped))
    lines += _listed("failed", "red", totals.failed, totals.failures)
    flagged = {name: ", ".join(flags) for name, flags in totals.flagged.items()}
    lines += _listed("flagged", "yellow", flagged, totals.flags)
    return Group(*lines)


def _ranked(counts: Counter[str]) -> str:
    """Return names with their numbers, the largest first."""
    return ", ".join(
        f"{name} {number:,}" for name, number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def counted(number: int, what: str) -> str:
    """Return a number with what it counts, in the plural where there is not one."""
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def _listed(what: str, style: str, documents: dict[str, str], number: int) -> list[RenderableType]:
    lines: list[RenderableType] = [
        Text(f"{what}: ", style) + shown(f"{name}: {why}") for name, why in list(documents.items())[:LISTED]
    ]
    if number > LISTED:
        lines.append(Text(f"{what}: {number - LISTED:,} more; see .cleaner/manifest", style))
    return lines
