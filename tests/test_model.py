"""`cut` and `restore` are inverse, on any text and any spans."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import Removal, cut, restore


@st.composite
def text_and_removals(draw: st.DrawFn) -> tuple[str, list[Removal]]:
    text = draw(st.text(max_size=200))
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=20)))
    if len(edges) % 2:
        edges.pop()
    spans = zip(edges[::2], edges[1::2], strict=True)
    categories = st.sampled_from(("ad", "newsletter", "legal"))
    return text, [Removal(a, b, text[a:b], draw(categories), "x/y/z", 1.0, "why") for a, b in spans]


@given(text_and_removals())
def test_restore_undoes_cut(case: tuple[str, list[Removal]]) -> None:
    text, removals = case
    assert restore(cut(text, removals), removals) == text


@given(text_and_removals())
def test_restoring_some_equals_never_having_cut_them(case: tuple[str, list[Removal]]) -> None:
    text, removals = case
    others = [r for r in removals if r.category != "ad"]
    assert restore(cut(text, removals), removals, lambda r: r.category == "ad") == cut(text, others)


@pytest.mark.parametrize(
    "removals",
    [
        [Removal(0, 4, "four", "ad", "r", 1.0, "")],
        [Removal(0, 3, "One", "ad", "r", 1.0, ""), Removal(2, 4, "e ", "ad", "r", 1.0, "")],
        [Removal(4, 7, "two", "ad", "r", 1.0, ""), Removal(0, 3, "One", "ad", "r", 1.0, "")],
    ],
    ids=["other text", "overlap", "out of order"],
)
def test_cut_refuses_spans_that_do_not_fit(removals: list[Removal]) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        cut("One two three", removals)


def test_restore_refuses_a_text_that_is_too_short_for_its_removals() -> None:
    with pytest.raises(ValueError, match="does not fit the cleaned text"):
        restore("One", [Removal(10, 13, "two", "ad", "r", 1.0, "")])
