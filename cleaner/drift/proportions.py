"""Two shares of documents compared: is one far smaller than the other, and is that more than chance?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, log
from typing import Final

ENOUGH: Final = 20
"""Documents below which an outlet is not compared: of fewer, Fisher's test finds little but what all of them do."""
LEAST: Final = 5
"""Documents in which something must be found for its rate to mean anything."""
SOUND: Final = 0.05
"""Share of the documents in which it must be found."""
FAR: Final = 4.0
"""Odds ratio from which on two shares are far apart: 40 % and 14 %, or 95 % and 83 %. With many documents far smaller
differences are no chance, but what an outlet writes about changes from month to month, and with it what rules find."""
FALSE: Final = 0.01
"""Share of what is reported that may be chance."""
TINY: Final = 1e-17
"""Terms that are smaller change nothing in a sum of about one."""


@dataclass(frozen=True, slots=True)
class Rate:
    """In how many documents something is found.

    Args:
        documents: in which it is found.
        of: all documents.
    """

    documents: int
    of: int

    @property
    def share(self) -> float:
        """The share of the documents."""
        return self.documents / self.of if self.of else 0.0


def fell(old: Rate, new: Rate) -> bool:
    """Say whether a sound share became a far smaller one; whether by chance, `by_chance` tells.

    >>> fell(Rate(84, 100), Rate(0, 60)), fell(Rate(84, 100), Rate(40, 60)), fell(Rate(4, 100), Rate(0, 60))
    (True, False, False)
    """
    return (
        min(old.of, new.of) >= ENOUGH
        and old.documents >= LEAST
        and old.share >= SOUND
        and odds_ratio(old, new) >= FAR
    )  # fmt: skip


def odds_ratio(one: Rate, other: Rate) -> float:
    """Return how many times the odds of one rate are those of the other, with a half added to each count.

    The half keeps it finite and takes most of its bias (J. B. S. Haldane, "The estimation and significance of the
    logarithm of a ratio of frequencies", Annals of Human Genetics 20, 1956).
    """
    found, missing = one.documents + 0.5, one.of - one.documents + 0.5
    found_there, missing_there = other.documents + 0.5, other.of - other.documents + 0.5
    return found * missing_there / (missing * found_there)


def by_chance(old: Rate, new: Rate) -> float:
    """Return how likely rates that far apart are if nothing changed: Fisher's exact test of two proportions.

    The smaller tail of the hypergeometric distribution, doubled for two sides (F. Yates, "Tests of significance for
    2 x 2 contingency tables", Journal of the Royal Statistical Society A 147, 1984).

    >>> round(by_chance(Rate(8, 10), Rate(1, 6)), 4)
    0.049
    """
    everything, found, drawn = old.of + new.of, old.documents + new.documents, new.of
    seen = new.documents
    if seen * everything > found * drawn:  # look from the other run, so that the tail is the lower one
        drawn, seen = old.of, old.documents
    left = everything - found - drawn
    term = exp(_choose(found, seen) + _choose(everything - found, drawn - seen) - _choose(everything, drawn))
    total = 0.0
    # From here down, terms only shrink: the mode is above.
    while term > total * TINY:
        total += term
        term *= seen * (left + seen) / ((found - seen + 1) * (drawn - seen + 1))
        seen -= 1
    return min(1.0, 2 * total)


def _choose(n: int, k: int) -> float:
    """Return the logarithm of a binomial coefficient."""
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def found(chances: Sequence[float], tested: int) -> list[bool]:
    """Say which of many tests found something, so that in the mean no more than `FALSE` of those are chance.

    Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate", Journal of the Royal Statistical Society B 57,
    1995.

    Args:
        chances: of the tests that may have found something, how likely that is by chance.
        tested: how many tests there were; those that are not given found nothing.

    >>> found([0.2, 0.0001, 0.004], tested=5)
    [False, True, True]
    """
    limit = 0.0
    for rank, chance in enumerate(sorted(chances), 1):
        if chance <= FALSE * rank / tested:
            limit = chance
    return [chance <= limit for chance in chances]


def changed_at(rates: Sequence[Rate], *, rises: bool) -> int:
    """Return from which of some rates in a row on another one holds, as far as one step tells; 0 if none does.

    The likeliest step in the probability of binomial counts (D. V. Hinkley, E. A. Hinkley, "Inference about the
    change-point in a sequence of binomial variables", Biometrika 57, 1970).

    Args:
        rates: in their order.
        rises: whether the rate rises there, or falls.

    >>> changed_at([Rate(8, 10), Rate(9, 10), Rate(1, 10), Rate(0, 10)], rises=False)
    2
    """
    best, at = float("-inf"), 0
    for i in range(1, len(rates)):
        before, after = _together(rates[:i]), _together(rates[i:])
        likelihood = _likelihood(before) + _likelihood(after)
        if (after.share > before.share) == rises and after.share != before.share and likelihood > best:
            best, at = likelihood, i
    return at


def _together(rates: Sequence[Rate]) -> Rate:
    return Rate(sum(rate.documents for rate in rates), sum(rate.of for rate in rates))


def _likelihood(rate: Rate) -> float:
    """Return the logarithm of how likely counts are with their own share."""
    counts = rate.documents, rate.of - rate.documents
    return sum(n * log(n / rate.of) for n in counts if n)
