"""Reads within bounds, and writes that are whole or not there."""

from __future__ import annotations

import contextlib
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleaner.errors import DocumentError
from cleaner.io.files import MAX_BYTES, read_bytes, write_atomically


def make(folder: Path, *names: str) -> Path:
    """Create files that hold their own names."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


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
    with pytest.raises(DocumentError, match="more than 100,000,000 bytes"):
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
