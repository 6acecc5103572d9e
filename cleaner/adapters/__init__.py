"""Cleaning inside the pipelines of others: Ray Data, datatrove and Hugging Face datasets; nothing imports these."""
