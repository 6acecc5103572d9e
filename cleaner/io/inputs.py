"""Which files a call means, and where their cleaned forms go."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Final

from cleaner.errors import UsageError
from cleaner.io.files import RECORDS, is_remote, stamp
from cleaner.io.formats import DOCUMENTS, MEMBERS, PAGE, READ_ONLY, SEEKABLE, TEXT, Kind, kind_of, source_of, target_of

COMPANIONS: Final = ("state.json", "dataset_info.json", "dataset_dict.json")
"""Files that stand beside the tables of a Hugging Face dataset; they are copied."""
STANDARD_INPUT: Final = Path("/dev/stdin")
TOGETHER: Final = "documents"
"""Name, without suffix, of the file in which documents of one file each become records."""


@dataclass(frozen=True, slots=True)
class Source:
    """One input file.

    Args:
        path: where it is.
        name: where its cleaned form goes in the output folder, with `/`.
        format: how it is read; see `formats.SUFFIXES`.
        codec: suffix of its compression, or empty.
        inner: its path relative to the input folder.
        target: how its cleaned form is written.
        target_codec: suffix of that one's compression, or empty.
        suffix: of the files that its records become, if each becomes one of its own.
        members: for `MEMBERS`, the files that become its records.
        is_found: whether it was found in a folder, not named.
    """

    path: Path
    name: str
    format: str = TEXT
    codec: str = ""
    inner: str = ""
    target: str = TEXT
    target_codec: str = ""
    suffix: str = ""
    members: tuple[Source, ...] = ()
    is_found: bool = False

    @property
    def is_html(self) -> bool:
        """Whether the file is a page."""
        return self.format == PAGE

    @property
    def holds_records(self) -> bool:
        """Whether the file holds many documents."""
        return self.format not in DOCUMENTS


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a call's inputs hold.

    Args:
        sources: files to clean, sorted by name.
        skipped: files of other kinds by suffix; hidden files, hidden folders and pipes by name.
        notes: folders that were not entered, and why.
        companions: files to copy as they are, by name in the output folder.
    """

    sources: tuple[Source, ...]
    skipped: dict[str, int]
    notes: tuple[str, ...]
    companions: Mapping[str, Path] = field(default_factory=dict)


def gather(
    inputs: Sequence[Path], output: Path | None = None, *, read_as: str | None = None, to: str | None = None
) -> Inputs:
    """Find the files that some inputs hold; folders are walked, links followed, loops and OUT left out.

    Args:
        inputs: files and folders.
        output: the output folder, or None if nothing will be written.
        read_as: format of all files; None goes by their names.
        to: format, and suffix of a compression, to write; None keeps that of each.

    Raises:
        UsageError: an input does not exist, equals the output, or two would be written to one place.
    """
    found: dict[str, Source] = {}
    skipped: Counter[str] = Counter()
    notes: list[str] = []
    companions: dict[str, Path] = {}
    reading = source_of(read_as) if read_as else None
    target = target_of(to) if to else None
    out = output.resolve() if output else None
    if out and out.exists() and not out.is_dir():
        raise UsageError(f"{output}: is a file; name a folder with -o")
    for given in inputs:
        if not given.exists():
            raise UsageError(f"{given}: no such file or folder")
        if out and not is_remote(given) and given.resolve() == out:
            raise UsageError(f"{given}: the output folder is the input; name another folder with -o")
        walked = _walk(given, out, skipped, notes) if given.is_dir() else [(given, PurePosixPath(given.name))]
        for path, inner in walked:
            if path.name in COMPANIONS and _is_companion(path):
                companions[str(inner)] = path
                continue
            kind = kind_of(inner.name)
            if kind is None and not reading and given.is_dir():
                skipped[inner.suffix.lower()] += 1
                continue
            source = replace(_source(path, inner, kind, reading, to, target), is_found=given.is_dir())
            if source.name in found and _identity(found[source.name].path) != _identity(path):
                raise UsageError(
                    f"{found[source.name].path} and {path} would both be written to {source.name}; "
                    "clean them into two folders"
                )
            found[source.name] = source
    sources = [found[name] for name in sorted(found)]
    if target and target.format not in DOCUMENTS:
        sources = _together(sources, f"{TOGETHER}.{to}", target)
    if out:
        _refuse_overwriting(sources, out)
    return Inputs(tuple(sources), dict(sorted(skipped.items())), tuple(notes), companions)


def size_of(source: Source) -> int:
    """Return the bytes of an input as it is stored; of one that cannot be looked at, none."""
    if source.members:
        return sum(map(size_of, source.members))
    try:
        return source.path.stat().st_size
    except OSError:
        return 0


def stamp_of(source: Source) -> str:
    """Return what tells whether an input has changed; see `stamp`.

    Raises:
        DocumentError: it cannot be looked at.
    """
    if not source.members:
        return stamp(source.path)
    every = "".join(f"{member.inner}\0{stamp(member.path)}\n" for member in source.members)
    return hashlib.sha256(every.encode("utf-8", "surrogateescape")).hexdigest()


def standard_input(read_as: str | None, to: str | None) -> Source:
    """Return standard input as a source.

    Args:
        read_as: its format; None is text.
        to: format, and suffix of a compression, to write; None keeps that of the input.

    Raises:
        UsageError: no such format, or not one that can be read from its first byte to its last.
    """
    reading = source_of(read_as) if read_as else TEXT
    target = target_of(to) if to else None
    if reading in SEEKABLE or (target and target.format in DOCUMENTS and reading not in DOCUMENTS):
        raise UsageError(f"standard input cannot be read as {read_as} and written as {to or read_as}; name a file")
    written, codec = (target.format, target.codec) if target else (READ_ONLY.get(reading, reading), "")
    return Source(STANDARD_INPUT, "standard input", reading, "", "standard input", written, codec)


def _source(
    path: Path, inner: PurePosixPath, kind: Kind | None, reading: str | None, to: str | None, target: Kind | None
) -> Source:
    """Make a source; what its name does not say is text."""
    kind = kind or Kind(TEXT, str(inner), "")
    format, codec = reading or kind.format, kind.codec
    stem = inner.parent / PurePosixPath(kind.stem).name
    if target is None:
        written = READ_ONLY.get(format, format)
        changed = written != format
        name = f"{stem}.{written}{codec}" if changed else str(inner)
        return Source(path, name, format, codec, str(inner), written, codec)
    is_text = target.format in DOCUMENTS
    if is_text and format not in DOCUMENTS:
        return Source(path, str(stem), format, codec, str(inner), target.format, target.codec, suffix=str(to))
    return Source(path, f"{stem}.{to}", format, codec, str(inner), target.format, target.codec)


def _together(sources: Sequence[Source], name: str, target: Kind) -> list[Source]:
    """Make records of one file of all documents that have files of their own."""
    members = tuple(source for source in sources if not source.holds_records)
    others = [source for source in sources if source.holds_records]
    if not members:
        return others
    if any(source.name == name for source in others):
        raise UsageError(f"{name}: would hold the records of a file of that name and the documents beside it")
    one = Source(members[0].path, name, MEMBERS, "", name, target.format, target.codec, members=members)
    return sorted((*others, one), key=lambda source: source.name)


def _is_companion(path: Path) -> bool:
    return path.name == "dataset_dict.json" or any(path.parent.glob("*.arrow"))


def _refuse_overwriting(sources: Iterable[Source], out: Path) -> None:
    inputs = {identity: source for source in sources if (identity := _identity(source.path))}
    for source in inputs.values():
        target = _identity(out / source.name)
        if target and (other := inputs.get(target)):
            what = "itself" if other is source else str(other.path)
            raise UsageError(f"{source.path}: would overwrite {what}; name another folder with -o")


def _identity(path: Path) -> object:
    """Return what tells a file from all others, or None if there is none or a link leads nowhere."""
    if is_remote(path):
        return str(path)
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def _walk(
    folder: Path, out: Path | None, skipped: Counter[str], notes: list[str]
) -> Iterator[tuple[Path, PurePosixPath]]:
    """Yield the files of a folder, with their paths relative to it."""
    stack, entered = [(folder, PurePosixPath())], {folder.resolve()}
    while stack:
        current, inner = stack.pop()
        try:
            entries = sorted(current.iterdir())
        except OSError as e:
            notes.append(f"{current}: not entered, {e.strerror or e}")
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
                    stack.append((entry, inner / entry.name))
            else:
                yield entry, inner / entry.name
