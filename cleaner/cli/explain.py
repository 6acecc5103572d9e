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

    Of a page, show first how its text was found, and every part that was left out of it.

    Example: `cleaner explain articles/0001.txt`
    """

    from cleaner.errors import DocumentError, UsageError
    from cleaner.io.files import read_bytes
    from cleaner.io.formats import PAGE, kind_of
    from cleaner.reading import read_document
    from cleaner.report.diff import page_lines
    from cleaner.report.explain import explanation
    from cleaner.report.palette import make_console

    cleaner, kind = make_cleaner(rules, mode, keep, drop, rules_only=rules_only), kind_of(file.name)
    is_html = kind is not None and kind.format == PAGE
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else read_bytes(file, kind.codec if kind else "")
        reading = read_document(data, cleaner, id=str(file), outlet=outlet, is_html=is_html)
    except DocumentError as e:
        raise UsageError(str(e)) from None
    console = make_console()
    if reading.document.extraction:
        for line in page_lines(reading.document.extraction, reading.document.extraction.dropped, each=True):
            console.print(line)
    for line in explanation(cleaner.decide(reading.document)):
        console.print(line)
