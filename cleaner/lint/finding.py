"""What a linter says: a finding with an address, how grave it is, and a code to look it up by."""

from __future__ import annotations

from typing import Literal, NamedTuple

from cleaner.errors import RuleError
from cleaner.rulebook.document import Path
from cleaner.rulebook.load import LoadedFile

Severity = Literal["error", "warning", "note"]
"""An error keeps all rules from loading, a warning is a mistake that does not, a note is worth to know."""
Code = Literal[
    "invalid", "repeated", "two-categories", "shadowed", "generic-duplicate", "too-broad", "common-word", "dead",
    "claimed-twice", "common-fingerprint", "uncovered", "replaced",
]  # fmt: skip


class Finding(NamedTuple):
    """One finding.

    Args:
        severity: how grave it is.
        code: what kind it is.
        error: what is wrong, where, and what to do next.
    """

    severity: Severity
    code: Code
    error: RuleError

    def __str__(self) -> str:
        e = self.error
        said = e.message + (f"; {e.hint}" if e.hint else "")
        return f"{e.path}:{e.line}:{e.column}: {self.severity}: {said} [{self.code}]"


def warning(code: Code, file: LoadedFile, at: Path, message: str, hint: str) -> Finding:
    """Return a warning that points at a value of a rule file."""
    return Finding("warning", code, file.sourced.error(at, message, hint))


def note(code: Code, file: LoadedFile, at: Path, message: str, hint: str = "") -> Finding:
    """Return a note that points at a value of a rule file."""
    return Finding("note", code, file.sourced.error(at, message, hint))
