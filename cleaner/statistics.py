"""What a run did, counted in its logs: by outlet, category and rule, and the documents that need a look."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from cleaner.logs import Logs
from cleaner.model import BOILERPLATE, check_category
from cleaner.rulebook.load import Rulebook

FEW: Final = 20
"""Documents of an outlet below which its median says little, and that of all documents is taken."""
UNUSUAL: Final = 3.5
"""Robust z score from which on a share is unusual; the value is that of Iglewicz and Hoaglin (1993)."""
LEAST_SPREAD: Final = 0.01
"""Share of the characters that the spread is taken for at least: often most documents of an outlet are all alike."""
TOGETHER: Final = 250_000
"""Entries whose removals are counted at a time, so that the memory does not depend on their number."""
BINS: Final = 10
"""Parts of equal width of the range of shares."""

_SET_OUTLET: Final = "SET VARIABLE outlet = $value::VARCHAR"
_SET_CATEGORY: Final = "SET VARIABLE category = $value::VARCHAR"
_SET_RULE: Final = "SET VARIABLE rule = $value::VARCHAR"
_DOCUMENTS: Final = """
CREATE OR REPLACE VIEW documents AS
SELECT rowid AS entry, * FROM entries
WHERE is_document AND coalesce(outlet = getvariable('outlet'), getvariable('outlet') IS NULL)
"""
_BY_OUTLET: Final = """
CREATE OR REPLACE TABLE by_outlet AS
WITH sums AS (
    SELECT
        outlet, category, count(*) AS touched,
        sum(removed_blocks[category]) AS blocks, sum(removed_characters[category]) AS removed
    FROM (SELECT *, unnest(map_keys(removed_blocks)) AS category FROM documents)
    GROUP BY outlet, category
)
SELECT outlet, category, documents, touched, blocks, removed, removed / characters AS share
FROM sums
JOIN (SELECT outlet, count(*) AS documents, sum(characters) AS characters FROM documents GROUP BY outlet) USING (outlet)
WHERE coalesce(category = getvariable('category'), getvariable('category') IS NULL)
"""
_PARTS: Final = """
CREATE OR REPLACE TABLE parts (
    outlet VARCHAR, rule VARCHAR, category VARCHAR,
    fires BIGINT, documents BIGINT, removed BIGINT, confidence DECIMAL(38, 6)
)
"""
# To count documents, each rule is looked at once for each document.
_PART: Final = """
INSERT INTO parts
WITH fires AS (
    SELECT entry, rule, category, count(*) AS fires, sum(characters) AS removed, sum(confidence) AS confidence
    FROM removals
    WHERE entry >= $first AND entry < $stop
        AND coalesce(category = getvariable('category'), getvariable('category') IS NULL)
        AND coalesce(
            rule = getvariable('rule') OR starts_with(rule, getvariable('rule') || '/'), getvariable('rule') IS NULL
        )
    GROUP BY entry, rule, category
)
SELECT outlet, rule, category, sum(fires), count(*), sum(fires.removed), sum(confidence)
FROM fires JOIN (FROM documents WHERE entry >= $first AND entry < $stop) USING (entry)
GROUP BY outlet, rule, category
"""
_BY_RULE: Final = """
CREATE OR REPLACE TABLE by_rule AS
SELECT
    outlet, rule, category, sum(fires) AS fires, sum(documents) AS documents, sum(removed) AS removed,
    round(sum(confidence)::DOUBLE / sum(fires), 4) AS confidence
FROM parts GROUP BY outlet, rule, category
"""
_UNUSUAL: Final = """
CREATE OR REPLACE TABLE unusual AS
WITH shares AS (
    SELECT rowid AS entry, outlet, removed / characters AS share FROM entries WHERE is_document AND characters > 0
), usual AS (
    SELECT outlet, median(share) AS median, mad(share) AS spread FROM shares GROUP BY outlet HAVING count(*) >= $few
), scores AS (
    SELECT
        entry, share, coalesce(usual.median, over_all.median) AS middle,
        0.6745 * (share - middle) / greatest(coalesce(usual.spread, over_all.spread), $least) AS score
    FROM shares LEFT JOIN usual USING (outlet)
    CROSS JOIN (SELECT median(share) AS median, mad(share) AS spread FROM shares) over_all
)
SELECT entry, share, middle, score FROM scores JOIN documents USING (entry) WHERE abs(score) >= $limit
"""
_STATES: Final = """
SELECT
    count(*) FILTER (is_document OR state = 'failed'), count(*) FILTER (is_document),
    count(*) FILTER (is_document AND flags <> []), count(*) FILTER (state = 'failed'),
    count(*) FILTER (state = 'skipped'),
    coalesce(sum(characters) FILTER (is_document), 0), coalesce(sum(removed) FILTER (is_document), 0)
FROM entries WHERE coalesce(outlet = getvariable('outlet'), getvariable('outlet') IS NULL)
"""
_FLAGS: Final = """
SELECT flag, count(*) FROM (SELECT unnest(flags) AS flag FROM documents) GROUP BY flag ORDER BY count(*) DESC, flag
"""
_FAILURES: Final = r"""
SELECT regexp_replace(error, '\d+', '#', 'g') AS reason, count(*) FROM entries
WHERE state = 'failed' AND coalesce(outlet = getvariable('outlet'), getvariable('outlet') IS NULL)
GROUP BY reason ORDER BY count(*) DESC, reason
"""
_SHARES: Final = """
SELECT CASE WHEN removed = 0 THEN 0 ELSE (removed * $bins + characters - 1) // characters END AS bin, count(*)
FROM documents GROUP BY bin
"""
_CATEGORIES: Final = """
SELECT
    category, sum(touched), sum(blocks), sum(removed) AS characters,
    sum(removed) / (SELECT sum(characters) FROM documents)
FROM by_outlet GROUP BY category ORDER BY characters DESC, category
"""
_OUTLETS: Final = "FROM by_outlet ORDER BY removed DESC, outlet, category LIMIT $top"
_RULES: Final = "FROM by_rule ORDER BY fires DESC, outlet, rule, category LIMIT $top"
_ENTRIES: Final = "SELECT count(*) FROM entries"
_NUMBERS: Final = """
SELECT (SELECT count(*) FROM by_outlet), (SELECT count(*) FROM by_rule), (SELECT count(*) FROM unusual)
"""
_PRESENT: Final = "SELECT DISTINCT outlet FROM documents"
_FIRED: Final = "SELECT DISTINCT rule FROM by_rule"
_WORST: Final = """
SELECT id, outlet, round(share, 4), round(middle, 4), round(score, 2), flags
FROM (FROM unusual ORDER BY round(abs(score), 2) DESC, entry LIMIT $top) JOIN documents USING (entry)
ORDER BY round(abs(score), 2) DESC, entry
"""

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Listed(Generic[Row]):
    """The first rows of a table.

    Args:
        rows: those asked for.
        total: how many there are.
    """

    rows: tuple[Row, ...]
    total: int


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """What was removed of a category.

    Args:
        category: one of `CATEGORIES`.
        documents: those of which something was removed.
        blocks: blocks removed.
        characters: characters removed.
        share: of the characters of all documents.
    """

    category: str
    documents: int
    blocks: int
    characters: int
    share: float


@dataclass(frozen=True, slots=True)
class OutletRow:
    """What was removed of a category in the documents of an outlet.

    Args:
        outlet: its domain, or `unknown`.
        category: one of `CATEGORIES`.
        documents: all of the outlet.
        touched: those of which something was removed.
        blocks: blocks removed.
        characters: characters removed.
        share: of the characters of the outlet's documents.
    """

    outlet: str
    category: str
    documents: int
    touched: int
    blocks: int
    characters: int
    share: float


@dataclass(frozen=True, slots=True)
class RuleRow:
    """What a rule removed in the documents of an outlet.

    Args:
        outlet: its domain, or `unknown`.
        rule: id of the rule.
        category: what it removes.
        fires: removals.
        documents: in which it fired.
        characters: characters removed.
        confidence: mean of the removals.
    """

    outlet: str
    rule: str
    category: str
    fires: int
    documents: int
    characters: int
    confidence: float


@dataclass(frozen=True, slots=True)
class UnusualRow:
    """A document of which an unusual share was removed.

    Args:
        document: its id.
        outlet: its domain, or `unknown`.
        share: of its characters that were removed.
        median: of the outlet, or of all documents where the outlet has few.
        score: robust z score of the share.
        flags: why a person should look at it.
    """

    document: str
    outlet: str
    share: float
    median: float
    score: float
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class States:
    """What became of the documents.

    Args:
        documents: all that were accounted for.
        written: those that were cleaned.
        flagged: those that a person should look at.
        failed: those that failed; a file of records that failed as a whole is one.
        skipped: files that hold records but no texts.
        characters: in all sources.
        removed: characters removed.
        flags: documents by flag.
        failures: documents by reason, in which `#` stands for any number.
    """

    documents: int
    written: int
    flagged: int
    failed: int
    skipped: int
    characters: int
    removed: int
    flags: dict[str, int]
    failures: dict[str, int]


@dataclass(frozen=True, slots=True)
class Unfired:
    """Rules that removed nothing.

    Args:
        possible: how many could have: those of a category that is removed, generic or for an outlet of the run.
        never: those that did not.
        elsewhere: how many are for outlets of which the run holds no document.
    """

    possible: int
    never: tuple[str, ...]
    elsewhere: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """The tables of a run.

    Args:
        is_finished: whether the run came to its end; if not, what it had done by then was counted.
        states: what became of the documents.
        categories: what was removed, by category.
        shares: documents by the share that was removed: nothing, then `BINS` parts of equal width, each with its
            upper end.
        outlets: what was removed, by outlet and category.
        rules: what was removed, by outlet, rule and category.
        unfired: rules that removed nothing.
        unusual: documents of which an unusual share was removed, the worst first.
    """

    is_finished: bool
    states: States
    categories: tuple[CategoryRow, ...]
    shares: tuple[int, ...]
    outlets: Listed[OutletRow]
    rules: Listed[RuleRow]
    unfired: Unfired
    unusual: Listed[UnusualRow]


def count(
    logs: Logs,
    rulebook: Rulebook,
    outlet: str | None = None,
    category: str | None = None,
    rule: str | None = None,
    top: int | None = None,
) -> Statistics:
    """Count what stands in the logs of a run.

    Args:
        logs: the opened logs.
        rulebook: the rules of the run.
        outlet: only documents of this outlet.
        category: only removals of this category.
        rule: in the tables of rules, only this rule or the rules of this file.
        top: rows of each table; None for all.

    Raises:
        UsageError: an unknown category, or no room for temporary files.
    """
    if category is not None:
        check_category(category)
    for setting, value in ((_SET_OUTLET, outlet), (_SET_CATEGORY, category), (_SET_RULE, rule)):
        logs.rows(setting, {"value": value})
    for table in (_DOCUMENTS, _BY_OUTLET, _PARTS):
        logs.rows(table)
    for first in range(0, logs.rows(_ENTRIES)[0][0], TOGETHER):
        logs.rows(_PART, {"first": first, "stop": first + TOGETHER})
    logs.rows(_BY_RULE)
    logs.rows(_UNUSUAL, {"few": FEW, "least": LEAST_SPREAD, "limit": UNUSUAL})
    limit = {"top": top}
    numbers = logs.rows(_NUMBERS)[0]
    categories = tuple(CategoryRow(*row) for row in logs.rows(_CATEGORIES))
    return Statistics(
        logs.is_finished,
        _states(logs),
        categories,
        _shares(logs),
        Listed(tuple(OutletRow(*row) for row in logs.rows(_OUTLETS, limit)), numbers[0]),
        Listed(tuple(RuleRow(*row) for row in logs.rows(_RULES, limit)), numbers[1]),
        _unfired(logs, rulebook, {row.category for row in categories}, category, rule),
        Listed(tuple(_unusual(*row) for row in logs.rows(_WORST, limit)), numbers[2]),
    )


def _states(logs: Logs) -> States:
    documents, written, flagged, failed, skipped, characters, removed = logs.rows(_STATES)[0]
    flags, failures = dict(logs.rows(_FLAGS)), dict(logs.rows(_FAILURES))
    return States(documents, written, flagged, failed, skipped, characters, removed, flags, failures)


def _shares(logs: Logs) -> tuple[int, ...]:
    found = dict(logs.rows(_SHARES, {"bins": BINS}))
    return tuple(found.get(n, 0) for n in range(BINS + 1))


def _unusual(document: str, outlet: str, share: float, median: float, score: float, flags: list[str]) -> UnusualRow:
    return UnusualRow(document, outlet, share, median, score, tuple(flags))


def _unfired(
    logs: Logs, rulebook: Rulebook, removed: Collection[str], category: str | None, rule: str | None
) -> Unfired:
    """Compare the rulebook with what fired."""
    files = {path for (outlet,) in logs.rows(_PRESENT) for path in rulebook.files_for(outlet)}
    fired = {id for (id,) in logs.rows(_FIRED)}
    asked = [
        r
        for r in rulebook.rules
        if (r.category in BOILERPLATE or r.category in removed)  # what is kept, nothing can remove
        and category in (None, r.category)
        and (rule is None or r.id == rule or r.id.startswith(f"{rule}/"))
    ]
    here = [r for r in asked if r.scope == 0 or r.file in files]
    never = tuple(r.id for r in here if r.id not in fired)
    return Unfired(len(here), never, len(asked) - len(here))
