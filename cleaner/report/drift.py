"""What changed between two runs, or between the months of one, as tables and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from itertools import chain
from math import ceil
from typing import Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from cleaner.drift.findings import MORE, Drift, Month, OutletDrift, RuleDrift
from cleaner.drift.proportions import ENOUGH, Rate
from cleaner.report.palette import colour, shown
from cleaner.report.tables import cut_short

EXCERPT: Final = 60
"""Characters of a text that are shown."""
MONTHS: Final = 12
"""Months that are shown, up to the last one."""
MOST_COMMANDS: Final = 8
_NONE, _ZERO, _LEVELS = " ", "_", "▁▂▃▄▅▆▇█"


def tables(drift: Drift, top: int) -> Iterator[RenderableType]:
    """Yield the findings, most telling first, and what to do next.

    Args:
        drift: what was found.
        top: rows of each table.
    """
    yield _head(drift)
    fewer, more = [row for row in drift.rules if row.how != MORE], [row for row in drift.rules if row.how == MORE]
    if fewer:
        yield _rules("rules that fell silent or fire less", fewer, top)
    if more:
        yield _rules("rules that fire more", more, top)
    if drift.lines:
        yield _lines(drift, top)
    if drift.outlets:
        yield _outlets(drift.outlets, top)
    if drift.apart:
        yield _apart(drift, top)
    for title, outlets in (("outlets that came", drift.came), ("outlets that went", drift.went)):
        if outlets:
            table = _table(title, "outlet", "documents")
            for name, documents in list(outlets.items())[:top]:
                table.add_row(shown(name), f"{documents:,}")
            yield cut_short(table, len(outlets), top)
    if drift.is_any:
        yield _next(drift)


def as_json(drift: Drift) -> str:
    """Return the same as JSON."""
    return json.dumps({field.name: getattr(drift, field.name) for field in fields(drift)}, indent=2, default=asdict)


def _head(drift: Drift) -> Text:
    outlets = f"{drift.compared:,} {'outlet' if drift.compared == 1 else 'outlets'}"
    sides = f"{drift.new} with {drift.old}" if drift.old else f"the last months of {drift.new} with those before"
    lines = [f"{outlets} compared: {sides}" + ("" if drift.is_any else "; nothing drifted")]
    if drift.skipped:
        dates = "" if drift.old else ", or too few dates"
        lines.append(f"{drift.skipped:,} more not compared: fewer than {ENOUGH} documents on one side{dates}")
    lines += [f"the run {folder} is not finished: this is what it had done so far" for folder in drift.unfinished]
    if drift.unread:
        lines.append(f"lines that stay: {drift.unread:,} texts could not be read, such as {drift.why_unread}")
    return shown("\n".join(lines), "bold")


def _rules(title: str, rows: Sequence[RuleDrift], top: int) -> Table:
    is_more = rows[0].how == MORE
    prose = ("prose",) if is_more else ()
    table = _table(title, "rule", "outlet", "then", "now", *prose, "by month", "since", "took")
    for row in rows[:top]:
        of = (f"{row.prose:.0%}",) if row.prose is not None else ()
        names = shown(row.rule, colour(row.category)), shown(row.outlet)
        table.add_row(*names, _rate(row.old), _rate(row.new), *of, bars(row.months), row.since, _excerpt(row.example))
    if is_more:
        table.caption = "prose: share of its removals that read as article text does"
    return cut_short(table, len(rows), top)


def _lines(drift: Drift, top: int) -> Table:
    table = _table(
        "lines that stay and no rule takes", "line", "outlet", "where", "then", "now", "by month", "since", "such as"
    )
    for row in drift.lines[:top]:
        numbers = row.where, _rate(row.old), _rate(row.new), bars(row.months), row.since
        table.add_row(_excerpt(row.line), shown(row.outlet), *numbers, shown(row.document))
    return cut_short(table, len(drift.lines), top)


def _outlets(rows: Sequence[OutletDrift], top: int) -> Table:
    table = _table("outlets", "outlet", "what", "then", "now")
    for row in rows[:top]:
        what = "median share removed" if row.what == "removed" else "documents flagged"
        table.add_row(shown(row.outlet), what, f"{row.old:.0%}", f"{row.new:.0%}")
    return cut_short(table, len(rows), top)


def _apart(drift: Drift, top: int) -> Table:
    table = _table("no drift: rules that came or went", "rule", "outlets", "documents then", "now", "why")
    for row in drift.apart[:top]:
        table.add_row(shown(row.rule), f"{row.outlets:,}", f"{row.old:,}", f"{row.new:,}", row.why)
    table.caption = "a rule of your own that is missed here: name its folder with --rules"
    return cut_short(table, len(drift.apart), top)


def _next(drift: Drift) -> Text:
    every = (
        *(row.next for row in drift.rules),
        *(row.next for row in drift.lines),
        *(row.next for row in drift.outlets),
    )
    commands = list(dict.fromkeys(chain.from_iterable(every)))
    lines = ["next, where ARTICLES stands for articles of the outlet:", *commands[:MOST_COMMANDS]]
    if len(commands) > MOST_COMMANDS:
        lines.append(f"… and {len(commands) - MOST_COMMANDS} more; see --json")
    return shown("\n  ".join(lines))


def bars(months: Sequence[Month]) -> str:
    """Return the rates of the last months as bars, the highest of them full; `_` is none, a gap no documents.

    >>> bars([Month("2025-01", 8, 10), Month("2025-02", 4, 10), Month("2025-04", 0, 10)])
    '█▄ _'
    """
    if not months:
        return ""
    known = {_number(month): (documents / of) for month, documents, of in months}
    last = max(known)
    first = max(min(known), last - MONTHS + 1)
    most = max(share for number, share in known.items() if number >= first)
    return "".join(_bar(known.get(number), most) for number in range(first, last + 1))


def _number(month: str) -> int:
    year, of_year = month.split("-")
    return 12 * int(year) + int(of_year) - 1


def _bar(share: float | None, most: float) -> str:
    if share is None:
        return _NONE
    return _LEVELS[ceil(len(_LEVELS) * share / most) - 1] if share else _ZERO


def _rate(rate: Rate) -> str:
    return f"{rate.share:.0%} of {rate.of:,}" if rate.documents in (0, rate.of) else f"{rate.share:.1%} of {rate.of:,}"


def _excerpt(text: str) -> Text:
    line = " ".join(text.split())
    return shown(line if len(line) <= EXCERPT else f"{line[: EXCERPT - 1]}…")


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", caption_justify="left", show_edge=False, pad_edge=False)
    for name in columns:
        is_number = name in ("then", "now", "prose", "documents", "documents then", "outlets")
        table.add_column(name, justify="right" if is_number else "left", overflow="fold")
    return table
