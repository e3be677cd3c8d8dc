"""Does a matching follow what moves? Share of patches matched within one patch of where optical flow saw them go.

    python -m benchmarks.flow_agreement [--data DIR] [--smallest]

Pairs of frames 2, 6 and 12 apart, evenly spread over each clip; 14 rows of patches. "Moving" are the patches that the
flow moves by more than one patch and finds again on the way back; staying in place is right for none of them.
"""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from benchmarks.options import asked, films
from vizcore.algorithms.matching.descriptors import DESCRIPTORS, describe
from vizcore.algorithms.matching.flow import agreement, dense_flow, patch_flow
from vizcore.algorithms.matching.matching import METHODS, track
from vizcore.runtime.clip_library import bundled
from vizcore.video import probe, read_frames

GAPS = (2, 6, 12)  # frames between the two of a pair
SMALLEST = {"gaps": (2,), "pairs": 1, "clips": 1}
ROWS = 14
MOVING = 1.0  # patches
LOST = 0.5  # patches by which the way back may miss
DEFAULT = next(iter(DESCRIPTORS))
VARIANTS = {name: (name, 0.0) for name in DESCRIPTORS} | {f"{DEFAULT}, prior 0.1": (DEFAULT, 0.1)}


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


def counts(path: Path, gap: int, pairs: int) -> dict[str, np.ndarray] | None:
    """Of the patches of a clip's pairs: all, moving, summed motion, agreeing (variants, methods; all, moving)."""
    starts = np.unique(np.linspace(0, probe(path).frames - 1 - gap, pairs).astype(int))
    if starts[0] < 0:
        return None
    seen = {"all": 0, "moving": 0, "motion": 0.0, "agree": np.zeros((len(VARIANTS), len(METHODS), 2), int)}
    for start in starts:
        frames = read_frames(path, [start, start + gap])
        grid, flow, moving = measured(frames)
        seen["all"] += moving.size
        seen["moving"] += moving.sum()
        seen["motion"] += np.linalg.norm(flow, axis=-1).sum()
        for v, (descriptor, prior) in enumerate(VARIANTS.values()):
            features = describe(frames, grid, descriptor)
            for m, method in enumerate(METHODS):
                tracks = track(features, method, prior=prior, grid=grid)
                agrees = agreement(tracks.displacement(grid), flow)
                seen["agree"][v, m] += agrees.sum(), agrees[moving].sum()
    return seen


def cells(seen: dict, variant: int) -> str:
    """One "all / moving" in % for each method."""
    shown = (
        f"{100 * everywhere / seen['all']:.1f} / " + (f"{100 * moving / seen['moving']:.1f}" if seen["moving"] else "-")
        for everywhere, moving in seen["agree"][variant]
    )
    return " | ".join(shown)


def main(words: Sequence[str] | None = None) -> None:
    """Print a row for every clip and gap, then all together; --data is a folder of videos besides the bundled clips."""
    told = asked(__doc__, words, SMALLEST, data=films(), gaps=GAPS, pairs=10, clips=1000)
    shown = [entry.path for entry in bundled().values() if entry.truth is None]  # where truth is known, ask that
    paths = (shown + (sorted(told.data.glob("*.*")) if told.data else []))[: told.clips]
    names, rule = " | ".join(METHODS).title(), "---|" * len(METHODS)
    print(f"Descriptor: {DEFAULT}. Agreement with the flow, in % of all / of moving patches\n")
    print(f"| clip | gap | mean motion, patches | moving, % | {names} |\n|---|---|---|---|{rule}")
    total: dict = {}
    for path in paths:
        for gap in told.gaps:
            if (seen := counts(path, gap, told.pairs)) is None:
                continue
            motion, moving = seen["motion"] / seen["all"], 100 * seen["moving"] / seen["all"]
            print(f"| {path.name} | {gap} | {motion:.2f} | {moving:.1f} | {cells(seen, 0)} |", flush=True)
            total = {key: total.get(key, 0) + value for key, value in seen.items()}
    print(f"\nAll pairs, every patch counted once ({total['all']} patches, {total['moving']} of them moving)\n")
    print(f"| descriptor | {names} |\n|---|{rule}")
    for v, name in enumerate(VARIANTS):
        print(f"| {name} | {cells(total, v)} |")


if __name__ == "__main__":
    main()
