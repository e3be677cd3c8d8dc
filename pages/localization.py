"""Who does what, where, and how well is each class detected? Tokens of a key frame, and average precision."""

from vizcore.features.localization.page import page

page()
