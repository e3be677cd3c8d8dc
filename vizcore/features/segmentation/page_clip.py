"""What the segmentation page shows of a clip: its timelines under the player, and beside it a closer look at them."""

from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np

from vizcore import ui
from vizcore.algorithms.segmentation.metrics import evaluate
from vizcore.features.segmentation import page_errors
from vizcore.features.segmentation.figures import class_colours, score_figure
from vizcore.features.segmentation.page_player import blocks, error_row, legend_of, moments, rows_player
from vizcore.features.segmentation.page_spot import point_at
from vizcore.features.segmentation.pipeline import ScoredPredictions, has_truth, judged, rate_of, scores_of, timelines
from vizcore.features.segmentation.pipeline_predictions import TRUTH, Predictions, shown
from vizcore.models import MODELS
from vizcore.runtime.clip_info import look_into
from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.domain import Badge, badge
from vizcore.runtime.playback import LIMIT, playback
from vizcore.synthetic.doing import BACKGROUND
from vizcore.video import FramePack

FIRST = "story"  # the clip a new visitor sees
EVERY = "Each net of segmentation"  # what a badge calls them all
HIDDEN = "What the nets say of this clip is hidden, and none has run: the line above says why, and asks them anyway."
OVERLAP = "How much a segment and one of the ground truth must overlap, as a share of both together, to be a hit."
ELSEWHERE = "Which part of a long video the player has; the view *Whole video* has all of it."
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
    scored: ScoredPredictions  # what is wrong with each net's timeline
    pack: FramePack
    place: int  # the frame of the pack that the player begins with
    badges: tuple[Badge, ...]  # how far the nets are at home in the clip

    @cached_property
    def classes(self) -> list[tuple[str, str]]:
        """(name, colour) of each class."""
        names = [name.replace("_", " ") for name in self.found.classes]
        return list(zip(names, class_colours(len(names), (BACKGROUND,))))

    @property
    def verdict(self) -> str:
        """Of the scores, or of the timelines where nobody can score them."""
        return self.scored.verdict if self.scored else self.found.verdict


def clip() -> None:
    """A clip with its timelines, and beside it a closer look at one side of them."""
    entry = ui.pick_clip(default=FIRST)
    nets = _badge(entry)
    if nets is not None and not ui.show_anyway(nets):
        _without_answers(entry)
        return
    view = _chosen_view(entry, () if nets is None else (nets,))
    views = {"Errors": errors, "Scores": scores} if view.scored else {}
    views |= {"Re-assembly": points} if any(tier.points is not None for tier in view.found.tiers) else {}
    views |= {"Whole video": whole} if len(view.pack.indices) < view.pack.total else {}
    views |= {"Table": table, "Files and link": export}
    stage, beside = ui.stage_and_view()
    with beside:
        chosen = ui.views(views)
    with stage:
        _player(view, chosen)
    with beside:
        views[chosen](view)


def errors(view: ClipView) -> None:
    """What went wrong with each segment, and which other one caused it."""
    ui.verdict(view.verdict, *view.badges)
    titles = {one.tier.title: one for one in view.scored}
    with ui.drawer("Errors"):
        one = titles[ui.segmented_control("Timeline of", list(titles), "blamed")]
    ui.subheader(f"Errors of {one.tier.title}")
    names = [name for name, _ in view.classes]
    page_errors.errors(one.diagnosis, names, rate_of(view.found.times), partial(_go, view))


def scores(view: ClipView) -> None:
    """Each net's metrics."""
    ui.verdict(view.verdict, *view.badges)
    found = {one.tier.title: one.scores for one in view.scored}
    bars = {net: [*one.metrics.values()] for net, one in found.items()}
    f1 = (f"{net}: F1@50 {one.f1[50]:.1f}" for net, one in found.items())
    ui.chart(score_figure, bars, alt=f"Metrics of each net; {', '.join(f1)}")
    ui.table(
        {"net": net} | {name: round(value, 1) for name, value in one.metrics.items()} for net, one in found.items()
    )


def points(view: ClipView) -> None:
    """A net's keypoints as a board: move them, and follow the rules."""
    from vizcore.features.segmentation.page_reassembly import edited  # no other view has a board

    titles = {tier.title: tier for tier in view.found.tiers if tier.points is not None}
    with ui.drawer("Re-assembly"):
        tier = titles[ui.segmented_control("Keypoints of", list(titles), "points")]
    truth = view.found.tier(TRUTH).segments if has_truth(view.found) else ()
    origin = f"{view.clip.clip_id} {tier.name}"
    found = edited(tuple(tier.points), len(tier.labels), view.classes, origin, BACKGROUND, truth, view.badges)
    if truth:
        now = scores_of(found.labels, view.found.tier(TRUTH).labels)
        ui.markdown(EDITED.format(now.acc, now.edit, now.f1[50]))


def whole(view: ClipView) -> None:
    """All rows of a video of which the player has a part."""
    from vizcore.features.segmentation.page_timeline import overview  # most clips are short

    ui.verdict(view.verdict, *view.badges)
    rows = {tier.title: tier.labels for tier in view.found.tiers}
    overview(rows, view.classes, rate_of(view.found.times), view.clip.clip_id, partial(_go, view))


def table(view: ClipView) -> None:
    """All segments of one row."""
    ui.verdict(view.verdict, *view.badges)
    titles = {tier.title: tier for tier in view.found.tiers}
    with ui.drawer("Table"):
        tier = titles[ui.segmented_control("Segments of", list(titles), "row")]
    ui.subheader(f"Segments of {tier.title}")
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

    ui.verdict(view.verdict, *view.badges)
    found, path = view.found, view.clip.path
    ui.download_buttons(
        {
            "segments.csv": ("text/csv", lambda: files.segments_csv(found)),
            "segments.json": ("application/json", lambda: files.segments_json(found)),
        }
    )
    ui.paper_figure("timelines", partial(files.timelines_paper, found, path))
    ui.link_and_lines(timelines, view.clip, {})


def _badge(entry: ClipEntry) -> Badge | None:
    """How far the nets are at home in a clip; None while none is here."""
    names = shown()
    return badge(replace(MODELS[names[0]], title=EVERY), entry.path) if names else None


def _without_answers(entry: ClipEntry) -> None:
    """The clip alone: no net has run."""
    stage, beside = ui.stage_and_view()
    with stage:
        pack = ui.work("Preparing the player", playback, path=str(entry.path))
        rows_player(pack, entry.title, {}, entry.clip_id)
    with beside:
        ui.caption(HIDDEN)
        ui.link_and_lines(timelines, entry, {})


def _chosen_view(entry: ClipEntry, badges: tuple[Badge, ...]) -> ClipView:
    """The settings: what counts as a hit, and which part the player has."""
    path = str(entry.path)
    info = ui.work("Reading the clip", look_into, path=path)
    found = ui.work("Running the nets", timelines, path=path)
    with ui.drawer():
        threshold = int(ui.slider("Overlap of a hit, %", 10, 90, 50, "overlap", step=5, help=OVERLAP))
        last = max(0.0, round(info.duration - 1, 1))
        long = info.frames > LIMIT
        start = ui.slider("Player from, s", 0.0, last, 0.0, "from", help=ELSEWHERE, step=1.0) if long else 0
    scored = ui.work("Comparing with the ground truth", judged, path=path, threshold=threshold)
    place = int(np.searchsorted(found.times[:-1], start))
    pack = ui.work("Preparing the player", playback, path=path, shown=(place,))
    return ClipView(entry, found, scored, pack, int(np.searchsorted(pack.indices, place)), badges)


def _go(view: ClipView, start: int, stop: int) -> None:
    """Go to a segment [start, stop) of the clip, which may lie beyond what the player has."""
    if len(view.pack.indices) < view.pack.total:
        ui.choose("from", float(int(view.found.times[start] - view.found.times[0])))
    point_at(view.clip.clip_id, start, stop)  # last: where another run overtakes this, the click is sent again


def _player(view: ClipView, chosen: str) -> None:
    """The clip with a row for the ground truth and each net, and for what the chosen view is about."""
    rows, scored = {}, {one.tier.name: one for one in view.scored} if chosen in ("Errors", "Scores") else {}
    for tier in view.found.tiers:
        rows[tier.title] = blocks(tier.segments, view.classes, (BACKGROUND,))
        if tier.points is not None and chosen == "Re-assembly":
            rows[f"keypoints of {tier.title}"] = moments(tier.points, view.classes)
        if tier.name in scored:
            rows[f"errors of {tier.title}"] = error_row(scored[tier.name].diagnosis.predicted, view.classes)
    drawn = {one.label for tier in view.found.tiers for one in tier.segments} - {BACKGROUND}
    verdicts = [verdict for one in scored.values() for verdict in one.diagnosis.predicted]
    legend = legend_of(drawn, view.classes, verdicts)
    rows_player(view.pack, view.clip.title, rows, view.clip.clip_id, view.place, legend)
