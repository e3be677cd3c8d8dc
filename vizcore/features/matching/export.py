"""Files to take along: a matching as CSV and NPZ, and its track as a video."""

import csv
import io
import tempfile
from pathlib import Path

import numpy as np

from vizcore.features.matching.pipeline import ClipMatching
from vizcore.figures.overlay import track_overlay
from vizcore.figures.paper import PaperSize
from vizcore.runtime.plain_arrays import npz
from vizcore.video import probe, read_frames, write_video

WIDTH = 640  # px of the video that is written
LONGEST = 1200  # frames of it; a longer stretch is shown at a lower rate
COLUMNS = (
    *("step", "time_s", "next_time_s", "row", "column", "next_row", "next_column"),
    *("similarity", "margin", "overruled", "undecided", "mutual", "flow_rows", "flow_columns", "agrees"),
)
SLOWEST, FASTEST = 1.0, 60.0  # frames/s


def matching_csv(matching: ClipMatching) -> bytes:
    """One line a patch and step: where it was, where it went, how alike, by what margin, and what the flow says."""
    tracks, (_, columns) = matching.tracks, matching.grid
    sheet = io.StringIO()
    write = csv.writer(sheet)
    write.writerow(COLUMNS)
    for step, patch in np.ndindex(tracks.steps.shape):
        after = tracks.steps[step, patch]
        write.writerow(
            [
                step,
                *np.round(matching.clip.times[step : step + 2], 6),
                *divmod(patch, columns),
                *divmod(int(after), columns),
                round(float(tracks.matched[step, patch]), 6),
                round(float(tracks.margin[step, patch]), 6),
                int(tracks.overruled[step, patch]),
                int(tracks.undecided[step, patch]),
                int(tracks.mutual[step, patch]),
                *np.round(matching.flow[step, patch], 4),
                int(matching.agrees[step, patch]),
            ]
        )
    return sheet.getvalue().encode()


def matching_npz(matching: ClipMatching) -> bytes:
    """Every array of the result, by the names that the classes use."""
    return npz(
        {
            "times": matching.clip.times,
            "indices": matching.clip.indices,
            "grid": np.array(matching.grid),
            "features": matching.features,
            "steps": matching.tracks.steps,
            "sigma": matching.tracks.sigma,
            "similarity": matching.tracks.similarity,
            "margin": matching.tracks.margin,
            "undecided": matching.tracks.undecided,
            "flow": matching.flow,
            "agrees": matching.agrees,
        }
    )


def track_paper(matching: ClipMatching, patch: int, size: PaperSize, form: str) -> bytes:
    """One track as a figure for paper.

    Args:
        matching: of two frames or more.
        patch: of the first matched frame, 0 to N-1.
        size: how large it is printed.
        form: "png", "svg" or "pdf".
    """
    from vizcore.features.matching import print as paper  # matplotlib takes 0.4 s to import: only a download waits
    from vizcore.figures.printing import printed

    clip = matching.clip
    fig = paper.track_paper(clip.frames, matching.tracks, patch, matching.grid, size, clip.times)
    return printed(fig, size, form)


def track_video(path: str, matching: ClipMatching, patch: int) -> bytes:
    """MP4 of the frames from the first matched one to the last, in real time, with one patch's track painted in.

    Args:
        path: the video that was matched.
        matching: of its frames.
        patch: of the first matched frame, 0 to N-1.
    """
    info = probe(path)
    numbers = matching.clip.indices
    every = np.linspace(numbers[0], numbers[-1], min(numbers[-1] - numbers[0] + 1, LONGEST)).round().astype(np.int64)
    now = np.searchsorted(numbers, every, side="right") - 1  # the matched frame at or before each frame
    width = min(WIDTH, info.width)
    frames = read_frames(path, every, (width, round(info.height * width / info.width)))
    track, similarity = matching.tracks.sigma[:, patch], _similarity_along(matching, patch)
    painted = (track_overlay(frame, track, similarity, k, matching.grid) for frame, k in zip(frames, now, strict=True))
    seconds = float(info.times[numbers[-1]] - info.times[numbers[0]])
    rate = np.clip((len(every) - 1) / seconds, SLOWEST, FASTEST) if seconds > 0 else SLOWEST
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "track.mp4"
        write_video(file, painted, float(rate))
        return file.read_bytes()


def _similarity_along(matching: ClipMatching, patch: int) -> np.ndarray:
    """(T-1,) cosine of each step of one track."""
    tracks = matching.tracks
    return tracks.matched[np.arange(len(tracks.steps)), tracks.sigma[:-1, patch]]
