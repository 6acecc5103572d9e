"""Rule files with a mark where the finding must point at."""

from __future__ import annotations

ARROW = "→"
"""Stands right before the place that a finding must point at; it is taken out first."""
KEPT = "The lock keeper counted ninety boats in July and eighty in August, the board said on Monday."
DOMAIN = "quillmore.example"
GOOD = f"""\
outlet: {DOMAIN}
rules:
  - id: colophon
    category: legal
    lines:
      - Printed at the Quillmore works
  - id: plea
    category: donation
    start: '^give to the quillmore fund'
    max_words: 20
examples:
  - text: |
      {KEPT}

      Printed at the Quillmore works

      Give to the Quillmore fund today
    becomes: |
      {KEPT}
  - text: The press was built at the Quillmore works, and it printed the paper for ninety years in all.
    becomes: same
"""


def marked(source: str) -> tuple[str, int, int]:
    """Return a source without its mark, and the line and column of the mark."""
    before = source[: source.index(ARROW)]
    return source.replace(ARROW, ""), before.count("\n") + 1, len(before) - before.rfind("\n")


def outlet(rules: str, lines: str = "", *, more: str = "", domain: str = DOMAIN, same: str = "") -> str:
    """Return an outlet's file with some rules, and an article in which some lines go.

    Args:
        rules: the rules, each a map on one line.
        lines: lines that stand under the article and go.
        more: keys of the file besides.
        domain: the outlet.
        same: what the text that must stay says besides.
    """
    listed = "".join(f"  - {rule}\n" for rule in rules.splitlines())
    under = "".join(f"\n\n      {line}" for line in lines.splitlines())
    return (
        f"outlet: {domain}\n{more}rules:\n{listed}examples:\n  - text: |\n      {KEPT}{under}\n"
        f"    becomes: |\n      {KEPT}\n  - text: The board met twice in the old works and agreed on nothing. {same}\n"
        "    becomes: same\n"
    )
