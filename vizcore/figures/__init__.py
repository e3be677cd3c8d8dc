"""A result in, a figure out: every picture that a page shows, without a sum.

Figures are plotly (drawn by the page) or matplotlib (for paper); pictures are (H, W, 3) uint8 RGB.
`@captioned` gives a function the sentence that a page prints under its figure.
"""
