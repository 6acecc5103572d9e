"""A quality gate over labelled articles, where they are at hand: floors that never sink unnoticed."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from cleaner import Cleaner

LABELLED = Path(__file__).resolve().parents[2] / "shared"
pytestmark = pytest.mark.skipif(
    not (LABELLED / "bench" / "textbench.py").exists(), reason="the labelled articles are not beside this checkout"
)

FLOORS = {"precision": 0.995, "recall": 0.6, "keep_words": 0.999}
"""Of the rules alone on the labelled articles; raise them when the figures rise."""
MOST_DAMAGED = 0.02
"""Share of documents that may lose a line of the article."""
CATEGORY_FLOOR = 0.6
CATEGORIES = ("ad", "newsletter", "donate", "social", "legal", "paywall")


def _scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("textbench", LABELLED / "bench" / "textbench.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _figures(folder: Path, cleaner: Cleaner) -> tuple[dict[str, Any], list[str]]:
    scorer = _scorer()
    gold = scorer.load(folder)
    results = {doc["id"]: cleaner.clean(doc["text"], id=f"{doc['id']}.txt") for doc in gold}
    flagged = [name for name, cleaned in results.items() if cleaned.flags]
    return scorer.score(gold, {name: cleaned.text for name, cleaned in results.items()}), flagged


@pytest.fixture(scope="module")
def dev(cleaner: Cleaner) -> dict[str, Any]:
    return _figures(LABELLED / "gold" / "dev", cleaner)[0]


def test_seed_articles_come_out_perfect_and_unflagged(cleaner: Cleaner) -> None:
    figures, flagged = _figures(LABELLED / "seeds", cleaner)
    assert (figures["f1"], figures["keep_words"], figures["cuts_done"]) == (1.0, 1.0, 1.0)
    assert not flagged


@pytest.mark.parametrize("figure", FLOORS)
def test_figures_stay_above_their_floors(figure: str, dev: dict[str, Any]) -> None:
    assert dev[figure] >= FLOORS[figure]


def test_few_documents_lose_a_line_of_the_article(dev: dict[str, Any]) -> None:
    assert dev["damaged_docs"] <= MOST_DAMAGED, dev["worst"]


@pytest.mark.parametrize("category", CATEGORIES)
def test_recall_of_each_category_that_has_phrases(category: str, dev: dict[str, Any]) -> None:
    recall, lines = dev["by_category"][category]
    assert recall >= CATEGORY_FLOOR, f"{lines} lines"
