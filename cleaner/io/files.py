"""Which files a call means, where their cleaned texts go, and writes that are whole or not there."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from cleaner.errors import DocumentError, UsageError

TEXT_SUFFIXES: Final = (".txt", ".text", ".md", "")
"""Files of a folder that are read as text; a file named on the command line is read whatever its suffix."""
MAX_BYTES: Final = 100_000_000
"""Size of the largest file that is read; cleaning needed 850 MB for a text of 50 MB."""
HTML_SUFFIXES: Final = (".html", ".htm")
"""Pages; they come out as text."""
RECORDS: Final = ".cleaner"
"""Folder of a run's records inside its output folder."""
TEMPORARY: Final = ".cleaner-"
"""How the names of half-written files begin."""


@dataclass(frozen=True, slots=True)
class Source:
    """One input file.

    Args:
        path: where it is.
        name: where its text goes in the output folder: its path relative to the input folder, with `/`, and
            with the suffix `.txt` for a page.
    """

    path: Path
    name: str

    @property
    def is_html(self) -> bool:
        """Whether the file is a page."""
        return self.path.suffix.lower() in HTML_SUFFIXES


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a call's inputs hold.

    Args:
        sources: files to clean, sorted by name.
        skipped: files of other kinds by suffix; hidden files, hidden folders and pipes by name.
        notes: folders that were not entered, and why.
    """

    sources: tuple[Source, ...]
    skipped: dict[str, int]
    notes: tuple[str, ...]


def gather(inputs: Sequence[Path], output: Path | None = None) -> Inputs:
    """Find the files that some inputs hold; folders are walked, links followed, loops and OUT left out.

    Args:
        inputs: files and folders.
        output: the output folder, or None if nothing will be written.

    Raises:
        UsageError: an input does not exist, equals the output, or two would be written to one place.
    """
    found: dict[str, Source] = {}
    skipped: Counter[str] = Counter()
    notes: list[str] = []
    out = output.resolve() if output else None
    if out and out.exists() and not out.is_dir():
        raise UsageError(f"{output}: is a file; name a folder with -o")
    for given in inputs:
        if not given.exists():
            raise UsageError(f"{given}: no such file or folder")
        if out and given.resolve() == out:
            raise UsageError(f"{given}: the output folder is the input; name another folder with -o")
        for path in _walk(given, out, skipped, notes) if given.is_dir() else [given]:
            inner = PurePosixPath(path.relative_to(given) if given.is_dir() else path.name)
            name = str(inner.with_suffix(".txt") if inner.suffix.lower() in HTML_SUFFIXES else inner)
            if name in found and _identity(found[name].path) != _identity(path):
                raise UsageError(
                    f"{found[name].path} and {path} would both be written to {name}; clean them into two folders"
                )
            found[name] = Source(path, name)
    if out:
        _refuse_overwriting(found.values(), out)
    return Inputs(tuple(found[name] for name in sorted(found)), dict(sorted(skipped.items())), tuple(notes))


def _refuse_overwriting(sources: Iterable[Source], out: Path) -> None:
    inputs = {identity: source for source in sources if (identity := _identity(source.path))}
    for source in inputs.values():
        target = _identity(out / source.name)
        if target and (other := inputs.get(target)):
            what = "itself" if other is source else str(other.path)
            raise UsageError(f"{source.path}: would overwrite {what}; name another folder with -o")


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from all others, or None if there is none or a link leads nowhere."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def _walk(folder: Path, out: Path | None, skipped: Counter[str], notes: list[str]) -> Iterator[Path]:
    stack, entered = [folder], {folder.resolve()}
    while stack:
        current = stack.pop()
        try:
            entries = sorted(current.iterdir())
        except OSError as e:
            notes.append(f"{current}: not entered, {e.strerror}")
            continue
        for entry in entries:
            if entry.name == RECORDS:
                continue
            if entry.name.startswith(".") or (entry.exists() and not (entry.is_file() or entry.is_dir())):
                skipped[entry.name] += 1
            elif entry.is_dir():
                real = entry.resolve()
                if real == out:
                    notes.append(f"{entry}: not entered, it is the output folder")
                elif real in entered:
                    notes.append(f"{entry}: not entered, it links to a folder that is read already")
                else:
                    entered.add(real)
                    stack.append(entry)
            elif entry.suffix.lower() in (*TEXT_SUFFIXES, *HTML_SUFFIXES):
                yield entry
            else:
                skipped[entry.suffix.lower()] += 1


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes.

    Raises:
        DocumentError: it cannot be read, or has more than `MAX_BYTES`.
    """
    try:
        if (size := path.stat().st_size) > MAX_BYTES:
            raise DocumentError(str(path), f"has {size:,} bytes, more than {MAX_BYTES:,}; is it one article?")
        return path.read_bytes()
    except OSError as e:
        raise DocumentError(str(path), f"cannot be read: {e.strerror}") from None


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that at any moment it is either absent, old or whole.

    Raises:
        DocumentError: it cannot be written; nothing is left behind.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=TEMPORARY, delete=False) as file:
            temporary = file.name
            file.write(data)
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException as e:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
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
