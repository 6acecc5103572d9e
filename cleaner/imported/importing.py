"""Import foreign rule files: read them, prove what is new, write one file for each outlet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Final

from cleaner.errors import DocumentError, RulesError, UsageError
from cleaner.imported.adblock import read_list
from cleaner.imported.draft import Draft, Findings, Selector
from cleaner.imported.proving import proven
from cleaner.imported.refused import Refusal
from cleaner.imported.siteconfig import ELSEWHERE, SUFFIX, TAKEN, read_site
from cleaner.imported.writing import rule_file, with_selectors
from cleaner.io.files import write_atomically
from cleaner.outlets import Directory
from cleaner.rulebook import document, schema
from cleaner.rulebook.load import Rulebook, load, search_path

SAMPLE: Final = 65_536
"""Bytes that tell the kind of a file."""
NO_KIND: Final = "neither a file of ftr-site-config nor an ad-block list"
ELSEWHOSE: Final = "is another domain of an outlet that has rules"
THERE: Final = "the outlet has a rule file to which it must be added by hand"
NOT_WRITTEN: Final = "the rule file would not hold"


class Kind(StrEnum):
    """The foreign formats."""

    ftr = "ftr"
    adblock = "adblock"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

    Args:
        written: new rule files.
        grown: rule files that were there and got selectors.
        same: rule files that held everything already.
        taken: how much of each kind is in them.
        refusals: what was not taken, by file and line.
        ignored: what is not about boilerplate, by kind.
    """

    written: tuple[Path, ...]
    grown: tuple[Path, ...]
    same: tuple[Path, ...]
    taken: Counter[str]
    refusals: tuple[Refusal, ...]
    ignored: Counter[str]


def import_rules(
    sources: Sequence[Path], out: Path, kind: Kind | None = None, domains: Collection[str] = ()
) -> Imported:
    """Read foreign rule files and write rule files of ours.

    Args:
        sources: files, or folders of `*.txt`.
        out: the rules folder to write to; rule files there only grow.
        kind: the format of all sources; None looks at each.
        domains: the outlets to import; none means all.

    Raises:
        UsageError: a source is missing, or holds too much to be kept.
        RulesError: the rules that are in `out` do not hold.
        DocumentError: a rule file cannot be written.
    """
    findings = Findings()
    for path in _files(sources):
        _read(path, kind, findings, domains)
    known = load(search_path([out] if out.is_dir() else []), proved={path: {} for path in search_path()})
    directory = Directory(known)
    drafts = {
        domain: draft
        for domain, draft in sorted(findings.drafts.items())
        if not _is_of_another(draft, known, directory, findings)
    }
    new = {d: draft for d, draft in drafts.items() if not _path(out, d).exists()}
    files = {d: rule_file(draft) for d, draft in new.items() if not draft.phrases}
    files |= proven({d: draft for d, draft in new.items() if draft.phrases}, findings)
    written: list[Path] = []
    grown: list[Path] = []
    same: list[Path] = []
    taken: Counter[str] = Counter()
    for domain, draft in drafts.items():
        path = _path(out, domain)
        if domain in new:
            if _write_new(path, files[domain], draft, findings, taken):
                written.append(path)
        else:
            change = _grow(path, draft, findings, taken)
            if change is not None:
                (grown if change else same).append(path)
    refusals = tuple(sorted(findings.refusals, key=lambda refusal: (refusal.file, refusal.line)))
    return Imported(tuple(written), tuple(grown), tuple(same), taken, refusals, findings.ignored)


def _files(sources: Sequence[Path]) -> Iterator[Path]:
    for source in sources:
        if source.is_dir():
            yield from (path for path in sorted(source.glob(f"*{SUFFIX}")) if path.is_file())
        elif source.is_file():
            yield source
        else:
            raise UsageError(f"{source}: no such file or folder")


def _read(path: Path, kind: Kind | None, findings: Findings, domains: Collection[str]) -> None:
    try:
        kind = kind or kind_of(path)
        if kind is Kind.ftr:
            read_site(path, findings, domains)
        elif kind is Kind.adblock:
            read_list(path, findings, domains)
        else:
            findings.refuse(path, 1, path.name, NO_KIND, "say with --from what it is")
    except DocumentError as e:
        findings.refuse(path, 1, path.name, e.message)


def kind_of(path: Path) -> Kind | None:
    """Tell the format of a file by what it holds.

    Raises:
        DocumentError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            lines = file.read(SAMPLE).decode("utf-8", "replace").removeprefix("\ufeff").splitlines()
    except OSError as e:
        raise DocumentError(str(path), f"cannot be read: {e.strerror or e}") from None
    sites = sum(line.partition(":")[0].partition("(")[0].strip() in {*TAKEN, *ELSEWHERE} for line in lines)
    lists = sum(line.startswith(("!", "||", "@@", "[Adblock")) or "##" in line or "#@#" in line for line in lines)
    if sites == lists:
        return None
    return Kind.ftr if sites > lists else Kind.adblock


def _path(out: Path, domain: str) -> Path:
    return out / "outlets" / f"{domain}.yaml"


def _is_of_another(draft: Draft, known: Rulebook, directory: Directory, findings: Findings) -> bool:
    """Refuse a draft whose file would hide another outlet's rules from a part of that outlet."""
    main = directory.main_domain(draft.domain)
    if main is None or main == draft.domain:
        return False
    files = known.files_for(main)
    if draft.domain in known.outlets[main].domains or any(rule.file in files for rule in known.rules):
        findings.refuse(draft.file, 1, draft.domain, ELSEWHOSE, f"{main}, whose rules a file of its own would hide")
        return True
    return False


def _write_new(path: Path, text: str, draft: Draft, findings: Findings, taken: Counter[str]) -> bool:
    try:
        file = schema.check(document.read(str(path), text.encode()), PurePosixPath("outlets", path.name))
    except RulesError as e:
        findings.refuse(draft.file, 1, draft.domain, NOT_WRITTEN, str(e.findings[0]))
        return False
    if file.html is None and not file.rules:
        return False
    write_atomically(path, text.encode())
    _count(taken, draft.content, draft.remove, len(file.rules))
    return True


def _grow(path: Path, draft: Draft, findings: Findings, taken: Counter[str]) -> bool | None:
    """Add to a rule file; say whether it grew, or None where something was left out."""
    grown, selectors, phrases = with_selectors(path, draft)
    for selector in selectors:
        findings.refuse(selector.file, selector.line, selector.css, THERE, str(path))
    for phrase in phrases:
        findings.refuse(phrase.file, phrase.line, phrase.text, THERE, str(path))
    if grown is not None:
        write_atomically(path, grown)
        _count(taken, draft.content, draft.remove, 0)
        return True
    return None if selectors or phrases else False


def _count(taken: Counter[str], content: Selector | None, remove: Sequence[Selector], rules: int) -> None:
    taken["selectors of the article"] += content is not None
    taken["selectors of what goes"] += len(remove)
    taken["rules for texts"] += rules
