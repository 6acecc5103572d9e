"""`cleaner diff`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.guard import EXIT_FAILED, complain, need_sources
from cleaner.cli.options import Drop, Inputs, Keep, Mode, ModeOption, Outlet, Rules, RulesOnly, make_cleaner

if TYPE_CHECKING:
    from cleaner.io.files import Source


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
    from cleaner.io.files import read_bytes
    from cleaner.model import selection
    from cleaner.reading import read_document
    from cleaner.report.diff import Tally, refusals, unified
    from cleaner.report.palette import make_console, shown

    show = selection(category, rule)
    console, cleaner, tally, failed = (
        make_console(),
        make_cleaner(rules, mode, keep, drop, rules_only=rules_only),
        Tally(),
        False,
    )
    for source in _sources(inputs):
        path = str(source.path) if source else "-"
        try:
            data = read_bytes(source.path) if source else sys.stdin.buffer.read()
            reading = read_document(
                data, cleaner, id=path, outlet=outlet, is_html=source is not None and source.is_html
            )
        except DocumentError as e:
            complain(e)
            failed = True
            continue
        cleaned = cleaner.clean(reading.document)
        lines, removals = unified(cleaned, show)
        tally.add(cleaned, removals)
        notes = list(refusals(cleaned))
        if removals or notes:
            found = f"  ({cleaned.outlet.domain}, by {cleaned.outlet.how})" if cleaned.outlet else ""
            console.print(shown(source.name if source else "-", "bold") + shown(found, "dim"))
            for line in (*lines, *notes):
                console.print(line)
            console.print()
    console.print(tally.table())
    if failed or tally.refused:
        raise typer.Exit(EXIT_FAILED)


def _sources(inputs: list[Path]) -> Sequence[Source | None]:
    """Return the files to preview; None is standard input."""
    from cleaner.io.files import gather

    if [str(path) for path in inputs] == ["-"]:
        return [None]
    sources = gather(inputs).sources
    need_sources(len(sources), ", ".join(map(str, inputs)))
    return sources
