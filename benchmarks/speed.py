"""Speed of the text path beside its peers, in one run and one process, as ratios.

    python benchmarks/speed.py [FOLDER]

FOLDER holds raw article texts (*.txt); without it the project's fixtures are used. Every peer gets the same
texts, already decoded; jusText and boilerpy3 read HTML, so each line is handed over as a paragraph, and the
wrapping is not timed. Each figure is the best of `ROUNDS` rounds; the peers take turns within a round, so
that a slow moment of the machine meets all of them.

Needs the extra `bench`: pip install -e '.[bench]'
"""

from __future__ import annotations

import argparse
import dataclasses
import re
import time
from collections.abc import Callable, Sequence
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
        "split lines only (floor)": lambda: [text.splitlines() for text in texts],
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
