"""The page of `cleaner report` in a real browser: nothing runs but its own script, and all of it works."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cleaner import Cleaner
from cleaner.batch import clean_all
from cleaner.io.inputs import gather
from cleaner.report.page.build import page as page_of
from cleaner.report.page.passages import described
from cleaner.risk import risk_of
from cleaner.tasks import Run
from tests.articles import ARTICLES, FIRST, GIFT, LETTER, SECOND, rules_folder, write_files
from tests.test_report import data_of

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed")

EVIL = "<img src=x onerror=window.hacked=1>"
EVIL_NAME = f"{EVIL}.txt"
GENERIC = f"""\
rules:
  - {{id: letter, category: newsletter, lines: [Get the Quillmore letter each Friday], why: "{EVIL}"}}
  - {{id: gift, category: donation, start: '^give to the quillmore fund'}}
  - {{id: app, category: promo, inline: '\\(open in the quillmore app\\)'}}
  - {{id: pond, category: other, start: '^the pond of quillmore'}}
examples:
  - text: |
      Get the Quillmore letter each Friday

      The lock keeper counted ninety boats in July (open in the Quillmore app) and eighty in August.

      Give to the Quillmore fund today

      The pond of Quillmore
    becomes: |
      The lock keeper counted ninety boats in July and eighty in August.
  - text: The letter that the lock keeper wrote to the board in July was never answered by anybody there.
    becomes: same
"""
POND = "The pond of Quillmore was drained in May, and the children looked for coins in the mud until it was dark. " * 2
DOCUMENTS = {
    **ARTICLES,
    EVIL_NAME: f"<script>window.hacked=1</script>\n\n{FIRST.format('')}\n{EVIL}\n\n{LETTER}\n{SECOND}",
    "long.txt": FIRST.format("") * 40 + GIFT + SECOND * 3,
    "pond.txt": f"{SECOND}\n{POND}\n\n{POND}\n\n{FIRST.format('')}",
    "wide.txt": "Quillmore" * 400 + "\n\n" + FIRST.format("") + LETTER,
}


@pytest.fixture(scope="module")
def page_path(own_cache: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    rules = rules_folder(folder / "rules", GENERIC)
    write_files(folder / "in", DOCUMENTS)
    cleaner = Cleaner(rules=[rules])
    for _ in clean_all(Run.of(cleaner, folder / "out"), gather([folder / "in"], folder / "out"), jobs=1):
        pass
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["cleaner", "report", str(folder / "out"), "-o", str(folder / "report.html")])
        from cleaner.cli.app import main

        with pytest.raises(SystemExit) as ended:
            main()
    assert not ended.value.code
    return folder / "report.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Tab:
    """A tab with the page, that notes whatever goes wrong in it."""

    def __init__(self, browser: Any, path: Path, width: int, scheme: str, *, scripts: bool) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=scripts
        )
        self.page, self.path = self.context.new_page(), path
        self.wrong: list[str] = []
        self.page.on("console", lambda message: self.wrong.append(message.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: self.wrong.append(dialog.message))
        self.page.on("request", lambda request: self.wrong.append(request.url) if request.url != self.url else None)

    @property
    def url(self) -> str:
        return self.path.as_uri()

    def open(self, address: str = "") -> Any:
        self.page.goto(self.url + address)
        return self.page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def address(self) -> str:
        return str(self.page.url).partition("#")[2]

    def arrives(self, pattern: str) -> None:
        """Wait until the address matches; asked from here, as the page's policy lets no text become code."""
        until = time.monotonic() + 10
        while not re.search(pattern, str(self.page.evaluate("() => location.hash"))):
            assert time.monotonic() < until, f"{self.address} is not {pattern}"
            self.page.wait_for_timeout(20)

    def names(self) -> list[str]:
        return list(self.page.locator("#results .name").all_inner_texts())

    def title(self) -> str:
        return str(self.page.locator("h1").inner_text())

    def focused(self) -> str:
        return str(self.page.evaluate("document.activeElement.dataset.removal ?? document.activeElement.id"))


@pytest.fixture
def tab(browser: Any, page_path: Path, request: pytest.FixtureRequest) -> Iterator[Tab]:
    """A tab; parameters: width, colour scheme, whether scripts run."""
    width, scheme, scripts = getattr(request, "param", (1280, "light", True))
    opened = Tab(browser, page_path, width, scheme, scripts=scripts)
    yield opened
    assert opened.wrong == []
    if scripts:
        assert opened.page.evaluate("window.hacked") is None
    opened.context.close()


def phone(scheme: str = "light") -> pytest.MarkDecorator:
    return pytest.mark.parametrize("tab", [(375, scheme, True)], indirect=True)


def places(path: Path) -> dict[str, int]:
    return {shown["name"]: at for at, shown in enumerate(data_of(path.read_bytes())["documents"])}


def test_the_overview_says_what_the_run_did(tab: Tab) -> None:
    page = tab.open()
    names, values = (page.locator(f".tiles {part}").all_inner_texts() for part in ("dt", "strong"))
    tiles = dict(zip(names, values, strict=True))
    assert tiles["documents cleaned"] == str(len(DOCUMENTS))
    assert int(tiles["removals"]) == sum(
        len(shown["removals"]) for shown in data_of(tab.path.read_bytes())["documents"]
    )
    assert "All documents are shown." in page.inner_text("main")
    assert page.locator("main h2").all_inner_texts() == [
        "Look here first", "Needs a look", "By category", "Share of a document removed", "By rule", "By outlet",
    ]  # fmt: skip


def test_texts_names_and_reasons_stay_texts(tab: Tab) -> None:
    page = tab.open(f"#/doc/{places(tab.path)[EVIL_NAME]}")
    assert tab.title() == EVIL_NAME
    text = page.inner_text("#text")
    assert "<script>window.hacked=1</script>" in text
    assert EVIL in text
    tab.press("p")
    assert EVIL in page.inner_text("#details")
    page.click("#details a.rule")
    page.wait_for_selector(".subject")
    page.click("text=Documents")
    page.fill("#search", EVIL)
    assert tab.names() == [EVIL_NAME]
    assert page.locator("img, iframe, main script").count() == 0
    page.goto(f"{tab.url}#/rule/{EVIL}")
    assert tab.title() == EVIL


def test_lone_surrogates_break_nothing(browser: Any, tmp_path: Path, quillmore: Cleaner, page_path: Path) -> None:
    cleaned = quillmore.clean(LETTER + "\ud800 " + FIRST.format("\udc00"))
    document = described("\udcff.txt", cleaned, risk_of(cleaned), 10_000)
    path = tmp_path / "page.html"
    path.write_bytes(page_of({**data_of(page_path.read_bytes()), "documents": [document]}))
    tab = Tab(browser, path, 1280, "light", scripts=True)
    page = tab.open("#/doc/0")
    assert tab.title() == "\\udcff.txt"
    assert "boats in July" in page.inner_text("#text")
    page.fill("#search", "boats")
    assert tab.names() == ["\\udcff.txt"]
    tab.context.close()
    assert tab.wrong == []


def test_filters_combine(tab: Tab) -> None:
    page = tab.open("#/documents")
    assert page.inner_text("#count").startswith(f"{len(DOCUMENTS)} of {len(DOCUMENTS)} documents")
    page.select_option("#by-category", "donation")
    assert set(tab.names()) == {"a.txt", "sub/ё.txt", "long.txt"}
    page.select_option("#by-rule", "generic/standing/letter")
    assert tab.names() == []
    page.select_option("#by-category", "")
    assert set(tab.names()) == {"a.txt", "sub/d.txt", "sub/ё.txt", EVIL_NAME, "wide.txt"}
    page.fill("#search", "seen from")
    assert tab.names() == ["sub/d.txt"]
    page.click("text=clear")
    assert len(tab.names()) == len(DOCUMENTS)
    assert page.input_value("#search") == ""
    page.select_option("#by-outlet", "quillmore.example")
    assert tab.names() == ["c.txt"]
    page.goto(f"{tab.url}#/documents?flag=cut-refused")
    assert tab.names() == ["pond.txt"]


def test_the_least_risk_leaves_the_riskier_documents(tab: Tab) -> None:
    page = tab.open("#/documents")
    risks = [
        int(text) for text in page.locator("#results .badge").all_text_contents() for text in re.findall(r"\d+", text)
    ]
    assert risks == sorted(risks, reverse=True)
    page.fill("#by-min", "25")
    assert len(tab.names()) == sum(risk >= 25 for risk in risks)
    assert 0 < len(tab.names()) < len(risks)
    assert page.inner_text("#least") == "25"


def test_search_looks_into_removed_text_and_needs_no_case(tab: Tab) -> None:
    page = tab.open()
    tab.press("/")
    page.keyboard.type("всё ВАЖНО")
    page.wait_for_selector("#results")
    assert set(tab.names()) == {"a.txt", "sub/ё.txt", "long.txt"}
    assert page.locator(".hit").first.inner_text() == "всё важно"
    page.go_back()
    page.wait_for_selector(".overview")


def test_every_way_leads_back(tab: Tab) -> None:
    page = tab.open()
    page.click("section:has-text('By rule') >> text=generic/standing/letter")
    assert tab.title() == "generic/standing/letter"
    assert tab.address == "/rule/generic%2Fstanding%2Fletter"
    page.locator(".card a.row").first.click()
    page.wait_for_selector("#text")
    assert tab.focused() in ("0", "1")
    page.click("#details .chip")
    assert tab.title() == "newsletter"
    page.click("text=5 documents")
    assert len(tab.names()) == 5
    page.locator("#results a.row").first.click()
    page.click(".facts a")
    assert tab.address.startswith("/outlet/")
    for address in (
        r"/doc/\d+\?category",
        "/documents\\?category",
        "/category/newsletter",
        r"/doc/\d+/\d+",
        "/rule/",
        "$|/$",
    ):
        page.go_back()
        tab.arrives(f"^#?(?:{address})")
    page.wait_for_selector(".overview")
    page.go_forward()
    page.wait_for_selector(".subject")
    assert tab.title() == "generic/standing/letter"


def test_back_returns_to_where_the_list_was(browser: Any, page_path: Path, tmp_path: Path) -> None:
    data = data_of(page_path.read_bytes())
    data["documents"] = [{**data["documents"][0], "name": f"{n}.txt"} for n in range(300)]
    path = tmp_path / "many.html"
    path.write_bytes(page_of(data))
    tab = Tab(browser, path, 1280, "light", scripts=True)
    page = tab.open("#/documents")
    assert len(tab.names()) == 50
    page.click("text=Show 50 more of 250")
    assert len(tab.names()) == 100
    page.locator("#results a.row").nth(80).click()
    page.wait_for_selector("#text")
    assert page.evaluate("scrollY") == 0
    page.go_back()
    page.wait_for_selector("#results")
    assert len(tab.names()) == 100
    assert page.evaluate("scrollY") > 1_000
    tab.context.close()
    assert tab.wrong == []


def test_keys_that_are_pressed_fast_are_all_obeyed(tab: Tab) -> None:
    at = places(tab.path)["a.txt"]
    page = tab.open(f"#/doc/{at}")
    page.wait_for_selector("#text")
    press = "k => document.dispatchEvent(new KeyboardEvent('keydown', {key: k}))"
    page.evaluate(f"() => ['j', 'j', 'ArrowLeft', 'k', 'ArrowRight'].forEach({press})")
    tab.arrives(rf"^#/doc/{at + 1}$")
    page.wait_for_timeout(50)
    assert tab.address == f"/doc/{at + 1}"


def test_keys_go_through_documents_and_removals(tab: Tab) -> None:
    at = places(tab.path)["a.txt"]
    page = tab.open(f"#/doc/{at}")
    tab.press("n")
    assert tab.focused() == "0"
    assert page.locator("#details").is_visible()
    assert "confidence 0.95" in page.inner_text("#details").lower()
    assert "generic/standing/letter" in page.inner_text("#details")
    assert page.locator("mark[aria-expanded=true]").count() == 1
    tab.press("n", "n")
    assert tab.focused() == "2"
    tab.press("n")
    assert tab.focused() == "2"
    tab.press("p")
    assert tab.focused() == "1"
    tab.press("Escape")
    assert page.locator("#details").is_hidden()
    tab.press("j")
    tab.arrives(rf"^#/doc/{at + 1}$")
    tab.press("ArrowLeft")
    tab.arrives(rf"^#/doc/{at}$")
    tab.press("k", "ArrowRight")
    tab.arrives(rf"^#/doc/{at}$")
    tab.press("?")
    assert page.locator("#keys").is_visible()
    tab.press("j")
    assert tab.address == f"/doc/{at}"
    tab.press("Escape")
    assert page.locator("#keys").is_hidden()
    tab.press("/", "j")
    assert tab.focused() == "search"
    assert page.input_value("#search") == "j"
    tab.press("Escape")
    assert tab.focused() != "search"


def test_keys_keep_to_the_filtered_documents(tab: Tab) -> None:
    page = tab.open("#/documents?rule=generic/standing/gift")
    names = tab.names()
    tab.press("j", "Enter")
    page.wait_for_selector("#text")
    seen = [tab.title()]
    assert page.inner_text(".way").split() == ["Documents", "‹", "1", "of", "3", "›"]
    for _ in range(2):
        tab.press("j")
        tab.page.locator("h1", has_not_text=seen[-1]).wait_for()
        seen.append(tab.title())
    tab.press("j")
    assert [*seen, tab.title()] == [*names, names[-1]]


def test_details_show_under_the_pointer_and_where_one_taps(tab: Tab) -> None:
    page = tab.open(f"#/doc/{places(tab.path)['a.txt']}")
    marks = page.locator("#text mark")
    marks.nth(1).hover()
    assert "generic/standing/app" in page.inner_text("#details")
    page.mouse.move(5, 700)
    page.wait_for_selector("#details", state="hidden")
    marks.nth(2).click()
    page.mouse.move(5, 700)
    page.wait_for_timeout(400)
    assert "generic/standing/gift" in page.inner_text("#details")
    page.click("h1")
    assert page.locator("#details").is_hidden()


def test_a_refused_cut_is_marked_and_explained(tab: Tab) -> None:
    page = tab.open(f"#/doc/{places(tab.path)['pond.txt']}")
    refused = page.locator("#text .refused")
    assert refused.count() == 2
    refused.first.focus()
    assert "of the prose" in page.inner_text("#details")
    assert "generic/standing/pond" in page.inner_text("#details")
    assert page.locator("#text mark").count() == 0


def test_long_passages_are_folded_until_somebody_asks_or_prints(tab: Tab) -> None:
    page = tab.open(f"#/doc/{places(tab.path)['long.txt']}")
    sentence = "eighty in August"
    assert page.inner_text("#text").count(sentence) < 10
    page.emulate_media(media="print")
    assert page.inner_text("#text").count(sentence) == 40
    assert page.locator(".masthead").is_hidden()
    page.emulate_media(media="screen")
    page.click(".fold >> nth=0")
    assert page.inner_text("#text").count(sentence) == 40
    shown = " ".join(page.evaluate("document.getElementById('text').textContent").split())
    assert " ".join((FIRST.format("") * 40).split()) in shown


@pytest.mark.parametrize("tab", [(1280, "light", True), (1280, "dark", True)], indirect=True)
def test_light_and_dark_follow_the_system_until_somebody_chooses(tab: Tab) -> None:
    page = tab.open()
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.click("#theme")
    after = page.evaluate(ground)
    assert before != after
    page.reload()
    assert page.evaluate(ground) == after
    page.click("#theme")
    assert page.evaluate(ground) == before


@phone()
def test_a_phone_scrolls_in_one_direction_only(tab: Tab) -> None:
    addresses = ["", "#/documents", "#/rule/generic%2Fstanding%2Fletter", "#/category/newsletter", "#/outlet/unknown"]
    for address in [*addresses, *(f"#/doc/{at}" for at in range(len(DOCUMENTS)))]:
        page = tab.open(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 375, address
    page = tab.open(f"#/doc/{places(tab.path)['a.txt']}")
    page.locator("#text mark").first.click()
    box = page.locator("#details").bounding_box()
    assert (box["x"], box["width"]) == (0, 375)
    page.click("#details >> [aria-label='next removal']")
    assert tab.focused() == "1"


@pytest.mark.parametrize("tab", [(1280, "light", False)], indirect=True)
def test_without_scripts_there_are_the_totals(tab: Tab) -> None:
    page = tab.open()
    rows = page.locator("noscript tr").all_inner_texts()
    assert f"documents cleaned\t{len(DOCUMENTS)} of {len(DOCUMENTS)}" in rows


def test_an_address_that_leads_nowhere_shows_the_overview(tab: Tab) -> None:
    for address in ("#/doc/999", "#/doc/length", "#/nothing", "#/rule", "#/%E0%A4%A", "#/constructor/x", "#nowhere"):
        page = tab.open(address)
        assert page.locator(".overview").count() == 1, address


def test_a_run_of_nothing_has_a_page(browser: Any, page_path: Path, tmp_path: Path) -> None:
    data = data_of(page_path.read_bytes())
    data["totals"] = dict.fromkeys(data["totals"], 0)
    data["rules"] = data["outlets"] = {"rows": [], "total": 0}
    data |= {"documents": [], "categories": [], "shares": [0] * 11, "flags": [], "unusual": []}
    path = tmp_path / "empty.html"
    path.write_bytes(page_of(data))
    tab = Tab(browser, path, 1280, "light", scripts=True)
    page = tab.open()
    assert "Nothing was removed." in page.inner_text("main")
    tab.press("j", "k", "n", "p")
    tab.open("#/documents")
    assert tab.names() == []
    tab.context.close()
    assert tab.wrong == []
