"""What a check of rules found, for people and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from rich.table import Table
from rich.text import Text

from cleaner.lint.coverage import Coverage
from cleaner.lint.finding import Finding
from cleaner.report.palette import shown
from cleaner.report.tables import counts

_STYLES: Final = {"error": "red", "warning": "yellow", "note": "dim"}


def line(finding: Finding) -> Text:
    """Return a finding on one line, which editors and terminals take for a link."""
    return shown(str(finding), _STYLES[finding.severity])


def as_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return findings as data."""
    return [
        {
            "path": finding.error.path,
            "line": finding.error.line,
            "column": finding.error.column,
            "severity": finding.severity,
            "code": finding.code,
            "message": finding.error.message,
            "hint": finding.error.hint,
        }
        for finding in findings
    ]


def by_file(rows: Sequence[Coverage], findings: Iterable[Finding]) -> Table:
    """Return a table of files: their rules, phrases, phrases in no example, and findings."""
    table = counts("file", "rules", "phrases", "in no example", "warnings", "notes")
    found = Counter((finding.error.path, finding.severity) for finding in findings)
    for file in dict.fromkeys(row.file for row in rows):
        own = [row for row in rows if row.file == file]
        phrases, covered = sum(row.phrases for row in own), sum(row.covered for row in own)
        numbers = len(own), phrases, phrases - covered, found[file, "warning"], found[file, "note"]
        table.add_row(shown(file), *map(_number, numbers))
    return table


def by_rule(rows: Sequence[Coverage]) -> Table:
    """Return a table of rules: their phrases, and how many of them are in no example."""
    table = counts("rule", "phrases", "in no example")
    for row in rows:
        table.add_row(shown(row.rule.id), *map(_number, (row.phrases, row.phrases - row.covered)))
    return table


def _number(number: int) -> str:
    return f"{number:,}" if number else "–"
