"""Files of ftr-site-config, the site patterns of Full-Text RSS and wallabag: `example.com.txt`, lines `key: value`.

What the keys do is read off Full-Text RSS's free fork Graby, `src/Extractor/ContentExtractor.php` and
`src/SiteConfig/ConfigBuilder.php`: lines without a colon, of unknown keys or without a value are skipped there too;
`strip` comes first, then `strip_id_or_class`, then `body`.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection
from pathlib import Path
from typing import Final

from cleaner.errors import DocumentError
from cleaner.imported.attributes import attribute
from cleaner.imported.content import content_of
from cleaner.imported.css import read_xpath, selectors_of
from cleaner.imported.draft import Draft, Findings, Phrase, Selector, check_selector, distinct, domain_of, unique
from cleaner.imported.phrases import phrases_of
from cleaner.imported.refused import NOTHING, TEXT, NoSelector
from cleaner.io.encoding import BinaryError, decode
from cleaner.io.files import read_bytes

NAME: Final = "ftr-site-config"
SUFFIX: Final = ".txt"
MAX_BYTES: Final = 1_000_000
"""Size of the largest file; those of ftr-site-config have some ten thousand."""

TAKEN: Final = ("body", "strip", "strip_id_or_class")
ELSEWHERE: Final = frozenset({
    "title", "author", "date", "test_url", "test_contains", "tidy", "prune", "parser", "autodetect_on_failure",
    "autodetect_next_page", "single_page_link", "single_page_link_in_feed", "next_page_link", "if_page_contains",
    "http_header", "skip_json_ld", "requires_login", "login_uri", "login_username_field", "login_password_field",
    "login_extra_fields", "not_logged_in_xpath", "src_lazy_load_attr", "insert_detected_image",
})  # fmt: skip
"""Keys that do not say what is boilerplate; they are counted."""
WITHOUT_LIKE: Final = frozenset({
    "strip_image_src", "strip_attr", "strip_comments", "find_string", "replace_string", "native_ad_clue",
    "dissolve", "wrap_in", "move_into", "convert_double_br_tags", "footnotes",
})  # fmt: skip
"""Keys that change a page in ways that rules of ours do not."""

BAD_NAME: Final = "the name of the file is no domain"
NO_FILE: Final = "cannot be read"
NO_COLON: Final = "no `key: value`"
BARE_URL: Final = "a URL without a key"
UNKNOWN: Final = "unknown key"
NO_LIKE: Final = "a key that our rules have nothing like"
NO_VALUE: Final = "no value"


def read_site(path: Path, findings: Findings, wanted: Collection[str] = ()) -> None:
    """Read a file of ftr-site-config.

    Args:
        path: the file; its name tells the outlet.
        findings: where what was found goes.
        wanted: the outlets to read for; none means all.
    """
    stem = path.name.lower().removesuffix(SUFFIX)
    domain = domain_of(stem.removeprefix("."))
    if wanted and domain not in wanted:
        return
    if domain is None:
        findings.refuse(path, 1, path.name, BAD_NAME, "such as example.com.txt")
        return
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DocumentError(str(path), f"holds more than {MAX_BYTES:,} bytes")
        text = decode(read_bytes(path)).text
    except (DocumentError, BinaryError, OSError) as e:
        reason = e.message if isinstance(e, DocumentError) else str(e)
        findings.refuse(path, 1, path.name, NO_FILE, reason)
        return
    values: dict[str, list[tuple[int, str]]] = {key: [] for key in TAKEN}
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        line = line.strip().strip("\ufeff")
        if not line or line.startswith("#"):
            continue
        key, colon, value = line.partition(":")
        key, value = key.strip(), value.strip()
        base = key.partition("(")[0].strip()
        if key in TAKEN and value:
            values[key].append((number, value))
        elif base in ELSEWHERE and colon:
            findings.ignored[f"{NAME}: keys of other things"] += 1
        else:
            reason, hint = _why_not(line, key, base, colon)
            findings.refuse(path, number, line, reason, hint)
    draft = _draft(domain, path, values, findings)
    if draft:
        findings.add(draft)


def _why_not(line: str, key: str, base: str, colon: str) -> tuple[str, str]:
    if base in WITHOUT_LIKE and colon:
        return NO_LIKE, ""
    if key.lower() in ("http", "https") and line[len(key) :].startswith("://"):
        return BARE_URL, ""
    if key in TAKEN and colon:
        return NO_VALUE, ""
    if line.startswith("//"):
        return NO_COLON, "an XPath needs a key before it, and a comment begins with #"
    word = (base.split() or [""])[0]
    near = difflib.get_close_matches(word.lower(), sorted({*TAKEN, *ELSEWHERE, *WITHOUT_LIKE}), n=1)
    hint = f"did you mean `{near[0]}:`?" if near else ""
    return (UNKNOWN, hint) if colon else (NO_COLON, hint)


def _draft(domain: str, path: Path, values: dict[str, list[tuple[int, str]]], findings: Findings) -> Draft:
    remove: list[Selector] = []
    phrases: list[Phrase] = []
    for number, value in values["strip"]:
        try:
            expression = read_xpath(value)
            try:
                selectors = list(selectors_of(expression))
                for css in selectors:
                    check_selector(css)
                remove += [Selector(css, path, number) for css in selectors]
            except NoSelector as e:
                if e.reason != TEXT:
                    raise
                phrases += [Phrase(*found, path, number) for found in phrases_of(expression)]
        except NoSelector as e:
            findings.refuse(path, number, f"strip: {value}", e.reason, e.hint)
    for number, value in values["strip_id_or_class"]:
        try:
            remove.append(Selector(_named(value), path, number))
        except NoSelector as e:
            findings.refuse(path, number, f"strip_id_or_class: {value}", e.reason, e.hint)
    content, refusals = content_of(path, values["body"])
    findings.refusals += refusals
    origin = f"from {NAME}: {path.name}"
    if path.name.startswith("."):
        origin += f" (written for subdomains; here it holds for {domain} too)"
    return Draft(domain, path, (origin,), content, unique(remove), distinct(phrases))


def _named(value: str) -> str:
    """Return the selector for elements whose id or class holds a string anywhere, quotes in it aside.

    >>> _named("share-box")
    ':is([id*="share-box"], [class*="share-box"])'
    """
    name = value.replace("'", "").replace('"', "")
    if not name.strip():
        raise NoSelector(NOTHING)
    if name.startswith(("//", ".", "#")) or "," in name or "[@" in name:
        raise NoSelector(NOTHING, "the key takes a part of one id or class")
    css = f":is({attribute('id', '*=', name)}, {attribute('class', '*=', name)})"
    check_selector(css)
    return css
