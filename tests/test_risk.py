"""Risk puts what would do most harm first, and says why."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from cleaner.model import Cleaned, Document, Removal, cut
from cleaner.risk import EACH, FLAGS, MOST, MOST_OTHERS, RISKY, DocumentRisk, RemovalRisk, risk_of

FIRST = "The lock keeper counted ninety boats in July and eighty in August, the board said on Monday.\n\n"
SECOND = "Nobody at the board could say why the boats had come, but the keeper’s wife thought it was the heat.\n\n"
THIRD = "In the autumn the lock will be drained for a week, and the children may look for coins in the mud.\n\n"
MARKER = "Advertisement\n\n"


def cleaned(
    pieces: list[tuple[str, float | None]], flags: tuple[str, ...] = (), reason: str = "the line “x”"
) -> Cleaned:
    """Make a document of pieces that stay (None) or go with some confidence."""
    text, removals, at = "".join(piece for piece, _ in pieces), [], 0
    for piece, confidence in pieces:
        if confidence is not None:
            removals.append(Removal(at, at + len(piece), piece, "ad", "generic/ad/x", confidence, reason))
        at += len(piece)
    return Cleaned(Document(text), cut(text, removals), tuple(removals), flags=flags)


def risk(*pieces: tuple[str, float | None], flags: tuple[str, ...] = ()) -> DocumentRisk:
    return risk_of(cleaned(list(pieces), flags))


def only(*pieces: tuple[str, float | None]) -> RemovalRisk:
    (found,) = risk(*pieces).removals
    return found


def test_doubtful_prose_between_prose_is_riskier_than_anything_less() -> None:
    order = [
        only((FIRST, None), (SECOND, 0.7), (THIRD, None)),
        only((FIRST, None), (SECOND, 0.99), (THIRD, None)),
        only((FIRST, None), (THIRD, None), (SECOND, 0.99)),
        only((FIRST, None), (MARKER, 0.95), (THIRD, None)),
        only((FIRST, None), (THIRD, None), (MARKER, 0.95)),
    ]
    points = [found.points for found in order]
    assert points == sorted(points, reverse=True)
    assert len(set(points)) == len(points)
    assert points[0] > 60
    assert points[-1] < 10


def test_what_is_removed_is_no_prose_that_stays_around() -> None:
    first, middle, last = risk((FIRST, 0.9), (MARKER, 0.9), (SECOND, 0.9)).removals
    assert not any(found.is_between for found in (first, middle, last))
    assert [found.is_prose for found in (first, middle, last)] == [True, False, True]


def test_a_cut_inside_a_paragraph_stands_between_prose_and_is_prose_only_if_it_is_long() -> None:
    start, end = FIRST[:40], FIRST[40:]
    short = only((start, None), ("(open in the app) ", 0.95), (end, None), (SECOND, None))
    assert short.is_between
    assert not short.is_prose
    assert 0 < short.share < 0.2
    assert only((start, None), (SECOND.strip() + " ", 0.95), (end, None)).is_prose


def test_the_more_of_the_prose_goes_the_riskier() -> None:
    little = only((FIRST, None), (SECOND, None), (THIRD * 8, None), (SECOND, 0.9))
    much = only((FIRST, None), (SECOND, 0.9))
    assert much.share > 3 * little.share
    assert much.points > little.points


def test_reasons_are_in_words_and_add_up_to_the_points() -> None:
    found = only((FIRST, None), (SECOND, 0.7), (THIRD, None))
    assert sum(reason.points for reason in found.reasons) == found.points
    said = [reason.said for reason in found.reasons]
    assert said == ["stands between prose that stays", "confidence 0.70", "reads as prose", *said[3:]]
    assert "20 words" in said
    assert "takes 34% of the prose" in said


def test_flags_and_more_risky_removals_add_to_a_document() -> None:
    one = risk((FIRST, None), (SECOND, 0.7), (THIRD, None))
    flagged = risk((FIRST, None), (SECOND, 0.7), (THIRD, None), flags=("cut-refused",))
    two = risk((FIRST, None), (SECOND, 0.7), (THIRD, None), (SECOND, 0.7), (FIRST, None))
    assert one.points == one.removals[0].points
    assert flagged.points == one.points + FLAGS["cut-refused"]
    assert two.points == max(found.points for found in two.removals) + EACH
    assert ("1 more risky removal", EACH) in two.reasons
    assert all(found.points >= RISKY for found in two.removals)


def test_a_document_of_which_nothing_was_removed_is_risky_by_its_flags_alone() -> None:
    assert risk((FIRST, None)) == DocumentRisk(0, (), ())
    assert risk(flags=("emptied",)).points == FLAGS["emptied"]


def test_the_greatest_risk_is_one_hundred() -> None:
    pieces = [(FIRST, None), *[(SECOND, 0.1), (THIRD, None)] * 20]
    found = risk(*pieces, flags=("cut-refused", "no-article", "emptied"))
    assert found.points == MOST
    assert sum(reason.points for reason in found.reasons) > MOST
    assert max(reason.points for reason in found.reasons if "more risky" in reason.said) == MOST_OTHERS


@given(
    st.lists(st.tuples(st.sampled_from([FIRST, MARKER, "。" * 30, "\n", "a b " * 70, "x"]), st.floats(0, 1))), st.data()
)
def test_any_risk_is_in_its_range_and_explained(pieces: list[tuple[str, float]], data: st.DataObject) -> None:
    goes = random.Random(data.draw(st.integers(0, 99)))
    found = risk_of(cleaned([(text, sure if goes.random() < 0.5 else None) for text, sure in pieces]))
    assert 0 <= found.points <= MOST
    for removal in found.removals:
        assert 0 <= removal.points <= MOST
        assert 0 <= removal.share <= 1
        assert removal.points == sum(reason.points for reason in removal.reasons)
