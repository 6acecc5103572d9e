"""`cleaner diff`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.guard import EXIT_FAILED, complain, need_sources
from cleaner.cli.options import Drop, Inputs, Keep, Mode, Rules, RulesOnly, make_cleaner, split
from cleaner.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cleaner.api import Cleaner
    from cleaner.choosing import Found
    from cleaner.comparing import Changes
    from cleaner.errors import DocumentError
    from cleaner.reading import Reading
    from cleaner.report.diff import Form
    from cleaner.report.views import View


def diff(
    inputs: Inputs,
    outlet: Annotated[
        str | None,
        typer.Option(
            "--outlet",
            metavar="DOMAIN",
            help="The outlet of all documents, if you know it; of a finished run, show only documents of this outlet.",
        ),
    ] = None,
    rules: Rules = None,
    against: Annotated[
        list[Path] | None,
        typer.Option("--against", metavar="DIR", help="Other rules: show only what changes with them. Repeatable."),
    ] = None,
    mode: Annotated[
        Mode | None, typer.Option("--mode", help="How sure a removal must be.", show_default="balanced")
    ] = None,
    keep: Keep = None,
    drop: Drop = None,
    rules_only: RulesOnly = False,
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="ID", help="Show only this rule, or all rules of this file.")
    ] = None,
    category: Annotated[
        list[str] | None,
        typer.Option("--category", metavar="CATEGORY", help="Show only this category. Repeatable."),
    ] = None,
    flagged: Annotated[bool, typer.Option("--flagged", help="Show only documents with flags or refused cuts.")] = False,
    least: Annotated[
        float, typer.Option("--min-confidence", metavar="X", min=0, max=1, help="Show only removals as sure as this.")
    ] = 0.0,
    most: Annotated[
        float,
        typer.Option("--max-confidence", metavar="X", min=0, max=1, help="Show only removals no surer than this."),
    ] = 1.0,
    sample: Annotated[
        int | None,
        typer.Option("--sample", metavar="N", min=1, help="Show N of the documents that there would be to show."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Draw others with another number.")] = 0,
    side_by_side: Annotated[
        bool, typer.Option("--side-by-side", "-y", help="Show source and cleaned text in two columns.")
    ] = False,
    stat: Annotated[bool, typer.Option("--stat", help="Show one line for each document, and the sums.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON for each document.")] = False,
    context: Annotated[
        int, typer.Option("--context", "-U", metavar="N", min=0, help="Lines of kept text around each removal.")
    ] = 1,
    why: Annotated[bool, typer.Option("--why", help="Show confidence and reason beside each removal.")] = False,
    no_pager: Annotated[
        bool, typer.Option("--no-pager", help="Do not send long output through $PAGER (else less).")
    ] = False,
) -> None:
    """Preview what `clean` would remove, with category and rule beside it. Writes no text.

    Lines that go are marked `-`, lines with cuts inside `~`, and cuts that the guard refused `!`. A folder that
    `clean` has written is not cleaned again: what was removed is shown, with the same filters.

    With `--against DIR`, only what changes from one set of rules to another is shown. The new one is the packaged
    rules with DIR; the old one is the packaged rules with those of `--rules`, or of a finished run what it was cleaned
    with. For a finished run, give its `--mode`, `--keep`, `--drop` and `--rules-only` again.

    Example: `cleaner diff articles/ --category newsletter`
    """
    from functools import partial

    from cleaner import previews
    from cleaner.choosing import Choice, check_rule
    from cleaner.report import views
    from cleaner.report.comparison import heading
    from cleaner.report.diff import Look
    from cleaner.report.screen import paged

    look, run = Look(_form(side_by_side, stat, as_json), context, why), _run_in(inputs)
    choice = Choice(split(category), rule, outlet if run else None, flagged, least, most)
    made = partial(make_cleaner, mode=mode or Mode.balanced, keep=keep, drop=drop, rules_only=rules_only)
    if run:
        cleaning = (
            [] if against else [("--mode", mode), ("--keep", keep), ("--drop", drop), ("--rules-only", rules_only)]
        )
        _refuse([("--rules", rules), *cleaning], run)
        new = made(against) if against else None
        results = partial(previews.of_run, run, choice, new)
    else:
        old, new = made(rules), made(against) if against else None
        cleaners = [old, new] if new else [old]
        if rule:
            check_rule(rule, [known.id for cleaner in cleaners for known in cleaner.rulebook.rules])
        results = partial(previews.of_inputs, _readings(inputs, old, outlet), cleaners)
    with paged(wanted=not no_pager) as console:
        look, drawn = look.on(console), (sample, seed) if sample else None
        view: View[Found] | View[Changes]
        view = views.changes(choice, look, drawn) if new else views.cuts(choice, look, drawn, is_done=bool(run))
        if new and not as_json:
            console.print(heading(_called(rules, run), _called(against), look))
        failed = view.show(results(view.wanted), console, complain)
    if failed or view.sums.refused:
        raise typer.Exit(EXIT_FAILED)


def _form(side_by_side: bool, stat: bool, as_json: bool) -> Form:
    """Return the view that was asked for."""
    from cleaner.report.diff import Form

    asked = {Form.side_by_side: side_by_side, Form.stat: stat, Form.json: as_json}
    forms = [form for form, is_asked in asked.items() if is_asked]
    if len(forms) > 1:
        raise UsageError(f"--{forms[0]} and --{forms[1]} are two views; choose one")
    return forms[0] if forms else Form.unified


def _run_in(inputs: list[str]) -> Path | None:
    """Return the input if it is the output folder of a finished run."""
    from cleaner.io import ledger
    from cleaner.io.files import is_remote, locate

    paths = [path for path in map(locate, inputs) if not is_remote(path)]
    runs = [path for path in paths if ledger.exists(path)]
    if runs and len(inputs) > 1:
        raise UsageError(f"{runs[0]}: is a finished run, and is shown alone; leave out the other inputs")
    return runs[0] if runs else None


def _refuse(options: list[tuple[str, object]], run: Path) -> None:
    """Refuse options that a finished run has no use for."""
    if given := [name for name, value in options if value]:
        raise UsageError(
            f"{run}: is a finished run, and is shown as it was cleaned; leave out {', '.join(given)}, "
            "or see with --against DIR what other rules would make of it"
        )


def _called(rules: list[Path] | None, run: Path | None = None) -> str:
    """Return what some rules are called."""
    return f"the run in {run}" if run else ", ".join(map(str, rules or ())) or "the packaged rules"


def _readings(inputs: list[str], cleaner: Cleaner, outlet: str | None) -> Iterator[tuple[str, Reading | DocumentError]]:
    """Return the documents to preview, or why one cannot be read."""
    from cleaner.io.files import locate
    from cleaner.io.inputs import gather
    from cleaner.reading import read_document, read_source

    if inputs == ["-"]:
        return iter([("-", read_document(sys.stdin.buffer.read(), cleaner, id="-", outlet=outlet))])
    sources = gather([locate(name) for name in inputs]).sources
    need_sources(len(sources), ", ".join(inputs))
    return (reading for source in sources for reading in read_source(source, cleaner, outlet))
