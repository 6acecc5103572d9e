"""Figures of cleaned articles against their labels: counted by hand, by chance, and by another scorer."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import Cleaner
from cleaner.errors import LabelsError, UsageError
from cleaner.labelled import Labelled, load, read_cleaned
from cleaner.scoring import Outcome, Share, by_field, judge, judge_all, total, worst

SHARED = Path(__file__).resolve().parents[2] / "shared"
HEAD = "Sluice gate reopens after nine months"
PROSE = "The sluice gate at Dunmarsh was raised again on Friday, nine months after a barge had bent it."
SIGN_UP = "Sign up for the Dunmarsh letter"
MIXED = "Engineers from the county (read more here) had to cast a new hinge, the water board said."
LAST = "Two swans were the first to pass."
RAW = f"{HEAD}\n\n{PROSE}\n{SIGN_UP}\n{MIXED}\n\n  {LAST}\nShare\n"
LABELS = ["N:head", "K", "D:newsletter", "M", "K", "D:social"]
ROW = {"id": "gate", "outlet": "dunmarsh.example", "labels": LABELS, "cuts": {"4": ["(read more here)"]}}


def labelled(text: str = RAW, labels: list[str] = LABELS, **fields: Any) -> Labelled:
    cuts = {i: ("(read more here)",) for i, label in enumerate(labels, 1) if label == "M"}
    return Labelled("gate", Path("gate.txt"), text, tuple(labels), cuts, fields)


def folder_of(tmp_path: Path, *rows: dict[str, Any] | str, text: str = RAW) -> Path:
    (tmp_path / "raw").mkdir(parents=True)
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    (tmp_path / "labels.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    (tmp_path / "raw" / "gate.txt").write_text(text, "utf-8")
    return tmp_path


# One article


def test_nothing_removed_keeps_all_and_finds_nothing() -> None:
    scores = total([judge(labelled(), RAW)])
    assert (scores.precision, scores.recall, scores.f1, scores.cuts_done) == (0, 0, 0, 0)
    assert (scores.keep_words, scores.damaged_docs, scores.perfect_docs) == (1, 0, 0)


def test_what_the_labels_ask_for_is_perfect() -> None:
    cleaned = f"{HEAD}\n\n{PROSE}\n{MIXED.replace(' (read more here)', '')}\n\n{LAST}\n"
    scores = total([judge(labelled(), cleaned)])
    assert (scores.precision, scores.recall, scores.f1, scores.cuts_done) == (1, 1, 1, 1)
    assert (scores.keep_words, scores.damaged_docs, scores.perfect_docs) == (1, 0, 1)


def test_all_removed_is_damaged_with_full_recall() -> None:
    outcome = judge(labelled(), "")
    scores = total([outcome])
    assert (scores.recall, scores.precision, scores.keep_words, scores.damaged_docs) == (1, 2 / 4, 0, 1)
    assert (outcome.lost, outcome.left, scores.neutral_lost) == (2, 0, {"N:head": Share(1, 1)})


def test_a_neutral_line_does_not_count() -> None:
    with_it, without = total([judge(labelled(), RAW)]), total([judge(labelled(), RAW.removeprefix(HEAD))])
    assert (with_it.f1, with_it.keep_words, with_it.damaged_docs) == (without.f1, without.keep_words, 0)
    assert with_it.neutral_lost != without.neutral_lost


@pytest.mark.parametrize(("rest", "is_lost"), [("Two swans were", True), ("Two swans were the first", False)])
def test_a_line_is_lost_when_over_half_of_its_words_went(rest: str, is_lost: bool) -> None:
    outcome = judge(labelled(), RAW.replace(LAST, rest))
    assert outcome.lost == is_lost
    assert outcome.words - outcome.words_kept == 8 - len(rest.split())  # seven words and a full stop


def test_half_of_the_words_left_is_lost() -> None:
    assert judge(labelled(), RAW.replace(LAST, "Two swans were the")).lost == 1


def test_characters_count_where_words_are_not_spaced() -> None:
    outcome = judge(labelled("水门周五再次升起。", ["K"]), "水门再次升起。")
    assert (outcome.words, outcome.words_kept) == (9, 7)


def test_a_boilerplate_line_without_a_category_is_other() -> None:
    assert judge(labelled("Share\nPrint", ["D", "D:other"]), "Share").boilerplate == {"other": 2}


def test_categories_keep_the_names_of_the_labels() -> None:
    text = "Give today\nHome\nGive now\nNews"
    scores = total([judge(labelled(text, ["D:donate", "D:nav", "D:donation", "D:navigation"]), "Home\nNews")])
    assert scores.by_category == {
        "donate": Share(1, 1), "donation": Share(1, 1), "nav": Share(0, 1), "navigation": Share(0, 1),
    }  # fmt: skip


@pytest.mark.parametrize("joint", ["\n\n", " "])
def test_lines_wrapped_or_joined_before_they_were_cleaned_score_alike(joint: str) -> None:
    kept = [HEAD, PROSE, MIXED, LAST]
    cleaned = joint.join(" ".join(line.split()[i : i + 5]) for line in kept for i in range(0, 30, 5))
    scores = total([judge(labelled(), cleaned)])
    assert (scores.recall, scores.precision, scores.keep_words, scores.cuts_done) == (1, 1, 1, 0)


NUMBERED = st.lists(st.tuples(st.sampled_from(["K", "N", "D:ad", "D:legal"]), st.booleans()), max_size=40)


@given(NUMBERED)
def test_deleted_lines_are_counted_one_by_one(lines: list[tuple[str, bool]]) -> None:
    named = [(f"Line {i} of the gate book", label, stays) for i, (label, stays) in enumerate(lines)]
    document = labelled("\n".join(line for line, _, _ in named), [label for _, label, _ in named])
    outcome = judge(document, "\n\n".join(line for line, _, stays in named if stays))
    of_article = [stays for _, label, stays in named if label == "K"]
    of_boilerplate = [stays for _, label, stays in named if label[0] == "D"]
    assert (outcome.words, outcome.words_kept) == (6 * len(of_article), 6 * sum(of_article))
    assert (outcome.lost, outcome.left) == (of_article.count(False), sum(of_boilerplate))
    scores = total([outcome])
    found, wrong = of_boilerplate.count(False), of_article.count(False)
    assert scores.recall == (found / len(of_boilerplate) if of_boilerplate else 0)
    assert scores.precision == (found / (found + wrong) if found + wrong else 0)
    assert scores.perfect_docs == (not wrong and not sum(of_boilerplate))


# Many articles


def judged(name: str, cleaned: str, **fields: Any) -> Outcome:
    return judge(Labelled(name, Path(name), f"{PROSE}\n{SIGN_UP}", ("K", "D:newsletter"), {}, fields), cleaned)


def test_articles_are_grouped_by_a_field_with_the_most_wrong_lines_first() -> None:
    outcomes = [
        judged("a", PROSE, outlet="dunmarsh.example"),
        judged("b", SIGN_UP, outlet="quillmore.example"),
        judged("c", PROSE, outlet=None),
    ]
    groups = by_field(outcomes, "outlet")
    assert list(groups) == ["quillmore.example", "dunmarsh.example", "unknown"]
    assert [scores.damaged_docs for scores in groups.values()] == [1, 0, 0]


def test_a_field_that_no_row_has_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="field 'sauce'; they have outlet, source"):
        by_field([judged("a", PROSE, source="feed", outlet="dunmarsh.example")], "sauce")


def test_the_worst_articles_are_those_that_lost_article_lines() -> None:
    outcomes = [
        judged("fine", PROSE),
        judged("left", f"{PROSE}\n{SIGN_UP}"),
        judged("lost", ""),
        judged("both", SIGN_UP),
    ]
    assert [outcome.document.id for outcome in worst(outcomes)] == ["both", "lost", "left"]


def test_an_article_without_a_cleaned_text_counts_as_emptied() -> None:
    assert judge_all([labelled()], {}) == (judge(labelled(), ""),)


# Folders of labelled articles


def test_a_folder_is_read_with_its_cuts_and_fields(tmp_path: Path) -> None:
    (document,) = load(folder_of(tmp_path, ROW))
    assert (document.text, document.labels) == (RAW, tuple(LABELS))
    assert document.cuts == {4: ("(read more here)",)}
    assert document.fields["outlet"] == "dunmarsh.example"


def test_texts_cleaned_before_are_read_by_id(tmp_path: Path) -> None:
    gold = load(folder_of(tmp_path / "gold", ROW))
    (tmp_path / "cleaned").mkdir()
    with pytest.raises(UsageError, match="no text of a labelled article"):
        read_cleaned(gold, tmp_path / "cleaned")
    (tmp_path / "cleaned" / "gate.txt").write_text(PROSE, "utf-8")
    assert read_cleaned(gold, tmp_path / "cleaned") == {"gate": PROSE}


BAD_ROWS = [
    ("{", "not JSON"),
    ("[" * 100_000, "not JSON"),
    ("", "not JSON"),
    ("[]", "not an object"),
    ({"labels": LABELS}, "no `id`"),
    ({**ROW, "id": 7}, "no `id`"),
    ({**ROW, "id": ""}, "no `id`"),
    ({**ROW, "id": "../../gate"}, "does not name a file under raw/"),
    ({**ROW, "id": "sub/../../gate"}, "does not name a file under raw/"),
    ({**ROW, "id": "/etc/gate"}, "does not name a file under raw/"),
    ({**ROW, "id": "gate\0"}, "does not name a file under raw/"),
    ({**ROW, "id": "\ud800"}, "does not name a file under raw/"),
    ({**ROW, "id": "weir"}, "weir.txt: cannot be read"),
    ({**ROW, "id": "w" * 300}, "cannot be read"),
    ({"id": "gate"}, "no `labels`"),
    ({**ROW, "labels": "KKKKKK"}, "no `labels`"),
    ({**ROW, "labels": LABELS[1:]}, "5 labels for 6 lines that are not blank"),
    ({**ROW, "labels": [*LABELS, "K"]}, "7 labels for 6 lines that are not blank"),
    ({**ROW, "labels": ["N:headd", *LABELS[1:]]}, "unknown label 'N:headd' of line 1; did you mean 'N:head'?"),
    ({**ROW, "labels": [["K"], *LABELS[1:]]}, "unknown label ['K'] of line 1"),
    ({**ROW, "labels": ["?", *LABELS[1:]]}, "unknown label '?' of line 1; choose from K, M, D, D:ad"),
    ({**ROW, "cuts": ["(read more here)"]}, "`cuts` is not an object"),
    ({**ROW, "cuts": None}, "line 4 is labelled M and has no cuts"),
    ({**ROW, "cuts": {"4": []}}, "line 4 is labelled M and has no cuts"),
    ({**ROW, "cuts": {"4": ["(read less here)"]}}, "cut '(read less here)' is not in line 4"),
    ({**ROW, "cuts": {"4": [" "]}}, "cut ' ' is not in line 4"),
    ({**ROW, "cuts": {"4": [4]}}, "cut 4 is not in line 4"),
    ({**ROW, "cuts": {**ROW["cuts"], "2": ["barge"]}}, "cuts for line 2, which is not labelled M"),  # type: ignore[dict-item]
]


@pytest.mark.parametrize(("row", "said"), BAD_ROWS, ids=[str(i) for i in range(len(BAD_ROWS))])
def test_a_bad_row_is_named_by_file_and_line(tmp_path: Path, row: dict[str, Any] | str, said: str) -> None:
    folder = folder_of(tmp_path, ROW, row, ROW)
    with pytest.raises(LabelsError) as caught:
        load(folder)
    first, last = str(caught.value).splitlines()
    assert first.startswith(f"{folder}/labels.jsonl:2: ")
    assert said in first
    assert last == f"{folder}/labels.jsonl:3: id 'gate' is labelled twice; keep one row"


def test_a_text_that_is_none_is_named_by_its_row(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, ROW)
    (folder / "raw" / "gate.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    with pytest.raises(LabelsError, match=r"labels\.jsonl:1: .*gate\.txt: looks like a PNG image"):
        load(folder)


def test_other_line_ends_inside_a_row_do_not_end_it(tmp_path: Path) -> None:
    row = json.dumps({**ROW, "note": "one\u2028two"}, ensure_ascii=False)
    assert load(folder_of(tmp_path, row))[0].fields["note"] == "one\u2028two"


# The same figures as another scorer of the same labels


@pytest.fixture(scope="module")
def textbench() -> Any:
    path = SHARED / "bench" / "textbench.py"
    if not path.exists():
        pytest.skip("the labelled articles are not beside this checkout")
    spec = importlib.util.spec_from_file_location("textbench", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("way", ["cleaned", "emptied", "longest-line-first", "one-line", "every-third-word"])
def test_figures_equal_another_scorers(textbench: Any, cleaner: Cleaner, way: str) -> None:
    folder = SHARED / "gold" / "dev"
    gold = load(folder)[:: 1 if way == "cleaned" else 8]
    change = {
        "cleaned": lambda text: cleaner.clean(text).text,
        "emptied": lambda _: "",
        "longest-line-first": lambda text: "\n".join(sorted(text.splitlines(), key=len, reverse=True)),
        "one-line": lambda text: " ".join(cleaner.clean(text).text.split()),
        "every-third-word": lambda text: "\n".join(" ".join(line.split()[::3]) for line in text.splitlines()),
    }[way]
    cleaned = {document.id: change(document.text) for document in gold}
    ids = set(cleaned)
    theirs = textbench.score([row for row in textbench.load(folder) if row["id"] in ids], cleaned)
    outcomes = judge_all(gold, cleaned)
    ours = total(outcomes)
    for figure in ("f1", "precision", "recall", "keep_words", "damaged_docs", "perfect_docs", "cuts_done"):
        assert getattr(ours, figure) == theirs[figure], figure
    assert {key: (share.value, share.lines) for key, share in ours.by_category.items()} == theirs["by_category"]
    lines = {outcome.document.id: (outcome.lost, outcome.left) for outcome in outcomes}
    assert {name: (lost, left) for _, lost, left, name in theirs["worst"]}.items() <= lines.items()
