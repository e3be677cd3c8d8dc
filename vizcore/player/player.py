"""The player on a page: Python hands over clips and what lies on them, and hears only what a person settled on.

clips, tracks, heat, annotations, tiers -> [browser: scrub, play, hover, pick, draw] -> picks, places of rest
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from vizcore.algorithms.alignment.clock_sync import clock_sync
from vizcore.player.moments import rests, starting_at
from vizcore.player.parts import script, styles
from vizcore.player.payload import heat_arrays, heat_words, lock_ticks, pack, tier_words, track_arrays, warp_ticks
from vizcore.player.presses import act_once, catch_up
from vizcore.player.publishing import publish
from vizcore.player.scene import MOST, Heat, PatchTracks, Pick, PlayerClip, Tier
from vizcore.runtime.recording import blocks, recorded

if TYPE_CHECKING:
    from vizcore.player.annotations import Annotations
    from vizcore.player.cost_matrix import CostMatrix
    from vizcore.player.drawing import DrawnBox

SCRIPT = script("player")
MIME = "image/jpeg"  # the server compresses what is not named as compressed already, at 20 times the cost
MAX_HEIGHT = 420  # px

_mount = st.components.v2.component("vizcore_player", css=styles("player"), js=SCRIPT)


def player(
    clips: Sequence[PlayerClip],
    *,
    key: str,
    grid: tuple[int, int] | list[tuple[int, int] | None] | None = None,
    tracks: PatchTracks | Sequence[PatchTracks | None] | None = None,
    heat: Heat | np.ndarray | Sequence[Heat | np.ndarray | None] | None = None,
    annotations: Annotations | Sequence[Annotations | None] | None = None,
    tiers: Sequence[Tier] = (),
    sync: str | Sequence = "lock",
    cost_matrix: CostMatrix | None = None,
    layout: str | None = None,
    linked: bool = False,
    picked: Pick | None = None,
    pick: Callable[[Pick | None], None] | None = None,
    drawing: int | None = None,
    drawn: Callable[[DrawnBox], None] | None = None,
    frame: int | Sequence[int] = 0,
    jumps: int = 0,
    thumbnails: bool = False,
    legend: Sequence[tuple[str, str]] = (),
    height: int = MAX_HEIGHT,
) -> tuple[int, ...]:
    """Show one clip or a few, frame by frame.

    Args:
        clips: 1 to MOST.
        key: the player's name on the page; while it stays, the player stays, whatever else changes.
        grid: (rows, columns) of patches over each picture, or a list with one for each; without it nothing
            can be picked.
        tracks: of the first clip, or one entry for each clip; they need a grid of as many patches.
        heat: of the first clip, or one entry for each clip; bare values (T, rows, columns) uint8 go from 0 to 1.
        annotations: boxes, figures and mask of the first clip, or one entry for each clip.
        tiers: rows of segments under the picture.
        sync: "lock": all clips at the same second; "share": at the same share of each; or a warp of two, see
            payload.warp_ticks, with lock-step one click away.
        cost_matrix: of two clips: a matrix of all pairs of their frames, on which a point goes along.
        layout: "side" or "wipe" (of two clips) settles what is else a button of the player.
        linked: the choice in one clip is shown in all of them, at the same place and moment.
        picked: the choice to start from, or to change to; hand back here what `pick` was given.
        pick: gets the patch that a person has chosen, or None where the choice was taken back, before the page runs.
        drawing: the style of the first clip's annotations whose boxes a person may draw and put right.
        drawn: gets such a box once it is settled, before the page runs.
        frame: the first clip's frame to start from, or to change to; or one of each clip, reached by all of them, for
            clips of which the first may wait at its end.
        jumps: counts the jumps of a page: where it has changed, the player goes to the frame even if that is the same.
        thumbnails: pictures of the first clip, each where its frame is, in place of the bar to seek by.
        legend: (name, #rrggbb) of what the tiers' colours stand for.
        height: the tallest that a picture may become, px.

    Returns:
        The frame at which each clip rests.

    Raises:
        ValueError: the clips are none or too many, or something does not fit the clips or the grid.
    """
    clips = tuple(clips)
    if len(clips) not in range(1, MOST + 1):
        raise ValueError(f"want 1 to {MOST} clips, got {len(clips)}")
    if layout not in (None, "side", "wipe") or (layout == "wipe" and len(clips) != 2):
        raise ValueError(f'want a layout of "side" or, for two clips, "wipe", got {layout!r} for {len(clips)}')
    grids = grid if isinstance(grid, list) else [grid] * len(clips)
    tracks = _for_each(tracks, clips)
    heats = [Heat(values) if isinstance(values, np.ndarray) else values for values in _for_each(heat, clips)]
    annotated = _for_each(annotations, clips)
    _check(clips, grids, tracks, heats, tiers, picked)
    arrays, syncs = _arrays(clips, tracks, heats, annotated, sync)
    matrix_words, drawn_words = None, [None] * len(clips)
    if any(one is not None for one in annotated):
        from vizcore.player.annotations import annotation_words

        drawn_words = [None if one is None else annotation_words(one) for one in annotated]
    if cost_matrix is not None:
        from vizcore.player.cost_matrix import cost_matrix_arrays, cost_matrix_words  # most pages show none

        cost_matrix.check([clip.frames for clip in clips])
        arrays, matrix_words = arrays | cost_matrix_arrays(cost_matrix), cost_matrix_words(cost_matrix)
    pen, box_drawn = None, _nothing_drawn
    if drawing is not None:
        from vizcore.player.drawing import box_drawn, drawing_words

        pen = drawing_words(key, drawing, annotated[0])
    starts = [min(max(int(at), 0), clip.frames - 1) for at, clip in zip(np.atleast_1d(frame), clips)]
    if not jumps:  # a jump goes where the page says
        starts = starting_at(key, clips[0].label, clips[0].times, starts)
    block, contents = pack(arrays)
    meta = {
        "clips": [_source(clip, f"{key}.{side}") for side, clip in enumerate(clips)],
        "grids": [None if one is None else list(one) for one in grids],
        "layout": layout,
        "linked": linked,
        "heat": [None if one is None else heat_words(one) for one in heats],
        "measures": [None if one is None else one.measure for one in tracks],
        "annotations": drawn_words,
        "tiers": [tier_words(tier) for tier in tiers],
        "cost_matrix": matrix_words,
        "drawing": pen,
        "syncs": syncs,
        "picked": None if picked is None else [picked.side, picked.frame, picked.patch],
        "frame": starts,
        "jumps": int(jumps),
        "thumbnails": thumbnails,
        "legend": [list(one) for one in legend],
        "start": _resting(arrays, syncs[0], len(clips), starts),
        "height": int(height),
        "contents": contents,
    }
    lengths = [clip.frames for clip in clips]
    act, keep = partial(_picked, lengths, grids, pick), partial(box_drawn, lengths[0], drawn)
    state = _mount(
        key=key,
        data={"meta": meta, "block": block},
        default={"pos": meta["start"]},
        on_pos_change=_rested,
        on_pick_change=partial(act_once, key, "pick", act),
        on_box_change=partial(act_once, key, "box", keep),
    )
    catch_up(key, "pick", act, state.get("pick"))
    catch_up(key, "box", keep, state.get("box"))
    positions = _positions(state.get("pos"), lengths, meta["start"])
    rests(clips[0].label, float(clips[0].times[positions[0]]), moved=list(positions) != meta["start"])
    for side, (clip, at) in enumerate(zip(clips, positions, strict=True)):
        followed = tracks[side] is not None and picked is not None and picked.side == side
        track = (tracks[side], grids[side], picked) if followed else None
        recorded.note(partial(_still, clip, at, heats[side], annotated[side], track))
    if cost_matrix is not None:
        recorded.note(partial(_cost_matrix, cost_matrix))
    if tiers:
        recorded.note(partial(_rows, tiers, clips))
    return positions


def _still(*shown) -> blocks.Picture:
    from vizcore.player.still import still  # here and below: only a report asks for it

    return still(*shown)


def _cost_matrix(cost_matrix: CostMatrix) -> blocks.Figure:
    from vizcore.player.still_boards import cost_matrix_figure

    return blocks.figure(cost_matrix_figure(cost_matrix), f"{cost_matrix.label} of every pair of frames")


def _rows(tiers: Sequence[Tier], clips: Sequence[PlayerClip]) -> blocks.Figure:
    from vizcore.player.still_boards import rows_figure, rows_of

    alt = f"Over time: {', '.join(t.label for t in tiers)}"
    return blocks.figure(rows_figure(rows_of(tiers, clips)), alt, rows_figure.caption)


def _nothing_drawn(*told) -> None:
    """A box that comes from a player on which none is drawn any more."""


def _rested() -> None:
    """An event is registered by having a callback; where the clips rest is what `player` returns."""


def _for_each(given, clips: tuple) -> list:
    """One entry a clip; a lone value is the first clip's."""
    if isinstance(given, list | tuple):
        if len(given) != len(clips):
            raise ValueError(f"want one entry for each of {len(clips)} clips, got {len(given)}")
        return list(given)
    return [given] + [None] * (len(clips) - 1)


def _check(clips, grids, tracks, heats, tiers, picked) -> None:
    if len(grids) != len(clips):
        raise ValueError(f"want a grid for each of {len(clips)} clips, got {len(grids)}")
    for clip, grid, one, hot in zip(clips, grids, tracks, heats):
        if grid is not None and (len(grid) != 2 or min(grid) < 1):
            raise ValueError(f"want a grid of (rows, columns), 1 or more each, got {grid}")
        if one is not None and one.patches != _patches(grid):
            raise ValueError(f"want tracks of the grid's {_patches(grid)} patches ({grid}), got {one.patches}")
        if one is not None and one.frames[-1] >= clip.frames:
            raise ValueError(f"want tracked frames below {clip.frames}, got {one.frames[-1]}")
        if hot is not None and hot.frames is None and len(hot.values) != clip.frames:
            raise ValueError(
                f"want a heat map for each of {clip.frames} frames or their numbers, got {len(hot.values)}"
            )
        if hot is not None and hot.frames is not None and hot.frames[-1] >= clip.frames:
            raise ValueError(f"want heat at frames below {clip.frames}, got {hot.frames[-1]}")
    for tier in tiers:
        if tier.side not in range(len(clips)):
            raise ValueError(f"want tier {tier.label!r} on a side below {len(clips)}, got {tier.side}")
    lengths = [clip.frames for clip in clips]
    if picked is not None and not _inside(picked.side, picked.frame, picked.patch, lengths, grids):
        raise ValueError(f"want a pick inside the clips and the grids {grids}, got {picked}")


def _inside(side: int, frame: int, patch: int, lengths: Sequence[int], grids) -> bool:
    """A patch of a frame that is there."""
    there = side < len(lengths) and grids[side] is not None
    return there and frame < lengths[side] and patch < _patches(grids[side])


def _patches(grid: tuple[int, int] | None) -> int | None:
    return None if grid is None else grid[0] * grid[1]


def _arrays(clips, tracks, heats, annotated, sync) -> tuple[dict[str, np.ndarray], list[str]]:
    """Every array by its name, and the names of the clocks, the one to start with first."""
    arrays = {}
    for side, (clip, one, hot, drawn) in enumerate(zip(clips, tracks, heats, annotated)):
        arrays[f"offsets.{side}"] = np.asarray(clip.offsets, np.uint32)
        arrays[f"times.{side}"] = np.asarray(clip.times, np.float64)
        arrays |= {} if one is None else track_arrays(one, side)
        arrays |= {} if hot is None else heat_arrays(hot, side)
        if drawn is not None:
            from vizcore.player.annotations import annotation_arrays  # few pages draw any

            drawn.check(clip.frames)
            arrays |= annotation_arrays(drawn, side)
    times = [np.asarray(clip.times, np.float64) for clip in clips]
    clocks = {"lock": lock_ticks(times)}
    if not isinstance(sync, str):
        if len(clips) != 2:
            raise ValueError(f"want two clips for a warp, got {len(clips)}")
        clocks = {"warp": warp_ticks(times, sync)} | clocks
    elif sync == "share":
        clocks = {"share": clock_sync(times, "share")}
    elif sync != "lock":
        raise ValueError(f'want sync "lock", "share" or a warp, got {sync!r}')
    for name, (ticks, seconds) in clocks.items():
        arrays |= {f"{name}.{side}": column.astype(np.uint32) for side, column in enumerate(ticks.T)}
        arrays[f"{name}.seconds"] = seconds
    return arrays, list(clocks)


def _source(clip: PlayerClip, slot: str) -> dict:
    size = {"width": int(clip.width), "height": int(clip.height)}
    return {"url": publish(clip.blob, MIME, slot), "label": clip.label, **size}


def _resting(arrays, sync: str, count: int, frames: list[int]) -> list[int]:
    """The frame of each clip when the first ones have reached some frames."""
    columns = [arrays[f"{sync}.{side}"] for side in range(count)]
    tick = max(min(int(np.searchsorted(column, at)), len(column) - 1) for column, at in zip(columns, frames))
    return [int(column[tick]) for column in columns]


def _positions(pos: object, lengths: Sequence[int], start: list[int]) -> tuple[int, ...]:
    """Where the browser says that the clips rest, or the start where that does not fit them."""
    fits = isinstance(pos, list) and len(pos) == len(lengths)
    fits = fits and all(type(at) is int and 0 <= at < length for at, length in zip(pos, lengths))
    return tuple(pos if fits else start)


def _picked(lengths: Sequence[int], grids, pick: Callable[[Pick | None], None] | None, state: Mapping) -> None:
    """Pass a pick on, if it makes sense: anybody can send anything."""
    numbers = [state.get(name) for name in ("side", "frame", "patch", "seq")]
    whole = all(type(number) is int and number >= 0 for number in numbers)
    if pick and whole and _inside(*numbers[:3], lengths, grids):
        pick(Pick(*numbers))
    elif pick and state.get("patch", 0) is None:
        pick(None)
