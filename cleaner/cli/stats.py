"""`cleaner stats`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cleaner.cli.guard import EXIT_FAILED, complain
from cleaner.cli.options import Rules
from cleaner.cli.rules.drift import Since, drift_of

TOP = 20
"""Rows of each table that is printed."""


def stats(
    out: Annotated[Path, typer.Argument(help="The output folder of `cleaner clean`.", show_default=False)],
    outlet: Annotated[
        str | None, typer.Option("--outlet", metavar="DOMAIN", help="Only documents of this outlet.")
    ] = None,
    category: Annotated[
        str | None, typer.Option("--category", metavar="CATEGORY", help="Only removals of this category.")
    ] = None,
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="ID", help="Only this rule, or all rules of this file.")
    ] = None,
    rules: Rules = None,
    top: Annotated[
        int | None,
        typer.Option("--top", metavar="N", min=1, help=f"Rows of each table: {TOP} by default, in JSON all."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    since: Since = None,
    export: Annotated[
        Path | None,
        typer.Option(
            "--export", metavar="FOLDER", help="Write all of the logs there: removals.parquet and manifest.parquet."
        ),
    ] = None,
) -> None:
    """Count what a run removed: by outlet, category and rule, and the documents with unusual shares.

    Also works while a run goes on, or when it was stopped. Large runs need room for temporary files, in the folder
    that the environment variable TMPDIR names.

    `--since OLD_RUN` adds what drifted since an earlier run, as `cleaner rules drift` does, and ends with 1 if anything
    did.

    Example: `cleaner stats cleaned/ --export logs/`
    """
    from cleaner.logs import opened
    from cleaner.report.drift import tables as drift_tables
    from cleaner.report.palette import make_console
    from cleaner.report.stats import as_json as to_json
    from cleaner.report.stats import tables
    from cleaner.rulebook.load import load, search_path
    from cleaner.statistics import count

    with opened(out) as logs:
        rulebook = load(search_path(rules or ()))
        counted = count(logs, rulebook, outlet, category, rule, top if as_json else top or TOP)
        if export:
            logs.export(export)
            complain(f"{export}: removals.parquet and manifest.parquet written")
    drift = drift_of(out, since, outlet, category, rule, rules) if since else None
    if as_json:
        sys.stdout.writelines(to_json(counted, drift))
    else:
        console = make_console()
        found = drift_tables(drift, top or TOP) if drift else ()
        for table in (*tables(counted, top or TOP), *found):
            console.print(table, "")
    if drift and drift.is_any:
        raise typer.Exit(EXIT_FAILED)
