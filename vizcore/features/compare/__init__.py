"""Compare: models, or clips, beside each other."""
