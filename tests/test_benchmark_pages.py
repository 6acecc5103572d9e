"""The benchmark of pages: its figures, and its tools at a page of our own."""

from __future__ import annotations

import gzip
import importlib.util
import json
import socket
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import Cleaner
from tests.html.pages import PARAGRAPHS, simple
from tests.html.test_cascade import RULES

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
SHARED = Path(__file__).resolve().parents[2] / "shared"
LIBRARIES = {
    "trafilatura": "trafilatura",
    "trafilatura-fast": "trafilatura",
    "trafilatura-precision": "trafilatura",
    "trafilatura-metadata": "trafilatura",
    "resiliparse": "resiliparse",
    "readability": "readability",
    "justext": "justext",
    "newspaper4k": "newspaper",
    "floor": "selectolax",
}


def _modules() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))  # as when it is run as a script
        for name in ("page_figures", "page_peers", "pages"):
            yield import_module(name)


FIGURES, PEERS, PAGES = _modules()
TEXTS = st.text("ab 水A.\n", max_size=30)


# Figures, by hand


def test_words_are_compared_as_bags() -> None:
    # found: the x2, gate, was, open; annotated: the, gate, was, shut, again
    scored = FIGURES.figures(["The gate: was the open"], [["the gate was", "shut again"]])
    assert (scored.words_precision, scored.words_recall) == (3 / 5, 3 / 5)
    assert scored.words_f1 == pytest.approx(3 / 5)
    assert scored.shingles_f1 == 0


def test_words_are_the_mean_over_pages_and_shingles_are_pooled_by_shares_of_a_page() -> None:
    # page 1: 2 shingles found, 1 of 1 annotated among them; page 2: nothing found of 2 shingles
    scored = FIGURES.figures(["a b c d e", ""], [["a b c d"], ["e f g h i"]])
    assert scored.words_precision == pytest.approx((4 / 5 + 0) / 2)
    assert scored.words_recall == pytest.approx((1 + 0) / 2)
    assert scored.words_f1 == pytest.approx((8 / 9 + 0) / 2)
    # shares: both 1/2 + 0, extra 1/2 + 0, missed 0 + 1
    assert scored.shingles_f1 == pytest.approx(2 * 0.5 / (2 * 0.5 + 0.5 + 1))


def test_a_text_that_is_the_annotation_is_perfect_and_one_without_a_word_of_it_is_worthless() -> None:
    assert FIGURES.figures(["One\n\ntwo, three"], [["ONE two", "three"]]) == (1, 1, 1, 1)
    assert FIGURES.figures(["four"], [["one two three"]]) == (0, 0, 0, 0)
    assert FIGURES.figures([""], [["one two three"]]) == (0, 0, 0, 0)
    assert FIGURES.figures(["one"], [[]])[:3] == (0, 0, 1)


@given(st.lists(st.tuples(TEXTS, st.lists(TEXTS, max_size=3)), min_size=1, max_size=4))
def test_figures_equal_another_scorers(pages: list[tuple[str, list[str]]]) -> None:
    theirs = _htmlbench().score(
        [{"id": str(n), "gold": gold} for n, (_, gold) in enumerate(pages)],
        {str(n): text for n, (text, _) in enumerate(pages)},
    )
    ours = FIGURES.figures([text for text, _ in pages], [gold for _, gold in pages])
    assert ours == pytest.approx([theirs[name] for name in ("words_f1", "words_p", "words_r", "shingle_f1")])


def _htmlbench() -> Any:
    path = SHARED / "bench" / "htmlbench.py"
    if not path.exists():
        pytest.skip("the other scorer is not beside this checkout")
    spec = importlib.util.spec_from_file_location("htmlbench", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# Tools

LEAD = (
    "There was no ferry in the morning, and there was none in the afternoon, so that the children who go to school on "
    "the other side of the sound had a day off, and their teachers had one too, although some of them did not know it "
    "until they stood on the pier in the rain."
)
"""Long enough for jusText to be sure of it, and of what stands beside it."""
MENU = "<nav><ul><li><a href='/a'>Weather</a></li><li><a href='/b'>Tides</a></li></ul></nav>"


@pytest.fixture(scope="module")
def ferry() -> Any:
    source = simple().replace("<body>", f'<body><img src="https://quillmore-herald.com/a.png">{MENU}')
    return PEERS.Page.of("ferry", source.replace("<html>", '<html lang="en-GB">').encode())


@pytest.fixture(scope="module")
def selecting(tmp_path_factory: pytest.TempPathFactory) -> Cleaner:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "outlets").mkdir()
    (folder / "outlets" / "quillmore-herald.com.yaml").write_text(RULES, "utf-8")
    return Cleaner(rules=[folder])


def test_cleaner_goes_without_selectors_but_keeps_the_other_rules(selecting: Cleaner, ferry: Any) -> None:
    [ruled] = PAGES.cleaning(selecting)([ferry])
    [bare] = PAGES.cleaning(PAGES.without_html_rules(selecting))([ferry])
    assert ruled.text.split("\n") == list(PARAGRAPHS)
    assert (ruled.how, ruled.error) == ("selector", "")
    assert bare.how in ("network", "network and trafilatura")
    assert PARAGRAPHS[0] in bare.text
    assert "Weather" not in bare.text
    assert "Quillmore to the end" not in bare.text


def test_a_page_without_an_article_is_empty_and_those_beside_it_are_not(cleaner: Cleaner, ferry: Any) -> None:
    empty, binary = PEERS.Page.of("empty", b"<html></html>"), PEERS.Page.of("image", b"\x89PNG\r\n\x1a\n\0\0")
    found = PAGES.cleaning(cleaner)([empty, ferry, binary])
    assert [bool(one.text) for one in found] == [False, True, False]
    assert [one.how for one in found][::2] == [PAGES.NOTHING] * 2


def test_outlets_with_a_selector_are_told_by_the_url(selecting: Cleaner) -> None:
    def has(url: str | None) -> bool:
        return bool(PAGES.has_content_selector(PAGES.Annotated("a", Path("a.html"), url, []), selecting))

    assert has("https://www.quillmore-herald.com/ferry")
    assert not has("https://example.com/ferry")
    assert not has(None)


def test_likelihoods_take_the_place_of_the_network(cleaner: Cleaner, ferry: Any) -> None:
    tool = PAGES.cleaning(PAGES.without_html_rules(cleaner))
    lines = len(PARAGRAPHS) + 2  # the plea and the sign-off; the menu is not judged
    [found] = PAGES.told(tool, {"ferry": np.array([0.01, 0.99] + [0.01] * (lines - 2), np.float32)})([ferry])
    assert found.text == PARAGRAPHS[1]
    [untold] = tool([ferry])
    assert PARAGRAPHS[0] in untold.text


@pytest.mark.parametrize(("id", "count"), [("ferry", 6), ("ferry", 8), ("other", 7)])
def test_likelihoods_of_another_page_end_the_benchmark(cleaner: Cleaner, ferry: Any, id: str, count: int) -> None:
    tool = PAGES.told(PAGES.cleaning(PAGES.without_html_rules(cleaner)), {id: np.ones(count, np.float32)})
    with pytest.raises(SystemExit, match=r"ferry: has .* for 7 lines"):
        tool([ferry])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", LIBRARIES)
def test_a_peer_finds_the_article_and_fetches_nothing(name: str, ferry: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip(LIBRARIES[name])
    first = f"<p>{PARAGRAPHS[0]}"
    longer = PEERS.Page.of(ferry.id, ferry.data.replace(first.encode(), f"<p>{LEAD}</p>{first}".encode()))
    fetched = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: fetched.append(address))
    [found] = PAGES.reading(PEERS.PEERS[name]())([longer])
    assert found.error == ""
    words = found.text.split()
    for paragraph in (LEAD, *PARAGRAPHS):
        assert paragraph in " ".join(words)
    assert ("Weather" in words) == (name == "floor")
    assert fetched == []


def test_each_peer_is_tested() -> None:
    assert LIBRARIES.keys() == PEERS.PEERS.keys()


def test_what_a_peer_raises_is_an_empty_text(ferry: Any) -> None:
    def fail(page: Any) -> str:
        raise ValueError(f"cannot read {page.id}")

    assert PAGES.reading(fail)([ferry]) == [("", "", "ValueError: cannot read ferry")]


@pytest.mark.parametrize(
    ("source", "language"),
    [
        (b'<html lang="de-AT">', "de"),
        (b"<!doctype html><HTML class=x LANG=FR>", "fr"),
        (b"<html><p lang=de>", "en"),
        (b'<html data-lang="de">', "en"),
    ],
)
def test_the_language_is_that_of_the_page(source: bytes, language: str) -> None:
    assert PEERS.Page.of("a", source).language == language


# The whole


def test_it_prints_a_table_for_each_file_one_for_all_and_one_of_outlets_with_selectors(
    tmp_path: Path,
    ferry: Any,
    selecting: Cleaner,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    urls = {"first": "https://quillmore-herald.com/ferry", "second": "https://example.com/ferry"}
    for name, url in urls.items():
        (tmp_path / f"{name}.html.gz").write_bytes(gzip.compress(ferry.data))
        row = {"id": name, "html": f"{name}.html.gz", "outlet": "x", "url": url, "gold": PARAGRAPHS}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row), "utf-8")
    files = [str(tmp_path / f"{name}.jsonl") for name in urls]
    monkeypatch.setattr(PAGES, "Cleaner", lambda **_: selecting)
    monkeypatch.setattr(PAGES, "LIBRARIES", ("trafilatura",))
    monkeypatch.setattr(sys, "argv", ["pages.py", *files, "--tools", "cleaner,trafilatura,floor", "--rounds", "1"])
    PAGES.main()
    lines = capsys.readouterr().out.splitlines()
    selected = "outlets with a selector for their content, 1 pages"
    tables = [f"{files[0]}, 1 pages", f"{files[1]}, 1 pages", "all, 2 pages", selected]
    assert [line for line in lines if line.endswith(" pages")] == tables
    ruled, bare = lines[lines.index(selected) + 2 :][:2]
    assert ruled.startswith("cleaner, html rules")
    assert ruled.split()[3:7] == ["1.0000"] * 4
    assert bare.split()[0] == "cleaner"
    floors = [line.split() for line in lines if line.startswith("floor")]
    assert len(floors) == 3
    assert {float(line[3]) for line in floors} == {1.0}  # all of the article is in all of the page
    assert all(float(line[2]) < 1 for line in floors)


def test_a_row_without_annotation_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('\n{"id": "a", "html": "a.html"}\n', "utf-8")
    with pytest.raises(SystemExit, match=r"a\.jsonl:2: .*gold"):
        PAGES.load(tmp_path / "a.jsonl")
