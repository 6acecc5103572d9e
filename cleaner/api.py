"""`Cleaner`: a proven rulebook with a policy, ready for any number of documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from cleaner import outlets, proof
from cleaner.errors import DocumentError, UsageError
from cleaner.examples import prove
from cleaner.io.charsets import decode_page
from cleaner.io.encoding import BinaryError
from cleaner.model import Cleaned, Document
from cleaner.pipeline import Decided, Policy, clean_documents, decide_documents
from cleaner.rulebook.load import Rulebook, load, search_path
from cleaner.rulebook.match import Engine, Matcher

MOST_TOGETHER: Final = 32
"""Documents that are cleaned at once; more are no faster, as their arrays leave the processor's cache."""
MOST_CHARACTERS: Final = 300_000
"""Characters of them, but for a longer document, which is cleaned alone."""
FORMATS: Final = ("text", "markdown")
"""What the article of a page can become."""


class Cleaner:
    """Cleans documents; picklable, and safe to share between threads.

    Args:
        rules: rules folders beside those that come with the package; later ones win.
        mode: `precision`, `balanced` or `recall`.
        keep: boilerplate categories to leave in.
        drop: neutral categories to take out too, such as `caption`.
        engine: how rules are matched; the results are the same.
        rules_only: take out what rules name and nothing else; no heuristics.
        flag_only: leave documents that hold no article, such as an error page, as they are, and flag them.
        page_format: what the article of a page becomes: `text`, or `markdown` with headings, lists, quotes and tables.
        page_metadata: read title, byline, date and the like of a page too; without, dates of pages are unknown.

    Raises:
        RulesError: a rule file is wrong, or fails its own examples.
        UsageError: an unknown mode, category or format.

    >>> cleaned = Cleaner().clean("ADVERTISEMENT\\n\\nThe bridge stays open, the council said on Tuesday.")
    >>> cleaned.text
    'The bridge stays open, the council said on Tuesday.'
    >>> [(r.category, r.text) for r in cleaned.removals]
    [('ad', 'ADVERTISEMENT\\n\\n')]
    """

    def __init__(
        self,
        rules: Iterable[str | Path] = (),
        mode: str = "balanced",
        keep: Iterable[str] = (),
        drop: Iterable[str] = (),
        engine: Engine = "aho-corasick",
        *,
        rules_only: bool = False,
        flag_only: bool = False,
        page_format: str = "text",
        page_metadata: bool = True,
    ) -> None:
        if page_format not in FORMATS:
            raise UsageError(f"unknown format {page_format!r} for pages; choose from {', '.join(FORMATS)}")
        self.page_format = str(page_format)  # an enumeration of strings would give another recipe
        self.page_metadata = page_metadata
        self.policy = Policy.of(mode, keep, drop, rules_only=rules_only, flag_only=flag_only)
        folders = search_path([Path(folder) for folder in rules])
        known = proof.notes_on(folders)
        hints = proof.hints_of(known)
        rulebook = load(folders, proved=proof.files_of(known))
        self.matcher = Matcher(rulebook, engine, hints)
        self.directory = outlets.Directory(self.rulebook)
        together = proof.note_path(folders, "proof")
        if proof.read_note(together) is None:
            prove(self.matcher, self.directory)
            fresh = {source: hint for source, hint in self.matcher.hints.items() if source not in hints}
            for folder in set(folders) - known.keys():
                files = {file.name: file.sourced.data for file in rulebook.files if file.folder == folder}
                proof.write_note(proof.note_path([folder], "patterns"), proof.Note(fresh, files))
            proof.write_note(together)

    @property
    def rulebook(self) -> Rulebook:
        """The merged rules."""
        return self.matcher.rulebook

    def clean(
        self,
        text: str | Document,
        *,
        url: str | None = None,
        outlet: str | None = None,
        id: str = "",
        language: str | None = None,
        date: dt.date | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Cleaned:
        """Clean one document.

        Args:
            text: the source text, or a whole `Document`, which then holds everything else.
            url: where the article was published; tells the outlet.
            outlet: the publisher's main domain; wins over the URL.
            id: a name or path; a domain in it tells the outlet.
            language: ISO 639-1 code; used to split a one-line article.
            date: day of publication; some rules hold for a time only.
            metadata: passes through untouched.
        """
        return self.clean_many([self._document(text, id, url, outlet, language, date, metadata)])[0]

    def clean_many(self, documents: Iterable[Document]) -> list[Cleaned]:
        """Clean some documents, which is faster than one by one; each comes out as it would alone."""
        results: list[Cleaned] = []
        for some in stacks(documents):
            results += clean_documents(some, self.matcher, self.directory, self.policy)
        return results

    def clean_html(
        self, page: str | bytes, *, url: str | None = None, outlet: str | None = None, id: str = ""
    ) -> Cleaned:
        """Extract the article of a page and clean its text; `document.text` of the result is what was extracted.

        Args:
            page: HTML; bytes are decoded as a browser does.
            url: where it was published; without it, the URL that the page itself names.
            outlet: as for `clean`.
            id: as for `clean`.

        Raises:
            DocumentError: it is no page, or too large a one, or no article was found in it.
        """
        try:
            source = page if isinstance(page, str) else decode_page(page)
        except BinaryError as e:
            raise DocumentError(id, str(e)) from None
        [extracted] = self.extract_many([Document(source, id, url, outlet)])
        if isinstance(extracted, DocumentError):
            raise extracted
        return self.clean(extracted)

    def extract_many(self, pages: Iterable[Document]) -> list[Document | DocumentError]:
        """Extract the articles of some pages, uncleaned, which is faster than one by one; each as it would be alone.

        Args:
            pages: documents whose text is HTML.

        Returns:
            For each the document with the text of the article and its `extraction`, or why there is none.
        """
        from cleaner.html.documents import Style, extract_documents  # pages are rare, and their libraries slow

        style = Style(self.policy.mode.page, self.page_format, self.page_metadata)
        return extract_documents(pages, self.matcher, self.directory, style)

    def decide(self, text: str | Document, *, url: str | None = None, outlet: str | None = None) -> Decided:
        """Return everything that was weighed for one document, applied or not; see `clean`."""
        document = self._document(text, "", url, outlet, None, None, None)
        return decide_documents([document], self.matcher, self.directory, self.policy)[0]

    def decide_many(self, documents: Iterable[Document]) -> Iterator[Decided]:
        """Yield the same for many documents, which is faster than one by one."""
        for some in stacks(documents):
            yield from decide_documents(some, self.matcher, self.directory, self.policy)

    @staticmethod
    def _document(
        text: str | Document,
        id: str,
        url: str | None,
        outlet: str | None,
        language: str | None,
        date: dt.date | None,
        metadata: Mapping[str, Any] | None,
    ) -> Document:
        if isinstance(text, Document):
            if any(given is not None for given in (url, outlet, language, date, metadata)) or id:
                raise UsageError(
                    "a Document holds its own id, url, outlet, language, date and metadata; set them there"
                )
            return text
        return Document(text, id, url, outlet, language, date, metadata or {})


def stacks(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Yield documents by the dozen, as many as are best decided at once; memory does not grow with their number."""
    some: list[Document] = []
    size = 0
    for document in documents:
        if some and (len(some) == MOST_TOGETHER or size + len(document.text) > MOST_CHARACTERS):
            yield some
            some, size = [], 0
        some.append(document)
        size += len(document.text)
    if some:
        yield some
