"""`cleaner rules import`: rule files of other programs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.guard import EXIT_FAILED

if TYPE_CHECKING:
    from rich.table import Table

    from cleaner.imported.importing import Imported


class Format(StrEnum):
    """The formats that are read."""

    ftr = "ftr"
    adblock = "adblock"


def import_(
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="SOURCE", help="Files of ftr-site-config, folders of them, ad-block lists.", show_default=False
        ),
    ],
    out: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Rules folder to write to.")],
    read_as: Annotated[
        Format | None, typer.Option("--from", help="What the sources are; otherwise each is looked at.")
    ] = None,
    domain: Annotated[
        list[str] | None, typer.Option("--domain", metavar="DOMAIN", help="Only this outlet. Repeatable.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write here what was not taken, and why.")
    ] = None,
) -> None:
    """Import rule files of other programs: site patterns of Full-Text RSS, cosmetic filters of ad-block lists.

    What our rules cannot say is reported, never guessed. Files that are there are not overwritten.

    Example: `cleaner rules import ftr-site-config/ easylist.txt -o my-rules --domain example.com`
    """
    from cleaner.errors import UsageError
    from cleaner.imported.draft import domain_of
    from cleaner.imported.importing import Kind, import_rules
    from cleaner.io.files import write_atomically
    from cleaner.report.palette import make_console, plain

    wanted = {name: domain_of(name) for name in domain or ()}
    if bad := next((name for name, known in wanted.items() if known is None), None):
        raise UsageError(f"{bad!r} is not a domain such as example-times.com")
    if report is not None and report.exists() and any(report.samefile(s) or report.parent.samefile(s) for s in sources):
        raise UsageError(f"{report}: is one of the sources; name another file for the report")
    kind = Kind(read_as) if read_as else None
    imported = import_rules(sources, out, kind, frozenset(filter(None, wanted.values())))
    if report is not None:
        write_atomically(report, "".join(f"{plain(str(refusal))}\n" for refusal in imported.refusals).encode())
    console = make_console()
    console.print(_table(imported))
    console.print()
    files = f"{_counted(imported.written)} written to {out / 'outlets'}"
    console.print(f"{files}; {len(imported.grown)} grown; {len(imported.same)} held all of it already", markup=False)
    if imported.refusals and report is None:
        console.print("--report FILE says line by line what was not taken", markup=False)
    if not (imported.written or imported.grown or imported.same):
        raise typer.Exit(EXIT_FAILED)


def _counted(files: tuple[Path, ...]) -> str:
    return f"{len(files):,} rule {'file' if len(files) == 1 else 'files'}"


def _table(imported: Imported) -> Table:
    from collections import Counter

    from rich.table import Table

    table = Table("", "what", show_edge=False, pad_edge=False)
    table.add_column("count", justify="right")
    reasons = Counter(refusal.reason for refusal in imported.refusals)
    for title, counts in (("taken", imported.taken), ("not taken", reasons), ("not for rules", imported.ignored)):
        for n, (what, count) in enumerate(sorted((+counts).items(), key=lambda item: (-item[1], item[0]))):
            table.add_row(title if n == 0 else "", what, f"{count:,}")
        table.add_section()
    return table
