"""Files of records on the command line: options, what is said, and how a run can be watched and stopped."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cleaner.accounts import Totals
from cleaner.io.ledger import FAILED, Entry
from cleaner.report import progress
from cleaner.report.palette import make_console
from tests.articles import ARTICLES, GIFT, LETTER, SECOND, tree, write_files
from tests.console import Cli

SCRIPT = Path(sys.executable).with_name("cleaner")
ROWS = [{"nr": i, "story": LETTER + SECOND + f"Boat {i} came.\n"} for i in range(3)]
LINES = "".join(json.dumps(row) + "\n" for row in ROWS)


def test_records_are_cleaned_and_the_fields_said(cli: Cli, tmp_path: Path, rules: Path) -> None:
    source = write_files(tmp_path / "in", {"a.jsonl": LINES, "b.txt": LETTER + SECOND})
    done = cli("clean", source, "-o", tmp_path / "out", "--rules", rules)
    assert done.code == 0
    assert "a.jsonl: text in 'story'" in done.said
    assert "4 of 4 documents cleaned" in done.said
    written = (tmp_path / "out" / "a.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in written] == [{"nr": i, "story": f"{SECOND}Boat {i} came.\n"} for i in range(3)]
    assert cli("restore", tmp_path / "out", "-o", tmp_path / "back").said == (
        f"4 documents restored to {tmp_path / 'back'}; 0 failed"
    )
    assert tree(tmp_path / "back") == tree(source)


def test_fields_formats_and_removals_can_be_asked_for(cli: Cli, tmp_path: Path, rules: Path) -> None:
    row = {
        "text": "in short",
        "long": LETTER + SECOND,
        "key": "k",
        "seen": "https://quillmore.example/1",
        "when": "2024-01-02",
    }
    source = write_files(tmp_path / "in", {"a.dump": json.dumps(row)})
    fields = ["--text-field", "long", "--id-field", "key", "--url-field", "seen", "--date-field", "when"]
    options = ["--from", "jsonl", "--to", "json.gz", "--add-removals"]
    done = cli("clean", source / "a.dump", "-o", tmp_path / "out", "--rules", rules, *fields, *options)
    assert done.code == 0
    assert "text in 'long', id in 'key', url in 'seen', date in 'when'" in done.said
    (written,) = json.loads(gzip.decompress((tmp_path / "out" / "a.dump.json.gz").read_bytes()))
    assert [(r["category"], r["text"]) for r in written.pop("removals")] == [("newsletter", LETTER)]
    assert written == {**row, "long": SECOND}


def test_diff_shows_records_too(cli: Cli, tmp_path: Path, rules: Path) -> None:
    source = write_files(tmp_path / "in", {"a.jsonl": LINES + "{broken\n"})
    done = cli("diff", source, "--rules", rules)
    assert done.code == 1
    assert "a.jsonl#3" in done.out
    assert "- Get the Quillmore letter each Friday" in done.out
    assert "line 4: not JSON" in done.err


def test_a_failed_record_is_named_and_sets_the_exit_code(cli: Cli, tmp_path: Path, rules: Path) -> None:
    source = write_files(tmp_path / "in", {"a.jsonl": LINES + "{broken\n" + LINES})
    done = cli("clean", source, "-o", tmp_path / "out", "--rules", rules)
    assert done.code == 1
    assert "6 of 7 documents cleaned" in done.said
    assert "failed: a.jsonl#4: line 4: not JSON" in done.said


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--to", "pdf"], "cannot write 'pdf'; choose from txt, md, jsonl"),
        (["--to", "warc"], "cannot write 'warc'; choose from"),
        (["--from", "docx"], "cannot read 'docx'; choose from"),
        (["--engine", "ray", "--resume"], "work on one machine only"),
        (["--engine", "ray", "--to", "csv"], "work on one machine only"),
        (["--quiet", "--log-json"], "choose one"),
        (["-o", "s3://bucket/out"], "is no folder of this machine"),
    ],
)
def test_a_call_that_makes_no_sense_says_why(
    cli: Cli, tmp_path: Path, rules: Path, options: list[str], message: str
) -> None:
    source = write_files(tmp_path / "in", {"a.jsonl": LINES})
    done = cli("clean", source, "-o", tmp_path / "out", "--rules", rules, *options)
    assert (done.code, message in done.said) == (2, True), done.said
    assert not (tmp_path / "out").exists()


def test_what_is_not_installed_is_said_before_anything_is_done(
    cli: Cli, tmp_path: Path, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_files(tmp_path / "in", {"a.jsonl": LINES, "b.txt": SECOND})
    for module in [
        name for name in sys.modules if name.startswith(("pyarrow", "cleaner.io.parquet", "cleaner.io.tables"))
    ]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    from cleaner.io import formats

    formats.readable.cache_clear()
    done = cli("clean", source, "-o", tmp_path / "out", "--rules", rules, "--to", "parquet")
    formats.readable.cache_clear()
    assert done.code == 2
    assert "pip install 'cleaner[parquet]'" in done.said
    assert not (tmp_path / "out").exists()


# Watching


def test_a_log_for_machines_is_json_to_the_end(cli: Cli, tmp_path: Path, rules: Path) -> None:
    source = write_files(tmp_path / "in", {"a.jsonl": LINES + "{broken\n"})
    done = cli("clean", source, "-o", tmp_path / "out", "--rules", rules, "--log-json")
    events = [json.loads(line) for line in done.err.splitlines()]
    assert [event["event"] for event in events] == ["note", "failed", "finished"]
    assert events[1]["id"] == "a.jsonl#4"
    counts = {key: events[2][key] for key in ("documents", "written", "flagged", "failed", "skipped", "reused")}
    assert counts == {"documents": 4, "written": 3, "flagged": 0, "failed": 1, "skipped": 0, "reused": 0}


def test_lines_come_now_and_then_and_tell_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [100.0]
    monkeypatch.setattr("cleaner.report.progress.time.monotonic", lambda: now[0])
    lines, log = progress.Lines(make_console(stderr=True), 4_000_000), progress.JsonLog(4_000_000)
    totals = Totals(documents=7, flags=1, failures=2, read=1_000_000)
    for now[0] in (104.0, 109.9, 110.0, 110.1):
        lines.advance(Entry("a", FAILED), totals)
    assert capsys.readouterr().err == "7 documents, 0.1 MB/s, 1 flagged, 2 failed; 25%, 30 s left\n"
    for now[0] in (104.0, 110.0):
        log.advance(Entry("a", "written"), totals)
    (said,) = capsys.readouterr().err.splitlines()
    assert json.loads(said) | {"time": ""} == {
        "time": "", "event": "progress", "documents": 7, "written": 0, "reused": 0, "flagged": 1, "failed": 2,
        "skipped": 0, "megabytes_per_second": 0.1, "share": 0.25, "seconds_left": 30,
    }  # fmt: skip


def test_a_bar_is_drawn_on_a_terminal(tmp_path: Path, rules: Path) -> None:
    pty = pytest.importorskip("pty", reason="needs terminals of POSIX")
    source = write_files(tmp_path / "in", {"a.jsonl": LINES * 100})
    ours, theirs = pty.openpty()
    command = [SCRIPT, "clean", source, "-o", tmp_path / "out", "--rules", rules, "-j", "1"]
    running = subprocess.Popen([str(part) for part in command], stderr=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    said = b""
    while True:
        try:
            block = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not block:
            break
        said += block
    os.close(ours)
    assert running.wait() == 0
    assert b"documents, " in said
    assert b"MB/s, 0 flagged, 0 failed" in said
    assert b"300 of 300 documents cleaned" in said


# Stopping


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGINT")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupted_run_over_records_ends_cleanly_and_goes_on(tmp_path: Path, rules: Path, jobs: str) -> None:
    rows = "".join(json.dumps({"id": i, "text": LETTER + SECOND * 30 + GIFT}) + "\n" for i in range(3000))
    source = write_files(tmp_path / "in", {"a.jsonl": rows, **ARTICLES})
    command = [SCRIPT, "clean", source, "-o", tmp_path / "out", "--rules", rules, "--rules-only", "--jobs", jobs]
    running = subprocess.Popen([str(c) for c in command], stderr=subprocess.PIPE, start_new_session=True)
    manifest = tmp_path / "out" / ".cleaner" / "manifest.jsonl"
    while not (manifest.exists() and manifest.stat().st_size > 100_000):
        assert running.poll() is None, "the run ended before it could be stopped"
        time.sleep(0.002)
    os.killpg(running.pid, signal.SIGINT)  # as Ctrl-C does, to all processes of the terminal
    _, said = running.communicate()
    assert running.returncode == 130
    assert b"run the same command again" in said
    assert b"Traceback" not in said
    assert not list((tmp_path / "out").rglob(".cleaner-*"))
    assert subprocess.run([str(c) for c in command], check=False, capture_output=True).returncode == 0
    fresh = [*command[:4], tmp_path / "fresh", *command[5:]]
    assert subprocess.run([str(c) for c in fresh], check=False, capture_output=True).returncode == 0
    assert tree(tmp_path / "out") == tree(tmp_path / "fresh")
