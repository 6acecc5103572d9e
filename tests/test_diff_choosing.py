"""What `diff` chooses: samples that depend on names alone, and filters that a run's manifest answers alike."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import Cleaner, UsageError
from cleaner.api import MOST_TOGETHER
from cleaner.batch import clean_all
from cleaner.choosing import Choice, Sample, check_rule
from cleaner.io import ledger
from cleaner.io.encoding import Decoded
from cleaner.io.inputs import gather
from cleaner.model import Cleaned, Document, Outlet, Refusal, Removal
from cleaner.previews import of_inputs, of_run, source_of
from cleaner.reading import Reading
from cleaner.tasks import Run
from tests.articles import ARTICLES, LETTER, write_files

NAMES = st.lists(st.text(max_size=12), unique=True, max_size=60)
SURE = Removal(0, 3, "Ad\n", "ad", "generic/ad/x", 0.95, "")
UNSURE = Removal(8, 11, "Ask", "social", "heuristics/social", 0.86, "")
REFUSED = Refusal(4, 8, "legal", "generic/legal/y", "too much prose")
TEXT = "Ad\nand  Ask"
PLAIN = Cleaned(Document(TEXT), "and  ", (SURE, UNSURE), outlet=Outlet("a.example", "given", "a.example"))
REFUSING = replace(PLAIN, removals=(), text=TEXT, refusals=(REFUSED,), flags=("cut-refused",), outlet=None)
NO_ARTICLE = replace(REFUSING, refusals=(), flags=("no-article",))


# Samples


@given(NAMES, st.integers(1, 20), st.integers(), st.randoms(use_true_random=False))
def test_a_sample_is_the_same_for_any_order(names: list[str], size: int, seed: int, chance: random.Random) -> None:
    shuffled = names.copy()
    chance.shuffle(shuffled)
    assert set(drawn(names, size, seed)) == set(drawn(shuffled, size, seed))


@given(NAMES, st.integers(1, 20), st.integers(), st.data())
def test_a_sample_is_the_same_whatever_else_there_is(
    names: list[str], size: int, seed: int, data: st.DataObject
) -> None:
    """Who wins among many wins among fewer, and in a larger sample."""
    won = drawn(names, size, seed)
    assert len(won) == min(size, len(names))
    assert set(won) <= set(drawn(names, size + 1, seed))
    fewer = [name for name in names if name in won or data.draw(st.booleans())]
    assert drawn(fewer, size, seed) == won


@given(NAMES, st.integers(1, 20), st.integers())
def test_names_that_are_not_wanted_would_not_have_won(names: list[str], size: int, seed: int) -> None:
    sample = Sample[str](size, seed)
    for name in names:
        if sample.wants(name):
            sample.offer(name, name)
    assert sample.chosen() == drawn(names, size, seed)


def test_every_name_has_a_chance() -> None:
    names = [f"{n}.txt" for n in range(20)]
    assert {drawn(names, 1, seed)[0] for seed in range(400)} == set(names)


def drawn(names: list[str], size: int, seed: int) -> list[str]:
    sample = Sample[str](size, seed)
    for name in names:
        sample.offer(name, name)
    return sample.chosen()


# Filters


@pytest.mark.parametrize(
    ("choice", "cleaned", "removals", "refusals"),
    [
        pytest.param(Choice(), PLAIN, (SURE, UNSURE), (), id="all"),
        pytest.param(Choice(categories=["ad"]), PLAIN, (SURE,), (), id="category"),
        pytest.param(Choice(rule="heuristics"), PLAIN, (UNSURE,), (), id="file"),
        pytest.param(Choice(rule="heur"), PLAIN, None, (), id="no-file"),
        pytest.param(Choice(least=0.9), PLAIN, (SURE,), (), id="sure"),
        pytest.param(Choice(most=0.9), PLAIN, (UNSURE,), (), id="unsure"),
        pytest.param(Choice(least=0.87, most=0.94), PLAIN, None, (), id="between"),
        pytest.param(Choice(outlet="a.example"), PLAIN, (SURE, UNSURE), (), id="outlet"),
        pytest.param(Choice(outlet="b.example"), PLAIN, None, (), id="other-outlet"),
        pytest.param(Choice(outlet="b.example"), REFUSING, None, (), id="no-outlet"),
        pytest.param(Choice(flagged=True), PLAIN, None, (), id="not-flagged"),
        pytest.param(Choice(flagged=True), REFUSING, (), (REFUSED,), id="refusing"),
        pytest.param(Choice(flagged=True), NO_ARTICLE, (), (), id="flagged"),
        pytest.param(Choice(flagged=True, categories=["ad"]), NO_ARTICLE, None, (), id="flagged-without-it"),
        pytest.param(Choice(), NO_ARTICLE, None, (), id="nothing-to-show"),
        pytest.param(Choice(), REFUSING, (), (REFUSED,), id="refused-cuts-alone"),
        pytest.param(Choice(categories=["legal"], least=0.99), REFUSING, (), (REFUSED,), id="unknown-confidence"),
        pytest.param(Choice(categories=["ad"]), REFUSING, None, (), id="other-refused-cut"),
    ],
)
def test_a_choice_finds_what_was_asked_for(
    choice: Choice, cleaned: Cleaned, removals: tuple[Removal, ...] | None, refusals: tuple[Refusal, ...]
) -> None:
    found = choice.find("a.txt", cleaned)
    assert (found and found.removals, found.refusals if found else ()) == (removals, refusals)


@pytest.mark.parametrize(
    "choice",
    [
        Choice(),
        Choice(categories=["donation", "legal"]),
        Choice(rule="outlets"),
        Choice(outlet="quillmore.example"),
        Choice(outlet="elsewhere.example"),
        Choice(flagged=True),
        Choice(flagged=True, categories=["legal"]),
        Choice(most=0.96),
    ],
    ids=str,
)
def test_what_the_manifest_rules_out_holds_nothing(tmp_path: Path, quillmore: Cleaner, choice: Choice) -> None:
    source = write_files(tmp_path / "in", {**ARTICLES, "empty.txt": LETTER, "plain.txt": "Boats."})
    for _ in clean_all(Run.of(quillmore, tmp_path / "out"), gather([source], tmp_path / "out"), jobs=1):
        pass
    every = dict(of_run(tmp_path / "out", Choice(), None, lambda _: True))
    some = dict(of_run(tmp_path / "out", choice, None, lambda _: True))

    def found(results: object) -> bool:
        assert isinstance(results, tuple)
        return choice.find("", results[0]) is not None

    assert {name for name, results in every.items() if found(results)} == {n for n, r in some.items() if found(r)}
    entries = {entry.id: entry for entry in ledger.all_entries(tmp_path / "out")}
    assert some.keys() <= {name for name, entry in entries.items() if choice.may_find(entry)}


@pytest.mark.parametrize(
    ("options", "said"),
    [({"categories": ["ad", "ads"]}, "unknown category 'ads'"), ({"least": 0.9, "most": 0.8}, "swap the two")],
    ids=["category", "confidence"],
)
def test_a_choice_of_nothing_is_refused(options: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Choice(**options)  # type: ignore[arg-type]


def test_a_rule_may_be_named_by_id_file_or_folder() -> None:
    ids = ["generic/ad/marker-en", "outlets/a.example/plea"]
    for name in (*ids, "generic/ad", "generic", "outlets/a.example", "heuristics", "heuristics/social"):
        check_rule(name, ids)
    for name, said in (("generic/ads", "did you mean 'generic/ad'"), ("heuristics/socials", "did you"), ("x", "list")):
        with pytest.raises(UsageError, match=said):
            check_rule(name, ids)


def test_documents_come_before_all_are_read(quillmore: Cleaner) -> None:
    read = 0

    def readings() -> Iterator[tuple[str, Reading]]:
        nonlocal read
        for n in range(1000):
            read += 1
            yield f"{n}.txt", Reading(Document(ARTICLES["a.txt"]), Decoded(ARTICLES["a.txt"], "utf-8", b""))

    results = of_inputs(readings(), [quillmore, quillmore], lambda _: True)
    name, cleaned = next(results)
    assert name == "0.txt"
    assert isinstance(cleaned, tuple)
    assert len(cleaned) == 2
    assert read <= MOST_TOGETHER


# Sources of runs


@pytest.mark.parametrize(
    ("document", "how"),
    [
        (Document(ARTICLES["b.txt"], "b.txt", outlet="quillmore.example"), "given"),
        (Document(ARTICLES["b.txt"], "b.txt", url="https://www.quillmore.example/boats"), "url"),
        (Document(ARTICLES["b.txt"], "/in/quillmore.example/b.txt"), "path"),
        (Document(ARTICLES["c.txt"], "c.txt"), "fingerprint"),
        (Document(ARTICLES["b.txt"], "b.txt"), ""),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_outlet_of_a_source_of_a_run_is_found_anew(quillmore: Cleaner, document: Document, how: str) -> None:
    cleaned = quillmore.clean(document)
    assert (cleaned.outlet.how if cleaned.outlet else "") == how
    domain = cleaned.outlet.domain if cleaned.outlet else None
    noted = replace(cleaned, document=Document(document.text, "b.txt", outlet=domain))
    assert quillmore.clean(source_of(noted)).outlet == cleaned.outlet
