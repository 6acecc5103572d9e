"""Documents stacked one after the other, so that numpy works on all of their characters and blocks at once.

Nothing in a stack depends on the neighbours of a document: all is counted in whole numbers, within its blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from cleaner import prose
from cleaner.blocks import as_blocks, lines, may_regroup, regrouped
from cleaner.characters import (
    CONTENT,
    INVISIBLE,
    KINDS,
    LINE_END,
    SPACE,
    UNSPACED,
    Codes,
    Flags,
    Ints,
    Kinds,
    Owners,
    classify,
    code_points,
    text_of,
)  # fmt: skip
from cleaner.fold import flat, fold_codes
from cleaner.model import Document

BETWEEN: Final = "\n"
"""What stands between two documents: it ends the last line of the first."""
HEAD: Final = 128
"""Characters of a block, some twenty words, by which its make is judged; a paragraph does not change its nature."""
SLICE: Final = 20_000
"""Blocks whose heads are taken at a time."""


@dataclass(frozen=True, slots=True)
class Heads:
    """The first `HEAD` characters of each block, one block after the other, with a `LINE_END` behind each.

    Args:
        codes: folded code points.
        kinds: their kinds; of white space only the first in a row is `SPACE`, the rest is `INVISIBLE`.
        owner: the block of each.
        starts: place of each block's first character.
        ends: the place of the line end behind it.
        counts: blocks x kinds: how many characters of each kind a head holds.
    """

    codes: Codes
    kinds: Kinds
    owner: Owners
    starts: Ints
    ends: Ints
    counts: Ints


@dataclass(frozen=True, slots=True)
class Stack:
    """Some documents and their blocks.

    Args:
        documents: in their order.
        offsets: where the text of each document starts in the stack, and one past the end.
        codes: all code points.
        kinds: the kind of each character.
        folded: all folded text.
        starts: where each block starts in the stack.
        ends: one past where it ends.
        firsts: the first block of each document, and the number of all blocks.
        documents_of: the document of each block, by its position.
        flats: the flat form of each block.
        heads: the beginnings of the blocks.
        words: of each block.
        prose: which blocks read as prose.
    """

    documents: tuple[Document, ...]
    offsets: Ints
    codes: Codes
    kinds: Kinds
    folded: str
    starts: Ints
    ends: Ints
    firsts: Ints
    documents_of: Ints
    flats: list[str]
    heads: Heads
    words: Ints
    prose: Flags

    @property
    def blocks(self) -> int:
        """Number of all blocks."""
        return len(self.starts)

    def per_document(self, of: Flags | Ints) -> Ints:
        """Return the sums over the blocks of each document of whole numbers, one for each block."""
        return np.bincount(self.documents_of, weights=of, minlength=len(self.documents)).astype(np.int64)


def stack(documents: Sequence[Document], *, by_line: bool = False) -> Stack:
    """Stack documents: find their blocks, fold them, and count their characters.

    Args:
        documents: one at least.
        by_line: every line is a block, also in texts that seem to be hard-wrapped or to have come as one long line.
    """
    codes = code_points(BETWEEN.join([document.text for document in documents]))
    kinds = classify(codes)
    sizes = np.array([len(document.text) + 1 for document in documents])
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    starts, ends = lines(kinds)
    firsts = np.searchsorted(starts, offsets)
    if not by_line:
        starts, ends, firsts = _regrouped(documents, offsets, starts, ends, firsts)
    folded_codes = fold_codes(codes)
    folded = text_of(folded_codes)
    flats = [folded[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    for i in _uneven(kinds, starts, ends):
        flats[i] = flat(flats[i])
    heads = _heads(folded_codes, kinds, starts, ends)
    words = prose.words(heads.counts)
    is_spaced = heads.counts[:, UNSPACED] == 0
    for i in np.flatnonzero(ends - starts > HEAD).tolist():
        words[i] = flats[i].count(" ") + 1 if is_spaced[i] else prose.word_count(flats[i])
    last = prose.last_kinds(kinds, starts, ends)
    is_divided = np.zeros(len(starts), np.bool_)
    is_divided[heads.owner[prose.inner_stops(heads.codes, heads.kinds)]] = True
    return Stack(
        tuple(documents), offsets, codes, kinds, folded, starts, ends, firsts,
        np.repeat(np.arange(len(documents)), np.diff(firsts)), flats, heads, words,
        prose.reads_as_prose(words, last, is_divided),
    )  # fmt: skip


def _regrouped(
    documents: Sequence[Document], offsets: Ints, starts: Ints, ends: Ints, firsts: Ints
) -> tuple[Ints, Ints, Ints]:
    """Return where blocks start and end, with some lines joined or divided, and the first block of each document.

    Args:
        documents: the documents.
        offsets: where they start.
        starts: where the lines start.
        ends: where they end.
        firsts: the first line of each document, and the number of all lines.
    """
    lengths = ends - starts
    pieces: list[tuple[Ints, Ints]] = []
    done = 0
    for n, (first, stop) in enumerate(zip(firsts[:-1].tolist(), firsts[1:].tolist(), strict=True)):
        if first == stop or not may_regroup(stop - first, int(lengths[first:stop].max())):
            continue
        document, offset = documents[n], int(offsets[n])
        its_lines = as_blocks(starts[first:stop] - offset, ends[first:stop] - offset)
        blocks = regrouped(document.text, its_lines, document.language)
        if blocks is not its_lines:
            spans = np.array(blocks, np.int64).reshape(len(blocks), 2) + offset
            pieces += [(starts[done:first], ends[done:first]), (spans[:, 0], spans[:, 1])]
            done = stop
    if not pieces:
        return starts, ends, firsts
    pieces.append((starts[done:], ends[done:]))
    starts = np.concatenate([piece[0] for piece in pieces])
    ends = np.concatenate([piece[1] for piece in pieces])
    return starts, ends, np.searchsorted(starts, offsets)


def _uneven(kinds: Kinds, starts: Ints, ends: Ints) -> list[int]:
    """Return the blocks whose flat form may be another than their folded one.

    They hold white space that is doubled or ends a line, or invisible marks.
    """
    is_blank = kinds <= SPACE
    doubled = np.flatnonzero(is_blank[1:] & is_blank[:-1])
    feeds = np.flatnonzero(kinds < SPACE)
    places = np.concatenate([doubled, feeds, np.flatnonzero(kinds == INVISIBLE)])
    of = np.searchsorted(starts, places, "right") - 1
    return np.unique(of[(of >= 0) & (places < ends[of])]).tolist() if len(starts) else []


def _heads(folded_codes: Codes, kinds: Kinds, starts: Ints, ends: Ints) -> Heads:
    """Take the heads of all blocks, `SLICE` at a time, as the arrays in between need eight bytes a character."""
    count, sizes = len(starts), np.minimum(ends - starts, HEAD) + 1
    after = np.cumsum(sizes)
    owner = np.repeat(np.arange(count, dtype=np.int32), sizes)
    codes, its_kinds = np.empty(len(owner), np.uint32), np.empty(len(owner), np.uint8)
    counts = np.empty((count, KINDS), np.int64)
    for first in range(0, count, SLICE):
        some = slice(first, first + SLICE)
        begins, stops = after[some] - sizes[some], after[some] - 1
        here = slice(int(begins[0]), int(stops[-1]) + 1)
        place = np.arange(here.start, here.stop) + np.repeat(starts[some] - begins, sizes[some])
        codes[here] = folded_codes.take(place, mode="clip")
        part = kinds.take(place, mode="clip")
        stops = stops - here.start
        part[stops] = CONTENT
        part = np.maximum(part, SPACE)
        is_blank = part == SPACE
        part[np.flatnonzero(is_blank[1:] & is_blank[:-1]) + 1] = INVISIBLE
        part[stops] = LINE_END
        its_kinds[here] = part
        cells = (owner[here] - np.int32(first)).astype(np.int64) * KINDS
        cells += part
        counts[some] = np.bincount(cells, minlength=len(begins) * KINDS).reshape(len(begins), KINDS)
    return Heads(codes, its_kinds, owner, after - sizes, after - 1, counts)
