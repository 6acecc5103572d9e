"""Every block of a document with its decision, the rules that looked at it and the signals that decided."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.text import Text

from cleaner.decide import Proposal
from cleaner.heuristics.influence import influences
from cleaner.heuristics.judge import Judgement
from cleaner.heuristics.network import OUTCOMES, network
from cleaner.pipeline import Decided
from cleaner.report.palette import colour, shown

STRONGEST: Final = 3
"""Groups of signals that are named for a block."""
TELLING: Final = 0.02
"""Change of probability from which on a group of signals is named."""


def explanation(decided: Decided) -> Iterator[Text]:
    """Yield lines: the outlet, then each block with what was decided and why."""
    yield outlet_line(decided)
    winner = decided.winners
    about: dict[int, list[Proposal]] = {}
    for p in decided.proposals:
        for i in p.blocks if p.applied and p.span is None else [p.first]:
            about.setdefault(i, []).append(p)
    verdicts = {v.block: v for v in decided.judgement.verdicts} if decided.judgement else {}
    situation = decided.situation
    for i, block in enumerate(situation.blocks):
        text = " ".join(situation.text[block.start : block.end].split())
        shape = "prose" if situation.prose[i] else "short"
        won, verdict = winner.get(i), verdicts.get(i)
        category = won.rule.category if won else verdict.category if verdict and not verdict.refused else ""
        said, style = (f"- {category}", colour(category)) if category else ("  keep", "")
        yield Text(f"{i + 1:>4} {said:<13} {shape:<6}", style) + shown(shorten(text), style)
        if i in decided.kept:
            yield note(f"protected by {decided.kept[i].id}")
        if i in decided.known:
            yield note(f"{decided.known[i].category} by {decided.known[i].id}, which stays")
        for p in sorted(about.get(i, []), key=lambda p: (p is not won, not p.applied)):
            yield note(_said(p, won))
        if verdict:
            refused = f"{verdict.id} would, but: {verdict.refused}" if verdict.refused else verdict.id
            yield note(f"{refused}, confidence {verdict.confidence:.2f}: {verdict.reason}")
        if decided.judgement and not won:
            yield note(_signals(decided.judgement, i))


def outlet_line(decided: Decided) -> Text:
    """Say which outlet a document is from and how that is known."""
    outlet = decided.outlet
    found = f"{outlet.domain} (by {outlet.how}: {outlet.evidence})" if outlet else "unknown, generic rules only"
    return Text("outlet: ", "bold") + shown(found)


def _signals(judgement: Judgement, block: int) -> str:
    """Say what the heuristics take a block for, and which signals speak for and against it."""
    likely = judgement.probabilities[block]
    best = int(likely.argmax())
    strongest = [i for i in influences(network(), judgement.signals, block)[:STRONGEST] if abs(i.share) >= TELLING]
    against = ", ".join(f"{i.group} {i.share:.2f}" for i in strongest if i.share > 0)
    favour = ", ".join(f"{i.group} {-i.share:.2f}" for i in strongest if i.share < 0)
    said = f"reads as {OUTCOMES[best]} {likely[best]:.2f}" + (f", article {likely[0]:.2f}" if best else "")
    return said + (f"; for the article: {favour}" if favour else "") + (f"; against it: {against}" if against else "")


def _said(p: Proposal, won: Proposal | None) -> str:
    confidence = f"confidence {p.rule.confidence:.2f}"
    if not p.applied:
        return f"{p.rule.id} would, but: {p.outcome}"
    if p.span:
        return f"{p.rule.id} cuts {p.span[0]}:{p.span[1]} inside the block, {confidence}: {p.reason}"
    return f"{p.rule.id}{'' if p is won else ' agrees'}, {confidence}: {p.reason}"


def note(said: str) -> Text:
    """Return a line that stands under a block."""
    return Text(" " * 25) + shown(said, "dim")


def shorten(text: str, longest: int = 90) -> str:
    """Return the beginning of a text, marked where the rest is left out."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
