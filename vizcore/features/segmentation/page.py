"""What is done when, and how do scattered keypoints become a timeline? Clips, rules by hand, files, the background."""

from pkgutil import resolve_name

from vizcore import ui
from vizcore.features.segmentation import page_clip
from vizcore.features.segmentation.entry import ENTRY

PARTS = {  # by name: imported when one is shown, or while the person reads
    "A clip": "vizcore.features.segmentation.page_clip:clip",
    "Re-assembly": "vizcore.features.segmentation.page_reassembly:replay",
    "Label files": "vizcore.features.segmentation.page_files:files",
    "Background": "vizcore.features.segmentation.page_graph_matching:background",
}


def prepare() -> None:
    """What is kept on disk, or in memory, before the first visitor."""
    page_clip.prepare()
    for part in PARTS.values():
        resolve_name(part)


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        resolve_name(PARTS[ui.part(PARTS)])()
