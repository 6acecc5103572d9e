"""What holds for any page: nothing visible is lost, pages do not change each other, and nothing crashes."""

from __future__ import annotations

import html
from collections import Counter
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import Cleaned, Cleaner, Document, DocumentError, restore
from cleaner.html.tree import SILENT

BLOCKS = (
    "div", "p", "section", "article", "nav", "footer", "header", "aside", "blockquote", "h1", "h2", "figure",
    "figcaption", "form", "main", "address", "pre", "x-widget",
)  # fmt: skip
INLINE = ("a", "b", "em", "span", "font", "code", "label", "sup", "nobr", "button")
NAMES = ("", ' class="share-bar"', ' id="comments"', ' class="story-body" hidden', " role=navigation", ' style="a"')
SHOWN = "abcé&<>\"'|.,{[: \n\u00a0Łя渡\u200b"
SENTENCES = (
    "The ferry left the northern pier an hour late because the crew waited for the doctor, the harbour master said.",
    "Nobody on the island could remember a winter in which the harbour froze over twice.",
    "Read more", "Share this article", "ADVERTISEMENT", "By Ann Quillmore", "© 2021 The Quillmore Herald",
)  # fmt: skip


class Part(NamedTuple):
    """A part of a page, and the text of it that a browser shows."""

    source: str
    shown: str


def joined(parts: list[Part]) -> Part:
    return Part("".join(part.source for part in parts), "".join(part.shown for part in parts))


def wrapped(tag: str, names: str, inside: Part) -> Part:
    return Part(f"<{tag}{names}>{inside.source}</{tag}>", inside.shown)


def listed(tag: str, items: list[Part]) -> Part:
    inside = joined([wrapped("li", "", item) for item in items])
    return Part(f"<{tag}>{inside.source}</{tag}>", inside.shown)


def table(rows: list[list[Part]]) -> Part:
    inside = joined([Part("<tr>", ""), *(joined([wrapped("td", "", cell) for cell in row]) for row in rows)])
    return Part(f"<table>{inside.source}</table>", inside.shown)


texts = st.one_of(st.sampled_from(SENTENCES), st.text(SHOWN, max_size=12)).map(lambda t: Part(html.escape(t), t))
unseen = st.one_of(
    st.just(Part("<br>", "")),
    st.just(Part("<img src=x alt='a picture'>", "")),
    st.just(Part("<!-- a comment -->", "")),
    st.sampled_from(("script", "style", "noscript", "template", "iframe")).map(
        lambda tag: Part(f"<{tag}>not shown</{tag}>", "")
    ),
    st.sampled_from((("&eacute;", "é"), ("&#8220;", "“"), ("&#x6e21;", "渡"), ("&bogus;", "&bogus;"))).map(
        lambda entity: Part(*entity)
    ),
)
leaves = st.one_of(texts, unseen)


def grown(inside: st.SearchStrategy[Part]) -> st.SearchStrategy[Part]:
    some = st.lists(inside, max_size=4)
    return st.one_of(
        st.builds(wrapped, st.sampled_from(BLOCKS), st.sampled_from(NAMES), some.map(joined)),
        st.builds(wrapped, st.sampled_from(INLINE), st.sampled_from(NAMES), some.map(joined)),
        st.builds(listed, st.sampled_from(("ul", "ol")), some),
        st.builds(table, st.lists(some, max_size=3)),
        some.map(joined),
    )


parts = st.recursive(leaves, grown, max_leaves=30)
articles = st.lists(st.one_of(parts, st.sampled_from(SENTENCES[:2]).map(lambda t: Part(f"<p>{t}</p>", t))), max_size=12)
pages = articles.map(joined).map(lambda part: Part(f"<title>Ferry</title><body>{part.source}</body>", part.shown))


def characters(text: str) -> Counter[str]:
    """Count what is no space; bars stand between cells, and at the ends of a line none is kept."""
    return Counter("".join(text.split()).replace("|", ""))


def outcome(cleaner: Cleaner, page: str | bytes) -> Cleaned | str:
    """Return what was cleaned, or the reason of the only error that may be."""
    try:
        return cleaner.clean_html(page)
    except DocumentError as e:
        return e.message


@given(pages)
@settings(max_examples=150)
def test_all_that_is_shown_is_in_the_text_or_on_record_as_dropped(cleaner: Cleaner, page: Part) -> None:
    cleaned = outcome(cleaner, page.source)
    if isinstance(cleaned, str):
        assert "no article found" in cleaned or ("shows no text" in cleaned and not characters(page.shown))
        return
    assert cleaned.extraction is not None
    found = "".join([cleaned.document.text, *(node.text for node in cleaned.extraction.dropped)])
    assert characters(found) == characters(page.shown)
    assert restore(cleaned.text, cleaned.removals) == cleaned.document.text


@given(st.lists(pages, min_size=2, max_size=5))
@settings(max_examples=40)
def test_pages_together_give_what_each_gives_alone(cleaner: Cleaner, some: list[Part]) -> None:
    documents = [Document(page.source) for page in some]
    together = [str(result) for result in cleaner.extract_many(documents)]
    assert together == [str(cleaner.extract_many([document])[0]) for document in documents]


soup = st.lists(
    st.one_of(
        st.sampled_from(
            [f"<{tag}>" for tag in (*BLOCKS, *INLINE, *SILENT, "table", "td", "tr", "li", "frameset", "title", "body")]
        ),
        st.sampled_from([f"</{tag}>" for tag in (*BLOCKS, *INLINE, *SILENT, "table", "td", "p", "body", "html")]),
        st.sampled_from(("<", "</", "<!--", "-->", "<![CDATA[", "&", "&#", "&#xd800;", "<p class='", '"', "\0", "\r")),
        st.sampled_from(SENTENCES),
        st.text(max_size=8),
    ),
    max_size=40,
).map("".join)


@given(soup)
@settings(max_examples=150)
def test_any_text_is_a_page_or_an_error_with_a_reason(cleaner: Cleaner, source: str) -> None:
    assert isinstance(cleaned := outcome(cleaner, source), Cleaned) or "the page" in cleaned


@given(
    st.one_of(
        st.binary(max_size=300),
        st.builds(
            lambda text, codec: text.encode(codec, "replace"), soup, st.sampled_from(("utf-16", "cp1251", "gbk"))
        ),
    )
)
@settings(max_examples=150)
def test_any_bytes_are_a_page_or_an_error_with_a_reason(cleaner: Cleaner, data: bytes) -> None:
    cleaned = outcome(cleaner, data)
    assert isinstance(cleaned, Cleaned) or "the page" in cleaned or "looks like" in cleaned
