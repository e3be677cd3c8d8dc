"""Patch matching: which patch of one frame became which patch of the next."""
