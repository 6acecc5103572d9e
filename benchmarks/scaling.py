"""Throughput and memory of many workers, and what a billion articles would cost at that rate.

    python benchmarks/scaling.py [FOLDER] [--documents N] [--workers 1 2]

FOLDER holds raw article texts (*.txt), repeated up to N documents; without it the project's fixtures are used. One
process that calls `Cleaner.clean_many` stands beside Ray and datatrove, which read JSON Lines, clean and write JSON
Lines with all removals. Start-up, measured with a handful of documents, is taken off and shown; so is the memory of
the largest worker, without what it shares with others. Linux only.

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
from contextlib import contextmanager
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
SAMPLED = 0.1
"""Seconds between two looks at the memory of the workers."""
FIXTURES = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "raw"


class Measured(NamedTuple):
    """One line of the table; seconds without start-up."""

    name: str
    workers: int
    seconds: float
    start_up: float
    megabytes: float


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
    print(f"{len(articles)} documents, {size:.1f} MB, {1e3 * size / len(articles):.1f} kB each")
    print(f"{'':22} {'documents/s':>12} {'MB/s':>6} {'start-up s':>11} {'MB a worker':>12} {'core h for 1e9':>15}")
    for line in measured:
        rate = len(articles) / line.seconds
        name = f"{line.name}, {line.workers} worker{'s' if line.workers > 1 else ''}"
        hours = BILLION / rate * line.workers / 3600
        memory = f"{line.megabytes:.0f}" if line.megabytes else "-"  # one worker of datatrove is the caller itself
        print(f"{name:22} {rate:12.0f} {size / line.seconds:6.2f} {line.start_up:11.1f} {memory:>12} {hours:15.0f}")


def _written(articles: Sequence[str], folder: Path) -> Path:
    folder.mkdir()
    for n in range(FILES):
        records = [{"id": f"{n}-{at}", "text": text} for at, text in enumerate(articles[n::FILES])]
        (folder / f"{n}.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in records))
    return folder


def _alone(articles: Sequence[str]) -> Measured:
    start = time.perf_counter()
    cleaner = Cleaner()
    cleaner.clean(articles[0])
    ready = time.perf_counter()
    with _peak(str(os.getpid())) as peak:
        for at in range(0, len(articles), 256):
            cleaner.clean_many([Document(text) for text in articles[at : at + 256]])
    return Measured("clean_many", 1, time.perf_counter() - ready, ready - start, peak[0])


Run = Callable[[Path, Path, int], None]


def _measured(name: str, run: Run, workers: int, many: Path, few: Path, folder: Path) -> Measured:
    def timed(source: Path, turn: int = 0) -> float:
        start = time.perf_counter()
        run(source, folder / f"{name}-{workers}-{source.name}-{turn}", workers)
        return time.perf_counter() - start

    start_up = min(timed(few, turn) for turn in range(2))  # the first may read modules from a cold disk
    with _peak("MapWorker" if name == "Ray" else "multiprocess") as peak:
        return Measured(name, workers, timed(many) - start_up, start_up, peak[0])


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


@contextmanager
def _peak(which: str) -> Iterator[list[float]]:
    """Keep the greatest memory, in MB, of a process of that number, or that has those words in its command."""
    peak, done = [0.0], threading.Event()

    def look() -> None:
        while not done.wait(SAMPLED):
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    if process.name == which or which in (process / "cmdline").read_text():
                        status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
                        own = sum(int(status[part].split()[0]) for part in ("RssAnon", "RssFile")) / 1024
                        peak[0] = max(peak[0], own)
                except (OSError, KeyError):  # it has ended meanwhile
                    continue

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


if __name__ == "__main__":
    main()
