"""The `cleaner` command; each subcommand stands in a file of its own."""

from __future__ import annotations

import sys
from typing import Annotated, Final

import typer

from cleaner.cli import clean, diff, explain, restore, rules
from cleaner.errors import CleanerError

EXIT_OK: Final = 0
EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 2
EXIT_INTERRUPTED: Final = 130

app = typer.Typer(
    name="cleaner",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("clean")(clean.clean)
app.command("diff")(diff.diff)
app.command("restore")(restore.restore)
app.command("explain")(explain.explain)
app.add_typer(rules.app, name="rules")


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"cleaner {version('cleaner')}")
        raise typer.Exit


@app.callback()
def about(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take boilerplate and ads out of scraped news articles, on record and reversibly.

    Exit codes: 0 all well; 1 some documents or examples failed or were flagged; 2 usage or rule error.
    """


def main() -> None:
    """Run the command line; errors become messages and exit codes."""
    try:
        app()
    except CleanerError as e:
        print(e, file=sys.stderr)
        sys.exit(EXIT_USAGE)
    except KeyboardInterrupt:
        print("stopped; `cleaner clean` goes on with --resume", file=sys.stderr)
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        sys.stderr.close()
        sys.exit(EXIT_OK)
