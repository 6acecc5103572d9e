"""Folding compares texts without changing where anything stands."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.fold import bare, flat, fold, fold_pattern
from tests.stacked import stacked


@given(st.text())
def test_fold_keeps_the_length_and_is_stable(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_fold_keeps_the_length_of_every_character_there_is() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    assert len(fold(every)) == len(every)


@pytest.mark.parametrize(
    ("a", "b"),
    [("DON’T", "don't"), ("„Ja“", '"ja"'), ("2019–20", "2019-20"), ("a\u00a0b", "a b"), ("İstanbul", "istanbul")],
)
def test_shapes_of_quotes_dashes_spaces_and_case_do_not_count(a: str, b: str) -> None:
    assert fold(a) == b


def test_every_capital_is_lowered_alike_alone_and_among_others() -> None:
    capitals = [c for c in map(chr, range(sys.maxunicode + 1)) if c.lower() != c]
    assert [c for c in capitals if fold(c) not in (c.lower(), "i")] == []
    assert fold("".join(capitals)) == "".join(map(fold, capitals))


@pytest.mark.parametrize("beside", ["", "é", "😀", "\ud800"])
def test_what_stands_beside_a_character_does_not_change_it(beside: str) -> None:
    for c in "A\t\x1f`’Σ\U00010400":
        assert fold(beside + c) == fold(beside) + fold(c)


@given(st.text(alphabet=st.sampled_from("ab \t\n\r\x0b\x1f\u2028\u00ad\u200b\ufe0f\u00a0“é"), max_size=40))
def test_blocks_of_a_stack_are_folded_and_flattened_alone(text: str) -> None:
    one = stacked(text)
    for start, end, form in zip(one.starts.tolist(), one.ends.tolist(), one.flats, strict=True):
        assert one.folded[start:end] == fold(text[start:end])
        assert form == flat(fold(text[start:end]))


@pytest.mark.parametrize(("line", "core"), [("» Read more «", "Read more"), ("***", "***"), ("[Ad]", "Ad"), ("", "")])
def test_bare_takes_outer_punctuation_off(line: str, core: str) -> None:
    assert bare(line) == core


@pytest.mark.parametrize(
    ("pattern", "folded"),
    [(r"^Sign UP\b", r"^sign up\b"), (r"\S+\W\D", r"\S+\W\D"), (r"\p{Lu}X", r"\p{Lu}x"), ("“Q”", '"q"')],
)
def test_fold_pattern_lowers_text_and_leaves_escapes(pattern: str, folded: str) -> None:
    assert fold_pattern(pattern) == folded
