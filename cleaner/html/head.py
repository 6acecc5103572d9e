"""What a page says of its article outside of the text: titles, descriptions, its address, and JSON-LD."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser

from cleaner.errors import DocumentError
from cleaner.fold import flat, fold
from cleaner.html.parsing import parse

ABOUT: Final = 'title, meta, script[type="application/ld+json"]'
"""Elements that say something of the article outside of its text; title elements of pictures are among them."""
URLS: Final = (('link[rel="canonical"]', "href"), ('meta[property="og:url"]', "content"))
TITLES: Final = ("og:title", "twitter:title")
DESCRIPTIONS: Final = ("description", "og:description", "twitter:description")
BODY: Final = "articleBody"
"""Name of the article's text in JSON-LD."""
DEEPEST: Final = 8
"""Levels of JSON-LD that are looked through."""
SHORTEST_BODY: Final = 200
"""Characters; a shorter `articleBody` is a teaser."""
MOST_JSON_LD: Final = 2_000_000
"""Characters of the longest JSON-LD that is read; in Python it takes up to 50 times the memory."""
MOST_TITLES: Final = 300
"""Titles that each line is compared with."""
LONGEST_TITLE: Final = 500
"""Characters of a title that are looked at."""
MOST_DESCRIBED: Final = 30_000
"""Characters of all descriptions in which each line is looked for."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says of its article.

    Args:
        titles: its titles, flat.
        descriptions: its descriptions, flat, one after the other.
        body: the text of the article by JSON-LD, or empty.
    """

    titles: frozenset[str]
    descriptions: str
    body: str


def url_of(tree: LexborHTMLParser) -> str | None:
    """Return where a page says that it was published, if it does."""
    return next((value for selector, name in URLS if (value := _attribute(tree, selector, name))), None)


def read_head(tree: LexborHTMLParser) -> Head:
    """Read what a page says of its article; nothing of it is trusted to be there, or well formed."""
    titles, descriptions, bodies = [], [], []
    for node in tree.css(ABOUT):
        if node.tag == "title":
            titles.append(node.text())
        elif node.tag == "meta":
            attributes = node.attributes
            name = (attributes.get("property") or attributes.get("name") or "").lower()
            if name in TITLES:
                titles.append(attributes.get("content") or "")
            elif name in DESCRIPTIONS:
                descriptions.append(attributes.get("content") or "")
        elif node.tag == "script":
            for item in items(parsed(node.text())):
                titles.append(_string(item, "headline"))
                descriptions.append(_string(item, "description"))
                bodies.append(_string(item, BODY))
    return Head(
        frozenset(islice(filter(None, (flat(fold(title[:LONGEST_TITLE])) for title in titles)), MOST_TITLES)),
        flat(fold(" | ".join(filter(None, descriptions))[:MOST_DESCRIBED])),
        _body(max(bodies, key=len, default="")),
    )


def _body(said: str) -> str:
    """Return the text of the article as JSON-LD says it; empty for a teaser."""
    if len(said) < SHORTEST_BODY:
        return ""
    if "<" in said and "</" in said:
        try:
            said = parse(said).tree.text(separator="\n")
        except DocumentError:  # the page itself may be sound
            return ""
    return html.unescape(said).strip()


def _attribute(tree: LexborHTMLParser, selector: str, name: str) -> str | None:
    node = tree.css_first(selector)
    return node.attributes.get(name) if node is not None else None


def parsed(source: str) -> Any:
    """Return the value of some JSON, or None."""
    if len(source) > MOST_JSON_LD:
        return None
    try:
        return json.loads(source, strict=False)
    except (ValueError, RecursionError):  # pages hold all sorts of things there
        return None


def items(value: Any, depth: int = DEEPEST) -> Iterator[dict[str, Any]]:
    """Yield the maps in a value of JSON, outer ones first.

    Args:
        value: of which parts may be maps.
        depth: levels that are looked through.
    """
    if depth and isinstance(value, dict):
        yield value
    if depth and isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from items(inner, depth - 1)


def _string(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""
