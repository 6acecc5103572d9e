"""YAML to plain data that remembers where each value stands.

Every scalar stays a string, so `language: no` is Norwegian and `lines: [yes]` is a word; the schema turns
strings into numbers and dates. Tags, anchors, aliases and doubled keys are refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from cleaner.errors import RuleError, RulesError

MAX_BYTES: Final = 1_000_000
"""Size of the largest rule file; the largest of ours has a tenth of it."""
MAX_DEPTH: Final = 12
"""Levels of nesting; the schema needs five."""

Path = tuple[str | int, ...]
"""Steps to a value: keys and list positions."""

_PLAIN_TAGS: Final = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value")
)


@dataclass(frozen=True, slots=True)
class Sourced:
    """The data of one YAML document and the line and column (from 1) of each of its values and keys."""

    name: str
    data: Any
    marks: Mapping[Path, tuple[int, int]]

    def error(self, at: Path, message: str, hint: str = "") -> RuleError:
        """Return an error with the address of the value at `at`, or of its nearest parent."""
        while at and at not in self.marks:
            at = at[:-1]
        line, column = self.marks.get(at, (1, 1))
        return RuleError(self.name, line, column, message, hint)


def read(name: str, source: bytes) -> Sourced:
    """Parse one YAML document.

    Args:
        name: the file's name, for errors.
        source: its bytes, UTF-8.

    Raises:
        RulesError: not UTF-8, not YAML, or YAML of a kind that rule files do not need.
    """
    if len(source) > MAX_BYTES:
        raise RulesError([RuleError(name, 1, 1, f"the file has {len(source):,} bytes", f"keep it under {MAX_BYTES:,}")])
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        line = source.count(b"\n", 0, e.start) + 1
        column = len(source[source.rfind(b"\n", 0, e.start) + 1 : e.start].decode("utf-8-sig")) + 1
        raise RulesError([RuleError(name, line, column, "not UTF-8", "save the file as UTF-8")]) from None
    try:
        _refuse_odd_events(name, text)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as e:
        mark = e.problem_mark or e.context_mark
        if e.context_mark and "end of stream" in (e.problem or ""):  # what was opened there is never closed
            mark = e.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = f"not YAML: {e.problem or e.context}"
        raise RulesError([RuleError(name, line, column, message, "check indents and quotes")]) from None
    except yaml.reader.ReaderError as e:
        before = text[: e.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise RulesError([RuleError(name, line, column, f"not YAML: {e.reason}")]) from None
    except (yaml.YAMLError, RecursionError) as e:
        raise RulesError([RuleError(name, 1, 1, f"not YAML: {e}")]) from None
    reader = _Reader(name)
    data = reader.value(node, ()) if node is not None else None
    if reader.findings:
        raise RulesError(reader.findings)
    return Sourced(name, data, reader.marks)


def _refuse_odd_events(name: str, text: str) -> None:
    """Refuse anchors, aliases and deep nesting before the composer, which recurses in C until it crashes."""
    depth, findings = 0, []
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        mark = event.start_mark
        at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if getattr(event, "anchor", None):
            findings.append(RuleError(name, *at, "anchors and aliases are not allowed", "write the value out"))
        if depth > MAX_DEPTH:
            findings.append(RuleError(name, *at, f"nested deeper than {MAX_DEPTH} levels"))
            break
    if findings:
        raise RulesError(findings)


class _Reader:
    """Walks the node tree once; gathers marks and findings."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.marks: dict[Path, tuple[int, int]] = {}
        self.findings: list[RuleError] = []

    def value(self, node: yaml.Node, at: Path) -> Any:
        mark = node.start_mark
        self.marks[at] = (mark.line + 1, mark.column + 1)
        if node.tag not in _PLAIN_TAGS:
            return self.refuse(
                node, f"the tag {node.tag!r} is not allowed", "rule files hold plain text, lists and maps"
            )
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, at)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*at, i)) for i, child in enumerate(node.value)]
        is_empty = node.tag.endswith(":null") and node.value == ""
        return None if is_empty else node.value

    def mapping(self, node: yaml.MappingNode, at: Path) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key, child in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.refuse(key, "a key must be one word")
            elif key.tag not in _PLAIN_TAGS:
                self.refuse(key, f"the tag {key.tag!r} is not allowed", "rule files hold plain text, lists and maps")
            elif key.value in out:
                self.refuse(key, f"key {key.value!r} given twice", "keep one of them")
            else:
                out[key.value] = self.value(child, (*at, key.value))
                # An error about a key's value points at the value; one about the key itself at the key.
                self.marks[(*at, f"{key.value}:key")] = (key.start_mark.line + 1, key.start_mark.column + 1)
        return out

    def refuse(self, node: yaml.Node, message: str, hint: str = "") -> None:
        mark = node.start_mark
        self.findings.append(RuleError(self.name, mark.line + 1, mark.column + 1, message, hint))
