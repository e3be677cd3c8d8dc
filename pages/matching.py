"""Which patch of one frame became which patch of the next? A clip, its patches, and who became whom."""

from vizcore.features.matching.page import page

page()
