"""A large file of records, killed with SIGKILL at random moments and resumed: do the bytes come out the same?

    python benchmarks/resume.py [--records 200000] [--kills 20] [--jobs 2] [--format jsonl.zst]

The records are made of the texts under tests/fixtures/raw with a running number in each. First the file is cleaned
undisturbed with one job and with `--jobs`; both must give equal bytes. Then it is cleaned with `--jobs` again and
killed `--kills` times, each time after a random part of the time that is left, and resumed to its end.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

from cleaner.io.compression import compressed

FIXTURES = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "raw"
COMMAND = Path(sys.executable).with_name("cleaner")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    chosen = random.Random(asked.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "news.jsonl.zst"
        size = _write(source, asked.records)
        print(f"{asked.records:,} records, {size / 1e6:.0f} MB, {source.stat().st_size / 1e6:.1f} MB compressed")
        seconds = {}
        for jobs in sorted({1, asked.jobs, 2 * asked.jobs}):
            start = time.perf_counter()
            _run(source, folder / f"jobs-{jobs}", jobs).wait()
            seconds[jobs] = time.perf_counter() - start
            print(
                f"undisturbed, {jobs} jobs: {seconds[jobs]:.1f} s, {size / 1e6 / seconds[jobs]:.1f} MB/s, "
                f"{seconds[1] / seconds[jobs]:.2f} x one job",
                flush=True,
            )
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        print(f"largest process: {peak / 1e3:.0f} MB")
        sums = {_sum(folder / f"jobs-{jobs}") for jobs in seconds}
        print("bytes of all:", "equal" if len(sums) == 1 else "DIFFERENT")
        out, left = folder / "killed", seconds[asked.jobs]
        for kill in range(asked.kills):
            running = _run(source, out, asked.jobs)
            time.sleep(chosen.uniform(0.3, max(0.4, 2 * left / (asked.kills - kill + 1))))
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGKILL)
                running.wait()
            else:
                print("finished before kill", kill + 1)
                break
            done = _lines(out / ".cleaner" / "manifest.jsonl")
            left = max(1.0, seconds[asked.jobs] * (1 - done / asked.records))
            print(f"kill {kill + 1}: {done:,} records were done", flush=True)
        code = _run(source, out, asked.jobs).wait()
        same = _sum(out) in sums
        print(f"resumed to the end, exit code {code}: bytes {'equal' if same else 'DIFFERENT'}")
        shutil.rmtree(out)
        sys.exit(0 if same and len(sums) == 1 else 1)


def _write(path: Path, records: int) -> int:
    texts = [file.read_text("utf-8") for file in sorted(FIXTURES.rglob("*.txt"))]
    size = 0
    with path.open("wb") as file:
        stream = compressed(file, path.suffix)
        for number, text in enumerate(islice(cycle(texts), records), 1):
            row = {"id": number, "text": f"{text}\n\nArticle number {number} ends here, as the last one did.\n"}
            line = json.dumps(row, ensure_ascii=False).encode() + b"\n"
            size += len(line)
            stream.write(line)
        stream.close()
    return size


def _run(source: Path, out: Path, jobs: int) -> subprocess.Popen[bytes]:
    command = [COMMAND, "clean", source, "-o", out, "--jobs", jobs, "--resume", "--quiet"]
    return subprocess.Popen([str(part) for part in command], start_new_session=True)


def _lines(path: Path) -> int:
    if not path.exists():
        return 0
    with path.open("rb") as file:
        return sum(1 for _ in file)


def _sum(folder: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found.update(str(path.relative_to(folder)).encode())
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                found.update(block)
    return found.hexdigest()


if __name__ == "__main__":
    main()
