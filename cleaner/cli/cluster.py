"""`cleaner clean --engine ray`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import typer

from cleaner.cli.guard import EXIT_FAILED
from cleaner.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from cleaner.api import Cleaner
    from cleaner.io.records import Fields


def clean_with_ray(
    inputs: list[str],
    out: str,
    cleaner: Cleaner,
    fields: Fields,
    read_as: str | None,
    console: Console,
    *,
    add_removals: bool,
    overwrite: bool,
) -> None:
    """Clean files on the Ray cluster of this environment, or on one that is started for it on this machine."""
    try:
        from cleaner.adapters.ray import clean_paths
    except ModuleNotFoundError as e:
        raise UsageError(str(e)) from None
    from cleaner.accounts import Totals
    from cleaner.report.summary import summary

    counts = clean_paths(
        inputs, out, cleaner, fields=fields, format=read_as, add_removals=add_removals, overwrite=overwrite
    )
    known = {domain: documents for domain, documents in counts.outlets.items() if domain}
    totals = Totals(
        documents=counts.documents,
        written=counts.documents - counts.failed,
        failures=counts.failed,
        flags=counts.flagged,
        outlets=Counter(known),
        characters=counts.characters,
        removed_blocks=Counter(counts.removals),
        removed_characters=Counter(counts.removed_characters),
    )
    console.print(summary(totals))
    if counts.failed or counts.flagged:
        raise typer.Exit(EXIT_FAILED)
