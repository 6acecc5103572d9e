"""The documents of a run, read back from what it wrote and noted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cleaner import Cleaner, UsageError
from cleaner.batch import clean_all
from cleaner.errors import DocumentError
from cleaner.finished import cleaned_documents
from cleaner.io.files import RECORDS
from cleaner.io.inputs import gather
from cleaner.io.ledger import MANIFEST
from cleaner.model import Cleaned
from cleaner.tasks import Run
from tests.articles import ARTICLES, write_files


def run(source: Path, out: Path, cleaner: Cleaner, to: str | None = None) -> None:
    for _ in clean_all(Run.of(cleaner, out), gather([source], out, to=to), jobs=1):
        pass


def documents(out: Path) -> dict[str, Cleaned]:
    found = dict(cleaned_documents(out))
    assert all(isinstance(cleaned, Cleaned) for cleaned in found.values())
    return {name: cleaned for name, cleaned in found.items() if isinstance(cleaned, Cleaned)}


@pytest.mark.parametrize("to", [None, "jsonl", "csv.gz", "parquet"])
def test_documents_of_a_run_are_those_that_were_cleaned(tmp_path: Path, quillmore: Cleaner, to: str | None) -> None:
    source = write_files(tmp_path / "in", ARTICLES)
    run(source, tmp_path / "out", quillmore, to)
    found = list(documents(tmp_path / "out").values())
    assert len(found) == len(ARTICLES)
    for text, cleaned in zip(ARTICLES.values(), found, strict=True):
        fresh = quillmore.clean(text)
        assert (cleaned.document.text, cleaned.text) == (text, fresh.text)
        assert (cleaned.removals, cleaned.refusals, cleaned.flags) == (fresh.removals, fresh.refusals, fresh.flags)
        assert cleaned.outlet == fresh.outlet


@pytest.mark.parametrize("to", ["jsonl", "parquet"])
def test_records_have_the_names_of_the_logs(tmp_path: Path, quillmore: Cleaner, to: str) -> None:
    rows = [{"id": name, "text": text, "date": "2024-05-01"} for name, text in ARTICLES.items()]
    rows.insert(1, {"id": "empty", "text": ""})
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    write_files(tmp_path / "in", {"news.jsonl": lines + "no json\n"})
    run(tmp_path / "in", tmp_path / "out", quillmore, to)
    found = documents(tmp_path / "out")
    assert {name.partition("#")[2] for name in found} == {str(i + 1) for i in range(len(rows))}
    assert [cleaned.document.text for cleaned in found.values()] == [row["text"] for row in rows]
    assert {str(cleaned.document.date) for cleaned in found.values()} == {"2024-05-01", "None"}  # one has none


def test_only_what_was_chosen_is_read(tmp_path: Path, quillmore: Cleaner) -> None:
    run(write_files(tmp_path / "in", ARTICLES), tmp_path / "out", quillmore)
    (tmp_path / "out" / "a.txt").unlink()
    found = dict(cleaned_documents(tmp_path / "out", lambda entry: entry.id == "b.txt"))
    assert list(found) == ["b.txt"]


def test_a_text_that_was_changed_or_is_gone_is_named_and_the_rest_comes(tmp_path: Path, quillmore: Cleaner) -> None:
    run(write_files(tmp_path / "in", ARTICLES), tmp_path / "out", quillmore)
    (tmp_path / "out" / "a.txt").write_text("another text")
    (tmp_path / "out" / "b.txt").unlink()
    found = dict(cleaned_documents(tmp_path / "out"))
    assert {name for name, cleaned in found.items() if isinstance(cleaned, DocumentError)} == {"a.txt", "b.txt"}
    assert "changed since" in str(found["a.txt"])
    assert len(found) == len(ARTICLES)


def test_a_file_of_records_that_was_changed_is_named(tmp_path: Path, quillmore: Cleaner) -> None:
    run(write_files(tmp_path / "in", ARTICLES), tmp_path / "out", quillmore, "jsonl")
    (path,) = (tmp_path / "out").glob("*.jsonl")
    path.write_bytes(path.read_bytes() + b"\n")
    ((name, error),) = cleaned_documents(tmp_path / "out")
    assert name == path.name
    assert "changed since" in str(error)


def test_no_name_in_the_manifest_leads_out_of_the_folder(tmp_path: Path, quillmore: Cleaner) -> None:
    run(write_files(tmp_path / "in", {"b.txt": ARTICLES["b.txt"]}), tmp_path / "out", quillmore)
    manifest = tmp_path / "out" / RECORDS / MANIFEST
    manifest.write_text(manifest.read_text().replace('"b.txt"', '"../in/b.txt"'))
    ((_, error),) = cleaned_documents(tmp_path / "out")
    assert "leads out of the folder" in str(error)


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="output folder"):
        list(cleaned_documents(tmp_path))
