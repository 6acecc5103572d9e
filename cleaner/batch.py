"""Many documents: read, clean and write each, account for all, go on after a stop."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Final, TypeAlias

from cleaner.accounts import Totals
from cleaner.earlier import Earlier
from cleaner.errors import DocumentError, NoTextFieldError, UsageError
from cleaner.io import formats, ledger
from cleaner.io.files import read_bytes, remove_temporaries, sha256_of
from cleaner.io.formats import DOCUMENTS
from cleaner.io.inputs import Inputs, Source, size_of, stamp_of
from cleaner.io.ledger import FAILED, LAST, SKIPPED, WRITTEN, Entry, Ledger, Noted
from cleaner.io.record_files import Opened, RecordsFile, Rewritten, copy_companion
from cleaner.tasks import KILLED, Done, FilesTask, RecordsTask, Run, Task, do, halves, killed, reason
from cleaner.workers import Work, map_in_order

TOGETHER: Final = 16
"""Files of one document each that are handed to a worker at a time."""
MIN_PER_WORKER: Final = 250
"""Documents below which another worker takes longer to start, about a second, than it saves."""
MIN_BYTES_PER_WORKER: Final = 1_500_000
"""The same in bytes, for files of records; compressed ones hold some four times as much."""
MOST_REUSED: Final = 256
"""Notes of an earlier run that are taken over at a time."""


def _silent(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class _Step:
    """What is to be done in order, besides or after a task.

    Args:
        notes: what an earlier run noted and still holds.
        opens: a file of records, to be written from here on.
        closes: a file of records that ends here, and why it ends before its time.
        read: bytes of the inputs that were gone through for it.
        exhausted: logs that are not needed any more once all before is noted.
    """

    notes: tuple[Noted, ...] = ()
    opens: Opened | None = None
    closes: Entry | None = None
    read: int = 0
    exhausted: tuple[Path, ...] = ()


Steps: TypeAlias = Iterator[tuple[_Step, Task | None]]


def clean_all(
    run: Run,
    inputs: Inputs,
    jobs: int = 1,
    *,
    resume: bool = False,
    overwrite: bool = False,
    say: Callable[[str], None] = _silent,
) -> Iterator[tuple[Entry, Totals]]:
    """Clean files and yield the entry of each document, in their order, with the accounts so far.

    What an earlier run with the same recipe finished, and nobody changed since, is left alone; in a file of records
    that an earlier run did not finish, its removals are cut again, which is much faster than cleaning.

    Args:
        run: what to do with each.
        inputs: the files.
        jobs: worker processes.
        resume: also go on with a run that had other inputs, rules or options; what they concern is cleaned again.
        overwrite: start anew although the output folder holds a run or files of these names.
        say: is told which fields were chosen in a file of records.

    Raises:
        UsageError: the output folder holds something else, and `overwrite` is not set; or the disk is full.
    """
    sources = inputs.sources
    for format in {name for source in sources for name in (source.format, source.target)} - set(DOCUMENTS):
        formats.readable(format)  # what it needs may not be installed
    totals = Totals()
    work = Work(do, run, halves, killed)
    if run.out is None:
        for step, results in map_in_order(work, _steps(run, sources, None, say), _workers(sources, jobs)):
            totals.read += step.read
            for note in _notes(step, results):
                totals.add(note.entry)
                yield note.entry, totals
        return
    if overwrite:
        ledger.forget(run.out)
    else:
        _refuse_taken(run, run.out, sources, resume=resume)
    ledger.set_aside(run.out)
    remove_temporaries(run.out)
    earlier = Earlier(run.out)
    with Ledger(run.out) as book, Rewritten(run.out) as rewritten:
        for step, results in map_in_order(work, _steps(run, sources, earlier, say), _workers(sources, jobs)):
            totals.read += step.read
            totals.reused += sum(note.entry.records is None for note in step.notes)
            totals.reused += sum(done.reused for done in results)
            notes = _rewrite(step, results, rewritten)
            for note in notes:
                if note.entry.state == FAILED and note.entry.record == 0 and note.entry.file in earlier.names:
                    _remove_stale(run.out / note.entry.file)
            book.add(notes)
            for folder in step.exhausted:
                ledger.drop(folder)
            for note in notes:
                totals.add(note.entry)
                yield note.entry, totals
        for name, path in inputs.companions.items():
            try:
                copy_companion(path, run.out / name, run.recipe.of_file(name))
            except DocumentError as e:
                say(str(e))
        book.finish(totals.as_summary())


def clean_stream(
    run: Run, source: Source, out: IO[bytes], say: Callable[[str], None] = _silent
) -> Iterator[tuple[Entry, Totals]]:
    """Clean a stream of records onto another one; nothing is noted, so nothing can be restored.

    Args:
        run: what to do with each.
        source: the stream.
        out: where the cleaned records go.
        say: see `clean_all`.

    Yields:
        The entry of each record, with the accounts so far.
    """
    totals, rewritten, run = Totals(), Rewritten(Path(), out), replace(run, out=Path())
    for step, results in map_in_order(Work(do, run, halves, killed), _steps(run, [source], None, say), 1):
        notes = _rewrite(step, results, rewritten)
        for note in notes:
            totals.add(note.entry)
            yield note.entry, totals


def _rewrite(step: _Step, results: Sequence[Done], rewritten: Rewritten) -> list[Noted]:
    """Write what was cleaned of a file of records, and return what is to be noted."""
    if step.opens:
        rewritten.open(step.opens)
    for done in results:
        rewritten.write(done.parts)
    notes = _notes(step, results)
    if any(note.entry.record and note.entry.error == KILLED for note in notes):
        rewritten.remark(KILLED)
    if step.closes:
        notes.append(Noted(rewritten.close(step.closes)))
    return notes


def _notes(step: _Step, results: Sequence[Done]) -> list[Noted]:
    return [*step.notes, *(note for done in results for note in done.notes)]


def _workers(sources: Sequence[Source], jobs: int) -> int:
    """Return how many worker processes are worth their start."""
    if jobs <= 1:
        return 1
    documents, size = 0, 0
    for source in sources:
        if source.holds_records and not source.members:
            with contextlib.suppress(OSError):
                size += source.path.stat().st_size * (4 if source.codec else 1)
        else:
            documents += len(source.members) or 1
        if documents // MIN_PER_WORKER + size // MIN_BYTES_PER_WORKER >= jobs:
            return jobs
    return max(1, documents // MIN_PER_WORKER + size // MIN_BYTES_PER_WORKER)


def _steps(run: Run, sources: Sequence[Source], earlier: Earlier | None, say: Callable[[str], None]) -> Steps:
    """Yield what is to be done, in the order of the logs."""
    waiting: list[Source] = []
    names = {source.name for source in sources}

    def hand_over() -> Steps:
        if waiting:
            yield _Step(read=sum(map(size_of, waiting))), FilesTask(tuple(waiting))
            waiting.clear()

    for source in sources:
        if source.holds_records:
            yield from hand_over()
            yield from _file_steps(run, source, earlier, names, say)
            continue
        found = earlier.find(source.name) if earlier else None
        if found and (found.passed or found.note):
            entry = _held(run, source, found.note.entry, found.since) if found.note else None
            known = found.note._replace(entry=entry) if found.note and entry else None
            kept = (*_gone(found.passed, names), *([known] if known else ()))
            if kept:
                yield from hand_over()
                yield _Step(kept, read=size_of(source) if known else 0), None
            if known:
                continue
        waiting.append(source)
        if len(waiting) == TOGETHER:
            yield from hand_over()
    yield from hand_over()
    if earlier:
        yield _Step(_gone(earlier.rest(), names)), None
        yield _Step(exhausted=tuple(earlier.exhausted())), None


def _gone(notes: Sequence[Noted], names: set[str]) -> tuple[Noted, ...]:
    """Return the notes of inputs that are not among today's; their cleaned texts stay, and so do their notes."""
    return tuple(note for note in notes if note.entry.file not in names)


def _file_steps(
    run: Run, source: Source, earlier: Earlier | None, names: set[str], say: Callable[[str], None]
) -> Steps:
    """Yield what is to be done with a file of records."""
    recipe = run.recipe_of(source)
    known = earlier.files.get(source.name) if earlier else None
    if earlier and known and known.entry.recipe == recipe:
        entry = _held(run, source, known.entry, known.since)
        if entry:
            yield from _reused(earlier, entry, names)
            yield _Step(read=size_of(source)), None
            return
    file, count, error = RecordsFile(source, run.fields, add_removals=run.add_removals), 0, ""
    state = WRITTEN
    try:
        for opened, chunk, read in file.chunks():
            if count == 0:
                say(f"{source.name}: {_described(opened)}")
                yield _Step(opens=opened), None
            count += len(chunk.records)
            places = range(chunk.first, chunk.first + len(chunk.records))
            found = {n: earlier.find(source.name, n) for n in places} if earlier else {}
            gone = [note for one in found.values() for note in _gone(one.passed, names)]
            notes = {n: one.note for n, one in found.items() if one.note}
            if gone:
                yield _Step(tuple(gone)), None
            yield _Step(read=read), RecordsTask(opened, chunk, notes)
        if count == 0 and file.opened:
            yield _Step(opens=file.opened), None
    except Exception as e:  # one file must never end a batch; its name and the error are on record
        # What a folder holds besides articles, such as a table of their metadata, is no failure.
        state = SKIPPED if isinstance(e, NoTextFieldError) and source.is_found else FAILED
        error = reason(e)
    yield _Step(closes=file.entry(count, recipe, error, state)), None


def _reused(earlier: Earlier, closing: Entry, names: set[str]) -> Steps:
    """Yield the notes of a file of records of which all still hold."""
    some: list[Noted] = []
    for number in range(1, (closing.records or 0) + 1):
        found = earlier.find(closing.file, number)
        some += _gone(found.passed, names)
        some += [found.note] if found.note else []
        if len(some) >= MOST_REUSED:
            yield _Step(tuple(some)), None
            some.clear()
    earlier.find(closing.file, LAST)
    yield _Step((*some, Noted(closing))), None


def _described(opened: Opened) -> str:
    return ", ".join(f"{meaning} in {name!r}" for meaning, name in opened.layout.fields.named().items())


def _held(run: Run, source: Source, entry: Entry, since: int) -> Entry | None:
    """Return an entry, if neither the source nor what was written for it has changed, nor the rules for its outlet."""
    if run.out is None or entry.state != WRITTEN:
        return None
    if entry.records is None and entry.recipe != run.recipe.of(entry.outlet):
        return None
    try:
        now = stamp_of(source)
        if entry.stamp != now and entry.sha256 != _sha256_of(source):
            return None
        written = run.out / entry.file
        is_apart = entry.layout is not None and entry.layout["target"] in DOCUMENTS
        # What is older than the log was written before the log said so, and not touched since.
        is_whole = written.stat().st_mtime_ns < since or is_apart or sha256_of(written) == entry.cleaned_sha256
        return replace(entry, stamp=now) if is_whole else None
    except (DocumentError, OSError):
        return None  # it will be tried again, and fail with its own message


def _sha256_of(source: Source) -> str:
    """Return the hash of an input as its entry has it: of a file of records as it is stored, of a text unpacked."""
    if source.members:
        return "unknown"
    if source.holds_records or not source.codec:
        return sha256_of(source.path)
    return hashlib.sha256(read_bytes(source.path, source.codec)).hexdigest()


def _refuse_taken(run: Run, out: Path, sources: Sequence[Source], *, resume: bool) -> None:
    """Refuse an output folder in which this run would mix with something else."""
    by_name = {source.name: source for source in sources}
    if not ledger.exists(out):
        taken = next((name for name in by_name if (out / name).exists()), None)
        if taken is not None:
            raise UsageError(f"{out / taken}: exists and is not from a run; name another folder, or use --overwrite")
        return
    if resume:
        return
    for entry in ledger.all_entries(out):
        source = by_name.get(entry.file)
        if source is None:
            raise UsageError(
                f"{out}: holds a run with {entry.id}, which is not among these inputs; name another folder, "
                "keep both with --resume, or start anew with --overwrite"
            )
        expected = run.recipe.of(entry.outlet) if entry.records is None else run.recipe_of(source)
        if entry.recipe not in ("", expected):
            raise UsageError(
                f"{out}: holds a run with other rules or options; clean again what they change with --resume, "
                "or start anew with --overwrite"
            )


def _remove_stale(path: Path) -> None:
    """Delete what an earlier run wrote for a document that failed now, so that no text is taken for today's."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
