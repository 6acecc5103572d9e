"""A run over many documents: all accounted for, resumable from any point, equal for any number of workers."""

from __future__ import annotations

import codecs
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import Cleaned, Cleaner, Document, UsageError
from cleaner.accounts import Totals
from cleaner.batch import clean_all
from cleaner.io import ledger
from cleaner.io.files import RECORDS
from cleaner.io.inputs import Inputs, gather
from cleaner.io.ledger import FAILED, MANIFEST, REMOVALS, SUMMARY, WRITTEN, Entry
from cleaner.restoring import restore_all
from cleaner.tasks import Run
from tests.articles import (
    APP,
    ARTICLES,
    COLOPHON,
    FIRST,
    GENERIC,
    GIFT,
    LETTER,
    PAPER,
    SECOND,
    SEEN,
    rules_folder,
    tree,
    write_files,
)  # fmt: skip

SCRIPT = Path(sys.executable).with_name("cleaner")


class Explosive(Cleaner):
    """Fails without warning on some documents."""

    def clean_many(self, documents: Iterable[Document]) -> list[Cleaned]:
        documents = list(documents)
        if any("explode" in document.text for document in documents):
            raise RuntimeError("a bug nobody knows of")
        return super().clean_many(documents)


class Deadly(Cleaner):
    """Takes its whole process down on some documents, as running out of memory does."""

    def clean_many(self, documents: Iterable[Document]) -> list[Cleaned]:
        documents = list(documents)
        if any("deadly" in document.text for document in documents):
            os._exit(9)
        return super().clean_many(documents)


def run_all(
    cleaner: Cleaner, folder: Path, out: Path, jobs: int = 1, *, resume: bool = False, overwrite: bool = False
) -> tuple[list[Entry], Totals]:
    steps = list(clean_all(Run.of(cleaner, out), gather([folder], out), jobs, resume=resume, overwrite=overwrite))
    return [entry for entry, _ in steps], steps[-1][1]


def states(entries: list[Entry]) -> dict[str, str]:
    return {entry.id: entry.state for entry in entries}


def summary(out: Path) -> dict[str, object]:
    loaded = json.loads((out / RECORDS / SUMMARY).read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    return write_files(tmp_path / "in", dict(ARTICLES))


@pytest.fixture
def undisturbed(tmp_path: Path, articles: Path, quillmore: Cleaner) -> dict[str, bytes]:
    run_all(quillmore, articles, tmp_path / "undisturbed")
    return tree(tmp_path / "undisturbed")


# Cleaning and the accounts


def test_the_same_tree_comes_out_without_the_boilerplate(tmp_path: Path, articles: Path, quillmore: Cleaner) -> None:
    run_all(quillmore, articles, tmp_path / "out")
    written = {name: data.decode() for name, data in tree(tmp_path / "out").items() if not name.startswith(RECORDS)}
    assert written == {
        "a.txt": FIRST.format("") + SECOND,
        "b.txt": FIRST.format("") + SECOND,
        "c.txt": PAPER + FIRST.format("") + SECOND,
        "sub/d.txt": FIRST.format("") + SEEN + SECOND,
        "sub/ё.txt": SECOND,
    }


def test_the_summary_counts_what_was_done(tmp_path: Path, articles: Path, quillmore: Cleaner) -> None:
    write_files(tmp_path / "in", {"broken.txt": b"\x89PNG\r\n\x1a\n"})
    run_all(quillmore, articles, tmp_path / "out")
    said = summary(tmp_path / "out")
    assert (said["documents"], said["written"]) == (6, 5)
    assert list(said["failed"]) == ["broken.txt"]  # type: ignore[call-overload]
    assert said["outlets"] == {"quillmore.example": 1, "unknown": 4}
    assert said["removed_blocks"] == {"newsletter": 3, "donation": 2, "promo": 2, "legal": 1}
    assert said["characters"] == sum(map(len, ARTICLES.values()))
    removed = sum(len(text) for text in ARTICLES.values()) - sum(
        len(data.decode()) for name, data in tree(tmp_path / "out").items() if not name.startswith(RECORDS)
    )
    counts = said["removed_characters"]
    assert isinstance(counts, dict)
    assert sum(counts.values()) == removed


@pytest.mark.parametrize("jobs", [1, 2])
def test_inputs_that_fail_are_listed_with_their_reason_and_the_rest_goes_on(
    tmp_path: Path, articles: Path, rules: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    monkeypatch.setattr("cleaner.batch.MIN_PER_WORKER", 1)
    monkeypatch.setattr("cleaner.batch.TOGETHER", 1)
    write_files(
        articles, {"image.txt": b"\x89PNG\r\n\x1a\n", "noise.txt": bytes(range(32)) * 9, "odd.txt": "explode\n"}
    )
    (articles / "dangling.txt").symlink_to(tmp_path / "nowhere")
    (articles / "itself.txt").symlink_to(articles / "itself.txt")
    write_files(articles, {"vanishing.txt": "Here now, gone soon.\n"})
    out = tmp_path / "out"
    write_files(out, {"taken.txt/kept": "a folder stands where the text should go"})
    write_files(articles, {"taken.txt": SECOND})
    sources = gather([articles], out)
    (articles / "vanishing.txt").unlink()

    run = Run.of(Explosive(rules=[rules]), out)
    records = [entry for entry, _ in clean_all(run, sources, jobs, overwrite=True)]

    failed = {entry.id: entry.error for entry in records if entry.state == FAILED}
    reasons = {
        "image.txt": "PNG",
        "noise.txt": "binary",
        "odd.txt": "unexpected RuntimeError: a bug nobody knows of",
        "dangling.txt": "cannot be read: No such file or directory",
        "itself.txt": "cannot be read: Too many levels of symbolic links",
        "vanishing.txt": "cannot be read: No such file or directory",
        "taken.txt": "cannot be written",
    }
    assert set(failed) == set(reasons)
    assert all(reason in failed[name] for name, reason in reasons.items())
    assert {entry.id for entry in records if entry.state == WRITTEN} == set(ARTICLES)
    assert [entry.id for entry in records] == [source.name for source in sources.sources]
    said = summary(out)
    assert said["documents"] == len(sources.sources) == len(ARTICLES) + len(reasons)
    assert said["written"] == len(ARTICLES)
    assert said["failed"] == failed
    assert not list(out.rglob(".cleaner-*"))
    assert {name for name in tree(out) if not name.startswith(RECORDS)} == {*ARTICLES, "taken.txt/kept"}


@pytest.mark.skipif(sys.platform != "linux", reason="needs file names that are not UTF-8")
def test_a_file_whose_name_is_not_utf_8_ends_no_run(tmp_path: Path, articles: Path, quillmore: Cleaner) -> None:
    with open(os.fsencode(articles) + b"/caf\xe9.txt", "wb") as file:  # noqa: PTH123
        file.write((LETTER + SECOND).encode())
    records, totals = run_all(quillmore, articles, tmp_path / "out")
    assert totals.documents == totals.written + len(totals.failed) == len(ARTICLES) + 1
    assert {entry.id for entry in records} >= set(ARTICLES)
    assert (tmp_path / "out" / RECORDS / SUMMARY).exists()
    again = [name for name, _, problem in restore_all(tmp_path / "out", tmp_path / "back") if not problem]
    assert len(again) == totals.written


def test_without_an_output_folder_nothing_is_written(
    tmp_path: Path, articles: Path, quillmore: Cleaner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = tree(tmp_path)
    steps = list(clean_all(Run.of(quillmore, None), gather([articles])))
    assert steps[-1][1].written == len(ARTICLES)
    assert tree(tmp_path) == before


def test_an_outlet_that_is_given_holds_for_all(tmp_path: Path, quillmore: Cleaner) -> None:
    articles = write_files(tmp_path / "in", {"a.txt": SECOND + COLOPHON})
    sources = gather([articles])
    unknown = [entry for entry, _ in clean_all(Run.of(quillmore, None), sources)]
    given = [entry for entry, _ in clean_all(Run.of(quillmore, None, "quillmore.example"), sources)]
    assert [entry.removals for entry in unknown + given] == [0, 1]


# Workers


@pytest.mark.parametrize("jobs", [2, 4])
def test_any_number_of_workers_gives_the_same_bytes(
    tmp_path: Path, quillmore: Cleaner, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    monkeypatch.setattr("cleaner.batch.MIN_PER_WORKER", 1)
    monkeypatch.setattr("cleaner.batch.TOGETHER", 2)
    articles = write_files(tmp_path / "in", {f"{i}/{name}": text for i in range(4) for name, text in ARTICLES.items()})
    write_files(articles, {"2/broken.txt": b"%PDF-1.4\n"})
    records, _ = run_all(quillmore, articles, tmp_path / "one", 1)
    spread, totals = run_all(quillmore, articles, tmp_path / "many", jobs)
    assert spread == records
    assert totals.documents == 21
    assert tree(tmp_path / "many") == tree(tmp_path / "one")


def test_neighbours_make_no_difference(tmp_path: Path, articles: Path, quillmore: Cleaner) -> None:
    together, _ = run_all(quillmore, articles, tmp_path / "out")
    inputs = gather([articles], tmp_path / "out")
    for source, entry in zip(inputs.sources, together, strict=True):
        run = Run.of(quillmore, tmp_path / "alone" / entry.id)
        assert [alone for alone, _ in clean_all(run, Inputs((source,), {}, ()))] == [entry]


DEADLY_RUN = """\
import importlib, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
tests = importlib.import_module(sys.argv[2])
import cleaner.batch
cleaner.batch.MIN_PER_WORKER = cleaner.batch.TOGETHER = 1
tests.run_all(tests.Deadly(rules=[sys.argv[3]]), Path(sys.argv[4]), Path(sys.argv[5]), jobs=2)
"""


def test_a_worker_that_dies_ends_the_run_or_fails_its_document_but_never_hangs(
    tmp_path: Path, rules: Path, quillmore: Cleaner
) -> None:
    articles = write_files(tmp_path / "in", {f"{i:02}.txt": LETTER + SECOND for i in range(12)})
    write_files(articles, {"06.txt": "This one is deadly.\n"})
    top = Path(__file__).parents[__name__.count(".")]
    script = tmp_path / "run.py"
    script.write_text(f"if __name__ == '__main__':\n{''.join(f'    {row}' for row in DEADLY_RUN.splitlines(True))}")
    arguments = [sys.executable, script, top, __name__, rules, articles, tmp_path / "out"]
    # The limit only turns a run that hangs into a failure; an honest one needs a second.
    subprocess.run([str(a) for a in arguments], timeout=60, check=False, capture_output=True)
    run_all(quillmore, articles, tmp_path / "undisturbed")
    run_all(quillmore, articles, tmp_path / "out", resume=True)
    assert tree(tmp_path / "out") == tree(tmp_path / "undisturbed")


# Resuming


@pytest.mark.parametrize(
    ("done", "jobs"),
    [*((done, 1) for done in range(len(ARTICLES) + 2)), (0, 2), (3, 2), (6, 2)],  # starting workers is slow
)
def test_a_run_stopped_after_any_document_ends_as_if_undisturbed(
    tmp_path: Path, articles: Path, quillmore: Cleaner, monkeypatch: pytest.MonkeyPatch, done: int, jobs: int
) -> None:
    monkeypatch.setattr("cleaner.batch.MIN_PER_WORKER", 1)
    monkeypatch.setattr("cleaner.batch.TOGETHER", 1)
    write_files(articles, {"broken.txt": b"GIF89a\x01\0"})
    run_all(quillmore, articles, tmp_path / "undisturbed")
    out = tmp_path / "out"
    with closing(clean_all(Run.of(quillmore, out), gather([articles], out), jobs)) as steps:
        seen = [entry for entry, _ in islice(steps, done)]
    assert not (out / RECORDS / SUMMARY).exists()
    records, totals = run_all(quillmore, articles, out, jobs, resume=True)
    assert totals.reused == sum(entry.state == WRITTEN for entry in seen)
    assert totals.documents == len(records) == len(ARTICLES) + 1
    assert tree(out) == tree(tmp_path / "undisturbed")


def test_a_run_stopped_again_and_again_ends_as_if_undisturbed(
    tmp_path: Path,
    articles: Path,
    quillmore: Cleaner,
    undisturbed: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cleaner.batch.TOGETHER", 1)
    out = tmp_path / "out"
    sources = gather([articles], out)
    for done in (2, 1, 4, 3):
        with closing(clean_all(Run.of(quillmore, out), sources, resume=True)) as steps:
            list(islice(steps, done))
    run_all(quillmore, articles, out, resume=True)
    assert tree(out) == undisturbed


def test_resuming_a_finished_run_changes_nothing_and_cleans_nothing(
    tmp_path: Path, articles: Path, quillmore: Cleaner
) -> None:
    out = tmp_path / "out"
    run_all(quillmore, articles, out)
    before = tree(out)
    modified = {name: (out / name).stat().st_mtime_ns for name in ARTICLES}
    _, totals = run_all(quillmore, articles, out, resume=True)
    assert totals.reused == len(ARTICLES)
    assert tree(out) == before
    assert {name: (out / name).stat().st_mtime_ns for name in ARTICLES} == modified


def stopped(finished: Path, target: Path) -> Path:
    """Copy a finished run and take from it what a run writes last."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(finished, target)
    (target / RECORDS / SUMMARY).unlink()
    return target / RECORDS


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, quillmore: Cleaner) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("finished")
    articles = write_files(folder / "in", dict(ARTICLES))
    run_all(quillmore, articles, folder / "out")
    return articles, folder


@settings(max_examples=60)
@given(manifest=st.floats(0, 1), removals=st.floats(0, 1))
def test_records_torn_at_any_byte_are_mended(
    finished: tuple[Path, Path], quillmore: Cleaner, manifest: float, removals: float
) -> None:
    articles, folder = finished
    records = stopped(folder / "out", folder / "torn")
    for name, share in ((MANIFEST, manifest), (REMOVALS, removals)):
        data = (records / name).read_bytes()
        (records / name).write_bytes(data[: round(share * len(data))])
    run_all(quillmore, articles, folder / "torn", resume=True)
    assert tree(folder / "torn") == tree(folder / "out")


@pytest.mark.parametrize("lost", [MANIFEST, REMOVALS])
def test_a_lost_file_of_records_is_mended(finished: tuple[Path, Path], quillmore: Cleaner, lost: str) -> None:
    articles, folder = finished
    records = stopped(folder / "out", folder / "lost")
    (records / lost).unlink()
    # Without a manifest there is no run to go on with, so the outputs have to be given up on purpose.
    run_all(quillmore, articles, folder / "lost", resume=lost == REMOVALS, overwrite=lost == MANIFEST)
    assert tree(folder / "lost") == tree(folder / "out")


def change_input(articles: Path, out: Path) -> None:
    (articles / "a.txt").write_text(LETTER + SECOND, "utf-8")


def change_output(articles: Path, out: Path) -> None:
    (out / "a.txt").write_bytes(b"somebody wrote here")


def delete_output(articles: Path, out: Path) -> None:
    (out / "a.txt").unlink()


def add_input(articles: Path, out: Path) -> None:
    write_files(articles, {"aa.txt": LETTER + FIRST.format("")})


@pytest.mark.parametrize("change", [change_input, change_output, delete_output, add_input])
def test_resume_cleans_again_what_changed_and_only_that(
    tmp_path: Path, articles: Path, quillmore: Cleaner, change: Callable[[Path, Path], None]
) -> None:
    out = tmp_path / "out"
    run_all(quillmore, articles, out)
    change(articles, out)
    _, totals = run_all(quillmore, articles, out, resume=True)
    assert totals.documents - totals.reused == 1
    run_all(quillmore, articles, tmp_path / "fresh")
    assert tree(out) == tree(tmp_path / "fresh")


def test_resume_cleans_all_again_after_a_change_of_rules(tmp_path: Path, articles: Path, quillmore: Cleaner) -> None:
    out = tmp_path / "out"
    run_all(quillmore, articles, out)
    changed = Cleaner(rules=[rules_folder(tmp_path / "changed", GENERIC.replace("each Friday", "each friday or so"))])
    _, totals = run_all(changed, articles, out, resume=True)
    assert totals.reused == 0
    assert (out / "sub" / "ё.txt").read_text("utf-8") == SECOND + LETTER
    run_all(changed, articles, tmp_path / "fresh")
    assert tree(out) == tree(tmp_path / "fresh")


@pytest.mark.parametrize(
    ("policy", "outlet"),
    [({"drop": ["caption"]}, None), ({"keep": ["donation"]}, None), ({"mode": "precision"}, None), ({}, "x.example")],
    ids=["drop", "keep", "mode", "outlet"],
)
def test_resume_cleans_all_again_with_another_policy_or_outlet(
    tmp_path: Path, articles: Path, rules: Path, quillmore: Cleaner, policy: dict[str, list[str]], outlet: str | None
) -> None:
    run_all(quillmore, articles, tmp_path / "out")
    other = Run.of(Cleaner(rules=[rules], **policy), tmp_path / "out", outlet)  # type: ignore[arg-type]
    totals = [totals for _, totals in clean_all(other, gather([articles]), resume=True)][-1]
    assert totals.reused == 0
    fresh = Run.of(other.cleaner, tmp_path / "fresh", outlet)
    list(clean_all(fresh, gather([articles])))
    assert tree(tmp_path / "out") == tree(tmp_path / "fresh")


def test_resume_tries_failed_documents_again(tmp_path: Path, articles: Path, quillmore: Cleaner) -> None:
    write_files(articles, {"b.txt": b"%PDF-1.4\n"})
    records, _ = run_all(quillmore, articles, tmp_path / "out")
    assert states(records)["b.txt"] == FAILED
    write_files(articles, {"b.txt": ARTICLES["b.txt"]})
    records, totals = run_all(quillmore, articles, tmp_path / "out", resume=True)
    assert states(records)["b.txt"] == WRITTEN
    assert not totals.failed
    run_all(quillmore, articles, tmp_path / "fresh")
    assert tree(tmp_path / "out") == tree(tmp_path / "fresh")


def test_an_input_that_fails_on_resuming_leaves_no_text_of_before_in_the_output(
    tmp_path: Path, articles: Path, quillmore: Cleaner
) -> None:
    run_all(quillmore, articles, tmp_path / "out")
    write_files(articles, {"b.txt": b"%PDF-1.4\n"})
    run_all(quillmore, articles, tmp_path / "out", resume=True)
    run_all(quillmore, articles, tmp_path / "fresh")
    assert tree(tmp_path / "out") == tree(tmp_path / "fresh")


KILLED_HALFWAY = """\
import os, signal, sys
from pathlib import Path
replace, count = Path.replace, int(sys.argv.pop(1))
def kill(self, target):
    global count
    count -= 1
    if count < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(self, target)
Path.replace = kill
from cleaner.cli.app import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
@pytest.mark.parametrize("writes", [0, 1, 3, 5])
def test_a_kill_in_the_middle_of_a_write_leaves_nothing_behind_once_resumed(
    tmp_path: Path, articles: Path, quillmore: Cleaner, rules: Path, undisturbed: dict[str, bytes], writes: int
) -> None:
    out = tmp_path / "out"
    arguments = [str(writes), "clean", articles, "-o", out, "--rules", rules, "--jobs", "1"]
    killed = subprocess.run([sys.executable, "-c", KILLED_HALFWAY, *map(str, arguments)], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    run_all(quillmore, articles, out, resume=True)
    assert tree(out) == undisturbed


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_killed_run_is_resumed_to_the_same_bytes(tmp_path: Path, rules: Path, jobs: int) -> None:
    texts = {f"{i:04}.txt": LETTER + (FIRST.format(APP) + SECOND) * 12 + GIFT for i in range(520)}
    articles, out = write_files(tmp_path / "in", dict(texts)), tmp_path / "out"
    command = [SCRIPT, "clean", articles, "-o", out, "--rules", rules, "--rules-only", "--jobs", jobs, "--quiet"]
    running = subprocess.Popen([str(part) for part in command], start_new_session=True)
    manifest = out / RECORDS / MANIFEST
    while not (manifest.exists() and manifest.stat().st_size > 5000):
        assert running.poll() is None, "the run ended before it could be killed"
        time.sleep(0.002)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    assert not (out / RECORDS / SUMMARY).exists(), "the run ended before it could be killed"
    resumed = subprocess.run([str(part) for part in [*command, "--resume"]], check=False)
    assert resumed.returncode == 0
    run_all(Cleaner(rules=[rules], rules_only=True), articles, tmp_path / "undisturbed")
    assert tree(out) == tree(tmp_path / "undisturbed")


# An output folder in use


def test_a_run_with_other_rules_is_refused_without_resume_and_left_as_it_is(
    tmp_path: Path, articles: Path, rules: Path, quillmore: Cleaner
) -> None:
    run_all(quillmore, articles, tmp_path / "out")
    before = tree(tmp_path / "out")
    with pytest.raises(UsageError, match="--resume"):
        run_all(Cleaner(rules=[rules], keep=["donation"]), articles, tmp_path / "out")
    assert tree(tmp_path / "out") == before


def test_a_run_with_other_inputs_is_refused_without_resume_and_left_as_it_is(
    tmp_path: Path, articles: Path, quillmore: Cleaner
) -> None:
    run_all(quillmore, articles, tmp_path / "out")
    before = tree(tmp_path / "out")
    (articles / "c.txt").unlink()
    with pytest.raises(UsageError, match=r"c\.txt"):
        run_all(quillmore, articles, tmp_path / "out")
    assert tree(tmp_path / "out") == before


def test_resume_keeps_the_texts_and_the_records_of_inputs_that_are_gone(
    tmp_path: Path, articles: Path, quillmore: Cleaner
) -> None:
    run_all(quillmore, articles, tmp_path / "out")
    before = tree(tmp_path / "out")
    for gone in ("a.txt", "c.txt", "sub/ё.txt"):
        (articles / gone).unlink()
    run_all(quillmore, articles, tmp_path / "out", resume=True)
    assert tree(tmp_path / "out") == before
    assert restored(tmp_path / "out", tmp_path / "back") == ARTICLES


def test_the_same_call_goes_on_with_a_stopped_run_by_itself(
    tmp_path: Path,
    articles: Path,
    quillmore: Cleaner,
    undisturbed: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cleaner.batch.TOGETHER", 1)
    out = tmp_path / "out"
    with closing(clean_all(Run.of(quillmore, out), gather([articles], out))) as steps:
        list(islice(steps, 2))
    _, totals = run_all(quillmore, articles, out)
    assert totals.reused == 2
    assert tree(out) == undisturbed


@pytest.mark.parametrize("resume", [False, True])
def test_a_file_that_is_not_from_a_run_is_not_overwritten(
    tmp_path: Path, articles: Path, quillmore: Cleaner, resume: bool
) -> None:
    write_files(tmp_path / "out", {"sub/d.txt": "precious"})
    with pytest.raises(UsageError, match=r"d\.txt"):
        run_all(quillmore, articles, tmp_path / "out", resume=resume)
    assert tree(tmp_path / "out") == {"sub/d.txt": b"precious"}


def test_a_file_of_another_name_in_the_output_folder_is_left_alone(
    tmp_path: Path, articles: Path, quillmore: Cleaner, undisturbed: dict[str, bytes]
) -> None:
    write_files(tmp_path / "out", {"notes.txt": "precious"})
    run_all(quillmore, articles, tmp_path / "out")
    assert tree(tmp_path / "out") == {**undisturbed, "notes.txt": b"precious"}


def test_overwrite_starts_anew(
    tmp_path: Path, articles: Path, rules: Path, quillmore: Cleaner, undisturbed: dict[str, bytes]
) -> None:
    run_all(Cleaner(rules=[rules], keep=["newsletter"]), articles, tmp_path / "out")
    assert tree(tmp_path / "out") != undisturbed
    _, totals = run_all(quillmore, articles, tmp_path / "out", overwrite=True)
    assert totals.reused == 0
    assert tree(tmp_path / "out") == undisturbed


# Restoring


def restored(out: Path, target: Path, **only: str) -> dict[str, str]:
    assert [problem for *_, problem in restore_all(out, target, **only) if problem] == []
    return {name: data.decode() for name, data in tree(target).items()}


def test_all_comes_back(tmp_path: Path, articles: Path, quillmore: Cleaner) -> None:
    run_all(quillmore, articles, tmp_path / "out")
    before = tree(tmp_path / "out")
    assert restored(tmp_path / "out", tmp_path / "back") == ARTICLES
    assert tree(tmp_path / "out") == before


@pytest.mark.parametrize(
    ("only", "changed"),
    [
        pytest.param(
            {"category": "newsletter"},
            {
                "a.txt": LETTER + FIRST.format("") + SECOND,
                "sub/d.txt": FIRST.format("") + SEEN + SECOND + LETTER,
                "sub/ё.txt": SECOND + LETTER,
            },
            id="category",
        ),
        pytest.param(
            {"rule": "generic/standing/app"},
            {"a.txt": FIRST.format(APP) + SECOND, "sub/d.txt": FIRST.format(APP) + SEEN + SECOND},
            id="rule",
        ),
        pytest.param(
            {"rule": "generic/standing"}, {name: ARTICLES[name] for name in ARTICLES if name != "c.txt"}, id="file"
        ),
        pytest.param({"outlet": "quillmore.example"}, {"c.txt": ARTICLES["c.txt"]}, id="outlet"),
        pytest.param(
            {"category": "legal", "rule": "outlets/quillmore.example/colophon", "outlet": "quillmore.example"},
            {"c.txt": ARTICLES["c.txt"]},
            id="all-three",
        ),
        pytest.param({"category": "legal", "rule": "generic/standing/app"}, {}, id="contradiction"),
        pytest.param({"rule": "generic/stand"}, {}, id="part-of-an-id"),
    ],
)
def test_only_what_was_asked_for_comes_back(
    tmp_path: Path, articles: Path, quillmore: Cleaner, only: dict[str, str], changed: dict[str, str]
) -> None:
    run_all(quillmore, articles, tmp_path / "out")
    cleaned = {name: (tmp_path / "out" / name).read_text("utf-8") for name in ARTICLES}
    assert restored(tmp_path / "out", tmp_path / "back", **only) == {**cleaned, **changed}


def test_a_cleaned_file_that_was_changed_is_refused_and_the_rest_comes_back(
    tmp_path: Path, articles: Path, quillmore: Cleaner
) -> None:
    out = tmp_path / "out"
    run_all(quillmore, articles, out)
    (out / "a.txt").write_text("edited by hand\n")
    (out / "b.txt").unlink()
    problems = {name: problem for name, _, problem in restore_all(out, tmp_path / "back") if problem}
    assert set(problems) == {"a.txt", "b.txt"}
    assert "changed since it was cleaned" in problems["a.txt"]
    assert "cannot be read" in problems["b.txt"]
    assert set(tree(tmp_path / "back")) == set(ARTICLES) - {"a.txt", "b.txt"}


def test_records_that_were_changed_are_noticed(tmp_path: Path, articles: Path, quillmore: Cleaner) -> None:
    out = tmp_path / "out"
    run_all(quillmore, articles, out)
    path = out / RECORDS / REMOVALS
    path.write_text(path.read_text("utf-8").replace("each Friday", "each Monday"), "utf-8")
    problems = {name for name, _, problem in restore_all(out, tmp_path / "back") if problem}
    assert problems == {name for name, text in ARTICLES.items() if LETTER in text}
    assert not problems & set(tree(tmp_path / "back"))


@pytest.mark.parametrize("trap", ["../outside.txt", "sub/../../outside.txt", "absolute"])
def test_a_manifest_that_leads_out_of_the_folder_is_refused(
    tmp_path: Path, articles: Path, quillmore: Cleaner, trap: str
) -> None:
    run_all(quillmore, articles, tmp_path / "out")
    name = str(tmp_path / "outside.txt") if trap == "absolute" else trap
    # The trap has all it needs to work: the text to read stands there and its checksum is right.
    shutil.copy(tmp_path / "out" / "b.txt", tmp_path / "outside.txt")
    before = (tmp_path / "outside.txt").stat().st_mtime_ns
    path = tmp_path / "out" / RECORDS / MANIFEST
    path.write_text(path.read_text("utf-8").replace('"b.txt"', json.dumps(name)), "utf-8")
    problems = {entry: problem for entry, _, problem in restore_all(tmp_path / "out", tmp_path / "back") if problem}
    assert set(problems) == {name}
    assert "manifest" in problems[name]
    assert (tmp_path / "outside.txt").stat().st_mtime_ns == before
    assert set(tree(tmp_path / "back")) == set(ARTICLES) - {"b.txt"}


def test_restoring_onto_the_cleaned_texts_is_refused(tmp_path: Path, articles: Path, quillmore: Cleaner) -> None:
    run_all(quillmore, articles, tmp_path / "out")
    before = tree(tmp_path / "out")
    with pytest.raises(UsageError, match="cleaned folder itself"):
        list(restore_all(tmp_path / "out", tmp_path / "out" / "sub" / ".."))
    assert tree(tmp_path / "out") == before


def test_a_folder_without_a_run_cannot_be_restored(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        list(restore_all(tmp_path, tmp_path / "back"))


def test_failed_documents_are_not_restored(tmp_path: Path, articles: Path, quillmore: Cleaner) -> None:
    write_files(articles, {"broken.txt": b"%PDF-1.4\n"})
    run_all(quillmore, articles, tmp_path / "out")
    assert restored(tmp_path / "out", tmp_path / "back") == ARTICLES


LINES = "Get the Quillmore letter each Friday\n\nThe lock keeper counted ninety boats.\nGive to the Quillmore fund\n"
ASIAN = "Get the Quillmore letter each Friday\n{}\nGive to the Quillmore fund\n"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(LINES.encode(), id="lf"),
        pytest.param(LINES.replace("\n", "\r\n").encode(), id="crlf"),
        pytest.param(LINES.replace("\n", "\r").encode(), id="cr"),
        pytest.param(LINES.replace("\n", "\r\n", 2).encode(), id="mixed"),
        pytest.param(LINES.replace("\n", "\u2028").encode(), id="line-separators"),
        pytest.param(LINES.rstrip().encode(), id="no-last-line-end"),
        pytest.param((" \t\n\n" + LINES + "\n \n\t").encode(), id="white-space-around"),
        pytest.param(codecs.BOM_UTF8 + LINES.encode(), id="utf-8-bom"),
        pytest.param(codecs.BOM_UTF16_LE + LINES.replace("\n", "\r\n").encode("utf-16-le"), id="utf-16-le-bom"),
        pytest.param(codecs.BOM_UTF16_BE + LINES.encode("utf-16-be"), id="utf-16-be-bom"),
        pytest.param(LINES.encode("utf-16-le"), id="utf-16-le"),
        pytest.param(codecs.BOM_UTF32_LE + LINES.encode("utf-32-le"), id="utf-32-le-bom"),
        pytest.param((LINES + "Das Café am Fluß bleibt geöffnet.\n").encode("latin-1"), id="latin-1"),
        pytest.param((LINES + "“It’s the heat” – €4.\n").encode("cp1252"), id="cp1252"),
        pytest.param(
            ASIAN.format("東京都は水曜日、古い橋を維持することを決めた。").encode("shift_jis"), id="shift-jis"
        ),
        pytest.param(ASIAN.format("市议会星期二投票决定将旧桥再开放一年。").encode("gb18030"), id="gb18030"),
        pytest.param(LINES.replace("boats.", "\0boats.").encode(), id="nul"),
        pytest.param(LINES.encode() + b"\xff\xfe\x80 odd bytes \xc3\n", id="broken-utf-8"),
        pytest.param(LINES.encode() + "e\u0301 \u200f\u202e \ufeff \U0001f6a2".encode(), id="marks-and-emoji"),
        pytest.param(LETTER.encode(), id="all-of-it-boilerplate"),
        pytest.param(b"", id="empty"),
        pytest.param(b"\n\r\n", id="only-line-ends"),
    ],
)
def test_encoding_and_line_ends_survive_cleaning_and_restoring(tmp_path: Path, quillmore: Cleaner, data: bytes) -> None:
    write_files(tmp_path / "in", {"a.txt": data})
    records, _ = run_all(quillmore, tmp_path / "in", tmp_path / "out")
    cleaned = (tmp_path / "out" / "a.txt").read_bytes()
    assert bool(records[0].removals) == (len(cleaned) < len(data)) == (len(data) > 3)
    assert [problem for *_, problem in restore_all(tmp_path / "out", tmp_path / "back")] == [""]
    assert (tmp_path / "back" / "a.txt").read_bytes() == data


def test_the_records_and_the_cleaned_text_give_the_source(tmp_path: Path, articles: Path, quillmore: Cleaner) -> None:
    run_all(quillmore, articles, tmp_path / "out")
    for note in ledger.read(tmp_path / "out"):
        source = (articles / note.entry.id).read_text("utf-8")
        assert all(source[r.start : r.end] == r.text for r in note.removals())
        assert all(r.category and r.rule and r.reason and 0 < r.confidence <= 1 for r in note.removals())
