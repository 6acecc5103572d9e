"""`cleaner diff`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.guard import EXIT_FAILED, complain, need_sources
from cleaner.cli.options import Drop, Inputs, Keep, Mode, ModeOption, Outlet, Rules, RulesOnly, make_cleaner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cleaner.api import Cleaner
    from cleaner.errors import DocumentError
    from cleaner.reading import Reading


def diff(
    inputs: Inputs,
    outlet: Outlet = None,
    rules: Rules = None,
    mode: ModeOption = Mode.balanced,
    keep: Keep = None,
    drop: Drop = None,
    rules_only: RulesOnly = False,
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="ID", help="Show only this rule, or all rules of this file.")
    ] = None,
    category: Annotated[
        str | None, typer.Option("--category", metavar="CATEGORY", help="Show only this category.")
    ] = None,
) -> None:
    """Preview what `clean` would remove, with category and rule beside it. Writes no text.

    Lines that go are marked `-`, cuts inside a line `~`, and cuts that the guard refused `!`.

    Example: `cleaner diff articles/ --category newsletter`
    """
    from cleaner.errors import DocumentError
    from cleaner.model import selection
    from cleaner.report.diff import Tally, refusals, unified
    from cleaner.report.palette import make_console, shown

    show = selection(category, rule)
    console, cleaner, tally, failed = (
        make_console(),
        make_cleaner(rules, mode, keep, drop, rules_only=rules_only),
        Tally(),
        False,
    )
    for name, reading in _readings(inputs, cleaner, outlet):
        if isinstance(reading, DocumentError):
            complain(reading)
            failed = True
            continue
        cleaned = cleaner.clean(reading.document)
        lines, removals = unified(cleaned, show)
        tally.add(cleaned, removals)
        notes = list(refusals(cleaned))
        if removals or notes:
            found = f"  ({cleaned.outlet.domain}, by {cleaned.outlet.how})" if cleaned.outlet else ""
            console.print(shown(name, "bold") + shown(found, "dim"))
            for line in (*lines, *notes):
                console.print(line)
            console.print()
    console.print(tally.table())
    if failed or tally.refused:
        raise typer.Exit(EXIT_FAILED)


def _readings(inputs: list[str], cleaner: Cleaner, outlet: str | None) -> Iterator[tuple[str, Reading | DocumentError]]:
    """Yield the documents to preview, or why one cannot be read."""
    from cleaner.io.files import locate
    from cleaner.io.inputs import gather
    from cleaner.reading import read_document, read_source

    if inputs == ["-"]:
        yield "-", read_document(sys.stdin.buffer.read(), cleaner, id="-", outlet=outlet)
        return
    sources = gather([locate(name) for name in inputs]).sources
    need_sources(len(sources), ", ".join(inputs))
    for source in sources:
        yield from read_source(source, cleaner, outlet)
