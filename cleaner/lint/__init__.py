"""Tools for those who write rules: what could be better in them, what they do to a line, and to a folder of articles.

>>> from cleaner.lint import check
>>> report = check(outlet="bbc.com")
>>> report.errors
[]
"""

from cleaner.lint.check import Report, check
from cleaner.lint.finding import Finding

__all__ = ["Finding", "Report", "check"]
