"""Cosmetic filters: what is plain CSS for a named outlet, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner.errors import UsageError
from cleaner.imported import adblock
from cleaner.imported.adblock import read_list
from cleaner.imported.draft import Findings
from cleaner.imported.refused import NOT_CSS, WHOLE_PAGE


def read(folder: Path, content: str | bytes, *wanted: str) -> tuple[dict[str, list[str]], Findings]:
    path = folder / "hide.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    findings = Findings()
    read_list(path, findings, wanted)
    return {d: [selector.css for selector in draft.remove] for d, draft in findings.drafts.items()}, findings


def reasons(findings: Findings) -> list[tuple[int, str]]:
    return [(refusal.line, refusal.reason) for refusal in findings.refusals]


def test_a_filter_counts_for_each_of_its_domains(tmp_path: Path) -> None:
    found, findings = read(tmp_path, "a.example, WWW.b.example##.ad\r\na.example##p:not(.x) > a\n")
    assert found == {"a.example": [".ad", "p:not(.x) > a"], "b.example": [".ad"]}
    assert not findings.refusals


def test_what_holds_above_holds_below(tmp_path: Path) -> None:
    found, _ = read(tmp_path, "news.a.example##.n\na.example##.ad\n")
    assert found == {"a.example": [".ad"], "news.a.example": [".n", ".ad"]}


@pytest.mark.parametrize("exception", ["a.example#@#.ad", "#@#.ad", "example#@#.x\na.example,b.example#@#.ad"])
def test_an_exception_takes_back(tmp_path: Path, exception: str) -> None:
    found, findings = read(tmp_path, f"{exception}\na.example##.ad\na.example##.more\n")
    assert found == {"a.example": [".more"]}
    assert not findings.refusals


@pytest.mark.parametrize("lines", ["a.example##.ad\nx.a.example#@#.ad", "a.example,~x.a.example##.ad"])
def test_what_does_not_hold_for_a_part_of_the_outlet_is_left_out(tmp_path: Path, lines: str) -> None:
    found, findings = read(tmp_path, lines)
    assert found == {}
    assert reasons(findings) == [(1, adblock.BELOW)]


def test_a_negation_elsewhere_changes_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "a.example,~x.b.example##.ad")[0] == {"a.example": [".ad"]}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("a.example#?#.x:-abp-has(.y)", adblock.OTHER_KIND),
        ("a.example#$#.x { color: red }", adblock.OTHER_KIND),
        ("a.example#%#alert(1)", adblock.OTHER_KIND),
        ("a.example#@?#.x", adblock.OTHER_KIND),
        ("a.example##+js(set, x, y)", adblock.OTHER_KIND),
        ("a.example##^script:has-text(x)", adblock.OTHER_KIND),
        ("a.example$$script[x]", adblock.OTHER_KIND),
        ("a.example##.x:has-text(Ad)", NOT_CSS),
        ("a.example##.x:style(color: red)", NOT_CSS),
        ("a.example##.x:upward(2)", NOT_CSS),
        ("a.example##.x:not(:has-text(Ad))", NOT_CSS),
        ("a.example##.x:matches-css(a: b)", NOT_CSS),
        ("a.example##.x:remove()", NOT_CSS),
        ("a.example##p:not(:has(:is(.y)))", NOT_CSS),
        ("a.example##.x {", NOT_CSS),
        ("a.example##", NOT_CSS),
        ("a.example##body", WHOLE_PAGE),
        ("a.example##*:not(.x)", WHOLE_PAGE),
        ("a.*##.x", adblock.ENTITY),
        ("../../etc##.x", adblock.NO_DOMAIN),
        ("a.example/path##.x", adblock.NO_DOMAIN),
        ("[$path=/x]a.example##.x", adblock.NO_DOMAIN),
        ("/a.*/##.x", adblock.NO_DOMAIN),
        ("größe.example##.x", adblock.NO_DOMAIN),
    ],
)
def test_what_is_no_plain_rule_is_reported(tmp_path: Path, line: str, reason: str) -> None:
    found, findings = read(tmp_path, f"! list\n{line}\nb.example##.ad\n")
    assert found == {"b.example": [".ad"]}
    assert reasons(findings) == [(2, reason)]


def test_standard_has_is_taken(tmp_path: Path) -> None:
    assert read(tmp_path, "a.example##div:has(> .ad)")[0] == {"a.example": ["div:has(> .ad)"]}


def test_filters_for_all_and_for_addresses_are_counted(tmp_path: Path) -> None:
    lines = "[Adblock Plus 2.0]\n! a\n||x.example^\n@@||y.example^$document\n/ad.js\n##.ad\n~a.example##.ad\n*##.ad\n"
    found, findings = read(tmp_path, lines)
    assert (found, findings.refusals) == ({}, [])
    assert dict(findings.ignored) == {
        "ad-block list: filters of addresses": 3,
        "ad-block list: filters for all outlets": 3,
    }


def test_only_the_outlets_that_are_wanted(tmp_path: Path) -> None:
    lines = "a.example##.ad\nb.example##.x:upward(1)\nexample##.all\nnews.b.example##.n\nb.example##.b\n"
    found, findings = read(tmp_path, lines, "a.example", "news.b.example")
    assert found == {"a.example": [".ad"], "news.b.example": [".n", ".b"]}
    assert reasons(findings) == [(2, NOT_CSS)]


def test_bytes_that_are_not_utf_8_and_lines_without_end(tmp_path: Path) -> None:
    endless = b"a.example##." + b"x" * 3 * adblock.MAX_LINE
    found, findings = read(tmp_path, b'a.example##[title="caf\xe9"]\n' + endless + b"\na.example##.ad")
    assert found == {"a.example": ['[title="café"]', ".ad"]}
    assert reasons(findings) == [(2, adblock.TOO_LONG)]


def test_more_than_can_be_kept_asks_for_outlets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adblock, "MAX_FILTERS", 20)
    lines = "".join(f"a{n}.example##.ad\n" for n in range(40))
    with pytest.raises(UsageError, match="--domain"):
        read(tmp_path, lines)
    assert read(tmp_path, lines, "a7.example")[0] == {"a7.example": [".ad"]}
