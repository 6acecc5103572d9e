"""Files of records: opened for reading with their fields found out, and written anew, whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, Final, NamedTuple, cast

from cleaner.errors import DocumentError, NoTextFieldError
from cleaner.io import formats
from cleaner.io.compression import BLOCK, compressed, expanded
from cleaner.io.files import (
    AtomicFile,
    HashedReader,
    StreamFile,
    is_remote,
    read_bytes,
    sha256_of,
    write_atomically,
)
from cleaner.io.inputs import Source, stamp_of
from cleaner.io.ledger import FAILED, Entry
from cleaner.io.members import MembersReader
from cleaner.io.records import ADDED, PAGE_METADATA, PAGE_TEXT, Chunk, Fields, Layout, Reader, Writer, guess
from cleaner.model import METADATA

_EXAMPLES: Final = {
    PAGE_TEXT: "",
    PAGE_METADATA: dict.fromkeys(METADATA, ""),
    ADDED: [{"start": 0, "end": 0, "text": "", "category": "", "rule": "", "confidence": 0.0, "reason": ""}],
}
"""Values of the fields that are added, for formats that must know what a field will hold."""


class Opened(NamedTuple):
    """A file of records of which something was read.

    Args:
        source: the file.
        layout: how its records are read.
        target: what a new file of another format is to be like.
    """

    source: Source
    layout: Layout
    target: Any


class RecordsFile:
    """A file of records that is being read.

    Args:
        source: the file.
        given: the fields that the user named.
        add_removals: whether the cleaned records are to hold what was removed.
    """

    def __init__(self, source: Source, given: Fields, *, add_removals: bool) -> None:
        self._source, self._given, self._add_removals = source, given, add_removals
        self.stamp = ""
        self.opened: Opened | None = None
        self._stored: HashedReader | None = None
        self._content: HashedReader | None = None

    def chunks(self) -> Iterator[tuple[Opened, Chunk, int]]:
        """Yield the records with what is known of them all, and the bytes of the stored file that were read.

        Raises:
            DocumentError: the file cannot be opened, or from some place on not be read.
        """
        source, before = self._source, 0
        try:
            with self._open() as file:
                reader = MembersReader(source.members) if source.members else self._reader(file)
                for chunk in reader.chunks():
                    self.opened = self.opened or self._laid_out(reader, chunk)
                    at = self._stored.position if self._stored else file.tell()
                    yield self.opened, chunk, at - before
                    before = at
                self.opened = self.opened or self._laid_out(reader, None)
                while self._stored and file.read(BLOCK):  # behind the last record, such as the padding of an archive
                    pass
        except OSError as e:
            raise DocumentError(str(source.path), f"cannot be read: {e.strerror or e}") from None

    def _open(self) -> IO[bytes]:
        source = self._source
        if source.members:
            with contextlib.suppress(DocumentError):  # it is named when it is read
                self.stamp = stamp_of(source)
            return io.BytesIO()
        self.stamp = stamp_of(source)
        if source.format in formats.SEEKABLE:
            # A table is read here and there; of a remote one not much at a time.
            nearby: dict[str, Any] = {"block_size": BLOCK} if is_remote(source.path) else {}
            return cast(IO[bytes], source.path.open("rb", **nearby))
        raw = source.path.open("rb")
        self._stored = self._content = HashedReader(raw)
        content = cast(IO[bytes], io.BufferedReader(self._stored, BLOCK))
        if source.codec:
            self._content = HashedReader(expanded(content, source.codec, str(source.path)))
            content = cast(IO[bytes], io.BufferedReader(self._content, BLOCK))
        return content

    def _reader(self, file: IO[bytes]) -> Reader:
        return formats.readable(self._source.format).reader(file, str(self._source.path))

    def _laid_out(self, reader: Reader, chunk: Chunk | None) -> Opened:
        source, format = self._source, formats.readable(self._source.format)
        sample = format.sample(chunk, reader.like) if chunk else {}
        fields = guess(self._given, sample)
        if chunk and fields.text not in sample and fields.page not in sample:
            given = fields.text or fields.page
            has = f"it has {', '.join(map(str, sample)) or 'none at all'}; name the field with --text-field"
            if given:
                raise DocumentError(str(source.path), f"has no field {given!r} in its first record; {has}")
            raise NoTextFieldError(str(source.path), f"has no field that is known to hold texts; {has}")
        holds_pages = not fields.text or any(member.is_html for member in source.members)
        wanted = {PAGE_TEXT: not fields.text, PAGE_METADATA: holds_pages, ADDED: self._add_removals}
        added = tuple(name for name, is_wanted in wanted.items() if is_wanted)
        if taken := [name for name in added if name in sample]:
            raise DocumentError(str(source.path), f"has a field {taken[0]!r} already, which would be added; rename it")
        layout = Layout(fields, reader.like, added)
        if source.target == source.format or source.target in formats.DOCUMENTS:
            return Opened(source, layout, None)
        records = [record for record in format.values(chunk, reader.like) if record] if chunk else []
        for record in records:
            record |= {fields.text: ""} if fields.text else {}
            record |= {name: _EXAMPLES[name] for name in added}
        return Opened(source, layout, formats.writable(source.target).infer(records))

    def entry(self, records: int, recipe: str, error: str, state: str) -> Entry:
        """Return the entry of the file as a whole, once all that can be read was read."""
        source = self._source
        known = Entry(
            source.name, state, error, source.inner, source.name, records=records,
            stamp=self.stamp, recipe=recipe,
        )  # fmt: skip
        if self.opened:
            fields = self.opened.layout.fields.named()
            added = list(self.opened.layout.added)
            layout = {"format": source.format, "target": source.target, "codec": source.target_codec}
            encoding = getattr(self.opened.layout.like, "encoding", "")
            known = replace(known, encoding=encoding, layout={**layout, "fields": fields, "added": added})
        if error or source.members:
            return known
        if not self._stored or not self._content:
            return replace(known, sha256=sha256_of(source.path))
        stored, content = self._stored.sha256.hexdigest(), self._content.sha256.hexdigest()
        return replace(known, sha256=stored, text_sha256=content)


class Rewritten:
    """The file of records that is being written, one after another.

    Args:
        out: the output folder.
        stream: where all goes instead, if there is no folder.
    """

    def __init__(self, out: Path, stream: IO[bytes] | None = None) -> None:
        self._out, self._onto = out, stream
        self._file: AtomicFile | StreamFile | None = None
        self._stream: IO[bytes] | None = None
        self._writer: Writer | None = None
        self._error = self._remark = ""

    def open(self, opened: Opened) -> None:
        """Begin a file."""
        self._error = self._remark = ""
        source = opened.source
        try:
            if source.target in formats.DOCUMENTS:
                self._writer = _Apart(self._out)
                return
            self._file = StreamFile(self._onto) if self._onto else AtomicFile(self._out / source.name)
            self._stream = compressed(cast(IO[bytes], self._file), source.target_codec)
            format, same = formats.writable(source.target), source.target == source.format
            layout = opened.layout if same else replace(opened.layout, like=opened.target)
            self._writer = format.writer(self._stream, layout, "rebuild" if same else "build")
        except (DocumentError, OSError) as e:
            self._spoil(_said(e))

    def write(self, parts: Sequence[Any]) -> None:
        """Write some records."""
        try:
            for part in parts:
                if self._writer:
                    self._writer.write(part)
        except (DocumentError, OSError) as e:
            self._spoil(_said(e))

    def remark(self, error: str) -> None:
        """Note that the file is whole but should be tried again another time."""
        self._remark = error

    def _spoil(self, error: str) -> None:
        self._error = self._error or error

    def __enter__(self) -> Rewritten:
        return self

    def __exit__(self, *_: object) -> None:
        self._discard()

    def close(self, entry: Entry) -> Entry:
        """Complete the file and return its entry with what became of it."""
        try:
            if self._writer and not self._error:
                self._writer.close()
                if self._stream is not None and self._stream is not cast(object, self._file):
                    self._stream.close()
                if self._file:
                    self._file.commit()
                    entry = replace(entry, cleaned_sha256=self._file.sha256.hexdigest())
        except (DocumentError, OSError) as e:
            self._spoil(_said(e))
        if error := entry.error or self._error or self._remark:
            entry = replace(entry, state=entry.state if entry.error else FAILED, error=error)
        self._discard()
        return entry

    def _discard(self) -> None:
        for unfinished in (self._writer, self._stream):
            with contextlib.suppress(Exception):  # it is thrown away; closed only lest it is closed too late
                if unfinished:
                    unfinished.close()
        if self._file:
            self._file.discard()
        self._file = self._stream = self._writer = None


class _Apart:
    """Writes the records of one file as files of one document each."""

    def __init__(self, out: Path) -> None:
        self._out = out

    def write(self, part: Sequence[tuple[str, bytes]]) -> None:
        for name, data in part:
            write_atomically(self._out / name, data)

    def close(self) -> None:
        pass


def _said(e: DocumentError | OSError) -> str:
    return e.message if isinstance(e, DocumentError) else f"cannot be written: {e.strerror or e}"


def copy_companion(path: Path, target: Path, recipe: str) -> None:
    """Copy a file that stands beside the tables of a Hugging Face dataset.

    Args:
        path: the file.
        target: where it goes.
        recipe: what became of the tables; makes another fingerprint, as cached results of the old ones do not hold.

    Raises:
        DocumentError: it cannot be read or written.
    """
    data = read_bytes(path)
    try:
        state = json.loads(data)
        if "_fingerprint" in state:
            state["_fingerprint"] = hashlib.sha256(f"{state['_fingerprint']} {recipe}".encode()).hexdigest()[:16]
            data = json.dumps(state, indent=2).encode()
    except (ValueError, TypeError):  # a copy is what was asked for
        pass
    write_atomically(target, data)
