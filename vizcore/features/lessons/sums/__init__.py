"""The table of sums: what a lesson can be about. A row is a sum; a file names it, and brings the numbers."""

from vizcore.features.lessons.sums import matching, ranking, softness, timeline, warping
from vizcore.features.lessons.worked import Sum

SUMS: dict[str, Sum] = {
    "assignment": matching.ASSIGNMENT,
    "greedy": matching.GREEDY,
    "blur": timeline.BLUR,
    "attention": softness.ATTENTION,
    "walk": warping.WALK,
    "minimum": softness.MINIMUM,
    "re-assembly": timeline.REASSEMBLY,
    "filter": softness.FILTER,
    "precision": ranking.PRECISION,
    "tau": ranking.TAU,
}
