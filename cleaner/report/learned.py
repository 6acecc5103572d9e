"""A draft of rules for people: what it takes, how well that is founded, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from cleaner.learn.learning import Draft
from cleaner.report.palette import shown

EXCERPT = 48
"""Characters of a line."""
MOST_LEFT = 12
"""Lines that were left out, of those that repeat most."""


def tables(draft: Draft) -> Iterator[Table | Text]:
    """Yield what there is to say of a draft."""
    if draft.rules:
        yield _rules(draft)
        lines = sum(len(rule.phrases) for rule in draft.rules)
        tried = f", tried on {draft.held_out} others" if draft.held_out else ""
        yield Text(f"{lines} phrases in {len(draft.rules)} rules, learned from {draft.articles} articles{tried}")
    else:
        yield Text(
            f"nothing to learn from {draft.articles} articles: rules take what repeats in them, or it is not safe"
        )
    if draft.left:
        yield Text()
        yield _left(draft)
        if len(draft.left) > MOST_LEFT:
            yield Text(f"… and {len(draft.left) - MOST_LEFT} more lines that repeat and get no rule", style="dim")


def _rules(draft: Draft) -> Table:
    table = Table("rule", title="what the draft takes", title_justify="left")
    for column in ("phrases", "in articles", "in held-out", "risk"):
        table.add_column(column, justify="right")
    table.add_column("such as")
    for rule in draft.rules:
        shares = [phrase.repeat.articles / draft.articles for phrase in rule.phrases]
        support = f"{min(shares):.0%} to {max(shares):.0%}" if min(shares) < max(shares) else f"{shares[0]:.0%}"
        confirmed = f"{draft.confirmed[rule.id]} of {draft.held_out}" if draft.held_out else "-"
        risk = max(phrase.repeat.article for phrase in rule.phrases)
        sample = rule.phrases[0].repeat.shown
        table.add_row(shown(rule.id), str(len(rule.phrases)), support, confirmed, f"{risk:.2f}", _excerpt(sample))
    return table


def _left(draft: Draft) -> Table:
    table = Table(title="repeats, but gets no rule", title_justify="left")
    table.add_column("in articles", justify="right")
    table.add_column("line")
    table.add_column("why")
    for one in draft.left[:MOST_LEFT]:
        table.add_row(str(one.articles), _excerpt(one.shown), str(one.why))
    return table


def _excerpt(line: str) -> Text:
    text = " ".join(line.split())
    return shown(text if len(text) <= EXCERPT else f"{text[: EXCERPT - 1]}…")
