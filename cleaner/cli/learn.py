"""`cleaner learn`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.guard import EXIT_FAILED, complain
from cleaner.cli.options import Inputs, PageField, Rules, TextField, make_cleaner

if TYPE_CHECKING:
    from cleaner.learn.learning import Draft

Domain = Annotated[str, typer.Option("--outlet", metavar="DOMAIN", help="The outlet's main domain.")]
Name = Annotated[str, typer.Option("--name", metavar="NAME", help="The outlet's name as readers know it.")]
Others = Annotated[
    list[str] | None,
    typer.Option("--others", metavar="PATH", help="Articles of other outlets, to tell this one apart. Repeatable."),
]
Jobs = Annotated[
    int | None, typer.Option("-j", "--jobs", metavar="N", min=1, help="Worker processes; all cores by default.")
]


def learn(
    inputs: Inputs,
    outlet: Domain,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Where the draft goes; standard output without."),
    ] = None,
    name: Name = "",
    others: Others = None,
    rules: Rules = None,
    jobs: Jobs = None,
    text_field: TextField = None,
    html_field: PageField = None,
) -> None:
    """Draft rules from what repeats over an outlet's articles and no rule takes yet.

    The draft loads as it is: its examples are excerpts of your articles. A fifth of the articles is held out; a phrase
    that takes what may be article text there gets no rule.

    Example: `cleaner learn articles/example-times/ --outlet example-times.com -o rules/outlets/example-times.com.yaml`
    """
    from cleaner.errors import UsageError
    from cleaner.io.files import write_atomically

    if output and output.exists():
        raise UsageError(f"{output}: exists already; name another file with -o, and take over what you want of it")
    draft = draft_of(inputs, outlet, rules, others, name, jobs, text_field, html_field)
    if draft.text and output:
        write_atomically(output, draft.text.encode())
    tell(draft, is_apart=output is None)
    if draft.text and output:
        complain(f"{output}: written; what it takes: cleaner rules test {outlet} --on {' '.join(inputs)}")
    elif draft.text:
        sys.stdout.write(draft.text)
    if draft.problems or not draft.text:
        raise typer.Exit(EXIT_FAILED)


def draft_of(
    inputs: list[str],
    outlet: str,
    rules: list[Path] | None,
    others: list[str] | None,
    name: str,
    jobs: int | None = None,
    text_field: str | None = None,
    html_field: str | None = None,
) -> Draft:
    """Learn from files and folders."""
    import regex

    from cleaner.cli.guard import need_sources
    from cleaner.errors import UsageError
    from cleaner.io.files import locate
    from cleaner.io.inputs import gather
    from cleaner.io.records import Fields
    from cleaner.learn.learning import learn as learned
    from cleaner.rulebook.schema import DOMAIN

    if not regex.match(DOMAIN, outlet):
        raise UsageError(f"{outlet!r} is not a domain such as example-times.com, in small letters")
    sources = gather([locate(path) for path in inputs]).sources
    need_sources(len(sources), ", ".join(inputs))
    own = {source.path.resolve() for source in sources}
    contrast = [s for s in gather([locate(path) for path in others or ()]).sources if s.path.resolve() not in own]
    cleaner, fields = make_cleaner(rules), Fields(text=text_field, page=html_field)
    return learned(sources, outlet, cleaner, jobs or os.cpu_count() or 1, fields=fields, others=contrast, name=name)


def tell(draft: Draft, *, is_apart: bool = False) -> None:
    """Print what a draft takes and what was left out, on standard error if the draft itself goes to the output."""
    from cleaner.report.learned import tables
    from cleaner.report.palette import make_console

    for problem in draft.problems:
        complain(problem)
    console = make_console(stderr=is_apart)
    for table in tables(draft):
        console.print(table)
