"""Pages made to hang, to fill the memory or to crash: each has one outcome, a failure with a reason in words."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from cleaner import Cleaner, Document, DocumentError
from cleaner.html import parsing
from cleaner.html.head import MOST_DESCRIBED, MOST_TITLES
from cleaner.html.page import MOST_LINES, MOST_TEXT, Page
from cleaner.io import ledger
from tests.console import Cli

PROSE = "The ferry left the northern pier an hour late because the crew waited for the doctor, the harbour master said."
ARTICLE = "<article>" + "".join(f"<p>{PROSE} It was ferry number {n}.</p>" for n in range(8)) + "</article>"
NO_TEXT = "shows no text"
TOO_MANY_TAGS = "more than 300,000 tags"
NESTED = "elements in each other that are not closed"
FORMATTING = "opens formatting such as <b>"
SEVERAL = "holds several pages"


def page(body: str, head: str = "") -> str:
    return f"<html><head><title>Ferry late</title>{head}</head><body>{body}</body></html>"


def data(value: str) -> str:
    return f'<script type="application/ld+json">{value}</script>'


REFUSED = {
    "ten million characters of short paragraphs": (page("<p>ab c</p>" * 900_000), TOO_MANY_TAGS),
    "a million line breaks": (page("<br>" * 1_000_000 + ARTICLE), TOO_MANY_TAGS),
    "half a million links": (page("<a href=x>a b</a> " * 500_000 + ARTICLE), TOO_MANY_TAGS),
    "a line of ten million characters": (page(f"<p>{PROSE * 90_000}"), "shows more than 600,000 characters"),
    "a word of ten million characters": (page("<p>" + "a" * 10_000_000), "shows more than 600,000 characters"),
    "entities": (page("<p>&" + "amp;" * 1_000_000), "shows more than 600,000 characters"),
    "twenty thousand lines": (page("<pre>" + "x\n" * (MOST_LINES + 1) + "</pre>"), "more than 20,000 lines"),
    "twenty million characters": (page(" " * 20_000_000), "more than 20,000,000 characters"),
    **{
        f"{tag} in {tag}": (page(f"<{tag}>" * 100_000 + ARTICLE), NESTED)
        for tag in ("div", "blockquote", "ul", "span", "table", "dl", "x-unknown", "svg", "template")
    },
    "elements that the wrong tag ends": (page("<div></x>" * 100_000 + ARTICLE), NESTED),
    "links around elements": (page("<a><div>" * 50_000 + ARTICLE), NESTED),
    "items of no list": (page("<ul>" + "<span>" * 50_000 + "<li>x" * 50_000), NESTED),
    "elements in a table that are put before it": (page("<table><tr>x" * 100_000), NESTED),
    "lines in a thousand elements each": (page("<div>" * 1_000 + "<p>a b" * 2_000), "nests its lines"),
    "open bold": (page("".join(f"<p><b a{n}>" for n in range(3_000)) + "<p>x" * 3_000), FORMATTING),
    "open fonts": (page("".join(f"<FONT color={n}>" for n in range(3_000)) + "<p>x" * 3_000), FORMATTING),
    "bold ended in the wrong order": (
        page("".join(f"<i a{n}><p>x" for n in range(3_000)) + "</i>" * 1_500),
        FORMATTING,
    ),
    "bold that seems to be ended": (
        page("".join(f"<p><b a{n}><table></b></table></p>" for n in range(3_000)) + "<p>x" * 3_000),
        FORMATTING,
    ),
    "bold ended much later": (page("".join(f"<b a{n}>" for n in range(50_000)) + "</b>" * 50_000), NESTED),
    "attributes": (page("<p " + " ".join(f"a{n}" for n in range(100_000)) + ">" + ARTICLE), "thousands of attributes"),
    "attributes without spaces": (
        page("<p" + "".join(f'/a{n}="<"' for n in range(50_000)) + ">" + ARTICLE),
        "thousands of attributes",
    ),
    "attributes of the page": ("".join(f"<html a{n}=b>" for n in range(50_000)) + ARTICLE, SEVERAL),
    "options": (page("<select>" + "<option>x" * 100_000 + "</select>" + ARTICLE), "options in menus"),
    "frames": ("<html><head></head><frameset cols='*'><frame src=a><noframes>No frames</noframes></frameset>", NO_TEXT),
    "frames in the page": (page("<iframe src=a>Your browser shows no frames.</iframe>" * 100), NO_TEXT),
    "no body": ("<html><head><title>Ferry late</title></head></html>", NO_TEXT),
    "a script": (page("<script>start()</script>"), NO_TEXT),
    "words for those without scripts": (page(f"<noscript><p>{PROSE}</p></noscript>"), NO_TEXT),
    "nothing": ("", NO_TEXT),
}


@pytest.mark.parametrize(("source", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_page_that_is_too_much_is_refused_with_a_reason(cleaner: Cleaner, source: str, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason) as refused:
        cleaner.clean_html(source, id="ferry.html")
    assert refused.value.path == "ferry.html"


CLEANED = {
    "a script of ten million characters": page(ARTICLE + "<script>" + "var a=1;\n" * 1_100_000 + "</script>"),
    "ten thousand elements in each other": page("<div>" * 10_000 + "</div>" * 10_000 + ARTICLE),
    "formatting that is alike": page("<p><font size=2>" * 2_000 + ARTICLE),
    "formatting that is closed": page("<p><b>x</b> <i>y</i></p>" * 10_000 + ARTICLE),
    "formatting around tables": page("<font size=2><table><tr><td>x</table></font>" * 200 + ARTICLE),
    "a hundred open elements": page("".join(f"<b a{n}>" for n in range(100)) + ARTICLE),
    "a class of five million characters": page(f"<div class='{'story-body ' * 480_000}'>{ARTICLE}</div>"),
    "a style of five million characters": page(f"<div style='{'a:b; ' * 1_000_000}'>{ARTICLE}</div>"),
    "a title of five million characters": f"<title>{PROSE * 45_000}</title>{ARTICLE}",
    "deep data": page(ARTICLE, data('{"a":' * 100_000 + "1" + "}" * 100_000)),
    "broken data": page(ARTICLE, data("[" * 1_000_000)),
    "a number of a million digits": page(ARTICLE, data('{"articleBody": ' + "9" * 1_000_000 + "}")),
    "ten thousand metas": page(ARTICLE, "<meta property='og:title' content='Ferry late'>" * 10_000),
    "comments": page("<!-- x -->" * 100_000 + ARTICLE),
    "a comment without an end": ARTICLE + "<!--" + "-" * 1_000_000,
    "an unfinished tag": ARTICLE + "<p class='" + "x" * 1_000_000,
    "white space": page("<p>" + " " * 5_000_000 + ARTICLE),
    "an empty table": page("<table>" * 1_000 + "</table>" * 1_000 + ARTICLE),
}


@pytest.mark.parametrize("source", CLEANED.values(), ids=CLEANED.keys())
def test_an_article_in_a_strange_page_comes_out(cleaner: Cleaner, source: str) -> None:
    text = cleaner.clean_html(source).text
    assert [line for line in text.split("\n") if PROSE in line] == [
        f"{PROSE} It was ferry number {n}." for n in range(8)
    ]


def test_entities_of_no_character_become_the_replacement_character(cleaner: Cleaner) -> None:
    broken = "&#xD800; &#0; &#xDFFF; &#1114112; &#99999999999999999999; &bogus; \ud800 \0"
    source = page(ARTICLE.replace(PROSE, f"{PROSE} {broken}"))
    assert Page(source).lines().texts[0].startswith(f"{PROSE} \ufffd \ufffd \ufffd \ufffd \ufffd &bogus;")
    cleaner.clean_html(source).document.text.encode()  # no lone surrogates


def test_data_alone_is_an_article_unless_it_is_hostile_itself(cleaner: Cleaner) -> None:
    body = "<p>" + f"{PROSE} " * 5 + "</p>"
    cleaned = cleaner.clean_html(page("", data(json.dumps({"articleBody": body}))))
    assert cleaned.extraction is not None
    assert (cleaned.extraction.how, cleaned.text) == ("data", " ".join([PROSE] * 5))
    escaped = "\\u003cdiv>" * 100_000 + PROSE * 5 + "\\u003c/div>"  # not seen as tags of the page
    with pytest.raises(DocumentError, match=NO_TEXT):
        cleaner.clean_html(page("", data(f'{{"articleBody": "{escaped}"}}')))


def test_what_lines_are_compared_with_is_bounded() -> None:
    titles = "".join(f"<meta property='og:title' content='Ferry {n} {'x' * 5_000}'>" for n in range(500))
    told = "".join(f"<meta name='description' content='Ferry {n} {PROSE}'>" for n in range(1_000))
    head = Page(page(ARTICLE, titles + told + data('{"articleBody": "' + "x" * 3_000_000 + '"}'))).head
    assert len(head.titles) == MOST_TITLES
    assert max(map(len, head.titles)) <= 500
    assert len(head.descriptions) <= MOST_DESCRIBED
    assert head.body == ""


def test_a_page_at_the_bounds_is_still_read() -> None:
    line = "x" * (MOST_TEXT // MOST_LINES)
    lines = Page(page(f"<p>{line}</p>" * MOST_LINES)).lines()
    assert len(lines.texts) == MOST_LINES
    with pytest.raises(DocumentError, match="lines of text"):
        Page(page(f"<p>{line}</p>" * (MOST_LINES + 1))).lines()


def test_formatting_that_is_opened_again_stays_within_bounds() -> None:
    source = page("".join(f"<p><b a{n}>" for n in range(300)) + "<p>x" * 1_000)
    tree, tags = parsing.parse(source)
    assert tags < 2_000
    assert 100_000 < len(tree.css("b")) < parsing.MOST_OPEN


def test_bytes_that_are_no_page_say_what_they_look_like(cleaner: Cleaner) -> None:
    for rubbish, reason in (
        (b"%PDF-1.7\n" + bytes(range(256)) * 9, "a PDF file"),
        (gzip.compress(ARTICLE.encode()), "a gzip file"),
        (bytes(range(256)) * 100, "a binary file"),
    ):
        with pytest.raises(DocumentError, match=reason):
            cleaner.clean_html(rubbish, id="ferry.html")


def test_large_pages_together_give_what_each_gives_alone(cleaner: Cleaner) -> None:
    large = page("<!-- x -->" * 200_000 + ARTICLE)
    pages = [Document(source) for source in (large, large, "", page(ARTICLE), REFUSED["open bold"][0], large)]
    together = [str(result) for result in cleaner.extract_many(pages)]
    assert together == [str(cleaner.extract_many([one])[0]) for one in pages]


def test_hostile_pages_in_a_folder_fail_alone(cli: Cli, tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for name, (source, _) in list(REFUSED.items())[8:20]:
        (folder / f"{name.replace(' ', '-')}.html").write_text(source, "utf-8")
    (folder / "rubbish.html").write_bytes(bytes(range(256)) * 100)
    (folder / "bomb.html.gz").write_bytes(gzip.compress(b"<p>" * 40_000_000))
    for n in range(3):
        (folder / f"ferry-{n}.html").write_text(page(ARTICLE), "utf-8")
    result = cli("clean", folder, "-o", out, "--jobs", "1")
    assert result.code == 1
    failed = {note.entry.input: note.entry.error for note in ledger.read(out) if note.entry.state == ledger.FAILED}
    assert len(failed) == 14
    assert "decompression bomb" in failed["bomb.html.gz"]
    assert failed["rubbish.html"] == "looks like a binary file, not text"
    assert NESTED in failed["div-in-div.html"]
    assert sorted(path.name for path in out.glob("*.txt")) == [f"ferry-{n}.txt" for n in range(3)]
    assert not any("unexpected" in error for error in failed.values())
