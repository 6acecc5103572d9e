"""`cleaner rules list`, `show`, `schema` and `explain`: what rules there are, and what they say of a text."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated

import typer

from cleaner.cli.options import Outlet, Rules, make_cleaner


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
    table = Table(title_justify="left")
    table.add_column("id", no_wrap=True)
    for heading in ("category", "language", "where", "takes", "phrases"):
        table.add_column(heading)
    for rule in rulebook.rules:
        if (files is None or rule.file in files) and category in (None, rule.category):
            entry = rule.entry
            takes = (
                "characters"
                if entry.inline
                else "nothing"
                if entry.keep
                else f"run to {entry.until}"
                if entry.until
                else "block"
            )
            table.add_row(
                rule.id, rule.category or "keep", entry.language or "", entry.where, takes, str(len(entry.phrases))
            )
    make_console().print(table)


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


def schema() -> None:
    """Print the JSON Schema of a rule file, for editors.

    Example: `cleaner rules schema > rules.schema.json`
    """
    from cleaner.rulebook.schema import RuleFile

    print(json.dumps(RuleFile.model_json_schema(), indent=2))


def explain(
    place: Annotated[str, typer.Argument(metavar="FILE[:LINE]", help="One article, and a line of it, from 1.")],
    outlet: Outlet = None,
    rules: Rules = None,
) -> None:
    """Show what rules say of an article: which looked at a line, which won, and why the others lost.

    With LINE, also the rules that almost had a say on it: one other word, too many words, or another outlet's. The
    heuristics have no part in it; `cleaner explain` shows them too.

    Example: `cleaner rules explain articles/0001.txt:12 --outlet example-times.com`
    """
    from cleaner.errors import DocumentError, UsageError
    from cleaner.io.files import locate
    from cleaner.io.inputs import gather
    from cleaner.lint.book import Book
    from cleaner.reading import read_source
    from cleaner.report.palette import make_console
    from cleaner.report.rules import Lines, rules_said

    numbered = None if Path(place).exists() else re.fullmatch(r"(.+):(\d+)", place)
    name, line = (numbered[1], int(numbered[2])) if numbered else (place, None)
    if Path(name).is_dir() or (source := gather([locate(name)]).sources[0]).holds_records:
        raise UsageError(f"{name}: holds many documents; name a file with one article")
    cleaner = make_cleaner(rules, rules_only=True)
    _, reading = next(read_source(source, cleaner, outlet))
    if isinstance(reading, DocumentError):
        raise UsageError(str(reading))
    last = len(Lines(reading.document.text))
    if line is not None and not 1 <= line <= last:
        raise UsageError(f"{name}: there is no line {line}; the last one is {last}")
    console = make_console()
    said = list(rules_said(Book(cleaner.matcher), cleaner.decide(reading.document), line))
    if line is not None and len(said) == 1:
        raise UsageError(f"{name}: line {line} is blank")
    for piece in said:
        console.print(piece)
