"""Files of labels on the segmentation page: a data set's videos, the worst first, and one of them more closely."""

from dataclasses import dataclass
from functools import partial

from vizcore import ui
from vizcore.algorithms.segmentation.frame_labels import SLACK
from vizcore.algorithms.segmentation.metrics import METRICS, segments
from vizcore.algorithms.segmentation.segment_errors import Diagnosis
from vizcore.features.segmentation import controls_labels
from vizcore.features.segmentation import figures as drawn
from vizcore.features.segmentation.export import rows_csv, rows_json, rows_paper
from vizcore.features.segmentation.page_errors import errors
from vizcore.features.segmentation.page_player import blocks, error_row, rows_player
from vizcore.features.segmentation.page_timeline import overview, point_at, pointed
from vizcore.features.segmentation.pipeline_files import Dataset, compare_set, errors_of, folders, read_set
from vizcore.features.segmentation.pipeline_predictions import TITLE
from vizcore.runtime.playback import playback

WHAT = (
    "Labels as Breakfast, 50Salads and GTEA have them: ground truth of one label a line, predictions with a header "
    "line and all labels on the next, maybe `mapping.txt` and bundles. Or segments with times: ELAN (.eaf), CSV "
    "(label, start and stop in seconds, or start_frame and stop_frame, maybe tier) and JSON. Files of one video may "
    "differ by up to ten frames; then the first frames that both have are compared."
)
PUBLISHED = "As the public evaluation of MS-TCN: accuracy over all frames, edit score as the mean over videos."
NOTHING_HERE = "Upload files of ground truth and predictions, or name a folder of the server by VIZCORE_MEDIA."
NO_CLIP = (
    "Open a clip called {}.mp4 (or .mkv, ...) in the part “A clip”, or put it into the server's folder, to see it."
)
OTHER_CLIP = "The clip {} has {:,} frames and its ground truth {:,}, so it is not shown beside them."
RATES = (5.0, 10.0, 12.0, 12.5, 15.0, 20.0, 23.976, 24.0, 25.0, 29.97, 30.0, 50.0, 59.94, 60.0)
RATE = "How many frames a second of the video has: some of these files have times in seconds."
NONE = "nothing"  # no class is the background
IGNORED = "Segments of these classes do not count in edit score and F1; their frames count in accuracy."


@dataclass(frozen=True, eq=False)
class LabelFilesView:
    """One state of the page."""

    dataset: Dataset
    model: str
    nothing: tuple[int, ...]

    @property
    def names(self) -> list[str]:
        """Of the classes, by number; numbers that no class has stay as they are."""
        known = self.dataset.labels.names
        return [known.get(number, str(number)) for number in range(max(known) + 1)]


def files() -> None:
    """A data set: its scores, its videos, and one of them."""
    ui.markdown(WHAT)
    path = _chosen()
    if path is None:
        ui.caption(NOTHING_HERE)
        return
    view = _chosen_view(path)
    for note in view.dataset.labels.notes:
        ui.caption(f"{note}.")
    _scores(view)
    _videos(view)
    _video(view)


def _chosen() -> str | None:
    """What a person has uploaded, else a folder of the server."""
    left, right = ui.columns(2, gap="medium", vertical_alignment="bottom")
    with left:
        uploaded = controls_labels.pick_labels("labels", read_set)
    with right:
        found = folders()
        name = ui.selectbox("A data set of the server", list(found), "set") if found else ""
    return str(uploaded or found.get(name, "")) or None


def _chosen_view(path: str) -> LabelFilesView:
    parts = ui.work("Reading the labels", read_set, path=path)
    if not parts.model_names:
        raise ValueError("want predictions of at least one model beside the ground truth, got none")
    words = parts.words
    with ui.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        bundle = ui.selectbox("Videos of", ["every prediction", *parts.bundles], "bundle", width=260)
        usual = "background" if "background" in words else NONE
        ignored = ui.selectbox("Background", [NONE, *words], "ignore", default=usual, help=IGNORED, width=200)
        model = ui.selectbox("Model", list(parts.model_names), "model", width=260)
        with ui.container(width=260):
            rate = ui.select_slider("Frames a second", RATES, 25.0, "rate", help=RATE) if parts.in_seconds else None
    dataset = ui.work(
        "Scoring the models",
        compare_set,
        path=path,
        bundle=bundle if bundle in parts.bundles else "",
        background=() if ignored == NONE else (ignored,),
        rate=rate,
    )
    return LabelFilesView(dataset, model, dataset.labels.background)


def _scores(view: LabelFilesView) -> None:
    """The means of every model."""
    rows = {one.model: [*one.scores.metrics.values()] for one in view.dataset.rankings}
    in_words = "; ".join(f"{name}: " + ", ".join(f"{value:.4f}" for value in values) for name, values in rows.items())
    ui.chart(drawn.score_figure, rows, alt=f"{', '.join(METRICS)} of {in_words}")
    ui.table(
        {"model": one.model, "videos": one.scores.videos, "frames": one.scores.frames}
        | {name: round(value, 4) for name, value in one.scores.metrics.items()}
        for one in view.dataset.rankings
    )
    ui.caption(PUBLISHED)


def _videos(view: LabelFilesView) -> None:
    """Every video, the worst first; a click opens it below."""
    ranking = next(one for one in view.dataset.rankings if one.model == view.model)
    ui.subheader("Videos, the worst first")
    ui.table(
        (
            {"video": video, "frames": scores.frames}
            | {name: round(value, 2) for name, value in scores.metrics.items()}
            for video, scores in ranking.rows
        ),
        key="videos",
        on_select=lambda number: ui.choose("video", ranking.rows[number][0]),
    )
    ui.caption("Click a row to see that video below.")


@ui.live
def _video(view: LabelFilesView) -> None:
    """One video: every model's row below the ground truth, and what went wrong."""
    labels = view.dataset.labels
    ranking = next(one for one in view.dataset.rankings if one.model == view.model)
    video = ui.selectbox("Video", [name for name, _ in ranking.rows], "video", width=300)
    rows = {TITLE: labels.truth[video]} | {model: labels_of[video] for model, labels_of in labels.models.items()}

    go = partial(point_at, video)
    classes = list(zip(view.names, drawn.class_colours(len(view.names), view.nothing)))
    found = errors_of(view.dataset, view.model, video)
    _player(view, video, rows, classes, found)
    overview(rows, classes, None, video, go)
    errors(found, labels.names, None, go)
    ui.download_buttons(
        {
            f"timelines.{form}": (mime, lambda form=form: rows_paper(rows, view.names, view.nothing, form))
            for form, mime in (("svg", "image/svg+xml"), ("png", "image/png"))
        }
        | {
            f"segments.{form}": (mime, lambda write=write: write(rows, view.names, view.nothing))
            for form, mime, write in (("csv", "text/csv", rows_csv), ("json", "application/json", rows_json))
        }
    )


def _player(view: LabelFilesView, video: str, rows: dict, classes: list, found: Diagnosis) -> None:
    """The clip itself with these labels, where one of its name is at hand."""
    clip = ui.clip_named(video)
    if clip is None:
        ui.caption(NO_CLIP.format(video))
        return
    spot = pointed(video)
    pack = ui.work("Preparing the player", playback, path=str(clip.path), shown=(spot.start,) if spot else ())
    if abs(pack.total - len(rows[TITLE])) > SLACK:
        ui.caption(OTHER_CLIP.format(clip.title, pack.total, len(rows[TITLE])))
        return
    tiers = {who: blocks(segments(labels), classes, view.nothing) for who, labels in rows.items()}
    wrong = {f"errors of {view.model}": error_row(found.predicted, classes)}
    rows_player(pack, clip.title, tiers | wrong, video)
