"""The rules that come with the package, as the linter sees them."""

from __future__ import annotations

from cleaner.lint import check


def test_the_generic_rules_hold_without_a_warning() -> None:
    report = check()
    assert report.errors == []
    assert [str(warning) for warning in report.warnings if "/generic/" in warning.error.path] == []
    assert len(report.coverage) > 800
    assert all(row.covered for row in report.coverage)  # each rule fires in an example
