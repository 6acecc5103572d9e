"""What rules for outlets add: labelled articles of outlets that have rules, cleaned with and without them.

    python benchmarks/packs.py GOLD

GOLD holds labels.jsonl and raw/<id>.txt, as for `cleaner score`. An article is of an outlet by its row's `url`, else
by its `outlet`: a domain, or a name such as `de/TheExampleTimes`, which is compared with the names of outlets. The
columns are those of benchmarks/accuracy.py. `found` has to find the outlet in the text, `given` is told.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from cleaner import Cleaner
from cleaner.labelled import Labelled, load
from cleaner.model import Document
from cleaner.outlets import Directory
from cleaner.rulebook.match import Matcher
from cleaner.scoring import judge_all, total

COLUMNS = {"F1": "f1", "P": "precision", "R": "recall", "keep": "keep_words", "damaged": "damaged_docs", "perfect": "perfect_docs"}  # fmt: skip # noqa: E501


def main() -> None:
    """Clean the same articles with all rules and without those of outlets, and print the scores."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("gold", type=Path)
    cleaner, bare = Cleaner(), Cleaner()
    generic = tuple(rule for rule in bare.rulebook.rules if rule.scope == 0)
    bare.matcher = Matcher(replace(bare.rulebook, rules=generic, outlets={}), hints=cleaner.matcher.hints)
    bare.directory = Directory(bare.rulebook)
    names = {_plain(outlet.name): domain for domain, outlet in cleaner.rulebook.outlets.items()}
    names |= {_plain(domain.rpartition(".")[0]): domain for domain in cleaner.rulebook.outlets}
    of = {document.id: _outlet(document, cleaner, names) for document in load(arguments.parse_args().gold)}
    gold = [document for document in load(arguments.parse_args().gold) if of[document.id]]
    print(f"{len(gold)} articles of {len(set(filter(None, of.values())))} outlets with rules")
    print(f"{'':24}" + "".join(f"{heading:>9}" for heading in COLUMNS))
    untold = [Document(document.text) for document in gold]
    told = [Document(document.text, outlet=of[document.id]) for document in gold]
    for name, tool, documents in (
        ("without, not given", bare, untold),
        ("with, found", cleaner, untold),
        ("with, given", cleaner, told),
    ):
        _print(name, tool, gold, documents)


def _print(name: str, cleaner: Cleaner, gold: Sequence[Labelled], documents: Sequence[Document]) -> None:
    texts = [cleaned.text for cleaned in cleaner.clean_many(documents)]
    scores = total(judge_all(gold, dict(zip((document.id for document in gold), texts, strict=True))))
    print(f"{name:24}" + "".join(f"{getattr(scores, figure):9.4f}" for figure in COLUMNS.values()))


def _outlet(document: Labelled, cleaner: Cleaner, names: dict[str, str]) -> str | None:
    said = str(document.fields.get("outlet") or "")
    host = urlsplit(document.fields.get("url") or "").hostname or said
    return cleaner.directory.main_domain(host) or names.get(_plain(said.rpartition("/")[2]))


def _plain(name: str) -> str:
    return re.sub(r"\W|^the", "", name.lower())


if __name__ == "__main__":
    main()
