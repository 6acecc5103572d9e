"""What the views of `diff` show: nothing of the source is lost, columns fit, and sums are those of the removals."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from cleaner import Cleaner
from cleaner.choosing import Choice, Found
from cleaner.model import Cleaned, Document, Removal, cut
from cleaner.report.diff import BESIDE, Form, Look, preview
from cleaner.report.rows import IN_PART, Hidden, Mark, Row, rows
from cleaner.report.stat import BAR, Tally, named, stat
from tests.articles import APP, COLOPHON, FIRST, GIFT, LETTER, PAPER, SECOND, SEEN

LINES = [LETTER, GIFT, SEEN, COLOPHON, PAPER, SECOND, FIRST.format(""), FIRST.format(APP), "\n"]
TEXTS = st.lists(
    st.sampled_from(["a", "b ", " ", "\n", "\r\n", "\u2028", "\x85", "字", "🙂", "\t", "[-", "é"]), max_size=40
)
CJK = "東京の橋は来年の春まで通行止めになると市議会が月曜日に発表した。" * 3
ARABIC = "أعلن المجلس أن الجسر سيبقى مفتوحا حتى نهاية العام المقبل. " * 3
EMOJI = "👩‍👩‍👧 🙂 🇩🇪 ferry " * 12


@st.composite
def cut_texts(draw: st.DrawFn) -> Cleaned:
    """Any text with any removals."""
    text = "".join(draw(TEXTS))
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    spans = [span for span in list(pairwise(edges))[:: draw(st.sampled_from([1, 2]))] if span[0] < span[1]]
    removals = tuple(Removal(a, b, text[a:b], "ad", f"x/{a % 3}", 0.9, "why") for a, b in spans)
    return Cleaned(Document(text), cut(text, removals), removals)


def marks(cleaned: Cleaned) -> list[Mark]:
    return [Mark(r.start, r.end, "-") for r in cleaned.removals]


def visible(text: str) -> str:
    return "".join(text.split())


def printed(found: Found, look: Look, width: int, **options: bool) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False, **options)
    for line in preview(found, look):
        console.print(line, soft_wrap=look.form is not Form.side_by_side)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def found(text: str, *cuts: str) -> Found:
    """A text of which some parts are cut."""
    removals = tuple(Removal(text.index(c), text.index(c) + len(c), c, "ad", "x/y", 0.9, "why") for c in cuts)
    return Found("a.txt", Cleaned(Document(text), cut(text, removals), removals), removals, ())


# Rows


@given(cut_texts().filter(lambda cleaned: any(r.text.strip() for r in cleaned.removals)))
def test_rows_hold_the_whole_source_and_without_what_is_marked_the_cleaned_text(cleaned: Cleaned) -> None:
    shown = [row for row in rows(cleaned.document.text, marks(cleaned), context=99) if isinstance(row, Row)]
    pieces = [piece for row in shown for piece in row.pieces]
    assert visible("".join(text for text, _ in pieces)) == visible(cleaned.document.text)
    assert visible("".join(text for text, mark in pieces if not mark)) == visible(cleaned.text)


@given(cut_texts(), st.integers(0, 4))
def test_every_line_is_shown_or_counted(cleaned: Cleaned, context: int) -> None:
    source = cleaned.document.text
    shown = list(rows(source, marks(cleaned), context))
    lines = sum(row.lines if isinstance(row, Hidden) else 1 for row in shown)
    assert lines == sum(1 for line in source.splitlines() if line.strip())
    changed = [row for row in shown if isinstance(row, Row) and row.sign]
    assert sum(len(row.notes) for row in changed) == sum(1 for r in cleaned.removals if r.text.strip())


@given(cut_texts(), st.integers(0, 3))
def test_lines_that_stay_are_shown_only_near_those_that_change(cleaned: Cleaned, context: int) -> None:
    every = [row for row in rows(cleaned.document.text, marks(cleaned), 10**6) if isinstance(row, Row)]
    changed = [i for i, row in enumerate(every) if row.sign]
    near = [row for i, row in enumerate(every) if any(abs(i - k) <= context for k in changed)]
    assert [row for row in rows(cleaned.document.text, marks(cleaned), context) if isinstance(row, Row)] == near


@pytest.mark.parametrize(
    ("text", "span", "sign"),
    [
        pytest.param("one\ntwo\nthree", (4, 7), "-", id="line"),
        pytest.param("one\n  two \nthree", (6, 9), "-", id="line-with-white-space-around"),
        pytest.param("one\ntwo and\nthree", (4, 7), IN_PART, id="start-of-line"),
        pytest.param("one\ntwo.\nthree", (4, 7), IN_PART, id="a-full-stop-stays"),
    ],
)
def test_a_line_of_which_nothing_stays_is_told_from_one_that_is_cut(
    text: str, span: tuple[int, int], sign: str
) -> None:
    signs = [row.sign for row in rows(text, [Mark(*span, "-")], 1) if isinstance(row, Row)]
    assert signs == ["", sign, ""]


# Unified


def test_cuts_of_one_line_stand_in_it_with_both_rules() -> None:
    text = "Boats (ad one) came and (ad two) went."
    out = printed(found(text, "(ad one) ", "(ad two) "), Look(), 160)
    assert "~ Boats [-(ad one) -]came and [-(ad two) -]went.  [ad] x/y; [ad] x/y\n" in out


def test_colours_take_the_place_of_brackets() -> None:
    out = printed(
        found("Boats (ad) came.", "(ad) "), Look(plain=False), 160, force_terminal=True, color_system="standard"
    )
    assert "[-" not in out
    assert "\x1b[9;31m(ad) \x1b[0m" in out
    assert "\x1b[9;31mcame" not in out


@pytest.mark.parametrize("no_color", [True, False])
def test_a_console_without_colours_is_respected(no_color: bool) -> None:
    console = Console(file=io.StringIO(), force_terminal=True, color_system="standard", no_color=no_color)
    assert Look(plain=False).on(console).plain == no_color


def test_what_stays_far_from_a_cut_in_a_long_line_is_left_out() -> None:
    long = "boats " * 200
    out = printed(found(f"{long}(ad){long}", "(ad)"), Look(), 160).splitlines()[1]
    assert out.startswith("~  … ")
    assert "boats [-(ad)-]boats" in out
    assert len(out) < 2 * BESIDE + 40
    short = "boats " * 20
    assert f"{short}[-(ad)-]{short}" in printed(found(f"{short}(ad){short}", "(ad)"), Look(), 160)


# Side by side


@pytest.mark.parametrize("width", [60, 120])
@pytest.mark.parametrize("is_plain", [True, False], ids=["plain", "colour"])
@pytest.mark.parametrize("kept", [CJK, ARABIC, EMOJI, "A plain line\twith a tab.", "x" * 300], ids=range(5))
def test_columns_fit_the_width_and_lose_nothing(width: int, is_plain: bool, kept: str) -> None:
    text = f"{kept}\nSubscribe {kept}\nBoats (ad) came."
    one = found(text, f"Subscribe {kept}\n", "(ad) ")
    look = Look(Form.side_by_side, plain=is_plain)
    out = printed(one, look, width)
    lines = out.splitlines()
    assert all(cell_len(line) <= width for line in lines)
    half = (width - 3) // 2
    assert max(cell_len(line) for line in lines) > half
    left = visible("".join(_columns(line, half) for line in lines[2:]))
    assert visible(f"{kept}Subscribe{kept}Boats").replace("\t", "") in left
    assert ("Boats [-(ad) -]came." in out) is is_plain
    assert "Boats came." in out


def _columns(line: str, columns: int) -> str:
    """The start of a line that fills some columns."""
    end = len(line)
    while cell_len(line[:end]) > columns:
        end -= 1
    return line[:end]


@pytest.mark.parametrize("form", [Form.unified, Form.side_by_side])
@pytest.mark.parametrize("is_plain", [True, False], ids=["plain", "colour"])
def test_no_character_of_an_article_steers_the_terminal(form: Form, is_plain: bool) -> None:
    steering = "\x1b[2J\x1b]0;owned\x07\x9b31m\x08\x7f"
    text = f"Kept {steering}\nGone {steering}\nBoats (ad{steering}) came."
    out = printed(found(text, f"Gone {steering}\n", f"(ad{steering})"), Look(form, plain=is_plain), 120)
    assert "owned" in out
    assert not any((ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160 for c in out)


# Sums


@given(st.lists(st.lists(st.sampled_from(LINES), max_size=8), max_size=4))
def test_sums_are_those_of_the_removals(quillmore: Cleaner, articles: list[list[str]]) -> None:
    every = [quillmore.clean("".join(lines)) for lines in articles]
    tally = Tally()
    for cleaned in every:
        if one := Choice().find("a.txt", cleaned):
            tally.add(one)
            (line,) = stat(one, Look())
            characters = len(cleaned.document.text) - len(cleaned.text)
            assert f" {characters:,} of " in " ".join(line.plain.split())
            assert f"│ {len(cleaned.removals)} block" in " ".join(line.plain.split())
        else:
            assert not cleaned.removals
    assert tally.blocks.total() == sum(len(cleaned.removals) for cleaned in every)
    assert tally.characters.total() == sum(len(c.document.text) - len(c.text) for c in every)
    assert tally.changed == sum(cleaned.text != cleaned.document.text for cleaned in every)


@given(st.integers(1, 1000), st.data())
def test_a_bar_shows_the_share_and_never_hides_a_removal(size: int, data: st.DataObject) -> None:
    gone = data.draw(st.integers(1, size))
    text = "x" * size
    (line,) = stat(found(text, text[:gone]), Look())
    bar = line.plain.rsplit(" ", 1)[1]
    assert len(bar) == BAR
    assert abs(bar.count("-") - BAR * gone / size) <= 1
    assert ("+" in bar) is (gone < size)


@given(st.text(max_size=90), st.integers(1, 200))
def test_names_take_the_same_columns_and_keep_their_end(name: str, width: int) -> None:
    assert cell_len(named(name, width).plain) == cell_len(named("", width).plain)
    assert named("x" * 100 + "end.txt", width).plain.endswith("end.txt")
