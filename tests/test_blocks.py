"""Blocks hold all text and nothing else; removed blocks leave no double gap."""

from __future__ import annotations

import textwrap
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.blocks import removal_spans, split
from cleaner.model import Block
from tests.scrapes import articles

SENTENCES = (
    "The ferry left the northern pier an hour late because the crew waited for the doctor.",
    "Nobody on the island could remember a winter in which the harbour froze over twice.",
    "The council will vote on the new breakwater in March, the harbour master said.",
    "Two of the older boats were towed to the yard at Kessel Point for repairs.",
)


def texts_of(text: str, language: str | None = None) -> list[str]:
    return [text[b.start : b.end] for b in split(text, language)]


@given(articles())
@settings(max_examples=200)
def test_blocks_hold_every_character_that_is_not_white_space_in_order(text: str) -> None:
    blocks = split(text)
    assert "".join("".join(text[b.start : b.end].split()) for b in blocks) == "".join(text.split())
    assert all(b.start < b.end and text[b.start : b.end] == text[b.start : b.end].strip() for b in blocks)
    assert all(a.end <= b.start for a, b in pairwise(blocks))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1e"])
def test_every_kind_of_line_end_divides_blocks(end: str) -> None:
    assert texts_of(f"One{end}{end} Two\t{end}") == ["One", "Two"]


@pytest.mark.parametrize("text", ["", " ", "\n\n\t\n", "\u00a0\u2003\n"])
def test_white_space_has_no_blocks(text: str) -> None:
    assert split(text) == []


@pytest.mark.parametrize("width", [60, 72, 80])
@pytest.mark.parametrize("gap", ["\n\n", "\n"], ids=["blank lines", "no blank lines"])
def test_hard_wrapped_paragraphs_become_one_block_each(width: int, gap: str) -> None:
    paragraphs = [" ".join(SENTENCES[i % 4] for i in range(n, n + 4)) for n in range(3)]
    wrapped = gap.join(textwrap.fill(p, width) for p in paragraphs)
    found = [" ".join(block.split()) for block in texts_of(wrapped)]
    assert found[0].startswith(SENTENCES[0][:40])
    assert len(found) <= 4  # a last line that happens to be full may join two paragraphs, never split one
    assert "".join(found).replace(" ", "") == "".join(paragraphs).replace(" ", "")
    if gap == "\n\n":
        assert found == paragraphs


def test_short_lines_between_wrapped_paragraphs_stay_blocks_of_their_own() -> None:
    paragraph = textwrap.fill(" ".join(SENTENCES * 2), 72)
    text = f"{paragraph}\n\nShare\nTweet\nPrint\n\n{paragraph}"
    found = texts_of(text)
    assert found[1:4] == ["Share", "Tweet", "Print"]
    assert len(found) == 5


def test_lines_of_many_lengths_are_not_taken_for_hard_wrapped_text() -> None:
    text = "\n".join(SENTENCES * 3)
    assert texts_of(text) == list(SENTENCES * 3)


def test_an_article_in_one_long_line_is_divided_into_sentences() -> None:
    text = " ".join(SENTENCES * 4)
    assert texts_of(text) == list(SENTENCES * 4)


def test_sentences_of_a_script_without_spaces() -> None:
    sentence = "渡輪因為等候醫生而晚了一個小時才離開北邊的碼頭。"
    assert texts_of(sentence * 60) == [sentence] * 60


def test_a_huge_line_is_divided_window_by_window_without_losing_a_character() -> None:
    text = " ".join(SENTENCES * 1500)
    assert texts_of(text) == list(SENTENCES * 1500)


@given(st.lists(st.sampled_from(("\n", "\n\n", " \n \n", "\r\n")), min_size=1, max_size=8), st.data())
def test_a_removed_block_takes_exactly_one_separator_with_it(gaps: list[str], data: st.DataObject) -> None:
    names = [f"block{i}" for i in range(len(gaps) + 1)]
    text = names[0] + "".join(gap + name for gap, name in zip(gaps, names[1:], strict=True))
    blocks = split(text)
    removed = data.draw(st.sets(st.integers(0, len(blocks) - 1), max_size=len(blocks) - 1))
    spans = removal_spans(blocks, removed)
    left = "".join(c for i, c in enumerate(text) if not any(a <= i < b for a, b in spans.values()))
    kept = [name for i, name in enumerate(names) if i not in removed]
    assert left.split() == kept
    assert left == left.strip(), "no gap is left over at the ends"
    assert set(spans) == removed
    for gap in left.replace("block", "\0block").split("\0")[1:-1]:
        assert gap[len("block0") :] in gaps


def test_the_wider_gap_stays_between_the_neighbours_of_a_removed_block() -> None:
    blocks = [Block(0, 1), Block(2, 3), Block(5, 6)]  # "a\nb\n\nc"
    assert removal_spans(blocks, {1}) == {1: (1, 3)}
    blocks = [Block(0, 1), Block(3, 4), Block(5, 6)]  # "a\n\nb\nc"
    assert removal_spans(blocks, {1}) == {1: (3, 5)}


def test_leading_and_final_white_space_of_the_text_stays() -> None:
    text = "\n\nad\n\nnews\n\nad\n"
    spans = removal_spans(split(text), {0, 2})
    left = "".join(c for i, c in enumerate(text) if not any(a <= i < b for a, b in spans.values()))
    assert left == "\n\nnews\n"
