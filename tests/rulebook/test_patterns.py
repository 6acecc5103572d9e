"""Patterns: sound literals, no harm from a bad one, and no honest one turned away."""

from __future__ import annotations

import re

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.fold import flat, fold
from cleaner.rulebook.literals import UNLIMITED, is_telling
from cleaner.rulebook.patterns import Pattern, check_pattern, make_pattern, search, search_all


def compile_pattern(source: str, *, spaced: bool = False) -> Pattern:
    """Take a pattern the way of a rule file: checked first, then made."""
    check_pattern(source, spaced=spaced)
    return make_pattern(source, spaced=spaced)


def admits(pattern: Pattern, block: str) -> bool:
    """Say whether the hints of a pattern let a flat block through."""
    hints = pattern.hints
    word = re.search(r"\w", block)
    starts = (block, block[word.start() :] if word else block)
    return (
        (not hints.literals or any(literal in block for literal in hints.literals))
        and (not hints.beginnings or any(s.startswith(b) for s in starts for b in hints.beginnings))
        and hints.shortest <= len(block) <= hints.longest
        and (not hints.digit or (word is not None and word[0].isdecimal()))
    )


# Literals


@pytest.mark.parametrize(
    ("source", "literals"),
    [
        ("Read more", {"read more"}),
        ("^Sign up for", {"sign up for"}),
        ("Don’t miss", {"don't miss"}),
        (r"\d+ comments", {"comments"}),
        (r"share on (facebook|twitter)$", {"share on facebook", "share on twitter"}),
        (r"colou?r bar", {"color bar", "colour bar"}),
        (r"[rb]ead it", {"read it", "bead it"}),
        (r"(?:more)+ to come", {"to come"}),
        (r"(?:stories){2,}", {"stories"}),
        (r"click .* to subscribe now", {"to subscribe now"}),
        (r"(?>subscribe) \w", {"subscribe"}),
        (r"(?=.*\d)newsletter", {"newsletter"}),
        (r"(?<!no )newsletter(?! today)", {"newsletter"}),
        (r"one word|another", {"one word", "another"}),
        (r"comments?|leave comments|reply", {"comment", "reply"}),
        (r"[\w.]+@\w+", {"@"}),
        (r"\p{Han}+更多[\p{Han}\w]", {"更多"}),
        (r"one \d word|another \d", {"word", "another"}),
    ],
)
def test_the_literals_are_the_fixed_words_that_filter_best(source: str, literals: set[str]) -> None:
    assert {literal.strip() for literal in compile_pattern(source).hints.literals} == literals


@pytest.mark.parametrize(
    "source",
    [
        r"\w+", r"\d{4}", r".+ ?", "a", "[abc]x?", "(?:newsletter)?x", "newsletter|\\d+", "(?:newsletter){0,3}x",
        "(?:newsletter)*x", "(?:ab|c)", "(?=newsletter)\\w+", "(?!newsletter)\\w+", "\\p{Lu}+x\\p{L}",
    ],
)  # fmt: skip
def test_no_literal_is_claimed_where_no_word_is_sure(source: str) -> None:
    assert not compile_pattern(source).hints.literals


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"(?:newsletter){e<=1}", "newslettre"),
        (r"(?:newsletter){1<=e<=2}", "newsletxxr"),
        (r"(?:newsletter){s<=1}", "newslexter"),
        (r"(?:newsletter){2i+2d+1s<=4}", "newslexter"),
        (r"(?i)stop here", "ſtop here"),
        (r"(?i:stop) here", "ſtop here"),
        (r"(?|read (more)|see (also))", "see also"),
        (r"(?<word>read) \g<word>", "read read"),
        (r"(?P<Word>read) (?P=Word)", "read read"),
        (r"(?(?=read)read more|see also)", "see also"),
        (r"[[:alpha:]]+ more", "read more"),
        (r"read\s*+more", "readmore"),
        (r"^[^\p{Greek}]+ more", "read more"),
        (r"^[^\p{Han}x]*more", "read more"),
        (r"^\p{Latin}\P{Han}+ more", "read more"),
        (r"[\]\p{Latin}]{4} more", "read more"),
        (r"(?x) read [ ] more  # a note", "read more"),
        (r"(?s)read.more", "read more"),
        (r"\Aread\b.+\bmore\Z", "read much more"),
        (r"read{,2} more", "rea more"),
        (r"read{1} more", "read more"),
        (r"read{x} more", "read{x} more"),
        (r"(re|)ad more", "ad more"),
        (r"(?:re|se|)(?:ad|ed) more", "ed more"),
        (r"[^a]ead more", "read more"),
        (r"[r-t]ead more", "read more"),
        (r"\x72ead more", "read more"),
        (r"r\u0065ad \N{LATIN SMALL LETTER M}ore", "read more"),
        (r"(r)(?(1)ead|ide) more", "read more"),
        (r"(r)?(?(1)ead|ide) more", "ide more"),
    ],
)
def test_a_match_in_any_syntax_of_the_regex_module_holds_a_literal(source: str, text: str) -> None:
    pattern = compile_pattern(source)
    span = search(pattern, text)
    assert span is not None
    assert admits(pattern, text)


WORDS = ("read", "more", "sign up", "stop", "été", "новости", "新闻", "don't", "ad")
atoms = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from((r"\d", r"\w", r"\s", ".", "[ab]", "[^x]", "[a-e]", "[à-é]", r"\.", " ", r"\(", "x", r"\W")),
)


def bigger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    groups = st.one_of(
        inner.map("(?:{})".format),
        inner.map("({})".format),
        st.lists(inner | st.just(""), min_size=2, max_size=3).map("|".join).map("(?:{})".format),
    )
    repeats = st.sampled_from(("?", "*", "+", "{2}", "{0,2}", "{1,3}", "{,2}", "??", "*?", "+?"))
    return st.one_of(
        st.lists(inner, min_size=2, max_size=4).map("".join),
        groups,
        st.tuples(groups, repeats).map("".join),
        st.tuples(st.sampled_from((r"\b", "^", "(?=.)", "(?!zz)")), inner).map("".join),
    )


patterns = st.recursive(atoms, bigger, max_leaves=8)


@settings(max_examples=150)
@given(st.data())
def test_the_hints_let_every_match_of_any_pattern_through(data: st.DataObject) -> None:
    source = data.draw(st.sampled_from(("{}", "^{}", "^{}$", r"^\W*{}", r"^[^\w\"]{{0,3}}{}", "^{}?x"))).format(
        data.draw(patterns)
    )
    try:
        pattern = compile_pattern(source)
    except ValueError:
        return
    text = flat(fold(data.draw(st.from_regex(re.compile(pattern.folded)))))
    assert is_telling(pattern.hints.literals)
    assert all(pattern.hints.beginnings)
    if search(pattern, text):
        assert admits(pattern, text)


@pytest.mark.parametrize(
    ("source", "beginnings"),
    [
        ("^read more", {"read more"}),
        ("^(?:read|see) (?:also|more).*", {"read also", "read more", "see also", "see more"}),
        (r"^\W*(?:please )?follow \w+", {"please follow ", "follow "}),
        (r"^(?:ja\W+)?ich stimme", {"ja", "ich stimme"}),
        ("^© .+", {"© "}),
        ("^(?:read|reader|see) more", {"read more", "reader more", "see more"}),
        ("^(?:read|reader).+more", {"read"}),
        (r"^[12]\d{3} in", {"1", "2"}),
        ("read more", set()),
        (r"^\w+ more", set()),
        ("^.?read more", set()),
    ],
)
def test_an_anchored_pattern_tells_how_its_blocks_begin(source: str, beginnings: set[str]) -> None:
    assert set(compile_pattern(source).hints.beginnings) == beginnings


@pytest.mark.parametrize(
    ("source", "shortest", "longest", "digit"),
    [
        (r"^\d{1,3} of \d{1,3}$", 6, 10, True),
        (r"^\W{0,2}\d+ likes$", 7, None, True),
        ("^(read|see) more$", 8, 9, False),
        ("^read more", 0, None, False),
        (r"^x?\d+ likes$", 7, None, False),
    ],
)
def test_an_anchored_pattern_tells_lengths_and_a_first_digit(
    source: str, shortest: int, longest: int | None, digit: bool
) -> None:
    assert compile_pattern(source).hints[2:] == (shortest, longest or UNLIMITED, digit)


# Refused


@pytest.mark.parametrize(
    "source",
    [
        "",
        "a*",
        "a?",
        "(?:read more)?",
        "^",
        "$",
        r"\b",
        "(?!a)",
        "(?<=.)",
        "a|",
        r"\W*",
        r"\s*",
        "x{0}",
        "(?:)",
        "()",
        r"\d*$",
    ],
)
def test_a_pattern_that_matches_nothing_at_all_is_refused(source: str) -> None:
    for spaced in (False, True):
        with pytest.raises(ValueError, match="empty string"):
            compile_pattern(source, spaced=spaced)


@pytest.mark.parametrize(
    "source",
    [
        "(",
        ")",
        "[",
        "*a",
        "a{2,1}",
        "[z-a]",
        r"\p{Nonsense}",
        "a**",
        "(?P<1>a)",
        "(?<n>a",
        r"(?P=name)",
        "(?",
        "\\",
    ],
)
def test_bad_syntax_is_a_value_error_that_says_so(source: str) -> None:
    with pytest.raises(ValueError, match="bad pattern"):
        compile_pattern(source)


@pytest.mark.parametrize(
    "source",
    [
        "(a+)+$", r"^(\w+\s?)+$", r"(?:\w+\s*)+:$", "^(x+x+)+y$", r"^(?:[^.]+,?)+\.$", r"^\s*(\S+\s*)+\|$",
        "^(?:re|r|e)+ more$", "(a|a)*b", "^(?:a|a)*b$",
    ],
)  # fmt: skip
def test_a_pattern_that_runs_away_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="runaway"):
        compile_pattern(source)


class Waiting:
    """An honest pattern on a busy machine, where every other search has to wait."""

    def __init__(self, source: str) -> None:
        self.compiled, self.searches = regex.compile(source), 0

    def search(self, text: str, timeout: float) -> regex.Match[str] | None:
        self.searches += 1
        if self.searches % 2:
            raise TimeoutError
        return self.compiled.search(text, timeout=timeout)


def test_an_honest_pattern_that_has_to_wait_is_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = Waiting("^sign up for .{2,40}$")
    monkeypatch.setattr("cleaner.rulebook.patterns._zero_width", lambda _: False)
    monkeypatch.setattr("cleaner.rulebook.patterns._compiled", lambda _: waiting)
    check_pattern("^sign up for .{2,40}$")
    assert waiting.searches > 2


@settings(max_examples=300)
@given(st.text("ab |()[]{}?*+\\^$.<>!=:1,&~-#PeisxA’？（", max_size=12), st.booleans())
def test_any_string_is_a_pattern_or_a_value_error(source: str, spaced: bool) -> None:
    try:
        pattern = compile_pattern(source, spaced=spaced)
    except ValueError:
        return
    assert search(pattern, "") is None


# Accepted


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("^A message from the Example Times", "A message from The Example Times:"),
        (r"^(?:Click|Tap) here to (?:sign up|subscribe)", "TAP HERE TO SIGN UP for our newsletter"),
        (r"^Read (?:also|more)\s*:", "Read more : the bridge"),
        (r"^\(?Reporting by .+; Editing by .+\)?$", "(Reporting by Jane Roe; Editing by John Doe)"),
        (r"©\s*\d{4}", "Copyright © 2021 Example"),
        (r"^(?:\w+ ){0,3}newsletter$", "Our daily evening newsletter"),
        (r"^[^.!?]{1,80}\| Example$", "A title of some length | Example"),
        ("^Don't miss", "Don’t miss this"),
        ("^Don’t miss", "DON'T MISS this"),
        ('^"Read more"$', "“Read more”"),
        ("^„Mehr lesen“$", "»Mehr lesen«"),
        (r"^Mehr – hier", "Mehr — hier"),
        (r"^\p{L}+ liest", "Ärztin liest"),
        ("^Читайте также", "ЧИТАЙТЕ ТАКЖЕ: мост"),
        ("^点击这里", "点击这里订阅"),
        (r"^(https?://\S+\s*)$", "https://example.com/a"),
        (r"(?:[a-z]+, )+and more$", "news, sport, and more"),
        (r"[–—-] Advertisement [–—-]", "— Advertisement —"),
        (r"^[.–—]{3} more", "——— more"),
        (r"^[•–—]\s*Read", "– Read"),
        ("（广告）", "（广告）"),
        ("是吗？点击", "是吗？点击这里"),
        (r"^Don\’t miss", "Don't miss this"),
        ("^İlgili haberler", "İlgili haberler"),
        ("^ΔΙΑΒΑΣΤΕ ΕΠΙΣΗΣ", "Διαβαστε επισης"),
    ],
)
def test_an_honest_pattern_matches_whatever_the_case_and_the_shape_of_marks(source: str, text: str) -> None:
    pattern = compile_pattern(source)
    seen = flat(fold(text))
    assert admits(pattern, seen)
    assert search(pattern, seen) is not None


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("（广告）", "广告"),
        ("是吗？点击", "是点击"),
        ("[a–z]: read", "m: read"),
        ("[•–\\d]: read", "?: read"),
        (r"(?:中文，|x){2}", "中文x"),
        (r"A\Sb", "a b"),
        (r"x\D", "x1"),
        (r"\bread\b", "bread"),
    ],
    ids=[
        "wide-brackets-are-no-group", "wide-question-mark-is-no-quantifier", "dash-in-a-set-is-no-range",
        "dash-in-a-set-is-no-range-either", "comma", "escape-keeps-its-case", "digit-escape-keeps-its-case", "boundary",
    ],
)  # fmt: skip
def test_folding_a_pattern_does_not_widen_what_it_matches(source: str, text: str) -> None:
    assert search(compile_pattern(source), flat(fold(text))) is None


# Searching


def test_search_returns_the_first_span_and_search_all_every_span() -> None:
    pattern = compile_pattern("ad+")
    assert search(pattern, "x ad y add") == (2, 4)
    assert search_all(pattern, "x ad y add") == [(2, 4), (7, 10)]
    assert search(pattern, "nothing") is None
    assert search_all(pattern, "nothing") == []


def test_spans_without_length_are_left_out() -> None:
    assert search_all(compile_pattern(r"(?:ad|(?<=zzz))"), "zzz ad") == [(4, 6)]


# Runs of white space


@pytest.mark.parametrize("gap", [" ", "  ", "\t", "\n", " \r\n  ", "\u00a0", "\u2003\u2009"])
def test_a_space_in_a_spaced_pattern_matches_any_run_of_white_space(gap: str) -> None:
    text = fold(f"x (Get{gap}the{gap}app) y")
    assert search_all(compile_pattern(r"\(get the app\)", spaced=True), text) == [(2, len(text) - 2)]


@pytest.mark.parametrize(
    ("source", "text", "matches"),
    [
        ("a b", "ab", False),
        ("a b", "a \n b", True),
        ("[ ]b", "\nb", False),
        ("a[ x]b", "a  b", False),
        ("a[ x]+b", "a  b", True),
        ("a[] ]b", "a  b", False),
        (r"a[\] ]b", "a  b", False),
        (r"a\ b", "a b", True),
        (r"a\ b", "a  b", False),
        ("a ?b", "ab", True),
        ("a ?b", "a  b", False),
        ("a {2}b", "a  b", True),
        ("a {2}b", "a   b", False),
        ("a *b", "ab", True),
        ("(a )?b c", "a   b \t c", True),
        (r"\[ad b", "[ad  b", True),
    ],
)
def test_only_plain_spaces_without_a_quantifier_are_widened(source: str, text: str, matches: bool) -> None:
    assert (search(compile_pattern(f"^(?:{source})$", spaced=True), text) is not None) is matches


def test_without_spaced_a_space_is_one_space() -> None:
    assert search(compile_pattern("a b"), "a  b") is None


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=4),
    st.lists(st.sampled_from((" ", "  ", "\n", "\u00a0", " \t ")), min_size=4, max_size=4),
)
def test_a_spaced_match_holds_a_literal_once_it_is_flat(words: list[str], gaps: list[str]) -> None:
    pattern = compile_pattern(" ".join(words), spaced=True)
    text = fold("".join(word + gap for word, gap in zip(words, gaps, strict=False)).strip())
    assert search_all(pattern, text) == [(0, len(text))]
    assert admits(pattern, flat(text))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("read  more", "x read \n more y"),
        (r"read\nmore", "x read\nmore y"),
        (r"read \nmore", "x read \nmore y"),
        (r"\n more", "x read\n  more y"),
        (r"more \s", "x read more \n y"),
        ("more ", "x read more \u200b"),
        ("re\u200bad", "x re\u200bad y"),
    ],
)
def test_literals_with_white_space_or_invisible_marks_are_sound_for_flat_text(source: str, text: str) -> None:
    pattern = compile_pattern(source, spaced=True)
    assert search(pattern, fold(text)) is not None
    assert admits(pattern, flat(fold(text)))
