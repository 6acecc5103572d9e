"""Articles of an invented paper, as many as a test needs, each with the same things around it."""

from __future__ import annotations

import random
from pathlib import Path

from tests.articles import write_files

OUTLET = "dunlin-ledger.example"
HEAD = ("Dunlin Ledger", "Tide tables", "Allotments", "Harbour court", "Ask the pilot")
PROMPT = "The Ledger lands on your doormat each Saturday for two shillings a month"
TAIL = (
    "Write to the harbour desk of the Dunlin Ledger with your own tale of the tide",
    "Classifieds and lost property",
    "Printed and bound at the Dunlin Ledger works, Quay Street",
)
TEASERS = "Also seen along the quay"
SUBHEADING = "What the pilot knew"
FOLLOW = "Follow {} on the Ledger wire"
COUNT = "{} readers have knocked on this story"

_WHO = ("The harbour board", "A retired pilot", "The parish council", "The rowing club", "A baker from Quay Street",
        "The lock keeper", "The school at Marsh End", "A surveyor", "The ferry company", "The town choir")  # fmt: skip
_DID = ("counted {} boats behind the old mole", "ordered {} sacks of lime for the sea wall",
        "found {} letters in the attic of the custom house", "paid {} pounds for a bell that does not ring",
        "planted {} willows along the upper dyke", "sold {} tickets for the last train to Marsh End",
        "measured {} inches of silt below the bridge", "lent {} chairs to the town for the inquiry")  # fmt: skip
_WHEN = ("on Monday", "during the spring tide", "after the meeting in March", "before the market opened",
         "while the bridge was closed", "in the week of the regatta")  # fmt: skip
_THEN = ("and nobody at the town hall could say who had asked for it", "although the mayor had promised to wait",
         "which the treasurer called a mistake of the printer", "and the bill has been sent to the wrong parish",
         "because the key to the store had been lost for years", "and the gulls have not come back since")  # fmt: skip
_NAMES = ("Ada Thorne", "Piers Holloway", "Wren Castell", "Ines Marlow", "Tobias Reed", "Maud Averill", "Jory Penhale")


def sentence(draw: random.Random) -> str:
    did = draw.choice(_DID).format(draw.randint(13, 9999))
    return f"{draw.choice(_WHO)} {did} {draw.choice(_WHEN)}, {draw.choice(_THEN)}."


def paragraph(draw: random.Random) -> str:
    return " ".join(sentence(draw) for _ in range(draw.randint(2, 3)))


def headline(draw: random.Random) -> str:
    return f"{draw.choice(_WHO)} {draw.choice(_DID).format(draw.randint(13, 9999))}"


def name(draw: random.Random) -> str:
    return draw.choice(_NAMES)


def article(number: int, *, subheading: bool = False) -> str:
    """Return an article with the paper's menu, prompts, teasers and foot around it."""
    draw = random.Random(number)
    body = [paragraph(draw) for _ in range(draw.randint(3, 5))]
    middle = [PROMPT, body[1], *([SUBHEADING] if subheading else []), *body[2:]]
    teasers = [TEASERS, *(headline(draw) for _ in range(3))]
    slots = [FOLLOW.format(f"{name(draw)} {number}"), COUNT.format(draw.randint(2, 9999))]
    return "\n\n".join([*HEAD, headline(draw), body[0], *middle, *slots, *teasers, *TAIL]) + "\n"


def article_text(number: int, *, subheading: bool = False) -> list[str]:
    """Return the blocks of an article that are its own."""
    draw = random.Random(number)
    body = [paragraph(draw) for _ in range(draw.randint(3, 5))]
    return [*body[:2], *([SUBHEADING] if subheading else []), *body[2:]]


def folder(path: Path, numbers: range, **options: bool) -> Path:
    """Write articles to a folder."""
    return write_files(path, {f"{number:04}.txt": article(number, **options) for number in numbers})
