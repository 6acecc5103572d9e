"""Pages: selectors of the outlet first, then extraction, then the text path; all on record."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner import Cleaner, DocumentError
from cleaner.batch import clean_all
from cleaner.io.inputs import gather
from cleaner.restoring import restore_all
from cleaner.tasks import Run

PARAGRAPHS = (
    "The ferry left the northern pier an hour late because the crew waited for the doctor, the harbour master said.",
    "Nobody on the island could remember a winter in which the harbour froze over twice, and the shop ran out of salt.",
    "The council will vote on the new breakwater in March, and two of the older boats will be towed to the yard.",
)
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


def page(url: str = "https://www.quillmore-herald.com/ferry") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    plea = '<div class="plea"><p>Give us a coin &lt;today&gt;, dear reader, for the paper that you hold.</p></div>'
    head = f'<head><title>Ferry late</title><link rel="canonical" href="{url}"></head>'
    return f"<html>{head}<body><article>{body}{plea}<p>Quillmore to the end</p></article></body></html>"


@pytest.fixture(scope="module")
def quillmore(tmp_path_factory: pytest.TempPathFactory) -> Cleaner:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "outlets").mkdir()
    (folder / "outlets" / "quillmore-herald.com.yaml").write_text(RULES, "utf-8")
    return Cleaner(rules=[folder])


def test_a_page_loses_selected_nodes_then_boilerplate_lines(quillmore: Cleaner) -> None:
    cleaned = quillmore.clean_html(page())
    assert cleaned.text.split("\n") == list(PARAGRAPHS)
    assert [removal.rule for removal in cleaned.removals] == ["outlets/quillmore-herald.com/sign-off"]
    assert [(node.selector, "coin <today>" in node.text) for node in cleaned.dropped] == [(".plea", True)]


def test_the_page_tells_its_outlet_and_the_caller_knows_better(quillmore: Cleaner) -> None:
    assert (
        quillmore.clean_html(page()).outlet
        == quillmore.clean(PARAGRAPHS[0], url="https://www.quillmore-herald.com/ferry").outlet
    )
    elsewhere = quillmore.clean_html(page(), url="https://example.com/x")
    assert elsewhere.outlet is not None
    assert elsewhere.outlet.domain == "example.com"
    assert elsewhere.dropped == ()


@pytest.mark.parametrize("source", ["", "<html></html>", "<script>let a = 1;</script>"])
def test_a_page_without_an_article_is_an_error_with_a_reason(quillmore: Cleaner, source: str) -> None:
    with pytest.raises(DocumentError, match="no article found"):
        quillmore.clean_html(source)


def test_a_folder_of_pages_comes_out_as_text_and_back_as_the_extracted_text(quillmore: Cleaner, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ferry.html").write_text(page(), "utf-8")
    (tmp_path / "in" / "empty.htm").write_text("<html></html>", "utf-8")
    run = Run.of(quillmore, tmp_path / "out")
    entries = {entry.id: entry for entry, _ in clean_all(run, gather([tmp_path / "in"], tmp_path / "out"))}
    assert entries["empty.txt"].error == "no article found in the page"
    assert (tmp_path / "out" / "ferry.txt").read_text("utf-8").split("\n") == list(PARAGRAPHS)
    assert entries["ferry.txt"].dropped[0]["selector"] == ".plea"
    assert list(restore_all(tmp_path / "out", tmp_path / "back")) == [("ferry.txt", 1, "")]
    assert (tmp_path / "back" / "ferry.txt").read_text("utf-8").split("\n") == [*PARAGRAPHS, "Quillmore to the end"]
