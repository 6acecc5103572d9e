"""What a page says of its article for the record: title, byline, date, language, address and site, by trafilatura.

trafilatura gets the head of the page and the few elements of its body that name an author, a date or a title: it finds
there what it finds in the whole page (on 60 pages of 40 outlets all but one date), in a sixth of the time.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from cleaner.html.head import BODY, items, parsed
from cleaner.model import METADATA

TELLING: Final = (
    'h1, time, [itemprop~="author"], [rel~="author"], [class*="byline"], [class*="author"], '
    'title, meta, link[rel="canonical"], script[type="application/ld+json"]'
)
"""Elements that name a title, a date, an author or more."""
MOST: Final = {"h1": 2, "time": 2}
"""How many of an element of the body are looked at."""
MOST_OTHERS: Final = 3
HEAD: Final = ("title", "meta", "link", "script")
MOST_CHARACTERS: Final = 2_000
"""Characters of an element in the body; a byline is short."""
MOST_IN_HEAD: Final = 300_000
"""Characters of all elements in the head together."""
THEIRS: Final = {"byline": "author", "site_name": "sitename"}
"""What trafilatura calls the fields that it calls by other names."""
_LANGUAGE: Final = re.compile("[A-Za-z]{2,3}(?=[-_]|$)")


def excerpt(tree: LexborHTMLParser) -> str:
    """Return the part of a page that holds its metadata, as a page of its own."""
    head: list[str] = []
    body: list[str] = []
    seen: Counter[str] = Counter()
    size = 0
    for node in tree.css(TELLING):
        tag = node.tag or ""
        if tag in HEAD:
            source = (_without_text(node) if tag == "script" else node.html) or ""
            if size + len(source) <= MOST_IN_HEAD:
                head.append(source)
                size += len(source)
        elif (seen[tag] if tag in MOST else seen[""]) < MOST.get(tag, MOST_OTHERS):
            seen[tag if tag in MOST else ""] += 1
            body += [source] if len(source := node.html or "") <= MOST_CHARACTERS else []
    return f"<html><head>{''.join(head)}</head><body>{''.join(body)}</body></html>"


def _without_text(script: LexborNode) -> str | None:
    """Return JSON-LD without the text of the article, through which trafilatura would go character by character."""
    if BODY not in script.text():
        return script.html
    said = parsed(script.text())
    for item in items(said):
        item.pop(BODY, None)
    source = json.dumps(said).replace("</", r"<\/")  # nothing in it ends the script
    return f'<script type="application/ld+json">{source}</script>'


def language_of(tree: LexborHTMLParser) -> str | None:
    """Return the language that a page declares, as an ISO 639 code."""
    root = tree.css_first("html")
    found = _LANGUAGE.match((root.attributes.get("lang") or "").strip()) if root is not None else None
    return found[0].lower() if found else None


def read_metadata(excerpt: str, language: str | None) -> Mapping[str, str]:
    """Return what an excerpt of a page says of its article; fields that it does not say are left out.

    Args:
        excerpt: see the function of that name.
        language: see `language_of`.
    """
    from trafilatura.metadata import extract_metadata  # slow to import, and only pages need it

    try:
        found = extract_metadata(excerpt, date_config={"extensive_search": False, "original_date": True})
    except Exception:  # of a damaged page nothing is known; its text may well be found all the same
        return {"language": language} if language else {}
    said = {name: getattr(found, THEIRS.get(name, name)) for name in METADATA} | {"language": language}
    return {name: str(value) for name, value in said.items() if value}
