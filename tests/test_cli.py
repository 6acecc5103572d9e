"""The command line as a user meets it: what is printed, what is written, and the exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from cleaner import Cleaner
from cleaner.cli.app import app
from cleaner.errors import RulesError
from tests.console import Cli, Result

SCRIPT = Path(sys.executable).with_name("cleaner")
RULES = """\
rules:
  - {id: letter, category: newsletter, why: letter prompt, lines: [Get the Quillmore letter each Friday]}
  - {id: gift, category: donation, start: '^give to the quillmore fund'}
  - {id: seen, category: caption, lines: [Seen from the Quillmore tower]}
examples:
  - text: |
      Get the Quillmore letter each Friday

      The lock keeper counted ninety boats in July and eighty in August, the board said on Monday.

      Give to the Quillmore fund today

      Seen from the Quillmore tower
    becomes: |
      The lock keeper counted ninety boats in July and eighty in August, the board said on Monday.
  - text: The letter that the lock keeper wrote to the board in July was never answered by anybody there.
    becomes: same
"""
LETTER = "Get the Quillmore letter each Friday\n"
GIFT = "Give to the Quillmore fund\n"
SEEN = "Seen from the Quillmore tower\n"
PROSE = "The lock keeper counted ninety boats in July and eighty in August, the board said on Monday.\n"


def script(*arguments: object, stdin: bytes = b"", **options: Any) -> subprocess.CompletedProcess[bytes]:
    command = [str(part) for part in (SCRIPT, *arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=60, **options)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules" / "generic" / "standing.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(RULES, "utf-8")
    return tmp_path / "rules"


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text(LETTER + PROSE + SEEN, "utf-8")
    (folder / "sub" / "b.txt").write_text(PROSE + GIFT, "utf-8")
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def texts(folder: Path) -> dict[str, str]:
    return {name: data.decode() for name, data in tree(folder).items() if not name.startswith(".cleaner/")}


# Help


def commands(group: Any = None, name: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    group = group or typer.main.get_command(app)
    for word, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*name, word))
        else:
            yield (*name, word)


@pytest.mark.parametrize("command", list(commands()), ids=" ".join)
def test_the_help_of_every_command_has_an_example_of_its_call(cli: Cli, command: tuple[str, ...]) -> None:
    result = cli(*command, "--help")
    assert result.code == 0
    assert f"Example: cleaner {' '.join(command)}" in result.said


def test_the_help_names_the_exit_codes_and_the_shell_completion(cli: Cli) -> None:
    result = cli("--help")
    assert result.code == 0
    assert "Exit codes: 0 all well; 1 some documents or examples failed" in result.said
    assert "--install-completion" in result.out


def test_the_version_is_printed(cli: Cli) -> None:
    result = cli("--version")
    assert result.code == 0
    assert result.out.startswith("cleaner 0.")


def test_the_installed_script_runs() -> None:
    result = script("--version")
    assert result.returncode == 0
    assert result.stdout.startswith(b"cleaner ")


# clean


def test_clean_writes_the_same_tree_and_its_records(cli: Cli, tmp_path: Path, articles: Path, rules: Path) -> None:
    result = cli("clean", articles, "-o", tmp_path / "out", "--rules", rules)
    assert result.code == 0
    assert texts(tmp_path / "out") == {"a.txt": PROSE + SEEN, "sub/b.txt": PROSE}
    assert {path.name for path in (tmp_path / "out" / ".cleaner").iterdir()} == {
        "manifest.jsonl",
        "removals.jsonl",
        "summary.json",
    }
    assert "2 of 2 documents cleaned" in result.said
    assert result.out == ""


def test_a_dry_run_reports_and_writes_nothing(
    cli: Cli, tmp_path: Path, articles: Path, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = tree(tmp_path)
    for output in ([], ["-o", "out"]):
        result = cli("clean", articles, "--rules", rules, "--dry-run", *output)
        assert result.code == 0
        assert "2 of 2 documents would be cleaned" in result.said
        assert "newsletter" in result.said
        assert tree(tmp_path) == before
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "a", "b"),
    [
        ([], PROSE + SEEN, PROSE),
        (["--drop", "caption"], PROSE, PROSE),
        (["--keep", "newsletter"], LETTER + PROSE + SEEN, PROSE),
        (["--keep", "newsletter,donation", "--drop", "caption"], LETTER + PROSE, PROSE + GIFT),
        (["--keep", "newsletter", "--keep", "donation"], LETTER + PROSE + SEEN, PROSE + GIFT),
        (["--mode", "precision"], PROSE + SEEN, PROSE),
        (["--mode", "recall"], PROSE + SEEN, PROSE),
    ],
    ids=["default", "drop", "keep", "both", "repeated", "precision", "recall"],
)
def test_keep_drop_and_mode_decide_what_goes(
    cli: Cli, tmp_path: Path, articles: Path, rules: Path, options: list[str], a: str, b: str
) -> None:
    assert cli("clean", articles, "-o", tmp_path / "out", "--rules", rules, *options).code == 0
    assert texts(tmp_path / "out") == {"a.txt": a, "sub/b.txt": b}


def test_quiet_says_nothing(cli: Cli, tmp_path: Path, articles: Path, rules: Path) -> None:
    (articles / "image.png").write_bytes(b"\x89PNG")
    assert cli("clean", articles, "-o", tmp_path / "out", "--rules", rules, "--quiet") == Result(0, "", "")


def test_a_failed_document_is_named_and_sets_the_exit_code(
    cli: Cli, tmp_path: Path, articles: Path, rules: Path
) -> None:
    (articles / "broken.txt").write_bytes(b"\x89PNG\r\n\x1a\n")
    result = cli("clean", articles, "-o", tmp_path / "out", "--rules", rules)
    assert result.code == 1
    assert "failed: broken.txt: looks like a PNG image" in result.said
    assert set(texts(tmp_path / "out")) == {"a.txt", "sub/b.txt"}


def test_a_document_of_which_nothing_is_left_is_flagged_and_sets_the_exit_code(
    cli: Cli, tmp_path: Path, rules: Path
) -> None:
    (tmp_path / "only.txt").write_text(LETTER)
    result = cli("clean", tmp_path / "only.txt", "-o", tmp_path / "out", "--rules", rules)
    assert result.code == 1
    assert "flagged: only.txt: emptied" in result.said


def test_resume_goes_on_and_overwrite_starts_anew(cli: Cli, tmp_path: Path, articles: Path, rules: Path) -> None:
    call = ("clean", articles, "-o", tmp_path / "out", "--rules", rules)
    assert cli(*call).code == 0
    before = tree(tmp_path / "out")
    assert "(2 from before)" in cli(*call, "--resume").said
    assert "from before" not in cli(*call, "--overwrite").said
    assert tree(tmp_path / "out") == before
    refused = cli(*call, "--keep", "newsletter")
    assert refused.code == 2
    assert "--resume" in refused.said
    assert "--overwrite" in refused.said
    assert tree(tmp_path / "out") == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_a_dash_reads_standard_input_and_writes_the_same_encoding(rules: Path, encoding: str) -> None:
    prose = "Das Café am Fluß bleibt geöffnet, sagte der Wirt am Montag, und für die Gäste gäbe es später Kuchen.\r\n"
    result = script("clean", "-", "--rules", rules, stdin=(LETTER + prose).encode(encoding))
    assert (result.returncode, result.stderr) == (0, b"")
    assert result.stdout == prose.encode(encoding)


def test_binary_standard_input_is_refused_and_nothing_written() -> None:
    result = script("clean", "-", stdin=b"\x89PNG\r\n\x1a\n")
    assert (result.returncode, result.stdout) == (2, b"")
    assert b"PNG" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["clean", "in"], "-o OUT", id="no-output"),
        pytest.param(["clean"], "Missing argument", id="no-input"),
        pytest.param(["clean", "nowhere", "-o", "out"], "nowhere: no such file or folder", id="missing-input"),
        pytest.param(["clean", "in", "-", "-o", "out"], "cannot stand beside", id="dash-and-folder"),
        pytest.param(["clean", "in", "-o", "out", "--drop", "cpation"], "unknown category 'cpation'", id="drop"),
        pytest.param(["clean", "in", "-o", "out", "--keep", "ads"], "unknown category 'ads'", id="keep"),
        pytest.param(["clean", "in", "-o", "out", "--mode", "wild"], "'wild' is not one of", id="mode"),
        pytest.param(["clean", "in", "-o", "out", "--jobs", "0"], "--jobs", id="no-jobs"),
        pytest.param(["clean", "in", "-o", "out", "--resume", "--overwrite"], "choose one", id="resume-overwrite"),
        pytest.param(["clean", "in", "-o", "out", "--frobnicate"], "No such option", id="unknown-option"),
        pytest.param(["clean", "in", "-o", "out", "--rules", "nowhere"], "no such rules folder", id="no-rules"),
        pytest.param(["frobnicate"], "No such command", id="unknown-command"),
        pytest.param(["diff", "nowhere"], "no such file or folder", id="diff-missing"),
        pytest.param(["diff", "in", "--category", "ads"], "unknown category 'ads'", id="diff-category"),
        pytest.param(["explain", "nowhere.txt"], "nowhere.txt: cannot be read", id="explain-missing"),
        pytest.param(["explain", "in"], "in: cannot be read", id="explain-folder"),
        pytest.param(["restore", "in", "-o", "back"], "holds no .cleaner/manifest.jsonl", id="restore-no-run"),
        pytest.param(["restore", "in"], "Missing option", id="restore-no-output"),
        pytest.param(["restore", "in", "-o", "back", "--category", "ads"], "unknown category", id="restore-category"),
        pytest.param(["score"], "Missing argument", id="score-no-gold"),
        pytest.param(["score", "in"], "in/labels.jsonl: no such file", id="score-no-labels"),
        pytest.param(["score", "in", "--cleaned", "in", "--keep", "ad"], "leave out --rules", id="score-as-cleaned"),
        pytest.param(
            ["rules", "show", "generic/social/network-ro"], "did you mean 'generic/social/network-row'", id="show-typo"
        ),
        pytest.param(["rules", "check", "nobody.example"], "no rules for 'nobody.example'", id="check-unknown"),
        pytest.param(["rules", "new", "Not A Domain"], "not a domain", id="new-bad-domain"),
        pytest.param(["rules", "new", "../../etc/passwd"], "not a domain", id="new-path"),
    ],
)
def test_a_call_that_makes_no_sense_says_why_and_writes_nothing(
    cli: Cli, tmp_path: Path, articles: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    result = cli(*arguments)
    assert result.code == 2
    assert said in result.said
    assert sorted(tmp_path.rglob("*")) == before


def test_a_reader_that_has_seen_enough_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("".join(f"Line {i}\n" for i in range(20_000)))
    running = subprocess.Popen(
        [SCRIPT, "explain", tmp_path / "long.txt"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert running.stdout is not None
    assert running.stdout.readline()
    running.stdout.close()
    assert running.stderr is not None
    said = running.stderr.read()
    running.stderr.close()
    assert (running.wait(), said) == (0, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGINT")
def test_an_interrupted_run_says_how_to_go_on(tmp_path: Path, rules: Path) -> None:
    articles, out = tmp_path / "many", tmp_path / "out"
    articles.mkdir()
    for i in range(400):
        (articles / f"{i}.txt").write_text(LETTER + PROSE * 20)
    call = ["clean", articles, "-o", out, "--rules", rules, "--rules-only", "--jobs", "1"]
    running = subprocess.Popen([SCRIPT, *call], stderr=subprocess.PIPE)
    while not (out / "10.txt").exists():
        assert running.poll() is None
        time.sleep(0.002)
    os.kill(running.pid, signal.SIGINT)
    _, said = running.communicate()
    assert running.returncode == 130
    assert b"--resume" in said
    assert b"Traceback" not in said
    assert script(*call, "--resume").returncode == 0
    assert texts(out) == {f"{i}.txt": PROSE * 20 for i in range(400)}
    assert not list(out.rglob(".cleaner-*"))


# diff


def test_diff_shows_what_would_go_and_writes_nothing(
    cli: Cli, tmp_path: Path, articles: Path, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = tree(tmp_path)
    result = cli("diff", articles, "--rules", rules)
    assert result.code == 0
    lines = result.out.splitlines()
    assert f"- {LETTER.strip()}  [newsletter] generic/standing/letter" in lines
    assert f"- {GIFT.strip()}  [donation] generic/standing/gift" in lines
    assert f"  {PROSE.strip()}" in lines
    assert "2 of 2 documents would change" in result.said
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    "options",
    [["--category", "donation"], ["--rule", "generic/standing/gift"]],
    ids=["category", "rule"],
)
def test_diff_can_show_one_category_or_rule(cli: Cli, articles: Path, rules: Path, options: list[str]) -> None:
    result = cli("diff", articles, "--rules", rules, *options)
    assert GIFT.strip() in result.out
    assert LETTER.strip() not in result.out
    assert "1 of 2 documents would change" in result.said


def test_diff_shows_neutral_categories_on_request(cli: Cli, articles: Path, rules: Path) -> None:
    assert f"- {SEEN.strip()}" not in cli("diff", articles, "--rules", rules).out
    assert f"- {SEEN.strip()}" in cli("diff", articles, "--rules", rules, "--drop", "caption").out


def test_diff_reads_standard_input(cli: Cli, rules: Path) -> None:
    result = cli("diff", "-", "--rules", rules, stdin=(LETTER + PROSE).encode())
    assert result.code == 0
    assert f"- {LETTER.strip()}" in result.out


def test_diff_goes_on_after_a_document_that_it_cannot_read(cli: Cli, articles: Path, rules: Path) -> None:
    (articles / "a-broken.txt").write_bytes(b"\x89PNG\r\n\x1a\n")
    result = cli("diff", articles, "--rules", rules)
    assert result.code == 1
    assert "a-broken.txt: looks like a PNG image" in result.said
    assert f"- {GIFT.strip()}" in result.out


# explain


def test_explain_gives_every_block_its_decision_and_its_rule(cli: Cli, articles: Path, rules: Path) -> None:
    result = cli("explain", articles / "a.txt", "--rules", rules)
    assert result.code == 0
    blocks = [line.split(maxsplit=3) for line in result.out.splitlines() if line[:4].strip().isdigit()]
    assert [block[:2] for block in blocks] == [["1", "-"], ["2", "keep"], ["3", "keep"]]
    assert "generic/standing/letter, confidence 0.95: letter prompt" in result.said


def test_explain_reads_standard_input(cli: Cli, rules: Path) -> None:
    result = cli("explain", "-", "--rules", rules, stdin=(LETTER + PROSE).encode())
    assert result.code == 0
    assert "generic/standing/letter" in result.out


# restore


def test_clean_and_restore_give_the_originals(cli: Cli, tmp_path: Path, articles: Path, rules: Path) -> None:
    cli("clean", articles, "-o", tmp_path / "out", "--rules", rules)
    result = cli("restore", tmp_path / "out", "-o", tmp_path / "back")
    assert result.code == 0
    assert "2 documents restored" in result.said
    assert tree(tmp_path / "back") == tree(articles)


def test_restore_can_give_back_one_category(cli: Cli, tmp_path: Path, articles: Path, rules: Path) -> None:
    cli("clean", articles, "-o", tmp_path / "out", "--rules", rules)
    assert cli("restore", tmp_path / "out", "-o", tmp_path / "back", "--category", "donation").code == 0
    assert texts(tmp_path / "back") == {"a.txt": PROSE + SEEN, "sub/b.txt": PROSE + GIFT}


def test_restore_names_what_it_cannot_restore(cli: Cli, tmp_path: Path, articles: Path, rules: Path) -> None:
    cli("clean", articles, "-o", tmp_path / "out", "--rules", rules)
    (tmp_path / "out" / "a.txt").write_text("edited")
    result = cli("restore", tmp_path / "out", "-o", tmp_path / "back")
    assert result.code == 1
    assert "a.txt: was changed since it was cleaned" in result.said
    assert set(texts(tmp_path / "back")) == {"sub/b.txt"}


def test_restoring_over_the_cleaned_texts_is_refused(cli: Cli, tmp_path: Path, articles: Path, rules: Path) -> None:
    cli("clean", articles, "-o", tmp_path / "out", "--rules", rules)
    before = tree(tmp_path / "out")
    assert cli("restore", tmp_path / "out", "-o", tmp_path / "out").code == 2
    assert tree(tmp_path / "out") == before


# Texts and names that try to steer the terminal

STEERING = "\x1b[2J\x1b]0;owned\x07 \x9b31m \x08\x7f"
MARKUP = "[bold]x[/bold] [/] [link=a]y[/link] :smile: [red"


def harmless(result: Result) -> bool:
    """No character but line ends and tabs that a terminal obeys."""
    return not any((ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160 for c in result.out + result.err)


@pytest.mark.parametrize("command", ["diff", "explain"])
def test_an_article_cannot_steer_the_terminal(cli: Cli, tmp_path: Path, rules: Path, command: str) -> None:
    lines = [f"Give to the Quillmore fund {STEERING}", f"Kept {STEERING} line", PROSE.strip()]
    (tmp_path / "a.txt").write_text("\n".join(lines), "utf-8")
    result = cli(command, tmp_path / "a.txt", "--rules", rules)
    assert "Give to the Quillmore fund" in result.out
    assert "owned" in result.out
    assert harmless(result)


@pytest.mark.parametrize("command", ["diff", "explain"])
def test_markup_in_an_article_is_shown_as_it_stands(cli: Cli, tmp_path: Path, rules: Path, command: str) -> None:
    lines = [f"Give to the Quillmore fund {MARKUP}", f"Kept {MARKUP}", PROSE.strip()]
    (tmp_path / "a.txt").write_text("\n".join(lines), "utf-8")
    result = cli(command, tmp_path / "a.txt", "--rules", rules)
    assert result.code == 0
    assert f"Give to the Quillmore fund {MARKUP}" in result.out
    assert f"Kept {MARKUP}" in result.out


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such file names")
@pytest.mark.parametrize("content", [LETTER + PROSE, LETTER, "\x89PNG\r\n"], ids=["cleaned", "flagged", "failed"])
@pytest.mark.parametrize("command", ["diff", "explain", "clean", "restore"])
def test_a_file_name_cannot_steer_the_terminal(
    cli: Cli, tmp_path: Path, rules: Path, command: str, content: str
) -> None:
    path = tmp_path / "in" / f"x{STEERING.replace('/', '')}[bold].txt"
    path.parent.mkdir()
    path.write_bytes(content.encode("latin-1"))
    if command == "explain":
        result = cli("explain", path, "--rules", rules)
    elif command == "diff":
        result = cli("diff", path.parent, "--rules", rules)
        assert "[bold].txt" in result.said
    else:
        result = cli("clean", path.parent, "-o", tmp_path / "out", "--rules", rules)
        if command == "restore":
            for written in (tmp_path / "out").glob("x*"):
                written.write_text("edited")
            result = cli("restore", tmp_path / "out", "-o", tmp_path / "back")
    assert harmless(result)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such file names")
def test_a_folder_name_cannot_steer_the_terminal(cli: Cli, tmp_path: Path, articles: Path, rules: Path) -> None:
    (articles / f"loop{STEERING}").symlink_to(articles, target_is_directory=True)
    (articles / f"x.{STEERING}").write_text("another kind")
    for call in (
        ("clean", articles, "-o", tmp_path / "out", "--rules", rules),
        ("clean", articles / f"loop{STEERING}", "--rules", rules),
        ("diff", tmp_path / f"missing{STEERING}"),
        ("explain", tmp_path / f"missing{STEERING}"),
    ):
        assert harmless(cli(*call))


# score


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """Two labelled articles: one with an ad marker that the rules know, one with a letter prompt that they do not."""
    texts = {
        "known": "Story continues below advertisement\n" + PROSE + SEEN,
        "unknown": PROSE + "Quillmore by post\n" + PROSE.replace("July", "May"),
    }
    labels = {"known": ["D:ad", "K", "N:caption"], "unknown": ["K", "D:newsletter", "K"]}
    folder = tmp_path / "gold"
    (folder / "raw").mkdir(parents=True)
    for name, text in texts.items():
        (folder / "raw" / f"{name}.txt").write_text(text, "utf-8")
    rows = [{"id": name, "outlet": f"{name}.example", "labels": labels[name]} for name in texts]
    (folder / "labels.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return folder


def test_score_prints_the_figures_and_writes_nothing(cli: Cli, tmp_path: Path, gold: Path) -> None:
    before = tree(tmp_path)
    result = cli("score", gold)
    assert (result.code, result.err) == (0, "")
    rows = [[cell.strip() for cell in line.split("│")] for line in result.out.splitlines()]
    assert ["all", "2", "0.667", "1.000", "0.500", "1.0000", "0.000", "0.500", "–"] in rows
    assert [row for row in rows if row[0] in ("ad", "newsletter", "N:caption")] == [
        ["ad", "1", "1.000"], ["newsletter", "1", "0.000"], ["N:caption", "1", "0.000"],
    ]  # fmt: skip
    assert ["unknown.example", "1", "0.000", "–", "0.000", "1.0000", "0.000", "0.000", "–"] in rows
    assert rows[-2:] == [["unknown", "0", "1"], [""]]
    assert tree(tmp_path) == before


def test_score_gives_the_same_as_json_and_of_texts_cleaned_before(cli: Cli, tmp_path: Path, gold: Path) -> None:
    cli("clean", gold / "raw", "-o", tmp_path / "out")
    now = cli("score", gold, "--json")
    before = cli("score", gold, "--cleaned", tmp_path / "out", "--json")
    assert (now.code, before.code, now.out) == (0, 0, before.out)
    figures = json.loads(now.out)
    assert (figures["documents"], figures["precision"], figures["recall"]) == (2, 1, 0.5)
    assert figures["by_category"]["ad"] == {"recall": 1, "lines": 1}
    assert figures["neutral_lost"] == {"N:caption": {"lost": 0, "lines": 1}}
    assert figures["by"]["outlet"]["known.example"]["perfect_docs"] == 1
    assert figures["worst"] == [{"id": "unknown", "lost": 0, "left": 1}]


def test_score_follows_the_options_that_say_what_goes(cli: Cli, gold: Path, rules: Path) -> None:
    options = ("--rules", rules, "--json", "--keep", "ad", "--drop", "caption")
    figures = json.loads(cli("score", gold, *options).out)
    assert (figures["recall"], figures["neutral_lost"]["N:caption"]["lost"]) == (0, 1)


def test_score_by_another_field(cli: Cli, gold: Path) -> None:
    figures = json.loads(cli("score", gold, "--json", "--by", "id").out)
    assert set(figures["by"]["id"]) == {"known", "unknown"}
    result = cli("score", gold, "--by", "outlte")
    assert (result.code, result.out) == (2, "")
    assert "no row of labels.jsonl has the field 'outlte'; they have id, labels, outlet" in result.said


def test_score_without_outlets_has_no_table_of_them(cli: Cli, gold: Path) -> None:
    labels = gold / "labels.jsonl"
    labels.write_text(labels.read_text("utf-8").replace('"outlet"', '"paper"'), "utf-8")
    assert "by" not in json.loads(cli("score", gold, "--json").out)


def test_score_counts_a_missing_text_as_emptied_and_says_so(cli: Cli, tmp_path: Path, gold: Path) -> None:
    cli("clean", gold / "raw" / "known.txt", "-o", tmp_path / "out")
    result = cli("score", gold, "--cleaned", tmp_path / "out", "--json")
    assert result.code == 1
    assert "1 of 2 documents have no cleaned text and count as emptied: unknown" in result.said
    assert json.loads(result.out)["damaged_docs"] == 0.5


def test_score_names_every_bad_row_and_scores_nothing(cli: Cli, gold: Path) -> None:
    labels = gold / "labels.jsonl"
    labels.write_text(labels.read_text("utf-8").replace('"D:ad", ', "").replace("newsletter", "newslettre"), "utf-8")
    result = cli("score", gold)
    assert (result.code, result.out) == (2, "")
    assert f"{labels}:1: 2 labels for 3 lines that are not blank" in result.said
    assert f"{labels}:2: unknown label 'D:newslettre' of line 2; did you mean 'D:newsletter'?" in result.said


def test_labels_cannot_steer_the_terminal(cli: Cli, gold: Path) -> None:
    labels = gold / "labels.jsonl"
    row = json.loads(labels.read_text("utf-8").splitlines()[0])
    for wrong in ({"outlet": f"[bold]{STEERING}"}, {"id": STEERING}, {"labels": [STEERING, "K", "N"]}):
        labels.write_text(json.dumps({**row, **wrong}, ensure_ascii=False), "utf-8")
        result = cli("score", gold)
        assert harmless(result)
        assert result.code == (0 if "outlet" in wrong else 2)


# rules


def test_rules_list_gives_every_id_whole(cli: Cli, tmp_path: Path) -> None:
    domain = "the-quillmore-and-upper-lock-weekly-courier.example"
    cli("rules", "new", domain, "-o", tmp_path)
    path = tmp_path / "outlets" / f"{domain}.yaml"
    path.write_text(filled(path.read_text("utf-8")), "utf-8")
    wanted = f"outlets/{domain}/standing-line"
    assert cli("rules", "show", wanted, "--rules", tmp_path).code == 0
    result = cli("rules", "list", "--rules", tmp_path)
    assert result.code == 0
    assert wanted in result.out
    assert "generic/ad/marker-en" in result.out


def test_rules_list_can_be_narrowed(cli: Cli, rules: Path) -> None:
    result = cli("rules", "list", "--rules", rules, "--category", "donation")
    assert "generic/standing/gift" in result.out
    assert "generic/standing/letter" not in result.out
    result = cli("rules", "list", "--rules", rules, "--outlet", "nobody.example")
    assert "generic/standing/gift" not in result.out


def test_rules_show_prints_a_rule_with_its_address(cli: Cli, rules: Path) -> None:
    result = cli("rules", "show", "generic/standing/letter", "--rules", rules)
    assert result.code == 0
    assert "standing.yaml:2" in result.out
    assert "Get the Quillmore letter each Friday" in result.out
    assert "letter prompt" in result.out


def test_rules_check_proves_the_packaged_rules_and_ours(cli: Cli, rules: Path) -> None:
    assert cli("rules", "check").code == 0
    result = cli("rules", "check", "--rules", rules)
    assert result.code == 0
    assert "examples passed" in result.said


def test_another_rules_folder_does_not_ask_for_a_new_proof_of_the_packaged_rules(
    rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Cleaner()
    tried: list[str] = []
    monkeypatch.setattr("cleaner.rulebook.schema.check_pattern", lambda source, **_: tried.append(source))
    Cleaner(rules=[rules])
    assert tried == ["^give to the quillmore fund"]
    tried.clear()
    Cleaner(rules=[rules])
    assert tried == []


def test_a_folder_whose_rules_another_one_replaced_is_proved_before_it_is_used_alone(
    rules: Path, tmp_path: Path
) -> None:
    (tmp_path / "later" / "generic").mkdir(parents=True)
    (tmp_path / "later" / "generic" / "standing.yaml").write_text(RULES, "utf-8")
    broken = RULES.replace("becomes: |\n      The lock keeper", "becomes: |\n      The lock master")
    (rules / "generic" / "standing.yaml").write_text(broken, "utf-8")
    Cleaner(rules=[rules, tmp_path / "later"])
    with pytest.raises(RulesError, match="lock master"):
        Cleaner(rules=[rules])


def test_rules_check_names_the_file_and_line_of_an_example_that_fails(cli: Cli, rules: Path) -> None:
    path = rules / "generic" / "standing.yaml"
    assert cli("rules", "check", "--rules", rules).code == 0
    path.write_text(RULES.replace("becomes: |\n      The lock keeper", "becomes: |\n      The lock master"), "utf-8")
    line = RULES[: RULES.index("becomes: |")].count("\n") + 1
    for _ in range(2):  # what was found wrong once is not taken for proved
        result = cli("rules", "check", "--rules", rules)
        assert result.code == 2
        assert f"standing.yaml:{line}:" in result.err
        assert "lock master" in result.err


def test_rules_check_of_one_outlet_is_not_passed_because_another_file_is_broken(cli: Cli, tmp_path: Path) -> None:
    for domain in ("broken.example", "failing.example"):
        cli("rules", "new", domain, "-o", tmp_path)
    path = tmp_path / "outlets" / "failing.example.yaml"
    path.write_text(filled(path.read_text("utf-8")).replace("becomes: |", "becomes: |\n      Wrong."), "utf-8")
    assert cli("rules", "check", "failing.example", "--rules", tmp_path).code == 2


def test_rules_check_of_an_outlet_without_rules_fails_though_another_file_is_broken(cli: Cli, tmp_path: Path) -> None:
    cli("rules", "new", "broken.example", "-o", tmp_path)
    assert cli("rules", "check", "mistyped.example", "--rules", tmp_path).code == 2


def closed(schema: Any) -> Iterator[bool]:
    """Say of every object with properties whether it refuses others."""
    if isinstance(schema, dict):
        if "properties" in schema:
            yield schema.get("additionalProperties") is False
        for value in schema.values():
            yield from closed(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from closed(value)


def test_the_schema_is_json_with_closed_keys(cli: Cli) -> None:
    result = cli("rules", "schema")
    assert result.code == 0
    schema = json.loads(result.out)
    assert {"outlet", "rules", "examples"} <= set(schema["properties"])
    found = list(closed(schema))
    assert len(found) >= 4  # the file, a rule, an example, the selectors
    assert all(found)


def filled(skeleton: str) -> str:
    """Fill in a new rule file as its comments ask."""
    kept = "The lock keeper counted ninety boats in July and eighty in August."
    return (
        skeleton.replace("Put a line here that the outlet repeats under its articles", "Printed at the Quillmore works")
        .replace("Paste an article with the line here.", kept)
        .replace("Paste prose here that talks of the same thing.", "The paper was printed at the works by the river.")
        .replace("becomes: TODO", f"becomes: |\n      {kept}")
    )


def test_a_new_rule_file_fails_at_its_todo_until_it_is_filled_in(cli: Cli, tmp_path: Path) -> None:
    result = cli("rules", "new", "quillmore.example", "-o", tmp_path)
    assert result.code == 0
    path = tmp_path / "outlets" / "quillmore.example.yaml"
    assert str(path) in result.err.replace("\n", "")
    skeleton = path.read_text("utf-8")
    before = skeleton[: skeleton.index("TODO")]
    line, column = before.count("\n") + 1, len(before) - before.rindex("\n")

    result = cli("rules", "check", "quillmore.example", "--rules", tmp_path)
    assert result.code == 2
    assert f"quillmore.example.yaml:{line}:{column}: `becomes` is still TODO" in result.err

    path.write_text(filled(skeleton), "utf-8")
    result = cli("rules", "check", "quillmore.example", "--rules", tmp_path)
    assert (result.code, result.out) == (0, "")
    assert cli("rules", "show", "outlets/quillmore.example/standing-line", "--rules", tmp_path).code == 0


def test_a_rule_file_that_exists_is_not_written_over(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "outlets" / "quillmore.example.yaml"
    path.parent.mkdir()
    path.write_text("mine")
    result = cli("rules", "new", "quillmore.example", "-o", tmp_path)
    assert result.code == 2
    assert "exists already" in result.said
    assert path.read_text() == "mine"
