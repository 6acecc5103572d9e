"""Every block of a document with its decision and the rules that looked at it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from cleaner.decide import Proposal
from cleaner.pipeline import Decided, winners
from cleaner.report.palette import colour, shown


def explanation(decided: Decided) -> Iterator[Text]:
    """Yield lines: the outlet, then each block with what was decided and why."""
    outlet = decided.outlet
    if outlet:
        yield Text("outlet: ", "bold") + shown(f"{outlet.domain} (by {outlet.how}: {outlet.evidence})")
    else:
        yield Text("outlet: ", "bold") + Text("unknown, generic rules only")
    winner = winners(decided.proposals)
    about: dict[int, list[Proposal]] = {}
    for p in decided.proposals:
        for i in p.blocks if p.applied and p.span is None else [p.first]:
            about.setdefault(i, []).append(p)
    situation = decided.situation
    for i, block in enumerate(situation.blocks):
        text = " ".join(situation.text[block.start : block.end].split())
        shape = "prose" if situation.prose[i] else "short"
        won = winner.get(i)
        verdict, style = (f"- {won.rule.category}", colour(won.rule.category)) if won else ("  keep", "")
        yield Text(f"{i + 1:>4} {verdict:<13} {shape:<6}", style) + shown(_shorten(text), style)
        if i in decided.kept:
            yield _note(f"protected by {decided.kept[i].id}")
        for p in sorted(about.get(i, []), key=lambda p: (p is not won, not p.applied)):
            yield _note(_said(p, won))


def _said(p: Proposal, won: Proposal | None) -> str:
    confidence = f"confidence {p.rule.confidence:.2f}"
    if not p.applied:
        return f"{p.rule.id} would, but: {p.outcome}"
    if p.span:
        return f"{p.rule.id} cuts {p.span[0]}:{p.span[1]} inside the block, {confidence}: {p.reason}"
    return f"{p.rule.id}{'' if p is won else ' agrees'}, {confidence}: {p.reason}"


def _note(said: str) -> Text:
    return Text(" " * 25) + shown(said, "dim")


def _shorten(text: str, longest: int = 90) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
