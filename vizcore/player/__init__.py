"""The browser player: clips stepped frame by frame, patches to pick, tracks, heat and annotations; boards, timelines.

What single pages have beside a player is imported when it is asked for; `board.board` and `timeline.timeline`, which
are called as their files are, are imported from these.
"""

from vizcore.former import lazily
from vizcore.player.player import player
from vizcore.player.scene import Heat, PatchTracks, Pick, PlayerClip, Segment, Tier

__all__ = [
    "Annotations",
    "Axis",
    "Boxes",
    "CostMatrix",
    "DrawnBox",
    "FilterPanel",
    "FilterSettings",
    "Heat",
    "Lines",
    "Mask",
    "PatchTracks",
    "Pick",
    "PlayerClip",
    "Route",
    "Segment",
    "Style",
    "Tier",
    "checked",
    "graph_filter",
    "player",
    "settings_of",
]

LATER = {
    "vizcore.player.annotations": ("Annotations", "Boxes", "Lines", "Mask", "Style"),
    "vizcore.player.cost_matrix": ("Axis", "CostMatrix", "Route"),
    "vizcore.player.drawing": ("DrawnBox",),
    "vizcore.player.filter_panel": ("FilterPanel", "FilterSettings", "checked", "graph_filter", "settings_of"),
}
__getattr__, _ = lazily(__name__, LATER)
