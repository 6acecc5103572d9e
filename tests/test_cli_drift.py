"""`cleaner rules drift` and `cleaner stats --since` as a user meets them."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from cleaner import Cleaner
from cleaner.batch import clean_all
from cleaner.drift.findings import Month
from cleaner.io.files import RECORDS
from cleaner.io.inputs import gather
from cleaner.io.ledger import WRITTEN, Entry, Ledger, noted
from cleaner.model import Removal
from cleaner.report.drift import bars
from cleaner.tasks import Run
from tests.articles import LETTER, write_files
from tests.console import Cli
from tests.test_drift import BRIGHT, LETTER_RULE, NEW_LETTER, QUILL, some


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, rules: Path) -> Path:
    """Two runs, `old` and `new`: in the second an outlet has a new wording."""
    folder = tmp_path_factory.mktemp("runs")
    cleaner = Cleaner(rules=[rules], rules_only=True)
    rng = random.Random(1)
    for name, line, months in (("old", LETTER, (1, 2)), ("new", NEW_LETTER, (3, 4))):
        rows = [r for n in months for r in some(30, QUILL, rng, (0.8, line), date=f"2025-{n:02}-09")]
        rows += [r for n in months for r in some(30, BRIGHT, rng, (0.5, LETTER), date=f"2025-{n:02}-09")]
        write_files(folder / f"{name}.in", {"news.jsonl": "".join(json.dumps(row) + "\n" for row in rows)})
        for _ in clean_all(Run.of(cleaner, folder / name), gather([folder / f"{name}.in"])):
            pass
    return folder


@pytest.fixture(autouse=True)
def only_own_rules(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Leave out the rules that come with the package, which take seconds to read."""
    (tmp_path / "none").mkdir()
    monkeypatch.setattr("cleaner.rulebook.load.packaged_rules", lambda: tmp_path / "none")


def test_what_drifted_is_told_with_what_to_do_and_ends_with_1(cli: Cli, runs: Path, rules: Path) -> None:
    result = cli("rules", "drift", runs / "new", "--since", runs / "old", "--rules", rules)
    assert (result.code, result.err) == (1, "")
    assert f"2 outlets compared: {runs / 'new'} with {runs / 'old'}\n" in result.out
    tables = [[cell.strip() for cell in line.split("│")] for line in result.out.splitlines() if "│" in line]
    assert [LETTER_RULE, QUILL, "80.0% of 60", "0% of 60", "██__", "2025-03", LETTER.strip()] in tables
    assert any(row[:5] == [NEW_LETTER.strip(), QUILL, "tail", "0% of 60", "80.0% of 60"] for row in tables)
    assert f"  cleaner learn ARTICLES --outlet {QUILL}\n" in result.out
    assert BRIGHT not in result.out


def test_no_drift_ends_with_0(cli: Cli, runs: Path, rules: Path) -> None:
    result = cli("rules", "drift", runs / "new", "--since", runs / "old", "--rules", rules, "--outlet", BRIGHT)
    assert result.code == 0
    assert "1 outlet compared" in result.out
    assert "nothing drifted" in result.out
    result = cli("rules", "drift", runs / "new", "--rules", rules)
    assert (result.code, "the last months of" in result.out) == (0, True)


def test_json_holds_all(cli: Cli, runs: Path, rules: Path) -> None:
    result = cli("rules", "drift", runs / "new", "--since", runs / "old", "--rules", rules, "--json")
    said = json.loads(result.out)
    assert result.code == 1
    (rule,), (line,) = said["rules"], said["lines"]
    assert (rule["rule"], rule["how"], rule["since"]) == (LETTER_RULE, "silent", "2025-03")
    assert (rule["old"], rule["new"]) == ({"documents": 48, "of": 60}, {"documents": 0, "of": 60})
    assert rule["months"][0] == ["2025-01", 24, 30]
    assert line["line"] == NEW_LETTER.strip()
    assert (said["compared"], said["skipped"], said["unread"], said["apart"], said["came"]) == (2, 0, 0, [], {})


def test_statistics_tell_it_besides(cli: Cli, runs: Path, rules: Path) -> None:
    result = cli("stats", runs / "new", "--since", runs / "old", "--rules", rules)
    assert result.code == 1
    assert "120 of 120 documents cleaned" in result.out
    assert "rules that fell silent or fire less" in result.out
    said = json.loads(cli("stats", runs / "new", "--since", runs / "old", "--rules", rules, "--json").out)
    assert said["states"]["documents"] == 120
    assert [row["rule"] for row in said["drift"]["rules"]] == [LETTER_RULE]
    result = cli("stats", runs / "new", "--rules", rules, "--json")
    assert (result.code, "drift" in json.loads(result.out)) == (0, False)


def test_calls_that_make_no_sense_end_with_2(cli: Cli, runs: Path, rules: Path, tmp_path: Path) -> None:
    for since, said in ((runs / "new", "is the run itself"), (tmp_path, "name the output folder of `cleaner clean`")):
        result = cli("rules", "drift", runs / "new", "--since", since, "--rules", rules)
        assert (result.code, result.out) == (2, "")
        assert said in result.err


def test_names_and_texts_cannot_steer_the_terminal_and_are_no_markup(cli: Cli, tmp_path: Path) -> None:
    odd = "[red]a[/red]<script>\x1b[31m\x9b\udce9"
    for name, is_fired in (("old", True), ("new", False)):
        (tmp_path / name / RECORDS).mkdir(parents=True)
        with Ledger(tmp_path / name) as book:
            outlet = {"domain": odd, "how": "url", "evidence": odd}
            for n in range(60):
                removals = [Removal(0, 9, f"{odd} text", "ad", f"heuristics/{odd}", 1.0, "")][: is_fired and 1]
                entry = Entry(f"{odd}{n}", WRITTEN, outlet=outlet, characters=99, removals=len(removals))
                book.add([noted(entry, removals)])
    result = cli("rules", "drift", tmp_path / "new", "--since", tmp_path / "old")
    assert result.code == 1
    assert "[red]a[/red]<script>" in result.out
    assert not {"\x1b", "\x9b"} & set(result.out)
    assert "is not finished" in result.out
    said = cli("rules", "drift", tmp_path / "new", "--since", tmp_path / "old", "--json")
    assert said.out.isascii()
    assert json.loads(said.out)["rules"][0]["how"] == "silent"


def test_bars_show_the_last_twelve_months_and_gaps() -> None:
    months = [Month(f"{2023 + n // 12}-{n % 12 + 1:02}", n, 24) for n in range(24)]
    assert bars(months) == "▅▅▅▆▆▆▇▇▇███"
    assert bars([Month("2024-11", 1, 2), Month("2025-02", 0, 3)]) == "█  _"
    assert bars([Month("2025-02", 0, 3)]) == "_"
    assert bars([]) == ""
