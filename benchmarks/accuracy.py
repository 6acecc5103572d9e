"""Accuracy of `cleaner` in its three modes beside its peers, on labelled articles, in one run and one process.

    python benchmarks/accuracy.py GOLD

GOLD holds labels.jsonl and raw/<id>.txt, as for `cleaner score`, which gives the same figures for `cleaner`. Every
peer gets the same texts and no markup. MB/s are of the best of three passes, without the wrapping into paragraphs.

    F1, P, R   of the lines removed
    keep       share of the article's words that is left
    damaged    share of the articles that lost a line
    perfect    share of the articles that lost no line and have no boilerplate left

Needs the extra `bench`: pip install -e '.[bench]'
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import peers

from cleaner import Cleaner
from cleaner.labelled import Labelled, load
from cleaner.model import Document
from cleaner.scoring import judge_all, total

Tool = Callable[[Sequence[Labelled]], list[str]]
ROUNDS = 3
COLUMNS = {
    "F1": "f1",
    "P": "precision",
    "R": "recall",
    "keep": "keep_words",
    "damaged": "damaged_docs",
    "perfect": "perfect_docs",
}


def main() -> None:
    """Clean with every tool, score, and print one table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("gold", type=Path)
    gold = load(arguments.parse_args().gold)
    size = sum(len(document.text.encode()) for document in gold) / 1e6
    pages = {document.id: peers.as_page(document.text) for document in gold}
    tools = {
        "cleaner, precision": _mode("precision", gold),
        "cleaner, balanced": _mode("balanced", gold),
        "cleaner, recall": _mode("recall", gold),
        "nothing removed": _of_text(str),
        "jusText, lines as paragraphs": _of_page(peers.justext(), pages),
        "boilerpy3, lines as paragraphs": _of_page(peers.boilerpy3(), pages),
        "C4 line rules": _of_text(peers.c4_lines(end_punctuation=True)),
        "C4 line rules, any end": _of_text(peers.c4_lines(end_punctuation=False)),
        "RefinedWeb line rules": _of_text(peers.refinedweb_lines),
    }
    print(f"{len(gold)} documents, {size:.2f} MB")
    print(f"{'':32}" + "".join(f"{heading:>9}" for heading in (*COLUMNS, "MB/s")))
    for name, clean in tools.items():
        best = float("inf")
        for _ in range(ROUNDS):
            start = time.perf_counter()
            cleaned = dict(zip((document.id for document in gold), clean(gold), strict=True))
            best = min(best, time.perf_counter() - start)
        scores = total(judge_all(gold, cleaned))
        figures = [getattr(scores, figure) for figure in COLUMNS.values()]
        print(f"{name:32}" + "".join(f"{figure:9.4f}" for figure in figures) + f"{size / best:9.2f}")


def _mode(mode: str, gold: Sequence[Labelled]) -> Tool:
    cleaner = Cleaner(mode=mode)
    documents = [Document(document.text, str(document.path)) for document in gold]
    return lambda _: [cleaned.text for cleaned in cleaner.clean_many(documents)]


def _of_text(clean: peers.Clean) -> Tool:
    return lambda gold: [clean(document.text) for document in gold]


def _of_page(clean: peers.Clean, pages: dict[str, str]) -> Tool:
    return lambda gold: [clean(pages[document.id]) for document in gold]


if __name__ == "__main__":
    main()
