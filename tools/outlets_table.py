"""The table of outlets with rules, from the rule files: `python -m tools.outlets_table > docs/outlets.md`."""

from __future__ import annotations

from cleaner.rulebook.load import Rulebook, load, packaged_rules

HEAD = """\
# Outlets with rules

Written by `python -m tools.outlets_table`; do not edit. Rules of a network count for each of its outlets.

| outlet | name | language | rules | phrases | fingerprints | other domains | network |
|---|---|---|---:|---:|---:|---|---|
"""


def table(rulebook: Rulebook) -> str:
    """Return the page: a row for each outlet of a rulebook."""
    rows = []
    for domain, outlet in sorted(rulebook.outlets.items()):
        files = {f"outlets/{domain}", *outlet.extends}
        entries = [rule.entry for rule in rulebook.rules if rule.file in files]
        phrases = sum(len(e.lines or e.start or e.inline or e.keep or ()) for e in entries)
        networks = ", ".join(path.removeprefix("networks/") for path in outlet.extends)
        cells = (domain, outlet.name, outlet.language or "", len(entries), phrases, len(outlet.fingerprints),
                 ", ".join(outlet.domains), networks)  # fmt: skip
        rows.append("| " + " | ".join(str(cell).replace("|", r"\|") for cell in cells) + " |\n")
    return HEAD + "".join(rows) + f"\n{len(rows)} outlets.\n"


if __name__ == "__main__":
    print(table(load([packaged_rules()])), end="")
