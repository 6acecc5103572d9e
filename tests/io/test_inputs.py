"""Which files a call means, and where their cleaned forms go."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cleaner.errors import UsageError
from cleaner.io.files import RECORDS
from cleaner.io.inputs import Inputs, gather


def make(folder: Path, *names: str) -> Path:
    """Create files that hold their own names."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


def names(found: Inputs) -> list[str]:
    return [source.name for source in found.sources]


def test_files_of_a_folder_come_sorted_with_names_relative_to_it(tmp_path: Path) -> None:
    folder = make(tmp_path / "in", "b.txt", "sub/deep/c.txt", "a.md", "sub/a.txt", "Z", "d.TXT")
    found = gather([folder])
    assert names(found) == ["Z", "a.md", "b.txt", "d.TXT", "sub/a.txt", "sub/deep/c.txt"]
    assert [source.path for source in found.sources] == [folder / name for name in names(found)]


def test_a_file_goes_by_its_own_name_whatever_its_suffix(tmp_path: Path) -> None:
    make(tmp_path, "sub/page.log")
    found = gather([tmp_path / "sub" / "page.log"])
    assert names(found) == ["page.log"]
    assert found.skipped == {}


def test_several_inputs_are_put_together(tmp_path: Path) -> None:
    make(tmp_path, "one/b.txt", "two/a.txt", "c.txt")
    assert names(gather([tmp_path / "one", tmp_path / "two", tmp_path / "c.txt"])) == ["a.txt", "b.txt", "c.txt"]


def test_an_input_given_twice_is_read_once(tmp_path: Path) -> None:
    make(tmp_path, "in/a.txt")
    assert names(gather([tmp_path / "in", tmp_path / "in", tmp_path / "in" / "a.txt"])) == ["a.txt"]


def test_the_working_folder_can_be_an_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "in/sub/a.txt")
    monkeypatch.chdir(tmp_path / "in")
    assert names(gather([Path()])) == ["sub/a.txt"]
    monkeypatch.chdir(tmp_path / "in" / "sub")
    assert names(gather([Path("..")])) == ["sub/a.txt"]


@pytest.mark.parametrize("given", [("one", "two"), ("one/a.txt", "two")], ids=["two-folders", "file-and-folder"])
def test_two_files_for_one_place_are_refused_and_both_named(tmp_path: Path, given: tuple[str, ...]) -> None:
    make(tmp_path, "one/a.txt", "two/a.txt")
    with pytest.raises(UsageError) as refused:
        gather([tmp_path / name for name in given])
    assert str(tmp_path / "one" / "a.txt") in str(refused.value)
    assert str(tmp_path / "two" / "a.txt") in str(refused.value)


def test_a_page_comes_out_under_the_name_of_a_text(tmp_path: Path) -> None:
    folder = make(tmp_path / "in", "a.html", "sub/b.HTM", "c.txt")
    found = gather([folder])
    assert [(source.name, source.is_html) for source in found.sources] == [
        ("a.txt", True),
        ("c.txt", False),
        ("sub/b.txt", True),
    ]


def test_a_page_and_a_text_for_one_place_are_refused(tmp_path: Path) -> None:
    folder = make(tmp_path / "in", "a.html", "a.txt")
    with pytest.raises(UsageError, match=r"a\.html.*a\.txt"):
        gather([folder])


def test_an_output_folder_inside_the_input_is_left_out_and_noted(tmp_path: Path) -> None:
    folder = make(tmp_path / "in", "a.txt", "out/old.txt", "out/sub/old.txt")
    found = gather([folder], folder / "out")
    assert names(found) == ["a.txt"]
    assert [note for note in found.notes if str(folder / "out") in note and "output folder" in note]


def test_the_records_of_an_earlier_run_are_no_input(tmp_path: Path) -> None:
    folder = make(tmp_path / "in", "a.txt", f"{RECORDS}/note.txt", f"sub/{RECORDS}/note.txt")
    assert names(gather([folder])) == ["a.txt"]


@pytest.mark.parametrize("out", ["in", "in/", "in/../in", "link"], ids=["equal", "slash", "dots", "symlink"])
def test_the_input_as_output_is_refused(tmp_path: Path, out: str) -> None:
    folder = make(tmp_path / "in", "a.txt")
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    with pytest.raises(UsageError, match="output folder is the input"):
        gather([folder], tmp_path / out)


@pytest.mark.parametrize("link", [os.link, os.symlink], ids=["hard-link", "symlink"])
def test_a_file_that_would_overwrite_itself_is_refused(tmp_path: Path, link: Callable[[Path, Path], None]) -> None:
    make(tmp_path, "in/a.txt")
    with pytest.raises(UsageError, match="overwrite itself"):
        gather([tmp_path / "in" / "a.txt"], tmp_path / "in")
    (tmp_path / "out").mkdir()
    link(tmp_path / "in" / "a.txt", tmp_path / "out" / "a.txt")
    with pytest.raises(UsageError, match="overwrite itself"):
        gather([tmp_path / "in"], tmp_path / "out")


def test_a_file_that_would_overwrite_another_input_is_refused(tmp_path: Path) -> None:
    # out/day/day/a.txt would be written to out/day/a.txt, which is still to be read.
    make(tmp_path, "out/day/a.txt", "out/day/day/a.txt")
    with pytest.raises(UsageError, match="overwrite"):
        gather([tmp_path / "out" / "day"], tmp_path / "out")


def test_a_loop_of_links_is_noted_and_its_files_are_read_once(tmp_path: Path) -> None:
    folder = make(tmp_path / "in", "a.txt", "sub/b.txt")
    (folder / "sub" / "up").symlink_to(folder, target_is_directory=True)
    (folder / "sub" / "here").symlink_to(folder / "sub", target_is_directory=True)
    found = gather([folder])
    assert sorted(source.path.name for source in found.sources) == ["a.txt", "b.txt"]
    assert len(found.notes) == 2


def test_a_link_to_another_folder_is_followed(tmp_path: Path) -> None:
    folder = make(tmp_path / "in", "a.txt")
    make(tmp_path / "elsewhere", "b.txt")
    (folder / "linked").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    found = gather([folder])
    assert names(found) == ["a.txt", "linked/b.txt"]
    assert found.notes == ()


def test_other_and_hidden_files_are_counted_as_skipped(tmp_path: Path) -> None:
    folder = make(tmp_path / "in", "a.txt", "b.png", "sub/c.PNG", "d.pdf", ".hidden", ".hidden.txt")
    found = gather([folder])
    assert names(found) == ["a.txt"]
    assert found.skipped[".png"] == 2
    assert found.skipped[".pdf"] == 1
    assert sum(found.skipped.values()) == 5


def test_a_hidden_folder_is_left_out_like_a_hidden_file(tmp_path: Path) -> None:
    folder = make(tmp_path / "in", "a.txt", ".git/HEAD", ".git/objects/ab/cdef")
    assert names(gather([folder])) == ["a.txt"]


def test_a_dangling_link_is_an_input_so_that_its_failure_is_on_record(tmp_path: Path) -> None:
    folder = make(tmp_path / "in", "a.txt")
    (folder / "gone.txt").symlink_to(tmp_path / "nowhere")
    (folder / "itself.txt").symlink_to(folder / "itself.txt")
    assert names(gather([folder])) == ["a.txt", "gone.txt", "itself.txt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_in_a_folder_is_no_input_because_reading_it_would_wait_forever(tmp_path: Path) -> None:
    folder = make(tmp_path / "in", "a.txt")
    os.mkfifo(folder / "pipe.txt")
    assert names(gather([folder])) == ["a.txt"]


@pytest.mark.parametrize("missing", ["nowhere", "in/nowhere.txt", "dangling"])
def test_a_missing_input_is_refused_by_name(tmp_path: Path, missing: str) -> None:
    make(tmp_path, "in/a.txt")
    (tmp_path / "dangling").symlink_to(tmp_path / "gone")
    with pytest.raises(UsageError, match="no such file or folder") as refused:
        gather([tmp_path / "in", tmp_path / missing])
    assert str(tmp_path / missing) in str(refused.value)


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert gather([tmp_path]) == Inputs((), {}, ())


def test_files_of_records_go_by_their_suffixes_and_come_out_in_their_format(tmp_path: Path) -> None:
    folder = make(
        tmp_path / "in", "a.jsonl.zst", "b.NDJSON", "c.json.gz", "d.csv.bz2", "e.tsv.xz", "f.parquet", "g.arrow",
        "h.warc.gz", "i.warc.wet.gz", "j.txt.gz", "k.html.gz", "l.parquet.gz", "m.tar.gz",
    )  # fmt: skip
    found = gather([folder])
    assert [(source.name, source.format, source.codec, source.target) for source in found.sources] == [
        ("a.jsonl.zst", "jsonl", ".zst", "jsonl"),
        ("b.NDJSON", "jsonl", "", "jsonl"),
        ("c.json.gz", "json", ".gz", "json"),
        ("d.csv.bz2", "csv", ".bz2", "csv"),
        ("e.tsv.xz", "tsv", ".xz", "tsv"),
        ("f.parquet", "parquet", "", "parquet"),
        ("g.arrow", "arrow", "", "arrow"),
        ("h.jsonl.gz", "warc", ".gz", "jsonl"),
        ("i.warc.jsonl.gz", "warc", ".gz", "jsonl"),
        ("j.txt.gz", "txt", ".gz", "txt"),
        ("k.txt.gz", "html", ".gz", "txt"),
    ]
    assert found.skipped == {".gz": 2}


def test_formats_can_be_named(tmp_path: Path) -> None:
    folder = make(tmp_path / "in", "a.log", "sub/b.jsonl.gz")
    read = gather([folder], read_as="ndjson", to="csv.zst").sources
    assert [(source.name, source.format, source.target, source.target_codec) for source in read] == [
        ("a.log.csv.zst", "jsonl", "csv", ".zst"),
        ("sub/b.csv.zst", "jsonl", "csv", ".zst"),
    ]
    assert names(gather([folder], to="md")) == ["sub/b"]
    assert names(gather([make(tmp_path / "texts", "a.txt", "b.html")], to="md")) == ["a.md", "b.md"]
    for options in ({"read_as": "doc"}, {"to": "pdf"}, {"to": "warc"}, {"to": "parquet.gz"}):
        with pytest.raises(UsageError, match="choose from"):
            gather([folder], **options)


def test_documents_of_one_file_each_become_one_file_of_records(tmp_path: Path) -> None:
    folder = make(tmp_path / "in", "b.txt", "a.html", "news.csv")
    found = gather([folder], to="jsonl")
    assert names(found) == ["documents.jsonl", "news.jsonl"]
    assert [member.inner for member in found.sources[0].members] == ["a.html", "b.txt"]
    make(folder, "documents.json")
    with pytest.raises(UsageError, match=r"documents\.jsonl"):
        gather([folder], to="jsonl")


def test_what_stands_beside_the_tables_of_a_dataset_is_copied_and_no_input(tmp_path: Path) -> None:
    folder = make(
        tmp_path / "in", "dataset_dict.json", "train/data-0.arrow", "train/state.json", "train/dataset_info.json",
        "other/state.json",
    )  # fmt: skip
    found = gather([folder])
    assert names(found) == ["other/state.json", "train/data-0.arrow"]
    assert sorted(found.companions) == ["dataset_dict.json", "train/dataset_info.json", "train/state.json"]
