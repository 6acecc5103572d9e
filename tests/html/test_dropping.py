"""What goes of a page, as elements with selectors."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from cleaner.html.dropping import dropped
from cleaner.html.tree import Lines, read
from cleaner.model import Dropped
from tests.html.pages import MENU, PARAGRAPHS, RELATED, links, paragraphs


def gone(
    body: str, *, ruled: dict[int, str] | None = None, whys: dict[int, tuple[str, str]] | None = None
) -> list[Dropped]:
    lines = lines_of(body)
    return dropped(lines, [text in PARAGRAPHS for text in lines.texts], ruled or {}, whys or {})


def lines_of(body: str) -> Lines:
    root = LexborHTMLParser(body).body
    assert root is not None
    return read([root])


def test_an_element_goes_as_a_whole_and_once() -> None:
    body = f"<nav id=top>{links(MENU)}</nav><main>{paragraphs()}<div class='box related'>{links(RELATED)}</div></main>"
    assert [(node.selector, node.category, node.text) for node in gone(body)] == [
        ("nav#top", "navigation", "\n".join(MENU)),
        ("body > main > div.box.related", "recommended", "\n".join(RELATED)),
    ]


def test_selectors_find_what_they_name() -> None:
    body = f"<main><p class='3d lead-in x:y'>Odd names</p>{paragraphs()}</main><div id='9'><b>Bold</b></div>"
    for node in gone(body):
        found = LexborHTMLParser(body).css_first(node.selector)
        assert found is not None
        assert found.text() == node.text


def test_lines_beside_text_go_alone() -> None:
    body = f"<div>Share<p>{PARAGRAPHS[0]}</p>Print<br>Save<p>{PARAGRAPHS[1]}</p></div>"
    assert [node.text for node in gone(body)] == ["Share", "Print\nSave"]


def test_most_lines_decide_what_an_element_is() -> None:
    body = f"<main>{paragraphs()}</main><aside>{links(RELATED)}<p>Sign up</p></aside>"
    at = len(PARAGRAPHS)
    [aside] = gone(body, ruled=dict.fromkeys(range(at, at + 3), "recommended") | {at + 4: "newsletter"})
    assert (aside.category, aside.reason) == ("recommended", "a rule takes it")


def test_a_line_with_a_reason_of_its_own_is_on_record_with_it() -> None:
    [node] = gone(f"<main>{paragraphs()}<p>Twice</p></main>", whys={len(PARAGRAPHS): ("duplicate", "repeats a line")})
    assert (node.category, node.reason, node.text) == ("duplicate", "repeats a line", "Twice")
