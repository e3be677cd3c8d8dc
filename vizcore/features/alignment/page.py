"""Which moment of one video is which moment of another? Two clips, the cost of every pair of frames, and the way."""

from vizcore import ui
from vizcore.features.alignment import page_clips
from vizcore.features.alignment import page_clips as panels
from vizcore.features.alignment import page_lessons as lessons
from vizcore.features.alignment.controls import look, two_clips, two_people
from vizcore.features.alignment.entry import ENTRY
from vizcore.features.alignment.page_many import many
from vizcore.features.alignment.page_series import series

SECTIONS = {
    "Soft alignment": panels.soft,
    "There and back": panels.cycle,
    "Nearest neighbours": panels.nearest,
    "What it sees": panels.sight,
    "Files and link": panels.export,
}


def clips(choose) -> None:
    """Two clips, the way between them, and a closer look at one side of it."""
    view = look(choose())
    panels.player_and_plane(view)
    panels.in_numbers(view)
    SECTIONS[ui.option("Look closer", list(SECTIONS), "show", quiet=True)](view)


PARTS = {
    "Two people": lambda: clips(two_people),
    "Two clips": lambda: clips(two_clips),
    "Many clips": many,
    "Two files": series,
    "A soft minimum": lessons.soft_minimum,
    "Re-organised": lessons.reorganised,
    "The paper's tables": lessons.tables,
}


prepare = page_clips.prepare  # what is kept on disk, or in memory, before the first visitor


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        PARTS[ui.option("Part", list(PARTS), "part", quiet=True)]()
