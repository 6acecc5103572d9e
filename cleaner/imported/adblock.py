"""Cosmetic filters of ad-block lists, such as EasyList: `example.com##.ad`.

The syntax: https://help.adblockplus.org/hc/en-us/articles/360062733293 and uBlock Origin's wiki, "Static filter
syntax". A filter holds for a domain and all below it; an exception, `#@#`, takes it back there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from cleaner.errors import DocumentError, UsageError
from cleaner.imported.draft import Draft, Findings, Selector, check_selector, domain_of, unique
from cleaner.imported.refused import NoSelector

NAME: Final = "ad-block list"
MAX_LINE: Final = 50_000
"""Bytes of the longest filter; EasyList names some hundred domains in a line of 10,000."""
MAX_FILTERS: Final = 200_000
"""Filters and refusals that are held at once; EasyList has some 20,000 for single domains."""

ENTITY: Final = "an entity, not a domain"
NO_DOMAIN: Final = "no domain"
OTHER_KIND: Final = "hides by more than CSS"
BELOW: Final = "does not hold for a part of the outlet"
TOO_LONG: Final = f"longer than {MAX_LINE:,} bytes"

_COSMETIC: Final = re.compile(r"(?P<domains>.*?)(?P<mark>#@?[$%?]*#|(?<=[a-z0-9])\$@?\$(?=[a-z*\[]))(?P<body>.*)")
_NETWORK: Final = ("||", "@@", "|")
_NO_SELECTOR: Final = ("+js(", "^")
"""How scripts and filters of source text begin, which uBlock writes as if they were selectors."""


@dataclass(slots=True)
class _Filters:
    """The filters of a list that are taken so far.

    Args:
        hidden: by domain, selectors with their lines.
        shown: by selector, the domains where an exception takes it back; empty for everywhere.
    """

    hidden: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    shown: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    count: int = 0


def read_list(path: Path, findings: Findings, wanted: Collection[str] = ()) -> None:
    """Read an ad-block list of any size, line by line.

    Args:
        path: the file.
        findings: where what was found goes.
        wanted: the outlets to read for; none means all.

    Raises:
        UsageError: it holds more filters than can be kept, so outlets must be named.
    """
    filters = _Filters()
    for number, line in _lines(path, findings):
        if line and not line.startswith(("!", "[Adblock")):
            _take(path, number, line, filters, findings, wanted)
        if filters.count > MAX_FILTERS:
            raise UsageError(f"{path}: more than {MAX_FILTERS:,} filters; name the outlets you need with --domain")
    for domain in sorted(wanted or filters.hidden):
        if remove := unique(_for_outlet(path, domain, filters, findings)):
            findings.add(Draft(domain, path, (f"from {NAME}: {path.name}",), remove=remove))


def _lines(path: Path, findings: Findings) -> Iterator[tuple[int, str]]:
    try:
        with path.open("rb") as file:
            number = 0
            while data := file.readline(MAX_LINE):
                number += 1
                if len(data) == MAX_LINE and not data.endswith(b"\n"):
                    findings.refuse(path, number, data[:40].decode("latin-1"), TOO_LONG)
                    while data and not data.endswith(b"\n"):
                        data = file.readline(MAX_LINE)
                    continue
                try:
                    yield number, data.decode().strip().removeprefix("\ufeff")
                except UnicodeDecodeError:
                    yield number, data.decode("latin-1").strip()
    except OSError as e:
        raise DocumentError(str(path), f"cannot be read: {e.strerror or e}") from None


def _take(path: Path, number: int, line: str, filters: _Filters, findings: Findings, wanted: Collection[str]) -> None:
    found = None if line.startswith(_NETWORK) else _COSMETIC.match(line)
    if found is None:
        findings.ignored[f"{NAME}: filters of addresses"] += 1
        return
    names = [name.strip().lower() for name in found["domains"].split(",") if name.strip()]
    on = [name for name in names if not name.startswith("~") and name != "*"]
    mark, css = found["mark"], found["body"].strip()
    if mark == "#@#":
        if not css.startswith(_NO_SELECTOR):
            filters.count += 1
            filters.shown[css].update(on or [""])
        return
    if not on:
        findings.ignored[f"{NAME}: filters for all outlets"] += 1
        return
    if wanted:
        on = [name for name in on if any(domain_of(name) in _upward(outlet) for outlet in wanted)]
        if not on:
            findings.ignored[f"{NAME}: filters for other outlets"] += 1
            return
    filters.count += 1
    if mark != "##" or css.startswith(_NO_SELECTOR):
        findings.refuse(path, number, line, OTHER_KIND)
        return
    if (refusal := _checked(css)) is not None:
        findings.refuse(path, number, line, *refusal)
        return
    off = [domain_of(name[1:]) for name in names if name.startswith("~")]
    for name in on:
        domain = domain_of(name)
        if domain is None:
            findings.refuse(path, number, f"{name}##{css}", ENTITY if name.endswith(".*") else NO_DOMAIN)
        elif any(part and domain in _upward(part) for part in off):
            findings.refuse(path, number, f"{name}##{css}", BELOW)
        else:
            filters.count += css not in filters.hidden[domain]
            filters.hidden[domain].setdefault(css, number)


@lru_cache(maxsize=4096)
def _checked(css: str) -> tuple[str, str] | None:
    """Return why a selector is not taken."""
    try:
        check_selector(css)
    except NoSelector as e:
        return e.reason, e.hint
    return None


def _upward(domain: str) -> list[str]:
    """Return a domain and those above it.

    >>> _upward("news.example.com")
    ['news.example.com', 'example.com', 'com']
    """
    labels = domain.split(".")
    return [".".join(labels[i:]) for i in range(len(labels))]


def _for_outlet(path: Path, outlet: str, filters: _Filters, findings: Findings) -> Iterator[Selector]:
    """Yield the selectors that hold for an outlet: its own and those of the domains above, less the exceptions."""
    above = set(_upward(outlet))
    for domain in _upward(outlet):
        for css, number in filters.hidden.get(domain, {}).items():
            shown = filters.shown.get(css, ())
            if "" in shown or not above.isdisjoint(filter(None, map(domain_of, shown))):
                findings.ignored[f"{NAME}: filters that an exception takes back"] += 1
            elif any(outlet in _upward(name) for name in shown):
                findings.refuse(path, number, f"{outlet}##{css}", BELOW)
            else:
                yield Selector(css, path, number)
