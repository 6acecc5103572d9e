"""XPath to CSS: both select the same elements of any page, or the translator refuses."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from lxml import etree, html
from selectolax.lexbor import LexborHTMLParser

from cleaner.imported.css import css_of
from cleaner.imported.refused import NODES, NOT_XPATH, NOTHING, TEXT, UNSAYABLE, NoSelector

TAGS = ("div", "section", "span")
VALUES = ("a", "b", "A", "ab", "a b", " a", "b  a ", "b\ta", "b\nab", "", 'it"s', "c\\d", "é")
NAMES = ("class", "id", "rel", "data-x")


# pages


def _element(tag: str, attributes: dict[str, str], children: list[str]) -> str:
    shown = "".join(f' {k}="{v.replace("&", "&amp;").replace(chr(34), "&quot;")}"' for k, v in attributes.items())
    return f"<{tag}{shown}>{''.join(children)}</{tag}>"


def _elements(children: st.SearchStrategy[list[str]]) -> st.SearchStrategy[str]:
    attributes = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES), max_size=2)
    return st.builds(_element, st.sampled_from(TAGS), attributes, children)


leaves = _elements(st.just(["text"]))
others_between = st.sampled_from(["text", " ", "<!-- c -->"])
trees = st.recursive(
    leaves, lambda inner: _elements(st.lists(st.one_of(inner, inner, others_between), max_size=5)), max_leaves=12
)
pages = st.builds(
    lambda doctype, body: f"{doctype}<html><head><title>t</title></head><body>{''.join(body)}</body></html>",
    st.sampled_from(["<!doctype html>", ""]),
    st.lists(trees, max_size=3),
)

# expressions

tests = st.sampled_from([*TAGS, *TAGS, "*"])
literals = st.sampled_from(VALUES).map(lambda v: f"'{v}'" if '"' in v else f'"{v}"')
subjects = st.sampled_from([f"@{name}" for name in NAMES])
WORDS = ("' a '", "' a'", "'a '", "'a'", "' ab '", "'b'")


def _predicates(paths: st.SearchStrategy[str], *, places: bool) -> st.SearchStrategy[str]:
    simple = st.one_of(
        subjects,
        st.builds("{}={}".format, subjects, literals),
        st.builds("{} != {}".format, subjects, literals),
        st.builds("contains({}, {})".format, subjects, st.sampled_from(["'a'", "'b'", "' '", "'A'", '"it"', "'é'"])),
        st.builds("starts-with({}, {})".format, subjects, st.sampled_from(["'a'", "'b '", "'A'"])),
        st.builds("contains(concat(' ', normalize-space({}), ' '), {})".format, subjects, st.sampled_from(WORDS)),
        st.builds("contains(concat(' ', {}, ' '), {})".format, subjects, st.sampled_from(WORDS)),
        st.builds("self::{}".format, tests),
        paths,
        st.builds("{}/@class='a'".format, paths),
    )
    if places:
        numbers = st.integers(1, 3)
        simple = st.one_of(
            simple,
            st.builds("position(){}{}".format, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), numbers),
            st.builds("position(){}last()".format, st.sampled_from(["=", "!=", "<"])),
            st.builds("{}<position()".format, numbers),
            st.builds("position()>last()-{}".format, numbers),
        )
    joined = st.recursive(
        simple,
        lambda inner: st.one_of(
            st.builds("({} or {})".format, inner, inner),
            st.builds("({} and {})".format, inner, inner),
            st.builds("not({})".format, inner),
        ),
        max_leaves=3,
    )
    return st.one_of(joined, st.sampled_from(["1", "2", "last()", "last()-1"])) if places else joined


def _steps(paths: st.SearchStrategy[str], axes: tuple[str, ...], *, places: bool) -> st.SearchStrategy[str]:
    brackets = st.lists(_predicates(paths, places=places).map("[{}]".format), max_size=2).map("".join)
    return st.builds("{}{}{}".format, st.sampled_from(axes), tests, brackets)


flat = st.builds("{}{}".format, st.sampled_from(["", ".//", "following-sibling::"]), tests)
related = st.one_of(
    flat,
    _steps(flat, ("", ".//", "descendant::", "following-sibling::"), places=False),
    _steps(flat, ("parent::", "ancestor::", "preceding-sibling::"), places=False),
    st.builds("{}/{}".format, st.sampled_from(["..", "parent::div", "ancestor::section", "./span", "div"]), flat),
    st.sampled_from(["preceding-sibling::*[1][self::div]", "following-sibling::*[1]", "preceding-sibling::*[1][@id]"]),
)
counted = _steps(related, ("/", "//"), places=True)
others = st.one_of(
    _steps(
        related,
        ("/descendant::", "/following-sibling::", "/parent::", "/ancestor::", "/preceding-sibling::", "/self::"),
        places=False,
    ),
    st.sampled_from(["/..", "/following-sibling::*[1]", "/following-sibling::*[1][self::span]", "/."]),
)
paths = st.builds(
    "/{}{}".format,
    counted,
    st.lists(st.one_of(counted, others), max_size=2).map("".join),
).map(lambda path: path.replace("///", "//", 1) if path.startswith("///") else path)
expressions = st.one_of(
    paths,
    st.builds("{} | {}".format, paths, paths),
    st.builds("({}|{})[@class]/span".format, paths, paths),
)


def numbered(page: str) -> tuple[etree._Element, LexborHTMLParser]:
    """Give every element a number that both parsers then know it by."""
    tree = html.document_fromstring(page)
    for n, element in enumerate(tree.iter(etree.Element)):
        element.set("n", str(n))
    doctype = page[: page.index("<html>")]
    source = doctype + html.tostring(tree, encoding="unicode", doctype=None)
    again = html.document_fromstring(source)
    lexbor = LexborHTMLParser(source)
    shape = [
        (node.get("n"), parent.get("n") if (parent := node.getparent()) is not None else None)
        for node in again.iter(etree.Element)
    ]
    theirs = [
        (node.attributes.get("n"), node.parent.attributes.get("n") if node.parent else None) for node in lexbor.css("*")
    ]
    assert shape == theirs, source
    return again, lexbor


def by_xpath(tree: etree._Element, expression: str) -> list[str]:
    return [element.get("n") for element in tree.getroottree().xpath(expression)]


def by_css(page: LexborHTMLParser, selector: str) -> list[str]:
    found = [str(node.attributes["n"]) for node in page.css(selector)]
    return sorted(set(found), key=int)  # lexbor gives what two selectors of a list select twice


@settings(max_examples=1500)
@given(pages, expressions)
def test_both_select_the_same_elements(page: str, expression: str) -> None:
    try:
        selector = css_of(expression)
    except NoSelector as e:
        event(e.reason)
        return
    tree, lexbor = numbered(page)
    wanted = by_xpath(tree, expression)
    event("something" if wanted else "nothing")
    assert by_css(lexbor, selector) == wanted, (expression, selector)


@pytest.mark.parametrize(
    ("expression", "selector"),
    [
        ("//div[@id='x']/p[contains(@class,'ad')]", 'div[id="x"] > p[class*="ad"]'),
        ("//div[contains(concat(' ', normalize-space(@class), ' '), ' x ')]", 'div[class~="x"]'),
        ("//div[@class='x'][1]", 'div:nth-child(1 of :is(div[class="x"]))'),
        ("//ul/li[last()]", "ul > li:last-of-type"),
        ("//picture/img[position()>1]", "picture > img:nth-of-type(n+2)"),
        ("//a[contains(@href, 'x')]/ancestor::*[@class='y']", '[class="y"]:has(a[href*="x"])'),
        ("//p[@class='x']/parent::blockquote", 'blockquote:has(> p[class="x"])'),
        ("//h2/following-sibling::*[1]", "h2 + *"),
        ("//div[a and not(p)]", "div:has(> a):not(:has(> p))"),
        ("/html/body//nav | //aside", "html > body nav, aside"),
        ("//DIV | //aside", "aside"),
        ("//a[@rel='x']", 'a[rel="x" s]'),
    ],
)
def test_selectors_read_as_people_write_them(expression: str, selector: str) -> None:
    assert css_of(expression) == selector


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("//p[contains(., 'x')]", TEXT),
        ("//p[strong = 'x']", TEXT),
        ("//div/text()", TEXT),
        ("//img/@src", NODES),
        ("//comment()", NODES),
        ("'x'", NODES),
        (".", NODES),
        ("div[@id='x']", NOTHING),
        ("//DIV", NOTHING),
        ("//div[@itemProp]", NOTHING),
        ("//p[0]", NOTHING),
        ("//table/tr", NOTHING),
        ("(//div)[1]", UNSAYABLE),
        ("//h2/following-sibling::p[1]", UNSAYABLE),
        ("//div[count(p) = 1]", UNSAYABLE),
        ("//div[string-length(@id) > 3]", UNSAYABLE),
        ("//p[contains(@class, '')]", UNSAYABLE),
        ("//p[matches(@class, 'x')]", UNSAYABLE),
        ("//p[@width = 1]", UNSAYABLE),
        ("//a[@href = @title]", UNSAYABLE),
        ("//svg:path", UNSAYABLE),
        ("//p/following::*", UNSAYABLE),
        ("//div[@class,'x']", NOT_XPATH),
        ("//div[@class='x'", NOT_XPATH),
        ("//", NOT_XPATH),
        ("", NOT_XPATH),
        ("//a[$x]", NOT_XPATH),
        ("//a" + "[not(" * 60 + "@x" + ")]" * 60, NOT_XPATH),
        (" | ".join(["//a"] * 50), UNSAYABLE),
        ("//a | " * 5000 + "//a", NOT_XPATH),
        ("//a" + "[@x or position()=1]" * 25, UNSAYABLE),
    ],
)
def test_what_css_cannot_say_is_refused_with_the_reason(expression: str, reason: str) -> None:
    with pytest.raises(NoSelector) as caught:
        css_of(expression)
    assert caught.value.reason == reason, caught.value


@given(st.text("/ab*[]()='@|:.,1-<>! ", max_size=30))
def test_any_text_is_read_or_refused(source: str) -> None:
    with contextlib.suppress(NoSelector):
        assert css_of(source)
