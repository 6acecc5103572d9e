"""`cleaner restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cleaner.cli.guard import EXIT_FAILED, complain


def restore(
    out: Annotated[Path, typer.Argument(help="The output folder of `cleaner clean`.")],
    target: Annotated[Path, typer.Option("-o", "--output", metavar="ORIGINALS", help="Folder for the restored texts.")],
    category: Annotated[
        str | None, typer.Option("--category", metavar="CATEGORY", help="Put back only this category.")
    ] = None,
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="ID", help="Put back only this rule, or all rules of this file.")
    ] = None,
    outlet: Annotated[
        str | None, typer.Option("--outlet", metavar="DOMAIN", help="Put back only in articles of this outlet.")
    ] = None,
) -> None:
    """Put removed text back, byte for byte; all of it, or one category, rule or outlet.

    Example: `cleaner restore cleaned/ -o originals/`
    """
    from cleaner.restoring import restore_all

    written = failed = 0
    for name, documents, problem in restore_all(out, target, category, rule, outlet):
        if problem:
            failed += documents
            complain(f"{name}: {problem}")
        else:
            written += documents
    complain(f"{written} documents restored to {target}; {failed} failed")
    if failed:
        raise typer.Exit(EXIT_FAILED)
