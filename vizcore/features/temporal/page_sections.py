"""What the page of temporal models shows: a clip, what four models say of it, and whose tracks hold."""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import make_interp_spline

from vizcore import ui
from vizcore.features.temporal import controls
from vizcore.features.temporal import figures as drawn
from vizcore.features.temporal.pipeline import SPEEDS, Answers, answer, places_of, results
from vizcore.features.temporal.pipeline_families import ATA, OFF, ROWS
from vizcore.figures.theme import OKABE_ITO
from vizcore.models import FAMILIES, MODELS
from vizcore.player import Annotations, Boxes, PlayerClip, Style, player
from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.domain import Badge, badge
from vizcore.runtime.playback import playback
from vizcore.runtime.world_clips import truth_of
from vizcore.synthetic.shot import Shot
from vizcore.video import FramePack

BACKWARDS = (
    "Shown as nats: the Kullback-Leibler divergence from the answer to the clip as it was filmed. A net that averages "
    "its frames cannot tell their order; one that has learnt which way time runs takes a throw backwards for a catch."
)


@dataclass(frozen=True, eq=False)
class TemporalView:
    """One state of the page."""

    family: str
    shot: Shot
    clip: ClipEntry
    pack: FramePack
    answers: Answers
    aligned: bool

    @property
    def badges(self) -> tuple[Badge, ...]:
        """How far the nets are at home in the clip: all of a family have seen the same."""
        return (badge(MODELS[f"{self.family}-ata"], self.clip.path),)

    @property
    def order(self) -> np.ndarray:
        """(T, N) the tracks that time attention looks along."""
        return self.answers.order if self.aligned else self.answers.in_place


def chosen_view(family: str) -> TemporalView:
    """The state of the controls of a family of models: the clip, and what they say of it."""
    shot = controls.scene(family)
    aligned = controls.aligned()
    clip = ui.world_clip(shot.clip_id)
    pack = ui.work("Preparing the player", playback, path=str(clip.path))
    settings = {"path": str(clip.path), "truth": str(clip.truth), "family": family}
    answers = ui.work("Running the models", answer, **settings)
    return TemporalView(family, shot, clip, pack, answers, aligned)


def play(view: TemporalView) -> None:
    """The clip with the tracks of its things."""
    pack, answers = view.pack, view.answers
    player(
        [PlayerClip(pack.blob, pack.offsets, pack.times, pack.width, pack.height, view.clip.title)],
        key="temporal-player",
        annotations=_tracks(view),
        frame=int(answers.clip.indices[0]),
    )
    holds = answers.followed.holds(view.order)
    ui.caption(
        f"The net sees {len(answers.clip.indices)} of the {pack.total} frames. A solid box is around what a track "
        "is still on, a dashed one around the patch to which a lost track has gone: "
        f"{holds.sum()} of {holds.size} places are on target."
    )


def answers(view: TemporalView) -> None:
    """What the four ways to look at time say of the clip."""
    given = view.answers
    rows = tuple(row for row in ROWS if row != (ATA if not view.aligned else OFF))
    chosen = [ROWS.index(row) for row in rows]
    ui.verdict(given.verdict_of(rows), *view.badges)
    alt = "; ".join(_in_words(view, row) for row in rows)
    ui.chart(drawn.answers_figure, given.probabilities[chosen], rows, given.classes, given.true, alt=alt)
    ui.caption(controls.about(view.family))
    ui.caption(f"These nets were {MODELS[f'{view.family}-ata'].origin}; they have never seen a photograph.")


def tracks(view: TemporalView) -> None:
    """Whose tracks hold, with alignment and without."""
    found, followed = view.answers, view.answers.followed
    ui.verdict(found.tracks_verdict, *view.badges)
    for name, order in {"aligned": found.order, "in place": found.in_place}.items():
        holds = followed.holds(order)
        ui.markdown(f"**{name.capitalize()}:** {holds[-1].sum()} of {len(followed.names)} hold to the end")
        fig = drawn.tracks_figure(holds, followed.names, found.clip.times)
        ui.plotly_chart(fig, f"tracks-{name}", alt=f"Tracks {name}")
    ui.caption(drawn.tracks_figure.caption)


def orders(view: TemporalView) -> None:
    """Whether the answer changes when the frames come in another order."""
    from vizcore.features.temporal.page_films import show_orders  # no other view of these nets needs it
    from vizcore.features.temporal.pipeline_orders import orders_of_nets

    given = {"path": str(view.clip.path), "family": view.family}
    found = ui.work("Playing the frames in other orders", orders_of_nets, **given)
    ui.verdict(found.verdict, *view.badges)
    show_orders(found, named=True)
    ui.caption(BACKWARDS)


def speed(view: TemporalView) -> None:
    """Accuracy against speed, from the cards of the family that is about speed."""
    found = results("lamps")
    ui.verdict(found.speed_verdict)
    rows = [result for result in found if result.by_speed]
    pace = view.answers.truth.pace
    here = None if np.isnan(pace) else pace
    ui.chart(drawn.speed_figure, rows, SPEEDS, found.chance, here, alt="Accuracy on lamps of every mode at each speed")


def table(view: TemporalView) -> None:
    """The results of the test clips, with spread."""
    found = results(view.family)
    ui.verdict(found.verdict)
    ui.chart(drawn.accuracy_figure, found, alt=found.verdict)
    ui.table(drawn.results_table(found), counts=("parameters",))
    ui.caption(
        "Mean ± standard deviation over three trainings that differ in their seed alone; same clips, steps and "
        "settings for all. Order: the true class scores higher than its reversal in time; 0.5 is guessing. "
        f"Made by `{_command(view.family)}`."
    )


def lesson(view: TemporalView) -> None:
    """The matching follows what weighs most in the features: bodies, if they were trained so, or colours of lamps."""
    from vizcore.features.temporal.pipeline_lanterns import what_is_followed  # no other section matches patches

    sliders = dict(view.shot.sliders)
    settings = {"speed": sliders.get("speed", 4.0), "lamp": sliders.get("lamp", 1.0), "seed": view.shot.seed}
    rows = ui.work("Following lanterns", what_is_followed, **settings)
    ui.verdict(rows.verdict)
    ui.chart(drawn.lantern_recall_figure, rows, alt="Lanterns that the matching of each source follows, by moment")
    ui.markdown(
        "The Hungarian method finds the best total likeness, whatever that likeness is about. Where a patch's "
        "features are mostly the colour of its lamp, a red lamp's patch goes to the lamp that is red **now**: the "
        "matching follows the state, and fails at just the moment when the state changes. The stem of these nets "
        "was trained so that patches of one body are alike whatever its lamp does."
    )
    if view.family == "lamps":
        ui.caption("Make the lamps larger under *Settings*: the state weighs more in the features.")


def export(view: TemporalView) -> None:
    """The numbers, the link, and the Python lines."""
    ui.verdict(view.answers.verdict, *view.badges)
    ui.download_buttons({"answers.csv": ("text/csv", lambda: _csv(view.answers))})
    ui.link_and_lines(answer, view.clip, {"truth": "TRUTH.npz", "family": view.family})


def _tracks(view: TemporalView) -> Annotations:
    """At every frame of the pack a box around each thing whose track is on it, else around the patch of the track."""
    given, followed, grid = view.answers, view.answers.followed, view.answers.grid
    truth = ui.work("Reading the ground truth", truth_of, path=str(view.clip.path))
    net_frames, shown_at = given.clip.indices, view.pack.indices
    moment = np.abs(shown_at[:, None] - net_frames).argmin(1)  # (F,) the nearest frame of the net
    places = places_of(truth, followed.names, grid)[shown_at]  # (F, K, 4)
    holds = followed.holds(view.order)[moment] & np.isfinite(places).all(-1)  # (F, K)
    corners = np.where(holds[..., None], places, _patches(view, shown_at)).reshape(-1, 4)
    frames = np.arange(len(moment)).repeat(len(followed.names))
    styles = [Style("on target", OKABE_ITO["blue"]), Style("lost", OKABE_ITO["vermilion"], dashed=True)]
    return Annotations(styles, Boxes(frames, corners, (~holds).astype(int).ravel(), list(followed.names) * len(moment)))


def _patches(view: TemporalView, shown_at: np.ndarray) -> np.ndarray:
    """(F, K, 4) the patch of each followed track as shares of the picture, gliding between the frames of the net."""
    rows, columns = view.answers.grid
    corner = np.stack(np.divmod(view.order[:, view.answers.followed.begins], columns))  # (2, T, K)
    y, x = make_interp_spline(view.answers.clip.indices, corner, k=1, axis=1)(shown_at)  # (F, K) each
    y, x = y.clip(0, rows - 1), x.clip(0, columns - 1)
    return np.stack([x / columns, y / rows, (x + 1) / columns, (y + 1) / rows], -1)


def _in_words(view: TemporalView, row: str) -> str:
    shares = view.answers.probabilities[ROWS.index(row)]
    return f"{row} says {view.answers.classes[int(shares.argmax())].replace('_', ' ')} ({shares.max():.0%})"


def _command(family: str) -> str:
    return f"python -m vizcore.training {FAMILIES[family].stem} {family}"


def _csv(answers: Answers) -> bytes:
    lines = [",".join(["model", *answers.classes])]  # rows are named as the nets' ids are
    lines += [
        ",".join([f'"{row.lower()}"', *(f"{share:.6f}" for share in shares)])
        for row, shares in zip(ROWS, answers.probabilities, strict=True)
    ]
    return ("\n".join(lines) + "\n").encode()
