"""What is done when, and how do scattered keypoints become a timeline? Clips, rules by hand, files, graph matching."""

from vizcore import ui
from vizcore.panels.segmentation import clip
from vizcore.panels.segmentation_files import files
from vizcore.panels.segmentation_matching import matching, printed
from vizcore.panels.segmentation_replay import replay

PARTS = {
    "A clip": clip,
    "Re-assembly": replay,
    "Label files": files,
    "Graph matching": matching,
    "The paper's table": printed,
}

with ui.page("segmentation"):
    PARTS[ui.option("Part", list(PARTS), "part", quiet=True)]()
