"""What the page of heat maps shows of cuts: their probability over time, and what speaks for the one that is chosen."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from vizcore import ui
from vizcore.algorithms.attribution.cam import CAMS
from vizcore.features.heatmaps import page_rows
from vizcore.features.heatmaps.controls import HeatmapView
from vizcore.features.heatmaps.figures_cuts import HEADS, cuts_figure
from vizcore.features.heatmaps.pipeline_cuts import (
    METHODS,
    THRESHOLD,
    ClipCuts,
    Cut,
    CutHeat,
    cut_heat,
    find_cuts,
    missing,
)
from vizcore.features.heatmaps.pipeline_verdict_cuts import ABSENT
from vizcore.figures import heat as heat_
from vizcore.figures.theme import OKABE_ITO
from vizcore.player import Heat, PlayerClip, Segment, Tier, player
from vizcore.runtime.playback import playback
from vizcore.video import FramePack

STACKS = {"last": 3, "second": 2, "first": 1}
SHOTS = OKABE_ITO["sky"], OKABE_ITO["grey"]  # by turns
FAINT = 0.05  # probability that is not drawn under the picture
METHOD = (
    "Grad-CAM weighs a channel over 100 frames, so that other cuts among them are hot as well; Layer-CAM weighs each "
    "place by itself."
)
STACK = (
    "Of the last stack, which has 3 x 6 places, one frame has nearly all: it has gathered what its neighbours say. In "
    "the second (6 x 12) and the first (13 x 24) it can be seen which these are."
)
BROUGHT = "Its weights are a file of a package (30 MB, MIT), which is read and never imported."
HIDDEN = "Of a rendered clip it may tell cuts where there are none: nothing of it is shown."
NOT = (
    "TransNetV2 sees frames of 48 x 27 px, 100 at once. How alike their colours are speaks for a cut as well; that has "
    "no place, and is no part of the heat."
)


def cuts(view: HeatmapView, stage) -> None:
    """The cuts of the clip, and the heat of one of them.

    Args:
        view: the page's state: its clip and stretch.
        stage: the place of the player.
    """
    found = None if missing() else _found(view)
    anyway = found is not None and (found.badge.shown or ui.show_anyway(found.badge))
    if found is None:
        ui.verdict(ABSENT)
    else:
        ui.verdict(found.told(anyway), found.badge)
    if not anyway:
        with stage:
            page_rows.play(view)
        ui.caption(BROUGHT if found is None else HIDDEN)
        return
    words = {f"{one.seconds:.2f} s": one for one in found.cuts}
    chosen = words[ui.selectbox("Cut", list(words), "cut")] if words else None
    heat = None if chosen is None else _heat(view, chosen)
    with stage:
        _play(view, found, heat)
    told = [(one.seconds, one.probability) for one in found.cuts]
    alt = f"Probability of a cut over {len(found.frames)} frames; {found.told(anyway)}"
    pick = list(words)
    ui.chart(
        cuts_figure,
        found.curves(),
        told,
        found.threshold,
        alt=alt,
        on_select=lambda number: ui.choose("cut", pick[number]),
    )
    if heat is not None:
        _speaks(view, heat, chosen)
        ui.table(_rows(found), percent=("probability",), whole=len(words) < 12)
    ui.caption(NOT)


def _found(view: HeatmapView) -> ClipCuts:
    """The cuts, by the settings in the drawer."""
    with ui.drawer("Cuts"):
        threshold = ui.slider("A cut from a probability of", 0.05, 0.95, THRESHOLD, "threshold", step=0.05)
    stretch = {one: view.settings[one] for one in ("path", "start", "span")}
    return ui.work("Looking for cuts", find_cuts, threshold=threshold, **stretch)


def _heat(view: HeatmapView, chosen: Cut) -> CutHeat:
    """What speaks for a cut, by the settings in the drawer."""
    titles = {CAMS[name].title: name for name in METHODS}
    with ui.drawer("Cuts"):
        method = titles[ui.segmented_control("Heat of the cut", list(titles), "cut-heat", help=METHOD)]
        stack = STACKS[ui.segmented_control("Stack of TransNetV2", list(STACKS), "stack", help=STACK)]
    stretch = {one: view.settings[one] for one in ("path", "start", "span")}
    return ui.work("Asking what speaks for the cut", cut_heat, cut=chosen.frame, method=method, stack=stack, **stretch)


def _play(view: HeatmapView, found: ClipCuts, heat: CutHeat | None) -> None:
    """The player with shots and probabilities below it, at the chosen cut, under its heat."""
    around = found.frames if heat is None else heat.frames
    pack = ui.work(
        "Preparing the player", playback, path=view.settings["path"], shown=(int(around[0]), int(around[-1]))
    )
    clip = PlayerClip(pack.blob, pack.offsets, pack.times, pack.width, pack.height, view.clip.title)
    place, hot = 0, None
    if heat is not None:
        place = int(np.searchsorted(pack.indices, heat.cut - 1))
        there = np.isin(heat.frames, pack.indices)
        values = (255 * heat.heat[there] / max(float(heat.heat.max()), 1e-12)).round().astype(np.uint8)
        hot = Heat(values, np.searchsorted(pack.indices, heat.frames[there]), 0.0, 1.0, "heat of the cut")
    player(
        [clip],
        key="cuts-player",
        heat=hot,
        tiers=[Tier("shots", list(_shots(found, pack))), *_probabilities(found, pack)],
        frame=place,
        thumbnails=True,
        height=page_rows.TALLEST,
    )
    ui.overview(*(view.settings[name] for name in ("path", "start", "span")))


def _shots(found: ClipCuts, pack: FramePack) -> Iterator[Segment]:
    """The stretches between cuts, as far as the player has them."""
    edges = [found.frames[0], *(one.frame for one in found.cuts), found.frames[-1] + 1]
    for k, (start, stop) in enumerate(pairwise(edges)):
        first, last = np.searchsorted(pack.indices, [start, stop])
        if first < last:
            yield Segment(int(first), int(last), f"shot {k + 1}", SHOTS[k % 2])


def _probabilities(found: ClipCuts, pack: FramePack) -> Iterator[Tier]:
    """A row for each head: every frame that has some probability, as tall as that."""
    there = np.isin(found.frames, pack.indices)
    for (name, colour), shares in zip(HEADS.items(), (found.single, found.many), strict=True):
        some = np.flatnonzero(there & (shares >= FAINT))
        places = np.searchsorted(pack.indices, found.frames[some]).tolist()
        bars = zip(places, shares[some].tolist(), strict=True)
        yield Tier(name, [Segment(at, at + 1, f"{name}, {share:.0%}", colour, min(share, 1.0)) for at, share in bars])


def _speaks(view: HeatmapView, heat: CutHeat, chosen: Cut) -> None:
    """The frames near a cut under its heat, and how much of it each frame has."""
    numbers = ", ".join(map(str, heat.near.indices))
    preferences = view.preferences
    ui.caption(f"**What speaks for the cut at {chosen.seconds:.2f} s.** {heat.verdict} Frames {numbers}:")
    strip = heat_.heat_strip(heat_.small(heat.near.frames), heat.strip, preferences.opacity, preferences.smooth, 4)
    ui.image(strip, alt=f"Heat over frames {numbers}; {heat.verdict}")


def _rows(found: ClipCuts) -> list[dict]:
    """The cuts, and how long the shot lasts that begins with each."""
    ends = [*(one.seconds for one in found.cuts[1:]), float(found.times[-1])]
    return [
        {
            "second": round(one.seconds, 2),
            "frame": one.frame,
            "probability": one.probability,
            "frames of the change": one.frames,
            "shot after it, s": round(end - one.seconds, 2),
        }
        for one, end in zip(found.cuts, ends, strict=True)
    ]
