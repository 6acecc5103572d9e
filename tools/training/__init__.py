"""How the weights of cleaner.heuristics are made: `python -m tools.training --help`."""
