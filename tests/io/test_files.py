"""Which files a call means, and writes that are whole or not there."""

from __future__ import annotations

import contextlib
import os
import resource
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cleaner.errors import DocumentError, UsageError
from cleaner.io.files import MAX_BYTES, RECORDS, Inputs, gather, read_bytes, write_atomically


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


@pytest.mark.parametrize(
    "target", ["nowhere", "itself", "folder", "file/inner"], ids=["dangling", "loop", "folder", "inside-a-file"]
)
def test_what_cannot_be_read_is_an_error_with_its_path(tmp_path: Path, target: str) -> None:
    make(tmp_path, "file")
    (tmp_path / "folder").mkdir()
    (tmp_path / "itself").symlink_to(tmp_path / "itself")
    with pytest.raises(DocumentError, match="cannot be read") as failed:
        read_bytes(tmp_path / target)
    assert failed.value.path == str(tmp_path / target)


def test_a_file_that_is_too_big_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)  # sparse: takes no room on the disk
    with pytest.raises(DocumentError, match="100,000,001 bytes"):
        read_bytes(path)


def test_a_file_of_just_the_limit_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleaner.io.files.MAX_BYTES", 10)
    (tmp_path / "a").write_bytes(b"0123456789")
    assert read_bytes(tmp_path / "a") == b"0123456789"


def test_a_write_makes_its_folders_and_replaces_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "a.txt"
    write_atomically(path, b"old and longer")
    write_atomically(path, b"new\r\n\0")
    assert path.read_bytes() == b"new\r\n\0"
    assert [p.name for p in path.parent.iterdir()] == ["a.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
def test_a_written_file_has_the_mode_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    write_atomically(tmp_path / "ours", b"")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("target", ["folder", "file/inner", "x" * 300], ids=["folder", "inside-a-file", "long-name"])
def test_a_write_that_cannot_work_leaves_nothing_behind(tmp_path: Path, target: str) -> None:
    make(tmp_path, "file", "folder/kept")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(DocumentError, match="cannot be written"):
        write_atomically(tmp_path / target, b"data")
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "file").read_text() == "file"


@contextlib.contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    """Let the system refuse to write beyond a size, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_write_that_fails_halfway_keeps_the_old_file_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    with pytest.raises(DocumentError, match="cannot be written"), files_no_longer_than(100_000):
        write_atomically(path, b"new" * 100_000)
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_write_that_is_interrupted_keeps_the_old_file_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]
