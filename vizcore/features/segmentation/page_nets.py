"""Views of the segmentation page that are about its nets: their errors, scores and keypoints.

What went wrong with each segment of a timeline, and which other one caused it, is counted, and a table to click in.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from vizcore import ui
from vizcore.algorithms.segmentation.segment_errors import KINDS, Diagnosis, Verdict
from vizcore.features.segmentation.figures import score_figure
from vizcore.features.segmentation.pipeline import has_truth, scores_of
from vizcore.features.segmentation.pipeline_predictions import TRUTH
from vizcore.synthetic.doing import BACKGROUND

CLICK = "Click a row to go there."
EDITED = "The timeline of these points, as they are now: accuracy {:.1f} %, edit score {:.1f}, F1@50 {:.1f}."
NAMED = (
    "Without training there are no names: each group is given the class with which it shares the most frames, one to "
    "one (Hungarian). MoF: percent of the frames that are right then. F1 and IoU of frames: means over the classes."
)


def errors(view) -> None:
    """What went wrong with each segment, and which other one caused it."""
    view.say()
    titles = {one.tier.title: one for one in view.scored}
    with ui.drawer("Errors"):
        one = titles[ui.segmented_control("Timeline of", list(titles), "blamed")]
    ui.subheader(f"Errors of {one.tier.title}")
    errors_table(one.diagnosis, [name for name, _ in view.classes], view.rate, view.go)


def scores(view) -> None:
    """The metrics of each net, and of groups after naming."""
    view.say()
    groups = [one for one in view.groups if one.matched is not None]
    found = {one.tier.title: one.scores for one in view.scored} | {one.title: one.matched.scores for one in groups}
    bars = {who: [*one.metrics.values()] for who, one in found.items()}
    f1 = (f"{who}: F1@50 {one.f1[50]:.1f}" for who, one in found.items())
    ui.chart(score_figure, bars, alt=f"Metrics of each timeline; {', '.join(f1)}")
    ui.table(
        {"net": who} | {name: round(value, 1) for name, value in one.metrics.items()} for who, one in found.items()
    )
    if groups:
        ui.subheader("Without training")
        ui.table(
            {"method": one.title, "groups": one.count, "MoF": round(one.matched.mof, 1)}
            | {"F1 of frames": round(one.matched.f1, 1), "IoU of frames": round(one.matched.iou, 1)}
            for one in groups
        )
        ui.caption(NAMED)


def points(view) -> None:
    """A net's keypoints as a board: move them, and follow the rules."""
    from vizcore.features.segmentation.page_reassembly import edited  # no other view has a board

    titles = {tier.title: tier for tier in view.found.tiers if tier.points is not None}
    with ui.drawer("Re-assembly"):
        tier = titles[ui.segmented_control("Keypoints of", list(titles), "points")]
    truth = view.found.tier(TRUTH).segments if has_truth(view.found) else ()
    origin = f"{view.clip.clip_id} {tier.name}"
    classes = view.classes[: len(view.found.classes)]
    found = edited(tuple(tier.points), len(tier.labels), classes, origin, BACKGROUND, truth, view.badges)
    if truth:
        now = scores_of(found.labels, view.found.tier(TRUTH).labels)
        ui.markdown(EDITED.format(now.acc, now.edit, now.f1[50]))


def errors_table(
    found: Diagnosis,
    names: Mapping[int, str] | Sequence[str],
    rate: float | None,
    go: Callable[[int, int], None],
) -> None:
    """Counts of the errors, and a row for every segment that is one (or all of them), in order of time.

    Args:
        found: of one video.
        names: of the classes, by number.
        rate: frames in a second; without it, times are frames.
        go: called with the segment [start, stop) that a person has clicked, in frames.
    """
    ui.metrics(
        {
            kind: (
                f"{a} / {b}" if a != b else f"{a}",
                f"Segments, predicted / ground truth (one number: equal): {KINDS[kind]}.",
            )
            for kind, (a, b) in found.counts.items()
        }
    )
    start, stop = found.mean_shift
    shifts = f"Hits begin {start:.1f} and end {stop:.1f} frames away from the ground truth, on the mean. "
    ui.caption((shifts if np.isfinite(start) else "") + CLICK)
    with ui.drawer():
        every = ui.segmented_control("Segments", ["errors", "all"], "blamed-rows") == "all"
    sides = [("predicted", verdict) for verdict in found.predicted if every or verdict.kind != "hit"]
    sides += [("ground truth", verdict) for verdict in found.true if verdict.kind != "hit"]
    sides.sort(key=lambda pair: pair[1].segment.start)
    ui.table(
        (_row(side, verdict, names, rate) for side, verdict in sides),
        key="blame",
        on_select=lambda number: go(*sides[number][1].segment[:2]),
    )


def _row(side: str, verdict: Verdict, names: Mapping[int, str] | Sequence[str], rate: float | None) -> dict:
    unit, (start, stop, label) = ", s" if rate else "", verdict.segment
    return {
        "segment": f"{side}: {names[label]}",
        f"from{unit}": round(start / rate, 2) if rate else start,
        f"to{unit}": round(stop / rate, 2) if rate else stop,
        "kind": verdict.kind,
        "other segment": "" if verdict.other is None else names[verdict.other.label],
        "overlap": round(verdict.overlap, 3),
        "shift, frames": "" if verdict.shift is None else "{:+d}, {:+d}".format(*verdict.shift),
    }
