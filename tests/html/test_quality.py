"""A quality gate over annotated pages, where they are at hand.

The network was trained on these very pages, and selectors were written with them at hand: the floors notice what
breaks, and do not say how good it is on other pages (`benchmarks/pages.py --likelihoods` does).
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from benchmarks.page_figures import figures
from cleaner import Cleaner, Document
from cleaner.io.charsets import decode_page

ANNOTATED = Path(__file__).resolve().parents[3] / "shared" / "html"
pytestmark = pytest.mark.skipif(
    not (ANNOTATED / "wcxb.jsonl").exists(), reason="no annotated pages beside this checkout"
)
FLOORS = {"wcxb": (0.970, 0.963), "fundus": (0.981, 0.979)}
"""F1 of words and of shingles."""
FLOOR_OF_SELECTORS = 0.985
"""Words F1 of the pages of outlets that have a content selector."""
MOST_FAILED = 1
"""Pages of a file without an article found."""


@pytest.fixture(scope="module", params=sorted(FLOORS))
def extracted(request: pytest.FixtureRequest, cleaner: Cleaner) -> tuple[str, list[tuple[dict[str, Any], str, str]]]:
    """Return a file's name, and for each of its pages the row, the cleaned text and how that was found."""
    return request.param, list(_extracted(ANNOTATED / f"{request.param}.jsonl", cleaner))


def _extracted(path: Path, cleaner: Cleaner) -> Iterator[tuple[dict[str, Any], str, str]]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for at in range(0, len(rows), 32):
        some = rows[at : at + 32]
        pages = [decode_page(gzip.decompress((path.parent / row["html"]).read_bytes())) for row in some]
        found = cleaner.extract_many([Document(page, url=row["url"]) for page, row in zip(pages, some, strict=True)])
        cleaned = iter(cleaner.clean_many([one for one in found if isinstance(one, Document)]))
        for row, one in zip(some, found, strict=True):
            if isinstance(one, Document) and one.extraction:
                yield row, next(cleaned).text, one.extraction.how
            else:
                yield row, "", ""


def _f1(some: Sequence[tuple[dict[str, Any], str, str]]) -> tuple[float, float]:
    scores = figures([text for _, text, _ in some], [row["gold"] for row, _, _ in some])
    return scores.words_f1, scores.shingles_f1


def test_figures_of_pages_stay_above_their_floors(
    extracted: tuple[str, list[tuple[dict[str, Any], str, str]]],
) -> None:
    name, some = extracted
    assert sum(not how for _, _, how in some) <= MOST_FAILED
    words, shingles = _f1(some)
    assert (words >= FLOORS[name][0], shingles >= FLOORS[name][1]) == (True, True), (words, shingles)


def test_selectors_of_outlets_find_their_articles(
    extracted: tuple[str, list[tuple[dict[str, Any], str, str]]],
) -> None:
    name, some = extracted
    by_outlet = defaultdict(list)
    for row, text, how in some:
        if how == "selector":
            by_outlet[row["outlet"].split("/")[-1]].append((row, text, how))
    if name == "fundus":
        assert len(by_outlet) >= 30
        assert fmean(_f1(pages)[0] for pages in by_outlet.values()) >= FLOOR_OF_SELECTORS
