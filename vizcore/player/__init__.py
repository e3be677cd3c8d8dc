"""The browser player: clips stepped frame by frame, patches to pick, tracks, heat and outlines; boards, timelines."""

from vizcore.player.annotations import Boxes, Lines, Look, Outlines, Tint
from vizcore.player.board import board, placed
from vizcore.player.cost_matrix import Axis, Plane, Route
from vizcore.player.filter_panel import Desk, Turned, equaliser, sound, turned
from vizcore.player.player import player, publish
from vizcore.player.scene import Heat, PatchTracks, Pick, PlayerClip, Segment, Tier
from vizcore.player.timeline import timeline

__all__ = [
    "Axis",
    "Boxes",
    "Desk",
    "Heat",
    "Lines",
    "Look",
    "Outlines",
    "PatchTracks",
    "Pick",
    "Plane",
    "PlayerClip",
    "Route",
    "Segment",
    "Tier",
    "Tint",
    "Turned",
    "board",
    "equaliser",
    "placed",
    "player",
    "publish",
    "sound",
    "timeline",
    "turned",
]
