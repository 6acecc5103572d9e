"""`cleaner rules drift`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.guard import EXIT_FAILED
from cleaner.cli.options import Rules

if TYPE_CHECKING:
    from cleaner.drift.findings import Drift

TOP = 20
"""Rows of each table that is printed."""

Since = Annotated[
    Path | None,
    typer.Option("--since", metavar="OLD_RUN", help="The output folder of an earlier run to compare with."),
]


def drift(
    out: Annotated[Path, typer.Argument(help="The output folder of `cleaner clean`.", show_default=False)],
    since: Since = None,
    outlet: Annotated[
        str | None, typer.Option("--outlet", metavar="DOMAIN", help="Only documents of this outlet.")
    ] = None,
    category: Annotated[
        str | None, typer.Option("--category", metavar="CATEGORY", help="Of the rules, only those of this category.")
    ] = None,
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="ID", help="Of the rules, only this one, or those of this file.")
    ] = None,
    rules: Rules = None,
    top: Annotated[int, typer.Option("--top", metavar="N", min=1, help="Rows of each table.")] = TOP,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find rules that fell silent or suddenly fire more, and lines that newly stay in the cleaned texts.

    Compares a run with an earlier one, or without `--since` the last months of each outlet with those before, by the
    dates of records. Only large differences count that are hardly chance, in outlets with 20 documents on both sides;
    a line must stand in 5 of them and in 5 %.

    Ends with 1 if rules, lines or outlets drifted, with 0 if not: rules and outlets that came or went are said, but
    do not count.

    Example: `cleaner rules drift cleaned-may/ --since cleaned-april/`
    """
    from cleaner.report.drift import as_json as to_json
    from cleaner.report.drift import tables
    from cleaner.report.palette import make_console

    found = drift_of(out, since, outlet, category, rule, rules)
    if as_json:
        print(to_json(found))
    else:
        console = make_console()
        for table in tables(found, top):
            console.print(table)
            console.print()
    if found.is_any:
        raise typer.Exit(EXIT_FAILED)


def drift_of(
    out: Path,
    since: Path | None,
    outlet: str | None,
    category: str | None,
    rule: str | None,
    rules: list[Path] | None,
) -> Drift:
    """Compare a run with an earlier one, or its months."""
    from contextlib import ExitStack

    from cleaner.drift.compare import compare
    from cleaner.errors import UsageError
    from cleaner.logs import opened
    from cleaner.rulebook.load import load, search_path

    if since and since.resolve() == out.resolve():
        raise UsageError(f"{since}: is the run itself; name an earlier one, or leave out --since to compare its months")
    with ExitStack() as stack:
        new = stack.enter_context(opened(out))
        old = stack.enter_context(opened(since)) if since else None
        return compare(new, old, load(search_path(rules or ())), outlet, category, rule)
