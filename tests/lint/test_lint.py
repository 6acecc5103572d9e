"""What the linter says of files that load, and what it must not say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cleaner.errors import UsageError
from cleaner.lint import Finding, check
from tests.articles import write_files
from tests.console import Cli
from tests.lint.files import ARROW, DOMAIN, GOOD, KEPT, marked, outlet

FILE = f"outlets/{DOMAIN}.yaml"
NETWORK = f"""\
rules:
  - {{id: foot, category: navigation, lines: [Quill group, Reader fund], where: tail}}
examples:
  - {{text: "{KEPT}\\n\\nQuill group", becomes: "{KEPT}"}}
  - {{text: The group met twice in the old works and agreed on nothing., becomes: same}}
"""


def linted(folder: Path, files: dict[str, str]) -> list[Finding]:
    report = check([write_files(folder, files)])
    assert not report.errors, [str(finding) for finding in report.errors]
    return [finding for finding in report.findings if finding.code != "uncovered"]


def shorts(found: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.severity, finding.code) for finding in found]


# Rules of an outlet, with an arrow where the one finding must point at; lines that its example holds; what is said.
FOUND = [
    ("listed-twice", "{id: a, category: legal, lines: [Reader fund, →reader fund!]}", "Reader fund",
     "warning", "repeated", ["stands in this list twice", "line 3"]),
    ("listed-in-two-rules", "{id: a, category: legal, lines: [Reader fund]}\n"
     "{id: b, category: legal, where: tail, lines: [Fund board, →Reader fund]}", "Reader fund\nFund board",
     "warning", "repeated", ["taken by rule 'a'"]),
    ("narrower-rule-first", "{id: a, category: legal, where: tail, lines: [→Reader fund, Fund board]}\n"
     "{id: b, category: legal, lines: [Reader fund]}", "Reader fund\nFund board",
     "warning", "repeated", ["taken by rule 'b'"]),
    ("two-categories", "{id: a, category: legal, lines: [Reader fund]}\n"
     "{id: b, category: promo, lines: [Fund board, →Reader fund]}", "Reader fund\nFund board",
     "warning", "two-categories", ["is promo here and legal in rule 'a'"]),
    ("line-by-pattern", "{id: a, category: legal, start: '^\\W*reader fund\\b', max_words: 9}\n"
     "{id: b, category: legal, lines: [Fund board, →Reader fund]}", "Reader fund\nFund board",
     "warning", "shadowed", ["“Reader fund” is taken by", "rule 'a'"]),
    ("pattern-by-line", "{id: a, category: legal, lines: [Reader fund]}\n"
     "{id: b, category: legal, start: ['^fund board$', →'^reader fund!?$']}", "Reader fund\nFund board",
     "warning", "shadowed", ["taken by the lines of rule"]),
    ("same-pattern", "{id: a, category: legal, start: '^reader fund of \\w+$'}\n"
     "{id: b, category: legal, start: ['^fund board$', →'^Reader fund of \\w+$']}", "Reader fund of Ems\nFund board",
     "warning", "repeated", ["the same pattern in rule 'a'"]),
    ("prefix", "{id: a, category: legal, max_words: 9, start: ['^reader fund', →'^reader funds? of the']}",
     "Reader fund", "warning", "shadowed", ["taken by “^reader fund” in line 3"]),
    ("generic-phrase", "{id: a, category: social, lines: [Reader fund, →Share on Quillbook]}", "Reader fund",
     "note", "generic-duplicate", ["generic/standing/share"]),
    ("too-few-letters", "{id: a, category: legal, start: →'fund'}", "The fund",
     "warning", "too-broad", ["anywhere in a block", "4 fixed letters", "anchor"]),
    ("no-letters", "{id: a, category: legal, start: →'^\\d+ .{2,9}', max_words: 9}", "12 pages",
     "warning", "too-broad", ["no fixed letters"]),
    ("any-length", "{id: a, category: legal, start: →'^the fund'}", "The fund",
     "warning", "too-broad", ["any length by 7 fixed letters", "max_words"]),
    ("endless", "{id: a, category: legal, start: →'^the reader fund of.*$'}", "The reader fund of Ems",
     "warning", "too-broad", ["any length", "bound its repeats"]),
    ("endless-inline", "{id: a, category: legal, inline: →'the reader fund.*'}", "The reader fund of Ems",
     "warning", "too-broad", ["rest of the line"]),
    ("common-word", "{id: a, category: legal, lines: [→Board]}", "Board", "note", "common-word", ["where: head"]),
    ("escape", "{id: a, category: legal, start: ['^reader fund$', →'^\\u201creader fund']}", "Reader fund",
     "warning", "dead", ["can never match", "plain quotes"]),
    ("two-spaces", "{id: a, category: legal, start: ['^reader fund$', →'^reader  fund of ems$']}", "Reader fund",
     "warning", "dead", ["two spaces"]),
    ("leading-space", "{id: a, category: legal, start: ['^reader fund$', →'^ reader fund of ems$']}", "Reader fund",
     "warning", "dead", ["begins with a space"]),
    ("too-many-words", "{id: a, category: legal, max_words: 3, start: ['^reader fund$', →'^the reader fund of ems$']}",
     "Reader fund", "warning", "dead", ["5 words or more", "3 at most"]),
    ("max-words-of-lines", "{id: a, category: legal, lines: [Reader fund], →max_words: 4}", "Reader fund",
     "warning", "dead", ["no say over `lines`"]),
    ("no-mode", "{id: a, category: legal, lines: [Reader fund], confidence: →0.3}", "Reader fund",
     "warning", "dead", ["less than any mode asks for"]),
    ("gap", "{id: a, category: legal, lines: [Reader fund], before: 2020-01-01}\n"
     "{id: a, version: 2, category: legal, lines: [Fund board], since: →2021-01-01}", "Reader fund\nFund board",
     "warning", "dead", ["from 2020-01-01 to 2021-01-01"]),
    ("versions-without-days", "{id: a, category: legal, lines: [Reader fund]}\n"
     "{id: →a, version: 2, category: legal, lines: [Fund board]}", "Reader fund\nFund board",
     "warning", "dead", ["versions 1 and 2", "same days"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "lines", "severity", "code", "fragments"), [row[1:] for row in FOUND], ids=[row[0] for row in FOUND]
)
def test_what_could_be_better_is_said_of_the_very_phrase(
    tmp_path: Path, rules: str, lines: str, severity: str, code: str, fragments: list[str]
) -> None:
    source, line, column = marked(outlet(rules, lines))
    found = linted(tmp_path, {FILE: source})
    assert shorts(found) == [(severity, code)], [str(finding) for finding in found]
    said = str(found[0])
    assert said.startswith(f"{tmp_path / FILE}:{line}:{column}: {severity}: ")
    assert said.endswith(f" [{code}]")
    for fragment in fragments:
        assert fragment in said


# The nearest neighbours of the above, of which nothing must be said.
SILENT = [
    ("other-line", "{id: a, category: legal, lines: [Reader fund, Reader fund of Ems]}", "Reader fund"),
    ("versions", "{id: a, category: legal, lines: [Reader fund], before: 2020-01-01}\n"
     "{id: a, version: 2, category: legal, lines: [Reader fund], since: 2020-01-01}", "Reader fund"),
    ("run-and-line", "{id: a, category: legal, lines: [Fund board]}\n"
     "{id: b, category: legal, where: tail, lines: [Reader fund, Fund board], until: end, at_most: 9}",
     "Fund board\nReader fund"),
    ("pattern-without-marks", "{id: a, category: legal, start: '^reader fund( of \\w+)?$'}\n"
     "{id: b, category: legal, lines: [Fund board, Reader fund]}", "Reader fund\nFund board"),
    ("pattern-with-fewer-words", "{id: a, category: legal, max_words: 9, start: '^reader fund'}\n"
     "{id: b, category: legal, max_words: 30, start: '^reader fund of'}", "Reader fund of Ems"),
    ("other-prefix", "{id: a, category: legal, start: ['^reader funds of', '^reader fund\\b.{0,30}$']}", "Reader fund"),
    ("generic-of-another-category", "{id: a, category: promo, lines: [Share on Quillbook]}", "Share on Quillbook"),
    ("generic-word-between-paragraphs", "{id: a, category: social, lines: [Like]}", "Like"),
    ("generic-in-another-place", "{id: a, category: navigation, lines: [All parishes]}", "All parishes"),
    ("more-sure-than-generic", "{id: a, category: social, lines: [Reader fund], confidence: 0.85}", "Reader fund"),
    ("long-anywhere", "{id: a, category: legal, start: 'of the reader fund'}", "A gift of the reader fund"),
    ("bounded", "{id: a, category: legal, start: '^the fund of .{0,30}$'}", "The fund of Ems"),
    ("endless-but-few-words", "{id: a, category: legal, max_words: 9, start: '^the fund.*'}", "The fund"),
    ("word-of-no-prose", "{id: a, category: legal, lines: [Colophon]}", "Colophon"),
    ("common-word-at-the-tail", "{id: a, category: legal, where: tail, lines: [Board]}", "Board"),
    ("common-word-of-an-ad", "{id: a, category: ad, lines: [Board]}", "Board"),
    ("quotes-and-capitals", "{id: a, category: legal, start: '^“Reader’s Fund”$'}", "“Reader’s fund”"),
    ("as-many-words", "{id: a, category: legal, max_words: 5, start: '^the reader fund of ems$'}",
     "The reader fund of Ems"),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "lines"), [row[1:] for row in SILENT], ids=[row[0] for row in SILENT])
def test_of_what_is_right_nothing_is_said(tmp_path: Path, rules: str, lines: str) -> None:
    if "before:" in rules:
        lines = ""  # without a date both versions hold, and one is on record
        source = outlet(rules).replace("examples:\n", dated("2019-05-01") + dated("2021-05-01"))
    else:
        source = outlet(rules, lines)
    assert [str(finding) for finding in linted(tmp_path, {FILE: source})] == []


def dated(day: str) -> str:
    example = f'  - {{date: {day}, text: "{KEPT}\\n\\nReader fund", becomes: "{KEPT}"}}\n'
    return f"examples:\n{example}" if day.startswith("2019") else example


def test_one_line_may_be_one_thing_at_the_head_and_another_at_the_tail(tmp_path: Path) -> None:
    rules = "{id: a, category: legal, where: tail, lines: [Reader fund]}\n"
    rules += "{id: b, category: promo, where: %s, lines: [Reader fund]}"
    source = outlet(rules, "Reader fund").replace(
        f"text: |\n      {KEPT}", f"text: |\n      Reader fund\n\n      {KEPT}"
    )
    assert linted(tmp_path, {FILE: source % "head"}) == []
    assert shorts(linted(tmp_path, {FILE: source % "edge"})) == [("warning", "two-categories")]


def test_a_rule_that_the_generic_rules_make_needless_is_named(tmp_path: Path) -> None:
    rules = "{id: →a, category: social, lines: [Share on Quillbook]}"
    source, line, column = marked(outlet(rules, "Share on Quillbook"))
    rule, phrase = linted(tmp_path, {FILE: source})
    assert (rule.severity, rule.code, phrase.severity) == ("warning", "generic-duplicate", "note")
    assert (rule.error.line, rule.error.column) == (line, column)
    assert "delete the rule" in rule.error.hint
    run = "\n{id: b, category: legal, lines: [Reader fund], until: end, at_most: 9}"  # what stands in it would be legal
    (phrase,) = linted(tmp_path, {FILE: outlet(rules.replace(ARROW, "") + run, "Share on Quillbook\nReader fund")})
    assert (phrase.severity, phrase.code) == ("note", "generic-duplicate")


def test_a_generic_pattern_takes_a_line_with_any_marks_around_it(tmp_path: Path) -> None:
    rules = "{id: a, category: newsletter, lines: [Get the Quill letter, The fund letter]}"
    assert linted(tmp_path, {FILE: outlet(rules, "Get the Quill letter")}) == []  # `- Get ...` it does not take


def test_phrases_of_a_network_count_as_the_file_s_own(tmp_path: Path) -> None:
    rules = "{id: a, category: navigation, where: tail, lines: [→Reader fund, Fund board]}"
    source, line, column = marked(outlet(rules, "Fund board\nQuill group", more="extends: networks/quill\n"))
    (found,) = linted(tmp_path, {FILE: source, "networks/quill.yaml": NETWORK})
    assert (found.code, found.error.line, found.error.column) == ("repeated", line, column)
    assert "networks/quill.yaml:2" in found.error.message


def test_generic_lists_of_two_languages_may_hold_one_word(tmp_path: Path) -> None:
    rules = "rules:\n  - {id: a, language: cs, category: ad, lines: [Reklama]}\n"
    rules += "  - {id: b, language: %s, category: ad, lines: [Oglas, Reklama]}\n"
    rules += f'examples:\n  - {{text: "{KEPT}\\n\\nReklama\\n\\nOglas", becomes: "{KEPT}"}}\n'
    rules += "  - {text: The board met twice., becomes: same}\n"
    assert linted(tmp_path, {"generic/more.yaml": rules % "hr"}) == []
    assert shorts(linted(tmp_path, {"generic/more.yaml": rules % "cs"})) == [("warning", "repeated")]


# Outlets among each other

LINES = "{id: a, category: legal, lines: [Reader fund]}"
OTHER = "outlets/other.example.yaml"


@pytest.mark.parametrize(
    ("mine", "others", "code", "fragments"),
    [
        ("domains: [a.example, →b.example]", "domains: b.example", "claimed-twice", ["b.example", "other.example"]),
        ("domains: [→other.example]", "", "claimed-twice", ["claimed by other.example"]),
        (
            "fingerprints: [→Quill press]",
            "fingerprints: ['quill  press']",
            "claimed-twice",
            ["is one of other.example"],
        ),
        (
            "fingerprints: [→Quill press]",
            "fingerprints: [The Quill press of Ems]",
            "claimed-twice",
            ["stands in “The Qu"],
        ),
        ("fingerprints: [→the school bus]", "", "common-fingerprint", ["plain prose: “The ferry will"]),
        ("fingerprints: [→every parish but one]", "", "common-fingerprint", ["an example of other.example"]),
    ],
    ids=["domain", "main-domain", "fingerprint", "part-of-a-fingerprint", "prose", "example"],
)
def test_what_two_outlets_claim_is_said(
    tmp_path: Path, mine: str, others: str, code: str, fragments: list[str]
) -> None:
    source, line, column = marked(outlet(LINES, "Reader fund", more=f"{mine}\n"))
    same = "It rang in every parish but one."
    other = outlet(LINES, "Reader fund", more=others and f"{others}\n", domain="other.example", same=same)
    found = [f for f in linted(tmp_path, {FILE: source, OTHER: other}) if f.error.path.endswith(FILE)]
    assert shorts(found) == [("warning", code)]
    assert (found[0].error.line, found[0].error.column) == (line, column)
    for fragment in fragments:
        assert fragment in found[0].error.message


def test_an_outlet_may_claim_what_is_its_own(tmp_path: Path) -> None:
    more = "domains: [a.example, www.other-press.example]\nfingerprints: [Quill press of Ems]\n"
    other = outlet(LINES, "Reader fund", more="fingerprints: [Quill press of Aar]\n", domain="other.example")
    files = {FILE: outlet(LINES, "Reader fund", more=more, same="The Quill press of Ems stood still."), OTHER: other}
    assert linted(tmp_path, files) == []


def test_a_network_of_which_nothing_fires_is_said(tmp_path: Path) -> None:
    source, line, column = marked(outlet(LINES, "Reader fund", more="extends: [→networks/quill]\n"))
    network = NETWORK.replace(", Reader fund", "")
    (found,) = linted(tmp_path, {FILE: source, "networks/quill.yaml": network})
    assert (found.code, found.error.line, found.error.column) == ("dead", line, column)
    assert "no rule of networks/quill fires" in found.error.message
    fires = outlet(LINES, "Reader fund\nQuill group", more="extends: [networks/quill]\n")
    assert linted(tmp_path, {FILE: fires}) == []


def test_a_rule_that_a_later_folder_replaced_is_noted_and_not_looked_at(tmp_path: Path) -> None:
    first = write_files(tmp_path / "first", {FILE: outlet("{id: a, category: legal, start: 'fund'}", "The fund")})
    later = write_files(tmp_path / "later", {FILE: outlet(LINES, "Reader fund")})
    (found,) = check([first, later]).findings
    assert (found.severity, found.code) == ("note", "replaced")
    assert found.error.path == str(first / FILE)
    assert str(later / FILE) in found.error.message


# Coverage


def test_phrases_in_no_example_are_counted_for_each_rule(tmp_path: Path) -> None:
    rules = "{id: a, category: legal, lines: [Reader fund, Fund board, Fund desk]}\n"
    rules += "{id: b, category: promo, start: ['^fund of ems$', '^fund of aar$']}\n"
    rules += "{id: c, category: ad, inline: '\\(fund ad\\)'}"
    report = check(
        [write_files(tmp_path, {FILE: outlet(rules, "Reader fund!\nFund of Aar\nFund\u00a0of Ems\n(fund ad)")})]
    )
    counted = {row.rule.entry.id: (row.covered, row.phrases) for row in report.coverage}
    assert counted == {"a": (1, 3), "b": (2, 2), "c": (1, 1)}
    (note,) = report.findings
    assert (note.severity, note.code) == ("note", "uncovered")
    assert note.error.message == "2 of 3 phrases of rule 'a' are in no example"
    assert (report.examples, report.warnings) == (2, [])


# The command


def test_warnings_leave_the_exit_code_alone_and_are_counted(cli: Cli, tmp_path: Path) -> None:
    rules = "{id: a, category: legal, lines: [Reader fund, reader fund]}"
    folder = write_files(tmp_path, {FILE: outlet(rules, "Reader fund"), OTHER: GOOD.replace(DOMAIN, "other.example")})
    result = cli("rules", "check", "--rules", folder)
    assert result.code == 0
    assert result.out.startswith(f"{folder / FILE}:3:51: warning: “reader fund” stands in this list twice")
    assert result.err == "3 rules in 2 files hold; 4 examples passed; 1 warning\n"
    (finding,) = json.loads(cli("rules", "check", "--rules", folder, "--json").out)
    assert set(finding) == {"path", "line", "column", "severity", "code", "message", "hint"}
    assert (finding["severity"], finding["code"], finding["line"], finding["column"]) == ("warning", "repeated", 3, 51)


def test_notes_are_given_for_one_outlet_and_counted_for_all(cli: Cli, tmp_path: Path) -> None:
    rules = "{id: a, category: legal, lines: [Board, Reader fund]}"
    folder = write_files(tmp_path, {FILE: outlet(rules, "Board")})
    one = cli("rules", "check", DOMAIN, "--rules", folder)
    assert f"{FILE}:3:38: note: “Board” is one word" in one.out
    assert "in no example" in one.out
    every = cli("rules", "check", "--rules", folder)
    assert "one word" not in every.out
    row = every.out.splitlines()[-1].split("│")
    assert [cell.strip() for cell in row[1:]] == ["1", "2", "1", "–", "2"]


def test_only_the_files_that_were_asked_for_are_looked_at(tmp_path: Path) -> None:
    twice = "{id: a, category: legal, lines: [Reader fund, reader fund]}"
    first = write_files(tmp_path / "first", {FILE: outlet(twice, "Reader fund")})
    later = write_files(tmp_path / "later", {OTHER: outlet(twice, "Reader fund", domain="other.example")})
    assert len(check([first, later]).warnings) == 2
    assert [w.error.path for w in check([first, later], DOMAIN).warnings] == [str(first / FILE)]
    with pytest.raises(UsageError, match=r"no rules for 'nobody.example'"):
        check([first], "nobody.example")


def test_a_phrase_in_a_finding_cannot_steer_the_terminal(cli: Cli, tmp_path: Path) -> None:
    rules = '{id: a, category: legal, lines: [Reader fund, "Quill \\e[31m", "quill \\e[31m"]}'
    result = cli("rules", "check", "--rules", write_files(tmp_path, {FILE: outlet(rules, "Reader fund")}))
    assert "stands in this list twice" in result.out
    assert "\x1b" not in result.out


def test_the_arrow_stands_in_no_rule() -> None:
    assert all(row[1].count(ARROW) == 1 for row in FOUND)
    assert not any(ARROW in row[1] for row in SILENT)
