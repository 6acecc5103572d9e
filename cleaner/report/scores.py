"""How well labelled articles were cleaned, as tables and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from cleaner.report.palette import colour, shown
from cleaner.report.tables import counts
from cleaner.scoring import Outcome, Scores, Share, worst

LISTED: Final = 15
"""Groups and articles that a table shows; the JSON holds all."""
_FIGURES: Final = {
    "f1": "F1",
    "precision": "precision",
    "recall": "recall",
    "keep_words": "words kept",
    "damaged_docs": "damaged",
    "perfect_docs": "perfect",
    "cuts_done": "cuts done",
}


def tables(
    outcomes: Sequence[Outcome], scores: Scores, field: str = "", groups: Mapping[str, Scores] | None = None
) -> Iterator[RenderableType]:
    """Yield the figures over all, by category, by a field, and the articles that came out worst.

    Args:
        outcomes: what became of each article.
        scores: their figures together.
        field: name of a field of the label rows.
        groups: the figures for each value of the field; without it there is no such table.
    """
    yield _figures("", {"all": scores})
    yield _lines("boilerplate", "removed", scores.by_category)
    yield _lines("neutral", "lost", scores.neutral_lost)
    if groups is not None:
        yield _figures(field, groups)
    if wrong := worst(outcomes):
        yield _worst(wrong)


def as_json(
    outcomes: Sequence[Outcome], scores: Scores, field: str = "", groups: Mapping[str, Scores] | None = None
) -> dict[str, Any]:
    """Return the same as data, with all groups and all articles that have lines gone wrong."""
    data = _data(scores)
    if groups is not None:
        data["by"] = {field: {value: _data(group) for value, group in groups.items()}}
    data["worst"] = [{"id": o.document.id, "lost": o.lost, "left": o.left} for o in worst(outcomes)]
    return data


def _data(scores: Scores) -> dict[str, Any]:
    data = asdict(scores)
    data["by_category"] = {key: {"recall": s.value, "lines": s.lines} for key, s in scores.by_category.items()}
    data["neutral_lost"] = {key: {"lost": s.value, "lines": s.lines} for key, s in scores.neutral_lost.items()}
    return data


def _figures(field: str, groups: Mapping[str, Scores]) -> Table:
    table = counts(field, "documents", *_FIGURES.values())
    for value, scores in list(groups.items())[:LISTED]:
        table.add_row(shown(value), f"{scores.documents:,}", *(_figure(scores, name) for name in _FIGURES))
    _more(table, len(groups))
    return table


def _figure(scores: Scores, name: str) -> str:
    """Return a figure, or a dash for a share of nothing."""
    shares = scores.by_category.values()
    lines, removed = sum(share.lines for share in shares), sum(share.part for share in shares)
    nothing = {
        "f1": not lines,
        "recall": not lines,
        "precision": not removed and not scores.damaged_docs,
        "cuts_done": not scores.cuts,
    }
    return "–" if nothing.get(name) else f"{getattr(scores, name):.{4 if name == 'keep_words' else 3}f}"


def _lines(kind: str, outcome: str, shares: Mapping[str, Share]) -> Table:
    table = counts(kind, "lines", outcome)
    for key, share in shares.items():
        table.add_row(Text(key, colour(key)), f"{share.lines:,}", f"{share.value:.3f}")
    return table


def _worst(wrong: Sequence[Outcome]) -> Table:
    table = counts("document", "article lines lost", "boilerplate lines left")
    for outcome in wrong[:LISTED]:
        table.add_row(shown(outcome.document.id), f"{outcome.lost:,}", f"{outcome.left:,}")
    _more(table, len(wrong))
    return table


def _more(table: Table, rows: int) -> None:
    if rows > LISTED:
        table.add_row(Text(f"… {rows - LISTED} more; see --json", "dim"))
