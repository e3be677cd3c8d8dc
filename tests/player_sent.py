"""What Python sends to each component of the player, made by the functions of the pages."""

from importlib import import_module

import numpy as np
import pytest
from player_stage import address, grey_frames, sent

from vizcore.algorithms.segmentation.reassembly import reassemble
from vizcore.player import FilterPanel, FilterSettings, PlayerClip, Segment, Tier, graph_filter, player
from vizcore.player.board import board
from vizcore.player.timeline import timeline

COLOUR = "#0072B2"
FRAMES = 40
GRID = (3, 4)
LABELS = np.repeat([0, 1, 2, 0], [120, 60, 180, 120])


def rows(mark=None, origin="film") -> dict:
    classes = [(name, COLOUR) for name in ("rest", "take", "pour")]
    tellers = {"truth": LABELS, "net": np.roll(LABELS, 40)}
    return sent("timeline", timeline, tellers, classes, key="rows", origin=origin, mark=mark)


def clip(tier="phases", **named) -> dict:
    """What the player sends of a clip of FRAMES frames, a tier and a grid."""
    blob, offsets = grey_frames(FRAMES)
    one = PlayerClip(blob, offsets, np.arange(FRAMES) / 25, 160, 90, "a clip")
    tiers = [Tier(tier, [Segment(0, 20, "take", COLOUR), Segment(20, FRAMES, "pour", COLOUR)])]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("vizcore.player.player"), "publish", address)
        return sent("player", player, [one], key="player", grid=GRID, tiers=tiers, **named)


def points(first=10.0, seq=0) -> dict:
    """What the board sends of three actions, of which the first one is somewhere."""
    found = reassemble([(first, 0, 0.9), (20.0, 1, 0.4), (30.0, 0, 0.8)], [(15.0, 0.5), (25.0, 0.5)], 40)
    data = sent("board", board, found, [("take", COLOUR), ("pour", COLOUR)], key="board", origin="one")
    data["plain"]["seq"] = seq
    return data


def panel(*weights: float, operator="snl") -> dict:
    signal = np.linspace(-1, 1, 6)
    given = {"values": np.array([1.0, 0.0]), "parts": np.stack([signal, signal]), "signal": signal, "reference": signal}
    shown = FilterPanel(
        operator,
        FilterSettings(weights),
        **given,
        grid=(1, 2, 3),
        spectrum=np.array([1.0, 0.5]),
        energy=None,
        frames=None,
        colours=("#000000", "#ffffff", "#ff0000"),
    )
    return sent("filter_panel", graph_filter, shown, key="filter")
