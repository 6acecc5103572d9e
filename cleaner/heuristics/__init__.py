"""Signals of blocks and of their surroundings, and the score made of them."""
