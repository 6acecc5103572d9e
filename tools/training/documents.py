"""Labelled documents for training, from two sources.

- `gold/dev` of the data folder: 158 raw texts, each line labelled by hand.
- `labels.jsonl` beside this file: labels made line by line after the same guide, reading each line in its
  context, for 688 documents of the data folder's `train` and for 53 pages of its `html/fundus.jsonl`. It
  holds ids and labels, no text.

The labels that `train` comes with were made by aligning lines with annotated articles. They call headlines,
captions and bylines boilerplate; they are not used. Tried with boosted trees at a tenth of the weight, they neither
helped nor hurt clearly; with this network they were not measured.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.training.pages import scraped_lines

ARTICLE = "article"
UNKNOWN = "unknown"
_OF_LABEL = {"donate": "donation", "nav": "navigation", "head": "headline"}
HAND_LABELS = Path(__file__).with_name("labels.jsonl")


@dataclass(frozen=True)
class Labelled:
    """One document with an outcome for each line that is not blank.

    Args:
        id: its name.
        outlet: its publisher; documents of one outlet stay together in cross-validation.
        text: the raw text.
        outcomes: `article`, a category, or `unknown`.
        labels: the labels as written, for scoring.
    """

    id: str
    outlet: str
    text: str
    outcomes: tuple[str, ...]
    labels: tuple[str, ...]


def gold(folder: Path) -> list[Labelled]:
    """Read a folder of raw texts with hand-made labels."""
    rows = map(json.loads, (folder / "labels.jsonl").read_text("utf-8").splitlines())
    return [_labelled(row, (folder / "raw" / f"{row['id']}.txt").read_text("utf-8"), row["labels"]) for row in rows]


def by_hand(data: Path) -> list[Labelled]:
    """Read the documents of `train` and `html` that have hand-made labels here."""
    labels = {row["id"]: row for row in map(json.loads, HAND_LABELS.read_text("utf-8").splitlines())}
    found = []
    for row in [*_train_rows(data), *_pages(data, labels)]:
        if row["id"] in labels:
            outcomes = _spelled(labels[row["id"]]["labels"])
            if len(outcomes) != len(row["lines"]):
                raise ValueError(f"{row['id']}: {len(outcomes)} labels for {len(row['lines'])} lines")
            found.append(_labelled(row, "\n".join(row["lines"]), outcomes))
    return found


def _labelled(row: dict[str, Any], text: str, labels: Iterable[str]) -> Labelled:
    labels = tuple(labels)
    return Labelled(row["id"], _outlet(row["outlet"]), text, tuple(map(_outcome, labels)), labels)


def _outcome(label: str) -> str:
    if label in ("K", "M"):
        return ARTICLE
    kind, _, category = label.partition(":")
    if kind == "N":
        return {"head": "headline", "": "note", "other": "note"}.get(category, category)
    return _OF_LABEL.get(category, category)


def _outlet(name: str) -> str:
    return re.sub(r"^www\.|\.com$", "", name.split("/")[-1].lower())  # some sources name theguardian, some its domain


def _spelled(runs: str) -> list[str]:
    labels = []
    for run in runs.split():
        times, _, label = run.rpartition("*")
        labels += [label] * int(times or 1)
    return labels


def _train_rows(data: Path) -> Iterator[dict[str, Any]]:
    for path in sorted((data / "train").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as rows:
            yield from map(json.loads, rows)


def _pages(data: Path, wanted: Iterable[str]) -> Iterator[dict[str, Any]]:
    for row in map(json.loads, (data / "html" / "fundus.jsonl").read_text("utf-8").splitlines()):
        if f"{row['id']}@page" in wanted:
            page = gzip.decompress((data / "html" / row["html"]).read_bytes()).decode("utf-8", "replace")
            lines = scraped_lines(page, row["gold"], row["id"])
            if lines:
                yield {"id": f"{row['id']}@page", "outlet": row["outlet"], "lines": lines}
