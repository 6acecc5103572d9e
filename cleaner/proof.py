"""What was proved once need not be proved again: notes in the user's cache that these very rules hold.

A note is named by a hash of the rule files, of this package's code and of the versions it runs on, so any
change asks for a new proof. There is one for each rules folder, whose patterns are sound, and one for folders that
were proved together. It holds the hints of the patterns and the data of the files, which are slow to read off. Deleting
the cache costs some seconds at the next start and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import platformdirs
import regex

from cleaner.errors import DocumentError
from cleaner.io.files import read_bytes, write_atomically
from cleaner.rulebook.literals import Hints

KEPT: Final = 32
"""Notes that stay in the cache, the last used ones; each rules folder has one for every edit."""


def note_path(folders: Sequence[Path], on: Literal["patterns", "proof"]) -> Path:
    """Return where the note on the rules of some folders stands, if there is one.

    Args:
        folders: rules folders.
        on: `patterns`, that the patterns of one folder are sound; or `proof`, that the folders hold together. A
            folder's patterns may be sound where its examples were never tried, as another one replaced its rules.
    """
    digest = _package().copy()
    for folder in folders:
        _add(digest, folder, ("*.y*ml", "*.txt"))
    return platformdirs.user_cache_path("cleaner") / f"{on}-{digest.hexdigest()[:32]}.json"


@cache
def _package() -> hashlib._Hash:
    digest = hashlib.sha256(f"{sys.version_info[:3]} {regex.__version__}".encode())
    _add(digest, Path(__file__).resolve().parent, ("*.py",))
    return digest


def _add(digest: hashlib._Hash, folder: Path, kinds: Sequence[str]) -> None:
    for path in sorted(path for kind in kinds for path in folder.rglob(kind)):
        digest.update(f"{folder} {path.relative_to(folder).as_posix()}\0".encode())
        digest.update(hashlib.sha256(_bytes(path)).digest())


class Note(NamedTuple):
    """What is noted.

    Args:
        hints: of every pattern.
        files: the data of every rule file, which takes long to read, by its path in the rules folder.
    """

    hints: Mapping[str, Hints]
    files: Mapping[str, Any]


def read_note(path: Path) -> Note | None:
    """Return a note, or None without a readable one."""
    try:
        os.utime(path)  # it is in use
        said = json.loads(read_bytes(path))
        return Note({pattern: Hints(*hints) for pattern, hints in said["hints"].items()}, dict(said["files"]))
    except (DocumentError, OSError, ValueError, TypeError, AttributeError, KeyError):
        return None


def notes_on(folders: Sequence[Path]) -> dict[Path, Note]:
    """Return the notes on the patterns of rules folders, for those that have one."""
    notes = {folder: read_note(note_path([folder], "patterns")) for folder in folders if folder.is_dir()}
    return {folder: note for folder, note in notes.items() if note is not None}


def hints_of(notes: Mapping[Path, Note]) -> dict[str, Hints]:
    """Return the hints of all patterns of some folders."""
    return dict(chain.from_iterable(note.hints.items() for note in notes.values()))


def files_of(notes: Mapping[Path, Note]) -> dict[Path, Mapping[str, Any]]:
    """Return the data of the files of some folders, as `load` takes it."""
    return {folder: note.files for folder, note in notes.items()}


def write_note(path: Path, note: Note = Note({}, {})) -> None:  # noqa: B008
    """Note that the rules hold; where the cache cannot be written, the next start proves them again."""
    try:
        write_atomically(path, json.dumps(note._asdict(), ensure_ascii=False).encode())
        notes = sorted(path.parent.glob("*-*.json"), key=lambda note: note.stat().st_mtime_ns)
        for old in notes[:-KEPT]:
            old.unlink(missing_ok=True)
    except (DocumentError, OSError):
        return


def _bytes(path: Path) -> bytes:
    try:
        return read_bytes(path)
    except DocumentError:  # loading the rules reports it
        return b""
