"""Procedural videos, made by this project from a seed, with what is true about them."""
