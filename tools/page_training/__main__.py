"""Train the pages' network, or measure by cross-validation what it would do on outlets it never saw.

    python -m tools.page_training PAGES...                     # writes cleaner/html/weights.npz
    python -m tools.page_training PAGES... --cross-validate    # prints figures; -o FILE writes the probabilities

PAGES are jsonl files of annotated pages: id, html (a path relative to the file, may be gzipped), outlet, and gold, a
list of paragraphs. Needs the extra `train` (PyTorch); about two minutes of one core, cross-validation five times that.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from cleaner import Cleaner
from cleaner.html import WEIGHTS
from cleaner.html.judge import OUTCOMES
from cleaner.html.signals import names
from tools.page_training.examples import examples
from tools.page_training.train import train
from tools.training.examples import fold_of
from tools.training.train import save

SEED = 0
FOLDS = 5


def main() -> None:
    """Parse, prepare the examples, and train or cross-validate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, nargs="+")
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--cross-validate", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    cleaner = Cleaner()
    seen = [example for path in arguments.pages for example in examples(path, cleaner)]
    if not arguments.cross_validate:
        save(train(seen, SEED), arguments.output or WEIGHTS, names(), OUTCOMES)
        return
    likely = {}
    for fold in range(FOLDS):
        network = train([e for e in seen if fold_of(e.outlet, FOLDS) != fold], SEED)
        for e in seen:
            if fold_of(e.outlet, FOLDS) == fold:
                its = network.probabilities(network.normalised(e.signals), np.array([0, len(e.words)]))
                likely[e.id] = its[:, 0]
    if arguments.output:
        np.savez_compressed(arguments.output, **likely)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
