"""Many documents: read, clean and write each, account for all, go on after a stop."""

from __future__ import annotations

import contextlib
import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple

from cleaner.api import Cleaner
from cleaner.errors import DocumentError, UsageError
from cleaner.io import ledger
from cleaner.io.encoding import Decoded
from cleaner.io.files import Source, read_bytes, remove_temporaries, write_atomically
from cleaner.io.ledger import Entry, Ledger, Record
from cleaner.model import Cleaned, Removal, restore, selection
from cleaner.reading import Reading, read_document
from cleaner.workers import CHUNK, map_in_order

MIN_PER_WORKER: Final = 250
"""Documents below which another worker takes longer to start, about a second, than it saves."""
MOST_WAITING: Final = 500_000
"""Characters of documents that are read before they are cleaned together."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run does with each document.

    Args:
        cleaner: the rules and the policy.
        out: the output folder; None writes nothing.
        outlet: the outlet of all documents, if the user gave one.
        recipe: hash of all that decides what is removed; equal recipes clean alike.
    """

    cleaner: Cleaner
    out: Path | None
    outlet: str | None
    recipe: str

    @classmethod
    def of(cls, cleaner: Cleaner, out: Path | None, outlet: str | None = None) -> Run:
        """Make a run and its recipe."""
        policy = cleaner.policy
        asked = (sorted(policy.categories), policy.mode, policy.rules_only, policy.flag_only)
        parts = (version("cleaner"), cleaner.rulebook.version, asked, outlet)
        return cls(cleaner, out, outlet, hashlib.sha256(repr(parts).encode()).hexdigest()[:16])


@dataclass(slots=True)
class Totals:
    """The accounts of a run."""

    documents: int = 0
    written: int = 0
    reused: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    flagged: dict[str, tuple[str, ...]] = field(default_factory=dict)
    outlets: Counter[str] = field(default_factory=Counter)
    characters: int = 0
    removed_blocks: Counter[str] = field(default_factory=Counter)
    removed_characters: Counter[str] = field(default_factory=Counter)

    def add(self, entry: Entry) -> None:
        """Count one document."""
        self.documents += 1
        if entry.state == ledger.FAILED:
            self.failed[entry.id] = entry.error
            return
        self.written += 1
        if entry.flags:
            self.flagged[entry.id] = entry.flags
        self.outlets[entry.outlet["domain"] if entry.outlet else ""] += 1
        self.characters += entry.characters
        self.removed_blocks.update(entry.removed_blocks)
        self.removed_characters.update(entry.removed_characters)

    def as_summary(self) -> dict[str, Any]:
        """Return what `summary.json` holds; nothing in it depends on how often the run was stopped."""
        return {
            "documents": self.documents,
            "written": self.written,
            "failed": self.failed,
            "flagged": self.flagged,
            "outlets": {domain or "unknown": count for domain, count in self.outlets.items()},
            "characters": self.characters,
            "removed_blocks": self.removed_blocks,
            "removed_characters": self.removed_characters,
        }


def clean_all(
    run: Run, sources: Sequence[Source], jobs: int = 1, *, resume: bool = False, overwrite: bool = False
) -> Iterator[tuple[Record, Totals]]:
    """Clean files and yield the record of each, in their order, with the accounts so far.

    What an earlier run with the same recipe finished, and nobody changed since, is left alone.

    Args:
        run: what to do with each.
        sources: the files.
        jobs: worker processes.
        resume: also go on with a run that had other rules or options; what they cleaned is cleaned again.
        overwrite: start anew although the output folder holds a run or files of these names.

    Raises:
        UsageError: the output folder holds something else, and `overwrite` is not set.
    """
    totals = Totals()
    if run.out is None:
        for record in _work(run, sources, jobs):
            totals.add(record.entry)
            yield record, totals
        return
    earlier = {record.entry.id: record for record in ledger.read(run.out)} if ledger.exists(run.out) else {}
    if not overwrite:
        _refuse_taken(run, run.out, sources, earlier.values(), resume=resume)
    done = {} if overwrite else dict(_still_done(run, run.out, sources, earlier))
    remove_temporaries(run.out)
    todo = [source for source in sources if source.name not in done]
    with Ledger(run.out, done.values()) as book:
        for record in done.values():
            totals.add(record.entry)
            totals.reused += 1
            yield record, totals
        for record in _work(run, todo, jobs):
            if record.entry.state == ledger.FAILED and record.entry.id in earlier:
                _remove_stale(run.out / record.entry.id)
            book.add(record)
            totals.add(record.entry)
            yield record, totals
        order = {source.name: i for i, source in enumerate(sources)}
        book.finish(totals.as_summary(), order, reorder=bool(done))


def clean_files(run: Run, sources: Sequence[Source]) -> list[Record]:
    """Clean some files together; whatever is wrong with one ends up in its record."""
    records: list[Record] = []
    waiting: list[_Read] = []
    for source in sources:
        try:
            data = read_bytes(source.path)
            reading = read_document(data, run.cleaner, id=str(source.path), outlet=run.outlet, is_html=source.is_html)
            waiting.append(_Read(source, data, reading))
        except Exception as e:  # one document must never end a batch; its name and the error are on record
            records += _cleaned(run, waiting)
            waiting = []
            records.append(_failed(source, e))
        if sum(len(read.reading.document.text) for read in waiting) >= MOST_WAITING:
            records += _cleaned(run, waiting)
            waiting = []
    return records + _cleaned(run, waiting)


class _Read(NamedTuple):
    """A file that was read and waits to be cleaned."""

    source: Source
    data: bytes
    reading: Reading


def _cleaned(run: Run, files: Sequence[_Read]) -> list[Record]:
    try:
        results = run.cleaner.clean_many([file.reading.document for file in files])
    except Exception as e:
        if len(files) == 1:
            return [_failed(files[0].source, e)]
        return [record for file in files for record in _cleaned(run, [file])]  # find out which of them it was
    return [_written(run, file, cleaned) for file, cleaned in zip(files, results, strict=True)]


def _written(run: Run, file: _Read, cleaned: Cleaned) -> Record:
    try:
        written = file.reading.decoded.encode(cleaned.text)
        if run.out is not None:
            write_atomically(run.out / file.source.name, written)
        return Record(_entry(run, file, written, cleaned), cleaned.removals)
    except Exception as e:
        return _failed(file.source, e)


def _failed(source: Source, e: Exception) -> Record:
    said = e.message if isinstance(e, DocumentError) else f"unexpected {type(e).__name__}: {e}; please report it"
    return Record(Entry(source.name, ledger.FAILED, said), ())


def restore_all(
    out: Path, target: Path, category: str | None = None, rule: str | None = None, outlet: str | None = None
) -> Iterator[tuple[str, str]]:
    """Put removed text back into the documents of a run and write them to another folder.

    Args:
        out: the output folder of the run.
        target: where the restored files go.
        category: put back only this category.
        rule: put back only this rule, or all rules of this file.
        outlet: put back only in documents of this outlet.

    Yields:
        The id of each document, and what went wrong with it or an empty string.

    Raises:
        UsageError: `out` holds no run, `target` is `out`, or there is no such category.
    """
    if target.resolve() == out.resolve():
        raise UsageError(f"{target}: is the cleaned folder itself; name another folder with -o")
    chosen, all_of_it = selection(category, rule), (category, rule, outlet) == (None, None, None)
    for record in ledger.read(out):
        entry = record.entry
        if entry.state == ledger.WRITTEN:
            here = outlet is None or (entry.outlet is not None and entry.outlet["domain"] == outlet)
            select = chosen if here else _nothing
            yield entry.id, _restore_one(record, out, target, select, all_of_it=all_of_it)


def _nothing(_: Removal) -> bool:
    return False


def _restore_one(record: Record, out: Path, target: Path, select: Callable[[Removal], bool], *, all_of_it: bool) -> str:
    entry = record.entry
    try:
        data = read_bytes(_inside(out, entry.id))
        if _sha256(data) != entry.cleaned_sha256:
            return "was changed since it was cleaned, so the removed text no longer fits; clean it again"
        bom = bytes.fromhex(entry.bom)
        decoded = Decoded(data[len(bom) :].decode(entry.encoding), entry.encoding, bom)
        restored = decoded.encode(restore(decoded.text, record.removals, select))
        if all_of_it and _sha256(restored) != entry.text_sha256:
            return "does not come back as it was; the records were changed"
        write_atomically(_inside(target, entry.id), restored)
    except (DocumentError, ValueError, LookupError) as e:
        return e.message if isinstance(e, DocumentError) else str(e)
    return ""


def _inside(folder: Path, name: str) -> Path:
    """Join a name from a manifest, which may have been tampered with, to a folder."""
    path = folder / name
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise DocumentError(str(path), "leads out of the folder; the manifest was changed")
    return path


def _refuse_taken(run: Run, out: Path, sources: Iterable[Source], earlier: Collection[Record], *, resume: bool) -> None:
    """Refuse an output folder in which this run would mix with something else."""
    names = {source.name for source in sources}
    if not ledger.exists(out):
        taken = next((name for name in sorted(names) if (out / name).exists()), None)
        if taken is not None:
            raise UsageError(f"{out / taken}: exists and is not from a run; name another folder, or use --overwrite")
    for record in earlier:
        if record.entry.id not in names:
            raise UsageError(
                f"{out}: holds a run with {record.entry.id}, which is not among these inputs; "
                "name another folder, or start anew with --overwrite"
            )
        if not resume and record.entry.recipe not in ("", run.recipe):
            raise UsageError(
                f"{out}: holds a run with other rules or options; clean again what they change with --resume, "
                "or start anew with --overwrite"
            )


def _still_done(
    run: Run, out: Path, sources: Sequence[Source], earlier: Mapping[str, Record]
) -> Iterator[tuple[str, Record]]:
    """Yield what an earlier run finished, if neither source, rules, policy nor output changed since."""
    by_name = {source.name: source for source in sources}
    for record in earlier.values():
        entry = record.entry
        source = by_name.get(entry.id)
        is_whole = entry.state == ledger.WRITTEN and len(record.removals) == entry.removals
        if source is None or not is_whole or entry.recipe != run.recipe:
            continue
        try:
            same = _sha256(read_bytes(source.path)) == entry.sha256
            if same and _sha256(read_bytes(out / entry.id)) == entry.cleaned_sha256:
                yield entry.id, record
        except DocumentError:
            continue  # it will be tried again, and fail with its own message


def _remove_stale(path: Path) -> None:
    """Delete what an earlier run wrote for a document that failed now, so that no text is taken for today's."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


def _work(run: Run, sources: Sequence[Source], jobs: int) -> Iterator[Record]:
    """Yield the records in the order of the sources, whatever the number of workers."""
    workers = min(jobs, len(sources) // MIN_PER_WORKER)
    if workers <= 1:
        chunks = (sources[i : i + CHUNK] for i in range(0, len(sources), CHUNK))
        return (record for chunk in chunks for record in clean_files(run, chunk))
    return map_in_order(clean_files, run, sources, workers, _killed)


def _killed(source: Source) -> Record:
    error = "its worker process was killed, perhaps for want of memory; try it alone"
    return Record(Entry(source.name, ledger.FAILED, error), ())


def _entry(run: Run, file: _Read, written: bytes, cleaned: Cleaned) -> Entry:
    decoded = file.reading.decoded
    blocks: Counter[str] = Counter(r.category for r in cleaned.removals)
    characters: Counter[str] = Counter()
    for removal in cleaned.removals:
        characters[removal.category] += len(removal.text)
    return Entry(
        id=file.source.name,
        state=ledger.WRITTEN,
        sha256=_sha256(file.data),
        text_sha256=_sha256(decoded.encode(decoded.text)),
        cleaned_sha256=_sha256(written),
        encoding=decoded.encoding,
        bom=decoded.bom.hex(),
        recipe=run.recipe,
        outlet=asdict(cleaned.outlet) if cleaned.outlet else None,
        characters=len(decoded.text),
        removed_blocks=dict(sorted(blocks.items())),
        removed_characters=dict(sorted(characters.items())),
        removals=len(cleaned.removals),
        refusals=tuple(asdict(refusal) for refusal in cleaned.refusals),
        flags=cleaned.flags,
        dropped=tuple(asdict(node) for node in file.reading.dropped),
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
