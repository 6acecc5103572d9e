"""The bytes of a file to the document that is cleaned: decoded, and extracted where it is a page."""

from __future__ import annotations

from dataclasses import dataclass

from cleaner.api import Cleaner
from cleaner.errors import DocumentError
from cleaner.io.encoding import BinaryError, Decoded, decode
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
