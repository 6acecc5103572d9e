"""The records of a run: equal when read back, and true after a stop at any moment."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.errors import UsageError
from cleaner.io import ledger
from cleaner.io.files import RECORDS
from cleaner.io.ledger import FAILED, MANIFEST, REMOVALS, SUMMARY, WRITTEN, Entry, Ledger, Record
from cleaner.model import Removal

AD = Removal(0, 4, "Ad\r\n", "ad", "generic/ad/marker-en", 0.95, "ad marker: the line “ad”")
PLEA = Removal(31, 44, "\nПоддержите нас", "donation", "outlets/example-times.com/plea", 0.99, "holds “поддержите”")
RECORDS_OF_A_RUN = (
    Record(
        Entry(
            "a.txt",
            WRITTEN,
            sha256="00ff",
            cleaned_sha256="ff00",
            encoding="utf-16-le",
            bom="fffe",
            recipe="0123",
            outlet={"domain": "example-times.com", "how": "path", "evidence": "example-times.com_1.txt"},
            characters=44,
            removed_blocks={"ad": 1, "donation": 1},
            removed_characters={"ad": 4, "donation": 13},
            removals=2,
            refusals=({"start": 5, "end": 9, "category": "ad", "rule": "generic/ad/x", "reason": "too much"},),
            flags=("cut-refused", "emptied"),
        ),
        (AD, PLEA),
    ),
    Record(Entry("sub/б\n\u2028\x85.txt", FAILED, "looks like a PNG image, not text"), ()),
    Record(Entry("c.txt", WRITTEN, encoding="utf-8"), ()),
    Record(Entry("d.txt", WRITTEN, encoding="utf-8", removals=1), (PLEA,)),
)


def write(out: Path, records: tuple[Record, ...] = RECORDS_OF_A_RUN) -> None:
    with Ledger(out) as book:
        for record in records:
            book.add(record)


def test_records_are_read_back_equal_and_in_order(tmp_path: Path) -> None:
    write(tmp_path)
    assert tuple(ledger.read(tmp_path)) == RECORDS_OF_A_RUN


@settings(max_examples=60, deadline=None)
@given(text=st.text(), name=st.text(min_size=1), reason=st.text(), confidence=st.floats(0, 1))
def test_any_text_is_read_back_equal(text: str, name: str, reason: str, confidence: float) -> None:
    removal = Removal(0, len(text), text, "other", "generic/other/x", confidence, reason)
    record = Record(Entry(name, WRITTEN, removals=2), (removal, removal))
    with TemporaryDirectory() as folder:
        write(Path(folder), (record,))
        assert list(ledger.read(Path(folder))) == [record]


def test_every_line_is_one_json_object(tmp_path: Path) -> None:
    write(tmp_path)
    for name, count in ((MANIFEST, 4), (REMOVALS, 3)):
        lines = (tmp_path / RECORDS / name).read_bytes().split(b"\n")
        assert lines.pop() == b""
        assert len(lines) == count
        assert all(isinstance(json.loads(line), dict) for line in lines)


def test_records_given_at_the_start_are_kept_and_new_ones_added(tmp_path: Path) -> None:
    with Ledger(tmp_path, RECORDS_OF_A_RUN[:2]) as book:
        for record in RECORDS_OF_A_RUN[2:]:
            book.add(record)
    assert tuple(ledger.read(tmp_path)) == RECORDS_OF_A_RUN


def test_a_new_ledger_forgets_the_records_of_an_earlier_run(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, RECORDS_OF_A_RUN[2:3])
    assert tuple(ledger.read(tmp_path)) == RECORDS_OF_A_RUN[2:3]


def test_a_manifest_torn_at_any_byte_gives_the_whole_entries_before_it(tmp_path: Path) -> None:
    write(tmp_path)
    path = tmp_path / RECORDS / MANIFEST
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        kept = whole[:length].count(b"\n")
        assert tuple(ledger.read(tmp_path)) == RECORDS_OF_A_RUN[:kept], f"torn after {length} bytes"


def test_removals_torn_at_any_byte_harm_no_entry_before_them(tmp_path: Path) -> None:
    write(tmp_path, RECORDS_OF_A_RUN[:3])
    folder = tmp_path / RECORDS
    manifest, removals = (folder / MANIFEST).read_bytes(), (folder / REMOVALS).read_bytes()
    write(tmp_path)
    torn = (folder / REMOVALS).read_bytes()
    (folder / MANIFEST).write_bytes(manifest)  # the last document is done only once its entry stands
    for length in range(len(removals), len(torn)):
        (folder / REMOVALS).write_bytes(torn[:length])
        assert tuple(ledger.read(tmp_path)) == RECORDS_OF_A_RUN[:3], f"torn after {length} bytes"


def test_removals_without_an_entry_are_left_out(tmp_path: Path) -> None:
    write(tmp_path)
    folder = tmp_path / RECORDS
    entries = (folder / MANIFEST).read_text("utf-8").splitlines(keepends=True)
    (folder / MANIFEST).write_text("".join(entries[-1:]), "utf-8")
    assert tuple(ledger.read(tmp_path)) == RECORDS_OF_A_RUN[-1:]


def test_removals_of_a_try_that_was_stopped_are_not_mixed_with_those_of_the_next(tmp_path: Path) -> None:
    first = Record(Entry("a.txt", WRITTEN, removals=2), (AD, PLEA))
    second = Record(Entry("a.txt", WRITTEN, removals=1), (PLEA,))
    write(tmp_path, (first,))
    folder = tmp_path / RECORDS
    stopped = (folder / REMOVALS).read_bytes()
    write(tmp_path, (second,))
    (folder / REMOVALS).write_bytes(stopped + (folder / REMOVALS).read_bytes())
    assert tuple(ledger.read(tmp_path)) == (second,)


def test_the_summary_stands_only_after_the_end(tmp_path: Path) -> None:
    path = tmp_path / RECORDS / SUMMARY
    with Ledger(tmp_path) as book:
        book.add(RECORDS_OF_A_RUN[0])
        assert not path.exists()
        book.finish({"written": 1, "failed": {"é": "why"}}, {"a.txt": 0}, reorder=False)
    assert json.loads(path.read_text("utf-8")) == {"written": 1, "failed": {"é": "why"}}
    with Ledger(tmp_path):
        assert not path.exists()


def test_the_summary_does_not_depend_on_the_order_of_its_keys(tmp_path: Path) -> None:
    seen = []
    for i, summary in enumerate(({"a": 1, "b": {"x": 1, "y": 2}}, {"b": {"y": 2, "x": 1}, "a": 1})):
        with Ledger(tmp_path / str(i)) as book:
            book.finish(summary, {}, reorder=False)
        seen.append((tmp_path / str(i) / RECORDS / SUMMARY).read_bytes())
    assert seen[0] == seen[1]


def test_a_resumed_run_ends_with_the_bytes_of_an_undisturbed_one(tmp_path: Path) -> None:
    order = {record.entry.id: i for i, record in enumerate(RECORDS_OF_A_RUN)}
    with Ledger(tmp_path / "undisturbed") as book:
        for record in RECORDS_OF_A_RUN:
            book.add(record)
        book.finish({}, order, reorder=False)
    with Ledger(tmp_path / "resumed", RECORDS_OF_A_RUN[2:]) as book:
        for record in RECORDS_OF_A_RUN[:2]:
            book.add(record)
        book.finish({}, order, reorder=True)
    for name in (MANIFEST, REMOVALS, SUMMARY):
        assert (tmp_path / "resumed" / RECORDS / name).read_bytes() == (
            tmp_path / "undisturbed" / RECORDS / name
        ).read_bytes()


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    assert not ledger.exists(tmp_path)
    with pytest.raises(UsageError, match=r"manifest\.jsonl"):
        list(ledger.read(tmp_path))


def test_a_run_exists_from_its_start(tmp_path: Path) -> None:
    with Ledger(tmp_path / "out"):
        assert ledger.exists(tmp_path / "out")
    assert list(ledger.read(tmp_path / "out")) == []
