"""`cleaner rules`: list, show, check, schema, new."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from cleaner.cli.guard import EXIT_USAGE, complain, guarded
from cleaner.cli.options import Rules

app = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown", help="Look at rules, prove them, start new ones.")

SKELETON = """\
outlet: {domain}
name: {name}
fingerprints: []          # short texts that only this outlet's articles hold
rules:
  - id: standing-line
    category: other       # see `cleaner rules schema` for all categories and keys
    why: say what this text is
    lines:
      - Put a line here that the outlet repeats under its articles
examples:
  - name: the line goes
    text: |
      Paste an article with the line here.

      Put a line here that the outlet repeats under its articles
    becomes: TODO
  - name: a text that looks alike and must stay
    text: |
      Paste prose here that talks of the same thing.
    becomes: same
"""


@app.command("list")
@guarded
def list_rules(
    outlet: Annotated[
        str | None, typer.Option("--outlet", metavar="DOMAIN", help="Only rules for this outlet.")
    ] = None,
    category: Annotated[str | None, typer.Option("--category", metavar="CATEGORY", help="Only this category.")] = None,
    rules: Rules = None,
) -> None:
    """List the rules with their category, place and number of phrases.

    Example: `cleaner rules list --category newsletter`
    """
    from rich.table import Table

    from cleaner.report.palette import make_console
    from cleaner.rulebook.load import load, search_path

    rulebook = load(search_path(rules or ()))
    files = rulebook.files_for(outlet) if outlet else None
    table = Table("id", "category", "language", "where", "takes", "phrases", title_justify="left")
    for rule in rulebook.rules:
        if (files is None or rule.file in files) and category in (None, rule.category):
            entry = rule.entry
            phrases = entry.lines or entry.start or entry.inline or entry.keep or ()
            takes = (
                "characters"
                if entry.inline
                else "nothing"
                if entry.keep
                else f"run to {entry.until}"
                if entry.until
                else "block"
            )
            table.add_row(rule.id, rule.category or "keep", entry.language or "", entry.where, takes, str(len(phrases)))
    make_console().print(table)


@app.command()
@guarded
def show(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="Full id, such as outlets/example.com/support-plea.")],
    rules: Rules = None,
) -> None:
    """Show one rule, where it stands, and what it would match.

    Example: `cleaner rules show generic/ad/marker-en`
    """
    import difflib

    import yaml

    from cleaner.errors import UsageError
    from cleaner.rulebook.load import load, search_path
    from cleaner.rulebook.load import rule_id as full_id

    rulebook = load(search_path(rules or ()))
    known = {rule.id: rule for rule in rulebook.rules}
    if rule_id not in known:
        near = difflib.get_close_matches(rule_id, known, n=1)
        raise UsageError(
            f"no rule {rule_id!r}; " + (f"did you mean {near[0]!r}?" if near else "see `cleaner rules list`")
        )
    for file in rulebook.files:
        for i, entry in enumerate(file.content.rules):
            if full_id(file.path, entry) == rule_id and entry == known[rule_id].entry:
                line, _ = file.sourced.marks["rules", i]
                print(f"# {file.display}:{line}")
    data = known[rule_id].entry.model_dump(mode="json", exclude_defaults=True)
    print(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110), end="")


@app.command()
@guarded
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


@app.command()
@guarded
def schema() -> None:
    """Print the JSON Schema of a rule file, for editors.

    Example: `cleaner rules schema > rules.schema.json`
    """
    from cleaner.rulebook.schema import RuleFile

    print(json.dumps(RuleFile.model_json_schema(), indent=2))


@app.command()
@guarded
def new(
    domain: Annotated[str, typer.Argument(help="The outlet's main domain.")],
    out: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Rules folder to put it in.")] = Path(
        "rules"
    ),
) -> None:
    """Start a rule file for an outlet; its example says TODO until you write what must come out.

    Example: `cleaner rules new example-times.com -o my-rules`
    """
    import regex

    from cleaner.errors import UsageError
    from cleaner.io.files import write_atomically
    from cleaner.rulebook.schema import DOMAIN

    if not regex.match(DOMAIN, domain):
        raise UsageError(f"{domain!r} is not a domain such as example-times.com, in small letters")
    path = out / "outlets" / f"{domain}.yaml"
    if path.exists():
        raise UsageError(f"{path}: exists already; edit it")
    write_atomically(path, SKELETON.format(domain=domain, name=domain).encode())
    complain(f"{path}: written. Fill it in, then: cleaner rules check {domain} --rules {out}")
