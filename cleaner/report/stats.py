"""What a run did, as tables and bars and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from typing import Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from cleaner.drift.findings import Drift
from cleaner.report.palette import colour, shown
from cleaner.report.tables import cut_short
from cleaner.statistics import BINS, FEW, Statistics

WIDTH: Final = 24
"""Columns of the longest bar."""
_EIGHTHS: Final = " ▏▎▍▌▋▊▉"


def tables(statistics: Statistics, top: int) -> Iterator[RenderableType]:
    """Yield what was removed, by which rules, and the documents that need a look.

    Args:
        statistics: what was counted.
        top: rows of each table.
    """
    yield _head(statistics)
    if statistics.states.documents == 0:
        return
    yield _categories(statistics, top)
    yield _outlets(statistics, top)
    yield _rules(statistics, top)
    yield _unfired(statistics, top)
    yield _shares(statistics)
    if statistics.unusual.rows:
        yield _unusual(statistics, top)
    for kind, counts in (("flag", statistics.states.flags), ("why documents failed", statistics.states.failures)):
        if counts:
            yield _counts(kind, counts, top)


def as_json(statistics: Statistics, drift: Drift | None = None) -> Iterator[str]:
    """Yield the same as JSON, piece by piece, as there may be many rows.

    Args:
        statistics: what was counted.
        drift: what changed since an earlier run, to be told besides.
    """
    data = {field.name: getattr(statistics, field.name) for field in fields(statistics)}
    data["shares"] = [{"up_to": n / BINS, "documents": documents} for n, documents in enumerate(statistics.shares)]
    if drift:
        data["drift"] = drift
    yield from json.JSONEncoder(indent=2, default=asdict).iterencode(data)
    yield "\n"


def _head(statistics: Statistics) -> Text:
    states = statistics.states
    lines = [
        f"{states.written:,} of {states.documents:,} documents cleaned; {states.flagged:,} flagged; "
        f"{states.failed:,} failed" + (f"; {states.skipped:,} files without texts skipped" if states.skipped else ""),
        f"{states.removed:,} of {states.characters:,} characters removed"
        + (f", {_percent(states.removed / states.characters)}" if states.characters else ""),
    ]
    if not statistics.is_finished:
        lines.append("the run is not finished: this is what it had done so far")
    return Text("\n".join(lines), "bold")


def _categories(statistics: Statistics, top: int) -> Table:
    table = _table("category", "", "documents", "blocks", "characters", "share of all characters")
    most = max((row.characters for row in statistics.categories), default=0)
    for row in statistics.categories[:top]:
        numbers = f"{row.documents:,}", f"{row.blocks:,}", f"{row.characters:,}", _percent(row.share)
        style = colour(row.category)
        table.add_row(shown(row.category, style), Text(_bar(row.characters, most), style), *numbers)
    return cut_short(table, len(statistics.categories), top)


def _outlets(statistics: Statistics, top: int) -> Table:
    table = _table(
        "outlet", "category", "documents", "with a removal", "blocks", "characters", "share of its characters"
    )
    for row in statistics.outlets.rows[:top]:
        numbers = f"{row.documents:,}", f"{row.touched:,}", f"{row.blocks:,}", f"{row.characters:,}"
        table.add_row(shown(row.outlet), shown(row.category, colour(row.category)), *numbers, _percent(row.share))
    return cut_short(table, statistics.outlets.total, top)


def _rules(statistics: Statistics, top: int) -> Table:
    table = _table("rule", "outlet", "category", "fires", "documents", "characters", "mean confidence")
    for row in statistics.rules.rows[:top]:
        numbers = f"{row.fires:,}", f"{row.documents:,}", f"{row.characters:,}", f"{row.confidence:.3f}"
        table.add_row(shown(row.rule), shown(row.outlet), shown(row.category, colour(row.category)), *numbers)
    return cut_short(table, statistics.rules.total, top)


def _unfired(statistics: Statistics, top: int) -> Table:
    unfired = statistics.unfired
    table = _table(f"{len(unfired.never):,} of {unfired.possible:,} rules removed nothing")
    for rule in unfired.never[:top]:
        table.add_row(shown(rule))
    if unfired.elsewhere:
        table.caption = f"{unfired.elsewhere:,} more are for outlets that the run does not hold"
        table.caption_justify = "left"
    return cut_short(table, len(unfired.never), top)


def _shares(statistics: Statistics) -> Table:
    table = _table("share removed", "", "documents")
    names = ["none", *(f"to {n / BINS:.0%}" for n in range(1, BINS + 1))]
    for name, documents in zip(names, statistics.shares, strict=True):
        table.add_row(name, _bar(documents, max(statistics.shares)), f"{documents:,}")
    return table


def _unusual(statistics: Statistics, top: int) -> Table:
    table = _table("unusual share removed", "outlet", "share", "usual", "robust z", "flags")
    for row in statistics.unusual.rows[:top]:
        numbers = _percent(row.share), _percent(row.median), f"{row.score:+.1f}"
        table.add_row(shown(row.document), shown(row.outlet), *numbers, shown(", ".join(row.flags)))
    table.caption = f"usual: median of the outlet, or of all documents where it has fewer than {FEW}"
    table.caption_justify = "left"
    return cut_short(table, statistics.unusual.total, top)


def _counts(kind: str, counts: Mapping[str, int], top: int) -> Table:
    table = _table(kind, "documents")
    for name, documents in list(counts.items())[:top]:
        table.add_row(shown(name), f"{documents:,}")
    return cut_short(table, len(counts), top)


def _table(*columns: str) -> Table:
    """Make a table whose columns of names stand left, and those of numbers right."""
    table = Table(show_edge=False, pad_edge=False)
    for name in columns:
        is_name = name == columns[0] or name in ("", "category", "outlet", "flags")
        table.add_column(name, justify="left" if is_name else "right", overflow="fold")
    return table


def _percent(share: float) -> str:
    return f"{share:.1%}"


def _bar(part: int, whole: int) -> str:
    """Return a bar in eighths of a column; whatever there is shows."""
    eighths = max(1, round(8 * WIDTH * part / whole)) if part else 0
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
