"""`cleaner explain`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cleaner.cli.options import Drop, Keep, Mode, ModeOption, Outlet, Rules, make_cleaner


def explain(
    file: Annotated[Path, typer.Argument(help="One article; `-` is standard input.")],
    outlet: Outlet = None,
    rules: Rules = None,
    mode: ModeOption = Mode.balanced,
    keep: Keep = None,
    drop: Drop = None,
) -> None:
    """Show every block with its decision, and every rule that looked at it with its reason.

    Example: `cleaner explain articles/0001.txt`
    """
    from rich.console import Console

    from cleaner.errors import DocumentError, UsageError
    from cleaner.io.encoding import BinaryError, decode
    from cleaner.io.files import read_bytes
    from cleaner.model import Document
    from cleaner.report.explain import explanation

    is_stdin = str(file) == "-"
    try:
        decoded = decode(sys.stdin.buffer.read() if is_stdin else read_bytes(file))
    except (DocumentError, BinaryError) as e:
        raise UsageError(str(e) if isinstance(e, DocumentError) else f"{file}: {e}") from None
    document = Document(decoded.text, id="" if is_stdin else str(file), outlet=outlet)
    console = Console(soft_wrap=True)
    for line in explanation(make_cleaner(rules, mode, keep, drop).decide(document)):
        console.print(line)
