"""`content`: alternatives in order, each with all that it selects."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from selectolax.lexbor import LexborHTMLParser

from cleaner.imported.content import AFTER_REFUSED, TOO_MANY, content_of
from cleaner.imported.refused import NOTHING, TEXT

FILE = Path("lockside-courier.example.txt")
BODIES = [
    "//main",
    "//div[@id='a'] | //div[@id='b']",
    "//section[contains(@class, 'x')]",
    "//article",
    "//p[@class='lead'] | //div[@id='b']",
]
ELEMENTS = [
    "<main n=1>t</main>", "<div id=a n=2>t</div>", "<div id=b n=3>t</div>", "<section class=x n=4>t</section>",
    "<article n=5>t</article>", "<p class=lead n=6>t</p>", "<div n=7>t</div>",
]  # fmt: skip


def of(*bodies: str) -> tuple[str, list[tuple[int, str]]]:
    content, refusals = content_of(FILE, enumerate(bodies, 1))
    return content.css if content else "", [(refusal.line, refusal.reason) for refusal in refusals]


@given(
    st.lists(st.sampled_from(BODIES), min_size=1, max_size=4, unique=True),
    st.lists(st.sampled_from(ELEMENTS), max_size=6),
)
def test_it_is_what_the_first_line_that_matches_selects(bodies: list[str], elements: list[str]) -> None:
    page = f"<!doctype html><html><head></head><body>{''.join(elements)}</body></html>"
    tree = html.document_fromstring(page).getroottree()
    wanted = next((found for body in bodies if (found := tree.xpath(body))), [])
    css, refusals = of(*bodies)
    assert not refusals
    found = [node.attributes["n"] for node in LexborHTMLParser(page).css(css)]
    assert found == [node.get("n") for node in wanted]


def test_only_the_first_of_several_elements_cannot_be_said() -> None:
    css, [(line, reason)] = of("(//article)[1]")
    assert (css, line) == ("", 1)
    assert "same" in reason


def test_a_line_that_cannot_be_said_ends_the_alternatives() -> None:
    css, refusals = of("//main", "//div[contains(., 'x')]", "//article")
    assert css == "main"
    assert refusals == [(2, TEXT), (3, AFTER_REFUSED)]


def test_a_line_that_matches_nothing_has_no_say() -> None:
    assert of("//DIV", "//main") == ("main", [(1, NOTHING)])
    assert of("//figure[.//picture[@itemProp='x']] | //div[@id='a']") == ('div[id="a"]', [])


def test_alternatives_without_end_are_cut_off() -> None:
    css, refusals = of(*(f"//div[@id='alternative-number-{n}']" for n in range(60)))
    assert "alternative-number-3" in css
    assert {reason for _, reason in refusals} == {TOO_MANY, AFTER_REFUSED}
