"""`cleaner rules check` and `test`: do rules hold, and what do they take."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.guard import EXIT_FAILED, EXIT_USAGE, complain, need_sources
from cleaner.cli.options import Rules

if TYPE_CHECKING:
    from cleaner.lint import Finding, Report


def check(
    outlet: Annotated[
        str | None, typer.Argument(metavar="[DOMAIN]", help="Only this outlet's files.", show_default=False)
    ] = None,
    rules: Rules = None,
    as_json: Annotated[bool, typer.Option("--json", help="All findings as JSON, for editors and CI.")] = False,
) -> None:
    """Prove rules, and say what could be better in them: path, line and column, what is wrong, and what to do.

    An error keeps all rules from loading: keys, patterns, examples that fail, rules that fire in none, plain prose
    that is taken; the exit code is 2. A warning, such as a phrase that another one takes anyway, is a mistake that
    does no harm; the exit code stays 0, and CI that wants none counts them in `--json`. With DOMAIN there are notes
    too. With `--rules`, warnings are given for the files of these folders only.

    Example: `cleaner rules check --rules my-rules/`
    """
    from cleaner.lint import check as check_rules
    from cleaner.report import findings
    from cleaner.report.palette import make_console

    report = check_rules(rules or (), outlet)
    if as_json:
        print(json.dumps(findings.as_json(report.findings), ensure_ascii=False, indent=2))
    elif not report.errors:
        console = make_console()
        for finding in report.findings if outlet else report.warnings:
            if finding.code != "uncovered":  # the table says it
                console.print(findings.line(finding))
        if report.findings:
            console.print(
                findings.by_rule(report.coverage) if outlet else findings.by_file(report.coverage, report.findings)
            )
        complain(_holds(report))
    else:
        _complain_of(report.errors, outlet)
    if report.errors:
        raise typer.Exit(EXIT_USAGE)


def _holds(report: Report) -> str:
    files = len({row.file for row in report.coverage})
    warnings = f"; {_counted(len(report.warnings), 'warning')}" if report.warnings else ""
    rules, held = _counted(len(report.coverage), "rule"), _counted(files, "file")
    return f"{rules} in {held} hold; {_counted(report.examples, 'example')} passed{warnings}"


def _complain_of(errors: list[Finding], outlet: str | None) -> None:
    """Name what keeps rules from loading: that of the outlet, if it has any."""
    own = [finding.error for finding in errors if f"outlets/{outlet}." in Path(finding.error.path).as_posix()]
    found = own or [finding.error for finding in errors]
    for error in found:
        complain(error)
    others = f"; none of them in the file of {outlet}, but no rule loads before" if outlet and not own else ""
    complain(_counted(len(found), "finding") + others)


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def try_out(
    outlet: Annotated[str, typer.Argument(metavar="DOMAIN", help="The outlet whose rules are tried.")],
    on: Annotated[
        list[str], typer.Option("--on", metavar="FOLDER", help="Its articles: folders or files, also of records.")
    ],
    rules: Rules = None,
    rule: Annotated[str | None, typer.Option("--rule", metavar="ID", help="Only this rule.")] = None,
) -> None:
    """Try the rules of an outlet, and of the networks it extends, on its articles: what does each take, and how often.

    All documents are taken for articles of that outlet. Names the rules that never fired, and each block that reads
    as prose and was taken. Writes nothing. Exit code 1 if a document cannot be read or a cut was refused.

    Example: `cleaner rules test example-times.com --on articles/ --rules my-rules`
    """
    from cleaner.cli.options import make_cleaner
    from cleaner.errors import UsageError
    from cleaner.io.files import locate
    from cleaner.io.inputs import gather
    from cleaner.lint.trial import try_rules
    from cleaner.reading import read_source
    from cleaner.report.palette import make_console
    from cleaner.report.trial import trial_said

    cleaner = make_cleaner(rules, rules_only=True)
    rulebook = cleaner.rulebook
    if outlet not in rulebook.outlets:
        raise UsageError(f"no rules for {outlet!r}; start with `cleaner rules new {outlet}`")
    files = rulebook.files_for(outlet)
    own = [one for one in rulebook.rules if one.file in files]
    chosen = [one for one in own if rule in (None, one.id, one.id.removeprefix(f"{one.file}/"))]
    if not chosen:
        known = ", ".join(one.id.removeprefix(f"{one.file}/") for one in own)
        raise UsageError(f"no rule {rule!r} for {outlet}; its rules: {known or 'none'}")
    sources = gather([locate(name) for name in on]).sources
    need_sources(len(sources), ", ".join(on))
    trial = try_rules(chosen, cleaner, (pair for source in sources for pair in read_source(source, cleaner, outlet)))
    console = make_console()
    for piece in trial_said(trial):
        console.print(piece)
    for failure in trial.failed:
        complain(failure)
    took = sum(tally.characters for tally in trial.tallies)
    refused = sum(tally.refusals for tally in trial.tallies)
    failed = f"; {len(trial.failed):,} failed" if trial.failed else ""
    complain(
        f"{_counted(trial.documents, 'document')}; {_counted(took, 'character')} removed; {refused:,} refused{failed}"
    )
    if trial.failed or refused:
        raise typer.Exit(EXIT_FAILED)
