"""A small convolutional network over the blocks of documents, run with numpy in whole numbers.

Each block's signals are brought into a short vector; each layer, looking twice as far as the one before, adds what
stands around; the output is a probability for each outcome. Made by `tools/training` and checked against PyTorch
there. Dilated convolutions over a sequence: Yu and Koltun, Multi-Scale Context Aggregation by Dilated Convolutions,
2016. Weights and activations are whole numbers of 8 bits (Jacob and others, Quantization and Training of Neural
Networks for Efficient Integer-Arithmetic-Only Inference, 2018), multiplied as floats: all sums stay below 2^24, so
they are exact, and the same block gets the same probabilities on any machine, in any company.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from threadpoolctl import ThreadpoolController

from cleaner.characters import Floats, Ints
from cleaner.heuristics.signals import NAMES
from cleaner.model import CATEGORIES

OUTCOMES: Final = ("article", *(category for category in CATEGORIES if category != "duplicate"))
"""What a block can be; the first is article text."""
WEIGHTS: Final = Path(__file__).with_name("weights.npz")
MOST_DEVIATIONS: Final = 5.0
"""Standard deviations at which a signal is cut off; a rare extreme says no more than a clear value."""
MOST_INPUT: Final = 127
"""Whole number that stands for `MOST_DEVIATIONS`."""
MOST_HIDDEN: Final = 255
"""Largest activation."""
MOST_WEIGHT: Final = 127
STEPS: Final = 256
"""Steps of one in which scores are compared."""
_EXPONENTIALS: Final = np.exp(-np.arange(16 * STEPS) / STEPS).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Layer:
    """A matrix of whole numbers, and what makes the next whole numbers of its sums: times `scale`, plus `bias`."""

    weights: Floats
    scale: Floats
    bias: Floats

    def __call__(self, rows: Floats) -> Floats:
        """Return the scaled sums; rows are whole numbers."""
        sums: Floats = rows @ self.weights
        sums *= self.scale
        sums += self.bias
        return sums


@dataclass(frozen=True, slots=True)
class Network:
    """Weights, as PyTorch trained them.

    Args:
        mean: of each signal in the training data.
        scale: one over the standard deviation of each.
        inward: from signals to the hidden vector.
        layers: each convolution; the rows are the hidden vectors around, in order.
        outward: from the first and the last hidden vector to the outcomes.
    """

    mean: Floats
    scale: Floats
    inward: Layer
    layers: tuple[Layer, ...]
    outward: Layer

    @property
    def sides(self) -> int:
        """How many blocks a convolution looks at before a block, and how many after."""
        first = self.layers[0]
        return (len(first.weights) // len(first.bias) - 1) // 2

    @property
    def reach(self) -> int:
        """How many blocks before and after a block can change what is made of it."""
        return self.sides * ((1 << len(self.layers)) - 1)

    def normalised(self, signals: Floats) -> Floats:
        """Return signals as whole numbers: their deviation from the mean; 0 says nothing.

        Args:
            signals: one row for each signal.

        Returns:
            One row for each block.
        """
        unit = np.float32(MOST_INPUT / MOST_DEVIATIONS)
        deviations = (signals - self.mean[:, None]) * (self.scale * unit)[:, None]
        whole: Floats = np.clip(np.rint(deviations), -MOST_INPUT, MOST_INPUT).T
        return whole

    def probabilities(self, normalised: Floats, firsts: Ints) -> Floats:
        """Return the probability of each outcome for each block of some documents.

        Args:
            normalised: one row for each block.
            firsts: the first block of each document, and the number of all blocks.
        """
        with _threads().limit(limits=1):  # the matrices are small: more threads only wait for each other
            return self._probabilities(normalised, firsts)

    def _probabilities(self, normalised: Floats, firsts: Ints) -> Floats:
        alone = _hidden(self.inward(normalised))
        width = alone.shape[1]
        margin = self.sides << (len(self.layers) - 1)
        sizes = np.diff(firsts)
        # Nothing stands around a document: rows of zeros keep those beside it out of its sight.
        place = np.arange(len(normalised)) + margin * np.repeat(np.arange(1, len(sizes) + 1), sizes)
        padded = np.zeros((len(normalised) + margin * (len(sizes) + 1), width), np.float32)
        inside = alone
        for k, layer in enumerate(self.layers):
            padded[place] = inside
            offsets = np.arange(-self.sides, self.sides + 1) << k
            around = padded.take(place[:, None] + offsets, axis=0).reshape(len(place), width * len(offsets))
            inside = np.minimum(inside + _hidden(layer(around)), MOST_HIDDEN)
        scores = self.outward(np.concatenate((alone, inside), axis=1))
        below = np.rint((scores.max(axis=1, keepdims=True) - scores) * np.float32(STEPS)).astype(np.int64)
        likely: Floats = _EXPONENTIALS.take(below, mode="clip")
        likely /= likely.sum(axis=1, keepdims=True)
        return likely


def _hidden(sums: Floats) -> Floats:
    hidden: Floats = np.clip(np.rint(sums), 0, MOST_HIDDEN)
    return hidden


@lru_cache(maxsize=1)
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


@lru_cache(maxsize=1)
def network() -> Network:
    """Load the network that comes with the package."""
    return load_network(WEIGHTS, NAMES, OUTCOMES)


def load_network(path: Path, signals: Sequence[str], outcomes: Sequence[str]) -> Network:
    """Load a network from a file of arrays.

    Args:
        path: the file.
        signals: the names of the signals that it will get.
        outcomes: the names of what it tells apart.

    Raises:
        ValueError: the file was made for other signals or outcomes.
    """
    with np.load(path, allow_pickle=False) as arrays:
        if list(arrays["signals"]) != list(signals) or list(arrays["outcomes"]) != list(outcomes):
            raise ValueError(f"{path} was made for other signals or outcomes; train it anew, see tools/")
        count = len([name for name in arrays.files if name.startswith("layer") and name.endswith("weights")])

        def layer(name: str) -> Layer:
            weights = arrays[f"{name}.weights"].astype(np.float32)
            return Layer(weights, arrays[f"{name}.scale"], arrays[f"{name}.bias"])

        layers = tuple(layer(f"layer{k}") for k in range(count))
        return Network(arrays["mean"], arrays["scale"], layer("inward"), layers, layer("outward"))
