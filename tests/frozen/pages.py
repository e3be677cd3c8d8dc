"""The pages, and the states of each that are frozen, by the links that open them.

A page whose file is renamed needs one name more in its row of FILES: the first that is in the tree is opened.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILES = {
    "home": ("home",),
    "system": ("system",),  # early: what it counts is still little
    "matching": ("matching",),
    "temporal": ("temporal",),
    "alignment": ("alignment",),
    "segmentation": ("segmentation",),
    "cam": ("cam", "heatmaps"),
    "localization": ("localization",),
    "spectral": ("spectral", "nonlocal_blocks"),
    "world": ("world",),
    "compare": ("compare",),
    "lessons": ("lessons",),
    "report": ("report",),
}
FIRST = "first visit"
STEPS = ("Predict", "Try", "Reveal", "Check")
LESSONS = (
    "Matching by hand", "Greedy against Hungarian", "Why averaging blurs", "A row of attention", "Dynamic time warping",
    "A minimum with a slope", "A re-assembly puzzle", "A filter on a graph", "Average precision", "Kendall's tau",
)  # fmt: skip
CLOSER = ("Differences", "Kinds of errors", "Calibration", "What is hard", "Files and link")
PRECISION = {"part": "Average precision"}


@dataclass(frozen=True)
class State:
    """One page as one link opens it."""

    page: str  # of FILES
    name: str
    query: dict[str, str]

    @property
    def file(self) -> str:
        """What its files are called."""
        return f"{self.page}, {self.name}".replace("/", "-")


def _each(key: str, *values: str) -> dict[str, dict[str, str]]:
    """{value: the link that sets it}."""
    return {value: {key: value} for value in values}


STATES = {
    "matching": _each("show", "Motion", "Scores", "What attention sees", "Files and link")
    | _each("part", "Algorithm", "Cost")
    | {
        "truth": {"clip": "crowd", "show": "Truth", "count": "5"},
        "greedy": {"clip": "parade", "method": "greedy", "pick": "0.72"},
        "tokens": {"clip": "tiles", "source": "vit-small-ata", "count": "5"},
        "one line": {"part": "Algorithm", "example": "both want the same", "line": "3"},
    },
    "temporal": _each("show", "Against speed", "Results", "What a matching follows", "Files and link")
    | {"actions": {"family": "Which way it moves", "action": "throw", "seed": "2"}},
    "alignment": _each("show", "There and back", "Nearest neighbours", "What it sees", "Files and link")
    | _each("part", "Two clips", "Many clips", "Two files", "A soft minimum", "Re-organised", "The paper's tables"),
    "segmentation": _each("show", "Blame", "Table", "Files and link")
    | _each("part", "Re-assembly", "Label files", "Graph matching", "The paper's table"),
    "cam": _each("show", "Difference", "Faithfulness", "On people and things", "Files and link")
    | _each("method", "Grad-CAM", "Attention in the frame", "Attention rollout"),
    "localization": _each("show", "Training", "As a table", "Files and link")
    | {"the paper": {"part": "The paper"}, "average precision": PRECISION}
    | {"a box": {"part": "Follow a box"}, "files of boxes": {"part": "Follow a box", "show": "Files and link"}}
    | {f"average precision, {one}": PRECISION | {"closer": one} for one in CLOSER},
    "spectral": _each("show", "Eigenvalues", "Files and link")
    | _each("part", "A clip", "A file", "Claims tried out", "Tables"),
    "world": _each("show", "Patches", "Who is there", "Files and link")
    | {
        "a crowd": {"what": "A crowd", "crowd-people": "3", "seed": "5"},
        "a cartwheel": {"what": "One action", "action": "cartwheel", "seed": "42"},
    },
    "compare": _each("show", "Files and link") | {"many clips": {"show": "Over many clips", "panes": "2", "many": "3"}},
    "lessons": {f"{lesson}, {step}": {"lesson": lesson, "step": step} for lesson in LESSONS for step in STEPS[1:3]}
    | {step: {"step": step} for step in STEPS},
    "system": _each("show", "Models", "Kept on disk", "Your uploads", "Versions"),
}


def states() -> Iterator[State]:
    """Every state, those of a page one after the other, its first visit first."""
    for page in FILES:
        yield State(page, FIRST, {})
        for name, query in STATES.get(page, {}).items():
            yield State(page, name, query)


def file_of(page: str, tree: Path) -> str | None:
    """What a page is called in a tree: pages/NAME.py, and /NAME in the browser; None where it has none."""
    return next((name for name in FILES[page] if (tree / "pages" / f"{name}.py").exists()), None)
