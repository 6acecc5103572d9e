"""`cleaner clean`."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.cluster import clean_with_ray
from cleaner.cli.guard import EXIT_FAILED, complain, need_sources
from cleaner.cli.options import (
    DateField,
    Drop,
    Engine,
    IdField,
    Inputs,
    Keep,
    Mode,
    ModeOption,
    Outlet,
    OutletField,
    PageField,
    PageFormat,
    PageFormatOption,
    ReadAs,
    Rules,
    RulesOnly,
    TextField,
    To,
    UrlField,
    make_cleaner,
)
from cleaner.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from cleaner.accounts import Totals
    from cleaner.api import Cleaner
    from cleaner.io.ledger import Entry
    from cleaner.report.progress import Progress

STDIN = "-"


def clean(
    inputs: Inputs,
    out: Annotated[
        str | None, typer.Option("-o", "--output", metavar="OUT", help="Folder for the cleaned texts.")
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
    read_as: ReadAs = None,
    to: To = None,
    page_format: PageFormatOption = PageFormat.text,
    page_metadata: Annotated[
        bool, typer.Option("--metadata/--no-metadata", help="Read title, byline, date and the like of HTML pages.")
    ] = True,
    text_field: TextField = None,
    html_field: PageField = None,
    id_field: IdField = None,
    url_field: UrlField = None,
    outlet_field: OutletField = None,
    date_field: DateField = None,
    add_removals: Annotated[
        bool, typer.Option("--add-removals", help="Put what was removed into a field of each record.")
    ] = False,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Worker processes.")] = os.cpu_count() or 1,
    engine: Annotated[Engine, typer.Option("--engine", help="This machine, or a Ray cluster.")] = Engine.local,
    resume: Annotated[
        bool,
        typer.Option("--resume", "--changed", help="Go on; clean again what changed inputs, rules or options concern."),
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Start anew in a folder that is in use.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report only; write nothing.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")] = False,
    log_json: Annotated[bool, typer.Option("--log-json", help="Progress and failures as JSON lines.")] = False,
) -> None:
    """Clean articles: the same tree of files comes out, without the boilerplate.

    Reads texts, pages, and records in .jsonl, .json, .csv, .tsv, .parquet, .arrow and .warc files, also .gz, .zst,
    .bz2 or .xz. OUT/.cleaner keeps a record of every removal, so that `cleaner restore` can put it back.

    Example: `cleaner clean articles/ -o cleaned/`
    """
    _check(inputs, out, resume=resume, overwrite=overwrite, dry_run=dry_run, quiet=quiet, log_json=log_json)
    if engine is Engine.ray and (out is None or STDIN in inputs or outlet or to or resume or dry_run or log_json):
        raise UsageError(
            "--engine ray cleans files into -o OUT, all in their format; --outlet, --to, --resume, --dry-run and "
            "--log-json work on one machine only"
        )
    from cleaner.batch import clean_all, clean_stream
    from cleaner.io.files import locate
    from cleaner.io.inputs import gather, size_of, standard_input
    from cleaner.io.records import Fields
    from cleaner.report.palette import make_console
    from cleaner.tasks import Run

    cleaner = make_cleaner(
        rules, mode, keep, drop, rules_only=rules_only, flag_only=flag_only, page_format=page_format,
        page_metadata=page_metadata,
    )  # fmt: skip
    gc.freeze()  # the rules stay: nobody need look through them for garbage, over and over
    fields = Fields(text_field, html_field, id_field, url_field, outlet_field, date_field)
    if engine is Engine.ray:
        console = make_console(stderr=True, quiet=quiet)
        clean_with_ray(
            inputs, out or "", cleaner, fields, read_as, console, add_removals=add_removals, overwrite=overwrite
        )
        return
    if out is not None and "://" in out:
        raise UsageError(f"{out}: is no folder of this machine; write to one, or work with --engine ray")
    folder = None if dry_run or out is None else Path(out)
    run = Run.of(cleaner, folder, outlet, fields, add_removals=add_removals)
    console = make_console(stderr=True, quiet=quiet or log_json)
    if inputs == [STDIN]:
        source = standard_input(read_as, to)
        if not source.holds_records:
            _clean_stdin(cleaner, outlet, is_html=source.is_html)
            return
        with _progress(console, 0, quiet=True) as progress:
            _run(clean_stream(run, source, sys.stdout.buffer, progress.note), progress, console, dry=False)
        return
    found = gather([locate(name) for name in inputs], folder, read_as=read_as, to=to)
    with _progress(console, sum(map(size_of, found.sources)), quiet=quiet, log_json=log_json) as progress:
        for note in found.notes:
            progress.note(note)
        if found.skipped:
            progress.note("skipped: " + ", ".join(f"{n} {suffix}" for suffix, n in found.skipped.items()))
        need_sources(len(found.sources), ", ".join(inputs))
        steps = clean_all(run, found, jobs, resume=resume, overwrite=overwrite, say=progress.note)
        _run(steps, progress, console, dry=folder is None)


def _check(
    inputs: list[str],
    out: str | None,
    *,
    resume: bool,
    overwrite: bool,
    dry_run: bool,
    quiet: bool,
    log_json: bool,
) -> None:
    """Refuse calls that make no sense."""
    if STDIN in inputs and len(inputs) > 1:
        raise UsageError("`-` reads standard input and cannot stand beside other inputs")
    if STDIN not in inputs and out is None and not dry_run:
        raise UsageError("where to? name the output folder with -o OUT, or look first with --dry-run")
    if resume and overwrite:
        raise UsageError("--resume goes on with a run and --overwrite starts anew; choose one")
    if quiet and log_json:
        raise UsageError("--quiet says nothing and --log-json logs; choose one")


def _progress(console: Console, size: int, *, quiet: bool, log_json: bool = False) -> Progress:
    from cleaner.report.progress import Bar, JsonLog, Lines, Silent

    if quiet:
        return Silent()
    if log_json:
        return JsonLog(size)
    return Bar(console, size) if console.is_terminal else Lines(console, size)


def _run(steps: Iterable[tuple[Entry, Totals]], progress: Progress, console: Console, *, dry: bool) -> None:
    from cleaner.accounts import Totals
    from cleaner.report.summary import summary

    totals = Totals()
    for entry, totals in steps:
        progress.advance(entry, totals)
    progress.finish(totals)
    console.print(summary(totals, dry=dry))
    if totals.failures or totals.flags:
        raise typer.Exit(EXIT_FAILED)


def _clean_stdin(cleaner: Cleaner, outlet: str | None, *, is_html: bool) -> None:
    from cleaner.errors import DocumentError
    from cleaner.reading import read_document

    try:
        data = sys.stdin.buffer.read()
        reading = read_document(data, cleaner, id="standard input", outlet=outlet, is_html=is_html)
    except DocumentError as e:
        raise UsageError(str(e)) from None
    cleaned = cleaner.clean(reading.document)
    sys.stdout.buffer.write(reading.decoded.encode(cleaned.text))
    sys.stdout.buffer.flush()
    for refusal in cleaned.refusals:
        complain(f"kept: {refusal.rule} {refusal.reason}")
    if cleaned.flags:
        raise typer.Exit(EXIT_FAILED)
