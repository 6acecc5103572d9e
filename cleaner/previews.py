"""Documents on their way to a preview: cleaned in passing, by one cleaner or by two, or read back from a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, TypeAlias

from cleaner.api import MOST_CHARACTERS, MOST_TOGETHER, Cleaner
from cleaner.choosing import Choice
from cleaner.errors import DocumentError
from cleaner.finished import cleaned_documents
from cleaner.io.ledger import Entry
from cleaner.model import Cleaned, Document
from cleaner.reading import Reading

Results: TypeAlias = tuple[str, tuple[Cleaned, ...] | DocumentError]
"""The name of a document, and what came out of it: one result, or in a comparison the old and the new one."""
Wanted: TypeAlias = Callable[[str], bool]
"""Whether a document is to be cleaned, by its name; it is asked once for each."""


class _Waiting(NamedTuple):
    """A document that is still to be cleaned, with what came out of it before; or why there is none."""

    name: str
    document: Document | DocumentError
    before: tuple[Cleaned, ...] = ()

    @classmethod
    def of(cls, name: str, cleaned: Cleaned | DocumentError) -> _Waiting:
        """Make one of a document of a run."""
        if isinstance(cleaned, DocumentError):
            return cls(name, cleaned)
        return cls(name, source_of(cleaned), (cleaned,))


def of_inputs(
    readings: Iterable[tuple[str, Reading | DocumentError]], cleaners: Sequence[Cleaner], wanted: Wanted
) -> Iterator[Results]:
    """Yield documents with what each cleaner makes of them.

    Args:
        readings: names and documents, or why one cannot be read.
        cleaners: one, or the old and the new one.
        wanted: which documents.
    """
    waiting = (
        _Waiting(name, reading if isinstance(reading, DocumentError) else reading.document)
        for name, reading in readings
        if isinstance(reading, DocumentError) or wanted(name)
    )
    yield from _cleaned(waiting, cleaners)


def of_run(out: Path, choice: Choice, again: Cleaner | None, wanted: Wanted) -> Iterator[Results]:
    """Yield the documents of a finished run as they were cleaned, and perhaps as they would be now.

    Dates of publication are on record for records that had one; rules with `since` or `before` take others for unknown.

    Args:
        out: the output folder of the run.
        choice: what was asked for; documents that cannot hold it are passed over.
        again: cleans the restored sources, for a comparison.
        wanted: which documents.

    Raises:
        UsageError: `out` holds no run.
    """

    def select(entry: Entry) -> bool:
        return wanted(entry.id) and (again is not None or choice.may_find(entry))

    found = cleaned_documents(out, select)
    if again:
        yield from _cleaned((_Waiting.of(name, cleaned) for name, cleaned in found), [again])
        return
    for name, cleaned in found:
        yield name, cleaned if isinstance(cleaned, DocumentError) else (cleaned,)


def source_of(cleaned: Cleaned) -> Document:
    """Return the source of a document of a run with what told its outlet then, so that it can be found anew."""
    how, evidence = (cleaned.outlet.how, cleaned.outlet.evidence) if cleaned.outlet else ("", "")
    return replace(
        cleaned.document,
        outlet=evidence if how == "given" else None,
        url=evidence if how == "url" else None,
        id=evidence if how == "path" else cleaned.document.id,
    )


def _cleaned(waiting: Iterable[_Waiting], cleaners: Sequence[Cleaner]) -> Iterator[Results]:
    for some in _together(waiting):
        documents = [one.document for one in some if isinstance(one.document, Document)]
        results = zip(*(cleaner.clean_many(documents) for cleaner in cleaners), strict=True)
        for name, document, before in some:
            yield name, document if isinstance(document, DocumentError) else (*before, *next(results))


def _together(waiting: Iterable[_Waiting]) -> Iterator[list[_Waiting]]:
    """Yield as many as are cleaned at once, so that the first come soon and memory does not grow with their number."""
    some: list[_Waiting] = []
    size = 0
    for one in waiting:
        some.append(one)
        size += len(one.document.text) if isinstance(one.document, Document) else 0
        if len(some) == MOST_TOGETHER or size >= MOST_CHARACTERS:
            yield some
            some, size = [], 0
    if some:
        yield some
