"""Train the pages' network in PyTorch."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from cleaner.heuristics.network import Network
from cleaner.html.judge import OUTCOMES
from cleaner.html.signals import names
from tools.training.train import TorchNetwork, as_network, check

EPOCHS = 28
TOGETHER = 12
"""Pages of one step."""
LEARNING_RATE = 2e-3
WEIGHT_DECAY = 1e-3
DROPOUT = 0.2
BLIND = 0.25
"""Share of the signals that are not seen of a page at a time. Cross-validated on 537 pages, .25 gives words F1 .963 and
.969 where 0 gives .957 and .968: pages of an outlet that was never seen call their elements by other names."""
MOST_WORDS = 60
"""Words from which on a line counts no more than a shorter one."""
BUCKET = 40
"""Lines by which pages of one step differ in length, mostly."""


@dataclass(frozen=True)
class Example:
    """An annotated page.

    Args:
        id: its name.
        outlet: its publisher; pages of one outlet stay together in cross-validation.
        lines: their texts.
        flats: their flat forms.
        signals: one row for each signal, one column for each line.
        labels: see `labels.label`.
        words: of each line.
    """

    id: str
    outlet: str
    lines: list[str]
    flats: Sequence[str]
    signals: NDArray[np.float32]
    labels: NDArray[np.float32]
    words: NDArray[np.int64]

    @property
    def weights(self) -> NDArray[np.float32]:
        """What each line counts: the root of its words; all pages count the same."""
        weights = np.sqrt(np.clip(self.words, 1, MOST_WORDS)) * (self.labels >= 0)
        share: NDArray[np.float32] = (weights / max(1.0, float(weights.sum()))).astype(np.float32)
        return share


def train(examples: Sequence[Example], seed: int, epochs: int = EPOCHS) -> Network:
    """Return a network trained on examples; equal for equal examples, seed and machine."""
    torch.manual_seed(seed)
    order, blind = random.Random(seed), np.random.default_rng(seed)
    every = np.concatenate([example.signals for example in examples], axis=1)
    mean, scale = every.mean(axis=1), 1 / (every.std(axis=1) + 1e-2)
    model = TorchNetwork(len(names()), len(OUTCOMES), DROPOUT)
    draft = as_network(model, mean, scale)
    inputs = {example.id: draft.normalised(example.signals) for example in examples}
    steps = epochs * (len(examples) // TOGETHER + 1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=steps + 1, pct_start=0.15)
    model.train()
    for _ in range(epochs):
        for some in _batches(examples, order):
            longest = max(len(example.words) for example in some)
            signals = np.zeros((len(some), longest, len(mean)), np.float32)
            mask = np.zeros((len(some), longest), np.float32)
            labels, weights = mask.copy(), mask.copy()
            for i, example in enumerate(some):
                n = len(example.words)
                signals[i, :n] = inputs[example.id] * (blind.random(len(mean)) >= BLIND)
                mask[i, :n] = 1
                labels[i, :n] = np.clip(example.labels, 0, 1)
                weights[i, :n] = example.weights
            scores = torch.log_softmax(model(torch.tensor(signals), torch.tensor(mask)), -1)
            target = torch.tensor(labels)
            loss = -(target * scores[..., 0] + (1 - target) * scores[..., 1])
            optimizer.zero_grad()
            ((loss * torch.tensor(weights)).sum() / len(some)).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    model.eval()
    network = as_network(model, mean, scale)
    check(model, network, examples[0].signals)
    return network


def _batches(examples: Sequence[Example], order: random.Random) -> Iterator[list[Example]]:
    """Yield examples by the dozen, those of about equal length together, in random order."""
    ranked = sorted(examples, key=lambda example: len(example.words) // BUCKET + 3 * order.random())
    batches = [ranked[at : at + TOGETHER] for at in range(0, len(ranked), TOGETHER)]
    order.shuffle(batches)
    yield from batches
