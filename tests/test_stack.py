"""A stack holds each document as it would be alone."""

from __future__ import annotations

from dataclasses import astuple, fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.blocks import split
from cleaner.characters import LINE_END, SPACE
from cleaner.model import Document
from cleaner.stack import HEAD, stack
from tests.scrapes import articles
from tests.stacked import stacked


@given(st.lists(articles(), min_size=1, max_size=5))
def test_blocks_of_each_document_are_those_that_it_has_alone(texts: list[str]) -> None:
    together = stack([Document(text) for text in texts])
    for n, text in enumerate(texts):
        first, stop = together.firsts[n : n + 2]
        spans = zip(together.starts[first:stop], together.ends[first:stop], strict=True)
        offset = together.offsets[n]
        assert [(start - offset, end - offset) for start, end in spans] == [tuple(block) for block in split(text)]
        alone = stacked(text)
        assert together.flats[first:stop] == alone.flats
        assert together.words[first:stop].tolist() == alone.words.tolist()
        assert together.prose[first:stop].tolist() == alone.prose.tolist()
        assert (together.heads.counts[first:stop] == alone.heads.counts).all()


@given(articles())
def test_a_head_is_the_beginning_of_its_block_and_a_line_end(text: str) -> None:
    one = stacked(text)
    for i, (start, end) in enumerate(zip(one.heads.starts, one.heads.ends, strict=True)):
        assert end - start == min(one.ends[i] - one.starts[i], HEAD)
        assert one.heads.kinds[end] == LINE_END
        assert (one.heads.kinds[start:end] > LINE_END).all()
        assert (one.heads.owner[start : end + 1] == i).all()
        assert "".join(map(chr, one.heads.codes[start:end])) == one.folded[one.starts[i] :][: end - start]


@given(articles())
def test_heads_count_as_many_spaces_as_the_flat_form_has(text: str) -> None:
    one = stacked(text)
    for i in np.flatnonzero(one.ends - one.starts <= HEAD):
        if "\u200b" not in text:  # white space around it is joined in the flat form only
            assert one.heads.counts[i, SPACE] == one.flats[i].count(" ")


@given(articles())
def test_heads_taken_in_slices_are_the_same(text: str) -> None:
    whole = stacked(text).heads
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cleaner.stack.SLICE", 2)
        sliced = stacked(text).heads
    for field, a, b in zip(fields(whole), astuple(whole), astuple(sliced), strict=True):
        assert np.array_equal(a, b), field.name


@pytest.mark.parametrize("texts", [[""], ["", " \n"], ["", "One", ""]])
def test_documents_without_blocks_have_none_in_a_stack(texts: list[str]) -> None:
    together = stack([Document(text) for text in texts])
    assert np.diff(together.firsts).tolist() == [len(split(text)) for text in texts]
