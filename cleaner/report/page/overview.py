"""The figures of a whole run, whatever its size, as the page's script reads them."""

from __future__ import annotations

import datetime as dt
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from cleaner.io.files import RECORDS
from cleaner.io.ledger import MANIFEST, SUMMARY
from cleaner.logs import Logs
from cleaner.report.page.embedded import name
from cleaner.report.page.sample import Asked
from cleaner.rulebook.load import load
from cleaner.statistics import FEW, Statistics, count

MOST_RULES: Final = 2_000
MOST_OUTLETS: Final = 1_000
"""Rows of the tables in a page; `cleaner stats` has all."""
MOST_NAMED: Final = 100
"""Documents that failed, or of which an unusual share was removed, which are named."""

# What `count` has left in the tables holds for the outlet, the category and the rule that it was asked for.
_CATEGORIES: Final = """
SELECT category, sum(fires)::BIGINT, sum(removed)::BIGINT AS characters
FROM by_rule GROUP BY category ORDER BY characters DESC, category
"""
_RULES: Final = """
SELECT
    rule, category, sum(fires)::BIGINT, sum(documents)::BIGINT, sum(removed)::BIGINT AS characters,
    round(sum(confidence * fires) / sum(fires), 3)
FROM by_rule GROUP BY rule, category ORDER BY characters DESC, rule, category LIMIT $top
"""
_OUTLETS: Final = """
SELECT
    outlet, documents, coalesce(fires, 0)::BIGINT, coalesce(removed, 0)::BIGINT AS taken,
    CASE WHEN characters > 0 THEN round(taken / characters, 4) ELSE 0 END
FROM (SELECT outlet, count(*) AS documents, sum(characters) AS characters FROM documents GROUP BY outlet)
LEFT JOIN (SELECT outlet, sum(fires) AS fires, sum(removed) AS removed FROM by_rule GROUP BY outlet) USING (outlet)
ORDER BY taken DESC, outlet LIMIT $top
"""
_NUMBERS: Final = """
SELECT
    (SELECT count(*) FROM (SELECT DISTINCT rule, category FROM by_rule)), (SELECT count(DISTINCT outlet) FROM documents)
"""
_FAILED: Final = """
SELECT id, error FROM entries
WHERE state = 'failed' AND coalesce(outlet = getvariable('outlet'), getvariable('outlet') IS NULL) LIMIT $top
"""
_RECIPES: Final = """
SELECT recipe FROM manifest_log WHERE records IS NULL AND recipe <> '' GROUP BY recipe ORDER BY count(*) DESC, recipe
"""


def overview(logs: Logs, asked: Asked) -> dict[str, Any]:
    """Count a run.

    Args:
        logs: its opened logs.
        asked: of which outlet, category and rule.

    Raises:
        UsageError: an unknown category, or no room for temporary files.
    """
    counted = count(logs, load([]), asked.outlet, asked.category, asked.rule, MOST_NAMED)
    categories, rules = logs.rows(_CATEGORIES), logs.rows(_RULES, {"top": MOST_RULES})
    numbers = logs.rows(_NUMBERS)[0]
    return {
        "run": _run(logs, asked),
        "totals": _totals(counted, categories),
        "categories": categories,
        "rules": {"rows": rules, "total": numbers[0]},
        "outlets": {"rows": logs.rows(_OUTLETS, {"top": MOST_OUTLETS}), "total": numbers[1]},
        "shares": counted.shares,
        "flags": list(counted.states.flags.items()),
        "failures": list(counted.states.failures.items()),
        "failed": [(name(document), error) for document, error in logs.rows(_FAILED, {"top": MOST_NAMED})],
        "unusual": [(row.document, row.outlet, row.share, row.median, row.score) for row in counted.unusual.rows],
        "unusual_total": counted.unusual.total,
        "few": FEW,
    }


def _run(logs: Logs, asked: Asked) -> dict[str, Any]:
    recipes = [recipe for (recipe,) in logs.rows(_RECIPES)]
    parts = {"outlet": asked.outlet, "category": asked.category, "rule": asked.rule}
    return {
        "name": name(logs.out.resolve().name),
        "is_finished": logs.is_finished,
        "when": _when(logs.out),
        "recipes": recipes[:1],
        "more_recipes": max(0, len(recipes) - 1),
        "version": version("cleaner"),
        "only": {part: name(value) for part, value in parts.items() if value is not None},
    }


def _when(out: Path) -> str:
    """Return when the records of a run were last written, to the minute, in the time of this machine."""
    written = next((path for path in (out / RECORDS / SUMMARY, out / RECORDS / MANIFEST) if path.is_file()), None)
    return dt.datetime.fromtimestamp(written.stat().st_mtime).astimezone().strftime("%Y-%m-%d %H:%M") if written else ""


def _totals(counted: Statistics, categories: list[tuple[Any, ...]]) -> dict[str, Any]:
    states = counted.states
    return {
        "documents": states.documents,
        "written": states.written,
        "flagged": states.flagged,
        "failed": states.failed,
        "skipped": states.skipped,
        "characters": states.characters,
        "removals": sum(row[1] for row in categories),
        "removed": sum(row[2] for row in categories),
    }
