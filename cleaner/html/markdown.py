"""The lines of an article as text, one for each, or as Markdown with its headings, lists, quotes and tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from cleaner.html.tree import BETWEEN_CELLS, Elements, Lines

HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
INDENT: Final = "  "
FENCE: Final = "```"
_MARKUP: Final = re.compile(r"(#{1,6}(?=\s|$)|>|[+*-](?=\s|$)|(?<=\d)[.)](?=\s|$)|`{3,}|~{3,})")
"""What begins a heading, a quote, a list or a block of code, the last of it where a number stands before."""
_NUMBER: Final = re.compile(r"\d{0,9}")


class _Place(NamedTuple):
    """What a line is a part of.

    Args:
        kind: `paragraph`, `heading`, `item`, `row` or `code`.
        element: the heading, the item, the table or the block of code.
        level: of a heading; of an item, how many lists it stands in besides its own.
        marker: what an item begins with.
        quotes: quotes around it.
    """

    kind: str
    element: int
    level: int
    marker: str
    quotes: int


def as_text(lines: Lines, kept: Sequence[bool]) -> str:
    """Return the lines that stay, each on a line of its own."""
    return "\n".join(text for text, stays in zip(lines.texts, kept, strict=True) if stays)


def as_markdown(lines: Lines, kept: Sequence[bool]) -> str:
    """Return the lines that stay as Markdown (CommonMark, with the tables of GitHub's)."""
    out: list[str] = []
    last: _Place | None = None
    for n, text in enumerate(lines.texts):
        if not kept[n]:
            continue
        place = _place(lines.elements, lines.owners[n])
        goes_on = last is not None and (place.kind, place.element) == (last.kind, last.element)
        if last is not None and last.kind == "code" and not goes_on:
            out.append("> " * last.quotes + FENCE)
        if last is not None and not (place.quotes == last.quotes and _is_tight(place, last, goes_on=goes_on)):
            out.append("")
        out += ["> " * place.quotes + line for line in _written(place, text, goes_on=goes_on)]
        last = place
    if last is not None and last.kind == "code":
        out.append("> " * last.quotes + FENCE)
    return "\n".join(out)


def _is_tight(place: _Place, last: _Place, *, goes_on: bool) -> bool:
    """Say whether no blank line is needed between two lines."""
    if place.kind == "item":
        return last.kind == "item" and not goes_on
    return goes_on and place.kind in ("row", "code")


def _written(place: _Place, text: str, *, goes_on: bool) -> list[str]:
    if place.kind == "code":
        return [text] if goes_on else [FENCE, text]
    if place.kind == "row":
        cells = text.split(BETWEEN_CELLS)
        row = f"| {' | '.join(cells)} |"
        return [row] if goes_on else [row, "|" + " --- |" * len(cells)]
    at = _NUMBER.match(text).end()  # type: ignore[union-attr]  # it matches the empty string too
    text = f"{text[:at]}\\{text[at:]}" if _MARKUP.match(text, at) else text
    if place.kind == "heading":
        return [f"{'#' * place.level} {text}"]
    if place.kind == "item":
        indent = INDENT * place.level
        return [f"{indent}{' ' * len(place.marker)} {text}" if goes_on else f"{indent}{place.marker} {text}"]
    return [text]


def _place(elements: Elements, element: int) -> _Place:
    """Find out what the lines in an element are a part of, from the element outwards."""
    kind, what, level, marker, quotes, lists = "paragraph", element, 0, "", 0, 0
    at = element
    while at >= 0:
        tag = elements.tags[at]
        if tag == "blockquote":
            quotes += 1
        elif tag in ("ul", "ol"):
            lists += 1
            if kind == "item" and not marker:
                marker = "-" if tag == "ul" else "1."
        elif kind == "paragraph":
            if tag in HEADINGS:
                kind, what, level = "heading", at, HEADINGS[tag]
            elif tag == "li":
                kind, what = "item", at
            elif tag == "tr":
                kind, what = "row", max(0, elements.parents[at])
            elif tag == "pre":
                kind, what = "code", at
        at = elements.parents[at]
    if kind == "item":
        return _Place(kind, what, max(0, lists - 1), marker or "-", quotes)
    return _Place(kind, what, level, "", quotes)
