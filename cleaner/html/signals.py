"""The signals of a page's lines: what the DOM knows of each, beside what the text path knows.

All are numbers that hold in any language. What a page's author called its elements comes in through the vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cleaner.characters import Flags, Floats, Ints
from cleaner.fold import flat, fold
from cleaner.heuristics.shape import Columns
from cleaner.heuristics.signals import NAMES as TEXT_NAMES
from cleaner.html.head import Head
from cleaner.html.names import vocabulary
from cleaner.html.tree import LINKED, MARKS, Elements, Lines

TAGS: Final = (
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "tr", "td", "dd", "dt", "blockquote", "figcaption", "pre", "div",
    "section", "article", "button", "legend", "summary", "caption", "center", "other",
)  # fmt: skip
"""Tags of the element that a line stands in."""
UP: Final = 3
"""How many elements around a line's own one are measured."""
NEAR: Final = 3
"""How many elements, from a line's own one upwards, have names that are near."""
ALL_LINKED: Final = 0.95
MAIN_SHARE: Final = 0.6
"""Share of a page's prose that the innermost main element holds."""
GRANDCHILD: Final = 0.5
"""What prose in a grandchild counts for an element, beside that in a child; the idea is Readability's."""
MOST_LEVELS: Final = 10
SHORTEST_TITLE: Final = 8
"""Characters of the shortest line that is compared with the page's titles."""
TITLE_SHARE: Final = 0.6
"""Share of a title that a line must hold; the rest may be the name of the outlet."""
SHORTEST_TOLD: Final = 25
"""Characters of the shortest line that is looked for in descriptions, and from which on a second copy is one."""
TOLD: Final = 80
"""Characters of a line that are; descriptions end early."""
MOST_COMPARED: Final = 1_000_000_000
"""Lines times characters of the text that JSON-LD gives; of a page with more, that text is not looked at."""
SHORTEST_IN_BODY: Final = 15
"""Characters of the shortest line that is looked for in the text that JSON-LD gives."""


def names() -> tuple[str, ...]:
    """Return the names of all signals, in the order of the rows of `signals`."""
    concepts = vocabulary().concepts
    around = (
        f"{what} {up}"
        for up in range(1, UP + 1)
        for what in ("link share", "length", "prose", "share of prose", "lines", "lines of prose", "prose in children")
    )
    return (
        *TEXT_NAMES, *(f"tag {tag}" for tag in TAGS), *MARKS, *(f"near {name}" for name in concepts),
        *(f"within {name}" for name in concepts), "link share", "all link", "depth", "before in element", *around,
        "in best", "in most prose", "away from best", "levels to best", "child of best", "parent as before",
        "parent as after", "element as before", "element as after", "has body", "in body", "title", "after title",
        "after h1", "h1s", "in description", "seen before", "lines of page",
    )  # fmt: skip


def signals(lines: Lines, head: Head, flats: Sequence[str], prose: Flags, text: Floats) -> Floats:
    """Return the signals of a page's lines: one row for each of `names()`, one column for each line.

    Args:
        lines: of the page, one at least.
        head: what the page says of its article.
        flats: the flat form of each line.
        prose: which lines read as prose.
        text: the signals that the text path has of them.
    """
    elements, count = lines.elements, len(lines.texts)
    of, linked = np.array(lines.owners), np.array(lines.linked, np.float32)
    tags = np.array([_TAG.get(tag, _OTHER) for tag in elements.tags], np.uint8)
    concepts = np.array(elements.concepts, np.int64)
    parents = np.maximum(np.array(elements.parents), 0)
    near, up = concepts.copy(), np.arange(len(parents))
    for _ in range(NEAR - 1):
        up = parents[up]
        near |= concepts[up]
    named = len(vocabulary().concepts)
    columns = [
        linked, linked > ALL_LINKED, *_places(lines, of, parents, linked, prose),
        *_words(head, flats, tags[of] == TAGS.index("h1")), np.full(count, _log(np.array(count))),
    ]  # fmt: skip
    blocks = (
        text, tags[of] == np.arange(len(TAGS))[:, None], _bits(np.array(elements.marks)[of], len(MARKS)),
        _bits(near[of], named), _bits(np.array(elements.within)[of], named), columns,
    )  # fmt: skip
    rows = np.empty((sum(map(len, blocks)), count), np.float32)
    at = 0
    for block in blocks:
        for row in block if isinstance(block, list) else [block]:
            size = 1 if isinstance(block, list) else len(block)
            rows[at : at + size] = row
            at += size
    return rows


_TAG: Final = {tag: n for n, tag in enumerate(TAGS)} | {"th": TAGS.index("td")}
_OTHER: Final = TAGS.index("other")


def _log(counts: NDArray[Any]) -> Floats:
    logarithms: Floats = np.log1p(counts).astype(np.float32)
    return logarithms


def _bits(values: Ints, count: int) -> Ints:
    bits: Ints = values[None, :] >> np.arange(count)[:, None] & 1
    return bits


def _places(lines: Lines, of: Ints, parents: Ints, linked: Floats, prose: Flags) -> Columns:
    """Return the signals of where lines stand: in elements with how much text, how much prose and how many links."""
    elements = lines.elements
    depths, starts = np.array(elements.depths), np.arange(len(parents))
    stops, first, last = np.array(elements.stops), np.array(elements.first_lines), np.array(elements.last_lines)
    lengths = np.array([len(text) for text in lines.texts])
    is_prose = prose & (linked < LINKED)

    def held(each: NDArray[Any]) -> NDArray[np.float64]:
        """Sum what each line has over the lines in each element."""
        sums = np.concatenate([[0.0], np.cumsum(each, dtype=np.float64)])
        total: NDArray[np.float64] = sums[last] - sums[first]
        return total

    length, links, prose_length = held(lengths), held(lengths * linked), held(lengths * is_prose)
    number, prose_number = held(np.ones(len(of))), held(is_prose)
    total = max(1.0, float(prose_length[0]))
    own = np.bincount(of, weights=lengths * is_prose, minlength=len(parents))
    own[0] = 0
    in_children = np.bincount(parents, weights=own, minlength=len(parents))
    in_children = in_children + GRANDCHILD * np.bincount(parents[parents], weights=own, minlength=len(parents))
    best = int(in_children.argmax())
    # Elements that hold most of the prose stand in each other, so the last is the innermost.
    main = int(np.flatnonzero(prose_length >= MAIN_SHARE * prose_length[0])[-1])
    path = np.zeros(len(parents) + 1, np.int64)
    on_path = np.flatnonzero((starts <= best) & (stops > best))
    path[on_path] += 1
    np.subtract.at(path, stops[on_path], 1)
    shared = np.cumsum(path)[:-1] - 1  # depth of the innermost element that holds both this one and the best one
    columns: Columns = [_log(depths)[of], _log(_before(elements))[of]]
    at = of
    for _ in range(UP):
        at = parents[at]
        columns += [
            links[at] / np.maximum(1, length[at]), _log(length)[at], prose_length[at] / np.maximum(1, length[at]),
            prose_length[at] / total, _log(number)[at], _log(prose_number)[at],
            in_children[at] / max(1.0, float(in_children[best])),
        ]  # fmt: skip
    parent = parents[of]
    to_best = depths[best] - shared
    same_parent, same_element = parent[1:] == parent[:-1], of[1:] == of[:-1]
    return [
        *columns, (of >= best) & (of < stops[best]), (of >= main) & (of < stops[main]), _log(depths - shared)[of],
        np.minimum(to_best, MOST_LEVELS)[of], parent == best, *_beside(same_parent), *_beside(same_element),
    ]  # fmt: skip


def _before(elements: Elements) -> Ints:
    """Return how many elements stand before each one in its parent."""
    counts = [0] * len(elements.tags)
    before = np.zeros(len(elements.tags), np.int64)
    for element, parent in enumerate(elements.parents):
        if parent >= 0:
            before[element] = counts[parent]
            counts[parent] += 1
    return before


def _beside(same: Flags) -> Columns:
    """Return, from whether each line is as the one before, the same for all lines, and whether it is as the next."""
    return [np.concatenate([[False], same]), np.concatenate([same, [False]])]


def _words(head: Head, flats: Sequence[str], is_h1: Flags) -> Columns:
    """Return the signals of what the page says of its article elsewhere."""
    count = len(flats)
    body = flat(fold(head.body)) if count * len(head.body) <= MOST_COMPARED else ""
    title = np.array([_is_title(text, head.titles) for text in flats])
    seen: set[str] = set()
    again = np.zeros(count, np.bool_)
    for n, text in enumerate(flats):
        again[n] = len(text) >= SHORTEST_TOLD and text in seen
        seen.add(text)
    return [
        np.full(count, bool(body)),
        np.array([bool(body) and len(text) >= SHORTEST_IN_BODY and text in body for text in flats]),
        title, np.cumsum(title) > 0, np.cumsum(is_h1) > 0, np.full(count, min(int(is_h1.sum()), MOST_LEVELS)),
        np.array([len(text) >= SHORTEST_TOLD and text[:TOLD] in head.descriptions for text in flats]), again,
    ]  # fmt: skip


def _is_title(text: str, titles: frozenset[str]) -> bool:
    if len(text) < SHORTEST_TITLE:
        return False
    return text in titles or any(text in title and len(text) > TITLE_SHARE * len(title) for title in titles)
