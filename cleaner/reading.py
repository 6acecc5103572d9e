"""The bytes of a file or a record to the document that is cleaned: decoded, and extracted where it is a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cleaner.api import Cleaner
from cleaner.errors import DocumentError
from cleaner.io import formats
from cleaner.io.encoding import BinaryError, Decoded, decode
from cleaner.io.files import read_bytes
from cleaner.io.inputs import Source
from cleaner.io.record_files import RecordsFile
from cleaner.io.records import Fields, Row
from cleaner.model import Document, Dropped


@dataclass(frozen=True, slots=True)
class Reading:
    """A document, how its text is written back, and for a page the nodes that selectors took out."""

    document: Document
    decoded: Decoded
    dropped: tuple[Dropped, ...] = ()


def read_document(
    data: bytes, cleaner: Cleaner, *, id: str = "", outlet: str | None = None, is_html: bool = False
) -> Reading:
    """Make a document of a file's bytes.

    Args:
        data: the whole file.
        cleaner: knows the outlets and their selectors.
        id: the file's path, for the outlet and for errors.
        outlet: the outlet, if it is given.
        is_html: whether the file is a page; its text is written back as UTF-8.

    Raises:
        DocumentError: not text, or a page without an article.
    """
    try:
        decoded = decode(data)
    except BinaryError as e:
        raise DocumentError(id, str(e)) from None
    if not is_html:
        return Reading(Document(decoded.text, id, outlet=outlet), decoded)
    document, dropped = cleaner.extract(decoded.text, id=id, outlet=outlet)
    return Reading(document, Decoded(document.text, "utf-8", b""), dropped)


def read_row(row: Row, cleaner: Cleaner, source: Source, outlet: str | None = None) -> Reading:
    """Make a document of a record.

    Args:
        row: the record, with a text or a page.
        cleaner: see `read_document`.
        source: the file that it stands in.
        outlet: the outlet, if it is given.

    Raises:
        DocumentError: a page without an article.
    """
    kind = formats.kind_of(source.inner)
    id = f"{kind.stem if kind else source.inner}/{row.key}"  # names of file and record may tell the outlet
    outlet = outlet or row.outlet
    if row.text is not None:
        return Reading(Document(row.text, id, row.url, outlet, date=row.date), Decoded(row.text, "utf-8", b""))
    page = row.page if isinstance(row.page, str) else (row.page or b"").decode("utf-8", "replace")
    document, dropped = cleaner.extract(page, url=row.url, outlet=outlet, id=id)
    return Reading(replace(document, date=row.date), Decoded(document.text, "utf-8", b""), dropped)


def read_source(
    source: Source,
    cleaner: Cleaner,
    outlet: str | None = None,
    fields: Fields = Fields(),  # noqa: B008
) -> Iterator[tuple[str, Reading | DocumentError]]:
    """Yield the documents of a file with their names; those that cannot be read, as errors.

    Args:
        source: the file.
        cleaner: see `read_document`.
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
                        yield name, read_row(row, cleaner, source, outlet)
                    except DocumentError as e:
                        yield name, e
    except DocumentError as e:
        yield source.inner, e
