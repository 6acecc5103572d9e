"""Removed text put back into the documents of a run: all of it, or one category, rule or outlet."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, NamedTuple, cast

from cleaner.errors import DocumentError, UsageError
from cleaner.io import formats, ledger
from cleaner.io.compression import compress, compressed, expanded
from cleaner.io.encoding import Decoded
from cleaner.io.files import AtomicFile, read_bytes, sha256_of, write_atomically
from cleaner.io.ledger import WRITTEN, Entry, Noted
from cleaner.io.record_files import PAGE_TEXT
from cleaner.io.records import ADDED, Chunk, Fields, Format, Layout, Restored
from cleaner.model import Removal, restore, selection


class _Asked(NamedTuple):
    """What is to be put back.

    Args:
        select: which removals.
        outlet: only in documents of this outlet; None for any.
        is_all: whether that is everything, so that the sources must come out.
    """

    select: Callable[[Removal], bool]
    outlet: str | None
    is_all: bool

    def text_of(self, note: Noted, cleaned: str) -> str:
        """Return the text of a document with what was asked for put back."""
        entry = note.entry
        here = self.outlet is None or (entry.outlet is not None and entry.outlet["domain"] == self.outlet)
        return restore(cleaned, note.removals(), self.select) if here else cleaned


def restore_all(
    out: Path, target: Path, category: str | None = None, rule: str | None = None, outlet: str | None = None
) -> Iterator[tuple[str, int, str]]:
    """Put removed text back into the documents of a run and write them to another folder.

    Args:
        out: the output folder of the run.
        target: where the restored files go.
        category: put back only this category.
        rule: put back only this rule, or all rules of this file.
        outlet: put back only in documents of this outlet.

    Yields:
        The name of each file, the documents in it, and what went wrong with it or an empty string.

    Raises:
        UsageError: `out` holds no run, `target` is `out`, or there is no such category.
    """
    if target.resolve() == out.resolve():
        raise UsageError(f"{target}: is the cleaned folder itself; name another folder with -o")
    asked = _Asked(selection(category, rule), outlet, (category, rule, outlet) == (None, None, None))
    notes = ledger.read(out)
    files = {entry.file: entry for entry in ledger.all_entries(out) if entry.records is not None}
    for note in notes:
        entry = note.entry
        whole = files.get(entry.file)
        if whole and whole.layout and whole.layout["target"] not in formats.DOCUMENTS:
            records = _Notes(note, notes)
            yield entry.file, whole.records or 0, _restore_records(whole, records, out, target, asked)
            records.finish()
        elif entry.records is None and entry.cleaned_sha256:
            yield entry.id, 1, _restore_document(note, out, target, asked)


class _Notes:
    """The notes of the records of one file: those that come next in the logs, up to that of the file itself."""

    def __init__(self, first: Noted, rest: Iterator[Noted]) -> None:
        self._next: Noted | None = first
        self._rest = rest

    def _records(self) -> Iterator[Noted]:
        while self._next and self._next.entry.records is None:
            taken, self._next = self._next, next(self._rest, None)
            yield taken

    def of(self, number: int) -> Noted | None:
        """Return the note of a record; numbers must be asked in ascending order."""
        for note in self._records():
            if note.entry.record == number:
                return note
        return None

    def next_written(self) -> Noted | None:
        """Return the note of the next record that was written."""
        return next((note for note in self._records() if note.entry.state == WRITTEN), None)

    def finish(self) -> None:
        """Go past the note of the file."""
        for _ in self._records():
            pass


def _restore_document(note: Noted, out: Path, target: Path, asked: _Asked) -> str:
    entry, kind = note.entry, formats.kind_of(note.entry.id)
    codec = kind.codec if kind else ""
    try:
        stored = read_bytes(_inside(out, entry.id))
        content = read_bytes(_inside(out, entry.id), codec) if codec else stored
        bom = bytes.fromhex(entry.bom)
        decoded = Decoded(content[len(bom) :].decode(entry.encoding), entry.encoding, bom)
        # Of a record it is the text that is known, of a file what is stored.
        if entry.cleaned_sha256 != _sha256(content if entry.record else stored):
            return "was changed since it was cleaned, so the removed text no longer fits; clean it again"
        restored = decoded.encode(asked.text_of(note, decoded.text))
        if asked.is_all and _sha256(restored) != entry.text_sha256:
            return "does not come back as it was; the records were changed"
        write_atomically(_inside(target, entry.id), compress(restored, codec))
    except (DocumentError, ValueError, LookupError) as e:
        return e.message if isinstance(e, DocumentError) else str(e)
    return ""


def _restore_records(whole: Entry, notes: _Notes, out: Path, target: Path, asked: _Asked) -> str:
    """Restore a file of records; records that were written in another format than they had keep the new one."""
    if not whole.cleaned_sha256:
        return f"was not written: {whole.error}"
    said = dict(whole.layout or {})
    is_same, path = said["format"] == said["target"], _inside(out, whole.file)
    format = formats.writable(said["target"], whole.encoding if is_same else "")
    fields, added = Fields(**said["fields"]), tuple(said["added"])
    if not is_same:
        fields, added = replace(fields, text=fields.text or PAGE_TEXT, page=None), tuple({ADDED} & set(added))
    try:
        if sha256_of(path) != whole.cleaned_sha256:
            return "was changed since it was cleaned, so the removed text no longer fits; clean it again"
        with path.open("rb") as raw, expanded(raw, said["codec"], str(path)) as file:
            reader = format.reader(file, str(path))
            layout = Layout(fields, reader.like, added)
            restored = AtomicFile(_inside(target, whole.file))
            try:
                stream = compressed(cast(IO[bytes], restored), said["codec"])
                writer = format.writer(stream, layout, "restore")
                for chunk in reader.chunks():
                    texts = _texts(format, chunk, layout, notes, asked, is_same=is_same)
                    writer.write(format.restore(chunk, layout, texts))
                writer.close()
                if stream is not cast(object, restored):
                    stream.close()
                is_bytes = asked.is_all and is_same and whole.text_sha256 and not said["codec"]
                if is_bytes and restored.sha256.hexdigest() != whole.text_sha256:
                    raise ValueError("does not come back byte for byte; was a record too long to be read?")
                restored.commit()
            except BaseException:
                restored.discard()
                raise
    except (DocumentError, ValueError, LookupError) as e:
        return e.message if isinstance(e, DocumentError) else str(e)
    except OSError as e:
        return f"cannot be written: {e.strerror}"
    return ""


def _texts(
    format: Format, chunk: Chunk, layout: Layout, notes: _Notes, asked: _Asked, *, is_same: bool
) -> list[Restored | None]:
    """Return the texts that some cleaned records are to have."""
    texts: list[Restored | None] = []
    for number, row in enumerate(format.rows(chunk, layout), chunk.first):
        note = notes.of(number) if is_same else notes.next_written()
        if note is None or row.text is None or not note.entry.removals:
            texts.append(None)
            continue
        text = asked.text_of(note, row.text)
        is_source = _sha256(text.encode("utf-8", "surrogatepass")) == note.entry.text_sha256
        if asked.is_all and not is_source:
            raise ValueError(f"record {number} does not come back as it was; the records were changed")
        # A literal that is no style holds the whole source text.
        is_style = not note.entry.literal.startswith('"')
        texts.append(Restored(text, note.entry.literal if is_same and (is_style or is_source) else ""))
    return texts


def _inside(folder: Path, name: str) -> Path:
    """Join a name from a manifest, which may have been tampered with, to a folder."""
    path = folder / name
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise DocumentError(str(path), "leads out of the folder; the manifest was changed")
    return path


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
