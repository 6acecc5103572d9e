"""Pin the quality that the tests hold: floors for the figures of each mode on labelled articles.

    python benchmarks/floors.py GOLD                   # raises floors where the figures rose
    python benchmarks/floors.py GOLD --allow-lower     # also lowers them, where a loss is meant

GOLD is a folder as `cleaner score` reads it. The floors stand in tests/floors.json, a little below the figures
as measured, so that a change of one line does not break them.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from cleaner import Cleaner
from cleaner.labelled import load
from cleaner.pipeline import MODES
from cleaner.scoring import judge_all, total

FLOORS = Path(__file__).resolve().parent.parent / "tests" / "floors.json"
SLACK = {"f1": 0.005, "precision": 0.003, "recall": 0.008, "keep_words": 0.0005, "undamaged_docs": 0.01}
"""How far below the measured figure a floor stands."""


def main() -> None:
    """Measure all modes, and write the floors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--allow-lower", action="store_true")
    arguments = parser.parse_args()
    pinned = json.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {}
    for mode in MODES:
        floors = pinned.setdefault(mode, {})
        for figure, value in figures(arguments.gold, Cleaner(mode=mode)).items():
            floor = round(value - SLACK[figure], 4)
            old = floors.get(figure, 0.0)
            if floor < old and not arguments.allow_lower:
                print(f"{mode} {figure}: measured {value:.4f}; the floor stays at {old} (--allow-lower lowers it)")
            else:
                floors[figure] = floor
    FLOORS.write_text(json.dumps(pinned, indent=2) + "\n", "utf-8")


def figures(gold: Path, cleaner: Cleaner) -> dict[str, float]:
    """Return the figures that have floors; higher is better for all of them."""
    documents = load(gold)
    cleaned = {d.id: cleaner.clean(d.text, id=f"{d.id}.txt").text for d in documents}
    score = total(judge_all(documents, cleaned))
    return {
        "f1": score.f1,
        "precision": score.precision,
        "recall": score.recall,
        "keep_words": score.keep_words,
        "undamaged_docs": 1 - score.damaged_docs,
    }


if __name__ == "__main__":
    main()
