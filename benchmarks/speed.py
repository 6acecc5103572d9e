"""Speed of the text path beside its peers, in one run and one process, as ratios; then growth, memory and jobs.

    python benchmarks/speed.py [FOLDER]

FOLDER holds raw article texts (*.txt); without it the project's fixtures are used. Every peer gets the same
texts, already decoded; jusText and boilerpy3 read HTML, so each line is handed over as a paragraph, and the
wrapping is not timed. Each figure is the best of `ROUNDS` rounds; the peers take turns within a round, so
that a slow moment of the machine meets all of them. The floor reads, decodes, splits into lines and writes.

The second table is of the command `cleaner clean` on one file of JSON Lines with 1, 10 and 100 times `UNIT`
documents, each with a number of its own, with one job and with one for each core: time without the start, which is
that of a file of one document, and the memory of the largest process.

Needs the extra `bench`: pip install -e '.[bench]'
"""

from __future__ import annotations

import argparse
import atexit
import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path

import peers

from cleaner import Cleaner
from cleaner.api import MOST_TOGETHER
from cleaner.model import Document
from cleaner.outlets import Directory
from cleaner.pipeline import Policy, clean_documents
from cleaner.rulebook.load import Rule, Rulebook
from cleaner.rulebook.match import Matcher

ROUNDS = 5
COPIES = 10
"""The larger rulebook has this many times the rules."""
UNIT = 400
"""Documents of the smallest file of the second table."""
WATCH = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""A small process between: a new process counts the memory of the one that it was forked from as its own."""
COMMAND = Path(sys.executable).with_name("cleaner")
FIXTURES = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "raw"
_LETTERS = re.compile(r"\[(?:\\.|[^\]])*\]|\\[pPN]\{[^}]*\}|\\x[0-9a-fA-F]{2}|\\.|\(\?[a-zA-Z]*|[^\W\d_]+")


def main() -> None:
    """Measure and print one table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path, nargs="?", default=FIXTURES)
    folder: Path = arguments.parse_args().folder
    texts = [path.read_bytes().decode("utf-8") for path in sorted(folder.rglob("*.txt"))]
    size = sum(len(text.encode()) for text in texts) / 1e6
    cleaner = Cleaner()
    rules = len(cleaner.rulebook.rules)
    pages = [peers.as_page(text) for text in texts]
    tools = {
        "cleaner": _cleaning(cleaner.matcher, texts),
        "cleaner, engine=regex": _cleaning(Matcher(cleaner.rulebook, "regex"), texts),
        f"cleaner, {COPIES}x the rules": _cleaning(Matcher(_multiplied(cleaner.rulebook, COPIES)), texts),
        "jusText": _reading(peers.justext(), pages),
        "boilerpy3": _reading(peers.boilerpy3(), pages),
        "C4 of datatrove": _reading(peers.c4_lines(end_punctuation=True), texts),
        "read, split, write (floor)": _floor(texts),
    }
    best = dict.fromkeys(tools, float("inf"))
    for _ in range(ROUNDS):
        for name, run in tools.items():
            start = time.perf_counter()
            run()
            best[name] = min(best[name], time.perf_counter() - start)
    print(f"{len(texts)} documents, {size:.2f} MB, {rules} rules, best of {ROUNDS} rounds")
    print(f"{'':28} {'MB/s':>9} {'documents/s':>12} {'times cleaner':>14}")
    for name, seconds in best.items():
        print(f"{name:28} {size / seconds:9.2f} {len(texts) / seconds:12.0f} {seconds / best['cleaner']:14.2f}")
    _growth(texts)


def _growth(texts: Sequence[str]) -> None:
    jobs = sorted({1, os.cpu_count() or 1})
    print(
        f"\n{'documents':>9} {'MB':>8} {'jobs':>5} {'seconds':>8} {'MB/s':>6} {'times 1 job':>12} {'MB of memory':>13}"
    )
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "news.jsonl"
        start = {}
        for n in jobs:
            _write(source, texts, 1)
            start[n] = _command(source, n)[0]
        for times in (1, 10, 100):
            size = _write(source, texts, times * UNIT)
            one = 0.0
            for n in jobs:
                seconds, memory = _command(source, n)
                seconds -= start[n]
                one = one or seconds
                print(
                    f"{times * UNIT:9,} {size / 1e6:8.1f} {n:5} {seconds:8.2f} {size / 1e6 / seconds:6.2f} "
                    f"{one / seconds:12.2f} {memory / 1e3:13.0f}",
                    flush=True,
                )


def _write(path: Path, texts: Sequence[str], documents: int) -> int:
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(islice(cycle(texts), documents)):
            file.write(json.dumps({"id": number, "text": f"{text}\n\nNumber {number}."}, ensure_ascii=False) + "\n")
    return path.stat().st_size


def _command(source: Path, jobs: int) -> tuple[float, int]:
    """Return the seconds that cleaning a file takes, and the kB of the largest process."""
    out = source.parent / "out"
    command = [COMMAND, "clean", source, "-o", out, "-j", jobs, "--overwrite", "-q"]
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", WATCH, *map(str, command)], capture_output=True, check=False)
    return time.perf_counter() - begun, int(done.stdout)


def _floor(texts: Sequence[str]) -> Callable[[], object]:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    for number, text in enumerate(texts):
        (folder / f"{number}.txt").write_bytes(text.encode())

    def run() -> None:
        for number in range(len(texts)):
            lines = (folder / f"{number}.txt").read_bytes().decode().splitlines(keepends=True)
            (folder / f"{number}.out").write_bytes("".join(lines).encode())

    return run


def _cleaning(matcher: Matcher, texts: Sequence[str]) -> Callable[[], object]:
    directory, policy = Directory(matcher.rulebook), Policy.of()
    documents = [Document(text) for text in texts]
    some = [documents[at : at + MOST_TOGETHER] for at in range(0, len(documents), MOST_TOGETHER)]
    return lambda: [clean_documents(stack, matcher, directory, policy) for stack in some]


def _multiplied(rulebook: Rulebook, copies: int) -> Rulebook:
    """Add rules of the same make for other outlets, with words turned round: what a growing rulebook looks like."""
    rules = list(rulebook.rules)
    for n in range(1, copies):
        rules += [_strange(rule, n) for rule in rulebook.rules]
    return dataclasses.replace(rulebook, rules=tuple(rules))


def _strange(rule: Rule, n: int) -> Rule:
    def turned(phrases: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return phrases and tuple(_LETTERS.sub(lambda m: _turn(m[0], n), phrase) for phrase in phrases)

    entry = rule.entry
    changed = {key: turned(getattr(entry, key)) for key in ("start", "lines", "inline", "keep")}
    file = f"outlets/strange-{n}.example"
    return dataclasses.replace(rule, id=f"{rule.id}-{n}", file=file, scope=2, entry=entry.model_copy(update=changed))


def _turn(token: str, n: int) -> str:
    """Turn a word round and shift its letters; escapes, sets and group heads stay."""
    if token[0] in "\\([":
        return token
    return "".join(chr((ord(c) - 97 + n) % 26 + 97) if "a" <= c <= "z" else c for c in reversed(token.lower()))


def _reading(clean: peers.Clean, pages: Sequence[str]) -> Callable[[], object]:
    return lambda: [clean(page) for page in pages]


if __name__ == "__main__":
    main()
