"""What a page says of its article outside of the text: titles, descriptions, its address, and JSON-LD."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from cleaner.fold import flat, fold

JSON_LD: Final = 'script[type="application/ld+json"]'
URLS: Final = (('link[rel="canonical"]', "href"), ('meta[property="og:url"]', "content"))
TITLES: Final = ("og:title", "twitter:title")
DESCRIPTIONS: Final = ("description", "og:description", "twitter:description")
DEEPEST: Final = 8
"""Levels of JSON-LD that are looked through."""
SHORTEST_BODY: Final = 200
"""Characters; a shorter `articleBody` is a teaser."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says of its article.

    Args:
        url: where it says it was published, if it does.
        titles: its titles, flat.
        descriptions: its descriptions, flat, one after the other.
        body: the text of the article by JSON-LD, or empty.
    """

    url: str | None
    titles: frozenset[str]
    descriptions: str
    body: str


def read_head(tree: LexborHTMLParser) -> Head:
    """Read a page's metadata; nothing of it is trusted to be there, or well formed."""
    titles, descriptions, bodies = [], [], []
    if (title := tree.css_first("title")) is not None:
        titles.append(title.text())
    for meta in tree.css("meta"):
        attributes = meta.attributes
        name = (attributes.get("property") or attributes.get("name") or "").lower()
        if name in TITLES:
            titles.append(attributes.get("content") or "")
        elif name in DESCRIPTIONS:
            descriptions.append(attributes.get("content") or "")
    for script in tree.css(JSON_LD):
        for item in _items(_parsed(script), DEEPEST):
            titles.append(_string(item, "headline"))
            descriptions.append(_string(item, "description"))
            bodies.append(_string(item, "articleBody"))
    body = max(bodies, key=len, default="")
    if len(body) < SHORTEST_BODY:
        body = ""
    elif "<" in body and "</" in body:
        body = LexborHTMLParser(body).text(separator="\n")
    return Head(
        next((value for selector, name in URLS if (value := _attribute(tree, selector, name))), None),
        frozenset(filter(None, (flat(fold(title)) for title in titles))),
        " | ".join(flat(fold(description)) for description in descriptions),
        html.unescape(body).strip(),
    )


def _attribute(tree: LexborHTMLParser, selector: str, name: str) -> str | None:
    node = tree.css_first(selector)
    return node.attributes.get(name) if node is not None else None


def _parsed(script: LexborNode) -> Any:
    try:
        return json.loads(script.text(), strict=False)
    except (ValueError, RecursionError):  # pages hold all sorts of things there
        return None


def _items(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Yield the maps in a value of JSON, outer ones first."""
    if depth and isinstance(value, dict):
        yield value
    if depth and isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _items(inner, depth - 1)


def _string(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""
