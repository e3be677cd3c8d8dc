"""Which patch of one frame became which patch of the next? A clip, its patches, and who became whom."""

from vizcore import ui
from vizcore.algorithms.matching.descriptors import DESCRIPTORS
from vizcore.algorithms.matching.matching import METHODS
from vizcore.features.matching import page_clip
from vizcore.features.matching import page_clip as panels
from vizcore.features.matching import page_paper as matching_paper
from vizcore.features.matching import page_truth as truth
from vizcore.features.matching.entry import ENTRY
from vizcore.features.matching.pipeline import match_clip
from vizcore.models import MODELS
from vizcore.runtime.clip_info import look_into

SECTIONS = {
    "Assignment": panels.assignment,
    "Motion": panels.motion,
    "Scores": panels.scores,
    "Truth": truth.against_truth,
    "What attention sees": panels.seen,
    "Files and link": panels.export,
}


def settings(path: str) -> dict:
    """The controls of the page: what match_clip is asked for."""
    info = ui.work("Reading the clip", look_into, path=path)
    for warning in info.warnings:
        ui.warn(f"{warning[:1].upper()}{warning[1:]}.", icon=":material/warning:")
    seconds = info.duration
    with ui.row(horizontal=True, vertical_alignment="bottom", gap="medium"):
        sources = [*DESCRIPTORS, *MODELS]
        source = ui.word("Describe patches by", sources, "source", about="Models say their weights.", width=250)
        method = ui.option("Match them by", list(METHODS), "method", about=panels.METHODS_IN_WORDS)
        more = ui.popover("Frames and grid", icon=":material/tune:")
    layer = ""
    with more:
        count = ui.number("Frames", 2, 32, 12, "count", about="Taken evenly from the stretch of the clip below.")
        start = ui.number("Start, seconds", 0.0, max(0.0, round(seconds - 0.1, 1)), 0.0, "start", step=0.1)
        span = ui.number("Length, seconds", 0.1, max(0.1, round(seconds, 1)), 4.0, "span", step=0.1)
        across = ui.number("Patches across", 4, 32, 16, "across", about="A model brings its own grid.")
        prior = ui.number("Prefer staying near", 0.0, 0.5, 0.0, "prior", step=0.05, about=panels.PRIOR)
        if source in MODELS:
            layer = ui.word("Tokens of", MODELS[source].layers, "layer")
    if source in MODELS:
        ui.note(panels.model_in_words(MODELS[source]))
    stretch = {"count": count, "start": start, "span": span}
    patches = {"across": across, "source": source, "layer": layer}
    return {"path": path, **stretch, **patches, "method": method, "prior": prior}


def clip() -> None:
    """A clip, its tracks, and a closer look at one side of them."""
    entry = ui.pick_clip()
    asked = settings(str(entry.path))
    view = panels.View(entry, asked, ui.work("Matching patches", match_clip, **asked))
    panels.player_and_track(view)
    panels.film(view)
    SECTIONS[ui.option("Look closer", list(SECTIONS), "show", quiet=True)](view)


PARTS = {"A clip": clip, "Algorithm": matching_paper.algorithm, "Cost": matching_paper.cost}


prepare = page_clip.prepare  # what is kept on disk, or in memory, before the first visitor


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        PARTS[ui.option("Part", list(PARTS), "part", quiet=True)]()
