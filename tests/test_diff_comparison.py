"""Two results of one source: what only one takes out, whichever of the two is the new one."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cleaner import Cleaner
from cleaner.choosing import Choice
from cleaner.comparing import blocks, compare
from cleaner.model import Cleaned, Document, Refusal, Removal, cut
from tests.articles import APP, COLOPHON, FIRST, GIFT, LETTER, PAPER, SECOND, SEEN

LINES = [LETTER, GIFT, SEEN, COLOPHON, PAPER, SECOND, FIRST.format(APP), "\n"]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Cleaned, Cleaned]:
    """Any text with any removals of two kinds of rules."""
    text = draw(st.text("ab \n", max_size=30))

    def result() -> Cleaned:
        edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
        spans = list(pairwise(edges))[:: draw(st.sampled_from([1, 2]))]
        removals = tuple(
            Removal(a, b, text[a:b], draw(st.sampled_from(["ad", "legal"])), draw(st.sampled_from("xy")), 0.9, "")
            for a, b in spans
        )
        return Cleaned(Document(text), cut(text, removals), removals)

    return result(), result()


def covered(cleaned: Cleaned) -> set[int]:
    """The offsets of removed characters that are no white space."""
    text = cleaned.document.text
    return {i for r in cleaned.removals for i in range(r.start, r.end) if not text[i].isspace()}


@given(pairs())
def test_what_only_one_takes_out_is_the_difference(pair: tuple[Cleaned, Cleaned]) -> None:
    old, new = pair
    text = old.document.text
    changes = compare("a.txt", old, new, Choice())
    more, fewer = (
        {i for start, end, _ in parts for i in range(start, end) if not text[i].isspace()}
        for parts in ((changes.more, changes.fewer) if changes else ((), ()))
    )
    assert more == covered(new) - covered(old)
    assert fewer == covered(old) - covered(new)
    both = {i for start, end in changes.both for i in range(start, end)} if changes else set()
    assert not changes or both >= covered(old) & covered(new)


@given(pairs())
def test_swapped_results_give_the_opposite(pair: tuple[Cleaned, Cleaned]) -> None:
    old, new = pair
    there, back = compare("a.txt", old, new, Choice()), compare("a.txt", new, old, Choice())
    assert (there is None) is (back is None)
    if there and back:
        assert (there.more, there.fewer, there.both) == (back.fewer, back.more, back.both)
        assert [(b, a) for a, b in there.moved] == list(back.moved)


@given(pairs())
def test_equal_results_do_not_differ(pair: tuple[Cleaned, Cleaned]) -> None:
    assert compare("a.txt", pair[0], pair[0], Choice()) is None


@given(st.lists(st.sampled_from(LINES), max_size=8))
def test_a_comparison_counts_what_the_new_rules_name(cleaner: Cleaner, quillmore: Cleaner, articles: list[str]) -> None:
    text = "".join(articles)
    old, new = cleaner.clean(text), quillmore.clean(text)
    changes = compare("a.txt", old, new, Choice(rule="generic/standing"))
    named = [r for r in new.removals if r.rule.startswith("generic/standing/")]
    before = covered(old)
    expected = [r for r in named if any(not text[i].isspace() and i not in before for i in range(r.start, r.end))]
    assert (blocks(changes.more) if changes else []) == expected


def test_white_space_between_blocks_is_no_change() -> None:
    text = "one\n\ntwo"
    old = Cleaned(Document(text), "one", (Removal(3, 8, "\n\ntwo", "ad", "x", 0.9, ""),))
    new = Cleaned(Document(text), "one\n\n", (Removal(5, 8, "two", "ad", "x", 0.9, ""),))
    assert compare("a.txt", old, new, Choice()) is None


def test_a_removal_that_grows_counts_once_and_shows_what_is_new() -> None:
    text = "boats (ad) came"
    old = Cleaned(Document(text), "boats  came", (Removal(6, 10, "(ad)", "ad", "x", 0.9, ""),))
    new = Cleaned(Document(text), "", (Removal(0, 15, text, "legal", "y", 0.9, ""),))
    changes = compare("a.txt", old, new, Choice())
    assert changes
    assert [text[a:b] for a, b, _ in changes.more] == ["boats ", " came"]
    assert len(blocks(changes.more)) == 1
    assert changes.moved == ((old.removals[0], new.removals[0]),)
    assert changes.fewer == ()


def test_a_cut_that_is_refused_only_now_is_a_change() -> None:
    refusal = Refusal(0, 3, "legal", "x/tail", "too much prose")
    old = Cleaned(Document("one"), "one", ())
    new = Cleaned(Document("one"), "one", (), (refusal,))
    changes = compare("a.txt", old, new, Choice())
    assert changes
    assert changes.refused == (refusal,)
    assert compare("a.txt", new, new, Choice()) is None
    assert compare("a.txt", old, new, Choice(categories=["ad"])) is None
