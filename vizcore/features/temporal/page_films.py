"""A film in five ways to look at time, without training: its tokens are mixed over time and go on through the net."""

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
import torch

from vizcore import ui
from vizcore.algorithms.attribution.cam import normalise
from vizcore.algorithms.matching.token_mixing import ATA, MIXINGS
from vizcore.features.temporal.pipeline_mixing import (
    ACROSS,
    FRAMES,
    LAYER,
    MIXED_AT,
    MOST_FRAMES,
    SPAN,
    TEMPERATURE,
    WIDEST,
    Mixings,
    temporal_mixings,
)
from vizcore.figures import heat as heat_
from vizcore.figures.strips import tile
from vizcore.player import Heat, PlayerClip, player
from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.domain import Badge
from vizcore.runtime.package_films import films
from vizcore.runtime.playback import playback

if TYPE_CHECKING:  # most views have no orders
    from vizcore.features.temporal.pipeline_orders import Orders

ONE_LINE = 8  # frames of a row that stand beside each other
STAGE = (
    "The tokens of this stage are mixed; what comes after it in the net sees the mixed ones. Strides 8, 16 or 32 px."
)
SOFTNESS = (
    "Of attention, in cosine units: towards 0 a token sees only what is most like itself, and high values average."
)
HIDDEN = "Cells of each frame that are grey, others in each: can the rest of the film stand in for them?"
FINER = "A finer grid follows smaller things, and takes longer."
WITHOUT_ORDER = (
    "None of these ways has weights for time. Averaging forgets the order altogether; tracks are matched from frame to "
    "frame, so they know who became whom, but not which way time runs. A net that is trained over time can know that: "
    "see the nets of the world under *Which way it moves*."
)


@dataclass(frozen=True, eq=False)
class FilmView:
    """One state of this part of the page."""

    clip: ClipEntry
    settings: dict  # arguments of temporal_mixings
    found: Mixings
    over: str  # the mixing whose heat is over the player

    @property
    def badges(self) -> tuple[Badge, ...]:
        """How far the net is at home in the film."""
        return (self.found.badge,)

    @cached_property
    def named(self) -> bool:
        """Whether classes may be named; it is asked for here."""
        return ui.show_anyway(self.found.badge)

    @cached_property
    def heat(self) -> np.ndarray:
        """(M, T, h, w) from 0 to 1, on one scale."""
        maps = torch.from_numpy(self.found.maps)
        return normalise(maps.flatten(0, 1), "row").unflatten(0, maps.shape[:2]).numpy()

    @property
    def asked(self) -> str:
        """The class that the heat speaks for, as far as it may be named."""
        return f"*{self.found.model.classes[self.found.asked]}*" if self.named else "its likeliest class"


def chosen_film() -> FilmView:
    """The state of the controls: a clip, its frames, and how they are looked at."""
    clip = ui.pick_clip(default=ui.FILM) if ui.FILM in films() else ui.pick_clip()
    path = str(clip.path)
    seconds = ui.look_into(path).duration
    with ui.drawer("Looking at time"):
        layer = ui.selectbox("Tokens of", MIXED_AT, "layer", default=LAYER, help=STAGE)
        temperature = ui.slider("Temperature", 0.02, 1.0, TEMPERATURE, "temperature", step=0.02, help=SOFTNESS)
        across = int(ui.slider("Tokens across", 8, WIDEST, ACROSS, "across", help=FINER))
        hidden = ui.slider("Hidden cells, %", 0, 90, 0, "hidden", step=10, help=HIDDEN) / 100
    with ui.drawer("Frames"):
        count = int(ui.slider("Frames", 2, MOST_FRAMES, FRAMES, "count"))
        start = ui.slider("Start, seconds", 0.0, max(0.0, round(seconds - 0.1, 1)), 0.0, "start", step=0.1)
        span = ui.slider("Length, seconds", 0.1, max(0.1, round(seconds, 1)), SPAN, "span", step=0.1)
    settings = {"path": path, "layer": layer, "count": count, "start": start, "span": span}
    settings |= {"across": across, "temperature": temperature, "hidden": hidden}
    found = ui.work("Mixing tokens over time", temporal_mixings, **settings)
    with ui.drawer("Over the player"):
        over = ui.selectbox("Heat of", list(MIXINGS), "over", default=ATA)
    return FilmView(clip, settings, found, over)


def play(view: FilmView) -> None:
    """The film under the heat of one way to look at it."""
    numbers = view.found.clip.indices
    pack = ui.work("Preparing the player", playback, path=view.settings["path"], shown=tuple(numbers.tolist()))
    places = np.searchsorted(pack.indices, numbers)
    values = (255 * view.heat[list(MIXINGS).index(view.over)]).round().astype(np.uint8)
    player(
        [PlayerClip(pack.blob, pack.offsets, pack.times, pack.width, pack.height, view.clip.title)],
        key="mixing-player",
        heat=Heat(values, places, float(view.found.maps.min()), float(view.found.maps.max()), "heat"),
        frame=int(places[0]),
        height=400,
    )
    ui.overview(*(view.settings[name] for name in ("path", "start", "span")))
    ui.caption(f"Heat of **{view.over}** for {view.asked}: what each place adds to its logit. {MIXINGS[view.over]}")


def rows(view: FilmView) -> None:
    """Figure 1 of the paper: the frames, and below them a row for each way to look at time."""
    found = view.found
    ui.verdict(found.verdict, *view.badges)
    frames, across = heat_.small(found.clip.frames), _in_a_line(len(found.clip.times))
    with ui.container(key="strips", gap="xsmall"):
        ui.caption("**frames** " + ", ".join(map(str, found.clip.indices)))
        ui.image(tile(frames, across), alt=f"{len(frames)} frames")
        for name, heat, nats, shares in zip(MIXINGS, view.heat, found.divergence, found.shares, strict=True):
            says = f" · {view.asked} {shares.mean():.0%}" if view.named else ""
            ui.caption(f"**{name}**{says} · {nats.mean():.2f} nats")
            alt = f"Heat of {name}; divergences {', '.join(f'{one:.2f}' for one in nats)}"
            ui.image(heat_.heat_strip(frames, heat, across=across), alt=alt)
    ui.caption(
        "All rows share one scale. Nats: the Kullback-Leibler divergence from what each frame says by itself, mean "
        "over the frames; 0 is no change. No row was trained to look at time."
    )


def divergences(view: FilmView) -> None:
    """How far each frame's answer moves."""
    from vizcore.features.temporal import figures_mixing as drawn  # the first view draws pictures

    found = view.found
    ui.verdict(found.verdict, *view.badges)
    lines = dict(zip(list(MIXINGS)[1:], found.divergence[1:], strict=True))
    alt = "; ".join(f"{name} {nats.mean():.2f}" for name, nats in lines.items())
    ui.chart(drawn.divergence_figure, lines, found.clip.times, alt=f"Mean divergences: {alt}")
    ui.table(
        {"": name, "mean, nats": round(float(nats.mean()), 3), "largest, nats": round(float(nats.max()), 3)}
        | ({f"{view.found.model.classes[found.asked]}, %": round(100 * float(share.mean()), 1)} if view.named else {})
        for name, nats, share in zip(MIXINGS, found.divergence, found.shares, strict=True)
    )


def orders(view: FilmView) -> None:
    """Whether the answer changes when the frames come in another order."""
    from vizcore.features.temporal.pipeline_orders import orders_of_film  # no other view asks for them

    found = ui.work("Playing the frames in other orders", orders_of_film, **view.settings)
    ui.verdict(found.verdict, *view.badges)
    show_orders(found, view.named)
    ui.caption(WITHOUT_ORDER)


def show_orders(found: "Orders", named: bool) -> None:
    """What each way to look at time says of each order of the frames.

    Args:
        found: of any clip.
        named: whether classes may be named.
    """
    from vizcore.features.temporal import figures_mixing as drawn
    from vizcore.features.temporal.pipeline_orders import ORDERS

    moved = {order: found.divergence[k] for k, order in enumerate(ORDERS) if k}
    alt = "; ".join(f"{order} {', '.join(f'{one:.2f}' for one in nats)}" for order, nats in moved.items())
    ui.chart(drawn.orders_figure, moved, found.names, alt=f"Divergences from the answer as filmed: {alt}")
    if named:
        ui.table(
            {"": name} | {order: _likeliest(found, o, m) for o, order in enumerate(ORDERS)}
            for m, name in enumerate(found.names)
        )


def export(view: FilmView) -> None:
    """The numbers, the figure, the link, and the Python lines."""
    from vizcore.features.temporal import export as files  # no other view writes any

    ui.verdict(view.found.verdict, *view.badges)
    ui.download_buttons(
        {
            "mixings.csv": ("text/csv", lambda: files.mixings_csv(view.found)),
            "mixings.npz": ("application/octet-stream", lambda: files.mixings_npz(view.found)),
        }
    )
    ui.paper_figure("mixings", partial(files.mixings_paper, view.found, view.heat))
    ui.link_and_lines(temporal_mixings, view.clip, {key: one for key, one in view.settings.items() if key != "path"})


def _in_a_line(count: int) -> int:
    """How many of some frames stand in a line."""
    return count if count <= ONE_LINE else -(-count // 2)


def _likeliest(found: "Orders", order: int, name: int) -> str:
    shares = found.probabilities[order, name]
    return f"{found.classes[int(shares.argmax())].replace('_', ' ')} {shares.max():.0%}"
