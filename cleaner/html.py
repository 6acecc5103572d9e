"""A page to the text of its article: selectors of the outlet's rules drop nodes, trafilatura extracts."""

from __future__ import annotations

from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from cleaner.errors import DocumentError
from cleaner.model import Dropped
from cleaner.rulebook.schema import HtmlRules


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of a page and the nodes that selectors took out before."""

    text: str
    dropped: tuple[Dropped, ...]


class Page:
    """A parsed page.

    Args:
        source: the decoded HTML.
    """

    def __init__(self, source: str) -> None:
        self._tree = LexborHTMLParser(source)

    @property
    def url(self) -> str | None:
        """Where the page says it was published."""
        for selector, attribute in (('link[rel="canonical"]', "href"), ('meta[property="og:url"]', "content")):
            node = self._tree.css_first(selector)
            if node is not None and (value := node.attributes.get(attribute)):
                return value
        return None

    def extract(self, rules: HtmlRules | None) -> Extracted:
        """Return the article's text.

        Args:
            rules: the outlet's selectors, if it has any.

        Raises:
            DocumentError: the page holds no article that could be found.
        """
        from trafilatura import extract  # slow to import, and only pages need it

        dropped = []
        for selector in rules.remove or () if rules else ():
            for node in self._tree.css(selector):
                dropped.append(Dropped(selector, node.text(separator=" ", strip=True)))
                node.decompose()
        html = self._tree.html or ""
        if rules and rules.content and (content := self._tree.css_first(rules.content)) is not None:
            html = f"<html><body><article>{content.html}</article></body></html>"
        text = extract(html, include_comments=False)
        if not text:
            raise DocumentError("", "no article found in the page")
        return Extracted(text, tuple(dropped))
