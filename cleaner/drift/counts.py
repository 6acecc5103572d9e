"""What logs say of the documents of two runs, or of the months of one: how many, shares removed, rules that fired."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias

from cleaner.drift.proportions import ENOUGH, Rate
from cleaner.errors import UsageError
from cleaner.logs import Logs

UNDATED: Final = ""
"""Stands for the month of a document without a date."""
UNKNOWN: Final = "unknown"
"""Stands for the outlet of a document of no known one, as in `logs`."""
DATED: Final = 0.5
"""Share of an outlet's documents that must have dates for its months to tell something."""
TOGETHER: Final = 250_000
"""Entries whose removals are counted at a time, so that the memory does not depend on their number."""
BINS: Final = 50
"""Parts of equal width of the range of shares removed."""
SAMPLE: Final = 30
"""Removals of a rule that are looked at."""
LONGEST: Final = 1000
"""Characters of a removal that are looked at."""

_DATED: Final = f"""
CREATE OR REPLACE VIEW dated AS
SELECT
    rowid AS entry, id, outlet, recipe, flags <> [] AS is_flagged,
    CASE WHEN regexp_full_match(date, '[0-9]+-[0-9][0-9]-[0-9][0-9]') THEN left(date, 7) ELSE '' END AS month,
    CASE WHEN removed = 0 THEN 0 ELSE (removed * {BINS} + characters - 1) // characters END AS bin
FROM entries WHERE is_document
"""  # noqa: S608
_MONTHS: Final = "SELECT outlet, month, count(*) FROM dated GROUP BY outlet, month"
_SIDES: Final = """
CREATE OR REPLACE TABLE sides AS
SELECT unnest($outlets) AS outlet, unnest($months) AS month, unnest($news) AS is_new
"""
_OUTLETS: Final = """
SELECT outlet, bin, count(*), count(*) FILTER (is_flagged) FROM dated JOIN sides USING (outlet, month)
WHERE is_new = $is_new GROUP BY outlet, bin
"""
_RECIPES: Final = """
SELECT DISTINCT outlet, recipe FROM dated JOIN sides USING (outlet, month) WHERE is_new = $is_new
"""
_FIRED: Final = """
CREATE OR REPLACE TABLE fired (outlet VARCHAR, month VARCHAR, rule VARCHAR, category VARCHAR, documents BIGINT)
"""
# To count documents, each rule is looked at once for each document.
_FIRED_IN: Final = """
INSERT INTO fired
WITH fires AS (
    SELECT entry, rule, min(category) AS category FROM removals
    WHERE entry >= $first AND entry < $stop GROUP BY entry, rule
)
SELECT outlet, month, rule, min(category), count(*)
FROM fires JOIN (FROM dated WHERE entry >= $first AND entry < $stop) USING (entry)
GROUP BY outlet, month, rule
"""
_RULES: Final = """
SELECT outlet, rule, min(category), sum(documents)::BIGINT FROM fired JOIN sides USING (outlet, month)
WHERE is_new = $is_new GROUP BY outlet, rule
"""
_ALL_RULES: Final = "SELECT DISTINCT rule FROM fired"
_BY_MONTH: Final = """
SELECT outlet, rule, month, sum(documents)::BIGINT FROM fired JOIN sides USING (outlet, month)
JOIN (SELECT unnest($outlets) AS outlet, unnest($rules) AS rule) USING (outlet, rule)
WHERE is_new = $is_new GROUP BY outlet, rule, month
"""
# The choice depends on nothing but the names of the documents.
_REMOVED: Final = """
WITH asked AS (SELECT unnest($outlets) AS outlet, unnest($rules) AS rule)
SELECT outlet, rule, arg_min({'document': id, 'text': left(text, $longest)}, md5(id || ' ' || "start"), $sample)
FROM (FROM removals_log WHERE rule IN (SELECT rule FROM asked)) JOIN dated ON document = id
JOIN sides USING (outlet, month) JOIN asked USING (outlet, rule)
WHERE is_new = $is_new GROUP BY outlet, rule
"""

Months: TypeAlias = Mapping[str, Mapping[str, int]]
"""Documents by outlet and month."""
Pair: TypeAlias = tuple[str, str]
"""An outlet and a rule."""


class Fired(NamedTuple):
    """What a rule did in an outlet.

    Args:
        category: what it removes.
        documents: in which it fired.
    """

    category: str
    documents: int


class Taken(NamedTuple):
    """A removal.

    Args:
        document: id of its document.
        text: its beginning.
    """

    document: str
    text: str


@dataclass(slots=True)
class Share:
    """The documents of an outlet by the share that was removed of them.

    Args:
        bins: documents by `BINS`, after those of which nothing was removed.
        flagged: documents that a person should look at.
    """

    bins: Counter[int]
    flagged: int = 0

    @property
    def documents(self) -> int:
        """All documents."""
        return self.bins.total()

    def middle(self) -> float:
        """Return the median share."""
        return _middle(self.bins) / BINS

    def above(self, other: Share) -> Rate:
        """Return how many documents lie above the median of these and others together."""
        middle = _middle(self.bins + other.bins)
        return Rate(sum(n for bin, n in self.bins.items() if bin > middle), self.documents)


def _middle(bins: Counter[int]) -> int:
    seen = 0
    for bin in sorted(bins):
        seen += bins[bin]
        if 2 * seen >= bins.total():
            return bin
    return 0


@dataclass(frozen=True, slots=True)
class Side:
    """The older or the newer documents: those of a run, or of some months of it.

    Args:
        logs: the logs of the run.
        is_new: whether they are the newer ones.
        months: what is compared.
        present: all documents of the run.
    """

    logs: Logs
    is_new: bool
    months: Months
    present: Months

    def shares(self) -> dict[str, Share]:
        """Return the shares removed, by outlet."""
        result: dict[str, Share] = defaultdict(lambda: Share(Counter()))
        for outlet, bin, documents, flagged in self._rows(_OUTLETS):
            result[outlet].bins[bin] += documents
            result[outlet].flagged += flagged
        return dict(result)

    def recipes(self) -> set[tuple[str, str]]:
        """Return the outlets with their recipes; see `ledger.Entry`."""
        return {(outlet, recipe) for outlet, recipe in self._rows(_RECIPES)}

    def fired(self) -> dict[Pair, Fired]:
        """Return in how many documents of an outlet each rule fired."""
        return {(outlet, rule): Fired(category, n) for outlet, rule, category, n in self._rows(_RULES)}

    def rules(self) -> set[str]:
        """Return the rules that fired anywhere in the run."""
        return {rule for (rule,) in self.logs.rows(_ALL_RULES)}

    def by_month(self, pairs: Collection[Pair]) -> dict[Pair, dict[str, int]]:
        """Return in how many documents of each month some rules fired."""
        result: dict[Pair, dict[str, int]] = defaultdict(dict)
        for outlet, rule, month, documents in self._rows(_BY_MONTH, **_lists(pairs)):
            result[outlet, rule][month] = documents
        return result

    def taken(self, pairs: Collection[Pair]) -> dict[Pair, list[Taken]]:
        """Return some removals of rules."""
        rows = self._rows(_REMOVED, **_lists(pairs), longest=LONGEST, sample=SAMPLE)
        return {(outlet, rule): [Taken(**one) for one in some] for outlet, rule, some in rows}

    def _rows(self, query: str, **parameters: Any) -> list[tuple[Any, ...]]:
        return self.logs.rows(query, {"is_new": self.is_new, **parameters})


def _lists(pairs: Collection[Pair]) -> dict[str, list[str]]:
    return {"outlets": [outlet for outlet, _ in pairs], "rules": [rule for _, rule in pairs]}


def sides(new: Logs, old: Logs | None, outlet: str | None) -> tuple[Side, Side]:
    """Return the older and the newer documents, and count what rules removed.

    Args:
        new: a run.
        old: an earlier run; None to compare the last months of `new` with those before.
        outlet: only this outlet.

    Raises:
        UsageError: months are to be compared, and no document has a date.
    """
    present_new = _present(new, outlet)
    present_old = _present(old, outlet) if old else present_new
    if old is None and not any(month for months in present_new.values() for month in months):
        raise UsageError(
            f"{new.out}: has no document with a date, so months cannot be compared; name an earlier run with --since"
        )
    older, newer = {}, {}
    for name in sorted(present_new.keys() & present_old.keys()):
        before, after = (present_old[name], present_new[name]) if old else _split(present_new[name])
        if min(sum(before.values()), sum(after.values())) >= ENOUGH:
            older[name], newer[name] = before, after
    for logs in (new, old) if old else (new,):
        rows = [(name, month, True) for name in newer for month in newer[name] if logs is new]
        rows += [(name, month, False) for name in older for month in older[name] if logs is old or old is None]
        _count(logs, rows)
    return Side(old or new, False, older, present_old), Side(new, True, newer, present_new)


def _present(logs: Logs, outlet: str | None) -> Months:
    logs.rows(_DATED)
    result: dict[str, dict[str, int]] = defaultdict(dict)
    for name, month, documents in logs.rows(_MONTHS):
        if outlet in (None, name):
            result[name][month] = documents
    return result


def _split(months: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    """Divide an outlet's months: the last ones, as few as hold enough documents, and those before."""
    dated = {month: n for month, n in sorted(months.items()) if month != UNDATED}
    if sum(dated.values()) < DATED * sum(months.values()):
        return {}, {}
    last: dict[str, int] = {}
    while dated and sum(last.values()) < ENOUGH:
        month, documents = dated.popitem()
        last[month] = documents
    return dated, last


def _count(logs: Logs, rows: list[tuple[str, str, bool]]) -> None:
    """Note which months are compared, and count in how many documents each rule fired."""
    outlets, months, news = ([row[i] for row in rows] for i in range(3))
    logs.rows(_SIDES, {"outlets": outlets, "months": months, "news": news})
    logs.rows(_FIRED)
    ((entries,),) = logs.rows("SELECT count(*) FROM entries")
    for first in range(0, entries, TOGETHER):
        logs.rows(_FIRED_IN, {"first": first, "stop": first + TOGETHER})
