"""`cleaner rules test`: what the rules of an outlet take from a folder of its articles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cleaner import Cleaner
from cleaner.io.inputs import gather
from cleaner.lint.trial import Trial, try_rules
from cleaner.reading import read_source
from tests.articles import write_files
from tests.console import Cli
from tests.lint.files import DOMAIN, KEPT, outlet

PLEA = (
    "The Quillmore fund asks every reader for a gift, so that the presses can run through the long winter of the Ems."
)
RULES = """\
{id: colophon, category: legal, lines: [Printed by hand, Printed by hand in Ems]}
{id: plea, category: donation, start: '^the quillmore fund asks'}
{id: ghost, category: promo, lines: [Buy the bell]}
{id: cut, category: promo, inline: ' \\(in the quill app\\)'}
"""
NETWORK = f"""\
rules:
  - {{id: group, category: navigation, lines: [Quill group]}}
examples:
  - {{text: "{KEPT}\\n\\nQuill group", becomes: "{KEPT}"}}
  - {{text: The group met twice in the old works and agreed on nothing., becomes: same}}
"""
SECOND = "Nobody at the board could say why the boats had come{}, but the keeper’s wife thought that it was the heat."
THIRD = "The keeper has asked the parish for a longer chain, and the parish has asked him for a drawing of the weir."
ARTICLES = {
    "a.txt": f"{KEPT}\r\n\r\n{SECOND.format('')}\r\n\r\nPrinted by hand in Ems\r\n\r\n{THIRD}\r\n\r\n{PLEA}\r\n",
    "sub/b.txt": f"{KEPT}\n\nPrinted by hand\n\n{SECOND.format(' (in the Quill app)')}\n\nPrinted by hand\n",
    "c.txt": f"{KEPT}\n\nQuill group\n",
    "news.jsonl": json.dumps({"id": "d", "text": f"{KEPT}\n\nPrinted by hand\n"}) + "\n",
}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    lines = f"Printed by hand\n{PLEA}\nBuy the bell\nQuill group"
    source = outlet(RULES.rstrip(), lines, more="extends: networks/quill\n")
    example = f'  - {{text: "{KEPT[:-1]} (in the Quill app).", becomes: "{KEPT}"}}\n'
    source = source.replace("  - text: The board met", f"{example}  - text: The board met")
    return write_files(tmp_path / "rules", {f"outlets/{DOMAIN}.yaml": source, "networks/quill.yaml": NETWORK})


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    return write_files(tmp_path / "articles", dict(ARTICLES))


def tried(rules: Path, articles: Path) -> Trial:
    cleaner = Cleaner([rules], rules_only=True)
    files = cleaner.rulebook.files_for(DOMAIN)
    readings = (pair for source in gather([articles]).sources for pair in read_source(source, cleaner, DOMAIN))
    return try_rules([rule for rule in cleaner.rulebook.rules if rule.file in files], cleaner, readings)


def test_each_rule_is_counted(rules: Path, articles: Path) -> None:
    trial = tried(rules, articles)
    assert (trial.documents, trial.failed) == (4, [])
    counted = {t.rule.id.rsplit("/", 1)[1]: (t.documents, t.blocks, t.refusals, t.prose) for t in trial.tallies}
    assert counted == {
        "colophon": (3, 4, 0, 0),
        "plea": (1, 1, 0, 1),
        "ghost": (0, 0, 0, 0),
        "cut": (1, 1, 0, 0),
        "group": (1, 1, 0, 0),
    }
    tallies = {t.rule.id.rsplit("/", 1)[1]: t for t in trial.tallies}
    assert tallies["colophon"].sample == "Printed by hand in Ems"
    assert tallies["cut"].characters == len(" (in the Quill app)")
    (prose,) = tallies["plea"].named
    assert (prose.document, prose.line, prose.text) == ("a.txt", 9, PLEA)
    assert not tallies["ghost"].fired


def test_the_counts_are_those_of_cleaning(rules: Path, articles: Path) -> None:
    cleaner = Cleaner([rules], rules_only=True)
    sources = gather([articles]).sources
    removed = 0
    for source in sources:
        for _, reading in read_source(source, cleaner, DOMAIN):
            assert not isinstance(reading, Exception)
            removed += sum(len(removal.text) for removal in cleaner.clean(reading.document).removals)
    assert sum(tally.characters for tally in tried(rules, articles).tallies) == removed


def test_the_command_shows_a_table_the_silent_rules_and_the_prose(cli: Cli, rules: Path, articles: Path) -> None:
    result = cli("rules", "test", DOMAIN, "--on", articles, "--rules", rules)
    assert result.code == 0
    rows = {
        row[0].strip(): [cell.strip() for cell in row[1:]]
        for row in (line.split("│") for line in result.out.splitlines())
    }
    assert rows[f"outlets/{DOMAIN}/colophon"][:3] == ["3", "75.0%", "4"]
    assert rows[f"outlets/{DOMAIN}/colophon"][-1] == "Printed by hand in Ems"
    assert rows["networks/quill/group"][:3] == ["1", "25.0%", "1"]
    assert f"never fired: outlets/{DOMAIN}/ghost\n" in result.out
    assert f"TAKES PROSE: outlets/{DOMAIN}/plea took 1 block" in result.out
    assert "a.txt:9: The Quillmore fund asks" in result.out
    assert result.err.startswith("4 documents; ")


@pytest.mark.parametrize("rule", ["colophon", f"outlets/{DOMAIN}/colophon"])
def test_one_rule_can_be_tried_alone(cli: Cli, rules: Path, articles: Path, rule: str) -> None:
    result = cli("rules", "test", DOMAIN, "--on", articles, "--rules", rules, "--rule", rule)
    assert result.code == 0
    assert "colophon" in result.out
    assert "plea" not in result.out
    assert "never fired" not in result.out


def test_a_refused_cut_and_an_unreadable_document_fail(cli: Cli, rules: Path, tmp_path: Path) -> None:
    folder = write_files(tmp_path / "bad", {"a.txt": "\n\n".join([f"{PLEA} {n}." * 3 for n in range(4)])})
    result = cli("rules", "test", DOMAIN, "--on", folder, "--rules", rules)
    assert result.code == 1
    assert "refused" in result.err
    folder = write_files(tmp_path / "binary", {"a.txt": b"\x00\x01\x02" * 50, "b.txt": KEPT})
    result = cli("rules", "test", DOMAIN, "--on", folder, "--rules", rules)
    assert result.code == 1
    assert "a.txt" in result.err
    assert result.err.endswith("1 document; 0 characters removed; 0 refused; 1 failed\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nobody.example", "--on", "."], "no rules for 'nobody.example'"),
        ([DOMAIN, "--on", "nowhere"], "no such file or folder"),
        ([DOMAIN, "--on", "empty"], "nothing to clean"),
        (
            [DOMAIN, "--on", ".", "--rule", "colofon"],
            "no rule 'colofon' for quillmore.example; its rules: group, colophon",
        ),
    ],
    ids=["outlet", "folder", "empty", "rule"],
)
def test_a_call_that_makes_no_sense_is_refused(
    cli: Cli, rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    result = cli("rules", "test", *arguments, "--rules", rules)
    assert result.code == 2
    assert said in result.err


def test_of_much_prose_only_some_is_named(cli: Cli, rules: Path, tmp_path: Path) -> None:
    texts = {f"{n:02}.txt": f"{KEPT}\n\n{SECOND.format('')}\n\n{THIRD}\n\n{PLEA}\n" for n in range(25)}
    result = cli("rules", "test", DOMAIN, "--on", write_files(tmp_path / "many", texts), "--rules", rules)
    assert result.code == 0
    assert "took 25 blocks that read as prose" in result.out
    assert result.out.count(".txt:7: ") == 20
    assert "and 5 more" in result.out
