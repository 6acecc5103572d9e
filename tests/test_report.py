"""`cleaner report`: what stands in the page, and that nothing in it can break out."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from cleaner import Cleaner
from cleaner.batch import clean_all
from cleaner.errors import DocumentError, UsageError
from cleaner.io.files import RECORDS
from cleaner.io.inputs import gather
from cleaner.io.ledger import MANIFEST, REMOVALS, SUMMARY
from cleaner.model import Cleaned, Document, Outlet, Refusal, Removal, cut
from cleaner.report.page.build import HEAD, MARK, page, write
from cleaner.report.page.embedded import embedded
from cleaner.report.page.passages import STAYS, described, fit, split
from cleaner.report.page.sample import AT_RANDOM, Asked, choose
from cleaner.risk import risk_of
from cleaner.tasks import Run
from tests.articles import ARTICLES, FIRST, GIFT, LETTER, SECOND, write_files
from tests.console import Cli

HOSTILE = st.text(
    st.one_of(st.sampled_from("<>&\"'/!-\\\u2028\u2029\x00\r\n"), st.characters(), st.characters(categories=["Cs"]))
)
PHRASES = st.sampled_from(
    ["</script>", "<!--", "-->", "<script>", "]]>", "&lt;", "\\u003c", "{{script}}", "<!-- data -->"]
)
TEXTS = st.lists(st.one_of(HOSTILE, PHRASES)).map("".join)
EMPTY: dict[str, Any] = {
    "run": {"name": "x"},
    "totals": dict.fromkeys(("written", "documents", "flagged", "failed", "removals", "removed", "characters"), 0),
    "categories": [],
}


def utf16(value: Any) -> Any:
    """Return a value with its texts as JavaScript holds them, where two surrogates are one character."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass")
    if isinstance(value, dict):
        return {utf16(key): utf16(item) for key, item in value.items()}
    return [utf16(item) for item in value] if isinstance(value, list | tuple) else value


@given(TEXTS)
def test_any_text_comes_back_and_ends_no_script(text: str) -> None:
    content = embedded({"text": text})
    assert utf16(json.loads(content)) == utf16({"text": text})
    assert not set(content.decode()) & set("<>&\u2028\u2029")


@given(TEXTS)
def test_a_page_holds_its_data_whatever_the_texts(text: str) -> None:
    found = read({**EMPTY, "run": {"name": text}, "documents": [text]})
    assert utf16(found["documents"]) == utf16([text])
    tree = LexborHTMLParser(page({**EMPTY, "run": {"name": text}}))
    assert len(tree.css("script")) == 2
    assert len(tree.css("main *, body > *")) == len(LexborHTMLParser(page(EMPTY)).css("main *, body > *"))


def read(data: dict[str, Any]) -> dict[str, Any]:
    return data_of(page(data))


def data_of(content: bytes) -> dict[str, Any]:
    (script,) = LexborHTMLParser(content).css("script#data")
    return dict(json.loads(script.text()))


def test_a_page_allows_nothing_but_itself() -> None:
    content = page(EMPTY).decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', content)
    assert policy
    assert policy[1].startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    for tag, source in (("style", "style-src"), ('script type="module"', "script-src")):
        (inside,) = re.findall(f"<{tag}>(.*?)</{tag.split()[0]}>", content, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{source} 'sha256-{digest}'" in policy[1]
    assert not re.search(r"\bsrc=|url\(|@import|\bfetch\(|innerHTML|\.style=|\bon\w+=\"|https?://", content)
    assert {link for link in re.findall(r'href="([^"]*)"', content) if not link.startswith("#")} == {"data:,"}


# Passages


@st.composite
def some_cleaned(draw: st.DrawFn) -> Cleaned:
    text = draw(st.text(st.sampled_from("ab \n\ud800<😀"), max_size=120))
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12)))
    spans = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False) if a < b]
    removals = tuple(Removal(a, b, text[a:b], "ad", f"generic/ad/{n % 2}", 0.9, "x") for n, (a, b) in enumerate(spans))
    places = st.integers(-5, len(text) + 5)
    refused = draw(st.lists(st.tuples(places, places, st.sampled_from("pq")), max_size=5))
    refusals = tuple(Refusal(a, b, "legal", f"generic/legal/{rule}", "too much") for a, b, rule in refused)
    return Cleaned(Document(text), cut(text, removals), removals, refusals)


@given(some_cleaned())
def test_passages_together_are_the_source_and_say_what_went(cleaned: Cleaned) -> None:
    passages, refusals = split(cleaned)
    text = cleaned.document.text
    assert "".join(p.text for p in passages) == text
    assert "".join(p.text for p in passages if p.removal == STAYS) == cleaned.text
    assert [p.text for p in passages if p.removal != STAYS] == [r.text for r in cleaned.removals]
    assert [p.removal for p in passages if p.removal != STAYS] == list(range(len(cleaned.removals)))
    at = 0
    for passage in passages:
        if passage.removal == STAYS:
            said = {refusals[n] for n in passage.refusals}
            meant = {r for r in cleaned.refusals if r.start <= at and at + len(passage.text) <= r.end}
            assert said == {(r.category, r.rule, r.reason) for r in meant}
        at += len(passage.text)


@given(some_cleaned(), st.integers(0, 4_000))
def test_a_document_takes_no_more_room_than_it_may(cleaned: Cleaned, room: int) -> None:
    passages, _ = split(cleaned)
    removals = [("ad", "generic/ad/x", 0.9, "r" * 50, 1, "") for _ in cleaned.removals]
    some = fit(passages, removals, room)
    shown = removals[: max((p.removal for p in some), default=-1) + 1]
    assert not some or len(embedded(some)) + len(embedded(shown)) <= room + 100
    for whole, passage in zip(passages, some, strict=False):
        assert whole.text.startswith(passage.text)
        assert whole.text.endswith(passage.end)
        assert len(whole.text) == len(passage.text) + passage.hidden + len(passage.end)
    if room >= len(embedded((passages, removals))):
        assert some == passages


def test_of_a_long_document_the_middles_of_what_stays_are_left_out_and_counted() -> None:
    text = FIRST.format("") * 300 + GIFT + SECOND * 300
    start = text.index(GIFT)
    removal = Removal(start, start + len(GIFT), GIFT, "donation", "generic/standing/gift", 0.95, "x")
    cleaned = Cleaned(Document(text), cut(text, [removal]), (removal,))
    shown = described("long.txt", cleaned, risk_of(cleaned), 4_000)
    before, gone, after = shown["passages"]
    assert len(embedded(shown)) < 5_000
    assert gone.text == GIFT
    assert before.text.startswith("The lock keeper")
    assert after.end.endswith("the heat.\n")
    assert before.hidden > 20_000
    assert sum(len(p.text) + p.hidden + len(p.end) for p in shown["passages"]) == len(text) == shown["characters"]
    assert shown["rest"] == 0


def test_what_has_no_room_at_all_is_counted_as_the_rest() -> None:
    text = (LETTER + "\n") * 5_000
    spans = [(n, n + len(LETTER)) for n in range(0, len(text), len(LETTER) + 1)]
    removals = tuple(Removal(a, b, text[a:b], "newsletter", "generic/standing/letter", 0.95, "x") for a, b in spans)
    cleaned = Cleaned(Document(text), cut(text, removals), removals)
    shown = described("many.txt", cleaned, risk_of(cleaned), 10_000)
    assert len(embedded(shown)) < 11_000
    assert 0 < len(shown["removals"]) < 200
    assert shown["cuts"] == 5_000
    assert shown["rest"] == len(text) - sum(len(p.text) for p in shown["passages"])


# The sample


def run_of(number: int) -> list[tuple[str, Cleaned | DocumentError]]:
    """Documents of which a tenth lost prose from their middles."""
    found: list[tuple[str, Cleaned | DocumentError]] = []
    for n in range(number):
        gone = SECOND if n % 10 == 0 else LETTER
        text = FIRST.format("") + "\n" + gone + "\n" + FIRST.format("")
        start = text.index(gone)
        removal = Removal(start, start + len(gone), gone, "ad", f"generic/ad/{n % 3}", 0.95, "x")
        outlet = Outlet("quillmore.example", "url", "x") if n % 2 else None
        found.append((f"{n}.txt", Cleaned(Document(text), cut(text, [removal]), (removal,), outlet=outlet)))
    return found


def names(documents: list[tuple[str, Cleaned | DocumentError]], asked: Asked) -> list[str]:
    return [shown["name"] for shown in choose(documents, asked, 10_000).documents]


def test_the_riskiest_come_first_and_others_are_drawn_at_random() -> None:
    documents = run_of(300)
    sample = choose(documents, Asked(40), 10_000)
    risks = [shown["risk"] for shown in sample.documents]
    assert risks == sorted(risks, reverse=True)
    assert (len(risks), sample.at_random) == (40, 16)
    assert sum(risk == max(risks) for risk in risks) >= 24
    assert len({shown["name"] for shown in sample.documents}) == 40
    assert sample.said == "40 of 300 documents are shown: the 24 riskiest and 16 of the others at random (seed 0)."


def test_the_choice_depends_on_the_seed_and_on_no_order() -> None:
    documents = run_of(300)
    shuffled = random.Random(1).sample(documents, len(documents))
    chosen = set(names(documents, Asked(40, seed=3)))
    assert chosen == set(names(shuffled, Asked(40, seed=3)))
    assert chosen != set(names(documents, Asked(40, seed=4)))


def test_the_draw_is_even() -> None:
    documents = run_of(60)
    drawn = Counter(name for seed in range(200) for name in names(documents, Asked(10, seed)))
    tame = [drawn[f"{n}.txt"] for n in range(60) if n % 10]
    assert sum(tame) == 200 * int(10 * AT_RANDOM)
    assert min(tame) > 0
    assert max(tame) < 5 * sum(tame) / len(tame)


@pytest.mark.parametrize("number", [0, 1, 39, 40])
def test_of_few_documents_all_are_shown(number: int) -> None:
    sample = choose(run_of(number), Asked(40), 10_000)
    assert len(sample.documents) == sample.of == number
    assert sample.said in ("All documents are shown.", "The one document is shown.")


def test_only_what_is_asked_for_is_shown() -> None:
    documents = run_of(30)
    assert {n[:-4] for n in names(documents, Asked(rule="generic/ad/1"))} == {str(n) for n in range(1, 30, 3)}
    assert len(names(documents, Asked(rule="generic/ad"))) == 30
    assert names(documents, Asked(category="legal")) == []


# The command


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, quillmore: Cleaner) -> Path:
    folder = tmp_path_factory.mktemp("run")
    write_files(folder / "in", {**ARTICLES, "broken.txt": b"\x89PNG\r\n\x1a\n"})
    for _ in clean_all(Run.of(quillmore, folder / "out"), gather([folder / "in"], folder / "out"), jobs=1):
        pass
    return folder / "out"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("documents", [2, 500])
def test_figures_are_those_of_the_logs_however_few_documents_are_shown(
    out: Path, here: Path, cli: Cli, documents: int
) -> None:
    result = cli("report", out, "--documents", documents)
    assert result.code == 0
    data = data_of((here / "report.html").read_bytes())
    summary = json.loads((out / RECORDS / SUMMARY).read_text("utf-8"))
    totals = data["totals"]
    assert (totals["documents"], totals["failed"]) == (summary["documents"], summary["failures"])
    assert (totals["written"], totals["characters"]) == (summary["written"], summary["characters"])
    assert {row[0]: row[2] for row in data["categories"]} == summary["removed_characters"]
    assert {row[0]: row[1] for row in data["categories"]} == summary["removed_blocks"]
    lines = [json.loads(line) for line in (out / RECORDS / REMOVALS).read_text("utf-8").splitlines()]
    fires = Counter(line["rule"] for line in lines)
    assert {row[0]: row[2] for row in data["rules"]["rows"]} == fires
    assert {row[0]: row[3] for row in data["rules"]["rows"]} == Counter(
        rule for rule, _ in {(line["rule"], line["document"]) for line in lines}
    )
    assert totals["removals"] == len(lines)
    assert {row[0]: row[1] for row in data["outlets"]["rows"]} == summary["outlets"]
    assert sum(row[3] for row in data["outlets"]["rows"]) == totals["removed"]
    assert sum(data["shares"]) == summary["written"]
    assert [name for name, _ in data["failed"]] == ["broken.txt"]
    assert len(data["documents"]) == min(documents, 5)
    assert data["sample"] in result.said
    assert data["run"]["is_finished"]
    recipes = {json.loads(line)["recipe"] for line in (out / RECORDS / MANIFEST).read_text("utf-8").splitlines()}
    assert data["run"]["recipes"][0] in recipes


def test_a_reader_without_scripts_gets_the_totals(out: Path, here: Path, cli: Cli) -> None:
    assert cli("report", out).code == 0
    text = LexborHTMLParser((here / "report.html").read_bytes()).css_first("noscript").html
    assert "<th>documents cleaned</th><td>5 of 6</td>" in text
    assert "<th>characters of newsletter</th><td>111</td>" in text


def test_documents_hold_their_texts(out: Path, here: Path, cli: Cli) -> None:
    assert cli("report", out, "-o", "page.html").code == 0
    shown = {document["name"]: document for document in data_of((here / "page.html").read_bytes())["documents"]}
    assert {name: "".join(p[2] for p in d["passages"]) for name, d in shown.items()} == ARTICLES
    assert [removal[1] for removal in shown["a.txt"]["removals"]] == [
        "generic/standing/letter", "generic/standing/app", "generic/standing/gift",
    ]  # fmt: skip
    assert shown["c.txt"]["outlet"] == "quillmore.example"


def test_a_part_of_a_run_is_reported(out: Path, here: Path, cli: Cli) -> None:
    def told(*options: str) -> dict[str, Any]:
        assert cli("report", out, *options).code == 0
        return data_of((here / "report.html").read_bytes())

    outlet = told("--outlet", "quillmore.example")
    assert [shown["name"] for shown in outlet["documents"]] == ["c.txt"]
    assert outlet["totals"]["written"] == 1
    assert [row[0] for row in outlet["categories"]] == ["legal"]
    unknown = told("--outlet", "unknown")
    assert {shown["name"] for shown in unknown["documents"]} == ARTICLES.keys() - {"c.txt"}
    gift = told("--category", "donation")
    assert {shown["name"] for shown in gift["documents"]} == {"a.txt", "sub/ё.txt"}
    assert [row[0] for row in gift["categories"]] == ["donation"]
    app = told("--rule", "generic/standing/app")
    assert {shown["name"] for shown in app["documents"]} == {"a.txt", "sub/d.txt"}
    assert [row[:4] for row in app["rules"]["rows"]] == [["generic/standing/app", "promo", 2, 2]]
    assert app["run"]["only"] == {"rule": "generic/standing/app"}


def test_a_report_is_written_over_a_report_and_over_nothing_else(out: Path, here: Path, cli: Cli) -> None:
    assert cli("report", out).code == 0
    before = (here / "report.html").read_bytes()
    assert MARK in before[:HEAD]
    assert cli("report", out, "--documents", 1).code == 0
    assert len((here / "report.html").read_bytes()) < len(before)
    (here / "thesis.html").write_text("<!doctype html><title>My thesis</title>")
    refused = cli("report", out, "-o", "thesis.html")
    assert refused.code == 2
    assert "thesis.html: is no report of cleaner and stays as it is" in refused.err
    assert "My thesis" in (here / "thesis.html").read_text()
    (here / "folder").mkdir()
    assert "is a folder" in cli("report", out, "-o", "folder").err
    with pytest.raises(UsageError, match="no report"):
        write(here / "thesis.html", before)


def test_calls_that_make_no_sense_are_refused(out: Path, here: Path, cli: Cli) -> None:
    assert "output folder of `cleaner clean`" in cli("report", here).err
    unknown = cli("report", out, "--category", "adverts")
    assert unknown.code == 2
    assert "unknown category 'adverts'" in unknown.err
    assert cli("report", out, "--documents", 0).code == 2
    assert list(here.iterdir()) == []


def test_a_document_that_cannot_be_read_again_is_named_and_the_others_are_shown(
    out: Path, here: Path, cli: Cli
) -> None:
    shutil.copytree(out, here / "out")
    (here / "out" / "a.txt").write_text("another text")
    result = cli("report", "out")
    assert result.code == 1
    assert "a.txt: was changed since it was cleaned" in result.err
    data = data_of((here / "report.html").read_bytes())
    assert data["unreadable"] == 1
    assert [name for name, _ in data["problems"]] == ["a.txt"]
    assert {shown["name"] for shown in data["documents"]} == ARTICLES.keys() - {"a.txt"}


def test_a_run_that_is_not_finished_is_reported_as_such(out: Path, here: Path, cli: Cli) -> None:
    shutil.copytree(out, here / "out")
    (here / "out" / RECORDS / SUMMARY).unlink()
    assert cli("report", "out").code == 0
    assert not data_of((here / "report.html").read_bytes())["run"]["is_finished"]


def test_a_run_over_records_is_reported(here: Path, cli: Cli, quillmore: Cleaner) -> None:
    rows = [{"id": name, "text": text} for name, text in ARTICLES.items()]
    write_files(here / "in", {"news.jsonl": "".join(json.dumps(row) + "\n" for row in rows)})
    for _ in clean_all(Run.of(quillmore, here / "out"), gather([here / "in"], here / "out"), jobs=1):
        pass
    assert cli("report", "out").code == 0
    shown = data_of((here / "report.html").read_bytes())["documents"]
    assert sorted("".join(p[2] for p in document["passages"]) for document in shown) == sorted(ARTICLES.values())
