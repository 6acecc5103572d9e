"""How much harm a removal would do if it were wrong, in points with reasons, so that people read the riskiest first.

Losing article text is the harm, so what counts is: how unsure the removal is, whether the article goes on around it,
whether it reads as prose, how much of the prose it takes, and how long it is. Of 741 labelled articles cleaned with
`--mode recall`, the riskiest twentieth of the removals held 48 % of the article words that were wrongly taken and the
riskiest tenth 65 % (40 and 50 % with `balanced`); a wrong removal, weighted by its words, ranked above a right one 82
times of 100 (74 with `balanced`). Rules and heuristics were made on these articles, so that hardly any prose is wrongly
taken there: the points of prose are not measured but chosen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from cleaner.characters import Ints
from cleaner.model import Cleaned
from cleaner.pipeline import CUT_REFUSED, EMPTIED, NO_ARTICLE, TOO_LONG
from cleaner.prose import MIN_WORDS, word_count
from cleaner.stack import Stack, stack

MOST: Final = 100
"""Points of the greatest risk, of a removal or a document."""
DOUBT: Final = 40
"""Points of a removal that is as likely wrong as right; fewer in proportion to what is missing of full confidence."""
BETWEEN: Final = 25
"""Points where prose stays before and after it: heads and tails of scrapes hold boilerplate, middles the article."""
PROSE: Final = 20
"""Points where it reads as prose."""
SHARE: Final = 10
"""Points of `MUCH` of the document's prose."""
LENGTH: Final = 5
"""Points of `LONG` words."""
MUCH: Final = 0.34
"""Share of the prose from which on more says no more; the guard refuses it to the generic rules."""
LONG: Final = 40
"""Words from which on more say no more: a paragraph."""
RISKY: Final = 40
"""Points from which on a removal counts beside the riskiest one of its document."""
EACH: Final = 2
MOST_OTHERS: Final = 10
"""Points of each such removal, and of all of them together."""
FLAGS: Final = {EMPTIED: 40, NO_ARTICLE: 20, CUT_REFUSED: 10, TOO_LONG: 10}
"""Points of a document's flags: nothing is left, nothing that is left is an article, a rule is wrong here."""


class Reason(NamedTuple):
    """What adds to a risk: in words, and how many points."""

    said: str
    points: int


class RemovalRisk(NamedTuple):  # a tuple, as dozens are made for each document
    """The facts about a removal that make its risk.

    Args:
        confidence: of the removal, from 0 to 1.
        is_between: whether prose stays before and after it.
        is_prose: whether it reads as prose.
        share: of the document's prose that it takes.
        words: that it takes.
    """

    confidence: float
    is_between: bool
    is_prose: bool
    share: float
    words: int

    @property
    def points(self) -> int:
        """The risk, from 0 to `MOST`."""
        return sum(self._parts())

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What adds to the risk, the weightiest first."""
        said = (
            "stands between prose that stays",
            "reads as prose",
            f"confidence {self.confidence:.2f}",
            f"takes {self.share:.0%} of the prose",
            f"{self.words:,} words",
        )
        return _weightiest(map(Reason, said, self._parts()))

    def _parts(self) -> tuple[int, ...]:
        return (
            BETWEEN * self.is_between,
            PROSE * self.is_prose,
            round(DOUBT * min(1, 2 * (1 - self.confidence))),
            round(SHARE * min(1, self.share / MUCH)),
            round(LENGTH * min(1, self.words / LONG)),
        )


@dataclass(frozen=True, slots=True)
class DocumentRisk:
    """The risk of a document: that of its riskiest removal and what speaks against the document as a whole.

    Args:
        points: from 0 to `MOST`.
        reasons: what adds to it, the weightiest first; where they are more than `MOST` together, the rest is lost.
        removals: the risks of its removals, in their order.
    """

    points: int
    reasons: tuple[Reason, ...]
    removals: tuple[RemovalRisk, ...]


def risk_of(cleaned: Cleaned) -> DocumentRisk:
    """Return the risk of a cleaned document and of each of its removals."""
    removals = _of_removals(cleaned)
    points = [removal.points for removal in removals]
    worst = max(points, default=0)
    others = sum(n >= RISKY for n in points) - (worst >= RISKY)
    some = (
        Reason("its riskiest removal", worst),
        *(Reason(f"flagged {flag}", FLAGS.get(flag, 0)) for flag in cleaned.flags),
        Reason(f"{others:,} more risky removal{'' if others == 1 else 's'}", min(MOST_OTHERS, EACH * others)),
    )
    reasons = _weightiest(some)
    return DocumentRisk(min(MOST, sum(reason.points for reason in reasons)), reasons, removals)


def _of_removals(cleaned: Cleaned) -> tuple[RemovalRisk, ...]:
    if not cleaned.removals:
        return ()
    blocks = stack([cleaned.document])
    starts, ends, prose = blocks.starts, blocks.ends, blocks.prose
    firsts = np.searchsorted(ends, [r.start for r in cleaned.removals], "right").tolist()
    stops = np.searchsorted(starts, [r.end for r in cleaned.removals], "left").tolist()
    taken = [_taken(blocks, r.start, r.end, a, b) for r, a, b in zip(cleaned.removals, firsts, stops, strict=True)]
    gone = np.zeros(blocks.blocks, np.int64)
    for first, lengths in zip(firsts, taken, strict=True):
        gone[first : first + len(lengths)] += lengths
    stays = prose & (gone < ends - starts)
    begins, stops_at = starts[stays], ends[stays]
    total = int((ends - starts)[prose].sum())
    risks = []
    for removal, first, lengths in zip(cleaned.removals, firsts, taken, strict=True):
        here = slice(first, first + len(lengths))
        its_prose = int(lengths[prose[here]].sum())
        words = word_count(" ".join(removal.text.split()))
        is_whole = prose[here] & (lengths == (ends - starts)[here])
        is_prose = bool(is_whole.any()) or (its_prose > 0 and words >= MIN_WORDS)
        is_between = len(begins) > 0 and bool(begins[0] < removal.start and removal.end < stops_at[-1])
        share = its_prose / total if total else 0.0
        risks.append(RemovalRisk(removal.confidence, is_between, is_prose, share, words))
    return tuple(risks)


def _taken(blocks: Stack, start: int, end: int, first: int, stop: int) -> Ints:
    """Return the characters that a span takes of the blocks from `first` to `stop`."""
    here = slice(first, stop)
    lengths: Ints = np.minimum(blocks.ends[here], end) - np.maximum(blocks.starts[here], start)
    return lengths


def _weightiest(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(sorted((r for r in reasons if r.points > 0), key=lambda r: -r.points))
