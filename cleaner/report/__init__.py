"""Views of cleaned documents for people: `diff`, `explain` and `summary`. Colour is added here, nowhere else."""
