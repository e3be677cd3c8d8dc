"""Which moment of one video is which moment of another? Two clips, the cost of every pair of frames, and the way."""

from vizcore.features.alignment.page import page

page()
