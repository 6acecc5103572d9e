"""`cleaner stats` as a user meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cleaner import Cleaner
from cleaner.batch import clean_all
from cleaner.cli.app import main
from cleaner.io.files import RECORDS
from cleaner.io.inputs import gather
from cleaner.io.ledger import FAILED, SUMMARY, WRITTEN, Entry, Ledger, Noted, noted
from cleaner.model import Removal
from cleaner.tasks import Run
from tests.articles import ARTICLES, write_files


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, rules: Path) -> Path:
    folder = tmp_path_factory.mktemp("run")
    write_files(folder / "in", {**ARTICLES, "broken.txt": b"\x89PNG\r\n\x1a\n"})
    for _ in clean_all(Run.of(Cleaner(rules=[rules]), folder / "out"), gather([folder / "in"], folder / "out")):
        pass
    return folder / "out"


@pytest.fixture(autouse=True)
def only_own_rules(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Leave out the rules that come with the package, which take seconds to read."""
    (tmp_path / "none").mkdir()
    monkeypatch.setattr("cleaner.rulebook.load.packaged_rules", lambda: tmp_path / "none")


def stats(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: object
) -> tuple[int, str, str]:
    """Return the exit code and what was printed on standard output and standard error."""
    monkeypatch.setattr(sys, "argv", ["cleaner", "stats", *map(str, arguments)])
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main()
    assert isinstance(ended.value.code, int | None)
    return ended.value.code or 0, *capsys.readouterr()


def rows(printed: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("│")] for line in printed.splitlines() if "│" in line]


def test_the_tables_say_what_was_removed_and_what_needs_a_look(
    run: Path, rules: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = stats(monkeypatch, capsys, run, "--rules", rules)
    assert (code, err) == (0, "")
    assert "5 of 6 documents cleaned; 0 flagged; 1 failed\n" in out
    assert "not finished" not in out
    tables = rows(out)
    assert ["quillmore.example", "legal", "1", "1", "1", "31", "11.9%"] in tables
    assert ["generic/standing/letter", "unknown", "newsletter", "3", "3", "111", "0.950"] in tables
    assert "0 of 4 rules removed nothing" in out
    shares = {row[0]: row[2] for row in tables if row[0] == "none" or row[0].startswith("to ")}
    assert sum(map(int, shares.values())) == 5
    assert shares["none"] == "1"
    assert "█" * 24 in out
    assert "why documents failed" in out


def test_json_holds_all_tables(
    run: Path, rules: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = stats(monkeypatch, capsys, run, "--rules", rules, "--json")
    said = json.loads(out)
    summary = json.loads((run / RECORDS / SUMMARY).read_text("utf-8"))
    assert code == 0
    assert said["states"]["documents"] == summary["documents"]
    assert {row["category"]: row["characters"] for row in said["categories"]} == summary["removed_characters"]
    assert sum(row["fires"] for row in said["rules"]["rows"]) == sum(summary["removed_blocks"].values())
    assert {row["outlet"]: row["documents"] for row in said["outlets"]["rows"]} == summary["outlets"]
    assert [bin["up_to"] for bin in said["shares"]] == [n / 10 for n in range(11)]
    assert said["unfired"] == {"possible": 4, "never": [], "elsewhere": 0}


def test_options_narrow_the_tables(
    run: Path, rules: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(*options: str) -> Any:
        code, out, _ = stats(monkeypatch, capsys, run, "--rules", rules, "--json", *options)
        assert code == 0
        return json.loads(out)

    assert {row["outlet"] for row in said("--outlet", "quillmore.example")["rules"]["rows"]} == {"quillmore.example"}
    assert {row["category"] for row in said("--category", "donation")["outlets"]["rows"]} == {"donation"}
    assert {row["rule"] for row in said("--rule", "generic/standing/gift")["rules"]["rows"]} == {
        "generic/standing/gift"
    }
    cut = said("--top", "1")["outlets"]
    assert (len(cut["rows"]), cut["total"]) == (1, 4)
    assert "… 3 more; see --top or --json" in stats(monkeypatch, capsys, run, "--rules", rules, "--top", "1")[1]


def test_logs_are_exported_besides(
    tmp_path: Path, run: Path, rules: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = stats(monkeypatch, capsys, run, "--rules", rules, "--export", tmp_path / "logs")
    assert code == 0
    assert "documents cleaned" in out
    assert err == f"{tmp_path / 'logs'}: removals.parquet and manifest.parquet written\n"
    assert sorted(path.name for path in (tmp_path / "logs").iterdir()) == ["manifest.parquet", "removals.parquet"]


def test_names_cannot_steer_the_terminal_and_are_no_markup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = "[red]a[/red]<script>\x1b[31m\x9b\udce9"
    (tmp_path / "out" / RECORDS).mkdir(parents=True)
    with Ledger(tmp_path / "out") as book:
        text = "x" * 90
        entry = Entry(
            odd,
            WRITTEN,
            outlet={"domain": odd, "how": "url", "evidence": odd},
            characters=90,
            removed_blocks={"ad": 1},
            removed_characters={"ad": 90},
            removals=1,
            flags=(odd,),
        )
        others = [Noted(Entry(str(n), WRITTEN, characters=9)) for n in range(3)]
        book.add([noted(entry, [Removal(0, 90, text, "ad", odd, 1.0, "")]), *others, Noted(Entry("f", FAILED, odd))])
    code, out, _ = stats(monkeypatch, capsys, tmp_path / "out")
    assert code == 0
    assert (
        out.count("[red]a[/red]<script>") == 8
    )  # three times the outlet, twice the flag, the rule, the document, the failure
    assert not {"\x1b", "\x9b"} & set(out)
    assert "the run is not finished" in out
    code, out, _ = stats(monkeypatch, capsys, tmp_path / "out", "--json")
    assert json.loads(out)["unusual"]["rows"][0]["outlet"].startswith("[red]a[/red]<script>\x1b[31m\x9b")
    assert out.isascii()


def test_a_folder_without_a_run_ends_with_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = stats(monkeypatch, capsys, tmp_path)
    assert (code, out) == (2, "")
    assert "name the output folder of `cleaner clean`" in err


def test_no_other_command_waits_for_the_database_to_be_imported() -> None:
    code = "import sys; import cleaner.cli.app; assert 'duckdb' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
