"""Whom does each position hear, and what does a non-local block make of slow and fast? A graph, and a filter on it."""

from vizcore.features.nonlocal_blocks.page import page

page()
