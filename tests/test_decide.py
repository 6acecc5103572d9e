"""What becomes of a match: places, runs, protection, the guard, and who is on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.decide import AT_MOST, MAX_PROSE_SHARE, MIN_PROSE_AT_RISK, SUBHEADING_WORDS
from cleaner.model import Cleaned, Document, restore
from cleaner.outlets import Directory
from cleaner.pipeline import CUT_REFUSED, EMPTIED, Policy, clean_documents
from cleaner.rulebook.load import GENERIC_MAX_WORDS, load
from cleaner.rulebook.match import Matcher
from tests.stacked import is_prose

SAME = "examples:\n  - {text: x, becomes: same}\n"
OUTLET = "example.com"

P1 = "The council voted on Tuesday to keep the old bridge open for another year, the mayor said."
P2 = "Engineers had warned in the spring that two of its pillars would need to be rebuilt before long."
P3 = "Shops on the far bank feared that a closure over the winter would cost them half of their trade."
P4 = "Work on the first of the pillars is to begin in March and should be finished by late summer."
HEAD = "Old bridge stays open"
ITEM = "Ferry service returns after the long winter break with two boats"


def text(*blocks: str) -> str:
    return "\n\n".join(blocks)


Clean = Callable[..., Cleaned]


@pytest.fixture
def clean(tmp_path: Path) -> Clean:
    """Return a function that cleans blocks by rules of the folders `generic`, `networks` and `outlets`."""

    def run(
        *blocks: str,
        generic: str = "",
        networks: str = "",
        outlets: str = "",
        mode: str = "balanced",
        keep: tuple[str, ...] = (),
        drop: tuple[str, ...] = (),
        date: dt.date | None = None,
    ) -> Cleaned:
        files = {
            "generic/zz": ("", generic),
            "networks/nn": ("", networks),
            f"outlets/{OUTLET}": (f"outlet: {OUTLET}\nextends: networks/nn\n", outlets),
        }
        for name, (top, entries) in files.items():
            path = tmp_path / f"{name}.yaml"
            path.parent.mkdir(exist_ok=True)
            rules = "".join(f"  - {entry}\n" for entry in filter(None, map(str.strip, entries.splitlines())))
            path.write_text(f"{top}category: ad\nrules:\n{rules}{SAME}" if rules else f"{top}rules: []\n", "utf-8")
        matcher = Matcher(load([tmp_path]))
        document = Document(text(*blocks), outlet=OUTLET, date=date)
        policy = Policy.of(mode, keep, drop, rules_only=True)
        [cleaned] = clean_documents([document], matcher, Directory(matcher.rulebook), policy)
        assert restore(cleaned.text, cleaned.removals) == document.text
        return cleaned

    return run


def refused(cleaned: Cleaned) -> list[str]:
    return [refusal.rule for refusal in cleaned.refusals]


def unharmed(cleaned: Cleaned) -> bool:
    return cleaned.text == cleaned.document.text and not cleaned.removals


def test_the_blocks_of_these_tests_are_what_they_are_taken_for() -> None:
    assert all(map(is_prose, (P1, P2, P3, P4)))
    assert not is_prose(HEAD)
    assert not is_prose(ITEM)
    assert len(ITEM.split()) > SUBHEADING_WORDS >= len(HEAD.split())


# Where


def test_a_rule_for_anywhere_takes_its_block_in_all_places(clean: Clean) -> None:
    cleaned = clean("Zorvex", P1, "Zorvex", P2, "Zorvex", generic="{id: a, lines: Zorvex}")
    assert cleaned.text == text(P1, P2)
    assert len(cleaned.removals) == 3


def test_a_tail_rule_takes_its_block_only_where_no_prose_follows(clean: Clean) -> None:
    cleaned = clean("Zorvex", P1, "Zorvex", P2, "Zorvex", ITEM, generic="{id: a, lines: Zorvex, where: tail}")
    assert cleaned.text == text("Zorvex", P1, "Zorvex", P2, ITEM)
    assert cleaned.flags == ()


def test_a_head_rule_takes_its_block_only_where_no_prose_stands_before(clean: Clean) -> None:
    cleaned = clean(HEAD, "Zorvex", P1, "Zorvex", P2, "Zorvex", generic="{id: a, lines: Zorvex, where: head}")
    assert cleaned.text == text(HEAD, P1, "Zorvex", P2, "Zorvex")
    assert cleaned.flags == ()


def test_prose_that_is_itself_removed_does_not_count_for_a_place(clean: Clean) -> None:
    plea = "Your gift keeps this paper going, so please think of us before you leave this page today."
    assert is_prose(plea)
    rules = (
        "{id: plea, start: ^your gift}\n{id: tail, lines: Zorvex, where: tail}\n{id: head, lines: Quilbar, where: head}"
    )
    cleaned = clean(plea, "Quilbar", P1, P2, P3, P4, "Zorvex", plea, generic=rules)
    assert cleaned.text == text(P1, P2, P3, P4)


def test_tail_cuts_open_the_tail_for_those_above_them(clean: Clean) -> None:
    about = "The Zorvex is a weekly paper for the people of the valley, and it was founded in 1901."
    rules = "{id: a, lines: Quilbar, where: tail}\n{id: b, start: ^the zorvex is, where: tail}"
    assert clean(P1, P2, P3, "Quilbar", about, generic=rules).text == text(P1, P2, P3)
    assert clean(P1, P2, P3, "Quilbar", about, P4, generic=rules).text == text(P1, P2, P3, "Quilbar", about, P4)


def test_head_cuts_open_the_head_for_those_below_them(clean: Clean) -> None:
    about = "The Zorvex is a weekly paper for the people of the valley, and it was founded in 1901."
    rules = "{id: a, lines: Quilbar, where: head}\n{id: b, start: ^the zorvex is, where: head}"
    assert clean(about, "Quilbar", P1, P2, P3, generic=rules).text == text(P1, P2, P3)
    assert clean(P4, about, "Quilbar", P1, P2, generic=rules).text == text(P4, about, "Quilbar", P1, P2)


# Runs


def test_a_run_to_the_end_takes_everything_that_follows(clean: Clean) -> None:
    cleaned = clean(P1, P2, P3, "Zorvex", ITEM, HEAD, generic="{id: a, lines: Zorvex, until: end}")
    assert cleaned.text == text(P1, P2, P3)
    assert [removal.rule for removal in cleaned.removals] == ["generic/zz/a"] * 3


def test_a_run_to_a_pattern_takes_the_block_of_the_pattern_too_and_no_more(clean: Clean) -> None:
    rule = "{id: a, lines: Zorvex, until: ^end of}"
    cleaned = clean(P1, "Zorvex", ITEM, "End of list", HEAD, "End of list", P2, generic=rule)
    assert cleaned.text == text(P1, HEAD, "End of list", P2)


def test_a_run_whose_pattern_never_comes_is_refused_and_flagged(clean: Clean) -> None:
    cleaned = clean(P1, "Zorvex", ITEM, ITEM, P2, generic="{id: a, lines: Zorvex, until: ^end of}")
    assert unharmed(cleaned)
    assert refused(cleaned) == ["generic/zz/a"]
    assert cleaned.flags == (CUT_REFUSED,)


def test_a_run_to_the_next_prose_leaves_the_prose(clean: Clean) -> None:
    cleaned = clean(P1, "Zorvex", ITEM, ITEM, P2, ITEM, generic="{id: a, lines: Zorvex, until: prose}")
    assert cleaned.text == text(P1, P2, ITEM)


def test_a_run_to_prose_that_never_resumes_goes_to_the_end(clean: Clean) -> None:
    assert clean(P1, "Zorvex", ITEM, ITEM, generic="{id: a, lines: Zorvex, until: prose}").text == P1


@pytest.mark.parametrize("where", ["anywhere", "tail", "head"])
def test_a_run_to_prose_never_swallows_prose_that_resumes(clean: Clean, where: str) -> None:
    rule = f"{{id: a, lines: Zorvex, until: prose, where: {where}}}"
    cleaned = clean(P1, "Zorvex", ITEM, P2, "Zorvex", ITEM, P3, "Zorvex", ITEM, outlets=rule)
    assert all(block in cleaned.text for block in (P1, P2, P3))
    assert cleaned.text.endswith(ITEM) is (where == "head")


@settings(max_examples=60)
@given(
    blocks=st.lists(st.sampled_from((P1, P2, P3, P4, ITEM, HEAD, "Zorvex", "Quilbar")), min_size=1, max_size=14),
    where=st.sampled_from(("anywhere", "tail", "head")),
    at_most=st.integers(1, 6),
)
def test_whatever_the_text_a_run_to_prose_takes_no_prose(
    tmp_path_factory: pytest.TempPathFactory, blocks: list[str], where: str, at_most: int
) -> None:
    root = tmp_path_factory.mktemp("rules")
    (root / "generic").mkdir()
    rule = f"{{id: a, lines: [Zorvex, Quilbar], until: prose, where: {where}, at_most: {at_most}}}"
    (root / "generic" / "zz.yaml").write_text(f"category: ad\nrules:\n  - {rule}\n{SAME}")
    matcher = Matcher(load([root]))
    [cleaned] = clean_documents(
        [Document(text(*blocks))], matcher, Directory(matcher.rulebook), Policy.of(rules_only=True)
    )
    assert [b for b in cleaned.text.split("\n\n") if is_prose(b)] == [b for b in blocks if is_prose(b)]


def test_a_sub_heading_before_resuming_prose_is_spared(clean: Clean) -> None:
    rule = "{id: a, lines: Zorvex, until: prose}"
    assert clean(P1, "Zorvex", ITEM, ITEM, HEAD, P2, generic=rule).text == text(P1, HEAD, P2)
    longest, longer = " ".join(["word"] * SUBHEADING_WORDS), " ".join(["word"] * (SUBHEADING_WORDS + 1))
    assert clean(P1, "Zorvex", ITEM, longest, P2, generic=rule).text == text(P1, longest, P2)
    assert clean(P1, "Zorvex", ITEM, longer, P2, generic=rule).text == text(P1, P2)
    assert clean(P1, "Zorvex", P2, generic=rule).text == text(P1, P2)


def test_a_run_to_prose_does_not_start_before_the_article(clean: Clean) -> None:
    rule = "{id: a, lines: Zorvex, until: prose}"
    cleaned = clean("Zorvex", ITEM, "By Jane Roe, staff writer of this paper and others", P1, P2, generic=rule)
    assert cleaned.text == text(ITEM, "By Jane Roe, staff writer of this paper and others", P1, P2)


def test_a_run_to_prose_in_a_text_without_prose_takes_its_first_block_only(clean: Clean) -> None:
    assert clean("Zorvex", ITEM, HEAD, generic="{id: a, lines: Zorvex, until: prose}").text == text(ITEM, HEAD)


@pytest.mark.parametrize(
    ("until", "after"),
    [("end", []), ("prose", [P2]), ("^end of", ["End of list", P2])],
    ids=["end", "prose", "pattern"],
)
@pytest.mark.parametrize("where", ["anywhere", "tail"])
def test_a_run_of_at_most_so_many_blocks_is_taken_and_a_longer_one_refused(
    clean: Clean, until: str, after: list[str], where: str
) -> None:
    inside = 3 - (until == "^end of")
    if where == "tail":
        after = [block for block in after if block != P2]
    rule = f"{{id: a, lines: Zorvex, until: {until}, at_most: 4, where: {where}}}"
    tail = [block for block in after if block == P2]
    assert clean(P1, "Zorvex", *[ITEM] * inside, *after, generic=rule).text == text(P1, *tail)
    longer = clean(P1, "Zorvex", *[ITEM] * (inside + 1), *after, generic=rule)
    assert unharmed(longer)
    assert longer.flags == (CUT_REFUSED,)
    [refusal] = longer.refusals
    assert (refusal.rule, refusal.category) == ("generic/zz/a", "ad")
    assert "4 blocks" in refusal.reason
    assert longer.document.text[refusal.start : refusal.end].startswith("Zorvex")


def test_a_rule_that_names_no_limit_has_one(clean: Clean) -> None:
    rule = "{id: a, lines: Zorvex, until: end}"
    assert clean(P1, "Zorvex", *[ITEM] * (AT_MOST - 1), generic=rule).text == P1
    assert refused(clean(P1, "Zorvex", *[ITEM] * AT_MOST, generic=rule)) == ["generic/zz/a"]


# Keep


@pytest.mark.parametrize(
    ("keep", "cut", "is_kept"),
    [
        ("generic", "generic", True), ("generic", "networks", False), ("generic", "outlets", False),
        ("networks", "generic", True), ("networks", "networks", True), ("networks", "outlets", False),
        ("outlets", "generic", True), ("outlets", "networks", True), ("outlets", "outlets", True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("trigger", ["start: ^zorvex", "lines: Zorvex pays", "inline: zorvex pays"])
def test_keep_protects_its_block_unless_the_other_rule_is_more_specific(
    clean: Clean, keep: str, cut: str, is_kept: bool, trigger: str
) -> None:
    rules = {"generic": "", "networks": "", "outlets": ""}
    rules[keep] += "{id: safe, keep: ^zorvex}\n"
    rules[cut] += f"{{id: cut, {trigger}}}\n"
    cleaned = clean(P1, "Zorvex pays", P2, **rules)
    assert cleaned.text == (text(P1, "Zorvex pays", P2) if is_kept else text(P1, P2))
    assert cleaned.flags == ()


def test_an_inline_cut_in_a_kept_block_is_not_made(clean: Clean) -> None:
    rules = "{id: safe, keep: ^note}\n{id: cut, inline: zorvex}"
    assert clean(P1, "Note on zorvex here", "Some zorvex here", generic=rules).text == text(
        P1, "Note on zorvex here", "Some here"
    )


def test_a_kept_block_ends_a_run_and_what_stands_behind_it_stays(clean: Clean) -> None:
    rules = "{id: safe, keep: ^note}\n{id: run, lines: Zorvex, until: end}"
    cleaned = clean(P1, "Zorvex", ITEM, "Note on sources", ITEM, generic=rules)
    assert cleaned.text == text(P1, "Note on sources", ITEM)


def test_a_more_specific_run_goes_over_a_kept_block(clean: Clean) -> None:
    cleaned = clean(
        P1, "Zorvex", ITEM, "Note on sources", ITEM,
        generic="{id: safe, keep: ^note}", outlets="{id: run, lines: Zorvex, until: end}",
    )  # fmt: skip
    assert cleaned.text == P1


@pytest.mark.parametrize("mode", ["precision", "balanced", "recall"])
def test_keep_protects_in_every_mode(clean: Clean, mode: str) -> None:
    rules = "{id: safe, keep: ^zorvex}\n{id: cut, lines: Zorvex, confidence: 1}"
    assert clean(P1, "Zorvex", P2, generic=rules, mode=mode).text == text(P1, "Zorvex", P2)


def test_keep_holds_only_for_the_time_of_the_rule(clean: Clean) -> None:
    rules = "{id: safe, keep: ^zorvex, since: 2021-03-01}\n{id: cut, lines: Zorvex}"
    assert "Zorvex" not in clean(P1, "Zorvex", P2, generic=rules, date=dt.date(2021, 2, 28)).text
    assert "Zorvex" in clean(P1, "Zorvex", P2, generic=rules, date=dt.date(2021, 3, 1)).text


# Doubtful matches of generic rules


@pytest.mark.parametrize(("folder", "cuts"), [("generic", False), ("networks", True), ("outlets", True)])
def test_a_generic_pattern_takes_no_block_that_is_longer_than_any_boilerplate(
    clean: Clean, folder: str, cuts: bool
) -> None:
    rule = "{id: a, start: ^zorvex}"
    longest = " ".join(["Zorvex", *["word"] * (GENERIC_MAX_WORDS - 1)])
    long_enough = [P1, P2, P3, P4, P1, P2, P3, P4, P1, P2]
    assert clean(*long_enough, longest, **{folder: rule}).text == text(*long_enough)
    assert (clean(*long_enough, longest + " word", **{folder: rule}).text == text(*long_enough)) is cuts


def test_max_words_sets_another_limit(clean: Clean) -> None:
    rule = "{id: a, start: ^zorvex, max_words: 3}"
    for folder in ("generic", "outlets"):
        cleaned = clean(P1, "Zorvex one two", "Zorvex one two three", **{folder: rule})
        assert cleaned.text == text(P1, "Zorvex one two three")


@pytest.mark.parametrize(
    ("block", "is_quoted"),
    [
        ('He said: "please sign up now"', True),
        ("“Please sign up now,” he said", True),
        ("„Please sign up now“, he said", True),
        ("«please sign up now»", True),
        ('He said "go" and "please sign up now', True),
        ('"Go," he said: please sign up now', False),
        ("It's time: please sign up now", False),
        ("Please sign up “now”", False),
    ],
)
def test_a_generic_match_inside_an_open_quotation_is_not_taken(clean: Clean, block: str, is_quoted: bool) -> None:
    assert ("sign up" in clean(P1, block, P2, generic="{id: a, start: sign up}").text) is is_quoted
    assert ("sign up" in clean(P1, block, P2, generic="{id: a, inline: please sign up}").text) is is_quoted
    assert "sign up" not in clean(P1, block, P2, outlets="{id: a, start: sign up}").text


def test_a_pattern_that_fails_inside_a_quotation_leaves_the_other_patterns_of_its_rule(clean: Clean) -> None:
    rule = "{id: a, start: [sign up, ^our letter]}"
    assert clean(P1, "Our letter “sign up” today", P2, generic=rule).text == text(P1, P2)


# The guard

LONG = [f"{P1} {P2}", f"{P2} {P3}", f"{P3} {P4}", f"{P4} {P1}", f"{P1} {P3}", f"{P2} {P4}"]


def marked(n: int) -> list[str]:
    """Return six blocks of prose of about the same length, of which a rule for `Zorvex` takes the last `n`."""
    return [*LONG[: len(LONG) - n], *(f"Zorvex: {block}" for block in LONG[len(LONG) - n :])]


def headed(n: int) -> list[str]:
    """Return the same, but of the last blocks only the first is marked."""
    return [
        *LONG[: len(LONG) - n],
        *(f"Zorvex: {block}" for block in LONG[len(LONG) - n :][:1]),
        *LONG[len(LONG) - n + 1 :],
    ]


@pytest.mark.parametrize(
    ("folder", "most"), [(folder, int(share * len(LONG))) for folder, share in MAX_PROSE_SHARE.items()]
)
@pytest.mark.parametrize("is_run", [False, True], ids=["blocks", "run"])
def test_rules_take_up_to_their_folder_s_share_of_the_prose_and_are_refused_beyond(
    clean: Clean, folder: str, most: int, is_run: bool
) -> None:
    more = ", until: end, where: tail" if is_run else ", max_words: 200"
    rule = f"{{id: a, start: '^zorvex'{more}}}"
    blocks = (headed if is_run else marked)(most - 1)
    assert clean(*blocks, **{folder: rule}).text == text(*LONG[: len(LONG) - most + 1])
    cleaned = clean(*(headed if is_run else marked)(most + 1), **{folder: rule})
    assert unharmed(cleaned)
    assert cleaned.flags == (CUT_REFUSED,)
    assert all("of the prose" in refusal.reason for refusal in cleaned.refusals)
    source = cleaned.document.text
    assert {source[r.start : r.end].split(":")[0] for r in cleaned.refusals} == {"Zorvex"}


def test_several_small_cuts_that_are_too_much_together_are_all_refused(clean: Clean) -> None:
    rules = "\n".join(f"{{id: r{n}, start: '^zorvex{n}'}}" for n in range(4))
    blocks = [*LONG[:4], *(f"Zorvex{n}: {LONG[n]}" for n in range(4))]
    cleaned = clean(*blocks, generic=rules)
    assert unharmed(cleaned)
    assert refused(cleaned) == [f"generic/zz/r{n}" for n in range(4)]


def test_lines_that_are_no_prose_go_even_where_the_guard_refuses(clean: Clean) -> None:
    rules = "{id: much, start: '^zorvex:', until: end, where: tail}\n{id: line, lines: Quilbar}"
    blocks = headed(5)
    cleaned = clean(blocks[0], "Quilbar", *blocks[1:], generic=rules)
    assert cleaned.text == text(*blocks)
    assert {removal.rule for removal in cleaned.removals} == {"generic/zz/line"}
    assert set(refused(cleaned)) == {"generic/zz/much"}


def test_what_counted_on_a_refused_cut_is_settled_again(clean: Clean) -> None:
    rules = "{id: much, start: '^zorvex:', max_words: 200}\n{id: tail, lines: Quilbar, where: tail}"
    cleaned = clean(LONG[0], "Quilbar", *marked(4)[2:], generic=rules)
    assert unharmed(cleaned)
    assert set(refused(cleaned)) == {"generic/zz/much"}


def test_the_rules_of_one_folder_do_not_use_up_the_share_of_another(clean: Clean) -> None:
    blocks = [*LONG[:4], f"Zorvex: {P1}", f"Quilbar: {P2}"]
    cleaned = clean(*blocks, generic="{id: a, start: '^zorvex'}", outlets="{id: a, start: '^quilbar'}")
    assert cleaned.text == text(*LONG[:4])


def test_little_prose_is_not_worth_a_refusal_but_an_emptied_text_is_flagged(clean: Clean) -> None:
    assert len(P1) < MIN_PROSE_AT_RISK
    cleaned = clean(P1, generic="{id: a, start: ^the council}")
    assert (cleaned.text, cleaned.flags, cleaned.refusals) == ("", (EMPTIED,), ())


@pytest.mark.parametrize("folder", ["generic", "networks", "outlets"])
def test_an_inline_cut_that_takes_too_much_of_the_prose_is_refused_too(clean: Clean, folder: str) -> None:
    rule = "{id: a, inline: 'zorvex:.*', max_words: 500}"
    cleaned = clean(*(f"Zorvex: {block}" for block in LONG), **{folder: rule})
    assert unharmed(cleaned)
    assert CUT_REFUSED in cleaned.flags


@pytest.mark.parametrize("folder", ["generic", "networks", "outlets"])
def test_an_inline_cut_that_takes_most_of_one_long_block_is_refused(clean: Clean, folder: str) -> None:
    block = f"It rained. Zorvex: {' '.join(LONG[:4])}"
    cleaned = clean(block, **{folder: "{id: a, inline: 'zorvex:.*', max_words: 500}"})
    assert unharmed(cleaned)
    assert refused(cleaned) == [
        {"generic": "generic/zz/a", "networks": "networks/nn/a"}.get(folder, f"outlets/{OUTLET}/a")
    ]


@settings(max_examples=60)
@given(
    blocks=st.lists(st.sampled_from((*LONG, *marked(6), "Zorvex", ITEM, HEAD)), min_size=1, max_size=10),
    folder=st.sampled_from(("generic", "networks", "outlets")),
    shape=st.sampled_from(
        (
            "start: '^zorvex'",
            "start: '^zorvex', until: end",
            "start: '^zorvex', where: tail, until: end",
            "inline: 'zorvex:.*'",
        )
    ),
)
def test_whatever_the_rule_the_prose_taken_stays_under_the_share_of_its_folder(
    tmp_path_factory: pytest.TempPathFactory, blocks: list[str], folder: str, shape: str
) -> None:
    root = tmp_path_factory.mktemp("rules")
    name = {"generic": "generic/zz", "networks": "networks/nn", "outlets": f"outlets/{OUTLET}"}[folder]
    files = {"networks/nn": "rules: []\n", f"outlets/{OUTLET}": f"outlet: {OUTLET}\nextends: networks/nn\n"}
    rule = f"category: ad\nrules:\n  - {{id: a, {shape}, max_words: 500}}\n{SAME}"
    files[name] = (files[name] if folder == "outlets" else "") + rule
    for path, source in files.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / f"{path}.yaml").write_text(source)
    matcher = Matcher(load([root]))
    document = Document(text(*blocks), outlet=OUTLET)
    [cleaned] = clean_documents([document], matcher, Directory(matcher.rulebook), Policy.of(rules_only=True))
    total = sum(len(block) for block in blocks if is_prose(block))
    # Blocks of no prose count as taken here, so their length is let through on top.
    slack = sum(len(block) + 2 for block in blocks if not is_prose(block)) + 2 * len(blocks)
    taken = sum(removal.end - removal.start for removal in cleaned.removals)
    assert taken <= max(MAX_PROSE_SHARE[folder] * total, MIN_PROSE_AT_RISK) + slack
    assert bool(cleaned.refusals) is (CUT_REFUSED in cleaned.flags)


# Inline cuts


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("See (app) now", "See now"),
        ("See  (app)  now", "See  now"),
        ("See (app)", "See"),
        ("(app) See now", "See now"),
        ("See(app) now", "See now"),
        ("See (app)now", "See now"),
        ("See(app)now", "Seenow"),
        ("See (app), now", "See , now"),
        ("See (app) (app) now", "See now"),
        ("(app) See (app) now (app)", "See now"),
        ("See\t(app)\u00a0now", "See\tnow"),
    ],
)
def test_an_inline_cut_takes_its_span_and_the_white_space_left_double(clean: Clean, before: str, after: str) -> None:
    cleaned = clean(P1, before, P2, generic=r"{id: a, inline: '\(app\)'}")
    assert cleaned.text == text(P1, after, P2)


def test_inline_cuts_leave_the_letters_of_their_block_as_they_were(clean: Clean) -> None:
    block = "İSTANBUL — “Straße” (App)\u00a0and [12] more…"
    cleaned = clean(block, generic=r"{id: a, inline: ['\(app\)', '\[\d+\]']}")
    assert cleaned.text == "İSTANBUL — “Straße” and more…"


@pytest.mark.parametrize("block", ["(app)", "(app) (app)", " (app)(app)  (app) "], ids=["once", "twice", "three-times"])
@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_a_block_that_is_nothing_but_inline_cuts_goes_with_its_separator(clean: Clean, block: str, place: str) -> None:
    blocks = [P1, P2]
    blocks.insert({"first": 0, "middle": 1, "last": 2}[place], block.strip())
    assert clean(*blocks, generic=r"{id: a, inline: '\(app\)'}").text == text(P1, P2)


def test_overlapping_inline_cuts_take_each_character_once(clean: Clean) -> None:
    rules = "{id: a, inline: uno dos}\n{id: b, inline: dos tres}\n{id: c, inline: dos}"
    cleaned = clean(P1, "cero uno dos tres cuatro", P2, generic=rules)
    assert cleaned.text == text(P1, "cero cuatro", P2)
    taken = [(r.rule, r.text.strip()) for r in cleaned.removals]
    assert taken == [("generic/zz/a", "uno dos"), ("generic/zz/b", "tres")]


def test_an_inline_cut_in_a_block_that_goes_anyway_is_not_on_record(clean: Clean) -> None:
    rules = r"{id: a, inline: '\(app\)'}" + "\n{id: b, start: ^zorvex}"
    cleaned = clean(P1, "Zorvex (app) now", P2, generic=rules)
    assert [removal.rule for removal in cleaned.removals] == ["generic/zz/b"]


def test_inline_cuts_obey_their_place(clean: Clean) -> None:
    blocks = ("Go (app) on", P1, "Go (app) on", P2, "Go (app) on")
    for where, expected in (
        ("head", ("Go on", P1, "Go (app) on", P2, "Go (app) on")),
        ("tail", ("Go (app) on", P1, "Go (app) on", P2, "Go on")),
    ):
        cleaned = clean(*blocks, generic=rf"{{id: a, inline: '\(app\)', where: {where}}}")
        assert cleaned.text == text(*expected)


# Who is on record


@pytest.mark.parametrize(
    ("rules", "winner"),
    [
        (
            {"generic": "{id: a, lines: Zorvex, confidence: 1}", "outlets": "{id: z, lines: Zorvex}"},
            f"outlets/{OUTLET}/z",
        ),
        ({"generic": "{id: a, lines: Zorvex}", "networks": "{id: z, lines: Zorvex}"}, "networks/nn/z"),
        (
            {"networks": "{id: a, lines: Zorvex}", "outlets": "{id: z, lines: Quilbar, until: end}"},
            f"outlets/{OUTLET}/z",
        ),
        ({"generic": "{id: a, lines: Quilbar, until: end, confidence: 1}\n{id: z, lines: Zorvex}"}, "generic/zz/z"),
        ({"generic": "{id: a, lines: Zorvex}\n{id: z, lines: Zorvex, confidence: 0.99}"}, "generic/zz/z"),
        ({"generic": "{id: z, lines: Zorvex}\n{id: a, start: ^zorvex}"}, "generic/zz/a"),
    ],
    ids=[
        "outlet-over-generic",
        "network-over-generic",
        "outlet-run-over-network",
        "direct-over-run",
        "surer",
        "first-by-id",
    ],
)
def test_the_most_specific_then_direct_then_surest_rule_is_on_record(
    clean: Clean, rules: dict[str, str], winner: str
) -> None:
    cleaned = clean(P1, P2, "Quilbar", "Zorvex", **rules)
    assert {r.text.strip(): r.rule for r in cleaned.removals}["Zorvex"] == winner


def test_a_removal_names_category_confidence_and_reason_of_its_rule(clean: Clean) -> None:
    cleaned = clean(P1, "Zorvex", outlets="{id: a, lines: Zorvex, category: donation, confidence: 0.9, why: a plea}")
    [removal] = cleaned.removals
    assert (removal.category, removal.confidence) == ("donation", 0.9)
    assert removal.reason.startswith("a plea: ")
    assert "zorvex" in removal.reason


def test_neutral_categories_and_kept_ones_stay_unless_asked_for(clean: Clean) -> None:
    rules = "{id: a, lines: Zorvex}\n{id: b, lines: Quilbar, category: caption}"
    assert clean(P1, "Zorvex", "Quilbar", generic=rules).text == text(P1, "Quilbar")
    assert clean(P1, "Zorvex", "Quilbar", generic=rules, drop=("caption",)).text == P1
    assert clean(P1, "Zorvex", "Quilbar", generic=rules, keep=("ad",)).text == text(P1, "Zorvex", "Quilbar")


def test_a_rule_for_another_time_has_no_say(clean: Clean) -> None:
    rule = "{id: a, lines: Zorvex, before: 2021-03-01}"
    assert clean(P1, "Zorvex", generic=rule, date=dt.date(2021, 3, 1)).text == text(P1, "Zorvex")
    assert clean(P1, "Zorvex", generic=rule, date=dt.date(2021, 2, 28)).text == P1
    assert clean(P1, "Zorvex", generic=rule).text == P1


RULES = (
    "{id: a, lines: Zorvex}",
    "{id: b, start: ^zorvex, until: prose}",
    "{id: c, lines: Quilbar, where: tail, until: end}",
    "{id: d, inline: vex}",
    "{id: e, keep: ^note}",
    "{id: f, start: ^the council, where: head}",
)


@settings(max_examples=40)
@given(entries=st.permutations(RULES))
def test_the_order_of_rules_in_a_file_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, entries: list[str]
) -> None:
    root = tmp_path_factory.mktemp("rules")
    (root / "generic").mkdir()
    source = "category: ad\nrules:\n" + "".join(f"  - {entry}\n" for entry in entries) + SAME
    (root / "generic" / "zz.yaml").write_text(source)
    matcher = Matcher(load([root]))
    document = Document(text(P1, P2, "Zorvex", ITEM, P3, "A vex b", P4, "Note: zorvex", "Quilbar", ITEM))
    [cleaned] = clean_documents([document], matcher, Directory(matcher.rulebook), Policy.of(rules_only=True))
    assert cleaned.text == text(P2, P3, "A b", P4, "Note: zorvex")
    assert [r.rule.rsplit("/")[-1] for r in cleaned.removals] == ["f", "a", "b", "d", "c", "c"]


# One word between two paragraphs


SHARE = "{id: a, category: social, lines: Folgen}"


def test_one_generic_word_between_two_paragraphs_may_be_a_subheading_and_stays(clean: Clean) -> None:
    assert clean(P1, "Folgen", P2, generic=SHARE).text == text(P1, "Folgen", P2)


def test_the_same_word_goes_at_the_end_among_short_lines_and_for_an_outlet(clean: Clean) -> None:
    assert clean(P1, P2, "Folgen", generic=SHARE).text == text(P1, P2)
    assert clean(P1, "Folgen", "12 words", P2, generic=SHARE).text == text(P1, "12 words", P2)
    assert clean(P1, "Folgen", P2, outlets=SHARE).text == text(P1, P2)


def test_an_ad_marker_between_two_paragraphs_goes(clean: Clean) -> None:
    assert clean(P1, "Zorvex", P2, generic="{id: a, category: ad, lines: Zorvex}").text == text(P1, P2)
