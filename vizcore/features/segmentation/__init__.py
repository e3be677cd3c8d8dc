"""Action segmentation: what is done when, and how keypoints become a timeline."""
