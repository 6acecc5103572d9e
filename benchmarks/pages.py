"""Extraction of articles from pages by `cleaner` beside its peers: quality and speed, in one run and one process.

    python benchmarks/pages.py PAGES...

PAGES are jsonl files of annotated pages: id, html (a path relative to the file, may be gzipped), url, and gold, a list
of paragraphs. There is a table for each file, and one for all.

    words, shingles   see page_figures.py
    pages/s           pages for each second of processor time, decoding included; the best of some rounds. The tools
                      take turns at every few pages, so that a slow moment of the machine meets all of them
    ratio             pages/s, as a multiple of trafilatura's
    empty             pages of which nothing was extracted, or nothing was left
    raised            those of them at which the tool raised an error

`cleaner` extracts and cleans as a batch does, but without CSS selectors for outlets, since those say nothing of other
outlets. `cleaner, html rules` has them; it stands in a table of its own, of pages whose outlet has a selector for its
content. `cleaner` reads the metadata of a page in its time, and `cleaner-text` does without; of the others only
`trafilatura-metadata` and newspaper4k do so.
`floor` parses a page and returns all of its text. Nothing is fetched from the network. newspaper4k raises at languages
such as Hindi and Japanese unless it is installed with what it needs for them.

The network of `cleaner` knows the pages that it was trained on. For those,

    python -m tools.page_training PAGES... --cross-validate -o FILE.npz
    python benchmarks/pages.py PAGES... --likelihoods FILE.npz

shows what it does on outlets that it never saw; that has no speed. `cleaner, html rules` is not told the likelihoods:
nothing is judged where its selectors find something, and it may take lines out that have one.

Needs the extra `bench`: pip install -e '.[bench]'
"""

from __future__ import annotations

import argparse
import copy
import gc
import gzip
import json
import socket
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple
from unittest.mock import patch

import numpy as np
from page_figures import figures
from page_peers import PEERS, Extract, Page

from cleaner import Cleaner, Document, DocumentError, outlets
from cleaner.batch import TOGETHER
from cleaner.characters import Floats, Ints
from cleaner.cleaning import cleaned_each, extracted_each
from cleaner.model import Cleaned
from cleaner.outlets import Directory
from cleaner.reading import Reading, read_file
from cleaner.rulebook.match import Matcher

OURS: Final = "cleaner"
TEXT: Final = "cleaner-text"
"""Without metadata, as trafilatura's `extract` does not read any."""
RULES: Final = ", html rules"
STANDARD: Final = "trafilatura"
WITH_METADATA: Final = "trafilatura-metadata"
TOOLS: Final = (OURS, TEXT, *PEERS)
LIBRARIES: Final = ("trafilatura", "resiliparse", "readability-lxml", "jusText", "newspaper4k", "selectolax")
ROUNDS: Final = 2
NOTHING: Final = "nothing"
"""The stage of pages in which `cleaner` found no article."""


class Found(NamedTuple):
    """What a tool made of a page: a text, for `cleaner` the stage that gave it, and what the tool raised, if it did."""

    text: str
    how: str = ""
    error: str = ""


Tool = Callable[[Sequence[Page]], list[Found]]
Likelihoods = Mapping[str, Floats]


@dataclass(frozen=True)
class Annotated:
    """A row of a file of annotated pages."""

    id: str
    path: Path
    url: str | None
    gold: Sequence[str]

    def page(self) -> Page:
        """Read the page."""
        data = self.path.read_bytes()
        return Page.of(self.id, gzip.decompress(data) if self.path.suffix == ".gz" else data, self.url)


class Measured(NamedTuple):
    """What a tool made of some pages, and the seconds that it took."""

    found: list[Found]
    seconds: float


def main() -> None:
    """Extract with every tool, score, and print the tables."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("pages", type=Path, nargs="+")
    arguments.add_argument("--tools", type=_names, default=TOOLS, metavar="A,B", help=f"some of {', '.join(TOOLS)}")
    arguments.add_argument("--limit", type=int, metavar="N", help="only the first N pages of each file")
    arguments.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help=f"{ROUNDS} unless given")
    arguments.add_argument("--likelihoods", type=Path, metavar="FILE", help="of cross-validation; then without speeds")
    given = arguments.parse_args()
    files = {str(path): load(path)[: given.limit] for path in given.pages}
    every = [row for rows in files.values() for row in rows]
    likelihoods = dict(np.load(given.likelihoods, allow_pickle=False)) if given.likelihoods else None
    rounds = 1 if likelihoods else given.rounds

    def show(heading: str, measured: Mapping[str, Measured], rows: Sequence[Annotated]) -> None:
        print_table(f"{heading}, {len(rows)} pages", measured, rows, with_speed=likelihoods is None)

    print(f"{len(every)} pages, {', '.join(f'{name} {version(name)}' for name in LIBRARIES)}")
    if likelihoods is None:
        print(f"Speeds: processor time of one process, best of {rounds} rounds.")
        print("If the network of cleaner was trained on these pages, its quality is that on pages that it knows.")
    else:
        print(f"The network of cleaner is replaced by {given.likelihoods}, from cross-validation.")
    with patch.object(socket.socket, "connect", side_effect=OSError("nothing is fetched here")):
        cleaners = {OURS: Cleaner(), TEXT: Cleaner(page_metadata=False)}
        ours = {name: cleaning(without_html_rules(cleaner)) for name, cleaner in cleaners.items()}
        if likelihoods is not None:
            ours = {name: told(tool, likelihoods) for name, tool in ours.items()}
        tools = {name: ours[name] if name in ours else reading(PEERS[name]()) for name in given.tools}
        gc.collect()
        gc.freeze()  # as `cleaner clean` does: rules stay
        of_files = {name: measure(tools, rows, rounds) for name, rows in files.items()}
        for name, measured in of_files.items():
            show(name, measured, files[name])
        together = {tool: joined([measured[tool] for measured in of_files.values()]) for tool in tools}
        if len(files) > 1:
            show("all", together, every)
        if OURS in tools:
            print_stages(together[OURS].found, every)
        selected = [row for row in every if has_content_selector(row, cleaners[OURS])]
        with_rules = {name + RULES: cleaning(cleaner) for name, cleaner in cleaners.items() if name in tools}
        if with_rules and selected:
            some = with_rules | {name: tools[name] for name in (OURS, TEXT, STANDARD, WITH_METADATA) if name in tools}
            show("outlets with a selector for their content", measure(some, selected, rounds), selected)
        elif with_rules:
            print("\nNo page is of an outlet with a selector for its content, so there is no table of those.")


def load(path: Path) -> list[Annotated]:
    """Read a jsonl file of annotated pages."""
    rows = []
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if line.strip():
            try:
                row = json.loads(line)
                rows.append(Annotated(row["id"], path.parent / row["html"], row.get("url"), row["gold"]))
            except (ValueError, KeyError) as e:
                raise SystemExit(f"{path}:{number}: not a row with id, html and gold: {e!r}") from None
    if not rows:
        raise SystemExit(f"{path}: has no rows")
    return rows


def measure(tools: Mapping[str, Tool], rows: Sequence[Annotated], rounds: int) -> dict[str, Measured]:
    """Let each tool extract some pages, in turns.

    Args:
        tools: by name.
        rows: the pages.
        rounds: how often; the best time counts for each few pages.
    """
    stacks = [rows[at : at + TOGETHER] for at in range(0, len(rows), TOGETHER)]
    for tool in tools.values():
        tool([row.page() for row in rows[:1]])  # imports, rules and the like are not timed
    found: dict[str, list[list[Found]]] = {name: [[]] * len(stacks) for name in tools}
    best = {name: [float("inf")] * len(stacks) for name in tools}
    for _ in range(rounds):
        for n, stack in enumerate(stacks):
            pages = [row.page() for row in stack]
            for name, tool in tools.items():
                gc.collect()  # of what the tool before left
                start = time.process_time()
                found[name][n] = tool(pages)
                best[name][n] = min(best[name][n], time.process_time() - start)
    return {name: Measured([page for stack in found[name] for page in stack], sum(best[name])) for name in tools}


def joined(some: Sequence[Measured]) -> Measured:
    """Return what a tool made of the pages of some files as one."""
    return Measured([page for measured in some for page in measured.found], sum(measured.seconds for measured in some))


def reading(extract: Extract) -> Tool:
    """Return a peer as a tool; where it raises, nothing is found."""

    def one(page: Page) -> Found:
        try:
            return Found(extract(page))
        except Exception as e:  # whatever it is, it is counted
            return Found("", error=f"{type(e).__name__}: {e}")

    return lambda pages: [one(page) for page in pages]


def cleaning(cleaner: Cleaner) -> Tool:
    """Return extraction and cleaning by a cleaner, as in a batch."""

    def tool(pages: Sequence[Page]) -> list[Found]:
        readings = {n: _reading(page) for n, page in enumerate(pages)}
        return [_found(outcome) for outcome in cleaned_each(cleaner, extracted_each(cleaner, readings)).values()]

    return tool


def _reading(page: Page) -> Reading | Exception:
    try:
        read = read_file(page.data, id=page.id, is_html=True)
    except DocumentError as e:
        return e
    return replace(read, document=replace(read.document, url=page.url))


def _found(outcome: Cleaned | Exception) -> Found:
    if isinstance(outcome, DocumentError):
        return Found("", NOTHING)
    if isinstance(outcome, Exception):
        return Found("", NOTHING, f"{type(outcome).__name__}: {outcome}")
    return Found(outcome.text, outcome.extraction.how if outcome.extraction else "")


def without_html_rules(cleaner: Cleaner) -> Cleaner:
    """Return a cleaner with the same rules, but no CSS selectors."""
    book = cleaner.rulebook
    bare = {domain: replace(entry, html=None) for domain, entry in book.outlets.items()}
    other = copy.copy(cleaner)
    other.matcher = Matcher(replace(book, outlets=bare), hints=cleaner.matcher.hints)
    other.directory = Directory(other.rulebook)
    return other


def has_content_selector(row: Annotated, cleaner: Cleaner) -> bool:
    """Say whether the outlet of a page, by its URL, has a selector for the content of its pages."""
    outlet = outlets.find(Document("", row.id, row.url), cleaner.directory, {})
    entry = cleaner.rulebook.outlets.get(outlet.domain) if outlet else None
    return bool(entry and entry.html and entry.html.content)


def told(tool: Tool, likelihoods: Likelihoods) -> Tool:
    """Return a tool of `cleaner` that is told how likely each line is, by the ids of pages, for its network."""

    def one(page: Page) -> Found:
        with patch("cleaner.html.judge.network", lambda: _Told(page.id, likelihoods)):
            return tool([page])[0]

    return lambda pages: [one(page) for page in pages]  # alone, as the network is not told which pages it judges


@dataclass(frozen=True)
class _Told:
    """Stands in for the network of a page."""

    id: str
    likelihoods: Likelihoods

    def normalised(self, signals: Floats) -> Floats:
        return signals.T

    def probabilities(self, normalised: Floats, firsts: Ints) -> Floats:
        its = self.likelihoods.get(self.id)
        if its is None or its.shape != (len(normalised),) or len(firsts) != 2:
            has = "no likelihoods" if its is None else f"{len(its)} likelihoods"
            # no `Exception`, so that nobody takes it for an error of one document
            raise SystemExit(f"{self.id}: has {has} for {len(normalised)} lines; cross-validate anew, see --help")
        return np.stack([its, 1 - its], axis=1)


def print_table(heading: str, measured: Mapping[str, Measured], rows: Sequence[Annotated], *, with_speed: bool) -> None:
    """Print figures and speeds of tools on some pages, and the first error of each."""
    speeds = ("pages/s", "ratio") if with_speed else ()
    columns = ("words F1", "P", "R", "shingles F1", *speeds, "empty", "raised")
    print(f"\n{heading}\n{'':22}" + "".join(f"{column:>12}" for column in columns))
    for name, (found, seconds) in measured.items():
        values = [f"{value:.4f}" for value in figures([page.text for page in found], [row.gold for row in rows])]
        if with_speed:
            standard = measured.get(STANDARD)
            values += [f"{len(rows) / seconds:.1f}", f"{standard.seconds / seconds:.2f}" if standard else "-"]
        values += [str(sum(not page.text.strip() for page in found)), str(sum(bool(page.error) for page in found))]
        print(f"{name:26}" + "".join(f"{value:>12}" for value in values))
    for name, (found, _) in measured.items():
        for row, page in zip(rows, found, strict=True):
            if page.error:
                print(f"  {name} raised at {row.id}: {' '.join(page.error.split())[:160]}")
                break


def print_stages(found: Sequence[Found], rows: Sequence[Annotated]) -> None:
    """Print how often each stage of `cleaner` gave the text, and how good that was."""
    print(f"\n{'stage of cleaner':28}{'pages':>8}{'share':>8}{'words F1':>10}")
    for how, count in Counter(page.how for page in found).most_common():
        some = [(page.text, row.gold) for page, row in zip(found, rows, strict=True) if page.how == how]
        f1 = figures([text for text, _ in some], [gold for _, gold in some]).words_f1
        print(f"{how:28}{count:8}{count / len(rows):8.1%}{f1:10.4f}")


def _names(given: str) -> tuple[str, ...]:
    names = tuple(given.split(","))
    if unknown := set(names) - set(TOOLS):
        raise argparse.ArgumentTypeError(f"no such tool: {', '.join(sorted(unknown))}; choose from {', '.join(TOOLS)}")
    return names


if __name__ == "__main__":
    main()
