"""What is read off a pattern holds for the texts that it matches."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from cleaner.fold import flat, fold, fold_pattern
from cleaner.lint.patterns import anchors, fixed, impossible, is_endless, least_words, opening, weight
from cleaner.rulebook.literals import parse, spellings

LINES = st.text(min_size=1, max_size=30).map(lambda text: flat(fold(text))).filter(str.strip)


@given(LINES)
def test_a_pattern_that_is_a_line_itself_can_match_and_is_all_fixed(line: str) -> None:
    tree = parse(f"^{regex.escape(line, special_only=True, literal_spaces=True)}$")
    if tree is None:  # what only `regex` knows is not read
        return
    assert impossible(tree) == ""
    assert fixed(tree) == weight(line)
    assert least_words(tree) == line.count(" ") + 1
    assert spellings(tree) == {line}
    assert anchors(tree) == (True, True)
    assert opening(tree)[0] == line
    assert not is_endless(tree)


@given(LINES, st.sampled_from(["\t", "\u2019", "\u200b", "\u00a0", "\u0130", "A"]))
def test_what_folding_takes_away_makes_a_match_impossible(line: str, gone: str) -> None:
    escaped = regex.escape(line, special_only=True, literal_spaces=True)
    tree = parse(f"^{escaped}\\u{ord(gone):04x}")
    if tree is not None:
        assert impossible(tree)
        assert impossible(parse(f"^(?:{escaped}|x\\u{ord(gone):04x})")) == ""


@pytest.mark.parametrize(
    ("pattern", "letters", "both", "endless"),
    [
        ("^sign up (to|for) .{2,9}$", 8, (True, True), False),
        ("(^see also|^more):", 5, (True, False), False),
        ("(^see|more) on", 5, (False, False), False),
        (r"^\d+ (?:pages)?", 0, (True, False), False),
        ("相关.*$", 4, (False, True), True),
        (r"ab{3}[.,](?=.*x)", 6, (False, False), False),
        ("a(?:b.+)?c", 2, (False, False), True),
    ],
)
def test_letters_anchors_and_endless_repeats(
    pattern: str, letters: int, both: tuple[bool, bool], endless: bool
) -> None:
    tree = parse(fold_pattern(pattern))
    assert (fixed(tree), anchors(tree), is_endless(tree)) == (letters, both, endless)
