"""The DOM as two lists: the elements that break lines, and the lines of text in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborNode

from cleaner.html.names import concepts_of

SILENT: Final = (
    "script", "style", "noscript", "template", "svg", "iframe", "object", "math", "canvas", "select", "datalist",
    "textarea",
)  # fmt: skip
"""Elements whose text is not shown, or is no prose."""
INLINE: Final = frozenset(
    (
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
        "img", "input", "ins", "kbd", "label", "mark", "meter", "output", "picture", "progress", "q", "rp", "rt",
        "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
        "nobr", "source", "path", "use", "g",
    )
)  # fmt: skip
"""Elements that stand in a line; all others, also unknown ones, begin a new line and end it."""
LINKED: Final = 0.5
"""Share of a line's characters that are links from which on it is no prose."""
CELLS: Final = ("td", "th")
BETWEEN_CELLS: Final = " | "
ANCESTORS: Final = (
    "article", "main", "section", "aside", "nav", "header", "footer", "figure", "form", "ul", "ol", "table",
    "blockquote", "dialog", "details", "dl", "a", "button", "tr", "address", "figcaption", "p", "pre",
)  # fmt: skip
"""Tags that say something of all that stands in them."""
ROLES: Final[Mapping[str, str]] = {
    "main": "main", "article": "article", "navigation": "navigation", "search": "navigation", "menu": "navigation",
    "menubar": "navigation", "tablist": "navigation", "complementary": "complementary", "contentinfo": "contentinfo",
    "banner": "banner", "dialog": "dialog", "alert": "dialog", "alertdialog": "dialog", "button": "button",
    "list": "list", "listitem": "list", "region": "region",
}  # fmt: skip
"""Roles of the accessibility standard (WAI-ARIA), and what they are taken for here."""
MARKS: Final = (
    *(f"in {tag}" for tag in ANCESTORS), *(f"role {role}" for role in dict.fromkeys(ROLES.values())), "hidden",
    "article body",
)  # fmt: skip
"""What is known of an element by its tag, its role and its state; each has a bit, and holds for all that is in it."""
NAMING: Final = ("class", "id", "itemprop", "aria-label", "data-component", "data-testid", "data-type", "data-module")
"""Attributes whose values are names."""
_TAG_BITS: Final = {tag: 1 << MARKS.index(f"in {tag}") for tag in ANCESTORS}
_ROLE_BITS: Final = {role: 1 << MARKS.index(f"role {said}") for role, said in ROLES.items()}
_HIDDEN: Final = 1 << MARKS.index("hidden")
_BODY: Final = 1 << MARKS.index("article body")


@dataclass(slots=True)
class Elements:
    """The elements that break lines, parents before children; each list has one entry for each of them.

    Args:
        tags: their tags.
        parents: the position of the parent; -1 for the body, or for each of the parts that were read.
        depths: how many elements they stand in.
        ids: their id attributes, or empty.
        classes: their class attributes, or empty.
        concepts: bits of what their own names say.
        within: the same with those of all elements around them.
        marks: bits of `MARKS`, with those of all elements around.
        stops: one past the last element that stands in them.
        first_lines: the first line that stands in them.
        last_lines: one past the last one.
    """

    tags: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    concepts: list[int] = field(default_factory=list)
    within: list[int] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    stops: list[int] = field(default_factory=list)
    first_lines: list[int] = field(default_factory=list)
    last_lines: list[int] = field(default_factory=list)

    def add(self, node: LexborNode, tag: str, parent: int, line: int) -> int:
        """Add an element, and return its position."""
        attributes = node.attributes
        own, marks = 0, _TAG_BITS.get(tag, 0)
        if attributes and parent >= 0:  # the names of the body are those of the page
            own, said = _said(attributes)
            marks |= said
        self.tags.append(tag)
        self.parents.append(parent)
        self.ids.append(attributes.get("id") or "")
        self.classes.append(attributes.get("class") or "")
        self.concepts.append(own)
        self.depths.append(self.depths[parent] + 1 if parent >= 0 else 0)
        self.within.append(own | self.within[parent] if parent >= 0 else own)
        self.marks.append(marks | self.marks[parent] if parent >= 0 else marks)
        self.stops.append(0)
        self.first_lines.append(line)
        self.last_lines.append(line)
        return len(self.tags) - 1

    def end(self, element: int, line: int) -> None:
        """Note that an element ends before a line."""
        self.stops[element] = len(self.tags)
        self.last_lines[element] = line


@dataclass(frozen=True, slots=True)
class Lines:
    """The visible lines of a page; each list has one entry for each of them.

    Args:
        texts: their text, without white space at the ends and with single spaces inside.
        owners: the element that they stand in, by its position.
        linked: the share of their characters that are links, from 0 to 1.
        elements: the elements.
    """

    texts: list[str]
    owners: list[int]
    linked: list[float]
    elements: Elements


def _said(attributes: Mapping[str, str | None]) -> tuple[int, int]:
    """Return the concepts that attributes name, and the marks that they set."""
    concepts = marks = 0
    for name, value in attributes.items():
        if name in NAMING:
            if value:
                concepts |= concepts_of(value)
                if name == "itemprop" and value.lower() in ("articlebody", "text"):
                    marks |= _BODY
        elif name == "role":
            marks |= _ROLE_BITS.get(value or "", 0)
        elif _hides(name, value or ""):
            marks |= _HIDDEN
    return concepts, marks


def _hides(name: str, value: str) -> bool:
    """Say whether an attribute keeps an element from being seen."""
    if name == "style":
        return "display:none" in value.replace(" ", "")
    return name == "hidden" or (name == "aria-hidden" and value == "true")


def read(roots: Sequence[LexborNode]) -> Lines:
    """Return the lines of some elements, in the order of the page.

    Args:
        roots: the body of a page, or parts of it; elements of `SILENT` are left out.
    """
    elements = Elements()
    texts: list[str] = []
    owners: list[int] = []
    linked: list[float] = []
    words: list[str] = []
    in_links = in_all = 0

    def end_line(owner: int) -> None:
        nonlocal in_links, in_all
        if text := " ".join("".join(words).split()).strip(BETWEEN_CELLS):
            texts.append(text)
            owners.append(owner)
            linked.append(min(1.0, in_links / max(1, in_all)))
        words.clear()
        in_links = in_all = 0

    for root in roots:
        top = elements.add(root, root.tag or "", -1, len(texts))
        # No recursion: pages may be nested deeper than Python's stack. An entry is where to go on, the element around
        # that, whether the element ends where there is nothing to go on with, and whether it stands in a link.
        stack: list[tuple[LexborNode | None, int, bool, bool]] = [(root.first_child, top, True, root.tag == "a")]
        while stack:
            node, owner, is_whole, is_link = stack.pop()
            while node is not None:
                tag = node.tag
                if tag == "-text":
                    text = node.text_content or ""
                    if "\n" in text and elements.tags[owner] == "pre":
                        *whole, text = text.split("\n")
                        for line in whole:
                            words.append(line)
                            in_all += len(line)
                            end_line(owner)
                    if text.isspace():
                        if words:
                            words.append(" ")
                    else:
                        words.append(text)
                        in_all += len(text)
                        if is_link:
                            in_links += len(text)
                elif tag == "br":
                    end_line(owner)
                elif tag in INLINE:
                    stack.append((node.next, owner, is_whole, is_link))
                    node, is_whole, is_link = node.first_child, False, is_link or tag == "a"
                    continue
                elif tag is None or tag[0] in "-!" or tag in SILENT:
                    pass
                elif tag in CELLS and elements.tags[owner] == "tr":
                    if words:
                        words.append(BETWEEN_CELLS)
                    stack.append((node.next, owner, is_whole, is_link))
                    node, is_whole = node.first_child, False
                    continue
                else:
                    if words:
                        end_line(owner)
                    stack.append((node.next, owner, is_whole, is_link))
                    owner, is_whole = elements.add(node, tag, owner, len(texts)), True
                    node = node.first_child
                    continue
                node = node.next
            if is_whole:
                if words:
                    end_line(owner)
                elements.end(owner, len(texts))
    return Lines(texts, owners, linked, elements)
