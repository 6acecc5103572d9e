"""Drafts learned from an invented paper: what they take, what they leave, and that nothing depends on order."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from cleaner import Cleaner, Document, UsageError
from cleaner.io.inputs import gather
from cleaner.learn import learning
from cleaner.learn.learning import Draft, learn
from cleaner.learn.weigh import LeftOut
from cleaner.workers import Work
from tests.articles import write_files
from tests.learn import ledger
from tests.learn.ledger import OUTLET

LEARNED = range(30)
FRESH = range(100, 120)


def draft_of(cleaner: Cleaner, *folders: Path, jobs: int = 1, others: tuple[Path, ...] = ()) -> Draft:
    return learn(gather(folders).sources, OUTLET, cleaner, jobs, others=gather(others).sources)


def phrases(draft: Draft) -> set[str]:
    return {phrase.repeat.shown for rule in draft.rules for phrase in rule.phrases if not phrase.pattern}


@pytest.fixture(scope="module")
def draft(cleaner: Cleaner, tmp_path_factory: pytest.TempPathFactory) -> Draft:
    return draft_of(cleaner, ledger.folder(tmp_path_factory.mktemp("ledger"), LEARNED))


@pytest.fixture(scope="module")
def taught(own_cache: None, draft: Draft, tmp_path_factory: pytest.TempPathFactory) -> Cleaner:
    folder = write_files(tmp_path_factory.mktemp("rules"), {f"outlets/{OUTLET}.yaml": draft.text})
    return Cleaner(rules=[folder], rules_only=True)


def test_a_draft_proves_itself_and_takes_what_stands_around_articles_it_never_saw(taught: Cleaner) -> None:
    standing = {*ledger.HEAD, ledger.PROMPT, *ledger.TAIL}
    for number in FRESH:
        cleaned = taught.clean(Document(ledger.article(number), outlet=OUTLET))
        assert not standing & set(cleaned.text.split("\n\n"))
        assert "on the Ledger wire" not in cleaned.text
        assert "readers have knocked" not in cleaned.text


def test_a_draft_leaves_every_line_of_an_article(taught: Cleaner) -> None:
    for number in FRESH:
        kept = taught.clean(Document(ledger.article(number), outlet=OUTLET)).text.split("\n\n")
        assert set(ledger.article_text(number)) <= set(kept)


def test_a_draft_does_nothing_to_another_outlet(taught: Cleaner) -> None:
    text = ledger.article(FRESH[0])
    cleaned = taught.clean(Document(text, outlet="heron-post.example"))
    assert not [removal for removal in cleaned.removals if OUTLET in removal.rule]


def test_lines_are_looked_for_where_they_stand(draft: Draft) -> None:
    where = {phrase.repeat.shown: rule.where for rule in draft.rules for phrase in rule.phrases}
    assert {where[line] for line in ledger.HEAD} == {"head"}
    assert {where[line] for line in ledger.TAIL} == {"tail"}
    assert where[ledger.PROMPT] == "anywhere"


def test_support_is_counted_over_articles_and_held_out_ones_are_named(draft: Draft) -> None:
    assert (draft.articles, draft.held_out) == (24, 6)
    support = {phrase.repeat.shown: phrase.repeat.articles for rule in draft.rules for phrase in rule.phrases}
    assert {support[line] for line in (*ledger.HEAD, *ledger.TAIL)} == {24}
    assert all(fired <= draft.held_out for fired in draft.confirmed.values())


def test_the_order_of_the_articles_their_names_and_the_workers_do_not_matter(
    cleaner: Cleaner, draft: Draft, tmp_path: Path
) -> None:
    numbers = list(LEARNED)
    random.Random(7).shuffle(numbers)
    shuffled = {f"{at:03}-{number % 3}.txt": ledger.article(number) for at, number in enumerate(numbers)}
    assert draft_of(cleaner, write_files(tmp_path, shuffled), jobs=2) == draft


def test_articles_that_come_again_and_again_count_once(cleaner: Cleaner, draft: Draft, tmp_path: Path) -> None:
    texts = {f"{copy}-{n}.txt": ledger.article(n) for copy in range(6) for n in LEARNED}
    assert draft_of(cleaner, write_files(tmp_path / "all", texts)) == draft


def test_an_article_whose_worker_died_is_named(
    cleaner: Cleaner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(work: Work, steps: Iterable[tuple[None, list[Document]]], workers: int) -> Iterator[tuple[None, list[Any]]]:
        for context, task in steps:
            dead = [document for document in task if document.id.endswith("0007.txt")]
            alive = [document for document in task if document not in dead]
            yield context, [work.function(work.shared, alive), *(work.killed(work.shared, [one]) for one in dead)]

    monkeypatch.setattr(learning, "map_in_order", die)
    found = draft_of(cleaner, ledger.folder(tmp_path, LEARNED))
    assert [Path(problem.path).name for problem in found.problems] == ["0007.txt"]
    assert found.articles + found.held_out in (29, 30)


def test_what_updates_of_one_story_share_is_no_repetition(cleaner: Cleaner, tmp_path: Path) -> None:
    note = "The bell of the custom house struck four at noon"
    texts = {f"{n}.txt": ledger.article(n) for n in range(24)}
    story = ledger.article(500)
    longest = max(ledger.article_text(500), key=len)
    updates = {f"update-{n}.txt": story.replace(longest, f"{longest}\n\n{note}\n\n{ledger.article_text(n)[0]}")
               for n in range(501, 506)}  # fmt: skip
    assert note not in phrases(draft_of(cleaner, write_files(tmp_path, texts | updates)))


def test_a_sub_heading_that_returns_now_and_then_stays(cleaner: Cleaner, tmp_path: Path) -> None:
    ledger.folder(tmp_path / "plain", range(24))
    ledger.folder(tmp_path / "divided", range(50, 56), subheading=True)
    found = draft_of(cleaner, tmp_path / "plain", tmp_path / "divided")
    assert ledger.SUBHEADING not in phrases(found)
    assert ledger.SUBHEADING in {left.shown for left in found.left}


def test_lines_that_rules_take_already_are_not_learned_again(cleaner: Cleaner, tmp_path: Path) -> None:
    texts = {f"{n}.txt": f"ADVERTISEMENT\n\n{ledger.article(n)}" for n in range(20)}
    found = draft_of(cleaner, write_files(tmp_path, texts))
    assert found.rules
    assert "ADVERTISEMENT" not in phrases(found) | {left.shown for left in found.left}


def test_articles_with_nothing_around_them_give_no_rules(cleaner: Cleaner, tmp_path: Path) -> None:
    texts = {f"{n}.txt": "\n\n".join(ledger.article_text(n)) for n in range(30)}
    found = draft_of(cleaner, write_files(tmp_path, texts))
    assert (found.text, found.rules) == ("", ())


@pytest.mark.parametrize("count", [1, 2])
def test_too_few_articles_are_refused(cleaner: Cleaner, tmp_path: Path, count: int) -> None:
    with pytest.raises(UsageError, match=rf"{count} different articles of {OUTLET}"):
        draft_of(cleaner, ledger.folder(tmp_path, range(count)))


def test_files_that_cannot_be_read_are_named_and_the_rest_is_learned_from(
    cleaner: Cleaner, draft: Draft, tmp_path: Path
) -> None:
    ledger.folder(tmp_path, LEARNED)
    write_files(tmp_path, {"picture.txt": b"\x89PNG\r\n\x1a\n\0\0\0", "empty.txt": b"", "blank.txt": b" \n\n"})
    found = draft_of(cleaner, tmp_path)
    assert [Path(problem.path).name for problem in found.problems] == ["picture.txt"]
    assert found.text == draft.text


@pytest.mark.parametrize(
    "line",
    ["key: value # no comment", "- item", "“Quay” & <b>bold</b>", "*anchor", "'quoted' \"twice\"", "مرفأ الأخبار",
     "港口日報 版權所有", "x" * 900, "yes", "@at", "\\W{0,3}$ ^", "tab\there", "🛥 ferry desk 🛥", "udc \udce9 half"],
)  # fmt: skip
def test_any_line_may_be_learned_and_written(cleaner: Cleaner, tmp_path: Path, line: str) -> None:
    texts = {f"{n}.txt": (ledger.article(n) + f"\n{line}\n").encode("utf-8", "surrogateescape") for n in range(20)}
    found = draft_of(cleaner, write_files(tmp_path, texts))
    content = yaml.safe_load(found.text)
    assert content["outlet"] == OUTLET
    assert set(ledger.HEAD) <= phrases(found)


def test_fingerprints_are_lines_that_name_the_outlet(draft: Draft) -> None:
    fingerprints = yaml.safe_load(draft.text)["fingerprints"]
    assert "Printed and bound at the Dunlin Ledger works, Quay Street" in fingerprints
    assert "Classifieds and lost property" not in fingerprints


def test_what_stands_in_articles_of_others_is_no_fingerprint(cleaner: Cleaner, tmp_path: Path) -> None:
    own = ledger.folder(tmp_path / "own", LEARNED)
    quoting = f"{ledger.article_text(900)[0]}\n\n{ledger.TAIL[2].upper()}\n"
    others = write_files(tmp_path / "others", {"quoting.txt": quoting})
    fingerprints = yaml.safe_load(draft_of(cleaner, own, others=(others,)).text)["fingerprints"]
    assert ledger.TAIL[2] not in fingerprints
    assert ledger.TAIL[0] in fingerprints


def test_what_was_left_out_has_a_reason(draft: Draft) -> None:
    assert all(isinstance(left.why, LeftOut) and left.articles >= 3 for left in draft.left)
