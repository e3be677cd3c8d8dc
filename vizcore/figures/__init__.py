"""A result in, a figure out: every picture that a page shows, without a sum.

Figures are plotly (drawn by the page) or matplotlib (for paper); pictures are (H, W, 3) uint8 RGB.
Each file has `HOW_TO_READ`: for every figure, the sentence that a page prints under it.
"""
