"""What the page of temporal models shows: a clip, what four models say of it, and whose tracks hold."""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import make_interp_spline

from vizcore import ui
from vizcore.features.temporal import controls
from vizcore.features.temporal import figures as drawn
from vizcore.features.temporal.pipeline import ATA, OFF, ROWS, SPEEDS, Answers, answer, results
from vizcore.features.temporal.pipeline_lanterns import what_is_followed
from vizcore.figures.theme import OKABE_ITO
from vizcore.models import FAMILIES, MODELS
from vizcore.player import Annotations, Boxes, PlayerClip, Style, player
from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.playback import playback
from vizcore.synthetic.shot import Shot
from vizcore.video import FramePack


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
    def order(self) -> np.ndarray:
        """(T, N) the tracks that time attention looks along."""
        return self.answers.order if self.aligned else self.answers.in_place


def chosen_view() -> TemporalView:
    """The state of the page's controls: the clip, and what the models say of it."""
    family, shot = controls.family_and_shot()
    clip = ui.world_clip(shot.clip_id)
    pack = ui.work("Preparing the player", playback, path=str(clip.path))
    settings = {"path": str(clip.path), "truth": str(clip.truth), "family": family}
    answers = ui.work("Running the models", answer, **settings)
    return TemporalView(family, shot, clip, pack, answers, controls.aligned())


def player_and_answers(view: TemporalView) -> None:
    """The clip with the tracks of its things, and beside it the answers."""
    picture, side = ui.columns([1, 1], gap="medium")
    pack, answers = view.pack, view.answers
    with picture:
        player(
            [PlayerClip(pack.blob, pack.offsets, pack.times, pack.width, pack.height, view.clip.title)],
            key="temporal-player",
            annotations=_tracks(view),
            height=440,
        )
        holds = answers.followed.holds(view.order)
        ui.caption(
            f"The net sees {len(answers.clip.indices)} of the {pack.total} frames. Boxes are the patches of the tracks "
            f"that begin on {', '.join(answers.followed.names)}: {holds.sum()} of {holds.size} are on target."
        )
    with side:
        rows = [row for row in ROWS if row != (ATA if not view.aligned else OFF)]
        chosen = [ROWS.index(row) for row in rows]
        alt = "; ".join(_in_words(view, row) for row in rows)
        given = answers.probabilities[chosen], rows, answers.classes, answers.true
        ui.chart(drawn.answers_figure, *given, alt=alt)
        ui.caption(f"These nets were {MODELS[f'{view.family}-ata'].origin}; they have never seen a photograph.")


def tracks(view: TemporalView) -> None:
    """Whose tracks hold, with alignment and without."""
    answers, followed = view.answers, view.answers.followed
    both = {"aligned": answers.order, "in place": answers.in_place}
    for column, (name, order) in zip(ui.columns(2, gap="medium"), both.items(), strict=True):
        with column:
            holds = followed.holds(order)
            ui.markdown(f"**{name.capitalize()}:** {holds[-1].sum()} of {len(followed.names)} hold to the end")
            fig = drawn.tracks_figure(holds, followed.names, answers.clip.times)
            ui.plotly_chart(fig, f"tracks-{name}", alt=f"Tracks {name}")
    ui.caption(drawn.tracks_figure.caption)


def speed(view: TemporalView) -> None:
    """Accuracy against speed, from the cards of the family that is about speed."""
    rows = [result for result in results("lamps") if result.by_speed]
    pace = view.answers.truth.pace
    here = None if np.isnan(pace) else pace
    chance = 1 / len(MODELS["lamps-ata"].classes)
    ui.chart(drawn.speed_figure, rows, SPEEDS, chance, here, alt="Accuracy on lamps of every mode at each speed")


def table(view: TemporalView) -> None:
    """The results of the test clips, with spread."""
    ui.table(drawn.results_table(results(view.family)), counts=("parameters",))
    ui.caption(
        "Mean ± standard deviation over three trainings that differ in their seed alone; same clips, steps and "
        "settings for all. Order: the true class scores higher than its reversal in time; 0.5 is guessing. "
        f"Made by `{_command(view.family)}`."
    )


def lesson(view: TemporalView) -> None:
    """The matching follows what weighs most in the features: bodies, if they were trained so, or colours of lamps."""
    sliders = dict(view.shot.sliders)
    settings = {"speed": sliders.get("speed", 4.0), "lamp": sliders.get("lamp", 1.0), "seed": view.shot.seed}
    rows = ui.work("Following lanterns", what_is_followed, **settings)
    left, right = ui.columns([3, 2], gap="medium")
    with left:
        ui.chart(drawn.lantern_recall_figure, rows, alt="Lanterns that the matching of each source follows, by moment")
    with right:
        ui.markdown(
            "The Hungarian method finds the best total likeness, whatever that likeness is about. Where a patch's "
            "features are mostly the colour of its lamp, a red lamp's patch goes to the lamp that is red **now**: the "
            "matching follows the state, and fails at just the moment when the state changes. The stem of these nets "
            "was trained so that patches of one body are alike whatever its lamp does."
        )
        if view.family == "lamps":
            ui.caption("Make the lamps larger under *Sliders*: the state weighs more in the features.")


def export(view: TemporalView) -> None:
    """The numbers, the link, and the Python lines."""
    ui.download_buttons({"answers.csv": ("text/csv", lambda: _csv(view.answers))})
    ui.link_and_lines(answer, view.clip, {"truth": "TRUTH.npz", "family": view.family})


def _tracks(view: TemporalView) -> Annotations:
    """The patch of each followed thing's track at every frame of the pack, told apart by whether it is right."""
    answers, followed, (rows, columns) = view.answers, view.answers.followed, view.answers.grid
    styles = [Style("on target", OKABE_ITO["blue"]), Style("lost", OKABE_ITO["vermilion"], dashed=True)]
    net_frames, shown_at = answers.clip.indices, view.pack.indices
    moment = np.abs(shown_at[:, None] - net_frames).argmin(1)  # (F,) the nearest frame of the net
    corner = np.stack(np.divmod(view.order[:, followed.begins], columns))  # (2, T, K)
    y, x = make_interp_spline(net_frames, corner, k=1, axis=1)(shown_at)  # (F, K) each, gliding in between
    y, x = y.clip(0, rows - 1), x.clip(0, columns - 1)
    corners = np.stack([x / columns, y / rows, (x + 1) / columns, (y + 1) / rows], -1).reshape(-1, 4)
    frames, lost = np.arange(len(moment)).repeat(len(followed.names)), ~followed.holds(view.order)[moment]
    return Annotations(styles, Boxes(frames, corners, lost.astype(int).ravel(), list(followed.names) * len(moment)))


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
