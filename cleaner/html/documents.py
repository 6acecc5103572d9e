"""Documents that are pages to documents with the text of their articles, some pages at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from cleaner import outlets
from cleaner.errors import DocumentError
from cleaner.html.cascade import Request, extract
from cleaner.html.page import Page
from cleaner.io.records import as_date
from cleaner.model import Document, Extraction
from cleaner.outlets import Directory
from cleaner.rulebook.match import Matcher

MOST_TOGETHER: Final = 8
"""Pages that are judged at once; more are no faster."""
MOST_CHARACTERS: Final = 3_000_000
"""Characters of all of them, but for a longer page, which is judged alone; bounds what is held in memory."""


class Style(NamedTuple):
    """What is wanted of pages.

    Args:
        least: how likely a line must be article text to stay, from 0 to 1.
        form: `text` or `markdown`.
        metadata: whether title, byline, date and the like are read too, in a millisecond or two for each page.
    """

    least: float
    form: str
    metadata: bool


def extract_documents(
    pages: Iterable[Document], matcher: Matcher, directory: Directory, style: Style
) -> list[Document | DocumentError]:
    """Extract the articles of documents whose text is HTML; see `cascade.extract`."""
    results: list[Document | DocumentError] = []
    some: list[Document] = []
    size = 0
    for page in pages:
        if len(some) == MOST_TOGETHER or size + len(page.text) > MOST_CHARACTERS:
            results += _extract(some, matcher, directory, style)
            some, size = [], 0
        some.append(page)
        size += len(page.text)
    return results + _extract(some, matcher, directory, style)


def _extract(
    pages: list[Document], matcher: Matcher, directory: Directory, style: Style
) -> list[Document | DocumentError]:
    results: dict[int, Document | DocumentError] = {}
    stubs: dict[int, tuple[Document, Mapping[str, str]]] = {}
    requests: dict[int, Request] = {}
    for n, document in enumerate(pages):
        try:
            page = Page(document.text)
        except DocumentError as e:
            results[n] = e
            continue
        metadata = page.metadata() if style.metadata else {}  # before rules take out a byline
        stub = _stub(document, page, metadata)
        found = outlets.find(stub, directory, {})
        entry = matcher.rulebook.outlets.get(found.domain) if found else None
        stubs[n], requests[n] = (stub, metadata), Request(page, entry.html if entry else None)
    outcomes = extract(list(requests.values()), matcher, directory, style.least, style.form)
    for (n, (stub, metadata)), outcome in zip(stubs.items(), outcomes, strict=True):
        if isinstance(outcome, DocumentError):
            results[n] = outcome
        else:
            extraction = Extraction(outcome.how, outcome.reason, outcome.dropped, metadata)
            results[n] = replace(stub, text=outcome.text, extraction=extraction)
    return [
        DocumentError(pages[n].id, result.message) if isinstance(result, DocumentError) else result
        for n, result in sorted(results.items())
    ]


def _stub(document: Document, page: Page, metadata: Mapping[str, str]) -> Document:
    """Return the document without its text, but with what its page says of it where the caller says nothing."""
    return replace(
        document,
        text="",
        url=document.url or page.url,
        language=document.language or page.language,
        date=document.date or as_date(metadata.get("date")),
    )
