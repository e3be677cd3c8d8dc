"""The browser player: clips stepped frame by frame, patches to pick, and tracks, heat and outlines over them."""

from vizcore.player.outlines import Boxes, Lines, Look, Outlines, Tint
from vizcore.player.plane import Axis, Plane, Route
from vizcore.player.player import player, publish
from vizcore.player.scene import Heat, PatchTracks, Pick, PlayerClip, PlayerEvents, Segment, Tier

__all__ = [
    "Axis",
    "Boxes",
    "Heat",
    "Lines",
    "Look",
    "Outlines",
    "PatchTracks",
    "Pick",
    "Plane",
    "PlayerClip",
    "PlayerEvents",
    "Route",
    "Segment",
    "Tier",
    "Tint",
    "player",
    "publish",
]
