"""A page to its article: lines of the DOM, judged by a network, with trafilatura where that is unsure."""

from pathlib import Path
from typing import Final

WEIGHTS: Final = Path(__file__).with_name("weights.npz")
"""Of the network."""
