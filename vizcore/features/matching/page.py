"""Which patch of one frame became which patch of the next? A clip, its patches, and who became whom."""

from vizcore import ui
from vizcore.features.matching import controls
from vizcore.features.matching import page_clip as panels
from vizcore.features.matching import page_paper as matching_paper
from vizcore.features.matching import page_truth as truth
from vizcore.features.matching.entry import ENTRY
from vizcore.features.matching.pipeline import match_clip

SECTIONS = {
    "Assignment": panels.assignment,
    "Motion": panels.motion,
    "Scores": panels.scores,
    "Ground truth": truth.against_truth,
    "What attention sees": panels.attention_input,
    "Files and link": panels.export,
}


def clip() -> None:
    """A clip, its tracks, and a closer look at one side of them."""
    entry = ui.pick_clip()
    settings = controls.settings(str(entry.path))
    view = panels.MatchingView(entry, settings, ui.work("Matching patches", match_clip, **settings))
    panels.player_and_track(view)
    panels.thumbnails(view)
    SECTIONS[ui.segmented_control("Look closer", list(SECTIONS), "show", label_visibility="collapsed")](view)


PARTS = {"A clip": clip, "Algorithm": matching_paper.algorithm, "Cost": matching_paper.cost}


prepare = panels.prepare  # what is kept on disk, or in memory, before the first visitor


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        PARTS[ui.segmented_control("Part", list(PARTS), "part", label_visibility="collapsed")]()
