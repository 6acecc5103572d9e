"""`cleaner learn` and `rules new --from`: a draft that loads, and what is said of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from cleaner import Cleaner
from tests.articles import write_files
from tests.console import Cli
from tests.learn import ledger
from tests.learn.ledger import OUTLET

pytestmark = pytest.mark.usefixtures("own_cache")


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ledger.folder(tmp_path_factory.mktemp("articles") / OUTLET, range(20))


def test_a_draft_is_written_and_loads_and_its_rules_are_told(cli: Cli, articles: Path, tmp_path: Path) -> None:
    file = tmp_path / "outlets" / f"{OUTLET}.yaml"
    result = cli("learn", articles, "--outlet", OUTLET, "-o", file, "--name", "The Dunlin Ledger", "--jobs", 1)
    assert result.code == 0, result.said
    rules = {rule["id"] for rule in yaml.safe_load(file.read_text("utf-8"))["rules"]}
    assert all(rule in result.out for rule in rules)
    assert "learned from 16 articles, tried on 4 others" in result.said
    assert f"cleaner rules test {OUTLET} --on {articles}" in result.said
    assert Cleaner(rules=[tmp_path]).rulebook.outlets[OUTLET].name == "The Dunlin Ledger"


def test_without_a_file_the_draft_alone_goes_to_the_output(cli: Cli, articles: Path) -> None:
    result = cli("learn", articles, "--outlet", OUTLET, "--jobs", 1)
    assert yaml.safe_load(result.out)["outlet"] == OUTLET
    assert "navigation-head" in result.err


def test_records_are_learned_from_as_files_are(cli: Cli, articles: Path, tmp_path: Path) -> None:
    rows = [json.dumps({"n": n, "body": ledger.article(n)}) for n in range(20)]
    write_files(tmp_path, {"news.jsonl": "\n".join(rows) + "\n"})
    records = cli("learn", tmp_path, "--outlet", OUTLET, "--text-field", "body", "--jobs", 1)
    assert records.out == cli("learn", articles, "--outlet", OUTLET, "--jobs", 1).out


def test_a_file_that_is_there_stays(cli: Cli, articles: Path, tmp_path: Path) -> None:
    file = write_files(tmp_path, {"mine.yaml": "mine"}) / "mine.yaml"
    result = cli("learn", articles, "--outlet", OUTLET, "-o", file)
    assert result.code == 2
    assert "exists already" in result.err
    assert file.read_text() == "mine"


@pytest.mark.parametrize("outlet", ["../../etc", "no domain", "UPPER.example", "localhost"])
def test_an_outlet_that_is_no_domain_is_refused(cli: Cli, articles: Path, outlet: str) -> None:
    assert cli("learn", articles, "--outlet", outlet).code == 2
    assert cli("rules", "new", outlet, "--from", articles).code == 2


def test_a_folder_without_articles_is_refused(cli: Cli, tmp_path: Path) -> None:
    result = cli("learn", tmp_path, "--outlet", OUTLET)
    assert result.code == 2
    assert "nothing to clean" in result.err


def test_where_there_is_nothing_to_learn_that_is_said(cli: Cli, tmp_path: Path) -> None:
    texts = {f"{n}.txt": "\n\n".join(ledger.article_text(n)) for n in range(8)}
    result = cli("learn", write_files(tmp_path / "in", texts), "--outlet", OUTLET, "-o", tmp_path / "x.yaml", "-j", 1)
    assert result.code == 1
    assert "nothing to learn" in result.said
    assert not (tmp_path / "x.yaml").exists()


def test_new_rules_from_articles_stand_where_they_load_with_fingerprints_by_contrast(
    cli: Cli, articles: Path, tmp_path: Path
) -> None:
    other = write_files(tmp_path / "other", {"a.txt": f"{ledger.article_text(900)[0]}\n\n{ledger.TAIL[2]}\n"})
    result = cli("rules", "new", OUTLET, "--from", articles, "--others", other, "-o", tmp_path / "rules")
    assert result.code == 0, result.said
    outlet = Cleaner(rules=[tmp_path / "rules"]).rulebook.outlets[OUTLET]
    assert ledger.TAIL[0] in outlet.fingerprints
    assert ledger.TAIL[2] not in outlet.fingerprints


def test_new_rules_from_articles_that_teach_nothing_are_a_skeleton(cli: Cli, tmp_path: Path) -> None:
    texts = {f"{n}.txt": "\n\n".join(ledger.article_text(n)) for n in range(8)}
    source = write_files(tmp_path / "in", texts)
    result = cli("rules", "new", OUTLET, "--from", source, "--name", "Ledger: # daily", "-o", tmp_path / "rules")
    assert result.code == 0
    assert "skeleton" in result.said
    written = yaml.safe_load((tmp_path / "rules" / "outlets" / f"{OUTLET}.yaml").read_text("utf-8"))
    assert (written["name"], written["examples"][0]["becomes"]) == ("Ledger: # daily", "TODO")
