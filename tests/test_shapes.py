"""The other shapes of a benchmark's texts: the same words, so that the labels of the original still fit."""

from __future__ import annotations

import importlib.util
import unicodedata
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.labelled import Labelled, lines_of, words_of
from cleaner.scoring import judge
from tests.scrapes import articles


def _shapes() -> ModuleType:
    path = Path(__file__).resolve().parents[1] / "benchmarks" / "shapes.py"
    spec = importlib.util.spec_from_file_location("shapes", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SHAPES = _shapes()
CHINESE = "水门周五再次升起，工程师说这扇门在iPhone照片里看得很清楚。" * 9
ENGLISH = "The sluice gate at Dunmarsh was raised again on Friday, nine months after a barge had bent it. " * 4


def words(text: str) -> list[str]:
    return [word for line in text.splitlines() for word in words_of(line)]


@pytest.mark.parametrize("shape", [SHAPES.wrapped, SHAPES.one_line])
@given(st.one_of(articles(), st.text(), st.text("水门Aa1。, ー・한\n", min_size=100)))
def test_a_shaped_text_has_the_same_words(shape: object, text: str) -> None:
    assert callable(shape)
    assert words(shape(text)) == words(text)


@pytest.mark.parametrize("line", [ENGLISH, CHINESE], ids=["english", "chinese"])
def test_wrapped_lines_fill_their_columns_and_no_more(line: str) -> None:
    *full, _ = SHAPES.wrapped(line).splitlines()
    columns = [sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in line) for line in full]
    assert len(columns) > 3
    assert max(columns) <= 80
    assert min(columns) > 60


def test_an_empty_line_stands_between_what_were_lines() -> None:
    blocks = SHAPES.wrapped(f"{ENGLISH}\n{CHINESE}\nShare").split("\n\n")
    assert [words(block) for block in blocks] == [words(ENGLISH), words(CHINESE), ["Share"]]


def test_one_line_is_one_line() -> None:
    assert len(lines_of(SHAPES.one_line(f"{ENGLISH}\n\n{CHINESE}\n\n"))) == 1


@pytest.mark.parametrize("shape", [SHAPES.wrapped, SHAPES.one_line])
def test_a_shaped_text_scores_by_the_labels_of_the_original(shape: object) -> None:
    assert callable(shape)
    document = Labelled("1", Path("1.txt"), f"{ENGLISH}\nShare this\n{CHINESE}", ("K", "D:social", "K"))
    untouched, cleaned = judge(document, shape(document.text)), judge(document, shape(f"{ENGLISH}\n{CHINESE}"))
    assert (untouched.words_kept, untouched.lost, untouched.left) == (untouched.words, 0, 1)
    assert (cleaned.words_kept, cleaned.lost, cleaned.left) == (cleaned.words, 0, 0)
