"""Pages: selectors of the outlet first, then the network, then what else there is; all on record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from cleaner import Cleaned, Cleaner, DocumentError, restore
from cleaner.batch import clean_all
from cleaner.html import cascade
from cleaner.html.judge import Measured
from cleaner.io.inputs import gather
from cleaner.model import Document
from cleaner.restoring import restore_all
from cleaner.tasks import Run
from tests.html.pages import CAPTION, HEADLINE, MENU, PARAGRAPHS, RELATED, URL, head, links, paragraphs, simple, whole

RULES = """\
outlet: quillmore-herald.com
html:
  content: article
  remove: [".plea"]
rules:
  - id: sign-off
    category: other
    lines: [Quillmore to the end]
examples:
  - text: |
      The bridge stays open.

      Quillmore to the end
    becomes: The bridge stays open.
  - text: Quillmore stays open to the end of the year.
    becomes: same
"""


@pytest.fixture(scope="module")
def quillmore(tmp_path_factory: pytest.TempPathFactory) -> Cleaner:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "outlets").mkdir()
    (folder / "outlets" / "quillmore-herald.com.yaml").write_text(RULES, "utf-8")
    return Cleaner(rules=[folder])


def how(cleaned: Cleaned) -> str:
    assert cleaned.extraction is not None
    return cleaned.extraction.how


def dropped(cleaned: Cleaned) -> dict[str, str]:
    """Return the category of each line that was left out."""
    assert cleaned.extraction is not None
    return {line: node.category for node in cleaned.extraction.dropped for line in node.text.split("\n")}


def test_a_page_loses_selected_nodes_then_boilerplate_lines(quillmore: Cleaner) -> None:
    cleaned = quillmore.clean_html(simple())
    assert cleaned.text.split("\n") == list(PARAGRAPHS)
    assert [removal.rule for removal in cleaned.removals] == ["outlets/quillmore-herald.com/sign-off"]
    assert cleaned.extraction is not None
    [plea] = cleaned.extraction.dropped
    assert (plea.selector, "coin <today>" in plea.text) == (".plea", True)
    assert how(cleaned) == "selector"


def test_the_page_tells_its_outlet_and_the_caller_knows_better(quillmore: Cleaner) -> None:
    same = quillmore.clean(PARAGRAPHS[0], url=URL).outlet
    assert quillmore.clean_html(simple()).outlet == same
    elsewhere = quillmore.clean_html(simple(), url="https://example.com/x")
    assert elsewhere.outlet is not None
    assert elsewhere.outlet.domain == "example.com"
    assert how(elsewhere) == "network"


def test_several_elements_of_a_content_selector_are_joined_and_inner_ones_are_not_read_twice(
    quillmore: Cleaner,
) -> None:
    inner = f"<article>{paragraphs(PARAGRAPHS[1:2])}</article>"
    page = f"{head()}<body><article>{paragraphs(PARAGRAPHS[:1])}{inner}</article><p>Between the two parts.</p>"
    cleaned = quillmore.clean_html(f"{page}<article>{paragraphs(PARAGRAPHS[2:])}</article>")
    assert cleaned.text.split("\n") == list(PARAGRAPHS)


def test_a_content_selector_that_finds_nothing_is_on_record_and_the_network_judges(quillmore: Cleaner) -> None:
    cleaned = quillmore.clean_html(simple().replace("article>", "section>"))
    assert cleaned.text.split("\n") == list(PARAGRAPHS)
    assert cleaned.extraction is not None
    assert how(cleaned) == "network"
    assert "the selector article of the outlet's rules finds nothing" in cleaned.extraction.reason


def test_the_network_keeps_the_article_and_says_what_the_rest_is(cleaner: Cleaner) -> None:
    cleaned = cleaner.clean_html(whole())
    assert [line for line in cleaned.text.split("\n") if line in PARAGRAPHS] == list(PARAGRAPHS)
    gone = dropped(cleaned)
    assert gone[HEADLINE] == "headline"
    assert gone[CAPTION] == "caption"
    assert {gone[item] for item in MENU} == {"navigation"}
    assert {gone[item] for item in RELATED} == {"recommended"}
    assert gone["Same every year!"] == "comments"
    assert not any("not a paragraph" in line for line in (*gone, *cleaned.text.split("\n")))


def test_what_the_page_says_of_its_article_is_on_record_and_used(cleaner: Cleaner) -> None:
    cleaned = cleaner.clean_html(whole())
    assert cleaned.extraction is not None
    assert cleaned.extraction.metadata == {
        "title": HEADLINE,
        "byline": "Mabel Thorne",
        "date": "2025-03-07",
        "language": "en",
        "url": "https://www.example-courier.net/ferry",
        "site_name": "The Quillmore Herald",
    }
    assert (cleaned.document.language, str(cleaned.document.date)) == ("en", "2025-03-07")
    assert cleaned.document.url == "https://www.example-courier.net/ferry"


def test_the_text_of_a_page_is_restored_as_it_was_extracted(quillmore: Cleaner) -> None:
    for page in (simple(), whole()):
        cleaned = quillmore.clean_html(page)
        assert restore(cleaned.text, cleaned.removals) == cleaned.document.text


def test_bytes_are_decoded_as_browsers_do(cleaner: Cleaner) -> None:
    page = whole().replace("<head>", '<head><meta charset="windows-1252">')
    assert cleaner.clean_html(page.encode("cp1252")).text == cleaner.clean_html(page).text


def test_a_page_whose_text_comes_by_script_gives_what_it_holds_for_search_engines(cleaner: Cleaner) -> None:
    body = "\n".join(PARAGRAPHS)
    about = f'<script type="application/ld+json">{json.dumps({"articleBody": body})}</script>'
    shell = f"<html>{head(None, about)}<body><nav>{links(MENU)}</nav><div id='root'>Loading…</div></body></html>"
    cleaned = cleaner.clean_html(shell)
    assert cleaned.text == body
    assert how(cleaned) == "data"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("", "shows no text"),
        ("<html></html>", "shows no text"),
        ("<script>let a = 1;</script>", "shows no text"),
        ("<frameset><frame src='a.html'></frameset>", "shows no text"),
        (f"<nav>{links(MENU)}</nav>", "no article found"),
    ],
)
def test_a_page_without_an_article_is_an_error_with_a_reason(cleaner: Cleaner, source: str, why: str) -> None:
    with pytest.raises(DocumentError, match=why):
        cleaner.clean_html(source)


@pytest.fixture
def undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the network be at a loss, whatever the line."""

    def half(pages: Sequence[Measured]) -> list[np.ndarray]:
        return [np.full(len(page.words), 0.49, np.float32) for page in pages]

    monkeypatch.setattr(cascade, "likely", half)


def test_where_the_network_is_unsure_trafilatura_has_a_say(cleaner: Cleaner, undecided: None) -> None:
    cleaned = cleaner.clean_html(whole())
    assert how(cleaned) == "network and trafilatura"
    assert set(PARAGRAPHS) <= set(cleaned.text.split("\n"))
    assert not set(MENU) & set(cleaned.text.split("\n"))
    assert cleaned.extraction is not None
    assert "2% sure" in cleaned.extraction.reason


def test_pages_together_are_what_each_is_alone(quillmore: Cleaner) -> None:
    pages = [Document(source, id=str(n)) for n, source in enumerate([simple(), whole(), "", simple(None)] * 4)]
    together = quillmore.extract_many(pages)
    alone = [quillmore.extract_many([page])[0] for page in pages]
    assert [str(one) if isinstance(one, DocumentError) else one for one in together] == [
        str(one) if isinstance(one, DocumentError) else one for one in alone
    ]


def test_modes_keep_more_or_less_of_a_page() -> None:
    kept = {mode: len(Cleaner(mode=mode).clean_html(whole()).document.text) for mode in ("precision", "recall")}
    assert kept["precision"] >= kept["recall"]


def test_a_folder_of_pages_comes_out_as_text_and_back_as_the_extracted_text(quillmore: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ferry.html").write_text(simple(), "utf-8")
    (tmp_path / "in" / "empty.htm").write_text("<html></html>", "utf-8")
    run = Run.of(quillmore, tmp_path / "out")
    entries = {entry.id: entry for entry, _ in clean_all(run, gather([tmp_path / "in"], tmp_path / "out"))}
    assert "shows no text" in entries["empty.txt"].error
    assert (tmp_path / "out" / "ferry.txt").read_text("utf-8").split("\n") == list(PARAGRAPHS)
    extraction = entries["ferry.txt"].extracted()
    assert extraction is not None
    assert extraction.dropped[0].selector == ".plea"
    assert extraction.metadata["byline"] == "Mabel Thorne"
    assert list(restore_all(tmp_path / "out", tmp_path / "back")) == [("ferry.txt", 1, "")]
    assert (tmp_path / "back" / "ferry.txt").read_text("utf-8").split("\n") == [*PARAGRAPHS, "Quillmore to the end"]
