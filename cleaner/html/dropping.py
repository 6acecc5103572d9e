"""What goes of a page, on record: the elements that hold no line that stays, each as large as it can be."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from cleaner.html.names import vocabulary
from cleaner.html.tree import Elements, Lines
from cleaner.model import Dropped

OF_TAG: Final[Mapping[str, str]] = {
    "nav": "navigation", "header": "navigation", "footer": "navigation", "figcaption": "caption", "h1": "headline",
    "time": "date", "form": "other", "button": "other", "dialog": "promo",
}  # fmt: skip
"""Categories of elements that say what they are by their tag."""
OTHER: Final = "other"
UNTOLD: Final = (OTHER, "does not read as article text where it stands")
BY_RULE: Final = "a rule takes it"
LEVELS: Final = 3
"""Elements in the path of a selector."""
MOST_CLASSES: Final = 2
_PLAIN: Final = re.compile(r"-?[A-Za-z_][\w-]*")


def dropped(
    lines: Lines, kept: Sequence[bool], ruled: Mapping[int, str], whys: Mapping[int, tuple[str, str]]
) -> list[Dropped]:
    """Return what goes of a page, in its order.

    Args:
        lines: of the page.
        kept: whether each stays.
        ruled: the category of the lines that rules take.
        whys: category and reason of the lines that have their own.
    """
    elements = lines.elements
    before = [0]
    for stays in kept:
        before.append(before[-1] + stays)
    told: dict[int, tuple[str, str]] = {}
    found, at = [], 0
    while at < len(kept):
        if kept[at]:
            at += 1
            continue
        element, first, stop = lines.owners[at], at, at + 1
        while stop < len(kept) and not kept[stop] and lines.owners[stop] == element and stop not in whys:
            stop += 1
        around: int = element
        while around >= 0 and before[elements.first_lines[around]] == before[elements.last_lines[around]]:
            element, first, stop = around, min(at, elements.first_lines[around]), elements.last_lines[around]
            around = elements.parents[around]
        if at in whys:
            category, reason = whys[at]
            stop = at + 1
        else:
            said = [
                (ruled[n], BY_RULE) if n in ruled else _told(elements, lines.owners[n], told)
                for n in range(first, stop)
            ]
            category, reason = Counter(said).most_common(1)[0][0]
        found.append(Dropped(selector(elements, element), category, "\n".join(lines.texts[at:stop]), reason))
        at = stop
    return found


def _told(elements: Elements, element: int, known: dict[int, tuple[str, str]]) -> tuple[str, str]:
    """Return the category of an element, and what tells it: its names or its tag, or those of what is around it.

    Args:
        elements: of the page.
        element: the element.
        known: what was told before; what is found out is added.
    """
    passed: list[int] = []
    told = UNTOLD
    while element >= 0:
        if found := known.get(element) or category_of(elements.concepts[element], elements.tags[element]):
            told = found
            break
        passed.append(element)
        element = elements.parents[element]
    known |= dict.fromkeys(passed, told)
    return told


def category_of(concepts: int, tag: str) -> tuple[str, str] | None:
    """Return the category that an element's own names or its tag say, and which of them does; None if none does.

    Args:
        concepts: bits of what its names say.
        tag: its tag.
    """
    known = vocabulary()
    for n, concept in enumerate(known.concepts):
        if concepts >> n & 1 and concept in known.categories:
            return known.categories[concept], f"its names say {concept}"
    return (OF_TAG[tag], f"stands in <{tag}>") if tag in OF_TAG else None


def selector(elements: Elements, element: int) -> str:
    """Return a CSS selector for an element, by its id and classes and those of the elements around it."""
    parts: list[str] = []
    while element >= 0 and len(parts) < LEVELS:
        name = elements.ids[element]
        classes = [c for c in elements.classes[element].split() if _PLAIN.fullmatch(c)][:MOST_CLASSES]
        parts.append(elements.tags[element] + "".join(f".{c}" for c in classes))
        if _PLAIN.fullmatch(name):
            parts[-1] = f"{elements.tags[element]}#{name}"
            break
        element = elements.parents[element]
    return " > ".join(reversed(parts))
