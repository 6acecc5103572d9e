"""What changed between runs: it is found where it is, and nothing is found where nothing changed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from cleaner import Cleaner, UsageError
from cleaner.batch import clean_all
from cleaner.drift.compare import compare
from cleaner.drift.findings import ADDED, BEGUN, ENDED, GONE, LESS, MORE, SILENT, Drift
from cleaner.drift.proportions import Rate
from cleaner.io.files import RECORDS
from cleaner.io.inputs import gather
from cleaner.io.ledger import MANIFEST
from cleaner.logs import opened
from cleaner.report.drift import as_json
from cleaner.rulebook.load import Rulebook, load
from cleaner.tasks import Run
from tests.articles import COLOPHON, GENERIC, LETTER, rules_folder, write_files

QUILL, BRIGHT, FEW = "quillmore.example", "brightwater.example", "few.example"
NEW_LETTER = "The Quillmore letter comes each Friday: write to the mill\n"
LETTER_RULE, GIFT_RULE = "generic/standing/letter", "generic/standing/gift"
WHO = ("the miller", "a lock keeper", "the ferry’s owner", "the council", "an old sailor", "the baker", "her sister")
DID = ("counted", "repaired", "painted", "sold", "measured", "carried home", "wrote down", "forgot", "gave away")
WHAT = ("boats", "lanterns", "bricks", "baskets of eels", "letters", "bells", "ropes", "maps", "apples", "barrels")
WHEN = ("in spring", "before the flood", "on market day", "last winter", "at dawn", "after the fair", "in two hours")


def prose(rng: random.Random, sentences: int = 2) -> str:
    """Return a paragraph that no other has."""
    said = [
        f"{rng.choice(WHO).capitalize()} {rng.choice(DID)} {rng.randint(2, 99_999)} {rng.choice(WHAT)} "
        f"{rng.choice(WHEN)}, and {rng.choice(WHO)} {rng.choice(DID)} {rng.randint(2, 999)} {rng.choice(WHAT)}."
        for _ in range(sentences)
    ]
    return " ".join(said) + "\n"


def article(
    rng: random.Random, outlet: str, *tail: str, head: str = "", date: str | None = None, paragraphs: int = 5
) -> dict[str, Any]:
    body = "".join(prose(rng) for _ in range(paragraphs))
    row = {"url": f"https://{outlet}/{rng.getrandbits(60)}", "text": head + body + "".join(tail)}
    return row | {"date": date} if date else row


def some(n: int, outlet: str, rng: random.Random, *shares: tuple[float, str], date: str | None = None) -> list[Any]:
    """Return articles of which given shares end with given lines."""
    return [
        article(rng, outlet, *(line for share, line in shares if i < share * n), date=date) for i in range(n)
    ]  # fmt: skip


Clean = Callable[..., Path]


@pytest.fixture(scope="module")
def plain(rules: Path) -> Cleaner:
    return Cleaner(rules=[rules], rules_only=True)


@pytest.fixture(scope="module")
def book(rules: Path) -> Rulebook:
    return load([rules])


@pytest.fixture
def clean(tmp_path: Path, plain: Cleaner) -> Clean:
    """Clean records and return the output folder."""

    def do(name: str, rows: Iterable[Any], cleaner: Cleaner = plain, jobs: int = 1) -> Path:
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        write_files(tmp_path / f"{name}.in", {"news.jsonl": lines})
        for _ in clean_all(Run.of(cleaner, tmp_path / name), gather([tmp_path / f"{name}.in"]), jobs):
            pass
        return tmp_path / name

    return do


def compared(out: Path, since: Path | None, book: Rulebook, **asked: Any) -> Drift:
    with opened(out) as new:
        if since is None:
            return compare(new, None, book, **asked)
        with opened(since) as old:
            return compare(new, old, book, **asked)


def is_quiet(drift: Drift) -> bool:
    return (drift.rules, drift.lines, drift.outlets, drift.apart) == ((), (), (), ())


# Runs


def test_a_line_that_changed_its_wording_silences_its_rule_and_stays(clean: Clean, book: Rulebook) -> None:
    rng = random.Random(1)
    stable = (0.5, LETTER), (0.3, COLOPHON)
    old = clean(
        "old", some(60, QUILL, rng, (0.8, LETTER)) + some(60, BRIGHT, rng, *stable) + some(12, FEW, rng, (1, LETTER))
    )
    new = clean(
        "new",
        some(50, QUILL, rng, (0.8, NEW_LETTER)) + some(70, BRIGHT, rng, *stable) + some(12, FEW, rng, (1, NEW_LETTER)),
    )
    drift = compared(new, old, book)
    (rule,) = drift.rules
    assert (rule.outlet, rule.rule, rule.category, rule.how) == (QUILL, LETTER_RULE, "newsletter", SILENT)
    assert (rule.old, rule.new) == (Rate(48, 60), Rate(0, 50))
    assert rule.chance < 1e-15
    assert (rule.example, rule.prose) == (LETTER.strip(), None)
    assert rule.document.startswith("news.jsonl#")
    assert f"cleaner learn ARTICLES --outlet {QUILL}" in rule.next
    (line,) = drift.lines
    assert (line.outlet, line.line, line.where) == (QUILL, NEW_LETTER.strip(), "tail")
    assert (line.old, line.new) == (Rate(0, 60), Rate(40, 50))
    assert line.document.startswith("news.jsonl#")
    assert (drift.compared, drift.skipped, drift.unread) == (2, 1, 0)
    assert drift.is_any
    assert not drift.apart


def test_equal_runs_and_stable_outlets_are_quiet(clean: Clean, book: Rulebook) -> None:
    rng = random.Random(2)
    shares = (0.8, LETTER), (0.4, COLOPHON), (0.5, NEW_LETTER)
    old = clean("old", some(100, QUILL, rng, *shares))
    new = clean("new", some(80, QUILL, rng, *shares))
    assert is_quiet(compared(new, old, book))
    assert is_quiet(compared(old, old, book))


def test_few_documents_tell_nothing(clean: Clean, book: Rulebook) -> None:
    rng = random.Random(3)
    old = clean("old", some(200, QUILL, rng, (1, LETTER)))
    new = clean("new", some(19, QUILL, rng, (1, NEW_LETTER)))
    drift = compared(new, old, book)
    assert is_quiet(drift)
    assert (drift.compared, drift.skipped) == (0, 1)


def test_a_rule_that_starts_to_eat_articles_is_found_with_what_it_eats(clean: Clean, book: Rulebook) -> None:
    rng = random.Random(4)
    old = clean("old", some(60, QUILL, rng, (0.1, "Give to the Quillmore fund\n")))
    eaten = f"Give to the Quillmore fund what is the fund’s, the miller said, for {prose(rng)}"
    new = clean("new", some(60, QUILL, rng, (0.7, eaten)))
    (rule,) = compared(new, old, book).rules
    assert (rule.rule, rule.how, rule.old, rule.new) == (GIFT_RULE, MORE, Rate(6, 60), Rate(42, 60))
    assert rule.prose == 1
    assert rule.example == eaten.strip()
    assert any("restore" in command and GIFT_RULE in command for command in rule.next)


def test_a_rule_that_fires_more_on_its_own_lines_takes_no_prose(clean: Clean, book: Rulebook) -> None:
    rng = random.Random(5)
    old, new = clean("old", some(60, QUILL, rng)), clean("new", some(60, QUILL, rng, (0.5, LETTER)))
    (rule,) = compared(new, old, book).rules
    assert (rule.how, rule.prose, rule.old) == (MORE, 0, Rate(0, 60))


def test_a_rule_that_fires_less_is_not_called_silent(clean: Clean, book: Rulebook) -> None:
    rng = random.Random(6)
    old, new = clean("old", some(80, QUILL, rng, (0.9, LETTER))), clean("new", some(80, QUILL, rng, (0.2, LETTER)))
    drift = compared(new, old, book)
    assert [(row.how, row.new) for row in drift.rules] == [(LESS, Rate(16, 80))]


def test_rules_that_came_or_went_with_the_rulebook_are_said_apart(
    tmp_path: Path, clean: Clean, own_cache: None
) -> None:
    rng = random.Random(7)
    renamed = rules_folder(tmp_path / "renamed", GENERIC.replace("id: letter", "id: weekly"))
    rows = some(60, QUILL, rng, (0.8, LETTER))
    old = clean("old", rows)
    new = clean("new", rows, Cleaner(rules=[renamed], rules_only=True))
    drift = compared(new, old, load([renamed]))
    assert not drift.is_any
    assert {(row.rule, row.why, row.old, row.new) for row in drift.apart} == {
        ("generic/standing/letter", GONE, 48, 0),
        ("generic/standing/weekly", ADDED, 0, 48),
    }


def test_a_rule_that_was_not_named_now_has_not_gone_if_the_rules_of_the_runs_were_the_same(
    tmp_path: Path, clean: Clean, own_cache: None
) -> None:
    rng = random.Random(22)
    old, new = clean("old", some(60, QUILL, rng, (0.8, LETTER))), clean("new", some(60, QUILL, rng))
    other = rules_folder(tmp_path / "other", GENERIC.replace("id: letter", "id: weekly"))
    drift = compared(new, old, load([other]))
    assert ([row.rule for row in drift.rules], drift.apart) == ([LETTER_RULE], ())


def test_rules_that_end_or_begin_by_their_own_dates_are_said_apart(
    tmp_path: Path, clean: Clean, own_cache: None
) -> None:
    rng = random.Random(8)
    line = "{id: letter, category: newsletter, %slines: [%s]}"
    text = prose(rng)
    versions = line % ("before: 2024-03-01, ", LETTER.strip()) + "\n  - " + line % (
        "version: 2, since: 2024-03-01, ", f"'{NEW_LETTER.strip()}'"
    )  # fmt: skip
    generic = GENERIC.replace(line % ("", LETTER.strip()), versions).replace(
        "examples:\n",
        f"examples:\n  - {{text: {json.dumps(text + NEW_LETTER)}, becomes: {json.dumps(text)}}}\n",
    )
    folder = rules_folder(tmp_path / "dated", generic)
    rows = some(40, QUILL, rng, (0.8, LETTER), date="2024-02-10") + some(
        40, QUILL, rng, (0.8, NEW_LETTER), date="2024-03-10"
    )
    drift = compared(clean("run", rows, Cleaner(rules=[folder], rules_only=True)), None, load([folder]))
    assert not drift.is_any
    assert {(row.rule, row.why) for row in drift.apart} == {(LETTER_RULE, ENDED), (f"{LETTER_RULE}@2", BEGUN)}


def test_months_of_one_run_are_compared(clean: Clean, book: Rulebook) -> None:
    rng = random.Random(9)
    rows = []
    for n in range(1, 13):
        line = LETTER if n < 11 else NEW_LETTER
        rows += some(12, QUILL, rng, (0.75, line), date=f"2024-{n:02}-15")
        rows += some(12, BRIGHT, rng, (0.75, LETTER), date=f"2024-{n:02}-15T08:00:00Z")
    rows += some(30, FEW, rng, (1, NEW_LETTER))
    rows += some(10, FEW, rng, (1, LETTER), date="2024-01-02")
    rng.shuffle(rows)
    drift = compared(clean("run", rows), None, book)
    (rule,), (line,) = drift.rules, drift.lines
    assert (rule.outlet, rule.how, rule.old, rule.new) == (QUILL, SILENT, Rate(90, 120), Rate(0, 24))
    assert rule.months == tuple((f"2024-{n:02}", 9 if n < 11 else 0, 12) for n in range(1, 13))
    assert (rule.since, line.since) == ("2024-11", "2024-11")
    assert (line.line, line.old, line.new) == (NEW_LETTER.strip(), Rate(0, 120), Rate(18, 24))
    assert (drift.old, drift.compared, drift.skipped) == ("", 2, 1)


def test_a_rule_that_fell_silent_months_ago_is_found_with_the_month(clean: Clean, book: Rulebook) -> None:
    rng = random.Random(10)
    rows = [
        row
        for n in range(1, 11)
        for row in some(20, QUILL, rng, (0.6 if n < 6 else 0, LETTER), date=f"2025-{n:02}-01")
    ]  # fmt: skip
    (rule,) = compared(clean("run", rows), None, book).rules
    assert (rule.since, rule.new) == ("2025-06", Rate(0, 20))


def test_months_before_the_newer_run_are_those_of_the_older_one(clean: Clean, book: Rulebook) -> None:
    rng = random.Random(11)
    old = clean("old", [r for n in (1, 2, 3) for r in some(20, QUILL, rng, (1, LETTER), date=f"2025-{n:02}-01")])
    new = clean("new", [r for n in (3, 4) for r in some(20, QUILL, rng, (0, LETTER), date=f"2025-{n:02}-01")])
    (rule,) = compared(new, old, book).rules
    assert rule.months == (("2025-01", 20, 20), ("2025-02", 20, 20), ("2025-03", 0, 20), ("2025-04", 0, 20))
    assert rule.since == "2025-03"


def test_a_run_without_dates_asks_for_an_earlier_one(clean: Clean, book: Rulebook) -> None:
    with pytest.raises(UsageError, match="name an earlier run with --since"):
        compared(clean("run", some(40, QUILL, random.Random(0))), None, book)


def test_outlets_that_came_and_went_are_named(clean: Clean, book: Rulebook) -> None:
    rng = random.Random(12)
    old = clean("old", some(30, QUILL, rng) + some(25, BRIGHT, rng))
    new = clean("new", some(30, QUILL, rng) + some(40, FEW, rng) + some(3, "tiny.example", rng))
    drift = compared(new, old, book)
    assert (drift.came, drift.went, drift.is_any) == ({FEW: 40}, {BRIGHT: 25}, False)


# Lines


def test_a_line_at_the_beginning_is_found_whatever_its_numbers(clean: Clean, book: Rulebook) -> None:
    rng = random.Random(13)
    old = clean("old", some(40, QUILL, rng))
    new = clean("new", [article(rng, QUILL, head=f"Read in {n} minutes at the mill\n") for n in range(40)])
    (line,) = compared(new, old, book).lines
    assert (line.where, line.new) == ("head", Rate(40, 40))
    assert line.line.startswith("Read in ")


def test_one_story_many_times_is_no_line_that_stays(clean: Clean, book: Rulebook) -> None:
    rng = random.Random(14)
    old = clean("old", some(300, QUILL, rng))
    story = article(rng, QUILL)
    updates = [{**story, "text": story["text"] + prose(rng, 1)} for _ in range(24)]
    assert is_quiet(compared(clean("new", some(300, QUILL, rng) + updates), old, book))


@pytest.mark.parametrize(("documents", "is_found"), [(4, False), (9, False), (20, True)])
def test_a_line_needs_support(clean: Clean, book: Rulebook, documents: int, is_found: bool) -> None:
    rng = random.Random(15)
    old = clean("old", some(200, QUILL, rng))
    new = clean("new", some(200, QUILL, rng, (documents / 200, NEW_LETTER)))
    assert bool(compared(new, old, book).lines) == is_found


def test_texts_that_were_changed_since_are_said_and_the_rest_is_told(clean: Clean, book: Rulebook) -> None:
    rng = random.Random(16)
    old, new = clean("old", some(60, QUILL, rng, (0.8, LETTER))), clean("new", some(60, QUILL, rng, (0.8, NEW_LETTER)))
    (new / "news.jsonl").write_text("{}\n")
    drift = compared(new, old, book)
    assert (len(drift.rules), drift.lines, drift.unread) == (1, (), 1)
    assert "changed since" in drift.why_unread


# What it does not depend on


def test_neither_order_nor_workers_matter(clean: Clean, book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleaner.batch.MIN_BYTES_PER_WORKER", 1)  # else so few would be cleaned by one worker
    rng = random.Random(17)
    before = some(400, QUILL, rng, (0.8, LETTER), (0.1, COLOPHON))
    after = some(400, QUILL, rng, (0.7, NEW_LETTER), (0.5, COLOPHON))
    shuffled = rng.sample(after, len(after))
    one = compared(clean("new", after), clean("old", before), book)
    two = compared(clean("new2", after, jobs=2), clean("old2", before, jobs=2), book)
    other = compared(clean("new3", shuffled), clean("old3", before[::-1]), book)
    assert len(one.rules) == 2
    assert as_json(two).replace("new2", "new").replace("old2", "old") == as_json(one)
    assert [(r.rule, r.old, r.new, r.chance, r.months) for r in other.rules] == [
        (r.rule, r.old, r.new, r.chance, r.months) for r in one.rules
    ]
    assert [(r.line, r.old, r.new) for r in other.lines] == [(r.line, r.old, r.new) for r in one.lines]


def test_only_what_was_asked_for_is_told(clean: Clean, book: Rulebook) -> None:
    rng = random.Random(18)
    old = clean("old", some(60, QUILL, rng, (0.8, LETTER), (0.8, COLOPHON)) + some(60, BRIGHT, rng, (0.8, LETTER)))
    new = clean("new", some(60, QUILL, rng) + some(60, BRIGHT, rng))
    assert len(compared(new, old, book).rules) == 3
    assert {r.outlet for r in compared(new, old, book, outlet=BRIGHT).rules} == {BRIGHT}
    assert {r.category for r in compared(new, old, book, category="legal").rules} == {"legal"}
    assert {r.rule for r in compared(new, old, book, rule="generic/standing").rules} == {LETTER_RULE}
    with pytest.raises(UsageError, match="unknown category"):
        compared(new, old, book, category="nonsense")


# Logs


def test_logs_of_earlier_versions_hold_no_dates_and_are_compared_all_the_same(clean: Clean, book: Rulebook) -> None:
    rng = random.Random(19)
    old = clean("old", some(60, QUILL, rng, (0.8, LETTER), date="2024-01-01"))
    new = clean("new", some(60, QUILL, rng, (0.8, NEW_LETTER), date="2024-02-01"))
    manifest = old / RECORDS / MANIFEST
    rows = [json.loads(line) for line in manifest.read_text().splitlines()]
    assert {row.pop("date") for row in rows} == {"2024-01-01", ""}  # the file itself has none
    manifest.write_text("".join(json.dumps(row) + "\n" for row in rows))
    drift = compared(new, old, book)
    assert (len(drift.rules), len(drift.lines), drift.unread) == (1, 1, 0)
    assert [month.month for month in drift.rules[0].months] == ["2024-02"]
    with pytest.raises(UsageError, match="no document with a date"):
        compared(old, None, book)
