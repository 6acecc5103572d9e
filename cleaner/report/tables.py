"""Parts of tables that several reports share."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text


def counts(first: str, *numbers: str) -> Table:
    """Return an empty table of a column of names and some of numbers."""
    table = Table(show_edge=False, pad_edge=False)
    table.add_column(first, overflow="fold")
    for name in numbers:
        table.add_column(name, justify="right")
    return table


def cut_short(table: Table, rows: int, top: int) -> Table:
    """Return a table with a last row that says how many more there are.

    Args:
        table: has `top` rows at most.
        rows: that there are.
        top: that are shown at most.
    """
    if rows > top:
        table.add_row(Text(f"… {rows - top:,} more; see --top or --json", "dim"))
    return table
