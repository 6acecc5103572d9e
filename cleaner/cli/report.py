"""`cleaner report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cleaner.cli.guard import EXIT_FAILED, complain

DOCUMENTS = 500
"""Documents in a page."""
MOST_DOCUMENTS = 5_000
"""More would leave each of them less room than a paragraph."""


def report(
    out: Annotated[Path, typer.Argument(help="The output folder of `cleaner clean`.", show_default=False)],
    target: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The page to write.")] = Path(
        "report.html"
    ),
    documents: Annotated[
        int,
        typer.Option(
            "--documents",
            metavar="N",
            min=1,
            max=MOST_DOCUMENTS,
            help="Documents to show at most: the riskiest, and four of ten at random.",
        ),
    ] = DOCUMENTS,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Of the choice at random.")] = 0,
    outlet: Annotated[
        str | None,
        typer.Option("--outlet", metavar="DOMAIN", help="Only documents of this outlet; `unknown` for those of none."),
    ] = None,
    category: Annotated[
        str | None, typer.Option("--category", metavar="CATEGORY", help="Only documents that lost some of this.")
    ] = None,
    rule: Annotated[
        str | None,
        typer.Option("--rule", metavar="ID", help="Only documents in which this rule fired, or a rule of this file."),
    ] = None,
) -> None:
    """Write a page about a finished run: what was removed, by which rules, and the riskiest removals first.

    The page is one file that needs no network. Its figures count the whole run, however many documents it shows.

    Example: `cleaner report cleaned/ -o report.html`
    """
    from rich.progress import track

    from cleaner.finished import cleaned_documents
    from cleaner.logs import opened
    from cleaner.report.page.build import check_place, page, write
    from cleaner.report.page.overview import overview
    from cleaner.report.page.sample import BYTES, Asked, choose
    from cleaner.report.palette import make_console

    check_place(target)
    asked = Asked(documents, seed, outlet, category, rule)
    with opened(out) as logs:
        figures = overview(logs, asked)
    written = figures["totals"]["written"]
    console = make_console(stderr=True)
    found = track(
        cleaned_documents(out, asked.may_concern),
        "reading",
        written,
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    sample = choose(found, asked, BYTES // max(1, min(documents, written)))
    content = page({**figures, **sample.as_data()})
    write(target, content)
    complain(f"{target}: {sample.said} {len(content) / 1e6:.1f} MB")
    for document, problem in sample.problems:
        complain(f"{document}: {problem}")
    if sample.unreadable:
        raise typer.Exit(EXIT_FAILED)
