"""A source text as rows: lines that stay, lines that change, and how many are not shown between them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from rich.text import Text

IN_PART: Final = "~"
"""Sign of a row of which something stays, or that changes in two ways."""
_LINE_ENDS: Final = "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""What `str.splitlines` splits at."""


class Mark(NamedTuple):
    """A span of the source that is shown as a change.

    Args:
        start: first code point.
        end: one past the last.
        sign: `-` or `+`; empty for what is left out.
        style: how it is coloured.
        note: what stands beside it.
    """

    start: int
    end: int
    sign: str
    style: str = ""
    note: Text = Text()


Pieces: TypeAlias = tuple[tuple[str, Mark | None], ...]


class Row(NamedTuple):
    """A line that is not blank.

    Args:
        sign: empty for a line that stays, that of the marks that cover it, or `IN_PART`.
        pieces: its text, cut at the edges of the marks in it.
        notes: those of the marks that begin in it.
    """

    sign: str
    pieces: Pieces
    notes: tuple[Text, ...] = ()


class Hidden(NamedTuple):
    """Lines that stay and are not shown."""

    lines: int


def rows(source: str, marks: Sequence[Mark], context: int) -> Iterator[Row | Hidden]:
    """Yield the rows of a text.

    Args:
        source: the text.
        marks: in order; they do not overlap.
        context: lines that stay to show before and after each that changes.
    """
    before: deque[Row] = deque(maxlen=context)
    hidden = after = 0
    for row in _lines(source, marks):
        if row.sign:
            if hidden:
                yield Hidden(hidden)
            yield from before
            before.clear()
            hidden, after = 0, context
            yield row
        elif after:
            after -= 1
            yield row
        else:
            hidden += len(before) == context
            before.append(row)
    if hidden := hidden + len(before):
        yield Hidden(hidden)


def _lines(source: str, marks: Sequence[Mark]) -> Iterator[Row]:
    start, first, noted = 0, 0, -1
    for line in source.splitlines(keepends=True):
        end = start + len(line.rstrip(_LINE_ENDS))
        pieces: list[tuple[str, Mark | None]] = []
        notes: list[Text] = []
        at = start
        while first < len(marks) and marks[first].start < start + len(line):
            mark = marks[first]
            pieces.append((source[at : min(mark.start, end)], None))
            text = source[max(mark.start, at) : min(mark.end, end)]
            if mark.sign:
                pieces.append((text, mark))
                if text.strip() and noted < first:
                    notes.append(mark.note)
                    noted = first
            at = max(at, mark.end)
            if mark.end > start + len(line):
                break
            first += 1
        pieces.append((source[at:end], None))
        start += len(line)
        signs = {mark.sign if mark else "" for text, mark in pieces if text.strip()}
        if signs:
            sign = signs.pop() if len(signs) == 1 else IN_PART
            yield Row(sign, tuple((text, mark) for text, mark in pieces if text), tuple(notes))
