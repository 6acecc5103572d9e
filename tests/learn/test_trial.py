"""Drafts on trial, and forms of lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import Cleaner, Document
from cleaner.fold import bare, flat, fold
from cleaner.io.inputs import gather
from cleaner.learn.compose import compose
from cleaner.learn.excerpts import Example
from cleaner.learn.forms import pattern_of
from cleaner.learn.learning import learn
from cleaner.learn.trial import Found, Trial, doubtful, unsound
from cleaner.learn.weigh import LeftOut, Phrase
from cleaner.rulebook.load import extended
from cleaner.rulebook.patterns import check_pattern, make_pattern, search
from cleaner.rulebook.writing import as_yaml
from tests.articles import write_files
from tests.learn import ledger
from tests.learn.ledger import OUTLET
from tests.learn.test_weigh import FOOT


def phrase(line: str = "", pattern: str = "", **kind: bool) -> Phrase:
    repeat = FOOT._replace(shown=line, key=bare(flat(fold(line))), words=90 if pattern else 3)
    return Phrase(repeat, "promo", "anywhere", pattern=pattern, **kind)


def trial_of(cleaner: Cleaner, *phrases: Phrase) -> Trial:
    rules = compose(phrases)
    example = {"text": "It rained all week and nobody came.\n", "becomes": "same"}
    content = {"outlet": OUTLET, "rules": [rule.entry() for rule in rules], "examples": [example]}
    rulebook = extended(cleaner.rulebook, f"outlets/{OUTLET}.yaml", as_yaml(content).encode())
    return Trial.of(rulebook, cleaner.matcher.hints, OUTLET, rules)


def found_in(cleaner: Cleaner, text: str, *phrases: Phrase) -> Found:
    articles = doubtful([Document(text)], cleaner, OUTLET, {p.repeat.key for p in phrases})
    return trial_of(cleaner, *phrases).on(articles)


def test_a_form_that_takes_article_text_is_harmful_and_one_that_does_not_is_not(cleaner: Cleaner) -> None:
    good, bad = phrase("a", r"^follow .{1,160} on the ledger wire$"), phrase("b", "^the (lock|harbour) .{1,900}$")
    own = ledger.article_text(5)
    text = ledger.article(5).replace(own[1], f"The lock keeper swore that {own[1]}")
    found = found_in(cleaner, text, good, bad)
    assert found.harmful == {bad}
    assert found.articles["promo-forms"] == 1


def test_a_list_that_runs_into_article_text_is_harmful(cleaner: Cleaner) -> None:
    heading = phrase("Off the quay", opens_foot=True)
    own = ledger.article_text(6)
    text = "\n\n".join([*own[:-1], "Off the quay", "Lamp oil", "Rope", own[-1]])
    assert found_in(cleaner, text, heading).harmful == {heading}
    text = "\n\n".join([*own, "Off the quay", "Lamp oil", "Rope"])
    assert not found_in(cleaner, text, heading).harmful


def test_examples_that_fail_are_told_line_by_line(cleaner: Cleaner) -> None:
    own = ledger.article_text(7)
    blocks = (("Rope and lamp oil", False), (own[0], True), ("Nobody lists this", False), (own[1], True))
    lost, left = trial_of(cleaner, phrase("Rope and lamp oil"), phrase(own[1])).failing([Example("x", blocks)])
    assert (lost, left) == ({own[1]}, {"Nobody lists this"})


def test_phrases_that_match_plain_prose_or_are_no_pattern_are_unsound() -> None:
    reserve = ["The tide came in at noon.", "Nobody asked the pilot."]
    good, listed, broad = phrase("Tide tables"), phrase("Nobody asked the pilot"), phrase("x", "^the tide .{1,90}$")
    broken = phrase("y", "^(the$")
    assert unsound([good, listed, broad, broken], reserve) == dict.fromkeys([listed, broad, broken], LeftOut.proof)


def test_a_phrase_that_would_take_article_text_of_held_out_articles_is_left_out(
    cleaner: Cleaner, tmp_path: Path
) -> None:
    # In most articles the same list stands behind the heading; in some the article goes on there.
    texts = {f"{n}.txt": ledger.article(n) + "\nOff the quay\n\nRope\n\nLamp oil\n" for n in range(40)}
    found = learn(gather([write_files(tmp_path, texts)]).sources, OUTLET, cleaner)
    taken = {p.repeat.shown for rule in found.rules for p in rule.phrases}
    assert taken.isdisjoint(line for n in range(40) for line in ledger.article_text(n))
    assert all(left.why in LeftOut for left in found.left)


@given(
    st.lists(st.sampled_from(["page", "of", "a.b", "(c)", "0", "tram:", "größe", "今日", "$5"]), min_size=2, max_size=6)
)
def test_the_pattern_of_a_form_matches_the_lines_that_have_it(words: list[str]) -> None:
    line = " ".join(words).replace("0", "47")
    masked = " ".join(words).replace("$5", "$0")
    pattern = pattern_of(masked)
    assert search(make_pattern(pattern), line)
    assert not search(make_pattern(pattern), f"{line} and more")


@pytest.mark.parametrize("form", ["follow\x1fon the wire", "tags:\x1f", "\x1fat the harbour desk", "page 0 of 0"])
def test_patterns_of_forms_are_sound(form: str) -> None:
    check_pattern(pattern_of(form))
