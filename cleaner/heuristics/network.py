"""A small convolutional network over the blocks of a document, run with numpy.

Each block's signals are brought into a short vector; four layers, each looking twice as far as the one before,
add what stands around; the output is a probability for each outcome. Made by `tools/training` and checked
against PyTorch there. Dilated convolutions over a sequence: Yu and Koltun, Multi-Scale Context Aggregation by
Dilated Convolutions, 2016.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from threadpoolctl import ThreadpoolController

from cleaner.heuristics.shape import Floats
from cleaner.heuristics.signals import NAMES
from cleaner.model import CATEGORIES

OUTCOMES: Final = ("article", *(category for category in CATEGORIES if category != "duplicate"))
"""What a block can be; the first is article text."""
WEIGHTS: Final = Path(__file__).with_name("weights.npz")
MOST_DEVIATIONS: Final = 5.0
"""Standard deviations at which a signal is cut off; a rare extreme says no more than a clear value."""


@dataclass(frozen=True, slots=True)
class Network:
    """Weights, as PyTorch trained them.

    Args:
        mean: of each signal in the training data.
        scale: one over the standard deviation of each.
        inward: weights and bias from signals to the hidden vector.
        layers: weights and bias of each convolution; the rows are the hidden vectors around, in order.
        outward: weights and bias from the first and the last hidden vector to the outcomes.
    """

    mean: Floats
    scale: Floats
    inward: tuple[Floats, Floats]
    layers: tuple[tuple[Floats, Floats], ...]
    outward: tuple[Floats, Floats]

    @property
    def sides(self) -> int:
        """How many blocks a convolution looks at before a block, and how many after."""
        weights, bias = self.layers[0]
        return (len(weights) // len(bias) - 1) // 2

    @property
    def reach(self) -> int:
        """How many blocks before and after a block can change what is made of it."""
        return self.sides * ((1 << len(self.layers)) - 1)

    def normalised(self, signals: Floats) -> Floats:
        """Return signals in standard deviations from their mean; 0 says nothing."""
        deviations: Floats = np.clip((signals - self.mean) * self.scale, -MOST_DEVIATIONS, MOST_DEVIATIONS)
        return deviations

    def probabilities(self, normalised: Floats) -> Floats:
        """Return the probability of each of `OUTCOMES` for each block of one document.

        Args:
            normalised: one row for each block.
        """
        with _threads().limit(limits=1):  # the matrices are small: more threads only wait for each other
            return self._probabilities(normalised)

    def _probabilities(self, normalised: Floats) -> Floats:
        count = len(normalised)
        alone = np.maximum(normalised @ self.inward[0] + self.inward[1], 0)
        width = alone.shape[1]
        reach = self.sides << (len(self.layers) - 1)
        padded = np.zeros((count + 2 * reach, width), np.float32)
        inside = padded[reach : reach + count]
        inside[:] = alone
        for k, (weights, bias) in enumerate(self.layers):
            offsets = [reach + side * (1 << k) for side in range(-self.sides, self.sides + 1)]
            around = np.concatenate([padded[at : at + count] for at in offsets], axis=1)
            inside += np.maximum(around @ weights + bias, 0)
        scores = np.concatenate((alone, inside), axis=1) @ self.outward[0] + self.outward[1]
        likely: Floats = np.exp(scores - scores.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        return likely


@lru_cache(maxsize=1)
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


@lru_cache(maxsize=1)
def network() -> Network:
    """Load the network that comes with the package."""
    return load_network(WEIGHTS)


def load_network(path: Path) -> Network:
    """Load a network from a file of arrays.

    Raises:
        ValueError: the file was made for other signals or outcomes.
    """
    with np.load(path, allow_pickle=False) as arrays:
        if tuple(arrays["signals"]) != NAMES or tuple(arrays["outcomes"]) != OUTCOMES:
            raise ValueError(f"{path} was made for other signals or outcomes; train it anew with tools/training")
        layers = len([name for name in arrays.files if name.startswith("layer") and name.endswith("weights")])
        return Network(
            arrays["mean"],
            arrays["scale"],
            (arrays["inward.weights"], arrays["inward.bias"]),
            tuple((arrays[f"layer{k}.weights"], arrays[f"layer{k}.bias"]) for k in range(layers)),
            (arrays["outward.weights"], arrays["outward.bias"]),
        )
