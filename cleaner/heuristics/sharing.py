"""Signals of what blocks have in common: repeats, and words shared with the headline, the prose, the neighbours.

A teaser of another story has few words in common with the article around it; a sub-heading or a caption has many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np

from cleaner.heuristics.characters import DIGIT, LETTER, LOWER, UNSPACED
from cleaner.heuristics.shape import Columns, Flags, Floats, Ints, Layout

NAMES: Final = (
    "repeats", "like headline", "shared with article", "shared with article before", "shared with article after",
    "shared with neighbours", "shared with short blocks", "content words",
)  # fmt: skip

MOST_REPEATS: Final = 5
HEADLINE_AMONG: Final = 6
"""Blocks at the beginning among which the headline is looked for."""
HEADLINE_WORDS: Final = (4, 25)
CONTENT_LETTERS: Final = 4
"""Letters of the shortest word that counts as content; shorter ones are mostly grammar."""
STEM_LETTERS: Final = 7
"""Letters by which words are compared, so that endings do not matter much."""
NEIGHBOURS: Final = 3
"""Blocks before and after that count as neighbours of a block with the same words."""
BUCKETS: Final = 1 << 14
"""Size of the table of words of one document; an article holds some 500 different ones."""

_STEP: Final = np.uint32(31)
_POWERS: Final = _STEP ** np.arange(STEM_LETTERS - 1, -1, -1, dtype=np.uint32)
_SPREAD: Final = np.uint32(2_654_435_761)  # Knuth's multiplicative hash
_SHIFT: Final = np.uint32(32 - BUCKETS.bit_length() + 1)


def sharing(folded: Layout, flats: Sequence[str], prose: Flags) -> Columns:
    """Return what each block shares with others.

    Args:
        folded: the blocks in folded form.
        flats: their flat forms.
        prose: which of them are prose.
    """
    count = folded.blocks
    buckets, blocks = _content_words(folded)
    total = np.bincount(blocks, minlength=count).astype(np.float32)
    per_word = 1 / np.maximum(total, 1)
    in_prose = prose[blocks]
    first, last = _range(buckets[in_prose], blocks[in_prose], count)
    before, after = first[buckets] < blocks, last[buckets] > blocks
    first, last = _range(buckets[~in_prose], blocks[~in_prose], count)
    short = (first[buckets] < blocks) | (last[buckets] > blocks)
    in_headline = np.zeros(BUCKETS, np.bool_)
    in_headline[buckets[blocks == _headline(total, prose)]] = True

    def share(flags: Flags) -> Floats:
        return (np.bincount(blocks[flags], minlength=count) * per_word).astype(np.float32)

    near = _near(buckets, blocks)
    shares = [share(flags) for flags in (in_headline[buckets], before | after, before, after, near, short)]
    return [_repeats(flats), *shares, np.log1p(total)]


def _repeats(flats: Sequence[str]) -> Ints:
    """Return how many other blocks read the same."""
    times = Counter(flats)
    return np.array([min(times[flat] - 1, MOST_REPEATS) for flat in flats], np.int64)


def _range(buckets: Ints, blocks: Ints, count: int) -> tuple[Ints, Ints]:
    """Return for each bucket the first and the last block that holds a word of it."""
    first, last = np.full(BUCKETS, count, np.int64), np.full(BUCKETS, -1, np.int64)
    last[buckets] = blocks  # later ones win
    first[buckets[::-1]] = blocks[::-1]
    return first, last


def _near(buckets: Ints, blocks: Ints) -> Flags:
    """Say which words stand in a neighbouring block too."""
    order = np.argsort(buckets, kind="stable")  # words of one bucket together, in the order of blocks
    gap = np.diff(blocks[order])
    same = (np.diff(buckets[order]) == 0) & (gap > 0) & (gap <= NEIGHBOURS)
    near = np.zeros(len(blocks), np.bool_)
    near[order[1:][same]] = True
    near[order[:-1][same]] = True
    return near


def _headline(content: Floats, prose: Flags) -> int:
    """Return the block that is likely the headline, or -1."""
    least, most = HEADLINE_WORDS
    fits = ~prose[:HEADLINE_AMONG] & (content[:HEADLINE_AMONG] >= least) & (content[:HEADLINE_AMONG] <= most)
    return int(np.argmax(fits)) if fits.any() else -1


def _content_words(at: Layout) -> tuple[Ints, Ints]:
    """Return a bucket for each content word and its block: words of some length, pairs of unspaced characters."""
    codes, kinds, owner = at.codes, at.kinds, at.owner
    is_letter = (kinds >= LOWER) & (kinds <= LETTER) | (kinds == DIGIT)
    together = owner[1:] == owner[:-1]
    goes_on = is_letter[1:] & is_letter[:-1] & together
    begins = np.flatnonzero(is_letter & ~np.concatenate([[False], goes_on]))
    stops = np.flatnonzero(is_letter & ~np.concatenate([goes_on, [False]])) + 1
    long = stops - begins >= CONTENT_LETTERS
    begins, stops = begins[long], stops[long]
    letters = begins[:, None] + np.arange(STEM_LETTERS)
    stems = np.where(letters < stops[:, None], codes.take(letters, mode="clip"), np.uint32(0))
    hashes = stems @ _POWERS
    blocks = owner[begins]
    unspaced = kinds == UNSPACED
    if unspaced.any():
        pairs = np.flatnonzero(unspaced[1:] & unspaced[:-1] & together)
        hashes = np.concatenate([hashes, codes[pairs] * _STEP + codes[pairs + 1]])
        blocks = np.concatenate([blocks, owner[pairs]])
        order = np.argsort(blocks, kind="stable")
        hashes, blocks = hashes[order], blocks[order]
    return ((hashes * _SPREAD) >> _SHIFT).astype(np.int64), blocks
