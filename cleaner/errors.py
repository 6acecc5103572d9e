"""The tree of errors; each says what is wrong, where, and what to do next.

CleanerError
  + RuleError            one finding in a rule file: path, line, column, message, next step
  + RulesError           the rule files hold findings; carries them all
  + LabelsError          the labels of articles to score hold findings; carries them all
  + UsageError           the call makes no sense (OUT equals INPUT, an unknown category ...)
  + DocumentError        one input cannot be read or written; the batch goes on without it
    + NoTextFieldError   a file of records has no field that is known to hold texts
"""

from __future__ import annotations

from collections.abc import Sequence


class CleanerError(Exception):
    """Any error that `cleaner` raises on purpose."""


class RuleError(CleanerError):
    """One finding in a rule file, with its address.

    Args:
        path: the rule file as the user named it.
        line: line of the finding, from 1.
        column: column of the finding, from 1.
        message: what is wrong.
        hint: what to do next; empty where the message says it.
    """

    def __init__(self, path: str, line: int, column: int, message: str, hint: str = "") -> None:
        self.path, self.line, self.column, self.message, self.hint = path, line, column, message, hint
        super().__init__(path, line, column, message, hint)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}" + (f"; {self.hint}" if self.hint else "")


class RulesError(CleanerError):
    """The rule files hold findings, so no rule is loaded.

    Args:
        findings: all findings, in the order of path, line and column.
    """

    def __init__(self, findings: Sequence[RuleError]) -> None:
        self.findings = tuple(sorted(findings, key=lambda f: (f.path, f.line, f.column, f.message)))
        super().__init__(self.findings)

    def __str__(self) -> str:
        return "\n".join(map(str, self.findings))


class LabelsError(CleanerError):
    """Rows of a file of labels are wrong, so nothing is scored.

    Args:
        path: the file as the user named it.
        findings: line, from 1, and what is wrong there and what to do next.
    """

    def __init__(self, path: str, findings: Sequence[tuple[int, str]]) -> None:
        self.path, self.findings = path, tuple(findings)
        super().__init__(path, self.findings)

    def __str__(self) -> str:
        return "\n".join(f"{self.path}:{line}: {message}" for line, message in self.findings)


class UsageError(CleanerError):
    """The call itself makes no sense; nothing was read or written."""


class DocumentError(CleanerError):
    """One input cannot be read or written.

    Args:
        path: the input or output concerned.
        message: what is wrong and what to do next.
    """

    def __init__(self, path: str, message: str) -> None:
        self.path, self.message = path, message
        super().__init__(path, message)

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class NoTextFieldError(DocumentError):
    """No field of a file of records is known to hold texts, and the user named none."""
