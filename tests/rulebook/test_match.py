"""Matching: both engines find the same, lines are compared by their words, and fingerprints are counted."""

from __future__ import annotations

import pickle
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cleaner.fold import bare, flat, fold
from cleaner.model import CATEGORIES, Document
from cleaner.outlets import Directory
from cleaner.pipeline import Mode, Policy, clean_documents
from cleaner.rulebook.load import Rulebook, load, packaged_rules
from cleaner.rulebook.match import MAX_MARKS, Engine, Match, Matcher
from tests.stacked import matches, scan, stacked

EVERYTHING = Policy(frozenset(CATEGORIES), Mode(0.0, 1.0, 0, 0.0), rules_only=True)

RULES = {
    "generic/zz": r"""
        category: promo
        rules:
          - {id: lines, lines: ["Read more", "Don’t miss", "***", "Share on 脸书", "×", Zorvex]}
          - {id: start, start: ["^sign up for", "newsletter$", "colou?r (bar|strip)", "\\d+ comments?"]}
          - {id: run, start: "^related", until: prose, at_most: 4}
          - {id: stop, start: "^begin here", until: "^stop here"}
          - {id: inline, inline: ["\\(get the app\\)", "\\[\\d+\\]", "\\s+advert\\s+"]}
          - {id: spaces, inline: ["click  here", "tap \\nthis", "x\u200by"]}
          - {id: fuzzy, inline: "(?:subscribe){1<=e<=2}"}
          - {id: unfiltered, start: "^\\W{3,}$"}
          - {id: keep, keep: ["^editor's note", "correction:"]}
        examples: [{text: x, becomes: same}]
        """,
    "networks/press": """
        category: legal
        rules: [{id: rights, start: "^all rights", where: tail, until: end}]
        examples: [{text: x, becomes: same}]
        """,
    "outlets/one.com": r"""
        outlet: one.com
        category: donation
        fingerprints: ["The One", "@one"]
        extends: networks/press
        rules:
          - {id: plea, start: "^a message from the one", where: tail, until: end}
          - {id: lines, lines: [Read more, Support us]}
          - {id: share, inline: "\\s*\\(the one\\)"}
        examples: [{text: x, becomes: same}]
        """,
    "outlets/two.com": """
        outlet: two.com
        category: donation
        fingerprints: ["The Two", "the one and the two"]
        rules: [{id: top, lines: [Menu, Read more], where: head}]
        examples: [{text: x, becomes: same}]
        """,
}  # fmt: skip


@pytest.fixture(scope="session")
def rulebook(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    root = tmp_path_factory.mktemp("rules")
    for name, text in RULES.items():
        path = root / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.replace("\n        ", "\n"), "utf-8")
    return load([packaged_rules(), root])


@pytest.fixture(scope="session")
def engines(rulebook: Rulebook) -> tuple[Matcher, Matcher]:
    fast = Matcher(rulebook, "aho-corasick")
    return fast, Matcher(rulebook, "regex", fast.hints)


def found(matcher: Matcher, text: str) -> set[Match]:
    return {Match(block, rule, tuple(spans)) for block, rule, spans in matches(matcher, text)}


@cache
def phrases() -> tuple[str, ...]:
    """Lines of the packaged rules and of their examples, with the phrases of the rules above."""
    lines = [
        "read more", "READ MORE:", "Don't miss", "“Don’t miss”", "***", "* * *", "Share on 脸书", "×", "– ZORVEX –",
        "Sign up for our newsletter", "Sign  up\u00a0for it", "Our newsletter", "A color bar", "12 comments",
        "Related", "Begin here", "Stop here", "It (Get the app) works", "See [1] and [23].", "Click  here",
        "Click here", "An advert now", "Tap \nthis", "Tap this", "Subscripe now", "x\u200by", "Support us", "---!",
        "Editor’s Note: fixed", "Correction: fixed", "All rights reserved", "A message from The One", "Menu",
        "It works (The One).", "Follow @one", "the one and the two",
    ]  # fmt: skip
    packaged = load([packaged_rules()])
    lines += [line for rule in packaged.rules for line in rule.entry.lines or ()]
    lines += [line for f in packaged.files for e in f.content.examples for line in e.text.splitlines() if line.strip()]
    return tuple(dict.fromkeys(lines))


PROSE = (
    "The council voted on Tuesday to keep the old bridge open for another year, the mayor said.",
    "“Read more books,” the teacher told the pupils, and they did so for the whole of the summer.",
    "The mill closed in 1987 [1] and has stood empty (get the app) on the river bank ever since then.",
    "今天天气很好，我们去公园散步，看见了很多人在湖边钓鱼，还有孩子们在草地上放风筝。",
)
noise = st.text("aAİßΣς \u00a0\u200b\u2028\t\x1f\x0b.,:–“'*", max_size=12)
shaken = st.tuples(
    st.sampled_from(("", " ", "– ", "\u200b", "“")), st.sampled_from(("", " ", ":", " »", "\u200b", "…"))
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    piece = st.one_of(
        st.sampled_from(phrases()),
        st.sampled_from(phrases()).map(str.upper),
        st.tuples(shaken, st.sampled_from(phrases())).map(lambda t: t[0][0] + t[1] + t[0][1]),
        st.sampled_from(PROSE),
        noise,
    )
    parts = draw(
        st.lists(st.tuples(piece, st.sampled_from(("\n", "\n\n", "\r\n", " ", "\x0b", "\u2028"))), max_size=12)
    )
    return "".join(text + gap for text, gap in parts)


# Engines


@settings(max_examples=200)
@given(text=documents())
def test_both_engines_confirm_the_same_matches_and_count_the_same_fingerprints(
    engines: tuple[Matcher, Matcher], text: str
) -> None:
    fast, plain = (found(engine, text) for engine in engines)
    assert fast == plain
    fast_scan, plain_scan = (scan(engine, text) for engine in engines)
    assert fast_scan.fingerprints == plain_scan.fingerprints


@settings(max_examples=100)
@given(text=documents(), outlet=st.sampled_from([None, "one.com", "two.com"]))
def test_both_engines_clean_alike(engines: tuple[Matcher, Matcher], text: str, outlet: str | None) -> None:
    document = Document(text, outlet=outlet)
    fast, plain = (clean_documents([document], m, Directory(m.rulebook), EVERYTHING) for m in engines)
    assert fast == plain


def test_every_example_of_every_packaged_rule_is_cleaned_alike_by_both_engines(
    engines: tuple[Matcher, Matcher],
) -> None:
    directory = Directory(engines[0].rulebook)
    for file in engines[0].rulebook.files:
        documents = [Document(e.text, outlet=file.content.outlet, date=e.date) for e in file.content.examples]
        if not documents:  # a file of nothing but selectors
            continue
        fast, plain = (clean_documents(documents, m, directory, EVERYTHING) for m in engines)
        assert fast == plain


def wrapped_around(text: str) -> str:
    """Return one hard-wrapped paragraph that holds a text with its line ends."""
    line = "the council voted to keep the old bridge open for yet"
    first, *rest = text.split("\n")
    middle = [f"{line[: len(line) - 1 - len(first.strip())]} {first}"]
    middle += [f"{part} {line[: len(line) - 1 - len(part.strip())]}" for part in rest]
    return "\n".join([line] * 6 + middle + [line] * 6 + ["another year."])


@pytest.mark.parametrize(
    "text", ["Click \n here it is", "an\n advert \n it", "it tap \nthis it", "it x\u200by it", "subscrxbe"]
)
@pytest.mark.parametrize("engine", ["aho-corasick", "regex"])
def test_inline_patterns_match_across_the_text_s_own_white_space(
    engines: tuple[Matcher, Matcher], engine: Engine, text: str
) -> None:
    paragraph = wrapped_around(text)
    assert stacked(paragraph).blocks == 1
    rules = {match.rule.id for match in matches(engines[engine == "regex"], paragraph)}
    assert rules & {"generic/zz/inline", "generic/zz/spaces", "generic/zz/fuzzy"}


@pytest.mark.parametrize("engine", ["aho-corasick", "regex"])
def test_a_rulebook_without_rules_finds_nothing(tmp_path: Path, engine: Engine) -> None:
    assert matches(Matcher(load([tmp_path]), engine), "Read more\n\nThe One") == []
    assert scan(Matcher(load([tmp_path]), engine), "Read more\n\nThe One").fingerprints == {}


@pytest.mark.parametrize("engine", ["aho-corasick", "regex"])
def test_an_empty_document_has_no_matches(engines: tuple[Matcher, Matcher], engine: Engine) -> None:
    assert matches(engines[engine == "regex"], "") == []


def test_a_literal_across_two_blocks_is_no_match(engines: tuple[Matcher, Matcher]) -> None:
    text = "Sign up\nfor it, and follow The\nOne"
    for engine in engines:
        assert "generic/zz/start" not in {match.rule.id for match in matches(engine, text)}
        assert "one.com" not in scan(engine, text).fingerprints.get(0, {})


def test_neighbours_in_a_stack_change_nothing(engines: tuple[Matcher, Matcher]) -> None:
    texts = ["Read more\n12 comments", "", "Sign up for it, says The\nOne", "***\nThe One", "Read more"]
    matcher, directory = engines[0], Directory(engines[0].rulebook)
    alone = [clean_documents([Document(text)], matcher, directory, EVERYTHING) for text in texts]
    together = clean_documents(list(map(Document, texts)), matcher, directory, EVERYTHING)
    assert [[cleaned] for cleaned in together] == alone


@pytest.mark.parametrize("engine", ["aho-corasick", "regex"])
def test_a_pickled_matcher_finds_the_same(engines: tuple[Matcher, Matcher], rulebook: Rulebook, engine: Engine) -> None:
    matcher = engines[engine == "regex"]
    again = pickle.loads(pickle.dumps(matcher))  # noqa: S301 (its own bytes)
    text = "\n".join(phrases()[:60])  # each meets every pattern in the `regex` engine
    assert again.engine == engine
    assert again.rulebook.version == rulebook.version
    assert found(again, text) == found(matcher, text)


def test_known_literals_change_nothing(engines: tuple[Matcher, Matcher], rulebook: Rulebook) -> None:
    first = engines[0]
    text = "\n".join(phrases())
    assert found(Matcher(rulebook, hints=first.hints), text) == found(first, text)
    assert found(Matcher(rulebook, hints={}), text) == found(first, text)


# Forms


WRAPPED = "\x0b".join(["the council voted to keep the old bridge open for yet"] * 9 + ["another year."])


@settings(max_examples=150)
@given(text=documents())
@example(text="read\x1fmore")
@example(text=WRAPPED)
@example(text=WRAPPED + "\u200b")
def test_the_forms_of_a_block_are_those_of_its_text_alone(text: str) -> None:
    one = stacked(text)
    for start, end, form in zip(one.starts.tolist(), one.ends.tolist(), one.flats, strict=True):
        assert one.folded[start:end] == fold(text[start:end])
        assert form == flat(fold(text[start:end]))


# Lines


def lines_found(matcher: Matcher, text: str) -> set[str]:
    return {match.rule.id for match in matches(matcher, text) if match.rule.entry.lines}


@pytest.mark.parametrize(
    "line",
    [
        "Read more", "READ MORE", "read more", "Read more:", "Read more …", "» Read more", "[Read more]",
        "— Read more —", "“Read more”", "Read  more", "Read\u00a0more", "Read\tmore", "Re\u00adad mo\u200bre",
        "  Read more  ", "* Read more.",
    ],
)  # fmt: skip
def test_a_line_is_found_without_case_outer_punctuation_or_kind_of_space(
    engines: tuple[Matcher, Matcher], line: str
) -> None:
    assert "generic/zz/lines" in lines_found(engines[0], line)


@pytest.mark.parametrize("line", ["Don't miss", "Don’t miss", "DON`T MISS!", "Don´t miss", "„Donʼt miss“"])
def test_a_line_is_found_whatever_the_shape_of_its_quotes(engines: tuple[Matcher, Matcher], line: str) -> None:
    assert "generic/zz/lines" in lines_found(engines[0], line)


@pytest.mark.parametrize(
    "line",
    [
        "Read more books",
        "Please read more",
        "Readmore",
        "Read, more",
        "Read-more",
        "Dont miss",
        "Share on",
        "zorvexes",
        "12",
    ],
)
def test_a_line_with_other_words_or_inner_punctuation_is_not_found(engines: tuple[Matcher, Matcher], line: str) -> None:
    assert "generic/zz/lines" not in lines_found(engines[0], line)


@pytest.mark.parametrize(
    ("line", "found"), [("***", True), ("×", True), ("**", False), ("****", False), ("* * *", False)]
)
def test_a_line_of_marks_is_compared_as_it_is(engines: tuple[Matcher, Matcher], line: str, found: bool) -> None:
    assert ("generic/zz/lines" in lines_found(engines[0], line)) is found


def test_a_line_belongs_to_every_rule_that_names_it(engines: tuple[Matcher, Matcher]) -> None:
    expected = {"generic/zz/lines", "outlets/one.com/lines", "outlets/two.com/top"}
    assert lines_found(engines[0], "Read more") >= expected


def test_a_block_longer_than_the_limit_is_no_line(engines: tuple[Matcher, Matcher], rulebook: Rulebook) -> None:
    listed = max(len(bare(flat(fold(line)))) for rule in rulebook.rules for line in rule.entry.lines or ())
    longest = "Zorvex" + "!" * (listed + MAX_MARKS - 6)
    assert "generic/zz/lines" in lines_found(engines[0], longest)
    assert "generic/zz/lines" not in lines_found(engines[0], longest + "!")


def test_a_found_line_spans_the_flat_block(engines: tuple[Matcher, Matcher]) -> None:
    spans = [match.spans for match in matches(engines[0], "Read  more") if match.rule.id == "generic/zz/lines"]
    assert spans == [((0, len("read more")),)]


# Patterns


def spans_of(matcher: Matcher, rule: str, text: str) -> list[str]:
    return [text[slice(*span)] for match in matches(matcher, text) if match.rule.id == rule for span in match.spans]


def test_an_inline_rule_finds_every_span_and_offsets_are_those_of_the_text(engines: tuple[Matcher, Matcher]) -> None:
    text = "İ “See” [1] and – [23], then (Get\u00a0 the app)."
    for engine in engines:
        found = spans_of(engine, "generic/zz/inline", text)
        assert sorted(found) == ["(Get\u00a0 the app)", "[1]", "[23]"]


def test_a_start_rule_finds_only_its_first_span(engines: tuple[Matcher, Matcher]) -> None:
    for engine in engines:
        assert spans_of(engine, "generic/zz/start", "12 comments and 3 comments") == ["12 comments"]


# Fingerprints


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Follow the one", {"one.com": {"The One"}}),
        ("Follow THE  ONE and @One", {"one.com": {"The One", "@one"}}),
        ("The One\n\nThe One\n\nthe one", {"one.com": {"The One"}}),
        ("@one\n\nThe Two", {"one.com": {"@one"}, "two.com": {"The Two"}}),
        ("The One and The Two", {"one.com": {"The One"}, "two.com": {"The Two", "the one and the two"}}),
        ("The\u00a0\u200bOne", {"one.com": {"The One"}}),
        ("Nobody here", {}),
    ],
)
def test_fingerprints_are_gathered_once_for_each_outlet(
    engines: tuple[Matcher, Matcher], text: str, expected: dict[str, set[str]]
) -> None:
    for engine in engines:
        assert scan(engine, text).fingerprints.get(0, {}) == expected


def test_a_fingerprint_shared_by_two_outlets_counts_for_both(tmp_path: Path) -> None:
    (tmp_path / "outlets").mkdir()
    for domain in ("one.com", "two.com"):
        (tmp_path / "outlets" / f"{domain}.yaml").write_text(f"outlet: {domain}\nfingerprints: [Press Group]\n")
    for engine in ("aho-corasick", "regex"):
        marks = scan(Matcher(load([tmp_path]), engine), "© press group").fingerprints[0]
        assert marks == {"one.com": {"Press Group"}, "two.com": {"Press Group"}}
