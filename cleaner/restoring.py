"""Removed text put back into the documents of a run: all of it, or one category, rule or outlet."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple, cast

from cleaner import finished
from cleaner.errors import DocumentError, UsageError
from cleaner.finished import RecordNotes, WrittenRecords, inside, open_written, read_written
from cleaner.io.compression import compress, compressed
from cleaner.io.files import AtomicFile, write_atomically
from cleaner.io.ledger import Entry, Noted
from cleaner.io.records import Chunk, Restored
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
    for found in finished.notes_of(out):
        if isinstance(found, Noted):
            yield found.entry.id, 1, _restore_document(found, out, target, asked)
        else:
            whole, notes = found
            yield whole.file, whole.records or 0, _restore_records(whole, notes, out, target, asked)


def _restore_document(note: Noted, out: Path, target: Path, asked: _Asked) -> str:
    entry = note.entry
    try:
        decoded, codec = read_written(entry, out)
        restored = decoded.encode(asked.text_of(note, decoded.text))
        if asked.is_all and _sha256(restored) != entry.text_sha256:
            return "does not come back as it was; the records were changed"
        write_atomically(inside(target, entry.id), compress(restored, codec))
    except (DocumentError, ValueError, LookupError) as e:
        return e.message if isinstance(e, DocumentError) else str(e)
    return ""


def _restore_records(whole: Entry, notes: RecordNotes, out: Path, target: Path, asked: _Asked) -> str:
    """Restore a file of records; records that were written in another format than they had keep the new one."""
    try:
        with open_written(whole, out) as written:
            restored = AtomicFile(inside(target, whole.file))
            try:
                stream = compressed(cast(IO[bytes], restored), written.codec)
                writer = written.format.writer(stream, written.layout, "restore")
                for chunk in written.reader.chunks():
                    texts = _texts(chunk, written, notes, asked)
                    writer.write(written.format.restore(chunk, written.layout, texts))
                writer.close()
                if stream is not cast(object, restored):
                    stream.close()
                is_bytes = asked.is_all and written.is_same and whole.text_sha256 and not written.codec
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


def _texts(chunk: Chunk, written: WrittenRecords, notes: RecordNotes, asked: _Asked) -> list[Restored | None]:
    """Return the texts that some cleaned records are to have."""
    texts: list[Restored | None] = []
    for number, row in enumerate(written.format.rows(chunk, written.layout), chunk.first):
        note = notes.of(number, is_same=written.is_same)
        if note is None or row.text is None or not note.entry.removals:
            texts.append(None)
            continue
        text = asked.text_of(note, row.text)
        is_source = _sha256(text.encode("utf-8", "surrogatepass")) == note.entry.text_sha256
        if asked.is_all and not is_source:
            raise ValueError(f"record {number} does not come back as it was; the records were changed")
        # A literal that is no style holds the whole source text.
        is_style = not note.entry.literal.startswith('"')
        texts.append(Restored(text, note.entry.literal if written.is_same and (is_style or is_source) else ""))
    return texts


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
