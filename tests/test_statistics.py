"""The statistics of a run: every number as a plain count of its logs has it, whatever the logs hold."""

from __future__ import annotations

import json
import os
import statistics as plain
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import astuple, fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import Cleaner, UsageError
from cleaner.accounts import Totals
from cleaner.batch import clean_all
from cleaner.io import ledger
from cleaner.io.files import RECORDS
from cleaner.io.inputs import gather
from cleaner.io.ledger import FAILED, MANIFEST, REMOVALS, SKIPPED, SUMMARY, WRITTEN, Entry, Ledger, noted
from cleaner.logs import ENTRY, LONGEST, REMOVAL, opened
from cleaner.model import CATEGORIES, Removal
from cleaner.rulebook.load import Rulebook, load
from cleaner.statistics import BINS, FEW, LEAST_SPREAD, UNUSUAL, Statistics, count
from cleaner.tasks import Run
from tests.articles import APP, ARTICLES, COLOPHON, FIRST, GIFT, LETTER, SECOND, write_files


@pytest.fixture(scope="module")
def book(rules: Path) -> Rulebook:
    return load([rules])


ROWS: list[dict[str, Any]] = [
    {"id": "quay", "url": "https://quillmore.example/quay", "text": FIRST.format(APP) + COLOPHON + SECOND},
    {"id": "lock", "url": "https://www.quillmore.example/lock", "text": LETTER + FIRST.format(APP) + GIFT},
    {"id": "weir", "url": "https://brightwater.example/weir", "text": FIRST.format("") + SECOND + GIFT + LETTER},
    {"id": "gate", "url": "https://brightwater.example/gate", "text": FIRST.format("") + SECOND},
    {"id": "none", "url": "https://brightwater.example/none", "text": None},
]


def clean(cleaner: Cleaner, folder: Path, out: Path) -> None:
    for _ in clean_all(Run.of(cleaner, out), gather([folder], out)):
        pass


def counted(out: Path, book: Rulebook, **asked: Any) -> Statistics:
    with opened(out) as logs:
        return count(logs, book, **asked)


def entries(out: Path) -> list[dict[str, Any]]:
    return lines(out / RECORDS / MANIFEST)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")]


def documents(out: Path) -> dict[str, dict[str, Any]]:
    return {e["id"]: e for e in entries(out) if e["records"] is None and e["state"] == WRITTEN}


def outlet_of(entry: Mapping[str, Any]) -> str:
    return str(entry["outlet"]["domain"]) if entry["outlet"] else "unknown"


def removals(out: Path) -> list[dict[str, Any]]:
    known = documents(out)
    return [row for row in lines(out / RECORDS / REMOVALS) if row["document"] in known]


def shares(out: Path) -> dict[str, float]:
    return {
        id: sum(e["removed_characters"].values()) / e["characters"]
        for id, e in documents(out).items()
        if e["characters"]
    }


def expected_outlets(out: Path) -> set[tuple[Any, ...]]:
    """Count the removals log by outlet and category."""
    known, found = documents(out), defaultdict(list)
    for row in removals(out):
        found[outlet_of(known[row["document"]]), row["category"]].append(row)
    result = set()
    for (outlet, category), rows in found.items():
        mine = [e for e in known.values() if outlet_of(e) == outlet]
        characters = sum(len(row["text"]) for row in rows)
        share = characters / sum(e["characters"] for e in mine)
        touched = len({row["document"] for row in rows})
        result.add((outlet, category, len(mine), touched, len(rows), characters, share))
    return result


def expected_rules(out: Path) -> set[tuple[Any, ...]]:
    known, found = documents(out), defaultdict(list)
    for row in removals(out):
        found[outlet_of(known[row["document"]]), row["rule"], row["category"]].append(row)
    return {
        (
            *key,
            len(rows),
            len({row["document"] for row in rows}),
            sum(len(row["text"]) for row in rows),
            round(sum(row["confidence"] for row in rows) / len(rows), 4),
        )
        for key, rows in found.items()
    }


def expected_unusual(out: Path) -> dict[str, float]:
    found, known = shares(out), documents(out)
    by_outlet = defaultdict(list)
    for id, share in found.items():
        by_outlet[outlet_of(known[id])].append(share)
    result = {}
    for id, share in found.items():
        mine = by_outlet[outlet_of(known[id])]
        usual = mine if len(mine) >= FEW else list(found.values())
        median = plain.median(usual)
        spread = max(LEAST_SPREAD, plain.median(abs(x - median) for x in usual))
        score = 0.6745 * (share - median) / spread
        if abs(score) >= UNUSUAL:
            result[id] = score
    return result


def assert_all_as_counted(out: Path, statistics: Statistics) -> None:
    """Compare every table that depends on no rulebook with a plain count."""
    known = documents(out)
    assert sorted(map(astuple, statistics.outlets.rows)) == [
        (*row[:-1], pytest.approx(row[-1])) for row in sorted(expected_outlets(out))
    ]
    assert sorted(map(astuple, statistics.rules.rows)) == [
        (*row[:-1], pytest.approx(row[-1], abs=1e-4)) for row in sorted(expected_rules(out))
    ]
    assert {row.document: row.score for row in statistics.unusual.rows} == pytest.approx(
        expected_unusual(out), abs=0.0051
    )
    assert [abs(row.score) for row in statistics.unusual.rows] == sorted(
        (abs(row.score) for row in statistics.unusual.rows), reverse=True
    )
    by_share = Counter(0 if not e["removed_characters"] else bin_of(e) for e in known.values())
    assert dict(enumerate(statistics.shares)) == {n: by_share[n] for n in range(BINS + 1)}


def bin_of(entry: Mapping[str, Any]) -> int:
    removed, characters = sum(entry["removed_characters"].values()), entry["characters"]
    return next(n for n in range(1, BINS + 1) if removed * BINS <= n * characters)


def totals_of(out: Path) -> Totals:
    totals = Totals()
    for entry in ledger.entries(out / RECORDS):
        totals.add(entry)
    return totals


def assert_sums_agree(out: Path, statistics: Statistics) -> None:
    """What was removed must be the same by rule, by outlet, by category, and in the accounts of the run."""
    totals, states = totals_of(out), statistics.states
    by_rule: Counter[str] = Counter()
    for row in statistics.rules.rows:
        by_rule[row.category] += row.characters
    assert by_rule == totals.removed_characters
    assert {row.category: row.characters for row in statistics.categories} == totals.removed_characters
    assert {row.category: row.blocks for row in statistics.categories} == totals.removed_blocks
    assert sum(row.characters for row in statistics.outlets.rows) == sum(totals.removed_characters.values())
    assert sum(row.fires for row in statistics.rules.rows) == sum(totals.removed_blocks.values())
    assert states.removed == sum(totals.removed_characters.values())
    assert (states.documents, states.written, states.failed, states.flagged, states.skipped, states.characters) == (
        totals.documents,
        totals.written,
        totals.failures,
        totals.flags,
        len(totals.skipped),
        totals.characters,
    )


def write_run(out: Path, notes: list[ledger.Noted], *, finished: bool = True) -> Path:
    """Write the logs of a run that nobody made."""
    (out / RECORDS).mkdir(parents=True)
    with Ledger(out) as book:
        book.add(notes)
        if finished:
            book.finish({})
    return out


def note(
    id: str,
    spans: list[tuple[str, str, str]] | None = None,
    outlet: str | None = None,
    characters: int = 100,
    flags: tuple[str, ...] = (),
) -> ledger.Noted:
    """Note a document; a span is its category, its rule and its text."""
    found, at = [], 0
    blocks: Counter[str] = Counter()
    removed: Counter[str] = Counter()
    for category, rule, text in spans or ():
        found.append(Removal(at, at + len(text), text, category, rule, 0.9125, 'said "so"'))
        at += len(text)
        blocks[category] += 1
        removed[category] += len(text)
    where = {"domain": outlet, "how": "url", "evidence": f"https://{outlet}/"} if outlet else None
    entry = Entry(
        id,
        WRITTEN,
        input=id,
        file=id,
        outlet=where,
        characters=max(characters, at),
        removed_blocks=dict(sorted(blocks.items())),
        removed_characters=dict(sorted(removed.items())),
        removals=len(found),
        flags=flags,
    )
    return noted(entry, found)


ODD = 'it\'s "odd"\n\t\\udce9\\ [red]x[/red] <script>\x1b[31m\udce9\ud83d 😀 \0 %s $1 ; DROP TABLE entries'
"""What may stand in names and texts, among it bytes that are not UTF-8 and half a character."""


# Real runs


def test_all_tables_of_a_run_over_files_are_as_a_plain_count_has_them(
    tmp_path: Path, quillmore: Cleaner, book: Rulebook
) -> None:
    write_files(tmp_path / "in", {**ARTICLES, "broken.txt": b"\x89PNG\r\n\x1a\n"})
    clean(quillmore, tmp_path / "in", tmp_path / "out")
    statistics = counted(tmp_path / "out", book)
    assert_all_as_counted(tmp_path / "out", statistics)
    assert_sums_agree(tmp_path / "out", statistics)
    assert statistics.is_finished
    assert [row.category for row in statistics.categories] == ["newsletter", "donation", "promo", "legal"]
    assert (statistics.states.documents, statistics.states.written, statistics.states.failed) == (6, 5, 1)
    assert list(statistics.states.failures.values()) == [1]


def test_all_tables_of_a_run_over_records_of_several_outlets_are_as_a_plain_count_has_them(
    tmp_path: Path, quillmore: Cleaner, book: Rulebook
) -> None:
    records = "".join(json.dumps(row) + "\n" for row in ROWS) + "no JSON\n"
    write_files(tmp_path / "in", {"all.jsonl": records, "a.txt": ARTICLES["a.txt"], "notes.jsonl": '{"views": 7}\n'})
    clean(quillmore, tmp_path / "in", tmp_path / "out")
    statistics = counted(tmp_path / "out", book)
    assert_all_as_counted(tmp_path / "out", statistics)
    assert_sums_agree(tmp_path / "out", statistics)
    assert {row.outlet: row.documents for row in statistics.outlets.rows} == {
        "quillmore.example": 2,
        "brightwater.example": 2,
        "unknown": 1 + 1,
    }
    states = statistics.states
    assert (states.written, states.failed, states.skipped, states.flags) == (6, 1, 1, {"no-text": 1})


def test_a_table_can_be_of_one_outlet_category_or_rule(tmp_path: Path, quillmore: Cleaner, book: Rulebook) -> None:
    write_files(tmp_path / "in", {"all.jsonl": "".join(json.dumps(row) + "\n" for row in ROWS)})
    clean(quillmore, tmp_path / "in", tmp_path / "out")
    whole = counted(tmp_path / "out", book)
    with opened(tmp_path / "out") as logs:  # one after the other, with the same tables
        one = count(logs, book, outlet="quillmore.example")
        assert one.outlets.rows == tuple(row for row in whole.outlets.rows if row.outlet == "quillmore.example")
        assert one.rules.rows == tuple(row for row in whole.rules.rows if row.outlet == "quillmore.example")
        assert (one.states.documents, sum(one.shares)) == (2, 2)
        one = count(logs, book, category="donation")
        assert one.outlets.rows == tuple(row for row in whole.outlets.rows if row.category == "donation")
        assert one.rules.rows == tuple(row for row in whole.rules.rows if row.category == "donation")
        assert one.states == whole.states
        one = count(logs, book, rule="generic/standing/gift")
        assert one.rules.rows == tuple(row for row in whole.rules.rows if row.rule == "generic/standing/gift")
        one = count(logs, book, rule="generic/standing")
        assert {row.rule for row in one.rules.rows} == {
            row.rule for row in whole.rules.rows if row.rule.startswith("generic/standing/")
        }
        assert count(logs, book, rule="generic/stand").rules.total == 0
        assert count(logs, book) == whole
        with pytest.raises(UsageError, match="unknown category"):
            count(logs, book, category="adverts")


def test_rules_that_removed_nothing_are_named_if_they_could_have(
    tmp_path: Path, quillmore: Cleaner, book: Rulebook
) -> None:
    write_files(tmp_path / "in", {"a.txt": LETTER + FIRST.format("") + SECOND})
    clean(quillmore, tmp_path / "in", tmp_path / "out")
    unfired = counted(tmp_path / "out", book).unfired
    # `seen` is for captions, which stay, and `colophon` for an outlet that does not occur.
    assert (unfired.possible, unfired.elsewhere) == (3, 1)
    assert unfired.never == ("generic/standing/app", "generic/standing/gift")
    assert counted(tmp_path / "out", book, category="promo").unfired.never == ("generic/standing/app",)
    write_run(tmp_path / "captions", [note("a", [("caption", "x/y", "Seen")], "quillmore.example")])
    unfired = counted(tmp_path / "captions", book).unfired
    assert (unfired.possible, unfired.elsewhere, len(unfired.never)) == (5, 0, 5)


def test_a_run_without_removals_has_empty_tables(tmp_path: Path, quillmore: Cleaner, book: Rulebook) -> None:
    write_files(tmp_path / "in", {"b.txt": ARTICLES["b.txt"], "c.txt": ""})
    clean(quillmore, tmp_path / "in", tmp_path / "out")
    statistics = counted(tmp_path / "out", book)
    assert (statistics.categories, statistics.outlets.rows, statistics.rules.rows) == ((), (), ())
    assert statistics.unusual.total == 0
    assert statistics.shares == (2, *[0] * BINS)


# Shares


def test_a_share_is_unusual_beside_those_of_its_outlet_or_of_all_where_there_are_few(
    tmp_path: Path, book: Rulebook
) -> None:
    def of(id: str, removed: int, outlet: str | None) -> ledger.Noted:
        return note(id, [("ad", "x/y", "a" * removed)] if removed else [], outlet, flags=("look",) * (removed > 80))

    notes = [of(f"low-{i}", 2 + i % 3, "low.example") for i in range(30)]
    notes += [of(f"high-{i}", 50 + i % 7, "high.example") for i in range(30)]
    notes += [of("low-odd", 20, "low.example"), of("high-odd", 0, "high.example"), of("few", 95, "few.example")]
    statistics = counted(write_run(tmp_path / "out", notes), book)
    assert_all_as_counted(tmp_path / "out", statistics)
    found = {row.document: row for row in statistics.unusual.rows}
    assert set(found) == {"low-odd", "high-odd"}
    assert found["low-odd"].median == 0.03
    assert found["high-odd"].score < 0 < found["low-odd"].score
    assert [row.document for row in statistics.unusual.rows] == ["high-odd", "low-odd"]
    assert counted(tmp_path / "out", book, top=1).unusual.rows == statistics.unusual.rows[:1]
    one = counted(tmp_path / "out", book, outlet="high.example")
    assert one.unusual.rows == (found["high-odd"],)


def test_tables_can_be_cut_and_say_how_long_they_are(tmp_path: Path, book: Rulebook) -> None:
    notes = [note(f"{i:02}", [("ad", f"x/{i:02}", "a" * i)], f"{i:02}.example", 1000) for i in range(1, 31)]
    notes += [note(f"odd-{i}", [("ad", "x/y", "a" * 900)], characters=1000, flags=("look",)) for i in range(3)]
    write_run(tmp_path / "out", notes)
    whole, cut = counted(tmp_path / "out", book), counted(tmp_path / "out", book, top=2)
    for name in ("outlets", "rules", "unusual"):
        table, short = getattr(whole, name), getattr(cut, name)
        assert short.rows == table.rows[:2]
        assert short.total == table.total == len(table.rows) > 2
    assert whole.unusual.rows[0].flags == ("look",)


# Logs of every kind


@pytest.mark.parametrize("torn", ["half", "all but the line end", "with half a removal"])
def test_a_stopped_run_counts_up_to_the_last_whole_line(
    tmp_path: Path, quillmore: Cleaner, book: Rulebook, torn: str
) -> None:
    write_files(tmp_path / "in", dict(ARTICLES))
    clean(quillmore, tmp_path / "in", tmp_path / "out")
    logs = tmp_path / "out" / RECORDS
    (logs / SUMMARY).unlink()
    manifest = (logs / MANIFEST).read_bytes()
    last = manifest.splitlines(keepends=True)[-1]
    left = {"half": len(last) // 2, "all but the line end": 1, "with half a removal": len(last)}[torn]
    (logs / MANIFEST).write_bytes(manifest[:-left])
    if torn == "with half a removal":
        (logs / REMOVALS).write_bytes((logs / REMOVALS).read_bytes()[:-20])
    statistics = counted(tmp_path / "out", book)
    assert not statistics.is_finished
    assert statistics.states.documents == len(ARTICLES) - 1
    assert_all_as_counted(tmp_path / "out", statistics)
    assert_sums_agree(tmp_path / "out", statistics)
    with opened(tmp_path / "out") as opened_logs:
        opened_logs.export(tmp_path / "tables")
    assert len(rows_of(tmp_path / "tables" / "manifest.parquet")) == len(ARTICLES) - 1
    assert len(rows_of(tmp_path / "tables" / "removals.parquet")) == len(removals(tmp_path / "out"))


def test_a_run_that_was_stopped_before_it_noted_anything_has_no_documents(tmp_path: Path, book: Rulebook) -> None:
    write_run(tmp_path / "out", [], finished=False)
    (tmp_path / "out" / RECORDS / REMOVALS).unlink()
    statistics = counted(tmp_path / "out", book)
    assert statistics.states.documents == sum(statistics.shares) == statistics.rules.total == 0


def test_a_run_whose_logs_were_just_set_aside_is_still_counted(
    tmp_path: Path, quillmore: Cleaner, book: Rulebook
) -> None:
    write_files(tmp_path / "in", dict(ARTICLES))
    clean(quillmore, tmp_path / "in", tmp_path / "out")
    whole = counted(tmp_path / "out", book)
    ledger.set_aside(tmp_path / "out")
    assert replace(counted(tmp_path / "out", book), is_finished=True) == whole


def test_names_and_texts_may_hold_anything(tmp_path: Path, book: Rulebook) -> None:
    name = os.fsdecode(b"caf\xe9")
    spans = [("ad", "x/y", ODD), ("social", "x/z", "plain")]
    notes = [note(f"{n}{ODD}", spans, f"{ODD[:8]}.example", 2000, (ODD[:12],)) for n in range(3)]
    notes += [note(f"{name}{n}", spans[n:]) for n in range(2)]
    notes += [note(f"caf\udce8{n}", spans[1:]) for n in range(2)]
    notes.append(ledger.Noted(Entry(f"x{ODD}", FAILED, f"line 7 of {ODD}")))
    notes.append(ledger.Noted(Entry(f"x{ODD}", SKIPPED, ODD, records=0)))
    statistics = counted(write_run(tmp_path / "out [1]*?'x\"", notes), book)
    assert_sums_agree(tmp_path / "out [1]*?'x\"", statistics)
    assert [row.outlet for row in statistics.outlets.rows[:1]] == ["it's \"od.example"]
    assert [reason[:11] for reason in statistics.states.failures] == ["line # of i"]
    with opened(tmp_path / "out [1]*?'x\"") as logs:
        logs.export(tmp_path / "tables'[2]")
    found = rows_of(tmp_path / "tables'[2]" / "removals.parquet")
    assert [row["document"] for row in found] == [
        row["document"].encode("utf-8", "backslashreplace").decode() for row in removals(tmp_path / "out [1]*?'x\"")
    ]
    assert len({row["document"] for row in found}) == 7
    assert all(len(row["text"]) == row["end"] - row["start"] for row in found)
    assert found[0]["text"] == ODD.replace("\udce9", "\ufffd").replace("\ud83d", "\ufffd")


def test_a_text_that_talks_of_surrogates_stays_as_it_is(tmp_path: Path, book: Rulebook) -> None:
    text = 'the \\ud83d\\ude00 of a broken scrape, and \\\\ud83d, and "\\'
    write_run(tmp_path / "out", [note("a", [("ad", "x/y", text)])])
    with opened(tmp_path / "out") as logs:
        logs.export(tmp_path / "tables")
    assert rows_of(tmp_path / "tables" / "removals.parquet")[0]["text"] == text


def test_a_line_longer_than_usual_is_read(tmp_path: Path, book: Rulebook) -> None:
    long = "a\n" * 5 * LONGEST
    notes = [note("a", [("ad", "x/y", "ad")]), note("b", [("ad", "x/y", long)]), note("c", [("ad", "x/y", "ad")])]
    statistics = counted(write_run(tmp_path / "out", notes), book)
    assert statistics.rules.rows[0].characters == len(long) + 4


@pytest.mark.parametrize(
    ("log", "old", "new", "said"),
    [
        (MANIFEST, b'"characters":100', b'"characters":"many"', r"manifest.jsonl:2: not a record of this version"),
        (MANIFEST, b'{"id":"b"', b'["id":"b"', r"manifest.jsonl:2: not a record of this version"),
        (MANIFEST, b'{"id":"b"', b'{"id":["\\udce9"]', r"manifest.jsonl:2: not a record of this version"),
        (REMOVALS, b'"document":"b"', b'"document":"x"', r"does not hold the removals of b"),
        (REMOVALS, b'"start":0,"end":4', b'"start":0', r"does not hold the removals of b"),
    ],
)
def test_logs_that_were_changed_are_refused(
    tmp_path: Path, book: Rulebook, log: str, old: bytes, new: bytes, said: str
) -> None:
    spans = [("ad", "x/y", "text")]
    write_run(tmp_path / "out", [note("a", [("ad", "x/y", "ad")], characters=7), note("b", spans), note("c")])
    path = tmp_path / "out" / RECORDS / log
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    with pytest.raises(UsageError, match=said):
        counted(tmp_path / "out", book)


def test_removals_that_are_missing_are_missed(tmp_path: Path, book: Rulebook) -> None:
    write_run(tmp_path / "out", [note("a"), note("b", [("ad", "x/y", "text")])])
    (tmp_path / "out" / RECORDS / REMOVALS).unlink()
    with pytest.raises(UsageError, match="does not hold the removals of b"):
        counted(tmp_path / "out", book)


def test_a_folder_that_holds_no_run_is_refused(tmp_path: Path, book: Rulebook) -> None:
    with pytest.raises(UsageError, match="name the output folder of `cleaner clean`"):
        counted(tmp_path, book)


SPANS = st.lists(
    st.tuples(
        st.sampled_from(CATEGORIES),
        st.sampled_from(["generic/a/b", "x/y", "outlets/q/ö"]),
        st.text(min_size=1, max_size=9),
    ),
    max_size=6,
)
DOCUMENTS = st.lists(
    st.tuples(st.text(max_size=5), SPANS, st.sampled_from([None, "a.example", "b.example"]), st.integers(0, 200)),
    max_size=30,
)


@settings(max_examples=25)
@given(documents=DOCUMENTS, together=st.sampled_from([1, 3, 100]))
def test_whatever_was_removed_the_tables_are_as_counted_and_their_sums_agree(
    book: Rulebook, documents: list[tuple[str, list[tuple[str, str, str]], str | None, int]], together: int
) -> None:
    notes = [note(f"{n}{id}", spans, outlet, characters) for n, (id, spans, outlet, characters) in enumerate(documents)]
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("cleaner.statistics.TOGETHER", together)
        out = write_run(Path(folder, "out"), notes)
        statistics = counted(out, book)
        assert_all_as_counted(out, statistics)
        assert_sums_agree(out, statistics)


# Parquet


def rows_of(path: Path) -> list[dict[str, Any]]:
    with duckdb.connect() as tables:
        found = tables.execute("FROM read_parquet($path)", {"path": str(path)})
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def as_exported(entry: dict[str, Any]) -> dict[str, Any]:
    outlet = entry["outlet"] or {"domain": None, "how": None, "evidence": None}
    layout = entry["layout"] and json.dumps(entry["layout"], separators=(",", ":"), ensure_ascii=False)
    return {
        **entry,
        "outlet": outlet["domain"],
        "outlet_how": outlet["how"],
        "outlet_evidence": outlet["evidence"],
        "layout": layout,
    }


@pytest.fixture
def exported(tmp_path: Path, quillmore: Cleaner) -> Path:
    records = "".join(json.dumps(row) + "\n" for row in ROWS) + "no JSON\n"
    write_files(tmp_path / "in", {**ARTICLES, "all.jsonl": records})
    clean(quillmore, tmp_path / "in", tmp_path / "out")
    with opened(tmp_path / "out") as logs:
        logs.export(tmp_path / "tables")
    return tmp_path / "tables"


def test_the_exported_tables_hold_what_the_logs_hold_in_their_order(tmp_path: Path, exported: Path) -> None:
    assert rows_of(exported / "removals.parquet") == lines(tmp_path / "out" / RECORDS / REMOVALS)
    assert rows_of(exported / "manifest.parquet") == [as_exported(entry) for entry in entries(tmp_path / "out")]
    assert sorted(path.name for path in exported.iterdir()) == ["manifest.parquet", "removals.parquet"]


def test_the_exported_tables_have_types_that_other_tools_read(tmp_path: Path, exported: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    pa = pytest.importorskip("pyarrow")
    schema = pq.read_schema(exported / "manifest.parquet")
    assert schema.field("removed_blocks").type == pa.map_(pa.string(), pa.int64())
    assert schema.field("flags").type.value_type == pa.string()
    assert schema.field("layout").type == pa.string()
    rows = pq.read_table(exported / "manifest.parquet").to_pylist(maps_as_pydicts="strict")
    assert rows == [as_exported(entry) for entry in entries(tmp_path / "out")]
    assert pq.ParquetFile(exported / "removals.parquet").metadata.row_group(0).column(0).compression == "ZSTD"


def test_an_export_is_the_same_each_time_and_replaces_the_last(tmp_path: Path, exported: Path) -> None:
    before = {path.name: path.read_bytes() for path in exported.iterdir()}
    with opened(tmp_path / "out") as logs:
        logs.export(exported)
    assert {path.name: path.read_bytes() for path in exported.iterdir()} == before


def test_an_export_that_fails_leaves_the_last_one_whole(
    tmp_path: Path, exported: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path.name: path.read_bytes() for path in exported.iterdir()}
    monkeypatch.setattr("cleaner.logs._MANIFEST_COPY", "SELECT error('full')")
    with opened(tmp_path / "out") as logs, pytest.raises(UsageError, match="full"):
        logs.export(exported)
    assert {path.name: path.read_bytes() for path in exported.iterdir()} == before


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path, exported: Path) -> None:
    with opened(tmp_path / "out") as logs, pytest.raises(UsageError, match=r"removals\.parquet"):
        logs.export(exported / "removals.parquet" / "below")


def test_the_tables_know_every_field_of_the_logs() -> None:
    assert list(ENTRY) == [field.name for field in fields(Entry)]
    assert list(REMOVAL) == ["document", *Removal._fields]
