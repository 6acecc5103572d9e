"""Throughput and memory of many workers, and what a billion articles would cost at that rate.

    python benchmarks/scaling.py [FOLDER] [--documents N] [--workers 1 2]

FOLDER holds raw article texts (*.txt), repeated up to N documents; without it the project's fixtures are used. One
process that calls `Cleaner.clean_many` stands beside Ray and datatrove, which read JSON Lines, clean and write JSON
Lines with all removals. Start-up, measured with a handful of documents, is taken off and shown. The core hours are
made of the processor time of all processes of a run, which other work on the machine hardly changes; how many cores
that work took meanwhile is shown, and if it is not near 0, documents a second are too few. Memory is that of the
largest worker, without what it shares with others. Linux only.

Needs the extras: pip install -e '.[ray,datatrove]'
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

import ray
import ray.data
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter

from cleaner import Cleaner, Document
from cleaner.adapters.datatrove import CleanerFormatter
from cleaner.adapters.ray import clean_paths

FILES = 8
"""Files that the documents are divided among."""
BILLION = 1_000_000_000
STORE = 200 << 20
"""Bytes of Ray's object store."""
SAMPLED = 0.25
"""Seconds between two looks at the processes of a run."""
TICKS = os.sysconf("SC_CLK_TCK")
FIXTURES = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "raw"


class Spent(NamedTuple):
    """What some work took.

    Args:
        seconds: on the clock.
        processor: seconds of processor time, of all processes.
        others: seconds of processor time that other work on the machine took meanwhile.
        megabytes: memory of the largest worker.
    """

    seconds: float
    processor: float
    others: float
    megabytes: float


class Measured(NamedTuple):
    """One line of the table."""

    name: str
    start_up: Spent
    whole: Spent


def main() -> None:
    """Measure and print one table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path, nargs="?", default=FIXTURES)
    arguments.add_argument("--documents", type=int, default=8000)
    arguments.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    given = arguments.parse_args()
    texts = [path.read_bytes().decode("utf-8") for path in sorted(given.folder.rglob("*.txt"))]
    articles = list(islice(cycle(texts), given.documents))
    size = sum(len(text.encode()) for text in articles) / 1e6
    with tempfile.TemporaryDirectory() as folder:
        many, few = _written(articles, Path(folder, "many")), _written(articles[:FILES], Path(folder, "few"))
        measured = [_alone(articles)]
        for name, run in (("Ray", _ray), ("datatrove", _datatrove)):
            for workers in given.workers:
                measured.append(_measured(name, run, workers, many, few, Path(folder)))
    print(f"{len(articles)} documents, {size:.1f} MB, {1e3 * size / len(articles):.1f} kB each; {os.cpu_count()} cores")
    print(
        f"{'':22} {'documents/s':>12} {'MB/s':>6} {'start-up s':>11} {'MB a worker':>12} {'ms of a core':>13}"
        f" {'core h for 1e9':>15} {'cores of others':>16}"
    )
    for name, start_up, whole in measured:
        seconds = whole.seconds - start_up.seconds
        each = (whole.processor - start_up.processor) / len(articles)
        memory = f"{whole.megabytes:.0f}" if whole.megabytes else "-"  # one worker of datatrove is the caller itself
        print(
            f"{name:22} {len(articles) / seconds:12.0f} {size / seconds:6.2f} {start_up.seconds:11.1f} {memory:>12}"
            f" {1e3 * each:13.2f} {BILLION * each / 3600:15.0f} {whole.others / whole.seconds:16.2f}"
        )


def _written(articles: Sequence[str], folder: Path) -> Path:
    folder.mkdir()
    for n in range(FILES):
        records = [{"id": f"{n}-{at}", "text": text} for at, text in enumerate(articles[n::FILES])]
        (folder / f"{n}.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in records))
    return folder


def _alone(articles: Sequence[str]) -> Measured:
    def clean(texts: Sequence[str]) -> None:
        cleaner = Cleaner()
        for at in range(0, len(texts), 256):
            cleaner.clean_many([Document(text) for text in texts[at : at + 256]])

    start_up = min(_spent(lambda: clean(articles[:1]), str(os.getpid())) for _ in range(2))
    return Measured("clean_many, 1 process", start_up, _spent(lambda: clean(articles), str(os.getpid())))


Run = Callable[[Path, Path, int], None]


def _measured(name: str, run: Run, workers: int, many: Path, few: Path, folder: Path) -> Measured:
    def spent(source: Path, turn: int = 0) -> Spent:
        out = folder / f"{name}-{workers}-{source.name}-{turn}"
        return _spent(lambda: run(source, out, workers), "MapWorker" if name == "Ray" else "multiprocess")

    start_up = min(spent(few, turn) for turn in range(2))  # the first may read modules from a cold disk
    return Measured(f"{name}, {workers} worker{'s' if workers > 1 else ''}", start_up, spent(many))


def _ray(source: Path, out: Path, workers: int) -> None:
    # One more for the tasks that read and write, which have little to do.
    ray.init(num_cpus=workers + 1, include_dashboard=False, object_store_memory=STORE, log_to_driver=False)
    try:
        clean_paths([str(source)], str(out), concurrency=workers)
    finally:
        ray.shutdown()


def _datatrove(source: Path, out: Path, workers: int) -> None:
    steps = [JsonlReader(str(source)), CleanerFormatter(), JsonlWriter(str(out), compression=None)]
    LocalPipelineExecutor(steps, tasks=workers, workers=workers, logging_dir=str(out / "logs")).run()


def _spent(work: Callable[[], None], which: str) -> Spent:
    """Run some work and watch this process and its descendants.

    Args:
        work: what to run.
        which: number of the process that is a worker, or words in the commands of those that are.
    """
    processor: dict[int, float] = {}
    peak, watching, done = [0.0], [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(SAMPLED):
            for process, seconds in _descendants():
                processor[process] = seconds
                peak[0] = max(peak[0], _own_megabytes(process, which))
            watching[0] = time.thread_time()

    thread = threading.Thread(target=watch)
    before, busy, start = time.process_time(), _busy(), time.perf_counter()
    thread.start()
    try:
        work()
    finally:
        done.set()
        thread.join()
    seconds, ours = time.perf_counter() - start, time.process_time() - before
    processor[os.getpid()] = ours - watching[0]
    total = sum(processor.values())
    return Spent(seconds, total, max(0.0, _busy() - busy - total - watching[0]), peak[0])


def _descendants() -> Iterator[tuple[int, float]]:
    """Yield this process and its descendants with the processor time of each."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            values = path.read_text().rpartition(")")[2].split()
            found[int(path.parent.name)] = (int(values[1]), (int(values[11]) + int(values[12])) / TICKS)
    ours, more = set(), {os.getpid()}
    while more:
        ours |= more
        more = {process for process, (parent, _) in found.items() if parent in more}
    return ((process, found[process][1]) for process in ours if process in found)


def _own_megabytes(process: int, which: str) -> float:
    folder = Path("/proc", str(process))
    with suppress(OSError, KeyError):  # it has ended meanwhile
        if str(process) == which or which in (folder / "cmdline").read_text():
            status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
            return sum(int(status[part].split()[0]) for part in ("RssAnon", "RssFile")) / 1024
    return 0.0


def _busy() -> float:
    """Return the seconds that all cores of the machine were busy since it started."""
    user, nice, system, _, _, irq, softirq, *_ = map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:])
    return (user + nice + system + irq + softirq) / TICKS


if __name__ == "__main__":
    main()
