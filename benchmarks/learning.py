"""Learn from a part of an outlet's articles, clean the rest: what goes of what repeats, and is any article text lost.

`python benchmarks/learning.py OUTLETS [--labels ROWS.jsonl.gz]... [--only NAME]...`

OUTLETS holds a folder of texts for each outlet. Rows of labels have `outlet`, `lines` and `labels` (`K` is article
text): those of the row that shares most lines with an article tell its own text. It is lost if no
copy of it stays that stayed without the draft. A block repeats if it stands in three
articles of the folder and is not article text.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from cleaner import Cleaner
from cleaner.blocks import split
from cleaner.fold import bare, flat, fold
from cleaner.io.inputs import gather
from cleaner.learn.learning import learn
from cleaner.model import Document

LEARNED = 0.6
REPEATS = 3


def key(line: str) -> str:
    """Return the form in which lines are compared."""
    return bare(flat(fold(line)))


def labelled(paths: Sequence[Path], outlet: str) -> list[set[str]]:
    """Return for each row of an outlet the lines that are article text."""
    found = []
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as rows:
            for row in map(json.loads, rows):
                if row["outlet"] == outlet:
                    labels = zip(row["lines"], row["labels"], strict=True)
                    found.append({key(line) for line, label in labels if label == "K" and key(line)})
    return found


def own_lines(rows: Sequence[set[str]], text: str) -> set[str]:
    """Return the lines that are article text in a text."""
    lines = {k for k, _, _ in blocks(text)}
    return max(rows, key=lambda row: sum(map(len, row & lines)), default=set())


def blocks(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the blocks of a text with where they start and end."""
    for start, end in split(text):
        yield key(text[start:end]), start, end


def removed(cleaner: Cleaner, text: str, outlet: str, prefix: str = "") -> list[tuple[str, bool]]:
    """Return each block of a text with whether it goes, by a rule of this prefix."""
    spans = [r for r in cleaner.clean(Document(text, outlet=outlet)).removals if r.rule.startswith(prefix)]
    return [(k, any(r.start <= start and end <= r.end for r in spans)) for k, start, end in blocks(text)]


def main() -> None:
    """Print a line for each outlet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("outlets", type=Path)
    parser.add_argument("--labels", type=Path, action="append", default=[])
    parser.add_argument("--only", action="append", default=[])
    arguments = parser.parse_args()
    print("outlet                learned cleaned  phrases  repeated blocks: before  after  draft alone  article blocks"
          "  lost  seconds")  # fmt: skip
    base = Cleaner()
    for folder in sorted(arguments.outlets.iterdir()):
        if arguments.only and folder.name not in arguments.only:
            continue
        paths = sorted(folder.glob("*.txt"), key=lambda path: hashlib.sha256(path.name.encode()).digest())
        stop = round(LEARNED * len(paths))
        if stop < REPEATS:
            continue
        outlet = f"{folder.name.removeprefix('www.').lower()}.example"  # for which there are no rules yet
        rows = labelled(arguments.labels, folder.name)
        started = time.perf_counter()
        draft = learn(gather(paths[:stop]).sources, outlet, base)
        seconds = time.perf_counter() - started
        counts: Counter[str] = Counter()
        for path in paths:
            counts.update({k for k, _, _ in blocks(path.read_text("utf-8"))})
        with TemporaryDirectory() as rules:
            if draft.text:
                file = Path(rules, "outlets", f"{outlet}.yaml")
                file.parent.mkdir()
                file.write_text(draft.text, "utf-8")
            taught = Cleaner(rules=[rules])
        total = before = after = alone = kept = lost = 0
        for path in paths[stop:]:
            text = path.read_text("utf-8")
            articles = own_lines(rows, text)
            found = (
                removed(base, text, outlet),
                removed(taught, text, outlet),
                removed(taught, text, outlet, "outlets/"),
            )
            stay = [{k for k, is_gone in blocks_of if not is_gone} for blocks_of in found[:2]]
            for (k, is_before), (_, is_after), (_, is_alone) in zip(*found, strict=True):
                if k not in articles and counts[k] >= REPEATS:
                    total += 1
                    before, after, alone = before + is_before, after + is_after, alone + is_alone
            kept += len(articles & stay[0])
            for k in sorted(articles & (stay[0] - stay[1])):
                lost += 1
                print("  lost:", k[:100])
        phrases = sum(len(rule.phrases) for rule in draft.rules)
        print(f"{folder.name:22} {stop:6} {len(paths) - stop:7} {phrases:8} {total:24} {before / total:6.1%} "
              f"{after / total:6.1%} {alone / total:12.1%} {kept:15} {lost:5} {seconds:8.1f}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
