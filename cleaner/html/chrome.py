"""The lines that stand in what every page has around its article: menus, header, footer and dialogs, by their tags.

They need not be judged, which halves the work. What holds prose is judged all the same, as some pages wrap their
article in such an element, and nothing is left out of a page of which too little would remain.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from cleaner.characters import Flags
from cleaner.html.tree import LINKED, MARKS, Elements, Lines

ANYWHERE: Final = ("in nav", "in dialog", "role navigation", "role dialog")
OUTSIDE: Final = ("in header", "in footer", "role banner", "role contentinfo")
"""But for those inside of an article or of the main part of a page, which may have a header of their own."""
INSIDE: Final = ("in article", "in main")
PROSE: Final = 80
"""Characters of a line that may be a paragraph of the article. On 537 pages a third of the lines stand in chrome
without such a line, and no paragraph of an article."""
LEAST_LEFT: Final = 1 / 7
"""Share of the characters that must remain, as in trafilatura's `prune_unwanted_nodes`."""


def _bits(marks: tuple[str, ...]) -> int:
    return sum(1 << MARKS.index(mark) for mark in marks)


_ANYWHERE, _OUTSIDE, _INSIDE = _bits(ANYWHERE), _bits(OUTSIDE), _bits(INSIDE)


def chrome(lines: Lines) -> Flags:
    """Say which lines of a page need not be judged."""
    elements, found = lines.elements, np.zeros(len(lines.texts), np.bool_)
    if not lines.texts:
        return found
    marks = np.array(elements.marks, np.int64)
    is_chrome = (marks & _ANYWHERE != 0) | ((marks & _OUTSIDE != 0) & (marks & _INSIDE == 0))
    is_root = is_chrome & ~is_chrome[np.maximum(np.array(elements.parents, np.int64), 0)]
    for root in np.flatnonzero(is_root).tolist():
        some = slice(elements.first_lines[root], elements.last_lines[root])
        texts = zip(lines.texts[some], lines.linked[some], strict=True)
        found[some] = not any(linked < LINKED and len(text) >= PROSE for text, linked in texts)
    lengths = np.array([len(text) for text in lines.texts])
    return found if lengths[~found].sum() >= LEAST_LEFT * lengths.sum() else np.zeros_like(found)


def without(lines: Lines, gone: Flags) -> Lines:
    """Return the other lines, in the same elements."""
    elements = lines.elements
    before = np.concatenate([[0], np.cumsum(~gone)])
    left = Elements(
        elements.tags, elements.parents, elements.depths, elements.ids, elements.classes, elements.concepts,
        elements.within, elements.marks, elements.stops, before[elements.first_lines].tolist(),
        before[elements.last_lines].tolist(),
    )  # fmt: skip
    stays = np.flatnonzero(~gone).tolist()
    return Lines(
        [lines.texts[n] for n in stays], [lines.owners[n] for n in stays], [lines.linked[n] for n in stays], left
    )
