"""The `cleaner` command; each subcommand stands in a file of its own."""

from __future__ import annotations

from typing import Annotated

import typer

from cleaner.cli import clean, diff, explain, learn, report, restore, rules, score, stats
from cleaner.cli.guard import guarded

app = typer.Typer(
    name="cleaner",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("clean")(guarded(clean.clean))
app.command("diff")(guarded(diff.diff))
app.command("restore")(guarded(restore.restore))
app.command("explain")(guarded(explain.explain))
app.command("learn")(guarded(learn.learn))
app.command("score")(guarded(score.score))
app.command("stats")(guarded(stats.stats))
app.command("report")(guarded(report.report))
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
    """Run the command line."""
    app()
