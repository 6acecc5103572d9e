"""Rule files as YAML text, in the shape that people write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import yaml

WIDTH: Final = 118
"""Columns of the longest line that is folded."""


def as_yaml(content: Mapping[str, Any], remarks: Sequence[str] = ()) -> str:
    """Return the text of a rule file.

    Args:
        content: the file as plain maps, lists and strings, see `schema.RuleFile`; it is written in its order.
        remarks: lines that stand above it as comments.

    >>> print(as_yaml({"outlet": "example.com", "examples": [{"text": "One.\\n\\nTwo.\\n"}]}, ["A draft."]), end="")
    # A draft.
    outlet: example.com
    examples:
      - text: |
          One.
    <BLANKLINE>
          Two.
    """
    lines = [f"# {line}\n" for remark in remarks for line in remark.splitlines()]
    body = yaml.dump(
        dict(content), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH, default_flow_style=False
    )
    return "".join(lines) + body


class _Dumper(yaml.SafeDumper):
    """Indents lists, and writes texts of many lines as they read."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
