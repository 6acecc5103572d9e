"""Text to blocks with offsets: lines, paragraphs of hard-wrapped text, or sentences of a one-line article."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from cleaner.characters import CONTENT, LINE_END, LINE_ENDS, Ints, Kinds, classify, code_points
from cleaner.model import Block

MAX_WRAP_WIDTH: Final = 130
"""Characters; a text with a longer line is not hard-wrapped (mail and Gutenberg wrap at 65 to 80)."""
MIN_WRAP_WIDTH: Final = 40
"""Characters; lists of short lines are not wrapped text."""
MIN_FULL_LINES: Final = 6
"""Full lines that must be seen before a text counts as hard-wrapped."""
MIN_FULL_SHARE: Final = 0.6
"""Share of line pairs that must look wrapped; the rest are last lines of paragraphs and short lines."""
LONG_LINE: Final = 1000
"""Characters; an article whose text sits in lines this long, `ONE_LINE_MAX` at most, is cut into sentences."""
ONE_LINE_MAX: Final = 3
SENTENCE_WINDOW: Final = 10_000
"""Characters handed to sentencex at a time; its time grows with the square of the length in scripts beyond ASCII."""

_NEWLINE: Final = re.compile(f"\r\n|[{LINE_ENDS}]")
_CJK: Final = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_ENDS_SENTENCE: Final = re.compile(r"[.!?。！？…][\"'”’»)\]]*$")
_SCRIPTS: Final = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("hy", re.compile("[\u0530-\u058f]")),
)


def split(text: str, language: str | None = None) -> list[Block]:
    """Return the blocks of a text, in order; together they hold every character that is not white space.

    Args:
        text: the whole document.
        language: ISO 639-1 code for the sentence splitter; guessed from the script without it.

    >>> [(b.start, b.end) for b in split("One.\\n\\n  Two. \\n")]
    [(0, 4), (8, 12)]
    """
    starts, ends = lines(classify(code_points(text)))
    found = as_blocks(starts, ends)
    return regrouped(text, found, language) if may_regroup(len(found), longest_of(starts, ends)) else found


def lines(kinds: Kinds) -> tuple[Ints, Ints]:
    """Return where the lines that are not blank start and end, without white space at their ends.

    Args:
        kinds: of each character of a text.
    """
    content = np.flatnonzero(kinds >= CONTENT)
    breaks = np.flatnonzero(kinds == LINE_END)
    first = np.concatenate([[0], np.searchsorted(content, breaks)])
    last = np.concatenate([first[1:], [len(content)]])
    is_filled = last > first
    return content[first[is_filled]], content[last[is_filled] - 1] + 1


def as_blocks(starts: Ints, ends: Ints) -> list[Block]:
    """Return blocks from where they start and end."""
    new = tuple.__new__
    return [new(Block, span) for span in zip(starts.tolist(), ends.tolist(), strict=True)]  # Block(...) takes longer


def longest_of(starts: Ints, ends: Ints) -> int:
    """Return the characters of the longest line."""
    return int((ends - starts).max(initial=0))


def may_regroup(count: int, longest: int) -> bool:
    """Say whether a text of so many lines may be hard-wrapped, or an article in one line.

    Args:
        count: lines that are not blank.
        longest: characters of the longest.
    """
    return MIN_WRAP_WIDTH <= longest <= MAX_WRAP_WIDTH or (count <= ONE_LINE_MAX and longest >= LONG_LINE)


def regrouped(text: str, lines: list[Block], language: str | None) -> list[Block]:
    """Return the sentences of a one-line article, the paragraphs of hard-wrapped text, or the lines as they are."""
    if len(lines) <= ONE_LINE_MAX and any(end - start >= LONG_LINE for start, end in lines):
        return [sentence for line in lines for sentence in _sentences(text, line, language)]
    return _paragraphs(text, lines)


def removal_spans(blocks: Sequence[Block], removed: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return for each removed block the span to cut: the block and the separator that would be left over.

    In a run of removed blocks all separators go but one: at the text's head the white space before the
    first block stays, at its tail that after the last one, and between two kept blocks the wider of the
    two outer gaps.

    Args:
        blocks: all blocks of the text.
        removed: indices of the blocks to cut.
    """
    spans = {}
    for first, last in _runs(sorted(removed)):
        at_head, at_tail = first == 0, last == len(blocks) - 1
        if at_tail or not at_head:
            before = blocks[first].start - blocks[first - 1].end if first else 0
            after = blocks[last + 1].start - blocks[last].end if not at_tail else 0
            takes_before = at_tail or after > before
        else:
            takes_before = False
        for i in range(first, last + 1):
            if takes_before:
                spans[i] = (blocks[i - 1].end if i else blocks[i].start, blocks[i].end)
            else:
                spans[i] = (blocks[i].start, blocks[i + 1].start)
    return spans


def _runs(indices: list[int]) -> Iterator[tuple[int, int]]:
    first = last = -2
    for i in indices:
        if i != last + 1:
            if first >= 0:
                yield first, last
            first = i
        last = i
    if first >= 0:
        yield first, last


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    line = text[start:end]
    return start + len(line) - len(line.lstrip()), start + len(line.rstrip())


def _paragraphs(text: str, lines: list[Block]) -> list[Block]:
    """Join the lines of hard-wrapped paragraphs; return `lines` where the text is not hard-wrapped."""
    together = [len(_NEWLINE.findall(text, a.end, b.start)) == 1 for a, b in pairwise(lines)]
    if sum(together) < MIN_FULL_LINES:
        return lines
    width = max(b.end - b.start for b in lines)
    full = [
        close and a.end - a.start + _first_word(text, b) > width
        for close, (a, b) in zip(together, pairwise(lines), strict=True)
    ]
    mid_sentence = sum(
        1
        for is_full, a in zip(full, lines, strict=False)
        if is_full and not _ENDS_SENTENCE.search(text[a.start : a.end])
    )
    if mid_sentence < MIN_FULL_LINES or sum(full) < MIN_FULL_SHARE * sum(together):
        return lines
    joined, start = [], lines[0].start
    for i, line in enumerate(lines):
        if i == len(full) or not full[i]:
            joined.append(Block(start, line.end))
            if i < len(full):
                start = lines[i + 1].start
    return joined


def _first_word(text: str, line: Block) -> int:
    """Characters that a wrapping writer would have needed to put the next line's first word on this one."""
    if _CJK.match(text, line.start):
        return 2  # wrapped at any character; closing marks may hang over
    space = text.find(" ", line.start, line.end)
    return 1 + (space if space >= 0 else line.end) - line.start


def _sentences(text: str, line: Block, language: str | None) -> Iterator[Block]:
    import sentencex

    language = language or _guess_language(text[line.start : line.start + 5000])
    at = line.start
    while at < line.end:
        stop = min(at + SENTENCE_WINDOW, line.end)
        bounds = sentencex.get_sentence_boundaries(language, text[at:stop])
        if stop < line.end and len(bounds) > 1:
            stop = at + bounds.pop()["start_index"]  # the last sentence may go on in the next window
        for bound in bounds:
            start, end = _trim(text, at + bound["start_index"], at + bound["end_index"])
            if start < end:
                yield Block(start, end)
        at = stop


def _guess_language(sample: str) -> str:
    for language, script in _SCRIPTS:
        if len(script.findall(sample)) > len(sample) / 10:
            return language
    return "en"
