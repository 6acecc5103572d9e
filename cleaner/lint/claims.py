"""What tells one outlet from the others: domains, fingerprints, and the networks it extends."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cleaner.characters import Flags
from cleaner.fold import flat, fold
from cleaner.lint.book import Book
from cleaner.lint.finding import Finding, warning
from cleaner.model import Document
from cleaner.rulebook.load import LoadedFile
from cleaner.stack import stack


def claims(book: Book, file: LoadedFile) -> Iterator[Finding]:
    """Yield what an outlet's file claims and should not."""
    domain = file.content.outlet
    if domain is None:
        return
    others = [outlet for outlet in book.rulebook.outlets.values() if outlet.domain != domain]
    for n, claimed in enumerate(file.content.domains):
        owner = next((o.domain for o in others if claimed in (o.domain, *o.domains)), None)
        if owner:
            message = f"{claimed} is claimed by {owner} too, so only one of them is ever found by it"
            yield warning("claimed-twice", file, ("domains", n), message, "keep it in one of the two")
    yield from _fingerprints(book, file)
    yield from _networks(book, file)


def _fingerprints(book: Book, file: LoadedFile) -> Iterator[Finding]:
    for n, fingerprint in enumerate(file.content.fingerprints):
        mark, at = flat(fold(fingerprint)), ("fingerprints", n)
        having = (owner for other, owners in book.fingerprints.items() if mark in other for owner in owners)
        clash = next((owner for owner in having if owner[0] != file.content.outlet), None)
        if clash:
            owner, text = clash
            stands = "is one of" if flat(fold(text)) == mark else f"stands in “{text}” of"
            message = (
                f"the fingerprint “{fingerprint}” {stands} {owner}, so texts of that outlet are taken for this one's"
            )
            yield warning("claimed-twice", file, at, message, "take a text that only this outlet's articles hold")
        elif where := _quoted(book, file, mark):
            message = f"the fingerprint “{fingerprint}” stands in {where}"
            yield warning("common-fingerprint", file, at, message, "take a text that only this outlet's articles hold")


def _quoted(book: Book, file: LoadedFile, mark: str) -> str:
    """Return where else a text stands: in plain prose, or in an example of another outlet."""
    for text, line in book.prose.items():
        if mark in text:
            return f"plain prose: “{line}”"
    domains = (domain for domain, text in book.examples.items() if mark in text and domain != file.content.outlet)
    return next((f"an example of {domain}" for domain in domains), "")


def _networks(book: Book, file: LoadedFile) -> Iterator[Finding]:
    """Yield the networks of which no rule fires in the outlet's examples."""
    if not file.content.extends or not file.content.examples:
        return
    documents = stack([Document(example.text) for example in file.content.examples])
    scan = book.matcher.scan(documents)
    for n, parent in enumerate(file.content.extends):
        say: Flags = np.array([rule.file == parent for rule in book.rulebook.rules], np.bool_)
        if not any(book.matcher.matches(scan, [say] * len(documents.documents), documents)):
            message = f"no rule of {parent} fires in an example of this outlet"
            yield warning("dead", file, ("extends", n), message, "add an article with its lines, or do not extend it")
