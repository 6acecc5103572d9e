"""A quality gate over labelled articles, where they are at hand: floors that sink only on purpose.

`python benchmarks/floors.py GOLD` raises tests/floors.json; `--allow-lower` lowers it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.shapes import one_line, wrapped
from cleaner import Cleaner
from cleaner.labelled import Labelled, load
from cleaner.scoring import Outcome, Scores, judge_all, total

LABELLED = Path(__file__).resolve().parents[2] / "shared"
pytestmark = pytest.mark.skipif(
    not (LABELLED / "gold" / "dev" / "labels.jsonl").exists(), reason="no labelled articles beside this checkout"
)

FLOORS = json.loads((Path(__file__).parent / "floors.json").read_text("utf-8"))
CATEGORY_LINES = 40
"""Lines from which on a category has a floor of its own."""
CATEGORY_FLOOR = 0.84
LANGUAGE_FLOOR = 0.85
LANGUAGES: dict[str, Callable[[Labelled], bool]] = {
    "Chinese and Japanese": lambda d: _share(d, "[\u3040-\u30ff\u4e00-\u9fff]") > 0.2,
    "Russian": lambda d: _share(d, "[\u0400-\u04ff]") > 0.3,
    "Greek": lambda d: _share(d, "[\u0370-\u03ff]") > 0.3,
    "German": lambda d: _holds(d, r"\b(?:und|der|nicht|ist)\b"),
    "French and Spanish": lambda d: _holds(d, r"\b(?:les|dans|est|los|del|por|que)\b"),
    "English": lambda d: _holds(d, r"\b(?:the|and|of|was)\b"),
}


def _share(document: Labelled, characters: str) -> float:
    return len(re.findall(characters, document.text)) / max(1, len(document.text))


def _holds(document: Labelled, words: str) -> bool:
    return len(re.findall(words, document.text.lower())) > len(document.text.split()) / 20


@dataclass(frozen=True)
class Result:
    outcomes: tuple[Outcome, ...]
    scores: Scores
    flagged: list[str]


def _clean(folder: Path, cleaner: Cleaner, shape: Callable[[str], str] = str) -> Result:
    documents = load(folder)
    cleaned = {d.id: cleaner.clean(shape(d.text), id=f"{d.id}.txt") for d in documents}
    outcomes = judge_all(documents, {name: c.text for name, c in cleaned.items()})
    return Result(outcomes, total(outcomes), [name for name, c in cleaned.items() if c.flags])


@pytest.fixture(scope="module")
def dev(cleaner: Cleaner) -> Result:
    return _clean(LABELLED / "gold" / "dev", cleaner)


def test_seed_articles_come_out_perfect_and_unflagged(cleaner: Cleaner) -> None:
    seeds = _clean(LABELLED / "seeds", cleaner)
    assert (seeds.scores.f1, seeds.scores.keep_words, seeds.scores.cuts_done) == (1.0, 1.0, 1.0)
    assert not seeds.flagged


@pytest.mark.parametrize("mode", ["precision", "balanced", "recall"])
def test_figures_stay_above_their_floors(mode: str) -> None:
    scores = _clean(LABELLED / "gold" / "dev", Cleaner(mode=mode)).scores
    figures = {name: getattr(scores, name) for name in ("f1", "precision", "recall", "keep_words")}
    figures["undamaged_docs"] = 1 - scores.damaged_docs
    assert {name: value for name, value in figures.items() if value < FLOORS[mode][name]} == {}


def test_recall_of_each_category(dev: Result) -> None:
    shares = {name: share for name, share in dev.scores.by_category.items() if share.lines >= CATEGORY_LINES}
    assert len(shares) >= 10
    assert {name: share.value for name, share in shares.items() if share.value < CATEGORY_FLOOR} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_is_left_behind(language: str, dev: Result) -> None:
    of_language = [outcome for outcome in dev.outcomes if LANGUAGES[language](outcome.document)]
    assert of_language
    assert total(of_language).f1 >= LANGUAGE_FLOOR


def test_hard_wrapped_articles_are_cleaned_as_well(cleaner: Cleaner, dev: Result) -> None:
    scores = _clean(LABELLED / "gold" / "dev", cleaner, wrapped).scores
    assert scores.f1 >= dev.scores.f1 - 0.03
    assert scores.keep_words >= 0.997


def test_articles_of_one_line_lose_what_can_be_told_apart(cleaner: Cleaner) -> None:
    joined = _clean(LABELLED / "gold" / "dev", cleaner, one_line).scores
    assert joined.keep_words >= 0.997
    assert joined.f1 >= 0.4
