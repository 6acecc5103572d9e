"""`cleaner clean`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.guard import EXIT_FAILED, complain, need_sources
from cleaner.cli.options import Drop, Inputs, Keep, Mode, ModeOption, Outlet, Rules, RulesOnly, make_cleaner
from cleaner.errors import UsageError

if TYPE_CHECKING:
    from cleaner.api import Cleaner

STDIN = "-"


def clean(
    inputs: Inputs,
    out: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="OUT", help="Folder for the cleaned texts.")
    ] = None,
    outlet: Outlet = None,
    rules: Rules = None,
    mode: ModeOption = Mode.balanced,
    keep: Keep = None,
    drop: Drop = None,
    rules_only: RulesOnly = False,
    flag_only: Annotated[
        bool, typer.Option("--flag-only", help="Leave documents that hold no article as they are, and flag them.")
    ] = False,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Worker processes.")] = os.cpu_count() or 1,
    resume: Annotated[bool, typer.Option("--resume", help="Go on, also after rules or options changed.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Start anew in a folder that is in use.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report only; write nothing.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no summary.")] = False,
) -> None:
    """Clean articles: the same tree of files comes out, without the boilerplate.

    OUT/.cleaner keeps a record of every removal, so that `cleaner restore` can put it back.

    Example: `cleaner clean articles/ -o cleaned/`
    """

    def cleaner() -> Cleaner:
        return make_cleaner(rules, mode, keep, drop, rules_only=rules_only, flag_only=flag_only)

    if [str(path) for path in inputs] == [STDIN]:
        _clean_stdin(cleaner(), outlet)
        return
    if STDIN in map(str, inputs):
        raise UsageError("`-` reads standard input and cannot stand beside other inputs")
    if out is None and not dry_run:
        raise UsageError("where to? name the output folder with -o OUT, or look first with --dry-run")
    if resume and overwrite:
        raise UsageError("--resume goes on with a run and --overwrite starts anew; choose one")
    _clean_files(inputs, None if dry_run else out, cleaner(), outlet, jobs, resume, overwrite, quiet)


def _clean_stdin(cleaner: Cleaner, outlet: str | None) -> None:
    from cleaner.errors import DocumentError
    from cleaner.reading import read_document

    try:
        reading = read_document(sys.stdin.buffer.read(), cleaner, id="standard input", outlet=outlet)
    except DocumentError as e:
        raise UsageError(str(e)) from None
    cleaned = cleaner.clean(reading.document)
    sys.stdout.buffer.write(reading.decoded.encode(cleaned.text))
    sys.stdout.buffer.flush()
    for refusal in cleaned.refusals:
        complain(f"kept: {refusal.rule} {refusal.reason}")
    if cleaned.flags:
        raise typer.Exit(EXIT_FAILED)


def _clean_files(
    inputs: list[Path],
    out: Path | None,
    cleaner: Cleaner,
    outlet: str | None,
    jobs: int,
    resume: bool,
    overwrite: bool,
    quiet: bool,
) -> None:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from cleaner.batch import Run, Totals, clean_all
    from cleaner.io.files import gather
    from cleaner.report.palette import make_console, shown
    from cleaner.report.summary import summary

    console = make_console(stderr=True, quiet=quiet)
    found = gather(inputs, out)
    for note in found.notes:
        console.print(shown(note, "yellow"))
    if found.skipped:
        kinds = ", ".join(f"{n} {suffix}" for suffix, n in found.skipped.items())
        console.print(shown(f"skipped: {kinds}", "yellow"))
    need_sources(len(found.sources), ", ".join(map(str, inputs)))
    totals = Totals()
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[state]}"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as progress:
        task = progress.add_task("clean", total=len(found.sources), state="")
        run = Run.of(cleaner, out, outlet)
        for _, totals in clean_all(run, found.sources, jobs, resume=resume, overwrite=overwrite):
            state = f"{len(totals.flagged)} flagged, {len(totals.failed)} failed"
            progress.update(task, advance=1, state=state)
    console.print(summary(totals, dry=out is None))
    if totals.failed or totals.flagged:
        raise typer.Exit(EXIT_FAILED)
