"""What a learner moves: cells of a table, sliders, a list, points that are on or off.

A board says which hands there are; a hand is what has been done on it, and goes into the page's link as a word.
"""

from vizcore.features.lessons.boards.cells import Cells
from vizcore.features.lessons.boards.points import Points
from vizcore.features.lessons.boards.ranks import Ranks
from vizcore.features.lessons.boards.sliders import Slider, Sliders

Board = Cells | Sliders | Ranks | Points
Hand = tuple

__all__ = ["Board", "Cells", "Hand", "Points", "Ranks", "Slider", "Sliders"]
