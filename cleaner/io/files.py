"""Files: read within bounds, hashed while they are read or written, and written so that they are whole or not there."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tempfile
from pathlib import Path
from typing import IO, Any, Final, cast

from cleaner.errors import DocumentError, UsageError
from cleaner.io.compression import BLOCK, expanded

MAX_BYTES: Final = 100_000_000
"""Size of the largest document that is read; cleaning one line of 50 MB needed 1.6 GB."""
RECORDS: Final = ".cleaner"
"""Folder of a run's records inside its output folder."""
TEMPORARY: Final = ".cleaner-"
"""How the names of half-written files begin."""


def locate(name: str) -> Path:
    """Return a local path, or for a URL such as `s3://bucket/news` a path of the same interface.

    Raises:
        UsageError: what URLs need is not installed, or there is no such protocol.
    """
    if "://" not in name:
        return Path(name)
    try:
        from upath import UPath

        return cast(Path, UPath(name))
    except (ImportError, ValueError) as e:
        raise UsageError(f"{name}: {e}; install what it needs with: pip install 'cleaner[remote]'") from None


def is_remote(path: Path) -> bool:
    """Say whether a path is no local one."""
    return not isinstance(path, Path)


def stamp(path: Path) -> str:
    """Return size and time of a file; while they are the same, it is taken for unchanged.

    Raises:
        DocumentError: it cannot be looked at.
    """
    try:
        status = path.stat()
        time = getattr(status, "st_mtime_ns", None) or status.st_mtime
    except OSError as e:
        raise DocumentError(str(path), f"cannot be read: {e.strerror or e}") from None
    return f"{status.st_size}:{time}"


def sha256_of(path: Path) -> str:
    """Return the hash of a file, which may be of any size.

    Raises:
        DocumentError: it cannot be read.
    """
    found = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                found.update(block)
    except OSError as e:
        raise DocumentError(str(path), f"cannot be read: {e.strerror or e}") from None
    return found.hexdigest()


class HashedReader(io.RawIOBase):
    """A stream that knows the hash of what was read of it, and how much that was."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.sha256, self.position = file, hashlib.sha256(), 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer with what comes next."""
        data = self._file.read(len(buffer))
        self.sha256.update(data)
        self.position += len(data)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the stream below too."""
        self._file.close()
        super().close()


class AtomicFile(io.RawIOBase):
    """A file that is written under another name until it is whole, and knows the hash of what was written.

    Args:
        path: where it goes.

    Raises:
        DocumentError: it cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self._path, self.sha256, self._at = path, hashlib.sha256(), 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = tempfile.NamedTemporaryFile(dir=path.parent, prefix=TEMPORARY, delete=False)  # noqa: SIM115
        except OSError as e:
            raise DocumentError(str(path), f"cannot be written: {e.strerror}") from None

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: Any) -> int:
        """Write bytes."""
        self.sha256.update(data)
        self._at += len(memoryview(data))
        return self._file.write(data)

    def tell(self) -> int:
        """Return how much was written."""
        return self._at

    def commit(self) -> None:
        """Give the file its name."""
        self._file.close()
        Path(self._file.name).chmod(0o666 & ~_umask())
        Path(self._file.name).replace(self._path)

    def discard(self) -> None:
        """Delete what was written."""
        with contextlib.suppress(OSError):  # the disk is full
            self._file.close()
        Path(self._file.name).unlink(missing_ok=True)


class StreamFile(io.RawIOBase):
    """A stream that somebody else closes, with the interface of an `AtomicFile`.

    Args:
        stream: where the bytes go.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.sha256 = stream, hashlib.sha256()

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: Any) -> int:
        """Write bytes."""
        self.sha256.update(data)
        return self._stream.write(data)

    def commit(self) -> None:
        """See that all is written."""
        self._stream.flush()

    def discard(self) -> None:
        """Do nothing: what is written is written."""


def read_bytes(path: Path, codec: str = "") -> bytes:
    """Return what a file holds.

    Args:
        path: the file.
        codec: suffix of its compression, or empty.

    Raises:
        DocumentError: it cannot be read, or holds more than `MAX_BYTES`.
    """
    try:
        size = path.stat().st_size
        if size <= MAX_BYTES:
            with path.open("rb") as file, expanded(file, codec, str(path)) as content:
                data = content.read(MAX_BYTES + 1)
            if len(data) <= MAX_BYTES:
                return data
    except OSError as e:
        raise DocumentError(str(path), f"cannot be read: {e.strerror or e}") from None
    raise DocumentError(str(path), f"holds more than {MAX_BYTES:,} bytes; is it one article?")


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that at any moment it is either absent, old or whole.

    Raises:
        DocumentError: it cannot be written; nothing is left behind.
    """
    file = AtomicFile(path)
    try:
        file.write(data)
        file.commit()
    except BaseException as e:
        file.discard()
        if isinstance(e, OSError):
            raise DocumentError(str(path), f"cannot be written: {e.strerror}") from None
        raise


def remove_temporaries(folder: Path) -> None:
    """Delete the half-written files that a killed run left behind."""
    for path in folder.rglob(f"{TEMPORARY}*"):
        path.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
