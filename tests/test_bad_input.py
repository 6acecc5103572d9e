"""What people really do wrong: every case says so, sets the exit code, and leaves nothing lost or half-written."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cleaner.cli.app import main

LETTER = "Get the Quillmore letter each Friday\n"
PROSE = "The lock keeper counted ninety boats in July and eighty in August, the board said on Monday.\n"
RULES = """\
category: newsletter
rules:
  - id: letter
    lines: [Get the Quillmore letter each Friday]
examples:
  - text: |
      Get the Quillmore letter each Friday

      The lock keeper counted ninety boats in July and eighty in August, the board said on Monday.
    becomes: |
      The lock keeper counted ninety boats in July and eighty in August, the board said on Monday.
  - text: The letter that the lock keeper wrote to the board in July was never answered by anybody there.
    becomes: same
"""
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


@dataclass
class Call:
    """A call of `cleaner clean` in a folder of its own, ready to be spoilt."""

    folder: Path
    inputs: list[str] = field(default_factory=lambda: ["in"])
    out: str = "out"
    rules: str = "rules"

    def write(self, name: str, content: bytes | str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def rule_file(self, old: str, new: str) -> None:
        assert old in RULES
        self.write("rules/generic/standing.yaml", RULES.replace(old, new, 1))


def empty_folder(call: Call) -> None:
    (call.folder / "empty").mkdir()
    call.inputs = ["empty"]


def only_pictures(call: Call) -> None:
    call.write("pictures/a.png", PNG)
    call.write("pictures/b.png", PNG)
    call.inputs = ["pictures"]


def only_binary_texts(call: Call) -> None:
    call.write("binary/a.txt", PNG)
    call.write("binary/b.txt", bytes(range(32)) * 20)
    call.inputs = ["binary"]


def missing_path(call: Call) -> None:
    call.inputs = ["in", "nowhere"]


def unreadable_file(call: Call) -> None:
    (call.folder / "in" / "gone.txt").symlink_to(call.folder / "nowhere")


def binary_file_by_name(call: Call) -> None:
    call.write("picture.png", PNG)
    call.inputs = ["in", "picture.png"]


def huge_line(call: Call) -> None:
    call.write("in/huge.txt", PROSE.replace("\n", " ") * (5_000_000 // len(PROSE)) + "\n")


def endless_word(call: Call) -> None:
    call.write("in/word.txt", "a" * 5_000_000)


def link_loop(call: Call) -> None:
    (call.folder / "in" / "sub" / "up").symlink_to(call.folder / "in", target_is_directory=True)


def out_inside_input(call: Call) -> None:
    call.write("in/cleaned/old.txt", "not ours\n")
    call.out = "in/cleaned"


def out_is_input(call: Call) -> None:
    call.out = "in"


def out_is_a_file(call: Call) -> None:
    call.write("out-file", "precious")
    call.out = "out-file"


def two_for_one_place(call: Call) -> None:
    call.write("other/a.txt", PROSE)
    call.inputs = ["in", "other"]


def rule_with_a_typo(call: Call) -> None:
    call.rule_file("    lines:", "    linse:")


def bad_pattern(call: Call) -> None:
    call.rule_file("lines: [Get the Quillmore letter each Friday]", "start: '(get the'")


def duplicate_key(call: Call) -> None:
    call.rule_file("  - id: letter\n", "  - id: letter\n    why: once\n    why: twice\n")


def runaway_pattern(call: Call) -> None:
    call.rule_file("lines: [Get the Quillmore letter each Friday]", "start: '^(?:[a-z]+ *)+now$'")


def broken_yaml(call: Call) -> None:
    call.rule_file("[Get the Quillmore letter each Friday]", "[Get the Quillmore letter")


def failing_example(call: Call) -> None:
    call.rule_file("lines: [Get the Quillmore letter each Friday]", "lines: [Another line]")


def no_rules_folder(call: Call) -> None:
    call.rules = "nowhere"


AT = "rules/generic/standing.yaml:"
CASES: list[tuple[Callable[[Call], None], int, list[str]]] = [
    (empty_folder, 2, ["empty", "nothing to clean"]),
    (only_pictures, 2, ["skipped: 2 .png", "nothing to clean"]),
    (only_binary_texts, 1, ["a.txt: looks like a PNG image", "b.txt: looks like a binary file", "2 failed"]),
    (missing_path, 2, ["nowhere: no such file or folder"]),
    (unreadable_file, 1, ["gone.txt: cannot be read: No such file", "2 of 3 documents cleaned", "1 failed"]),
    (binary_file_by_name, 1, ["picture.png: looks like a PNG image", "2 of 3 documents cleaned", "1 failed"]),
    (huge_line, 0, ["3 of 3 documents cleaned", "0 failed"]),
    (endless_word, 0, ["3 of 3 documents cleaned", "0 failed"]),
    (link_loop, 0, ["not entered, it links to a folder that is read already", "2 of 2 documents cleaned"]),
    (out_inside_input, 0, ["not entered, it is the output folder", "2 of 2 documents cleaned"]),
    (out_is_input, 2, ["the output folder is the input", "-o"]),
    (out_is_a_file, 2, ["out-file"]),
    (two_for_one_place, 2, ["in/a.txt", "other/a.txt", "both be written to a.txt"]),
    (rule_with_a_typo, 2, [f"{AT}4:5: unknown key 'linse'", "did you mean 'lines'"]),
    (bad_pattern, 2, [f"{AT}4:12: bad pattern", "(get the"]),
    (duplicate_key, 2, [f"{AT}5:5: key 'why' given twice"]),
    (runaway_pattern, 2, [f"{AT}4:12: runaway pattern"]),
    (broken_yaml, 2, [AT, "not YAML"]),
    (failing_example, 2, [f"{AT}10:14: example becomes something else", "rule 'letter' fires in no example"]),
    (no_rules_folder, 2, ["nowhere", "no such rules folder"]),
]


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


@pytest.mark.parametrize(("spoil", "code", "words"), CASES, ids=[case[0].__name__ for case in CASES])
def test_bad_input_is_named_and_nothing_is_lost_or_half_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[Call], None],
    code: int,
    words: list[str],
) -> None:
    call = Call(tmp_path)
    call.write("in/a.txt", LETTER + PROSE)
    call.write("in/sub/b.txt", PROSE)
    call.write("rules/generic/standing.yaml", RULES)
    spoil(call)
    monkeypatch.chdir(tmp_path)
    before = files(tmp_path)

    monkeypatch.setattr(sys, "argv", ["cleaner", "clean", *call.inputs, "-o", call.out, "--rules", call.rules])
    with pytest.raises(SystemExit) as ended:
        main()
    printed = capsys.readouterr()

    assert (ended.value.code or 0) == code
    assert printed.out == ""
    said = " ".join(printed.err.split())
    assert [word for word in words if word not in said] == []
    assert "Traceback" not in said
    after = files(tmp_path)
    assert {name: after.get(name) for name in before} == before
    new = {name: after[name] for name in set(after) - set(before)}
    if code == 2:
        assert new == {}
        return
    assert not [name for name in new if Path(name).name.startswith(".cleaner-")]
    records = f"{call.out}/.cleaner"
    entries = [json.loads(line) for line in new.pop(f"{records}/manifest.jsonl").splitlines()]
    summary = json.loads(new.pop(f"{records}/summary.json"))
    del new[f"{records}/removals.jsonl"]
    written = {f"{call.out}/{e['id']}": e["cleaned_sha256"] for e in entries if e["state"] == "written"}
    assert {name: hashlib.sha256(data).hexdigest() for name, data in new.items()} == written
    assert summary["documents"] == len(entries) == summary["written"] + len(summary["failed"])
    assert bool(summary["failed"]) == (code == 1)
    if call.inputs == ["in"]:
        assert new[f"{call.out}/a.txt"] == PROSE.encode()
        assert new[f"{call.out}/sub/b.txt"] == PROSE.encode()
    if spoil in (huge_line, endless_word):
        name = "huge.txt" if spoil is huge_line else "word.txt"
        assert len(new[f"{call.out}/{name}"]) > 0.99 * len(before[f"in/{name}"])
        monkeypatch.setattr(sys, "argv", ["cleaner", "restore", call.out, "-o", "restored"])
        with pytest.raises(SystemExit):
            main()
        assert (tmp_path / "restored" / name).read_bytes() == before[f"in/{name}"]
