"""What every command does with errors: a message on standard error, and an exit code."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Final, ParamSpec

import typer

from cleaner.errors import CleanerError, UsageError

EXIT_OK: Final = 0
EXIT_FAILED: Final = 1
"""Some documents or examples failed or were flagged."""
EXIT_USAGE: Final = 2
"""The call or the rules are wrong."""
EXIT_INTERRUPTED: Final = 130

Arguments = ParamSpec("Arguments")


def guarded(command: Callable[Arguments, None]) -> Callable[Arguments, None]:
    """Turn what a command raises into a message and an exit code."""

    @functools.wraps(command)
    def wrapper(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except CleanerError as e:
            complain(e)
            raise typer.Exit(EXIT_USAGE) from None
        except KeyboardInterrupt:
            complain("stopped; what is done is kept: run the same command again, with --resume if its options change")
            raise typer.Exit(EXIT_INTERRUPTED) from None
        except (BrokenPipeError, SystemExit):  # rich exits where the reader, such as `head`, has seen enough
            sys.stderr.close()
            raise typer.Exit(EXIT_OK) from None

    return wrapper


def complain(message: object) -> None:
    """Print a message on standard error; names and texts in it cannot steer the terminal."""
    from cleaner.report.palette import plain

    print(plain(str(message)), file=sys.stderr)


def need_sources(found: int, inputs: object) -> None:
    """Refuse a call whose inputs hold nothing to read."""
    if not found:
        kinds = "texts (*.txt, *.md), pages (*.html) or files of records (*.jsonl, *.parquet, ...)"
        raise UsageError(f"{inputs}: nothing to clean: no {kinds}")
