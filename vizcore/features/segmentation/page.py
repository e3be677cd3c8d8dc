"""What is done when, and how do scattered keypoints become a timeline? Clips, rules by hand, files, graph matching."""

from vizcore import ui
from vizcore.features.segmentation import page_clip
from vizcore.features.segmentation.entry import ENTRY
from vizcore.features.segmentation.page_clip import clip
from vizcore.features.segmentation.page_files import files
from vizcore.features.segmentation.page_graph_matching import matching, printed
from vizcore.features.segmentation.page_reassembly import replay

PARTS = {
    "A clip": clip,
    "Re-assembly": replay,
    "Label files": files,
    "Graph matching": matching,
    "The paper's table": printed,
}


prepare = page_clip.prepare  # what is kept on disk, or in memory, before the first visitor


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        PARTS[ui.option("Part", list(PARTS), "part", quiet=True)]()
