"""Files of labels on the segmentation page: one video of a data set, and what models score, miss and get wrong."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from vizcore import ui
from vizcore.algorithms.segmentation.frame_labels import SLACK
from vizcore.algorithms.segmentation.label_sets import Ranking
from vizcore.algorithms.segmentation.metrics import METRICS, segments
from vizcore.algorithms.segmentation.segment_errors import Diagnosis
from vizcore.features.segmentation import controls_labels
from vizcore.features.segmentation import figures as drawn
from vizcore.features.segmentation.export import rows_csv, rows_json, rows_paper
from vizcore.features.segmentation.page_nets import errors_table
from vizcore.features.segmentation.page_player import blocks, error_row, legend_of, point_at, pointed, rows_player
from vizcore.features.segmentation.page_timeline import overview
from vizcore.features.segmentation.pipeline_files import Dataset, compare_set, errors_of, folders, read_set
from vizcore.features.segmentation.pipeline_predictions import TITLE
from vizcore.features.segmentation.pipeline_verdict import NO_FILES
from vizcore.runtime.playback import playback
from vizcore.video import FramePack

PUBLISHED = "As the public evaluation of MS-TCN: accuracy over all frames, edit score as the mean over videos."
NOTHING_HERE = "Upload files of ground truth and predictions, or name a folder of the server by VIZCORE_MEDIA."
NO_CLIP = (
    "Open a clip called {}.mp4 (or .mkv, ...) in the part “A clip”, or put it into the server's folder, to see it."
)
OTHER_CLIP = "The clip {} has {:,} frames and its ground truth {:,}, so it is not shown beside them."
RATES = (5.0, 10.0, 12.0, 12.5, 15.0, 20.0, 23.976, 24.0, 25.0, 29.97, 30.0, 50.0, 59.94, 60.0)
RATE = "How many frames a second of the video has: some of these files have times in seconds."
NONE = "nothing"  # no class is the background
CLOSER = "closer"  # in the link
MOST_SHOWN = 12  # warnings
IGNORED = "Segments of these classes do not count in edit score and F1; their frames count in accuracy."


@dataclass(frozen=True, eq=False)
class LabelFilesView:
    """One state of the page."""

    dataset: Dataset
    ranking: Ranking  # of the model that is looked at
    video: str

    @property
    def model(self) -> str:
        """Whose errors are looked at."""
        return self.ranking.model

    @property
    def nothing(self) -> tuple[int, ...]:
        """Numbers of the classes that are background."""
        return self.dataset.labels.background

    @property
    def rows(self) -> dict[str, np.ndarray]:
        """{who: (T,) labels of the video}, the ground truth first."""
        labels = self.dataset.labels
        told = {model: found[self.video] for model, found in labels.models.items() if self.video in found}
        return {TITLE: labels.truth[self.video]} | told

    @property
    def classes(self) -> list[tuple[str, str]]:
        """(name, colour) of each class, by number."""
        return list(zip(self.names, drawn.class_colours(len(self.names), self.nothing)))

    @property
    def errors(self) -> Diagnosis:
        """What is wrong with the model's timeline of the video."""
        return errors_of(self.dataset, self.model, self.video)

    @property
    def names(self) -> list[str]:
        """Of the classes, by number; numbers that no class has stay as they are."""
        known = self.dataset.labels.names
        return [known.get(number, str(number)) for number in range(max(known) + 1)]


def files() -> None:
    """A data set: one of its videos, and beside it what the models score, video by video and error by error."""
    path = _chosen()
    if path is None:
        ui.verdict(NO_FILES)
        ui.markdown(controls_labels.WHAT)
        ui.caption(NOTHING_HERE)
        return
    view = _chosen_view(path)
    pack, why = _clip_of(view)
    views = VIEWS | ({"Whole video": whole} if pack is not None and len(pack.indices) < pack.total else {})
    stage, beside = ui.stage_and_view()
    with stage:
        if pack is None:
            overview(view.rows, view.classes, None, view.video, partial(point_at, view.video))
            ui.caption(why)
        else:
            _play(view, pack)
        _say(view.dataset)
    with beside:
        views[ui.views(views, CLOSER)](view)


def scores(view: LabelFilesView) -> None:
    """The means of every model."""
    ui.verdict(view.dataset.verdict)
    rows = {one.model: [*one.scores.metrics.values()] for one in view.dataset.rankings}
    in_words = "; ".join(f"{name}: " + ", ".join(f"{value:.4f}" for value in values) for name, values in rows.items())
    ui.chart(drawn.score_figure, rows, alt=f"{', '.join(METRICS)} of {in_words}")
    ui.table(
        {"model": one.model, "videos": one.scores.videos, "frames": one.scores.frames}
        | {name: round(value, 4) for name, value in one.scores.metrics.items()}
        for one in view.dataset.rankings
    )
    ui.caption(PUBLISHED)


def videos(view: LabelFilesView) -> None:
    """Every video, the worst first; a click opens it."""
    ui.verdict(view.dataset.verdict)
    ui.subheader(f"Videos, the worst of {view.model} first")
    ui.table(
        (
            {"video": video, "frames": scores.frames}
            | {name: round(value, 2) for name, value in scores.metrics.items()}
            for video, scores in view.ranking.rows
        ),
        key="videos",
        on_select=lambda number: ui.choose("video", view.ranking.rows[number][0]),
    )
    ui.caption("Click a row to see that video.")


def video_errors(view: LabelFilesView) -> None:
    """What went wrong in the video that is open."""
    ui.verdict(view.dataset.video_verdict(view.model, view.video))
    ui.subheader(f"Errors of {view.model}")
    errors_table(view.errors, view.dataset.labels.names, None, partial(point_at, view.video))


def whole(view: LabelFilesView) -> None:
    """All rows of the video that is open, to be enlarged."""
    ui.verdict(view.dataset.video_verdict(view.model, view.video))
    overview(view.rows, view.classes, None, view.video, partial(point_at, view.video))


def export(view: LabelFilesView) -> None:
    """The timelines of the video that is open, to take along."""
    ui.verdict(view.dataset.video_verdict(view.model, view.video))
    rows = view.rows
    ui.download_buttons(
        {
            f"segments.{form}": (mime, lambda write=write: write(rows, view.names, view.nothing))
            for form, mime, write in (("csv", "text/csv", rows_csv), ("json", "application/json", rows_json))
        }
    )
    ui.paper_figure("timelines", partial(rows_paper, rows, view.names, view.nothing))


def _say(dataset: Dataset) -> None:
    """How the files were read, and what was doubtful."""
    ui.caption("  \n".join(f"{line}." for line in dataset.understood))
    shown, rest = dataset.warnings[:MOST_SHOWN], len(dataset.warnings) - MOST_SHOWN
    more = [f"{rest:,} more: `python -m vizcore evaluate segmentation` lists them"] if rest > 0 else []
    if shown:
        ui.warning("  \n".join(f"{sentence}." for sentence in (*shown, *more)))


VIEWS = {"Scores": scores, "Videos": videos, "Errors": video_errors, "Files": export}


def _chosen() -> str | None:
    """What a person has uploaded, else a folder of the server."""
    with ui.top():
        uploaded = controls_labels.pick_labels("labels", read_set)
    with ui.drawer("Label files"):
        found = folders()
        name = ui.selectbox("A data set of the server", list(found), "set") if found else ""
    return str(uploaded or found.get(name, "")) or None


def _chosen_view(path: str) -> LabelFilesView:
    parts = ui.work("Reading the labels", read_set, path=path)
    words = parts.words
    model, *others = parts.model_names or ("",)  # a set without models is refused when it is scored
    if others:
        with ui.top():
            model = ui.selectbox("Model", [model, *others], "model", width=180, label_visibility="collapsed")
    with ui.drawer():
        bundle = ui.selectbox("Videos of", ["every prediction", *parts.bundles], "bundle")
        usual = "background" if "background" in words else NONE
        ignored = ui.selectbox("Background", [NONE, *words], "ignore", default=usual, help=IGNORED)
        rate = ui.select_slider("Frames a second", RATES, 25.0, "rate", help=RATE) if parts.in_seconds else None
        counted = controls_labels.choose_counting() if parts.timed else {}
    dataset = ui.work(
        "Scoring the models",
        compare_set,
        path=path,
        bundle=bundle if bundle in parts.bundles else "",
        background=() if ignored == NONE else (ignored,),
        rate=rate,
        **counted,
    )
    ranking = next(one for one in dataset.rankings if one.model == model)
    with ui.top():
        video = ui.selectbox(
            "Video", [name for name, _ in ranking.rows], "video", width=180, label_visibility="collapsed"
        )
    return LabelFilesView(dataset, ranking, video)


def _clip_of(view: LabelFilesView) -> tuple[FramePack | None, str]:
    """The frames of the clip with these labels, where one of its name is at hand; else why there are none."""
    clip = ui.clip_named(view.video)
    if clip is None:
        return None, NO_CLIP.format(view.video)
    spot = pointed(view.video)
    pack = ui.work("Preparing the player", playback, path=str(clip.path), shown=(spot.start,) if spot else ())
    frames = len(view.rows[TITLE])
    if abs(pack.total - frames) > SLACK:
        return None, OTHER_CLIP.format(clip.title, pack.total, frames)
    return pack, ""


def _play(view: LabelFilesView, pack: FramePack) -> None:
    """The clip with every model's row below the ground truth, and the errors of the one that is looked at."""
    found = {who: segments(labels) for who, labels in view.rows.items()}
    rows = {who: blocks(runs, view.classes, view.nothing) for who, runs in found.items()}
    rows |= {f"errors of {view.model}": error_row(view.errors.predicted, view.classes)}
    drawn_classes = {one.label for runs in found.values() for one in runs}.difference(view.nothing)
    legend = legend_of(drawn_classes, view.classes, view.errors.predicted)
    rows_player(pack, view.video, rows, view.video, legend=legend)
