"""Train the heuristics' network, or measure by cross-validation what it would do on outlets it never saw.

    python -m tools.training DATA                     # writes cleaner/heuristics/weights.npz
    python -m tools.training DATA --cross-validate    # prints figures, writes nothing

DATA holds gold/dev, train and html as described in documents.py. Equal data, rules and seed give equal weights
on one machine. Needs the extra `train` (PyTorch); about two minutes of one core, cross-validation five times that.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from cleaner import Cleaner
from cleaner.heuristics.judge import FIRST_ODDS, NEUTRAL_ODDS, long_runs, sureness
from cleaner.heuristics.network import OUTCOMES, WEIGHTS
from cleaner.pipeline import MODES, Mode
from tools.training.documents import by_hand, gold
from tools.training.examples import Example, examples, fold_of, generic_matcher, one_line
from tools.training.train import save, train

SEED = 0
FOLDS = 5
GOLD_TIMES = 4
"""How often a document of the gold data, whose labels are the most careful, is seen in one epoch."""
NEUTRAL_FIRST = OUTCOMES.index("headline")


def main() -> None:
    """Parse, prepare the examples, and train or cross-validate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=WEIGHTS)
    parser.add_argument("--cross-validate", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    matcher = generic_matcher(Cleaner())
    labelled = gold(arguments.data / "gold" / "dev")
    judged = [replace(example, times=GOLD_TIMES) for example in examples(labelled, matcher)]
    hand = by_hand(arguments.data)
    others = list(examples(hand, matcher))
    joined = (document for one in [*labelled, *hand] if (document := one_line(one)))
    rest = list(examples(joined, matcher))
    if arguments.cross_validate:
        cross_validate({"gold/dev": judged, "others": others}, rest)
    else:
        save(train([*judged, *others, *rest], SEED), arguments.output)


def cross_validate(sets: dict[str, list[Example]], rest: Sequence[Example]) -> None:
    """Print figures for some sets, each document judged by a network that saw no document of its outlet."""
    likely = {}
    judged = [example for examples in sets.values() for example in examples]
    for fold in range(FOLDS):
        network = train([e for e in [*judged, *rest] if fold_of(e.outlet, FOLDS) != fold], SEED)
        for e in judged:
            if fold_of(e.outlet, FOLDS) == fold:
                likely[e.id] = network.probabilities(network.normalised(e.signals), np.array([0, len(e.labels)]))
    for name, some in sets.items():
        for mode in MODES:
            print(f"{name:10} {mode:10} {figures(some, likely, MODES[mode])}")


def figures(judged: Sequence[Example], likely: dict[str, np.ndarray], mode: Mode) -> str:
    """Return F1, precision, recall, words kept, documents damaged and perfect, as benchmarks count them."""
    hits = alarms = misses = words = lost = damaged = perfect = 0
    for e in judged:
        odds = np.full(len(e.labels), NEUTRAL_ODDS)
        odds[0] = FIRST_ODDS
        neutral = odds * likely[e.id][:, NEUTRAL_FIRST:].sum(axis=1)
        boilerplate = likely[e.id][:, 1:NEUTRAL_FIRST].sum(axis=1) > neutral
        taken = ~e.ruled & boilerplate & (sureness(likely[e.id][:, 0], e.words) >= mode.heuristics)
        taken = e.ruled | (taken & ~long_runs(taken, mode.longest_run))
        article = np.array([label == "K" for label in e.labels])
        rubbish = np.array([label.startswith("D") for label in e.labels])
        hits += int((taken & rubbish).sum())
        alarms += int((taken & article).sum())
        misses += int((~taken & rubbish).sum())
        words += int(e.words[article].sum())
        lost += int(e.words[article & taken].sum())
        damaged += bool((taken & article).any())
        perfect += not (taken & article).any() and not (~taken & rubbish).any()
    precision, recall = hits / max(1, hits + alarms), hits / max(1, hits + misses)
    return (
        f"F1 {2 * precision * recall / max(1e-9, precision + recall):.3f}  P {precision:.3f}  R {recall:.3f}  "
        f"keep {1 - lost / max(1, words):.4f}  damaged {damaged / len(judged):.3f}  perfect {perfect / len(judged):.3f}"
    )


if __name__ == "__main__":
    main()
