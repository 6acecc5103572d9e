"""`cleaner rules check`: do rules hold."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cleaner.cli.guard import EXIT_USAGE, complain
from cleaner.cli.options import Rules


def check(
    outlet: Annotated[
        str | None, typer.Argument(metavar="[DOMAIN]", help="Only this outlet's files.", show_default=False)
    ] = None,
    rules: Rules = None,
) -> None:
    """Prove rules: schema, patterns, every example, every rule fired, plain prose left alone.

    Example: `cleaner rules check --rules my-rules/`
    """
    from cleaner.api import Cleaner
    from cleaner.errors import RulesError, UsageError

    try:
        rulebook = Cleaner(rules=rules or ()).rulebook
    except RulesError as e:
        mine = [finding for finding in e.findings if f"outlets/{outlet}." in Path(finding.path).as_posix()]
        findings = mine or e.findings  # one broken file keeps all rules from loading
        for finding in findings:
            complain(finding)
        complain(f"{len(findings)} {'finding' if len(findings) == 1 else 'findings'}")
        raise typer.Exit(EXIT_USAGE) from None
    if outlet is not None and outlet not in rulebook.outlets:
        raise UsageError(f"no rules for {outlet!r}; start with `cleaner rules new {outlet}`")
    examples = sum(len(file.content.examples) for file in rulebook.files)
    complain(f"{len(rulebook.rules)} rules in {len(rulebook.files)} files hold; {examples} examples passed")
