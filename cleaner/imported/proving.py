"""Phrases as proven rules: each must take its own example, leave plain prose alone, and get on with all other rules."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from cleaner.api import Cleaner
from cleaner.errors import RuleError, RulesError
from cleaner.examples import prove
from cleaner.imported.draft import Draft, Findings, Phrase
from cleaner.imported.writing import rule_file
from cleaner.outlets import Directory
from cleaner.rulebook import document
from cleaner.rulebook.load import load, search_path
from cleaner.rulebook.match import Matcher

UNPROVEN: Final = "is no rule that holds"
ROUNDS: Final = 4
"""Times that phrases are tried: all, those that hold with other examples, and again."""


def proven(drafts: Mapping[str, Draft], findings: Findings) -> dict[str, str]:
    """Return the rule files of drafts whose phrases hold; the others are refused.

    Args:
        drafts: by domain, those that hold phrases.
        findings: where refusals go.
    """
    if not drafts:
        return {}
    left = dict(drafts)
    plain: set[str] = set()
    cleaner = Cleaner()
    for _ in range(ROUNDS):
        files = {domain: rule_file(draft, alike=domain not in plain) for domain, draft in left.items()}
        wrong = _wrong(files, cleaner)
        if not wrong:
            return files
        for domain, complaints in wrong.items():
            bad = _blamed(files[domain], complaints, left[domain])
            if not bad and domain not in plain:
                plain.add(domain)
                continue
            for phrase, message in (bad or dict.fromkeys(left[domain].phrases, str(complaints[0].message))).items():
                findings.refuse(phrase.file, phrase.line, phrase.text, UNPROVEN, message.partition("\n")[0])
            kept = tuple(phrase for phrase in left[domain].phrases if bad and phrase not in bad)
            left[domain] = replace(left[domain], phrases=kept)
    for draft in left.values():
        for phrase in draft.phrases:
            findings.refuse(phrase.file, phrase.line, phrase.text, UNPROVEN)
    return {domain: rule_file(replace(draft, phrases=())) for domain, draft in left.items()}


def _wrong(files: Mapping[str, str], cleaner: Cleaner) -> dict[str, list[RuleError]]:
    """Return what is wrong with rule files beside all rules that hold, by domain."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "outlets").mkdir()
        for domain, text in files.items():
            (folder / "outlets" / f"{domain}.yaml").write_text(text, "utf-8")
        try:
            rulebook = load([*search_path(), folder], proved={path: {} for path in search_path()})
            prove(Matcher(rulebook, "aho-corasick", cleaner.matcher.hints), Directory(rulebook))
        except RulesError as e:
            wrong: dict[str, list[RuleError]] = {}
            for finding in e.findings:
                wrong.setdefault(Path(finding.path).stem, []).append(finding)
            if not wrong.keys() <= files.keys():
                raise
            return wrong
    return {}


def _blamed(text: str, complaints: Iterable[RuleError], draft: Draft) -> dict[Phrase, str]:
    """Return the phrases that complaints are about, by the lines of the rule file."""
    marks = document.read(draft.domain, text.encode()).marks
    bad: dict[Phrase, str] = {}
    for complaint in complaints:
        for key in ("examples", "rules"):
            places = [
                n
                for n in range(len(draft.phrases) + 1)
                if marks.get((key, n), (complaint.line + 1,))[0] <= complaint.line
            ]
            if places:
                if places[-1] < len(draft.phrases):
                    bad[draft.phrases[places[-1]]] = complaint.message
                break
    return bad
