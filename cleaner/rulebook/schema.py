"""The shape of a rule file: closed keys, checked values, and errors with an address.

The pydantic models are the one description; `cleaner rules schema` prints them as JSON Schema.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from cleaner.errors import RuleError, RulesError
from cleaner.model import BOILERPLATE, NEUTRAL
from cleaner.rulebook.document import Path, Sourced
from cleaner.rulebook.patterns import check_pattern

DOMAIN: Final = r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$"
SLUG: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"
SAME: Final = "same"
"""`becomes: same` says that an example is left as it is."""
TODO: Final = "TODO"
"""`becomes: TODO` marks a draft; a file that holds it does not load."""


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _nonblank(value: object) -> object:
    if isinstance(value, str) and not value.strip():
        raise ValueError("is empty")
    return value


Text = Annotated[str, BeforeValidator(_nonblank)]
Patterns = Annotated[tuple[Text, ...], BeforeValidator(_listed), Field(min_length=1)]
Domain = Annotated[str, Field(pattern=DOMAIN)]
Slug = Annotated[str, Field(pattern=SLUG)]
Category = Literal[
    "ad", "donation", "newsletter", "recommended", "social", "navigation", "legal", "comments",
    "paywall", "contact", "promo", "player", "other",
    "headline", "byline", "date", "caption", "bio", "note",
]  # fmt: skip


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RuleEntry(_Closed):
    """One rule: what triggers it, what it takes, and when.

    Exactly one of `start`, `lines`, `inline` and `keep` triggers it. `start` and `lines` take the block
    that they match, or with `until` a run of blocks from there.
    """

    id: Slug = Field(description="Name of the rule in its file; the full id is the file's path plus this.")
    version: int = Field(1, ge=1, description="Raise it when a new layout needs a new rule of the same name.")
    category: Category | None = Field(None, description="What is removed; the file's category if left out.")
    language: str | None = Field(None, pattern=r"^[a-z]{2,3}(-[A-Za-z]+)?$", description="Language of the phrases.")
    why: Text | None = Field(None, description="What this text is, in a few words; shown as the reason.")
    start: Patterns | None = Field(None, description="Patterns; a block in which one matches is taken.")
    lines: Patterns | None = Field(None, description="Whole blocks, compared without case or outer punctuation.")
    inline: Patterns | None = Field(None, description="Patterns; only the characters that match are taken.")
    keep: Patterns | None = Field(None, description="Patterns; a block in which one matches is protected.")
    where: Literal["head", "tail", "edge", "anywhere"] = Field(
        "anywhere", description="head: no kept prose before it; tail: no kept prose after it; edge: either."
    )
    until: Text | None = Field(
        None, description="Take a run: `prose` stops before prose, `end` is the last block, a pattern its block."
    )
    at_most: int | None = Field(None, ge=1, le=1000, description="Blocks; a longer run is refused and flagged.")
    max_words: int | None = Field(None, ge=1, description="Words; a longer block is never taken by this rule.")
    since: dt.date | None = Field(None, description="Only for articles of this day or later, where a date is known.")
    before: dt.date | None = Field(None, description="Only for articles before this day, where a date is known.")
    confidence: float | None = Field(None, gt=0, le=1, description="How sure this rule is; see the modes.")

    @property
    def trigger(self) -> Literal["start", "lines", "inline", "keep"]:
        """The key that holds the rule's phrases."""
        if self.start:
            return "start"
        return "lines" if self.lines else "inline" if self.inline else "keep"

    @property
    def phrases(self) -> tuple[str, ...]:
        """The phrases that trigger the rule."""
        return self.start or self.lines or self.inline or self.keep or ()

    @model_validator(mode="after")
    def _one_trigger(self) -> Self:
        triggers = [name for name in ("start", "lines", "inline", "keep") if getattr(self, name) is not None]
        if len(triggers) != 1:
            found = " and ".join(triggers) if triggers else "none"
            raise ValueError(f"a rule needs exactly one of start, lines, inline and keep; found {found}")
        if triggers[0] in ("inline", "keep") and (self.until or self.at_most):
            raise ValueError(f"until and at_most belong to start or lines, not to {triggers[0]}")
        if self.at_most and not self.until:
            raise ValueError("at_most limits a run; say with until where the run ends")
        if self.since and self.before and self.since >= self.before:
            raise ValueError("since must be earlier than before")
        return self


class HtmlRules(_Closed):
    """CSS selectors for pages of this outlet."""

    content: Text | None = Field(None, description="The element that holds the article; of several, all are joined.")
    remove: Patterns | None = Field(None, description="Elements to drop before anything else.")


class Example(_Closed):
    """A text and what the rules of this file must make of it."""

    name: Text | None = None
    text: str
    becomes: str = Field(description="The whole cleaned text, or `same`.")
    date: dt.date | None = Field(None, description="Day of publication, for rules with since or before.")


class RuleFile(_Closed):
    """A whole rule file."""

    outlet: Domain | None = Field(None, description="Main domain; must equal the file's name.")
    name: Text | None = Field(None, description="The outlet's name as readers know it.")
    domains: Annotated[tuple[Domain, ...], BeforeValidator(_listed)] = Field((), description="Its other domains.")
    language: str | None = Field(None, pattern=r"^[a-z]{2,3}(-[A-Za-z]+)?$")
    category: Category | None = Field(None, description="Category of every rule that names none.")
    fingerprints: Annotated[tuple[Text, ...], BeforeValidator(_listed)] = Field(
        (), description="Texts that only this outlet's articles hold; they tell the outlet without a URL."
    )
    extends: Annotated[tuple[Text, ...], BeforeValidator(_listed)] = Field(
        (), description="Rule files shared by sister titles, such as `networks/example-press`."
    )
    rules: tuple[RuleEntry, ...] = ()
    html: HtmlRules | None = None
    examples: tuple[Example, ...] = Field((), description="The proof: every rule fires, and one text stays `same`.")


def check(sourced: Sourced, path: PurePosixPath, *, proved: bool = False) -> RuleFile:
    """Return the rule file that a YAML document describes.

    Args:
        sourced: the parsed document.
        path: where the file stands in its rules folder, such as `outlets/example.com.yaml`.
        proved: these very bytes passed before; only their shape is read.

    Raises:
        RulesError: everything that is wrong with the file, each finding with line and column.
    """
    if not isinstance(sourced.data, Mapping):
        raise RulesError([sourced.error((), "a rule file is a map with a list `rules`", "see `cleaner rules schema`")])
    try:
        file = RuleFile.model_validate(sourced.data)
    except ValidationError as e:
        raise RulesError([_finding(sourced, detail) for detail in e.errors()]) from None
    if proved:
        return file
    findings = [
        *_misplaced(sourced, file, path),
        *_bad_rules(sourced, file),
        *_bad_selectors(sourced, file),
        *_bad_examples(sourced, file),
    ]
    if findings:
        raise RulesError(findings)
    return file


def _finding(sourced: Sourced, detail: Any) -> RuleError:
    at: Path = tuple(detail["loc"])
    kind, message = detail["type"], detail["msg"]
    if kind == "extra_forbidden":
        known = _known_keys(at)
        near = difflib.get_close_matches(str(at[-1]), known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
        return sourced.error((*at[:-1], f"{at[-1]}:key"), f"unknown key {at[-1]!r}", hint)
    if kind == "missing":
        return sourced.error(at, f"key {at[-1]!r} is missing")
    if kind == "literal_error":
        near = difflib.get_close_matches(
            str(detail["input"]), (*BOILERPLATE, *NEUTRAL, "head", "tail", "anywhere"), n=1
        )
        hint = f"did you mean {near[0]!r}?" if near else ""
        return sourced.error(at, f"{at[-1]}: {detail['input']!r} is not {detail['ctx']['expected']}", hint)
    if kind == "value_error":
        message = str(detail["ctx"]["error"])
    if kind == "string_pattern_mismatch":
        shape = {"id": "small letters, digits and single hyphens"}.get(str(at[-1]), "the expected form")
        if at[0] in ("outlet", "domains"):
            shape = "a domain such as example-times.com, in small letters"
        message = f"{detail['input']!r} is not {shape}"
    where = f"{at[-1]}: " if at and isinstance(at[-1], str) else ""
    return sourced.error(at, f"{where}{message[:1].lower()}{message[1:]}")


def _known_keys(at: Path) -> list[str]:
    models: dict[str | int, type[BaseModel]] = {"rules": RuleEntry, "html": HtmlRules, "examples": Example}
    model = models.get(at[0], RuleFile) if len(at) > 1 else RuleFile
    return list(model.model_fields)


def _misplaced(sourced: Sourced, file: RuleFile, path: PurePosixPath) -> list[RuleError]:
    folder, name = path.parts[0], path.name.removesuffix(".yaml").removesuffix(".yml")
    if folder == "outlets" and file.outlet != name:
        said = f"outlet {file.outlet!r}" if file.outlet else "no outlet"
        return [sourced.error(("outlet",), f"the file is named {path.name} but says {said}", "make the two equal")]
    if folder != "outlets":
        return [
            sourced.error((f"{key}:key",), f"{key!r} belongs to a file under outlets/")
            for key in ("outlet", "domains", "fingerprints", "html", "extends")
            if getattr(file, key)
        ]
    return []


def _bad_rules(sourced: Sourced, file: RuleFile) -> list[RuleError]:
    findings = []
    seen: set[tuple[str, int]] = set()
    for i, rule in enumerate(file.rules):
        at: Path = ("rules", i)
        if (rule.id, rule.version) in seen:
            hint = "give it another id, or a version with since and before"
            findings.append(sourced.error((*at, "id"), f"rule id {rule.id!r} given twice", hint))
        seen.add((rule.id, rule.version))
        if rule.keep is None and (rule.category or file.category) is None:
            findings.append(sourced.error(at, f"rule {rule.id!r} names no category"))
        for key in ("start", "inline", "keep"):
            for j, source in enumerate(getattr(rule, key) or ()):
                findings += _bad_pattern(sourced, (*at, key, j), source, spaced=key == "inline")
        if rule.until not in (None, "end", "prose"):
            findings += _bad_pattern(sourced, (*at, "until"), rule.until or "")
    return findings


def _bad_pattern(sourced: Sourced, at: Path, source: str, *, spaced: bool = False) -> list[RuleError]:
    try:
        check_pattern(source, spaced=spaced)
    except ValueError as e:
        return [sourced.error(at, f"{e}: {source!r}")]
    return []


def _bad_selectors(sourced: Sourced, file: RuleFile) -> list[RuleError]:
    if file.html is None:
        return []
    page = LexborHTMLParser("<p></p>")
    findings = []
    selectors: list[tuple[Path, str]] = [(("html", "remove", i), s) for i, s in enumerate(file.html.remove or ())]
    if file.html.content:
        selectors.append((("html", "content"), file.html.content))
    for at, selector in selectors:
        try:
            page.css(selector)
        except SelectolaxError:
            findings.append(sourced.error(at, f"bad CSS selector: {selector!r}"))
    return findings


def _bad_examples(sourced: Sourced, file: RuleFile) -> list[RuleError]:
    findings = []
    for i, example in enumerate(file.examples):
        if example.becomes.strip() == TODO:
            hint = "write the cleaned text, or `same`"
            findings.append(sourced.error(("examples", i, "becomes"), "`becomes` is still TODO", hint))
    if file.rules and not any(example.becomes.strip() == SAME for example in file.examples):
        hint = "add a text that looks alike and must stay"
        at: Path = ("examples",) if file.examples else ()
        findings.append(sourced.error(at, "no example says `becomes: same`", hint))
    return findings
