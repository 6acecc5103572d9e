"""Signals of where a block stands: in the document, with respect to the prose, and among what rules take."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from cleaner.heuristics.shape import Columns, Flags, Floats, Ints, Layout, Shape

REACHES: Final = (2, 5)
"""Blocks before and after over which means are taken."""
_MEANS: Final = ("length", "stops", "title case", "rules", "years")
NAMES: Final = (
    "prose", "long prose", "place", "place from end", "share of document", "document length",
    "prose before", "prose after", "share of prose before", "since prose", "until prose", "run of short blocks",
    "place in run", "rules in run", "stops in run", "words in run", "prose share of document", "prose in document",
    "stops in document", "since rule", "until rule", "rules before", "rules after",
    *(f"{mean} within {reach}" for reach in REACHES for mean in _MEANS), "longer than before", "longer than after",
    "sentence of one line",
)  # fmt: skip

LONG_PROSE_WORDS: Final = 25
FAR: Final = 4.5
"""Log distance to prose where there is none; e to this power is 90 blocks."""


def places(lengths: Ints, shape: Shape, prose: Flags, ruled: Flags, means: Floats, same_line: Flags) -> Columns:
    """Return the signals of place.

    Args:
        lengths: characters of each block.
        shape: the blocks' shapes.
        prose: which blocks are prose that no rule takes.
        ruled: which blocks rules take.
        means: one column for each of `_MEANS`: what is averaged over the neighbours.
        same_line: which blocks share a line with another.
    """
    count = len(lengths)
    at = np.arange(count)
    ones = np.ones(count, np.float32)
    long_prose = prose & (shape.words >= LONG_PROSE_WORDS) & shape.ends_in_stop
    prose_before, prose_after = _around(prose)
    long_before, long_after = _around(long_prose)
    rules_before, rules_after = _around(ruled)
    changes = np.concatenate([[True], prose[1:] != prose[:-1]])
    run = np.cumsum(changes) - 1
    size = np.bincount(run)
    in_run = [(np.bincount(run, weights=of) / size)[run] for of in (ruled, shape.ends_in_stop, np.log1p(shape.words))]
    prose_length = float(lengths[prose].sum())
    length = np.log1p(lengths)
    step = np.diff(length, prepend=length[:1], append=length[-1:])
    return [
        prose, long_prose, np.log1p(at), np.log1p(count - 1 - at), (at + 0.5) / count, ones * np.log1p(count),
        np.log1p(prose_before), np.log1p(prose_after), long_before / np.maximum(long_before + long_after, 1),
        *_distances(prose), np.log1p(size[run]) * ~prose, np.log1p(at - at[changes][run]), *in_run,
        ones * (prose_length / max(1, int(lengths.sum()))), ones * np.log1p(prose_length),
        ones * shape.ends_in_stop.mean(), *_distances(ruled), np.log1p(rules_before), np.log1p(rules_after),
        *_moving_means(means), step[:-1], -step[1:], same_line,
    ]  # fmt: skip


def same_line(whole: NDArray[np.uint32], spans: Ints) -> Flags:
    """Say which blocks stand on one line with the one before or after, as the sentences of a one-line text do.

    Args:
        whole: code points of the document.
        spans: start and end of each block in it.
    """
    line_feeds = np.flatnonzero(whole == ord("\n"))
    first, last = np.searchsorted(line_feeds, spans[:, 0]), np.searchsorted(line_feeds, spans[:, 1])
    same = first[1:] == last[:-1]
    out = np.zeros(len(spans), np.bool_)
    out[1:] |= same
    out[:-1] |= same
    return out


def averaged(layout: Layout, columns: Columns, names: tuple[str, ...], ruled: Flags) -> Floats:
    """Return what `places` averages over the neighbours, read off the columns of the shapes."""
    length, stops, title, year = (columns[names.index(name)] for name in ("length", "ends: stop", "title case", "year"))
    return np.stack([length, stops, title, ruled, year > 0], axis=1).astype(np.float32).reshape(layout.blocks, -1)


def _around(marked: Flags) -> tuple[Ints, Ints]:
    """Return how many marked blocks stand before each block, and how many after."""
    before = np.cumsum(marked, dtype=np.int64) - marked
    return before, marked.sum(dtype=np.int64) - before - marked


def _distances(marked: Flags) -> tuple[Floats, Floats]:
    """Return the log distance of each block to the last marked one before it and to the next one after it."""
    count = len(marked)
    at = np.arange(count)
    previous = np.maximum.accumulate(np.where(marked, at, -1))
    previous = np.concatenate([[-1], previous[:-1]])
    following = np.minimum.accumulate(np.where(marked, at, count)[::-1])[::-1]
    following = np.concatenate([following[1:], [count]])
    since = np.where(previous >= 0, np.log1p(at - previous), FAR)
    until = np.where(following < count, np.log1p(following - at), FAR)
    return since.astype(np.float32), until.astype(np.float32)


def _moving_means(of: Floats) -> Columns:
    count = len(of)
    at = np.arange(count)
    sums = np.zeros((count + 1, of.shape[1]))
    np.cumsum(of, axis=0, out=sums[1:])
    means: Columns = []
    for reach in REACHES:
        first, last = np.maximum(at - reach, 0), np.minimum(at + reach + 1, count)
        means += list(((sums[last] - sums[first]) / (last - first)[:, None]).T)
    return means
