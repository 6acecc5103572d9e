"""Rule files for drafts: new ones with their examples, and selectors for those that are there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any, Final

import regex

from cleaner.errors import RulesError
from cleaner.fold import fold
from cleaner.imported.draft import Draft, Phrase, Selector
from cleaner.imported.siteconfig import NAME
from cleaner.io.files import read_bytes
from cleaner.rulebook import document, schema
from cleaner.rulebook.load import GENERIC_MAX_WORDS
from cleaner.rulebook.writing import as_yaml

_PROSE: Final = (
    "The mail boat left the island at noon with two goats and a piano, and the skipper sang all the way across.",
    "On the far shore the smith was waiting with a cart, since the road to the mill had been under water all week.",
)
"""What the examples have for an article."""
_ALIKE: Final = "The smith had painted the words {} on his cart, and the children of the mill read them aloud."


def rule_file(draft: Draft, *, alike: bool = True) -> str:
    """Return the text of a new rule file.

    Args:
        draft: what is in it.
        alike: let the example that stays hold the phrase inside prose.
    """
    text = as_yaml({"outlet": draft.domain}, [_plain(origin) for origin in draft.origins])
    if draft.content or draft.remove:
        text += html_key(draft.content, draft.remove)
    if draft.phrases:
        text += as_yaml({"rules": _rules(draft.phrases), "examples": _examples(draft.phrases, alike=alike)})
    return text


def html_key(content: Selector | None, remove: Iterable[Selector]) -> str:
    """Return the key `html` with where each selector comes from; `as_yaml` writes no comments inside.

    >>> print(html_key(None, [Selector("p[title='x']", Path("a.com.txt"), 3)]), end="")
    html:
      remove:
        - 'p[title=''x'']'  # a.com.txt:3
    """
    lines = ["html:\n"]
    if content:
        lines.append(f"  content: {_scalar(content)}\n")
    removed = [f"    - {_scalar(selector)}\n" for selector in remove]
    return "".join([*lines, *(["  remove:\n"] if removed else []), *removed])


def _scalar(selector: Selector) -> str:
    quoted = selector.css.replace("'", "''")
    return f"'{quoted}'  # {_plain(selector.file.name)}:{selector.line}"


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)


def _rules(phrases: Iterable[Phrase]) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = []
    for phrase in phrases:
        name = f"{NAME}-line-{phrase.line}"
        again = sum(rule["id"] == name or rule["id"].startswith(f"{name}-") for rule in rules)
        rule: dict[str, Any] = {
            "id": f"{name}-{again + 1}" if again else name,
            "category": "other",
            "why": f"from {NAME}",
            phrase.trigger: trigger_of(phrase),
        }
        if phrase.trigger == "start":
            rule["max_words"] = GENERIC_MAX_WORDS
        rules.append(rule)
    return rules


def trigger_of(phrase: Phrase) -> str:
    """Return the line or pattern that finds a phrase.

    >>> trigger_of(Phrase("start", "Read on (more):", Path("a.com.txt"), 1))
    '^read on \\\\(more\\\\):'
    """
    if phrase.trigger == "lines":
        return phrase.text
    return "^" + regex.escape(fold(phrase.text), special_only=True, literal_spaces=True)


def _examples(phrases: Iterable[Phrase], *, alike: bool) -> list[dict[str, str]]:
    phrases = list(phrases)
    article = "\n\n".join(_PROSE) + "\n"
    goes = [{"text": f"{article}\n{phrase.text}\n", "becomes": article} for phrase in phrases]
    stays = [_ALIKE.format(f"“{phrase.text}”") for phrase in phrases] if alike else _PROSE
    return [*goes, {"text": "\n\n".join(stays) + "\n", "becomes": schema.SAME}]


def with_selectors(path: Path, draft: Draft) -> tuple[bytes | None, list[Selector], list[Phrase]]:
    """Add the selectors of a draft to a rule file that is there, all else kept byte for byte.

    Args:
        path: the rule file.
        draft: what should be in it.

    Returns:
        The new bytes, or None where nothing changes; and the selectors and phrases that it lacks still, since they
        would have to be put between what is there.

    Raises:
        RulesError: the file does not hold.
        DocumentError: it cannot be read.
    """
    source = read_bytes(path)
    inner = PurePosixPath("outlets", path.name)
    file = schema.check(document.read(str(path), source), inner)
    known = {trigger for rule in file.rules for trigger in (*(rule.start or ()), *(rule.lines or ()))}
    phrases = [phrase for phrase in draft.phrases if trigger_of(phrase) not in known]
    wanted = [*([draft.content] if draft.content else []), *draft.remove]
    if file.html is not None:
        there = {file.html.content, *(file.html.remove or ())}
        return None, [selector for selector in wanted if selector.css not in there], phrases
    if not wanted:
        return None, [], phrases
    added = source + (b"" if source.endswith(b"\n") else b"\n") + html_key(draft.content, draft.remove).encode()
    try:
        grown = schema.check(document.read(str(path), added), inner)
    except RulesError:  # it is written in braces, or ends with `...`
        return None, wanted, phrases
    same = grown.model_copy(update={"html": None}) == file
    return (added, [], phrases) if same else (None, wanted, phrases)
