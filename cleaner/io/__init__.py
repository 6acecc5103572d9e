"""Files in and out: their encoding (`encoding`), where they are (`files`), and a run's records (`ledger`)."""
