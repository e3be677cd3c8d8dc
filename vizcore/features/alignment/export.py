"""Files to take along: an alignment as CSV, JSON and NPZ, as a figure for paper, and both clips warped side by side.

Alignment -> path_csv, path_json, alignment_npz, alignment_paper;  with the paths of the clips -> pair_video
"""

import csv
import io
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from vizcore.features.alignment.figures import UNITS, ticks
from vizcore.features.alignment.pipeline import Alignment
from vizcore.features.alignment.pipeline_playback import matched_frames, steps
from vizcore.features.alignment.pipeline_strands import Strand
from vizcore.figures.paper import PaperSize
from vizcore.figures.tiles import labelled, tiled
from vizcore.runtime.plain_arrays import npz
from vizcore.video import probe, write_video
from vizcore.video.stream import FASTEST, LONGEST, SLOWEST, stream

BOX = (480, 360)  # px that a clip may take in a video of two
ACROSS, UP = 5, 5  # pictures along the axes of a printed figure
SMALL = 160  # px across of those
COLUMNS = ("step", "frame_a", "frame_b", "time_a_s", "time_b_s", "phase_a", "phase_b", "cost")


def path_rows(alignment: Alignment) -> list[dict]:
    """The path, a row for each step, in the units of the clips; None where something is not known."""
    pair, rows = alignment.pair, []
    for step, (i, j) in enumerate(alignment.path.tolist()):
        values = [step, int(pair.first.frames[i]), int(pair.second.frames[j])]
        for part in ("times", "phase"):
            values += [_rounded(getattr(pair.first, part)[i]), _rounded(getattr(pair.second, part)[j])]
        rows.append(dict(zip(COLUMNS, [*values, _rounded(alignment.cost[i, j])], strict=True)))
    return rows


def path_csv(alignment: Alignment) -> bytes:
    """The path as a table; what is not known stays empty."""
    sheet = io.StringIO()
    write = csv.DictWriter(sheet, COLUMNS)
    write.writeheader()
    write.writerows(path_rows(alignment))
    return sheet.getvalue().encode()


def path_json(alignment: Alignment, settings: dict) -> bytes:
    """The path with its numbers, and its settings."""
    pair = alignment.pair
    sheet = {
        "settings": settings | asdict(alignment.way),
        "frames": [strand.total for strand in (pair.first, pair.second)],
        "action": pair.action or None,
        "trusted": alignment.trusted,
        "verdict": alignment.verdict,
        "mean_cost": alignment.warping.distance,
        "centred_cost": _rounded(alignment.numbers.centred),
        "hard_cost": alignment.warping.total,
        "soft_cost": alignment.soft.value,
        "frames_off": _rounded(pair.frame_error(alignment.answer)),
        "phase_off": _rounded(pair.phase_error(alignment.answer)),
        "path": path_rows(alignment),
    }
    return json.dumps(sheet, default=str).encode()


def alignment_npz(alignment: Alignment, settings: dict) -> bytes:
    """Every array of the result, by the names that the classes use, and its settings, as JSON."""
    pair, arrays = alignment.pair, {}
    for name, strand in (("first", pair.first), ("second", pair.second)):
        arrays |= {f"{name}_{part}": getattr(strand, part) for part in ("frames", "times", "phase", "features")}
    if pair.truth is not None:
        arrays["truth"] = pair.truth
    arrays |= {"cost": alignment.cost, "path": alignment.path, "partner": alignment.answer}
    arrays |= {"accumulated": alignment.soft.table, "expected_alignment": alignment.soft.gradient}
    settings_json = json.dumps(settings | asdict(alignment.way), default=str)
    return npz({"settings": np.array(settings_json)} | arrays)


def alignment_paper(alignment: Alignment, clips: Sequence[str], unit: str, size: PaperSize, form: str) -> bytes:
    """Cost and path as a figure for paper, with pictures along both axes.

    Args:
        alignment: of two clips or series.
        clips: paths of both videos; () for series, which have no pictures.
        unit: a key of features.alignment.figures.UNITS.
        size: how large it is printed.
        form: "png", "svg" or "pdf".
    """
    from vizcore.features.alignment.print import cost_matrix_paper  # matplotlib takes 0.4 s to import
    from vizcore.figures.printing import printed

    pair = alignment.pair
    strands = pair.first, pair.second
    counts = (ACROSS, UP)
    pictures = tuple(_along(path, one, count) for path, one, count in zip(clips, strands, counts)) or None
    axes = tuple(
        (f"{name}, {UNITS[unit]}", ticks(one.frames, one.times, one.phase, unit)) for name, one in zip("AB", strands)
    )
    label = f"cost ({alignment.way.cost})"
    given = alignment.cost, alignment.path, pair.truth, pictures, axes, label, size
    fig = cost_matrix_paper(*given, faint=alignment.untrusted)
    return printed(fig, size, form)


def pair_video(alignment: Alignment, clips: Sequence[str], titles: Sequence[str], pace: str = "first") -> bytes:
    """MP4 of both clips side by side along the alignment.

    Args:
        alignment: of the two.
        clips: paths of both videos.
        titles: their names.
        pace: "first" for the first clip's real time, "path" for going along the path.
    """
    numbers, rate = paced(alignment, clips[0], pace)
    streams = [stream(path, side) for path, side in zip(clips, numbers.T, strict=True)]
    names = [f"{letter}: {title}" for letter, title in zip("AB", titles, strict=True)]
    pictures = (
        tiled([labelled(frame, f"{name}, frame {number}", BOX) for (number, frame), name in zip(both, names)], 2)
        for both in zip(*streams, strict=True)
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "aligned.mp4"
        write_video(file, pictures, rate)
        return file.read_bytes()


def paced(alignment: Alignment, path: str, pace: str) -> tuple[np.ndarray, float]:
    """Pairs of frame numbers (L, 2) to be shown one after the other, at most LONGEST, and how many a second.

    Args:
        alignment: of two clips.
        path: of the first clip, whose seconds count.
        pace: "first" for the first clip's real time, "path" for going along the path.
    """
    first = alignment.pair.first
    if pace == "path":
        pairs = steps(alignment)
    else:
        every = np.arange(first.frames[0], first.frames[-1] + 1)
        pairs = np.stack([every, matched_frames(alignment, every)], axis=1)
    some = np.unique(np.linspace(0, len(pairs) - 1, min(len(pairs), LONGEST)).round().astype(np.int64))
    times = probe(path).times[first.frames[[0, -1]]]
    count = first.frames[-1] - first.frames[0]
    natural = float(count / (times[1] - times[0])) if count else SLOWEST
    return pairs[some], float(np.clip(natural * len(some) / len(pairs), SLOWEST, FASTEST))


def _along(path: str, strand: Strand, count: int) -> np.ndarray:
    """(K, H, W, 3) small frames, evenly spaced over a strand."""
    count = min(count, len(strand))
    middles = (np.arange(count) * 2 + 1) * len(strand) // (2 * count)
    return np.stack([frame for _, frame in stream(path, strand.frames[middles], SMALL)])


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)
