"""Documents that are pages to documents with the text of their articles, some pages at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from cleaner import outlets
from cleaner.errors import DocumentError
from cleaner.html.extract import Extracted, Request, extract
from cleaner.html.page import Page
from cleaner.io.records import as_date
from cleaner.model import Document, Extraction
from cleaner.outlets import Directory
from cleaner.rulebook.match import Matcher

MOST_TOGETHER: Final = 8
"""Pages that are judged at once; more are no faster."""
MOST_CHARACTERS: Final = 3_000_000
"""Characters of all of them, but for a longer page, which is judged alone; bounds what is held in memory."""


def extract_documents(
    pages: Iterable[Document], matcher: Matcher, directory: Directory, least: float, form: str
) -> list[tuple[Document, Extraction] | DocumentError]:
    """Extract the articles of documents whose text is HTML; see `extract.extract`."""
    results: list[tuple[Document, Extraction] | DocumentError] = []
    some: list[Document] = []
    size = 0
    for page in pages:
        if len(some) == MOST_TOGETHER or size + len(page.text) > MOST_CHARACTERS:
            results += _extract(some, matcher, directory, least, form)
            some, size = [], 0
        some.append(page)
        size += len(page.text)
    return results + _extract(some, matcher, directory, least, form)


def _extract(
    pages: list[Document], matcher: Matcher, directory: Directory, least: float, form: str
) -> list[tuple[Document, Extraction] | DocumentError]:
    results: dict[int, tuple[Document, Extraction] | DocumentError] = {}
    requests: dict[int, Request] = {}
    stubs: dict[int, Document] = {}
    for n, document in enumerate(pages):
        try:
            page = Page(document.text)
        except DocumentError as e:
            results[n] = e
            continue
        stub = replace(document, text="", url=document.url or page.head.url)
        found = outlets.find(stub, directory, {})
        entry = matcher.rulebook.outlets.get(found.domain) if found else None
        stubs[n], requests[n] = stub, Request(page, entry.html if entry else None)
    extracted = extract(list(requests.values()), matcher, directory, least, form)
    for (n, request), outcome in zip(requests.items(), extracted, strict=True):
        results[n] = outcome if isinstance(outcome, DocumentError) else _documented(stubs[n], request.page, outcome)
    return [
        DocumentError(pages[n].id, result.message) if isinstance(result, DocumentError) else result
        for n, result in sorted(results.items())
    ]


def _documented(stub: Document, page: Page, extracted: Extracted) -> tuple[Document, Extraction]:
    """Return the document of an article with what its page says of it; what the caller knows goes before that."""
    metadata = page.metadata
    document = replace(
        stub,
        text=extracted.text,
        language=stub.language or metadata.get("language"),
        date=stub.date or as_date(metadata.get("date")),
    )
    return document, Extraction(extracted.how, extracted.reason, extracted.dropped, metadata)
