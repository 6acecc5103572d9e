"""`cleaner rules new`: a rule file to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cleaner.cli.guard import complain
from cleaner.cli.learn import Name, Others, draft_of, tell
from cleaner.cli.options import Rules

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


def new(
    domain: Annotated[str, typer.Argument(help="The outlet's main domain.")],
    source: Annotated[
        list[str] | None,
        typer.Option("--from", metavar="PATH", help="Articles of the outlet: learn what repeats in them. Repeatable."),
    ] = None,
    others: Others = None,
    name: Name = "",
    rules: Rules = None,
    out: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Rules folder to put it in.")] = Path(
        "rules"
    ),
) -> None:
    """Start a rule file for an outlet: a draft learned from its articles, or a skeleton to fill in.

    In a skeleton the example says TODO until you write what must come out.

    Example: `cleaner rules new example-times.com --from articles/example-times/ --others articles/ -o my-rules`
    """
    import regex
    import yaml

    from cleaner.errors import UsageError
    from cleaner.io.files import write_atomically
    from cleaner.rulebook.schema import DOMAIN

    if not regex.match(DOMAIN, domain):
        raise UsageError(f"{domain!r} is not a domain such as example-times.com, in small letters")
    path = out / "outlets" / f"{domain}.yaml"
    if path.exists():
        raise UsageError(f"{path}: exists already; edit it")
    if source:
        draft = draft_of(source, domain, rules, others, name)
        if draft.text:
            write_atomically(path, draft.text.encode())
        tell(draft)
        if draft.text:
            complain(f"{path}: written. See what it takes: cleaner rules test {domain} --on {source[0]} --rules {out}")
            return
        complain("so the file is a skeleton")
    content = SKELETON.format(domain=domain, name=yaml.safe_dump(name or domain).splitlines()[0])
    write_atomically(path, content.encode())
    complain(f"{path}: written. Fill it in, then: cleaner rules check {domain} --rules {out}")
