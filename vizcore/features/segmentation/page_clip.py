"""What the segmentation page shows of a clip: its timelines under the player, and a closer look at each."""

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from vizcore import ui
from vizcore.algorithms.segmentation.metrics import evaluate
from vizcore.features.segmentation import page_errors
from vizcore.features.segmentation.figures import class_colours, score_figure
from vizcore.features.segmentation.page_player import blocks, error_row, moments, rows_player
from vizcore.features.segmentation.page_reassembly import edited
from vizcore.features.segmentation.page_timeline import overview, point_at
from vizcore.features.segmentation.pipeline import ScoredPrediction, has_truth, judged, rate_of, scores_of, timelines
from vizcore.features.segmentation.pipeline_predictions import TRUTH, Prediction, Predictions, shown
from vizcore.runtime.clip_info import look_into
from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.playback import LIMIT, playback
from vizcore.synthetic.doing import BACKGROUND
from vizcore.video import FramePack

FIRST = "story"  # the clip a new visitor sees
TRAINED = (
    "All nets were trained on the procedural world, where one person acts alone: they know its actions, and their "
    "predictions of real videos mean nothing."
)
NO_NETS = "The nets of segmentation are not here, so there is the ground truth alone."
OVERLAP = "How much a segment and one of the ground truth must overlap, as a share of both together, to be a hit."
ELSEWHERE = "Which part of a long video the player has; the figure below has all of it."
EDITED = "The timeline of these points, as they are now: accuracy {:.1f} %, edit score {:.1f}, F1@50 {:.1f}."


def prepare() -> None:
    """Compile the tally of segments, or load it from disk, before the first timeline needs it."""
    for kind in (np.int32, np.int64):
        evaluate([(np.zeros(2, kind), np.zeros(2, kind))])


@dataclass(frozen=True, eq=False)
class ClipView:
    """One state of the page."""

    clip: ClipEntry
    found: Predictions
    scored: tuple[ScoredPrediction, ...]  # what is wrong with each net's timeline
    pack: FramePack
    place: int  # the frame of the pack that the player begins with

    @cached_property
    def classes(self) -> list[tuple[str, str]]:
        """(name, colour) of each class."""
        names = [name.replace("_", " ") for name in self.found.classes]
        return list(zip(names, class_colours(len(names), (BACKGROUND,))))


def clip() -> None:
    """A clip, its timelines, and a closer look at one side of them."""
    view = _chosen_view()
    _player(view)
    _overview(view)
    sections = {"Errors": errors} if view.scored else {}
    sections |= {"Re-assembly": points} if any(tier.points is not None for tier in view.found.tiers) else {}
    sections |= {"Table": table, "Files and link": export}
    sections[ui.segmented_control("Look closer", list(sections), "show", label_visibility="collapsed")](view)


def errors(view: ClipView) -> None:
    """What went wrong with each segment, and which other one caused it."""
    titles = {one.tier.title: one for one in view.scored}
    one = titles[ui.segmented_control("Timeline of", list(titles), "blamed")]
    names = [name for name, _ in view.classes]
    page_errors.errors(one.diagnosis, names, rate_of(view.found.times), partial(_go, view))


def points(view: ClipView) -> None:
    """A net's keypoints as a board: move them, and follow the rules."""
    tiers = [tier for tier in view.found.tiers if tier.points is not None]
    titles = {tier.title: tier for tier in tiers}
    _board(view, titles[ui.segmented_control("Keypoints of", list(titles), "points")])


@ui.live
def _board(view: ClipView, tier: Prediction) -> None:
    truth = view.found.tier(TRUTH).segments if has_truth(view.found) else ()
    origin = f"{view.clip.clip_id} {tier.name}"
    found = edited(tuple(tier.points), len(tier.labels), view.classes, origin, BACKGROUND, truth)
    if truth:
        scores = scores_of(found.labels, view.found.tier(TRUTH).labels)
        ui.markdown(EDITED.format(scores.acc, scores.edit, scores.f1[50]))


def table(view: ClipView) -> None:
    """All segments of one row."""
    titles = {tier.title: tier for tier in view.found.tiers}
    tier = titles[ui.segmented_control("Segments of", list(titles), "row")]
    rate = rate_of(view.found.times)
    ui.table(
        (
            {
                "class": view.classes[label][0],
                "from frame": start,
                "to frame": stop - 1,
                "from, s": round(start / rate, 2),
                "lasts, s": round((stop - start) / rate, 2),
            }
            for start, stop, label in tier.segments
        ),
        key="segments",
        on_select=lambda number: _go(view, *tier.segments[number][:2]),
    )
    ui.caption(page_errors.CLICK)


def export(view: ClipView) -> None:
    """Files to take along, the link, and the Python lines."""
    from vizcore.features.segmentation import export as files  # no other section writes any

    found, path = view.found, view.clip.path
    ui.download_buttons(
        {
            "timelines.svg": ("image/svg+xml", lambda: files.timelines_paper(found, "svg", path)),
            "timelines.png": ("image/png", lambda: files.timelines_paper(found, "png", path)),
            "segments.csv": ("text/csv", lambda: files.segments_csv(found)),
            "segments.json": ("application/json", lambda: files.segments_json(found)),
        }
    )
    ui.link_and_lines(timelines, view.clip, {})


def _chosen_view() -> ClipView:
    """The controls: which clip, and what counts as a hit."""
    entry = ui.pick_clip(default=FIRST)
    path = str(entry.path)
    info = ui.work("Reading the clip", look_into, path=path)
    found = ui.work("Running the nets", timelines, path=path)
    with ui.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        threshold = int(ui.slider("Overlap of a hit, %", 10, 90, 50, "overlap", step=5, help=OVERLAP, width=240))
        last = max(0.0, round(info.duration - 1, 1))
        long = info.frames > LIMIT
        start = ui.slider("Player from, s", 0.0, last, 0.0, "from", help=ELSEWHERE, step=1.0) if long else 0
    scored = ui.work("Comparing with the ground truth", judged, path=path, threshold=threshold)
    place = int(np.searchsorted(found.times[:-1], start))
    pack = ui.work("Preparing the player", playback, path=path, shown=(place,))
    return ClipView(entry, found, scored, pack, int(np.searchsorted(pack.indices, place)))


def _go(view: ClipView, start: int, stop: int) -> None:
    """Go to a segment [start, stop) of the clip, which may lie beyond what the player has."""
    if len(view.pack.indices) < view.pack.total:
        ui.choose("from", float(int(view.found.times[start] - view.found.times[0])))
    point_at(view.clip.clip_id, start, stop)  # last: where another run overtakes this, the click is sent again


def _player(view: ClipView) -> None:
    """The clip with a row for the ground truth and each net, and below each net's its errors."""
    rows, scored = {}, {one.tier.name: one for one in view.scored}
    for tier in view.found.tiers:
        rows[tier.title] = blocks(tier.segments, view.classes, (BACKGROUND,))
        if tier.points is not None:
            rows[f"keypoints of {tier.title}"] = moments(tier.points, view.classes)
        if tier.name in scored:
            rows[f"errors of {tier.title}"] = error_row(scored[tier.name].diagnosis.predicted, view.classes)
    rows_player(view.pack, view.clip.title, rows, view.clip.clip_id, view.place)
    ui.caption(TRAINED if shown() else NO_NETS)


def _overview(view: ClipView) -> None:
    """All rows over the whole video, and each net's scores."""
    rows = {tier.title: tier.labels for tier in view.found.tiers}
    overview(rows, view.classes, rate_of(view.found.times), view.clip.clip_id, partial(_go, view))
    if view.scored:
        scores = {one.tier.title: one.scores for one in view.scored}
        bars = {net: [*one.metrics.values()] for net, one in scores.items()}
        f1 = (f"{net}: F1@50 {one.f1[50]:.1f}" for net, one in scores.items())
        ui.chart(score_figure, bars, alt=f"Metrics of each net; {', '.join(f1)}")
