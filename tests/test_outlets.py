"""Which outlet a document is from: given before URL before path before fingerprints, and never a guess."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.model import Document, Outlet
from cleaner.outlets import Directory, find
from cleaner.rulebook.load import load
from cleaner.rulebook.match import Matcher
from tests.stacked import scan

OUTLETS = {
    "example.com": "domains: [example.org, beispiel.de]\nfingerprints: [The Example, '@example']\n",
    "example.ru": "fingerprints: [Пример]\n",
    "sport.example.com": "fingerprints: [Example Sport]\n",
    "example.co.uk": "fingerprints: [The UK Example, '@example']\n",
    "mobile.de": "",
    "m.tv": "",
    "long-name.net": "",
}


@pytest.fixture(scope="session")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    root = tmp_path_factory.mktemp("rules")
    (root / "outlets").mkdir()
    for domain, more in OUTLETS.items():
        (root / "outlets" / f"{domain}.yaml").write_text(f"outlet: {domain}\n{more}", "utf-8")
    return Matcher(load([root]))


@pytest.fixture(scope="session")
def directory(matcher: Matcher) -> Directory:
    return Directory(matcher.rulebook)


def found(matcher: Matcher, document: Document) -> Outlet | None:
    fingerprints = scan(matcher, document.text).fingerprints.get(0, {})
    return find(document, Directory(matcher.rulebook), fingerprints)


# What goes before what


@pytest.mark.parametrize(
    ("outlet", "url", "id", "text", "domain", "how", "evidence"),
    [
        (
            "example.ru",
            "https://example.com/a",
            "example.co.uk/1.txt",
            "Example Sport",
            "example.ru",
            "given",
            "example.ru",
        ),
        (
            None,
            "https://example.com/a",
            "example.co.uk/1.txt",
            "Example Sport",
            "example.com",
            "url",
            "https://example.com/a",
        ),
        (None, None, "example.co.uk/1.txt", "Example Sport", "example.co.uk", "path", "example.co.uk"),
        (None, None, "1.txt", "Example Sport", "sport.example.com", "fingerprint", "Example Sport"),
        ("", "", "", "The Example", "example.com", "fingerprint", "The Example"),
        (
            None,
            "https://unknown.org/a",
            "example.co.uk/1.txt",
            "The Example",
            "unknown.org",
            "url",
            "https://unknown.org/a",
        ),
        ("unknown.org", "https://example.com/a", "", "The Example", "unknown.org", "given", "unknown.org"),
    ],
    ids=["given", "url", "path", "fingerprint", "empty-says-nothing", "unknown-url", "unknown-given"],
)
def test_given_wins_over_url_over_path_over_fingerprint(
    matcher: Matcher, outlet: str | None, url: str | None, id: str, text: str, domain: str, how: str, evidence: str
) -> None:
    assert found(matcher, Document(text, id, url, outlet)) == Outlet(domain, how, evidence)


def test_nothing_known_is_no_outlet(matcher: Matcher) -> None:
    assert found(matcher, Document("The bridge stays open.", "folder/0001.txt")) is None


# Given


@pytest.mark.parametrize(
    ("given_name", "domain"),
    [
        ("example.com", "example.com"),
        ("EXAMPLE.com", "example.com"),
        ("www.example.com", "example.com"),
        ("beispiel.de", "example.com"),
        ("news.example.org", "example.com"),
        ("Unknown.ORG", "unknown.org"),
    ],
)
def test_a_given_outlet_is_brought_to_its_main_domain(matcher: Matcher, given_name: str, domain: str) -> None:
    assert found(matcher, Document("", outlet=given_name)) == Outlet(domain, "given", given_name)


# Hosts


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("example.com", "example.com"),
        ("example.com.", "example.com"),
        ("Edition.EXAMPLE.com", "example.com"),
        ("a.b.c.example.org", "example.com"),
        ("sport.example.com", "sport.example.com"),
        ("live.sport.example.com", "sport.example.com"),
        ("notexample.com", None),
        ("example.com.evil.net", None),
        ("example", None),
        ("com", None),
        ("co.uk", None),
        ("", None),
        (".", None),
    ],
)
def test_a_host_belongs_to_the_nearest_known_domain_above_it(
    directory: Directory, host: str, domain: str | None
) -> None:
    assert directory.main_domain(host) == domain


@settings(max_examples=50)
@given(labels=st.lists(st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True), max_size=3))
def test_any_subdomain_of_a_known_domain_is_that_outlet(directory: Directory, labels: list[str]) -> None:
    assert directory.main_domain(".".join([*labels, "example.ru"])) == "example.ru"
    assert directory.main_domain("-".join([*labels, "xexample.ru"])) is None


def test_a_main_domain_belongs_to_its_own_outlet_even_if_another_claims_it(tmp_path: Path) -> None:
    (tmp_path / "outlets").mkdir()
    for domain, claims in (("aa.com", "bb.com"), ("bb.com", "aa.com"), ("zz.com", "aa.com")):
        text = f"outlet: {domain}\ndomains: [{claims}]\n"
        (tmp_path / "outlets" / f"{domain}.yaml").write_text(text, "utf-8")
    own = Directory(load([tmp_path]))
    assert [own.main_domain(domain) for domain in ("aa.com", "bb.com", "zz.com")] == ["aa.com", "bb.com", "zz.com"]


# URLs


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://example.com", "example.com"),
        ("http://www.example.com/2021/03/01/a.html?x=1#top", "example.com"),
        ("HTTPS://WWW.EXAMPLE.COM/", "example.com"),
        ("https://user:pass@example.com:8443/a", "example.com"),
        ("//example.com/a", "example.com"),
        ("example.com/a", "example.com"),
        ("example.com:8080/a", "example.com"),
        ("www.example.com", "example.com"),
        ("https://example.com./a", "example.com"),
        ("https://m.example.org/a", "example.com"),
        ("https://amp.sport.example.com/a", "sport.example.com"),
        ("https://unknown.org/example.com/a", "unknown.org"),
        ("https://unknown.org/?u=https://example.com/", "unknown.org"),
        ("https://www.unknown.org/a", "unknown.org"),
        ("https://m.unknown.org/a", "unknown.org"),
        ("https://news.unknown.org/a", "news.unknown.org"),
        ("https://unknown.org./a", "unknown.org"),
        ("example.com/go?u=https://unknown.org/", "example.com"),
        ("example.com/a//b", "example.com"),
        ("https://www.mobile.de/news", "mobile.de"),
        ("https://mobile.de/news", "mobile.de"),
        ("https://m.tv/news", "m.tv"),
        ("https://amp.dev/about", "amp.dev"),
    ],
)
def test_a_url_tells_the_outlet_by_its_host(matcher: Matcher, url: str, domain: str) -> None:
    assert found(matcher, Document("", url=url)) == Outlet(domain, "url", url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/news/a.html",
        "http://[::1",
        "http://[::1]/a",
        "http://",
        "https:///a",
        "localhost:8000/a",
        "not a url",
        "//",
    ],
)
def test_a_url_without_a_host_says_nothing_and_the_next_sign_is_asked(matcher: Matcher, url: str) -> None:
    assert found(matcher, Document("", "example.ru/1.txt", url)) == Outlet("example.ru", "path", "example.ru")


@settings(max_examples=150)
@given(url=st.text(max_size=30) | st.text("htps:/.@[]?#%w example.com", max_size=40))
def test_no_url_is_so_odd_that_it_crashes(matcher: Matcher, url: str) -> None:
    outlet = found(matcher, Document("", "example.ru/1.txt", url))
    assert outlet is not None
    assert outlet.how in ("url", "path")
    assert "." in outlet.domain


# Paths


@pytest.mark.parametrize(
    ("path", "domain"),
    [
        ("example.com/0001.txt", "example.com"),
        ("www.example.com/a/b/0001.txt", "example.com"),
        ("corpus/2021/example.org/03/0001.txt", "example.com"),
        ("EXAMPLE.COM/0001.txt", "example.com"),
        ("example.com.txt", "example.com"),
        ("example.com_0001.txt", "example.com"),
        ("example.com-2021-03-01.txt", "example.com"),
        ("example.com 0001.txt", "example.com"),
        ("0001_example.com.txt", "example.com"),
        ("0001@example.com.html", "example.com"),
        ("dn-20120106_rus.example.ru_a6dd.txt", "example.ru"),
        ("rus.example.ru_a6dd.txt", "example.ru"),
        ("20120106_www.example.co.uk_news_a6dd.txt", "example.co.uk"),
        ("https___www.example.com_news_a.txt", "example.com"),
        ("long-name.net_1.txt", "long-name.net"),
        ("www.long-name.net-20210301.txt", "long-name.net"),
        ("sport.example.com/0001.txt", "sport.example.com"),
        ("example.ru/example.com_0001.txt", "example.com"),
        ("example.ru/example.com/0001.txt", "example.com"),
        ("https://example.com/news/a", "example.com"),
        ("/data/example.com/0001.txt", "example.com"),
    ],
)
def test_a_known_domain_in_the_file_s_or_nearest_folder_s_name_is_the_outlet(
    matcher: Matcher, path: str, domain: str
) -> None:
    outlet = found(matcher, Document("", path))
    assert outlet is not None
    assert (outlet.domain, outlet.how) == (domain, "path")
    assert outlet.evidence in path


@pytest.mark.parametrize(
    "path",
    [
        "", ".", "/", "0001.txt", "example.txt", "example/com.txt", "unknown.org/0001.txt", "myexample.com_1.txt",
        "my-example.com_1.txt", "example.community/1.txt", "example.comic.txt", "net/1.txt", "co.uk/1.txt",
    ],
)  # fmt: skip
def test_a_path_without_a_known_domain_says_nothing(matcher: Matcher, path: str) -> None:
    assert found(matcher, Document("", path)) is None


# Fingerprints


@pytest.mark.parametrize(
    ("text", "domain", "evidence"),
    [
        ("Follow THE  EXAMPLE today", "example.com", "The Example"),
        ("The Example\n\n@example", "example.com", "@example, The Example"),
        ("The UK Example\n\n@example", "example.co.uk", "@example, The UK Example"),
        ("The Example\n\n@example\n\nExample Sport", "example.com", "@example, The Example"),
        ("Пример", "example.ru", "Пример"),
    ],
)
def test_the_outlet_with_the_most_fingerprints_is_found(
    matcher: Matcher, text: str, domain: str, evidence: str
) -> None:
    assert found(matcher, Document(text)) == Outlet(domain, "fingerprint", evidence)


@pytest.mark.parametrize(
    "text",
    [
        "@example",
        "The Example\n\nПример",
        "The Example The Example The Example\n\nПример",
        "The Example\n\nThe UK Example\n\n@example",
    ],
    ids=["shared", "one-each", "repeats-do-not-count", "two-each"],
)
def test_two_outlets_with_equally_many_fingerprints_are_no_answer(matcher: Matcher, text: str) -> None:
    assert found(matcher, Document(text)) is None
