"""`check`: everything that is wrong with rules, from what keeps them from loading to what could be better."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from cleaner import proof
from cleaner.api import Cleaner
from cleaner.errors import RuleError, RulesError, UsageError
from cleaner.examples import prove
from cleaner.lint.book import Book
from cleaner.lint.breadth import breadth
from cleaner.lint.claims import claims
from cleaner.lint.coverage import Coverage, coverage
from cleaner.lint.dead import dead
from cleaner.lint.finding import Finding
from cleaner.lint.overlaps import overlaps
from cleaner.outlets import Directory
from cleaner.rulebook.load import LoadedFile, Rulebook, merge, read_all, search_path
from cleaner.rulebook.match import Matcher


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found.

    Args:
        findings: sorted by file, line and column; where there are errors, there is nothing else.
        coverage: of each rule that was looked at.
        examples: how many examples passed.
    """

    findings: tuple[Finding, ...]
    coverage: tuple[Coverage, ...] = ()
    examples: int = 0

    @property
    def errors(self) -> list[Finding]:
        """The findings that keep all rules from loading."""
        return [finding for finding in self.findings if finding.severity == "error"]

    @property
    def warnings(self) -> list[Finding]:
        """The findings that do not, but should be mended."""
        return [finding for finding in self.findings if finding.severity == "warning"]


def check(rules: Iterable[str | Path] = (), outlet: str | None = None) -> Report:
    """Prove rules and look for what could be better.

    Args:
        rules: rules folders beside those that come with the package. Where some are given, only their files are
            looked at; what keeps rules from loading is said of all.
        outlet: look only at the files of this outlet and of the networks that it extends.

    Raises:
        UsageError: there are no rules for the outlet.

    >>> [str(finding) for finding in check(outlet="bbc.com").warnings]
    []
    """
    own = [Path(folder) for folder in rules]
    try:
        matcher = Cleaner(own).matcher
    except RulesError as e:
        return Report(_sorted(Finding("error", "invalid", error) for error in _all_errors(e, search_path(own))))
    files = _chosen(matcher.rulebook, own, outlet)
    book = Book(matcher)
    counted = list(chain.from_iterable(coverage(book, file) for file in files))
    found = chain.from_iterable(lint(book, file) for file in files)
    uncovered = (finding for _, finding in counted if finding)
    examples = sum(len(file.content.examples) for file in files)
    return Report(_sorted([*found, *uncovered]), tuple(row for row, _ in counted), examples)


def lint(book: Book, file: LoadedFile) -> Iterator[Finding]:
    """Yield what could be better in a file of a rulebook that holds."""
    for look in (overlaps, breadth, dead, claims):
        yield from look(book, file)


def _chosen(rulebook: Rulebook, own: Sequence[Path], outlet: str | None) -> list[LoadedFile]:
    if outlet is not None:
        if outlet not in rulebook.outlets:
            raise UsageError(f"no rules for {outlet!r}; start with `cleaner rules new {outlet}`")
        paths = rulebook.files_for(outlet)
        return [file for file in rulebook.files if file.path in paths]
    if not own:
        return list(rulebook.files)
    folders = [folder.resolve() for folder in own]
    return [file for file in rulebook.files if any(Path(file.display).resolve().is_relative_to(f) for f in folders)]


def _all_errors(error: RulesError, folders: Sequence[Path]) -> Sequence[RuleError]:
    """Return the findings that kept rules from loading, and those in files that could not be proved because of them.

    A broken file keeps the others from being proved. Without it, and what depends on it, they are.
    """
    known = proof.notes_on(folders)
    found = read_all(folders, proved=proof.files_of(known))
    if not found.findings or any(path.startswith("generic/") for path in found.broken):
        return error.findings
    sound = [f for f in found.files if f.path not in found.broken and not found.broken & {*f.content.extends}]
    extended = {parent for file in sound for parent in file.content.extends}
    sound = [file for file in sound if file.path in extended or not file.path.startswith("networks/")]
    matcher = Matcher(merge(sound, found.reserve), hints=proof.hints_of(known))
    try:
        prove(matcher, Directory(matcher.rulebook))
    except RulesError as e:
        return [*found.findings, *e.findings]
    return found.findings


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda f: (f.error.path, f.error.line, f.error.column, f.severity, f.code)))
