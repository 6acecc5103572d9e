"""Compressed streams: read within bounds, and written so that equal content gives equal bytes."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import zlib
from collections.abc import Callable
from typing import IO, Any, Final, NamedTuple, Protocol, cast

from cleaner.errors import DocumentError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

BLOCK: Final = 1 << 18
"""Bytes that are asked of a stream at a time."""
MOST_EXPANSION: Final = 250
"""Times that honest text shrinks at most; logs reach some 100, and a bomb of gzip about 1,000."""
UNSUSPECTED: Final = 1 << 26
"""Bytes below which no expansion is suspected."""
MOST_MEMORY: Final = 1 << 28
"""Bytes that decoding xz may need; its own highest level needs 65 MB."""


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int = ...) -> bytes: ...


class Codec(NamedTuple):
    """One kind of compression.

    Args:
        decompressor: makes what reads one member or frame.
        writer: wraps a stream that is written.
    """

    decompressor: Callable[[], _Decompressor]
    writer: Callable[[IO[bytes]], IO[bytes]]


class _Gunzip:
    """zlib's decompressor with the interface that those of bz2, lzma and zstd share."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)
        self._rest = b""
        self._full = False

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def needs_input(self) -> bool:
        return not (self._rest or self._full or self._inner.eof)

    def decompress(self, data: bytes, max_length: int = 0) -> bytes:
        out = self._inner.decompress(self._rest + data, max_length)
        self._rest = self._inner.unconsumed_tail
        self._full = len(out) == max_length  # then there may be more inside although all input is taken in
        return out


def _xz() -> _Decompressor:
    return lzma.LZMADecompressor(memlimit=MOST_MEMORY)


def _gzip(file: IO[bytes]) -> IO[bytes]:
    # No name and no time in the header: equal content gives equal bytes.
    return cast(IO[bytes], gzip.GzipFile("", "wb", 6, file, mtime=0))


def _zstd(file: IO[bytes]) -> IO[bytes]:
    # With a checksum, as the zstd tool writes it: damage would go unnoticed otherwise.
    return cast(IO[bytes], zstd.ZstdFile(file, "wb", options={zstd.CompressionParameter.checksum_flag: 1}))


def _bzip2(file: IO[bytes]) -> IO[bytes]:
    return bz2.BZ2File(file, "wb")


def _lzma(file: IO[bytes]) -> IO[bytes]:
    return lzma.LZMAFile(file, "wb")


CODECS: Final[dict[str, Codec]] = {
    ".gz": Codec(_Gunzip, _gzip),
    ".zst": Codec(zstd.ZstdDecompressor, _zstd),
    ".bz2": Codec(bz2.BZ2Decompressor, _bzip2),
    ".xz": Codec(_xz, _lzma),
}
"""By suffix."""
_BROKEN: Final = (zlib.error, OSError, lzma.LZMAError, zstd.ZstdError, ValueError, EOFError)


class Expanded(io.RawIOBase):
    """What a compressed stream holds; several members or frames read as one.

    Args:
        raw: the compressed stream.
        codec: how it is compressed.
        path: for errors.

    Raises:
        DocumentError: on reading: damaged, cut off, or expanding beyond `MOST_EXPANSION`.
    """

    def __init__(self, raw: IO[bytes], codec: Codec, path: str) -> None:
        self._raw, self._codec, self._path = raw, codec, path
        self._inner = codec.decompressor()
        self._read = self._written = 0
        self._inside = False

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer with what comes next."""
        out = b""
        while not out and (block := self._more()) is not None:
            try:
                out = self._inner.decompress(block, len(buffer))
            except _BROKEN as e:
                raise DocumentError(
                    self._path, f"is damaged after {self._written:,} bytes of its content: {e}"
                ) from None
            self._inside = not self._inner.eof
        self._written += len(out)
        if self._written > max(UNSUSPECTED, MOST_EXPANSION * self._read):
            raise DocumentError(
                self._path,
                f"expands to more than {MOST_EXPANSION} times its size: a decompression bomb? "
                "if it is honest, unpack it and clean what comes out",
            )
        buffer[: len(out)] = out
        return len(out)

    def _more(self) -> bytes | None:
        """Return the next compressed bytes, empty while there is more inside; None at the end."""
        if self._inner.eof:
            block = self._inner.unused_data or self._next_block()
            while block and not (rest := block.lstrip(b"\0")):  # tape blocks and tar pad with NUL
                block = self._next_block()
            if not block:
                return None
            self._inner = self._codec.decompressor()
            return rest
        if not self._inner.needs_input:
            return b""
        block = self._next_block()
        if not block and (self._inside or not self._read):
            raise DocumentError(self._path, f"is cut off after {self._written:,} bytes of its content")
        return block or None

    def _next_block(self) -> bytes:
        block = self._raw.read(BLOCK)
        self._read += len(block)
        return block

    def close(self) -> None:
        """Close the compressed stream too."""
        self._raw.close()
        super().close()


def expanded(raw: IO[bytes], suffix: str, path: str) -> IO[bytes]:
    """Return what a stream holds.

    Args:
        raw: the stream as it is stored.
        suffix: `.gz` or another of `CODECS`; anything else is taken as it is.
        path: for errors.
    """
    codec = CODECS.get(suffix)
    return cast(IO[bytes], io.BufferedReader(Expanded(raw, codec, path), BLOCK)) if codec else raw


def compressed(file: IO[bytes], suffix: str) -> IO[bytes]:
    """Return a stream that compresses into a file, which its closing completes but does not close.

    Args:
        file: where the bytes go; itself the answer where nothing is compressed.
        suffix: `.gz` or another of `CODECS`; anything else compresses nothing.
    """
    codec = CODECS.get(suffix)
    return codec.writer(file) if codec else file


def compress(data: bytes, suffix: str) -> bytes:
    """Return bytes compressed; see `compressed`."""
    file = io.BytesIO()
    stream = compressed(file, suffix)
    stream.write(data)
    if stream is not file:
        stream.close()
    return file.getvalue()
