"""The bytes of files and records to the documents that are cleaned: decoded, and extracted where they are pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cleaner.api import Cleaner
from cleaner.errors import DocumentError
from cleaner.io import formats
from cleaner.io.charsets import decode_page
from cleaner.io.encoding import BinaryError, Decoded, decode
from cleaner.io.files import read_bytes
from cleaner.io.inputs import Source
from cleaner.io.record_files import RecordsFile
from cleaner.io.records import Fields, Row
from cleaner.model import Document


@dataclass(frozen=True, slots=True)
class Reading:
    """A document, and how its text is written back.

    Args:
        document: the document.
        decoded: its text, and the encoding in which that is written back; UTF-8 for a page and a record.
        is_page: whether its text is a page that waits for `extracted`.
    """

    document: Document
    decoded: Decoded
    is_page: bool = False


def read_file(data: bytes, *, id: str = "", outlet: str | None = None, is_html: bool = False) -> Reading:
    """Make a document of a file's bytes.

    Args:
        data: the whole file.
        id: the file's path, for the outlet and for errors.
        outlet: the outlet, if it is given.
        is_html: whether the file is a page.

    Raises:
        DocumentError: not text.
    """
    try:
        decoded = Decoded(decode_page(data), "utf-8", b"") if is_html else decode(data)
    except BinaryError as e:
        raise DocumentError(id, str(e)) from None
    return Reading(Document(decoded.text, id, outlet=outlet), decoded, is_html)


def read_row(row: Row, source: Source, outlet: str | None = None) -> Reading:
    """Make a document of a record.

    Args:
        row: the record, with a text or a page.
        source: the file that it stands in.
        outlet: the outlet, if it is given.

    Raises:
        DocumentError: the bytes of a page are not text.
    """
    kind = formats.kind_of(source.inner)
    id = f"{kind.stem if kind else source.inner}/{row.key}"  # names of file and record may tell the outlet
    text = row.text
    if text is None:
        try:
            text = row.page if isinstance(row.page, str) else decode_page(row.page or b"")
        except BinaryError as e:
            raise DocumentError(id, str(e)) from None
    document = Document(text, id, row.url, outlet or row.outlet, date=row.date)
    return Reading(document, Decoded(text, "utf-8", b""), row.text is None)


def extracted(cleaner: Cleaner, readings: Sequence[Reading]) -> list[Reading | DocumentError]:
    """Return readings with the texts of the articles in the place of pages, or why there is none.

    Args:
        cleaner: knows the outlets and their selectors.
        readings: any; those of texts come back as they are.
    """
    found = iter(cleaner.extract_many([reading.document for reading in readings if reading.is_page]))
    results: list[Reading | DocumentError] = []
    for reading in readings:
        outcome = next(found) if reading.is_page else reading
        if isinstance(outcome, Document):
            outcome = Reading(outcome, replace(reading.decoded, text=outcome.text))
        results.append(outcome)
    return results


def read_document(
    data: bytes, cleaner: Cleaner, *, id: str = "", outlet: str | None = None, is_html: bool = False
) -> Reading:
    """Make a document of a file's bytes, and extract it if it is a page; see `read_file`.

    Raises:
        DocumentError: not text, or a page without an article.
    """
    return _extracted(cleaner, read_file(data, id=id, outlet=outlet, is_html=is_html))


def _extracted(cleaner: Cleaner, reading: Reading) -> Reading:
    [outcome] = extracted(cleaner, [reading])
    if isinstance(outcome, DocumentError):
        raise outcome
    return outcome


def read_source(
    source: Source,
    cleaner: Cleaner,
    outlet: str | None = None,
    fields: Fields = Fields(),  # noqa: B008
) -> Iterator[tuple[str, Reading | DocumentError]]:
    """Yield the documents of a file with their names; those that cannot be read, as errors.

    Args:
        source: the file.
        cleaner: see `extracted`.
        outlet: the outlet of all, if it is given.
        fields: the fields of records that the user named.
    """
    if not source.holds_records:
        try:
            data = read_bytes(source.path, source.codec)
            yield source.inner, read_document(data, cleaner, id=str(source.path), outlet=outlet, is_html=source.is_html)
        except DocumentError as e:
            yield source.inner, e
        return
    try:
        for opened, chunk, _ in RecordsFile(source, fields, add_removals=False).chunks():
            for number, row in enumerate(formats.readable(source.format).rows(chunk, opened.layout), chunk.first):
                name = f"{source.inner}#{number}"
                if row.error:
                    yield name, DocumentError(name, row.error)
                elif row.text is not None or row.page is not None:
                    try:
                        yield name, _extracted(cleaner, read_row(row, source, outlet))
                    except DocumentError as e:
                        yield name, e
    except DocumentError as e:
        yield source.inner, e
