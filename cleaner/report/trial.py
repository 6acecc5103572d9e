"""What the rules of an outlet did to its articles, as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from cleaner.lint.trial import Tally, Trial
from cleaner.report.explain import shorten
from cleaner.report.palette import colour, shown

EXCERPT: Final = 48
"""Characters of an example."""


def trial_said(trial: Trial) -> Iterator[RenderableType]:
    """Yield a table of the rules that had a say, those that had none, and what was taken of prose."""
    fired = [tally for tally in trial.tallies if tally.fired]
    if fired:
        yield _table(trial, fired)
    silent = [tally.rule.id for tally in trial.tallies if not tally.fired]
    if silent:
        yield Text("never fired: ", "yellow") + shown(", ".join(silent))
    for tally in fired:
        if tally.prose:
            blocks = f"{tally.prose:,} block{'' if tally.prose == 1 else 's'}"
            yield Text(
                f"TAKES PROSE: {tally.rule.id} took {blocks} that read as prose; see whether they do", "bold red"
            )
            for taken in tally.named:
                yield shown(f"  {taken.document}:{taken.line}: {shorten(taken.text)}", "red")
            if tally.prose > len(tally.named):
                yield Text(f"  and {tally.prose - len(tally.named):,} more", "red")


def _table(trial: Trial, tallies: list[Tally]) -> Table:
    table = Table(show_edge=False, pad_edge=False)
    table.add_column("rule", no_wrap=True)
    for name in ("documents", "share", "blocks", "characters", "refused", "prose"):
        table.add_column(name, justify="right", min_width=len(name))
    table.add_column("for example", overflow="ellipsis", no_wrap=True)
    for tally in sorted(tallies, key=lambda tally: (-tally.documents, -tally.blocks, tally.rule.id)):
        sample = shown(shorten(tally.sample, EXCERPT))
        if not tally.blocks:
            sample = Text(f"agreed with other rules in {tally.agreed:,}" if tally.agreed else "", "dim")
        numbers = tally.blocks, tally.characters, tally.refusals, tally.prose
        table.add_row(
            Text(tally.rule.id, colour(tally.rule.category)),
            f"{tally.documents:,}",
            f"{tally.documents / max(1, trial.documents):.1%}",
            *(f"{number:,}" if number else "–" for number in numbers),
            sample,
        )
    return table
