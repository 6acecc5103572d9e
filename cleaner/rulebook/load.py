"""Find rule files, merge them, and choose the rules for an outlet.

Search order, later wins: the rules that come with the package; the folders in the environment variable
`CLEANER_RULES`, separated as in PATH; the folders given by the caller, in their order. A file of the same
path adds to the earlier one; a rule of the same id and version replaces the earlier one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, Final, TypeAlias

from cleaner.errors import RuleError, RulesError
from cleaner.rulebook import document, schema
from cleaner.rulebook.literals import UNLIMITED

ENVIRONMENT: Final = "CLEANER_RULES"
FOLDERS: Final = ("generic", "networks", "outlets")
"""Where rule files stand in a rules folder; later ones are more specific."""
RESERVE: Final = "reserve"
"""Folder of plain prose, one sentence or paragraph a line, that no rule may match."""
GENERIC_MAX_WORDS: Final = 60
"""Words of the longest block that a generic pattern may take; defuddle uses 50 to 60 for the same."""
CONFIDENCE: Final = {"outlets": 0.99, "networks": 0.98, "generic": 0.95}
"""Of a rule that says nothing; on 158 labelled articles no generic rule took a line of the article."""


Proved: TypeAlias = Mapping[Path, Mapping[str, Any]]
NOTHING_PROVED: Final[Proved] = {}


@dataclass(frozen=True, slots=True)
class Rule:
    """One loaded rule.

    Args:
        id: full id, such as `outlets/example-times.com/support-plea` (`@2` for version 2).
        scope: position of its folder in `FOLDERS`; higher is more specific.
        file: path of its file in the rules folder, without suffix.
        category: what it removes; empty for a `keep` rule.
        entry: the rule as written.
        confidence: from 0 to 1.
    """

    id: str
    scope: int
    file: str
    category: str
    entry: schema.RuleEntry
    confidence: float

    @property
    def most_words(self) -> int:
        """Words of the longest block that a pattern of the rule may take."""
        return self.entry.max_words or (GENERIC_MAX_WORDS if self.scope == 0 else UNLIMITED)

    def applies(self, date: dt.date | None) -> bool:
        """Say whether the rule is for articles of that day; an unknown day is every day."""
        if date is None:
            return True
        since, before = self.entry.since, self.entry.before
        return (since is None or date >= since) and (before is None or date < before)


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """One rule file as it stands on disk, for its examples and for error addresses.

    Args:
        path: its path in the rules folder, without suffix.
        source: its bytes.
        content: what they say.
        display: its path as users see it.
        folder: the rules folder.
    """

    path: str
    source: bytes
    content: schema.RuleFile
    display: str
    folder: Path

    @property
    def name(self) -> str:
        """Its path in the rules folder, with its suffix."""
        return str(PurePosixPath(self.path).with_name(Path(self.display).name))

    @property
    def sourced(self) -> document.Sourced:
        """The data with the place of each value."""
        return _sourced(self.display, self.source)


@dataclass(frozen=True, slots=True)
class OutletEntry:
    """What is known of one outlet."""

    domain: str
    name: str
    domains: tuple[str, ...]
    fingerprints: tuple[str, ...]
    extends: tuple[str, ...]
    language: str | None
    html: schema.HtmlRules | None


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules, merged.

    Args:
        rules: sorted by id.
        outlets: by main domain.
        files: every file that was read, in search order.
        reserve: plain prose that no rule may match.
        version: hash of everything above; two rulebooks of one version clean alike.
        versions: by outlet, hash of the rules that hold for it besides the generic ones, which are under "".
        finding: hash of what tells the outlets from each other.
    """

    rules: tuple[Rule, ...]
    outlets: dict[str, OutletEntry]
    files: tuple[LoadedFile, ...]
    reserve: tuple[str, ...]
    version: str
    versions: Mapping[str, str]
    finding: str

    def files_for(self, outlet: str | None) -> frozenset[str]:
        """Return the files whose rules hold for an outlet besides the generic ones: its networks, its own."""
        entry = self.outlets.get(outlet or "")
        return frozenset((f"outlets/{entry.domain}", *entry.extends)) if entry else frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """What stands in some rules folders, before it is merged.

    Args:
        files: rule files whose shape is right, in search order.
        reserve: plain prose that no rule may match.
        findings: what is wrong with the others, and with what files extend.
        broken: paths, in their rules folders and without suffix, of the files that the findings are about.
    """

    files: Sequence[LoadedFile]
    reserve: tuple[str, ...]
    findings: Sequence[RuleError]
    broken: Set[str]


def packaged_rules() -> Path:
    """Return the folder of the rules that come with the package, installed or in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_rules"
    return installed if installed.is_dir() else package.parent / "rules"


def search_path(extra: Sequence[Path] = ()) -> list[Path]:
    """Return the rules folders in search order."""
    named = [Path(part) for part in os.environ.get(ENVIRONMENT, "").split(os.pathsep) if part]
    return [packaged_rules(), *named, *extra]


def load(folders: Iterable[Path], *, proved: Proved = NOTHING_PROVED) -> Rulebook:
    """Read and merge all rule files of some folders.

    Args:
        folders: rules folders; later ones win.
        proved: for folders whose files passed every check before, the data of these very files by their paths in the
            folder, as far as it is known; neither their patterns nor they themselves are looked through again.

    Raises:
        RulesError: every finding in every file.
    """
    found = read_all(folders, proved=proved)
    if found.findings:
        raise RulesError(found.findings)
    return merge(found.files, found.reserve)


def read_all(folders: Iterable[Path], *, proved: Proved = NOTHING_PROVED) -> Found:
    """Read all rule files of some folders, and say what is wrong with which.

    Args:
        folders: as for `load`.
        proved: as for `load`.
    """
    files: list[LoadedFile] = []
    reserve: list[str] = []
    findings: list[RuleError] = []
    broken: set[str] = set()
    for folder in folders:
        if not folder.is_dir():
            findings.append(RuleError(str(folder), 1, 1, "no such rules folder", "name an existing folder"))
            continue
        for path in sorted(folder.rglob("*.y*ml")):
            try:
                files.append(_read(folder, path, proved.get(folder)))
            except RulesError as e:
                findings += e.findings
                broken.add(path.relative_to(folder).with_suffix("").as_posix())
        for path in sorted((folder / RESERVE).glob("*.txt")):
            reserve += [line for line in path.read_text("utf-8").splitlines() if line.strip()]
    known = {file.path for file in files} | broken
    for file in files:
        if unknown := _unknown_parents(file, known):
            findings += unknown
            broken.add(file.path)
    return Found(files, tuple(reserve), findings, broken)


def extended(rulebook: Rulebook, name: str, source: bytes) -> Rulebook:
    """Return a rulebook with one more file, as if it stood in a folder of its own.

    Args:
        rulebook: the other rules.
        name: of the file in a rules folder, such as `outlets/example.com.yaml`.
        source: its content.

    Raises:
        RulesError: what is wrong with the file.
    """
    path = PurePosixPath(name)
    content = schema.check(_sourced(name, source), path)
    file = LoadedFile(str(path.with_suffix("")), source, content, name, Path())
    return merge([*rulebook.files, file], rulebook.reserve)


@lru_cache(maxsize=1024)
def _sourced(display: str, source: bytes) -> document.Sourced:
    return document.read(display, source)


def _read(folder: Path, path: Path, proved: Mapping[str, Any] | None) -> LoadedFile:
    inner = PurePosixPath(path.relative_to(folder).as_posix())
    if inner.suffix not in (".yaml", ".yml"):
        raise RulesError([RuleError(str(path), 1, 1, "not a rule file", "name it *.yaml")])
    if len(inner.parts) != 2 or inner.parts[0] not in FOLDERS:
        hint = f"move it to {folder / 'outlets' / path.name}"
        raise RulesError([RuleError(str(path), 1, 1, "rule files stand in generic/, networks/ or outlets/", hint)])
    try:
        source = path.read_bytes()
    except OSError as e:
        raise RulesError([RuleError(str(path), 1, 1, f"cannot be read: {e.strerror}")]) from None
    display = _display(path)
    if proved is not None and str(inner) in proved:
        content = schema.RuleFile.model_validate(proved[str(inner)])
    else:
        content = schema.check(_sourced(display, source), inner, proved=proved is not None)
    return LoadedFile(str(inner.with_suffix("")), source, content, display, folder)


def _display(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _unknown_parents(file: LoadedFile, known: Collection[str]) -> list[RuleError]:
    return [
        file.sourced.error(("extends", i), f"no rule file {parent!r}", "it would stand under networks/")
        for i, parent in enumerate(file.content.extends)
        if parent not in known or not parent.startswith("networks/")
    ]


def merge(files: Sequence[LoadedFile], reserve: tuple[str, ...]) -> Rulebook:
    """Merge rule files that hold; later ones win."""
    rules: dict[str, Rule] = {}
    outlets: dict[str, OutletEntry] = {}
    for file in files:
        folder, content = file.path.split("/")[0], file.content
        for entry in content.rules:
            category = "" if entry.keep is not None else (entry.category or content.category or "")
            confidence = entry.confidence or CONFIDENCE[folder]
            full = rule_id(file.path, entry)
            rules[full] = Rule(full, FOLDERS.index(folder), file.path, category, entry, confidence)
        if content.outlet:
            outlets[content.outlet] = _join(outlets.get(content.outlet), content)
    ordered = tuple(rules[key] for key in sorted(rules))
    by_file: dict[str, list[object]] = {}
    for rule in ordered:
        by_file.setdefault("" if rule.scope == 0 else rule.file, []).append(_described(rule))
    versions = {"": _hash(by_file.get("", []))}
    for domain, outlet in outlets.items():
        own = [by_file.get(path, []) for path in (f"outlets/{domain}", *outlet.extends)]
        versions[domain] = _hash([own, outlet.html, outlet.language])
    finding = _hash([(o.domain, o.domains, o.fingerprints) for _, o in sorted(outlets.items())])
    version = _hash([[_described(rule) for rule in ordered], sorted(outlets.items())])
    return Rulebook(ordered, outlets, tuple(files), reserve, version, versions, finding)


def _described(rule: Rule) -> object:
    return rule.id, rule.category, rule.confidence, rule.entry


def _hash(described: object) -> str:
    return hashlib.sha256(repr(described).encode()).hexdigest()[:16]


def rule_id(file: str, entry: schema.RuleEntry) -> str:
    """Return the full id of a rule: its file, its name, and its version from the second on."""
    return f"{file}/{entry.id}" + (f"@{entry.version}" if entry.version > 1 else "")


def _join(earlier: OutletEntry | None, content: schema.RuleFile) -> OutletEntry:
    """Add a later file of the same outlet to an earlier one."""
    domain = content.outlet or ""
    old = earlier or OutletEntry(domain, domain, (), (), (), None, None)
    return OutletEntry(
        domain,
        content.name or old.name,
        tuple(dict.fromkeys((*old.domains, *content.domains))),
        tuple(dict.fromkeys((*old.fingerprints, *content.fingerprints))),
        tuple(dict.fromkeys((*old.extends, *content.extends))),
        content.language or old.language,
        content.html or old.html,
    )
