"""Which patch of one frame became which patch of the next? A clip, its patches, and who became whom."""

from pkgutil import resolve_name

from vizcore import ui
from vizcore.features.matching import controls
from vizcore.features.matching import page_clip as panels
from vizcore.features.matching.entry import ENTRY
from vizcore.features.matching.pipeline import match_clip

VIEWS = {
    "Track": panels.picked_track,
    "Assignment": panels.assignment,
    "Motion": panels.motion,
    "Scores": panels.scores,
    "Ground truth": lambda view: resolve_name(TRUTH)(view),
    "What attention sees": panels.attention_input,
    "Files and link": panels.export,
}
TRUTH = "vizcore.features.matching.page_truth:against_truth"  # by name, as BACKGROUND: imported when it is shown
BACKGROUND = {
    "Algorithm": "vizcore.features.matching.page_paper:algorithm",
    "Cost": "vizcore.features.matching.page_paper:cost",
}


def clip() -> None:
    """A clip with its tracks, and beside it a closer look at one side of them."""
    entry = ui.pick_clip(film=ui.FILM)
    settings = controls.settings(str(entry.path))
    view = panels.MatchingView(entry, settings, ui.work("Matching patches", match_clip, **settings))
    stage, beside = ui.stage_and_view()
    with stage:
        panels.play(view)
    with beside:
        VIEWS[ui.views(VIEWS)](view)


def background() -> None:
    """The paper: its algorithms line by line, and what they cost."""
    resolve_name(BACKGROUND[ui.views(BACKGROUND, "background")])()


PARTS = {"A clip": clip, "Background": background}


def prepare() -> None:
    """What is kept on disk, or in memory, before the first visitor."""
    panels.prepare()
    for part in (TRUTH, *BACKGROUND.values()):
        resolve_name(part)


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        PARTS[ui.part(PARTS)]()
