"""`cleaner rules new`: a rule file to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cleaner.cli.guard import complain

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
