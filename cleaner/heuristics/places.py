"""Signals of where a block stands: in the document, with respect to the prose, and among what rules take.

Means are taken over whole numbers, so that they do not depend on what else is in the stack.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from cleaner.characters import Flags, Floats, Ints
from cleaner.heuristics.shape import Columns, log
from cleaner.stack import Stack

REACHES: Final = (2, 5)
"""Blocks before and after over which means are taken."""
AVERAGED: Final = ("length", "ends: stop", "title case", "year")
"""Signals of shape of which means are taken, beside whether rules take a block."""
STEPS: Final = 64
"""Steps of one in which averaged signals are counted."""
NAMES: Final = (
    "prose", "long prose", "place", "place from end", "share of document", "document length",
    "prose before", "prose after", "share of prose before", "since prose", "until prose", "run of short blocks",
    "place in run", "rules in run", "stops in run", "words in run", "prose share of document", "prose in document",
    "stops in document", "since rule", "until rule", "rules before", "rules after",
    *(f"{mean} within {reach}" for reach in REACHES for mean in ("length", "stops", "title case", "years", "rules")),
    "longer than before", "longer than after", "sentence of one line",
)  # fmt: skip

LONG_PROSE_WORDS: Final = 25
FAR: Final = 4.5
"""Log distance to prose where there is none; e to this power is 90 blocks."""


def places(stack: Stack, averaged: Columns, ends_in_stop: Flags, prose: Flags, ruled: Flags) -> Columns:
    """Return the signals of place.

    Args:
        stack: the documents.
        averaged: a column for each of `AVERAGED`.
        ends_in_stop: which blocks do.
        prose: which blocks are prose that no rule takes.
        ruled: which blocks rules take.
    """
    of, lengths = stack.documents_of, stack.ends - stack.starts
    first, stop = stack.firsts[of], stack.firsts[of + 1]
    block = np.arange(stack.blocks)
    at, count = block - first, stop - first
    long_prose = prose & (stack.words >= LONG_PROSE_WORDS) & ends_in_stop
    prose_before, prose_after = _around(prose, first, stop)
    long_before, long_after = _around(long_prose, first, stop)
    rules_before, rules_after = _around(ruled, first, stop)
    begins_run = (at == 0) | np.concatenate([[True], prose[1:] != prose[:-1]])
    run = np.cumsum(begins_run) - 1
    run_of = np.bincount(run)
    in_run = [
        _ratio(np.bincount(run, weights=_counted(column)), run_of)[run]
        for column in (ruled, ends_in_stop, log(stack.words))
    ]
    prose_length, length = stack.per_document(lengths * prose), stack.per_document(lengths)
    stops = stack.per_document(ends_in_stop)
    size = np.diff(stack.firsts)
    means = np.stack([_counted(column) for column in (*averaged, ruled)], axis=1)
    step = np.diff(log(lengths), prepend=np.float32(0))
    return [
        prose, long_prose, log(at), log(count - 1 - at), (at + 0.5) / count, log(count), log(prose_before),
        log(prose_after), long_before / np.maximum(long_before + long_after, 1), *_distances(prose, first, stop),
        log(run_of[run]) * ~prose, log(block - np.flatnonzero(begins_run)[run]), *in_run,
        (prose_length / np.maximum(1, length))[of], log(prose_length)[of], (stops / np.maximum(1, size))[of],
        *_distances(ruled, first, stop), log(rules_before), log(rules_after), *_moving_means(means, first, stop),
        np.where(at == 0, 0, step), np.where(block + 1 == stop, 0, -np.roll(step, -1)), _same_line(stack),
    ]  # fmt: skip


def _counted(column: Floats | Flags) -> Ints:
    return np.rint(column * np.float32(STEPS)).astype(np.int64)


def _ratio(sums: Floats | Ints, sizes: Ints) -> Floats:
    return (sums / (sizes * STEPS)).astype(np.float32)


def _same_line(stack: Stack) -> Flags:
    """Say which blocks stand on one line with the one before or after, as the sentences of a one-line text do."""
    line_feeds = np.flatnonzero(stack.codes == ord("\n"))
    first, last = np.searchsorted(line_feeds, stack.starts), np.searchsorted(line_feeds, stack.ends)
    same = first[1:] == last[:-1]
    out = np.zeros(stack.blocks, np.bool_)
    out[1:] |= same
    out[:-1] |= same
    return out


def _around(marked: Flags, first: Ints, stop: Ints) -> tuple[Ints, Ints]:
    """Return how many marked blocks of the document stand before each block, and how many after."""
    sums = np.concatenate([[0], np.cumsum(marked)])
    return sums[:-1] - sums[first], sums[stop] - sums[1:]


def _distances(marked: Flags, first: Ints, stop: Ints) -> tuple[Floats, Floats]:
    """Return the log distance of each block to the last marked one before it and to the next one after it."""
    count = len(marked)
    block = np.arange(count)
    previous = np.maximum.accumulate(np.where(marked, block, -1))
    previous = np.concatenate([[-1], previous[:-1]])
    following = np.minimum.accumulate(np.where(marked, block, count)[::-1])[::-1]
    following = np.concatenate([following[1:], [count]])
    since = np.where(previous >= first, log(block - previous), np.float32(FAR))
    until = np.where(following < stop, log(following - block), np.float32(FAR))
    return since, until


def _moving_means(of: Ints, first: Ints, stop: Ints) -> Columns:
    block = np.arange(len(of))
    sums = np.concatenate([np.zeros((1, of.shape[1]), np.int64), np.cumsum(of, axis=0)])
    means: Columns = []
    for reach in REACHES:
        begin, end = np.maximum(block - reach, first), np.minimum(block + reach + 1, stop)
        means += list(_ratio(sums[end] - sums[begin], (end - begin)[:, None]).T)
    return means
