"""Lines as text and as Markdown."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from cleaner.html.markdown import as_markdown, as_text
from cleaner.html.tree import Lines, read


def lines_of(body: str) -> Lines:
    root = LexborHTMLParser(body).body
    assert root is not None
    return read([root])


def markdown(body: str) -> str:
    lines = lines_of(body)
    return as_markdown(lines, [True] * len(lines.texts))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<h2>Mail</h2><p>By air.</p><p>Daily.</p>", "## Mail\n\nBy air.\n\nDaily."),
        ("<ul><li>salt<li>rope</ul>", "- salt\n- rope"),
        ("<ol><li>north<ul><li>pier</ul><li>south</ol>", "1. north\n  - pier\n1. south"),
        ("<ul><li><p>salt</p><p>a sack</p></ul>", "- salt\n\n  a sack"),
        ("<blockquote><p>Late.</p><p>Again.</p></blockquote><p>So be it.</p>", "> Late.\n\n> Again.\n\nSo be it."),
        ("<table><tr><th>Pier<th>Hour<tr><td>North<td>7</table>", "| Pier | Hour |\n| --- | --- |\n| North | 7 |"),
        ("<pre>a\n b</pre><p>End.</p>", "```\na\nb\n```\n\nEnd."),
        (
            "<p># not a heading</p><p>- nor an item</p><p>1. nor this</p>",
            "\\# not a heading\n\n\\- nor an item\n\n1\\. nor this",
        ),
        (
            "<p>7 boats</p><p>3.5 miles</p><p>-5 degrees</p><p>#ferry</p>",
            "7 boats\n\n3.5 miles\n\n-5 degrees\n\n#ferry",
        ),
    ],
)
def test_structure_becomes_markup(body: str, expected: str) -> None:
    assert markdown(body) == expected


def test_lines_that_go_leave_no_gap_and_no_markup() -> None:
    lines = lines_of("<h2>Mail</h2><p>By air.</p><ul><li>Share<li>Print</ul><p>Daily.</p>")
    kept = [text not in ("Share", "Print") for text in lines.texts]
    assert as_markdown(lines, kept) == "## Mail\n\nBy air.\n\nDaily."
    assert as_text(lines, kept) == "Mail\nBy air.\nDaily."


def test_a_reader_of_markdown_sees_the_structure_of_the_page() -> None:
    body = "<h3>Piers</h3><ul><li>north<li>south</ul><blockquote><p>Late.</p></blockquote><p>1. is a number here.</p>"
    seen = [token.type for token in MarkdownIt().parse(markdown(body)) if token.type.endswith("_open")]
    assert seen == [
        "heading_open", "bullet_list_open", "list_item_open", "paragraph_open", "list_item_open", "paragraph_open",
        "blockquote_open", "paragraph_open", "paragraph_open",
    ]  # fmt: skip
