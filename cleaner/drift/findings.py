"""What can be found to have changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from cleaner.drift.proportions import Rate

SILENT: Final = "silent"
LESS: Final = "less"
MORE: Final = "more"
"""What became of a rule."""

GONE: Final = "no longer in the rulebook"
ENDED: Final = "its own `before` ends it"
BEGUN: Final = "its own `since` begins it"
ADDED: Final = "fires for the first time, and rules changed"
"""Why a rule is said apart."""


class Month(NamedTuple):
    """A month of an outlet.

    Args:
        month: as ISO 8601 has it, such as `2025-03`.
        documents: in which something was found.
        of: all documents.
    """

    month: str
    documents: int
    of: int


@dataclass(frozen=True, slots=True)
class RuleDrift:
    """A rule that fires far less in an outlet than it did, or far more.

    Args:
        outlet: its domain, or `unknown`.
        rule: id of the rule.
        category: what it removes.
        how: `SILENT`, `LESS` or `MORE`.
        old: in how many of the older documents it fired.
        new: in how many of the newer ones.
        chance: how likely that is if nothing changed.
        months: the same by month, where most documents have dates.
        since: the month from which on it is so; empty where that is not known.
        example: a removal, of the time when the rule fired more.
        document: where that was.
        prose: if it fires more, the share of its removals that read as prose, as article text does; else None.
        next: commands that help.
    """

    outlet: str
    rule: str
    category: str
    how: str
    old: Rate
    new: Rate
    chance: float
    months: tuple[Month, ...]
    since: str
    example: str
    document: str
    prose: float | None
    next: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineDrift:
    """A line that stays in the cleaned texts of an outlet, and did not or hardly ever before.

    Args:
        outlet: its domain, or `unknown`.
        line: how it reads.
        where: `head` or `tail`, the end of the texts that it is nearer to.
        old: in how many of the older documents it stood; of several with the same longest line, one is counted.
        new: in how many of the newer ones.
        chance: how likely that is if nothing changed.
        months: the same by month, where most documents have dates.
        since: the month from which on it is so; empty where that is not known.
        document: one in which it stands.
        next: commands that help.
    """

    outlet: str
    line: str
    where: str
    old: Rate
    new: Rate
    chance: float
    months: tuple[Month, ...]
    since: str
    document: str
    next: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutletDrift:
    """An outlet of which far more or far less is removed or flagged than before.

    Args:
        outlet: its domain, or `unknown`.
        what: `removed`: the median of the shares removed; `flagged`: the share of flagged documents.
        old: that of the older documents.
        new: that of the newer ones.
        chance: how likely that is if nothing changed.
        next: commands that help.
    """

    outlet: str
    what: str
    old: float
    new: float
    chance: float
    next: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Apart:
    """A rule that came or went with the rulebook, which is no drift.

    Args:
        rule: id of the rule.
        why: `GONE`, `ENDED`, `BEGUN` or `ADDED`.
        outlets: how many outlets that concerns.
        old: in how many of the older documents it fired.
        new: in how many of the newer ones.
    """

    rule: str
    why: str
    outlets: int
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Drift:
    """What changed.

    Args:
        old: the older documents: folder of the earlier run; empty if months of one run are compared.
        new: folder of the run.
        unfinished: those of the folders whose runs did not come to their end.
        compared: outlets with enough documents on both sides, and enough dates if months are compared.
        skipped: other outlets, but for those that came or went.
        unread: documents whose cleaned texts could not be read, so that their lines are not counted.
        why_unread: what is wrong with the first of them.
        rules: that fell silent, fire less or fire more.
        lines: that stay.
        outlets: of which more or less is removed or flagged.
        apart: rules that came or went with the rulebook.
        came: outlets that the earlier run does not hold, with their documents; of those with enough of them.
        went: outlets that the newer run does not hold.
    """

    old: str
    new: str
    unfinished: tuple[str, ...]
    compared: int
    skipped: int
    unread: int
    why_unread: str
    rules: tuple[RuleDrift, ...]
    lines: tuple[LineDrift, ...]
    outlets: tuple[OutletDrift, ...]
    apart: tuple[Apart, ...]
    came: Mapping[str, int]
    went: Mapping[str, int]

    @property
    def is_any(self) -> bool:
        """Whether anything drifted; what came or went does not count."""
        return bool(self.rules or self.lines or self.outlets)
