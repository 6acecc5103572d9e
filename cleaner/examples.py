"""Run the examples of rule files on the road that users take: a rule that cannot pass its own does not load."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import numpy as np

from cleaner.errors import RuleError, RulesError
from cleaner.fold import flat, fold
from cleaner.model import CATEGORIES, Document, restore
from cleaner.outlets import Directory
from cleaner.pipeline import Decided, Mode, Policy, cleaned, decide_by_rules
from cleaner.rulebook.load import LoadedFile, Rulebook, rule_id
from cleaner.rulebook.match import Matcher, matching
from cleaner.rulebook.schema import SAME
from cleaner.stack import stack

_EVERYTHING = Policy(frozenset(CATEGORIES), Mode(0.0, 1.0, 0, 0.0), rules_only=True)


def prove(matcher: Matcher, directory: Directory) -> None:
    """Check that every rule file of a rulebook passes its own examples and leaves plain prose alone.

    Raises:
        RulesError: every example that fails, every rule that no example fires, every rule that takes prose.
    """
    findings = list(_on_prose(matcher))
    last = {rule_id(file.path, e): n for n, file in enumerate(matcher.rulebook.files) for e in file.content.rules}
    for n, file in enumerate(matcher.rulebook.files):
        if all(last[rule_id(file.path, e)] == n for e in file.content.rules):  # a replaced rule takes its proof along
            findings += check_file(file, matcher, directory)
    if findings:
        raise RulesError(findings)


def check_file(file: LoadedFile, matcher: Matcher, directory: Directory) -> Iterator[RuleError]:
    """Yield the findings of one file: examples that fail, and rules that fire in none of them."""
    fired: set[str] = set()
    outlet = outlet_of(file, matcher.rulebook)
    if file.path.startswith("networks/") and outlet is None:
        yield file.sourced.error((), "no outlet extends this file", f"say `extends: [{file.path}]` in one")
        return
    sources = [example.text.removesuffix("\n") for example in file.content.examples]
    dates = [example.date for example in file.content.examples]
    documents = [Document(text, outlet=outlet, date=date) for text, date in zip(sources, dates, strict=True)]
    decisions = decide_by_rules(stack(documents), matcher, directory, _EVERYTHING) if documents else []
    for i, (example, source, decided) in enumerate(zip(file.content.examples, sources, decisions, strict=True)):
        result = cleaned(decided)
        fired |= _fired(decided)
        expected = source if example.becomes.strip() == SAME else example.becomes.removesuffix("\n")
        at = ("examples", i, "becomes")
        if result.text.strip() != expected.strip():
            name = f" {example.name!r}" if example.name else ""
            yield file.sourced.error(at, f"example{name} becomes something else\n{_diff(expected, result.text)}")
        if restore(result.text, result.removals) != source:
            yield file.sourced.error(at, "the example is not restored; please report this as a bug")
    for i, entry in enumerate(file.content.rules):
        if rule_id(file.path, entry) not in fired:
            hint = "add a text that it changes, or delete the rule"
            yield file.sourced.error(("rules", i, "id"), f"rule {entry.id!r} fires in no example", hint)


def outlet_of(file: LoadedFile, rulebook: Rulebook) -> str | None:
    """Return the outlet whose rules the examples need: its own, or any that extends a network file."""
    if file.content.outlet:
        return file.content.outlet
    return next((o.domain for o in rulebook.outlets.values() if file.path in o.extends), None)


def _fired(decided: Decided) -> set[str]:
    applied = {p.rule.id for p in decided.proposals if p.applied}
    return applied | {rule.id for rule in decided.kept.values()}


def _on_prose(matcher: Matcher) -> Iterator[RuleError]:
    """Yield an error for each rule that matches a line of the reserve of plain prose, in any place."""
    reserve = matcher.rulebook.reserve
    if not reserve:
        return
    documents = stack([Document(line) for line in reserve])
    everyone = np.ones(len(matcher.rulebook.rules), np.bool_)
    matched: dict[str, str] = {}
    for n, matches in enumerate(matcher.matches(matcher.scan(documents), [everyone] * len(reserve), documents)):
        for match in matches:
            if match.rule.entry.keep is None and match.spans:
                matched.setdefault(match.rule.id, reserve[n])
    for file in matcher.rulebook.files:
        for i, entry in enumerate(file.content.rules):
            if (prose := matched.get(rule_id(file.path, entry))) is not None:
                hint = "anchor it with ^ and $, or give it more words"
                places = matching(entry, flat(fold(prose)), fold(prose))
                at = ("rules", i, entry.trigger, places[0]) if places else ("rules", i, "id")
                yield file.sourced.error(at, f"rule {entry.id!r} matches plain prose: “{prose}”", hint)


def _diff(expected: str, found: str) -> str:
    lines = difflib.unified_diff(expected.splitlines(), found.splitlines(), "becomes", "cleaned", lineterm="", n=1)
    return "\n".join(f"    {line}" for line in lines)
