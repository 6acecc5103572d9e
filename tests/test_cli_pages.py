"""Pages on the command line, from every kind of input to every kind of output."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType  # an independent reader, to be sure of what the test writes

from tests.console import Cli
from tests.html.pages import CAPTION, HEADLINE, MENU, PARAGRAPHS, RELATED, whole
from tests.io.test_warc import INFO, PICTURE, URL, answer

ARTICLE = list(PARAGRAPHS)
COURIER = "https://www.example-courier.net/ferry"


def prose(text: str) -> list[str]:
    """Return the paragraphs of the article that a text holds, in their order."""
    return [line for line in text.split("\n") if line in PARAGRAPHS]


def test_warc_in_jsonl_out(cli: Cli, tmp_path: Path) -> None:
    page, broken = whole().encode(), b"<html><body><script>later()</script></body></html>"
    archive = b"".join(gzip.compress(one) for one in (INFO, answer(page), PICTURE, answer(broken)))
    source = tmp_path / "crawl.warc.gz"
    source.write_bytes(archive)
    with source.open("rb") as file:
        responses = list(ArchiveIterator(file, record_types=WarcRecordType.response))
    assert len(responses) == 3
    done = cli("clean", source, "-o", tmp_path / "out", "--jobs", 1)
    assert done.code == 1  # one page has no text
    assert "1 of 2 documents cleaned" in done.said
    [record] = map(json.loads, gzip.decompress((tmp_path / "out" / "crawl.jsonl.gz").read_bytes()).splitlines())
    assert prose(record["text"]) == ARTICLE
    assert not {*MENU, *RELATED, CAPTION} & set(record["text"].split("\n"))
    assert record["url"] == URL
    assert record["page_metadata"]["title"] == HEADLINE
    assert record["page_metadata"]["byline"] == "Mabel Thorne"
    manifest = [json.loads(line) for line in (tmp_path / "out/.cleaner/manifest.jsonl").read_text("utf-8").splitlines()]
    failed = [entry for entry in manifest if entry["state"] == "failed" and entry["record"]]
    assert ["shows no text" in entry["error"] for entry in failed] == [True]
    assert cli("restore", tmp_path / "out", "-o", tmp_path / "back").code == 0


def test_a_field_of_pages_gets_a_text_and_metadata_beside_it(cli: Cli, tmp_path: Path) -> None:
    rows = [{"nr": 1, "html": whole(), "url": COURIER}, {"nr": 2, "html": "", "url": COURIER}]
    source = tmp_path / "pages.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert cli("clean", source, "-o", tmp_path / "out", "--jobs", 1).code == 1
    first, second = map(json.loads, (tmp_path / "out" / "pages.jsonl").read_text("utf-8").splitlines())
    assert prose(first["text"]) == ARTICLE
    assert first["page_metadata"]["site_name"] == "The Quillmore Herald"
    assert {name: first[name] for name in rows[0]} == rows[0]
    assert second == rows[1]
    assert cli("restore", tmp_path / "out", "-o", tmp_path / "back").code == 0
    restored = [json.loads(line) for line in (tmp_path / "back" / "pages.jsonl").read_text("utf-8").splitlines()]
    assert restored == rows


def test_pages_become_a_table(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ferry.html").write_text(whole(), "utf-8")
    (tmp_path / "in" / "note.txt").write_text("\n\n".join(PARAGRAPHS), "utf-8")
    assert cli("clean", tmp_path / "in", "-o", tmp_path / "out", "--to", "parquet", "--jobs", 1).code == 0
    page, note = pq.read_table(tmp_path / "out" / "documents.parquet").to_pylist()
    assert (page["id"], prose(page["text"])) == ("ferry.html", ARTICLE)
    assert page["page_metadata"]["language"] == "en"
    assert (note["id"], note["page_metadata"]) == ("note.txt", None)


def test_the_article_as_markdown_and_changed_options_clean_anew(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ferry.html").write_text(whole(), "utf-8")
    assert cli("clean", tmp_path / "in", "-o", tmp_path / "out", "--jobs", 1).code == 0
    assert prose((tmp_path / "out" / "ferry.txt").read_text("utf-8")) == ARTICLE
    done = cli("clean", tmp_path / "in", "-o", tmp_path / "out", "--resume", "--format", "markdown", "--jobs", 1)
    assert done.code == 0
    text = (tmp_path / "out" / "ferry.txt").read_text("utf-8")
    assert prose(text) == ARTICLE
    assert "\n\n## Mail from the air\n\n" in text


def test_what_is_left_out_of_a_page_is_shown_before_it_is_trusted(cli: Cli, tmp_path: Path) -> None:
    page = tmp_path / "ferry.html.gz"
    page.write_bytes(gzip.compress(whole().encode()))
    explained = cli("explain", page)
    assert explained.code == 0
    assert "text by network" in explained.said
    assert f"x {CAPTION[:40]}" in explained.out
    assert "[caption]" in explained.out
    shown = cli("diff", page, "--category", "comments", "--why", "--no-pager")
    assert "left out of the page: comments 1" in shown.said
    assert "1 part left out of 1 page" in shown.said
    assert "x 2 comments Same every year! [comments] section#comments" in shown.said
    assert CAPTION not in shown.out
    [row] = map(json.loads, cli("diff", page, "--json", "--no-pager").out.splitlines())
    assert {node["category"] for node in row["dropped"]} >= {"navigation", "caption", "comments", "recommended"}
    assert cli("clean", page, "-o", tmp_path / "out", "--jobs", 1).code == 0
    done = cli("diff", tmp_path / "out", "--category", "comments", "--why", "--no-pager")
    assert "x 2 comments Same every year! [comments] section#comments" in done.said


@pytest.mark.parametrize("name", ["--rule", "--min-confidence"])
def test_nodes_of_pages_go_by_no_rule(cli: Cli, tmp_path: Path, name: str) -> None:
    (tmp_path / "ferry.html").write_text(whole(), "utf-8")
    asked = "heuristics/ad" if name == "--rule" else "0.5"
    assert "left out" not in cli("diff", tmp_path / "ferry.html", name, asked, "--no-pager").out


def test_a_page_on_standard_input(cli: Cli) -> None:
    done = cli("clean", "-", "--from", "html", stdin=whole().encode())
    assert (done.code, prose(done.out)) == (0, ARTICLE)
    assert not {*MENU, *RELATED, CAPTION} & set(done.out.split("\n"))
    failed = cli("clean", "-", "--from", "html", stdin=b"<p></p>")
    assert failed.code == 2
    assert "shows no text" in failed.said
