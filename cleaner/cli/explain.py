"""`cleaner explain`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cleaner.cli.options import Drop, Keep, Mode, ModeOption, Outlet, Rules, RulesOnly, make_cleaner


def explain(
    file: Annotated[Path, typer.Argument(help="One article; `-` is standard input.")],
    outlet: Outlet = None,
    rules: Rules = None,
    mode: ModeOption = Mode.balanced,
    keep: Keep = None,
    drop: Drop = None,
    rules_only: RulesOnly = False,
) -> None:
    """Show every block with its decision, and every rule that looked at it with its reason.

    Example: `cleaner explain articles/0001.txt`
    """

    from cleaner.errors import DocumentError, UsageError
    from cleaner.io.files import read_bytes
    from cleaner.io.inputs import Source
    from cleaner.reading import read_document
    from cleaner.report.explain import explanation
    from cleaner.report.palette import make_console

    cleaner, source = make_cleaner(rules, mode, keep, drop, rules_only=rules_only), Source(file, file.name)
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else read_bytes(file)
        reading = read_document(data, cleaner, id=str(file), outlet=outlet, is_html=source.is_html)
    except DocumentError as e:
        raise UsageError(str(e)) from None
    console = make_console()
    for line in explanation(cleaner.decide(reading.document)):
        console.print(line)
