"""What else finds the article of a page, each as a function that makes a text of a page.

A peer gets the bytes of a page if it can decode them, and the text that `cleaner` would decode if not. A library is
imported when its function is made, so that a benchmark needs only those it uses. Readers' comments are left out where
a peer has an option for that.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from cleaner.io.charsets import decode_page

ENGLISH: Final = "en"
STOPLISTS: Final[Mapping[str, str]] = {
    "af": "Afrikaans", "ar": "Arabic", "az": "Azerbaijani", "be": "Belarusian", "bg": "Bulgarian", "bn": "Bengali",
    "bs": "Bosnian", "ca": "Catalan", "cs": "Czech", "cy": "Welsh", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "eo": "Esperanto", "es": "Spanish", "et": "Estonian", "eu": "Basque", "fa": "Persian",
    "fi": "Finnish", "fr": "French", "ga": "Irish", "gl": "Galician", "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi",
    "hr": "Croatian", "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian", "is": "Icelandic", "it": "Italian",
    "ka": "Georgian", "kk": "Kazakh", "ko": "Korean", "lb": "Luxembourgish", "lt": "Lithuanian", "lv": "Latvian",
    "mk": "Macedonian", "ml": "Malayalam", "mr": "Marathi", "ms": "Malay", "nb": "Norwegian_Bokmal", "nl": "Dutch",
    "nn": "Norwegian_Nynorsk", "no": "Norwegian_Bokmal", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian", "sv": "Swedish",
    "sw": "Swahili", "ta": "Tamil", "te": "Telugu", "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu",
    "uz": "Uzbek", "vi": "Vietnamese",
}  # fmt: skip
"""What jusText calls the languages that it has stop words for, by ISO 639 codes."""
BLOCKS: Final = (
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "td", "th", "tr",
    "ul",
)  # fmt: skip
"""Elements before and after which a word ends."""
_LANGUAGE: Final = re.compile(rb"""<html\b[^>]{0,2000}?\slang\s*=\s*["']?([A-Za-z]{2,3})\b""", re.IGNORECASE)


class Page(NamedTuple):
    """An annotated page.

    Args:
        id: its name.
        data: as it was served.
        url: where it was published, or None.
        language: ISO 639 code that it declares; English if it declares none.
    """

    id: str
    data: bytes
    url: str | None
    language: str

    @classmethod
    def of(cls, id: str, data: bytes, url: str | None = None) -> Page:
        """Make a page, and look up its language, which is no peer's work."""
        found = _LANGUAGE.search(data)
        return cls(id, data, url, found[1].decode().lower() if found else ENGLISH)


Extract = Callable[[Page], str]


def trafilatura(**options: bool) -> Extract:
    """Return trafilatura's extraction with some of its options."""
    from trafilatura import extract

    return lambda page: extract(page.data, include_comments=False, **options) or ""


def trafilatura_metadata() -> Extract:
    """Return trafilatura's extraction with metadata, which does not go into the text."""
    from trafilatura import bare_extraction

    def text(page: Page) -> str:
        found = bare_extraction(page.data, include_comments=False, with_metadata=True)
        return (found.text if found else None) or ""

    return text


def resiliparse() -> Extract:
    """Return resiliparse's main content."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import detect_encoding
    from resiliparse.parse.html import HTMLTree

    def text(page: Page) -> str:
        tree = HTMLTree.parse_from_bytes(page.data, detect_encoding(page.data, from_html_meta=True) or "utf-8")
        return str(extract_plain_text(tree, main_content=True, alt_texts=False, comments=False))

    return text


def readability() -> Extract:
    """Return the text of what readability-lxml makes of a page, which is HTML."""
    from lxml.html import fromstring
    from readability import Document

    def text(page: Page) -> str:
        summary = fromstring(Document(page.data).summary())
        for element in summary.iter(*BLOCKS):
            element.text = f"\n{element.text or ''}"
            element.tail = f"\n{element.tail or ''}"
        return str(summary.text_content())

    return text


def justext() -> Extract:
    """Return jusText's extraction with the stop words of the page's language, English if it has none, and defaults."""
    import justext

    stoplist: Any = cache(lambda code: justext.get_stoplist(STOPLISTS.get(code, STOPLISTS[ENGLISH])))
    return lambda page: "\n".join(
        p.text for p in justext.justext(page.data, stoplist(page.language)) if not p.is_boilerplate
    )


def newspaper() -> Extract:
    """Return newspaper4k's extraction in the page's language, English if it does not know that; it fetches nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it wants NLTK for what is not asked of it
        from newspaper import Article
    from newspaper.languages import get_available_languages

    known = frozenset(get_available_languages())

    def text(page: Page) -> str:
        language = page.language if page.language in known else ENGLISH
        article = Article(page.url or "https://example.com/", language=language, fetch_images=False)
        return str(article.download(input_html=decode_page(page.data)).parse().text)

    return text


def floor() -> Extract:
    """Return all text of the body, which costs what any extraction costs that parses a page."""
    from selectolax.lexbor import LexborHTMLParser

    def text(page: Page) -> str:
        body = LexborHTMLParser(decode_page(page.data)).body
        return body.text(separator="\n") if body is not None else ""

    return text


PEERS: Final[Mapping[str, Callable[[], Extract]]] = {
    "trafilatura": trafilatura,
    "trafilatura-fast": lambda: trafilatura(fast=True),
    "trafilatura-precision": lambda: trafilatura(favor_precision=True),
    "trafilatura-metadata": trafilatura_metadata,
    "resiliparse": resiliparse,
    "readability": readability,
    "justext": justext,
    "newspaper4k": newspaper,
    "floor": floor,
}
