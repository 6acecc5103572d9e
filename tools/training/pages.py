"""The text around the article of an annotated page, as a careless scraper would take it."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

BREAKING = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "option",
        "select",
        "button",
        "video",
        "audio",
        "iframe",
    ]
)
SILENT = frozenset(["script", "style", "noscript", "template", "svg", "head", "title", "meta", "link"])
TELLING = 25
"""Characters of the shortest annotated paragraph that is looked for."""
COVERED = 0.93
"""Share of the annotated text that the chosen element must hold."""
MOST_LINES = 160
CLIMBS = (0, 1, 1, 2, 2, 3, 4, 5)
"""How far up from the smallest element to go, drawn at random: scrapers take too much."""


def scraped_lines(page: str, annotated: Sequence[str], seed: str) -> list[str] | None:
    """Return the visible lines of an element that holds the whole annotated article, or None.

    Args:
        page: HTML.
        annotated: paragraphs of the article.
        seed: decides, with equal chances in every run, how much of the page around is taken.
    """
    wanted = [plain for paragraph in annotated if len(plain := _plain(paragraph)) > TELLING]
    node = LexborHTMLParser(page).body
    if node is None or not wanted:
        return None
    total = sum(map(len, wanted))
    while True:
        inner = next((c for c in _elements(node) if _held(c, wanted) >= COVERED * total), None)
        if inner is None:
            break
        node = inner
    candidates: list[list[str]] = []
    outer: LexborNode | None = node
    while outer is not None and outer.tag != "html":
        lines = _lines(outer)
        if len(lines) <= MOST_LINES and (not candidates or len(lines) > len(candidates[-1])):
            candidates.append(lines)
        outer = outer.parent
    if not candidates:
        return None
    return candidates[min(len(candidates) - 1, random.Random(seed).choice(CLIMBS))]


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def _held(node: LexborNode, wanted: Sequence[str]) -> int:
    text = _plain(node.text(separator=" "))
    return sum(len(paragraph) for paragraph in wanted if paragraph in text)


def _elements(node: LexborNode) -> list[LexborNode]:
    return [child for child in _children(node) if child.tag and child.tag[0].isalpha() and child.tag not in SILENT]


def _children(node: LexborNode) -> list[LexborNode]:
    children, child = [], node.child
    while child is not None:
        children.append(child)
        child = child.next
    return children


def _lines(node: LexborNode) -> list[str]:
    lines: list[str] = []
    words: list[str] = []

    def end_line() -> None:
        if line := " ".join("".join(words).split()):
            lines.append(line)
        words.clear()

    def walk(parent: LexborNode) -> None:
        for child in _children(parent):
            tag = child.tag or ""
            if tag == "-text":
                words.append(child.text_content or "")
            elif tag == "br":
                end_line()
            elif tag in BREAKING:
                end_line()
                walk(child)
                end_line()
            elif tag[:1].isalpha() and tag not in SILENT:
                walk(child)

    walk(node)
    end_line()
    return lines
