"""What is done when, and how do scattered keypoints become a timeline? Clips, rules by hand, files, graph matching."""

from vizcore.features.segmentation.page import page

page()
