"""A parsed page: what it says of itself, and its lines once selectors have taken nodes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final

from selectolax.lexbor import LexborNode

from cleaner.errors import DocumentError
from cleaner.html.dropping import OTHER, category_of
from cleaner.html.head import Head, read_head, url_of
from cleaner.html.metadata import excerpt, language_of, read_metadata
from cleaner.html.names import concepts_of
from cleaner.html.parsing import parse
from cleaner.html.tree import SILENT, Lines, read
from cleaner.model import Dropped

MOST_LINES: Final = 20_000
"""Lines of the longest page that is judged, with some 4 kB for each."""
MOST_TEXT: Final = 600_000
"""Characters of all of its lines; a novel has as many."""
MOST_LEVELS: Final = 500_000
"""Elements around all of its lines together; whatever goes or stays is looked up from the inside outwards. Of 537
pages none has more than 14,000."""


class Page:
    """A page, parsed once.

    Args:
        source: the decoded HTML.

    Raises:
        DocumentError: it is too large to be the page of one article, or made so that it takes too long to parse.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self._tree, self.tags = parse(source)
        self.url, self.language = url_of(self._tree), language_of(self._tree)

    @cached_property
    def head(self) -> Head:
        """What the page says of its article outside of the text, for the network."""
        return read_head(self._tree)

    def metadata(self) -> Mapping[str, str]:
        """Return what the page says of its article, for the record; what was removed before is not found."""
        return read_metadata(excerpt(self._tree), self.language)

    def remove(self, selectors: Iterable[str]) -> list[Dropped]:
        """Take out the elements that selectors of a rule file name.

        Args:
            selectors: CSS selectors that the rule file's checks let pass.
        """
        found = []
        for selector in selectors:
            for node in self._select(selector):
                node.strip_tags(list(SILENT))
                text = node.text(separator=" ", strip=True)
                names = " ".join(value for name in ("class", "id") if (value := node.attributes.get(name)))
                category, _ = category_of(concepts_of(names), node.tag or "") or (OTHER, "")
                found.append(Dropped(selector, category, text, "a selector of the outlet's rules"))
                node.decompose()
        return found

    def lines(self, selector: str | None = None) -> Lines:
        """Return the visible lines of the page, or of the elements that a selector names.

        Raises:
            DocumentError: there are too many, or they are too long, or in too many elements.
        """
        body = self._tree.body
        roots = self._select(selector) if selector else [body] if body is not None else []
        lines = read(roots)
        if len(lines.texts) > MOST_LINES:
            raise DocumentError("", f"the page has more than {MOST_LINES:,} lines of text; is it one article?")
        if sum(map(len, lines.texts)) > MOST_TEXT:
            raise DocumentError("", f"the page shows more than {MOST_TEXT:,} characters; is it one article?")
        if sum(map(lines.elements.depths.__getitem__, lines.owners)) > MOST_LEVELS:
            raise DocumentError("", "the page nests its lines in far too many elements; is it damaged?")
        return lines

    def _select(self, selector: str) -> list[LexborNode]:
        """Return the elements that a selector names, but for those that stand in another one."""
        # an element that two selectors of a list name is found twice
        found = list({node.mem_id: node for node in self._tree.css(selector)}.values())
        if len(found) < 2:
            return found
        ids = {node.mem_id for node in found}
        outside: set[int] = set()
        return [node for node in found if not _stands_in(node, ids, outside)]


def _stands_in(node: LexborNode, ids: set[int], outside: set[int]) -> bool:
    """Say whether an element stands in one of some others; no element around it is looked at twice.

    Args:
        node: the element.
        ids: of the others.
        outside: of elements that are known to stand in none; what is found out is added.
    """
    passed, parent = [], node.parent
    while parent is not None and parent.mem_id not in outside:
        if parent.mem_id in ids:
            return True
        passed.append(parent.mem_id)
        parent = parent.parent
    outside.update(passed)
    return False
