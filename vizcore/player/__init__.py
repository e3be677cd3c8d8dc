"""The browser player: clips stepped frame by frame, with patches to pick, tracks, heat and segments over them."""

from vizcore.player.player import player, publish
from vizcore.player.scene import Heat, PatchTracks, Pick, PlayerClip, PlayerEvents, Segment, Tier

__all__ = [
    "Heat",
    "PatchTracks",
    "Pick",
    "PlayerClip",
    "PlayerEvents",
    "Segment",
    "Tier",
    "player",
    "publish",
]
