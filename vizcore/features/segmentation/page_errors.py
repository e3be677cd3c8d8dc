"""What went wrong with each segment of a timeline, and which other one caused it: counts, and a table to click in."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from vizcore import ui
from vizcore.algorithms.segmentation.segment_errors import KINDS, Diagnosis, Verdict

CLICK = "Click a row to go there."


def errors(
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
