"""Which outlet a document is from, and how that is known: given > URL > path > fingerprints in the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from cleaner.model import Document, Outlet
from cleaner.rulebook.load import Rulebook

_PIECES: Final = re.compile(r"[_\s@]+|-(?=\d{4})")


class Directory:
    """The domains of a rulebook's outlets, ready to look up."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._main = {domain: entry.domain for entry in rulebook.outlets.values() for domain in entry.domains}
        self._main |= {domain: domain for domain in rulebook.outlets}

    def main_domain(self, host: str) -> str | None:
        """Return the main domain of the outlet that a host belongs to, or None.

        Args:
            host: a host name; `edition.example.com` belongs to `example.com`.
        """
        labels = host.lower().rstrip(".").split(".")
        for i in range(len(labels) - 1):
            if (main := self._main.get(".".join(labels[i:]))) is not None:
                return main
        return None


def find(document: Document, directory: Directory, fingerprints: Mapping[str, frozenset[str]]) -> Outlet | None:
    """Find the outlet of a document.

    Args:
        document: its outlet, URL and id (a path) are asked in this order.
        directory: the known outlets.
        fingerprints: by domain, the fingerprints that stand in the text; two outlets with equally many
            are no answer.
    """
    if document.outlet:
        return Outlet(directory.main_domain(document.outlet) or document.outlet.lower(), "given", document.outlet)
    if document.url and (host := _host(document.url)):
        return Outlet(directory.main_domain(host) or host, "url", document.url)
    for part in reversed(PurePosixPath(document.id).parts if document.id else ()):
        if (main := _in_name(part, directory)) is not None:
            return Outlet(main, "path", part)
    if not fingerprints:
        return None
    ranked = sorted(fingerprints, key=lambda domain: (-len(fingerprints[domain]), domain))
    if len(ranked) == 1 or len(fingerprints[ranked[0]]) > len(fingerprints[ranked[1]]):
        return Outlet(ranked[0], "fingerprint", ", ".join(sorted(fingerprints[ranked[0]])))
    return None


@lru_cache(maxsize=4096)
def _host(url: str) -> str:
    try:
        host = urlsplit(url if re.match(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?//", url) else f"//{url}").hostname or ""
        host = host.rstrip(".")
    except ValueError:
        return ""
    for prefix in ("www.", "m.", "amp.", "mobile."):
        if "." in host.removeprefix(prefix):
            host = host.removeprefix(prefix)
    return host if "." in host else ""


def _in_name(part: str, directory: Directory) -> str | None:
    """Look for a known domain in a folder or file name such as `www.example.com` or `example.com_0001.txt`."""
    name = PurePosixPath(part.lower())
    for piece in (*_PIECES.split(name.name), *_PIECES.split(name.stem)):
        if "." in piece and (main := directory.main_domain(piece)) is not None:
            return main
    return None
