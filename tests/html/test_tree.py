"""The DOM as elements and lines."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from cleaner.html.chrome import chrome, without
from cleaner.html.names import vocabulary
from cleaner.html.page import Page
from cleaner.html.tree import MARKS, Lines, read
from tests.html.pages import MENU, PARAGRAPHS, links, paragraphs


def lines_of(body: str) -> Lines:
    root = LexborHTMLParser(body).body
    assert root is not None
    return read([root])


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ("<p>One <b>bold</b> and <a href=x>linked</a> line.</p>", ["One bold and linked line."]),
        ("<p>First<br>second<br><br>third</p>", ["First", "second", "third"]),
        ("<div>Before<p>inside</p>after</div>", ["Before", "inside", "after"]),
        ("<p>Much   white\n\n space </p>", ["Much white space"]),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", ["a", "b", "c"]),
        ("<table><tr><th>Pier<th>Hour<tr><td>North<td>7</table>", ["Pier | Hour", "North | 7"]),
        ("<table><tr><td><p>A page</p><p>laid out</p><td>by a table</table>", ["A page", "laid out", "by a table"]),
        ("<table><tr><td><td>7<td></table>", ["7"]),
        ("<pre>one\n  two\n\nthree</pre>", ["one", "two", "three"]),
        ("<p>Seen<script>var unseen;</script><style>p{}</style><!-- unseen --></p>", ["Seen"]),
        ("<my-card>An unknown element</my-card>begins a line", ["An unknown element", "begins a line"]),
        ("<p>&amp;lt; stays, &lt;p&gt; is text, &nbsp;&shy; fit", ["&lt; stays, <p> is text, \u00ad fit"]),
        ("", []),
        ("<p>  </p><div><br></div>", []),
    ],
)
def test_a_line_ends_where_a_browser_would_end_it(body: str, texts: list[str]) -> None:
    assert lines_of(body).texts == texts


@pytest.mark.parametrize(
    ("body", "share"),
    [
        ("<p><a href=x>all of it</a></p>", 1.0),
        ("<p>none of it</p>", 0.0),
        ("<p>half <a href=x>half </a></p>", 0.5),
        ("<a href=x><div>a block in a link</div></a>", 1.0),
        ("<p> <a href=x> spaces around count for nothing </a> </p>", 1.0),
    ],
)
def test_the_share_of_links_is_that_of_characters(body: str, share: float) -> None:
    assert lines_of(body).linked == [pytest.approx(share)]


def test_elements_know_what_is_around_them_and_which_lines_they_hold() -> None:
    lines = lines_of("<nav><ul class=menu><li>Home</ul></nav><main id=story><p hidden>Late</p><p>Ferry</p></main>")
    elements = lines.elements
    assert elements.tags == ["body", "nav", "ul", "li", "main", "p", "p"]
    assert elements.parents == [-1, 0, 1, 2, 0, 4, 4]
    assert elements.depths == [0, 1, 2, 3, 1, 2, 2]
    assert elements.stops == [7, 4, 4, 4, 7, 6, 7]
    assert list(zip(elements.first_lines, elements.last_lines, strict=True)) == [
        (0, 3), (0, 1), (0, 1), (0, 1), (1, 3), (1, 2), (2, 3)
    ]  # fmt: skip

    def marks(line: int) -> set[str]:
        return {mark for n, mark in enumerate(MARKS) if elements.marks[lines.owners[line]] >> n & 1}

    assert marks(0) == {"in nav", "in ul"}
    assert marks(1) == {"in main", "in p", "hidden"}
    assert marks(2) == {"in main", "in p"}
    concepts = vocabulary().concepts
    assert {concepts[n] for n in range(len(concepts)) if elements.within[lines.owners[0]] >> n & 1} == {"navigation"}


def test_deep_pages_need_no_deep_stack() -> None:
    depth = 20_000
    assert lines_of("<div>" * depth + "deep" + "</div>" * depth).texts == ["deep"]


def chrome_of(body: str) -> list[str]:
    lines = lines_of(body)
    gone = chrome(lines)
    left = without(lines, gone)
    assert left.texts == [text for text, is_gone in zip(lines.texts, gone, strict=True) if not is_gone]
    assert left.elements.last_lines[0] == len(left.texts)
    return [text for text, is_gone in zip(lines.texts, gone, strict=True) if is_gone]


def test_menus_and_footers_need_not_be_judged() -> None:
    body = f"<header>Herald<nav>{links(MENU)}</nav></header><main>{paragraphs()}</main><footer>All rights</footer>"
    assert chrome_of(body) == ["Herald", *MENU, "All rights"]


@pytest.mark.parametrize(
    "body",
    [
        f"<nav>{paragraphs()}</nav><p>{PARAGRAPHS[0]}</p>",
        f"<main><header><h1>Ferry late</h1></header>{paragraphs()}<footer>Mabel Thorne</footer></main>",
        f"<nav>{links(MENU)}</nav><p>Hm.</p>",
        f"<div role=dialog>{paragraphs()}</div><p>{PARAGRAPHS[0]}</p>",
    ],
)
def test_what_may_be_the_article_is_judged_wherever_it_stands(body: str) -> None:
    assert chrome_of(body) == []


def test_selectors_take_out_outermost_elements_and_say_what_they_were() -> None:
    page = Page(f'<div class="share x">Share<div class="share">this</div></div><nav>{links(MENU)}</nav>{paragraphs()}')
    gone = page.remove([".share", "nav", ".nothing"])
    assert [(node.selector, node.category, node.text) for node in gone] == [
        (".share", "social", "Share this"),
        ("nav", "navigation", " ".join(MENU)),
    ]
    assert page.lines().texts == list(PARAGRAPHS)
