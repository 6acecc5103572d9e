"""The documents say what is so: every command in them is run, and prints what they show."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cleaner import Cleaner
from cleaner.errors import RulesError
from cleaner.rulebook.load import load, packaged_rules
from tests.learn import ledger
from tools.outlets_table import table

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def commands(document: str) -> list[tuple[str, str]]:
    text = (ROOT / document).read_text("utf-8")
    return [(c[1], c[2]) for block in BLOCK.findall(text) for c in COMMAND.finditer(block)]


DOCUMENTS = ["README.md", "CONTRIBUTING.md", "docs/rules.md", "docs/importing.md"]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_print_what_the_document_shows(document: str, tmp_path: Path) -> None:
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    shown = commands(document)
    assert shown
    for command, output in shown:
        assert command.startswith("cleaner ")
        run = subprocess.run(
            command.split(),
            cwd=tmp_path,
            env={**os.environ, "PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        printed = "".join(line.rstrip() + "\n" for line in run.stdout.decode().splitlines())
        assert printed == output, command


@pytest.mark.parametrize("document", ["README.md", "docs/rules.md"])
def test_python_in_the_documents_runs(document: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testfile(str(ROOT / document), module_relative=False)
    assert tried
    assert not failed


def test_the_table_of_outlets_is_that_of_the_rules() -> None:
    written = (ROOT / "docs" / "outlets.md").read_text("utf-8")
    assert written == table(load([packaged_rules()])), "python -m tools.outlets_table > docs/outlets.md"


def test_the_articles_that_the_documents_learn_from_are_those_of_the_invented_paper() -> None:
    for number in range(1, 21):
        written = (ROOT / "tests" / "fixtures" / "learning" / f"{number:02}.txt").read_text("utf-8")
        assert written == ledger.article(number)


def _rule_file() -> str:
    found = re.search(r"^```yaml\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def test_the_rule_file_in_the_readme_proves_itself(tmp_path: Path) -> None:
    path = tmp_path / "outlets" / "example-times.com.yaml"
    path.parent.mkdir()
    path.write_text(_rule_file(), "utf-8")
    assert "outlets/example-times.com/support-plea" in {r.id for r in Cleaner(rules=[tmp_path]).rulebook.rules}


def test_the_mistake_in_the_readme_gets_the_address_shown(tmp_path: Path) -> None:
    path = tmp_path / "outlets" / "example-times.com.yaml"
    path.parent.mkdir()
    path.write_text(_rule_file().replace("at_most", "at_moost"), "utf-8")
    shown = re.search(
        r"`(example-times\.com\.yaml:\d+:\d+: .*?)`$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert shown
    with pytest.raises(RulesError) as caught:
        Cleaner(rules=[tmp_path])
    assert str(caught.value).endswith(shown[1])


@pytest.mark.skipif(
    not list((ROOT / ".venv").glob(".installed-*")), reason="the scripts have not made their environment here"
)
def test_the_run_script_cleans_from_any_folder_and_again(tmp_path: Path) -> None:
    for _ in range(2):
        call = [ROOT / "scripts" / "run", "clean", ROOT / "tests" / "fixtures" / "raw", "-o", "cleaned"]
        assert subprocess.run(call, cwd=tmp_path, check=False).returncode == 0
    cleaned = {p.relative_to(tmp_path / "cleaned") for p in (tmp_path / "cleaned").rglob("*.txt")}
    assert cleaned == {
        p.relative_to(ROOT / "tests/fixtures/cleaned") for p in (ROOT / "tests/fixtures/cleaned").rglob("*.txt")
    }
