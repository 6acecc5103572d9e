"""How the weights of cleaner.html are made: `python -m tools.page_training --help`."""
