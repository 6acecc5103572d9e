"""Bytes to text and back to the same bytes."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC: Final = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF89a", "a GIF image"),
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive or office file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "an SQLite database"),
)
SAMPLE: Final = 65_536
"""Bytes looked at to detect an encoding or a binary file."""
MAX_CONTROL_SHARE: Final = 0.04
"""Share of control characters above which a file is not text; random bytes have 0.1."""
MIN_CONTROLS: Final = 8
"""Control characters that a short text may hold in any case, such as the NULs of a broken scrape."""
MIN_HIGH_BYTES: Final = 16
"""Bytes above ASCII that charset detection needs; with fewer it took "café" for Korean."""
_ASCII: Final = bytes(range(128))
MAX_CHARACTER_BYTES: Final = 4
"""Bytes of the longest character in GB18030."""
_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\r\x0b\x0c\x1b\x1c\x1d\x1e"))


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded file.

    Args:
        text: its text without the byte order mark.
        encoding: a Python codec that gives the same bytes back.
        bom: the byte order mark that stood before the text.
    """

    text: str
    encoding: str
    bom: bytes

    def encode(self, text: str) -> bytes:
        """Return `text` as bytes in this file's encoding, with its byte order mark."""
        return self.bom + text.encode(self.encoding)


class BinaryError(ValueError):
    """The bytes are not text."""


def decode(data: bytes, charset: str | None = None) -> Decoded:
    """Decode bytes so that encoding gives the same bytes back.

    Byte order mark, then the declared charset, UTF-8, UTF-16 without a mark, a detected charset, and last
    cp1252 or Latin-1; the first that decodes without an error and comes back equal wins.

    Args:
        data: a whole file.
        charset: the charset that the file declares, if it does.

    Raises:
        BinaryError: not text; the message says what it looks like.

    >>> decode(b"caf\\xe9").text
    'café'
    """
    refuse_binary(data)
    for bom, encoding in _BOMS:
        if data.startswith(bom) and (text := _same_back(data[len(bom) :], encoding)) is not None:
            return Decoded(text, encoding, bom)
    for encoding in chain(filter(None, (charset, _wide(data[:SAMPLE]), "utf-8")), detected(data), ["cp1252"]):
        if (text := _same_back(data, encoding)) is not None:
            return Decoded(text, encoding, b"")
    return Decoded(data.decode("latin-1"), "latin-1", b"")


def refuse_binary(data: bytes) -> None:
    """Refuse bytes that are not text in any encoding.

    Raises:
        BinaryError: not text; the message says what it looks like.
    """
    sample = data[:SAMPLE]
    for magic, kind in _MAGIC:
        if data.startswith(magic) and not (magic.isalnum() and not _controls(sample)):
            raise BinaryError(f"looks like {kind}, not text")
    if any(data.startswith(bom) for bom, _ in _BOMS) or _wide(sample):
        return
    if _controls(sample) > max(MIN_CONTROLS, MAX_CONTROL_SHARE * len(sample)):
        raise BinaryError("looks like a binary file, not text")


def is_utf8(data: bytes) -> bool:
    """Tell whether bytes are UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _same_back(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
        return text if text.encode(encoding) == data else None
    except (ValueError, LookupError):  # also UnicodeError, and a charset name with NUL in it
        return None


def _wide(sample: bytes) -> str | None:
    """Tell UTF-16 without a byte order mark: in text of small code points every second byte is NUL."""
    half = len(sample) // 2
    if half < 2:
        return None
    if sample[1::2].count(0) > 0.7 * half and sample[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if sample[::2].count(0) > 0.7 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _controls(sample: bytes) -> int:
    return len(sample) - len(sample.translate(None, _CONTROLS))


def detected(data: bytes) -> Iterator[str]:
    """Yield the charsets that a text's own statistics suggest; a handful of letters has none."""
    sample = data[:SAMPLE]
    if len(sample.translate(None, _ASCII)) < MIN_HIGH_BYTES:
        return
    from charset_normalizer import from_bytes  # slow to import, and most files are UTF-8

    for cut in range(MAX_CHARACTER_BYTES):  # a character cut in two at the sample's end would rule its charset out
        best = from_bytes(sample[: len(sample) - cut]).best()
        if best:
            yield best.encoding
