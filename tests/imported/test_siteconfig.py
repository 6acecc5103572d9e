"""Files of ftr-site-config with all the small errors that theirs have."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner.imported import siteconfig
from cleaner.imported.draft import Draft, Findings
from cleaner.imported.refused import NOTHING, WHOLE_PAGE
from cleaner.imported.siteconfig import read_site

NAME = "lockside-courier.example.txt"


def read(folder: Path, content: str | bytes, name: str = NAME) -> tuple[Draft | None, list[tuple[int, str]], Findings]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    findings = Findings()
    read_site(path, findings)
    draft = next(iter(findings.drafts.values()), None)
    return draft, [(refusal.line, refusal.reason) for refusal in findings.refusals], findings


def css(draft: Draft | None) -> list[str]:
    return [selector.css for selector in draft.remove] if draft else []


def test_strips_come_before_names_whatever_their_order(tmp_path: Path) -> None:
    draft, refusals, _ = read(
        tmp_path, "strip_id_or_class: promo\nstrip: //aside | //nav\nbody: //main\nstrip: //nav\n"
    )
    assert css(draft) == ["aside", "nav", ':is([id*="promo"], [class*="promo"])']
    assert draft is not None
    assert draft.content is not None
    assert (draft.content.css, draft.content.line) == ("main", 3)
    assert [selector.line for selector in draft.remove] == [2, 2, 1]
    assert not refusals


@pytest.mark.parametrize(
    ("line", "reason", "hint"),
    [
        ("test_rul: https://x.example/a", siteconfig.UNKNOWN, "test_url"),
        ("titl: //h1", siteconfig.UNKNOWN, "title"),
        ("Strip: //nav", siteconfig.UNKNOWN, "strip"),
        ("strip //nav", siteconfig.NO_COLON, "strip"),
        ("// strip the menu", siteconfig.NO_COLON, "comment"),
        ("//div[@id='x']", siteconfig.NO_COLON, "key"),
        ("https://x.example/article", siteconfig.BARE_URL, ""),
        ("strip:", siteconfig.NO_VALUE, ""),
        ("find_string: <p>", siteconfig.NO_LIKE, ""),
        ("replace_string(<b>): <i>", siteconfig.NO_LIKE, ""),
        ("strip_image_src: pixel", siteconfig.NO_LIKE, ""),
        ("strip_id_or_class: //div[@id='x']", NOTHING, "part"),
        ("strip_id_or_class: .promo", NOTHING, "part"),
        ("strip_id_or_class: ''", NOTHING, ""),
        ("strip: //*", WHOLE_PAGE, ""),
        ("strip: //body[not(@class)]", WHOLE_PAGE, ""),
    ],
)
def test_an_error_is_one_line_of_the_report_and_the_rest_is_taken(
    tmp_path: Path, line: str, reason: str, hint: str
) -> None:
    draft, refusals, findings = read(tmp_path, f"# a comment\n{line}\nstrip: //aside\n")
    assert css(draft) == ["aside"]
    assert refusals == [(2, reason)]
    assert str(findings.refusals[0]).startswith(f"{tmp_path / NAME}:2: ")
    assert hint in findings.refusals[0].hint


@pytest.mark.parametrize(
    "content",
    [
        "﻿strip: //aside\n",
        "strip: //aside\r\n\r\ntitle: //h1\r\n",
        "\tstrip :\t//aside  \n",
        "strip://aside",
        "title: //h1\rstrip: //aside\r",
        "title: Größe\nstrip: //aside".encode("latin-1"),
    ],
)
def test_marks_ends_tabs_and_encodings_do_not_matter(tmp_path: Path, content: str | bytes) -> None:
    draft, refusals, _ = read(tmp_path, content)
    assert css(draft) == ["aside"]
    assert not refusals


def test_quotes_around_a_name_go_as_they_do_there(tmp_path: Path) -> None:
    draft, _, _ = read(tmp_path, "strip_id_or_class: 'a \"b'\n")
    assert css(draft) == [':is([id*="a b"], [class*="a b"])']


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("WWW.Lockside-Courier.EXAMPLE.TXT", "lockside-courier.example"),
        (".lockside-courier.example.txt", "lockside-courier.example"),
        ("global.txt", None),
        ("...txt", None),
        ("a b.example.txt", None),
        ("courier.example\n.txt", None),
        ("-.example.txt", None),
        (f"{'b.' * 100}example.txt", None),
    ],
)
def test_the_name_tells_the_outlet_or_nothing_is_taken(tmp_path: Path, name: str, domain: str | None) -> None:
    draft, refusals, _ = read(tmp_path, "strip: //aside\n", name)
    assert (draft.domain if draft else None) == domain
    assert refusals == ([] if domain else [(1, siteconfig.BAD_NAME)])


def test_a_file_for_subdomains_says_so(tmp_path: Path) -> None:
    draft, _, _ = read(tmp_path, "strip: //aside\n", f".{NAME}")
    assert draft is not None
    assert "written for subdomains" in draft.origins[0]


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"a" * (siteconfig.MAX_BYTES + 1)])
def test_what_is_no_such_file_is_refused_whole(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, content)[:2] == (None, [(1, siteconfig.NO_FILE)])


def test_keys_of_other_things_are_counted(tmp_path: Path) -> None:
    draft, refusals, findings = read(tmp_path, "title: //h1\ntest_url: https://x.example\nhttp_header(Cookie): a\n")
    assert (draft, refusals) == (None, [])
    assert sum(findings.ignored.values()) == 3
