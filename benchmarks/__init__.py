"""Numbers that the README and the docs quote, each measured side by side in one run."""
