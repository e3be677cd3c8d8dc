"""How fast is the alignment? CPU time against scipy, lapx and the supplement's own loop, on one thread.

    python -m benchmarks.bench_matching [--rounds 41] [--smallest]

Variants take turns within one run and their medians are compared, so a busy machine slows all of them alike.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial

import lap
import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from torch.nn import functional as F

from benchmarks.options import asked
from vizcore.algorithms.matching.assignment import assign
from vizcore.algorithms.matching.descriptors import describe
from vizcore.algorithms.matching.matching import align
from vizcore.runtime.clip_library import bundled
from vizcore.video import read_clip

WIDTH = 768
BLUR = 3
ROUNDING = 1e-6  # of a cosine in 32 bits: one matching is as good as another if it keeps so little less of each patch
SIZES = ((8, 196), (16, 196), (32, 256))  # frames, patches; of the first one the assignment alone, too
SMALLEST = {"rounds": 1, "sizes": ((2, 25),)}


def panned(frames: int, side: int, speed: float) -> torch.Tensor:
    """(T, side^2, 768): a wide random picture, seen through a window that moves `speed` patches a frame."""
    rng = np.random.default_rng(0)
    rows = columns = side
    picture = rng.standard_normal((rows, columns + int(np.ceil(speed * frames)) + 1, WIDTH)).astype(np.float32)
    for _ in range(BLUR):  # neighbours become alike, as tokens are that have seen their surroundings
        picture = picture + np.roll(picture, 1, 0) + np.roll(picture, 1, 1)
    seen = []
    for t in range(frames):
        at, between = divmod(speed * t, 1)
        left, right = (picture[:, int(at) + k : int(at) + k + columns] for k in (0, 1))
        view = (1 - between) * left + between * right
        seen.append(view + 0.15 * view.std() * rng.standard_normal(view.shape).astype(np.float32))
    return torch.from_numpy(np.stack(seen).reshape(frames, rows * columns, WIDTH))


def features(frames: int, side: int) -> dict[str, torch.Tensor]:
    """Kinds of clips, (T, side^2, C) each."""
    parade = read_clip(bundled()["parade"].path, count=frames).frames
    return {
        "random": torch.randn(frames, side**2, WIDTH, generator=torch.Generator().manual_seed(0)),
        "still": panned(frames, side, 0.0),
        "slow pan": panned(frames, side, 0.3),
        "pan": panned(frames, side, 0.7),
        "fast pan": panned(frames, side, 1.4),
        "parade clip": torch.from_numpy(describe(parade, (side, side))),
    }


def medians(variants: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median CPU milliseconds of each variant, taking turns."""
    times: dict[str, list[float]] = {name: [] for name in variants}
    for k in range(rounds + 1):
        for name, run in variants.items():
            start = time.process_time()
            run()
            if k:  # the first round compiles and warms up
                times[name].append(time.process_time() - start)
    return {name: 1e3 * float(np.median(values)) for name, values in times.items()}


def cosines(x: torch.Tensor) -> np.ndarray:
    unit = F.normalize(x, dim=-1, eps=1e-12)
    return (unit[:-1] @ unit[1:].mT).numpy()


def scipy_loop(similarity: np.ndarray) -> np.ndarray:
    return np.stack([linear_sum_assignment(matrix, maximize=True)[1] for matrix in similarity])


def supplement_loop(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Algorithm 1 of the ATA supplement line by line, its errors set right: maximised, masks built, input kept."""
    frames, masks = [x[0]], [torch.eye(x.shape[1])]
    for t in range(1, len(x)):
        prev, curr = F.normalize(frames[-1], dim=-1).detach(), F.normalize(x[t], dim=-1).detach()
        similarity = prev @ curr.t()
        _, columns = linear_sum_assignment(similarity, maximize=True)
        alignment = F.one_hot(torch.from_numpy(columns), x.shape[1])
        masks.append(alignment.t())
        frames.append(x[t, alignment.argmax(-1)])
    return torch.stack(frames), torch.stack(masks)


def total(frames: torch.Tensor) -> torch.Tensor:
    """(T - 1,) float64 sums of the cosines of every patch and the one that took its place."""
    unit = F.normalize(frames.double(), dim=-1, eps=1e-12)
    return (unit[:-1] * unit[1:]).sum((1, 2))


def lapx_loop(solve: Callable, costs: np.ndarray) -> np.ndarray:
    return np.stack([solve(matrix) for matrix in costs])


LAPX = {
    "lapx lapjv": lambda cost: lap.lapjv(cost, return_cost=False)[0],
    "lapx lapjvs": lambda cost: lap.lapjvs(cost, return_cost=False)[1],
    "lapx lapjvc": lambda cost: lap.lapjvc(cost, return_cost=False)[1],
    "lapx lapjvh": lambda cost: lap.lapjvh(cost, return_cost=False)[1],
    "lapx lapjvr": lambda cost: lap.lapjvr(cost, return_cost=False)[1],
}


def assignment_alone(name: str, x: torch.Tensor, rounds: int) -> None:
    """One row of the first table; every solver must reach the same total."""
    similarity = cosines(x)
    costs = -similarity  # lapx minimises; not counted
    variants = {"scipy": partial(scipy_loop, similarity), "vizcore": partial(assign, similarity)}
    variants |= {peer: partial(lapx_loop, solve, costs) for peer, solve in LAPX.items()}
    totals = {who: np.take_along_axis(similarity, run()[..., None], -1).sum() for who, run in variants.items()}
    assert np.ptp(list(totals.values())) < 1e-2, totals
    times = medians(variants, rounds)
    best = min(LAPX, key=times.get)
    print(
        f"| {name} | {times['scipy']:.2f} | {times[best]:.2f} ({best.split()[1]}) | {times['vizcore']:.2f} "
        f"| {times['scipy'] / times['vizcore']:.1f}x | {times[best] / times['vizcore']:.1f}x |"
    )


def end_to_end(name: str, x: torch.Tensor, rounds: int) -> None:
    """One row of the second table; both must keep as much from frame to frame, and the same where they agree."""
    (printed, masks), (aligned, sigma) = supplement_loop(x), align(x)
    gap = (total(printed) - total(aligned)).abs().max()
    assert gap < ROUNDING * x.shape[1], f"the totals differ by {gap}"
    agrees = masks.mT.argmax(-1) == sigma
    assert torch.equal(printed[agrees], aligned[agrees])
    variants = {"supplement": partial(supplement_loop, x), "vizcore": partial(align, x)}
    times = medians(variants | {"product": lambda: x[:-1] @ x[1:].mT}, rounds)
    print(
        f"| {x.shape[0]} x {x.shape[1]} {name} | {times['supplement']:.1f} | {times['vizcore']:.1f} "
        f"| {times['supplement'] / times['vizcore']:.2f}x | {times['supplement'] / times['product']:.2f}x |"
    )


def main(words: Sequence[str] | None = None) -> None:
    """Print both tables."""
    told = asked(__doc__, words, SMALLEST, rounds=41, sizes=SIZES)
    torch.set_num_threads(1)
    frames, patches = told.sizes[0]
    print(f"Assignment alone, {frames} frames of {patches} patches, CPU ms\n")
    print("| features | scipy | best of lapx | vizcore | over scipy | over lapx |\n|---|---|---|---|---|---|")
    for name, x in features(frames, int(patches**0.5)).items():
        assignment_alone(name, x, told.rounds)
    print("\nEnd to end, features to aligned features (frames x patches), CPU ms, same totals\n")
    print("The limit: the loop against the bare matrix products, which every way of matching by cosine has to pay.\n")
    print("| clip | supplement's loop | vizcore | ratio | limit |\n|---|---|---|---|---|")
    for frames, patches in told.sizes:
        for name, x in features(frames, int(patches**0.5)).items():
            end_to_end(name, x, told.rounds if frames < 32 else -(-told.rounds // 4))


if __name__ == "__main__":
    main()
