"""How fast is warping? CPU time against tslearn, dtaidistance, librosa and pysdtw, on one thread, path included.

    python -m benchmarks.bench_dtw [--lengths 200 1000 5000] [--rounds 7] [--smallest]

Variants take turns within one run and their medians are compared, so a busy machine slows all of them alike. A turn is
as many calls as fit into a hundredth of a second, at least one. Every variant must find the same total or value.
"""

import time
import warnings
from collections.abc import Callable, Sequence

import numpy as np
import torch
from dtaidistance import dtw_ndim
from dtaidistance.dtw import best_path
from librosa.sequence import dtw as librosa_dtw
from pysdtw import SoftDTW as PublicSoftDTW
from tslearn.metrics import SoftDTW, dtw_path

from benchmarks.options import asked
from vizcore.algorithms.alignment.dtw import distances, dtw, warp
from vizcore.algorithms.alignment.soft_dtw import accumulate, soft_dtw

WIDTH = 128
GAMMA = 0.1
TURN = 0.01  # seconds
FEW = 2000  # frames; longer pairs take few rounds
SMALLEST = {"lengths": (20,), "rounds": 1}

Variants = dict[str, Callable[[], object]]


def medians(variants: Variants, rounds: int) -> dict[str, float]:
    """Median CPU milliseconds of each variant, taking turns."""
    times: dict[str, list[float]] = {name: [] for name in variants}
    for k in range(rounds + 1):
        for name, run in variants.items():
            calls, start = 0, time.process_time()
            while calls == 0 or time.process_time() - start < TURN:
                run()
                calls += 1
            if k:  # the first round compiles and warms up
                times[name].append((time.process_time() - start) / calls)
    return {name: 1e3 * float(np.median(values)) for name, values in times.items()}


def pair(length: int) -> tuple[np.ndarray, np.ndarray]:
    """Two walks through feature space, unit vectors (N, 128) float32: neighbours are alike, as frames are."""
    steps = np.random.default_rng(0).standard_normal((2, length, WIDTH))
    walks = np.cumsum(steps, 1) + 3 * steps
    return tuple((walks / np.linalg.norm(walks, axis=2, keepdims=True)).astype(np.float32))


def hard_by_features(x: np.ndarray, y: np.ndarray) -> Variants:
    """Embeddings to path; of unit vectors the squared distance is twice 1 - cosine."""
    wide = x.astype(np.float64), y.astype(np.float64)  # what dtaidistance wants; not counted
    return {
        "vizcore": lambda: 2 * warp(x, y).total,
        "tslearn": lambda: dtw_path(x, y)[1] ** 2,
        "librosa": lambda: librosa_dtw(x.T, y.T, metric="sqeuclidean")[0][-1, -1],
        "dtaidistance": lambda: _dtaidistance(*wide),
    }


def _dtaidistance(x: np.ndarray, y: np.ndarray) -> float:
    length, paths = dtw_ndim.warping_paths_fast(x, y)
    best_path(paths)
    return length**2


def hard_by_cost(x: np.ndarray, y: np.ndarray) -> Variants:
    """Cost to path."""
    cost = distances(x, y, "squared")
    return {
        "vizcore": lambda: dtw(cost).total,
        "librosa": lambda: librosa_dtw(C=cost)[0][-1, -1],
    }


def soft_by_cost(x: np.ndarray, y: np.ndarray) -> Variants:
    """Cost to value and expected alignment, min^gamma."""
    cost = distances(x, y, "squared").astype(np.float64)

    def tslearn() -> float:
        peer = SoftDTW(cost, gamma=GAMMA)
        value = peer.compute()
        peer.grad()
        return value

    return {"vizcore": lambda: soft_dtw(cost, GAMMA, "soft").value, "tslearn": tslearn}


def soft_by_features(x: np.ndarray, y: np.ndarray) -> Variants:
    """Embeddings to the gradient by them, in torch, min^gamma."""
    left, right = (torch.from_numpy(side)[None].requires_grad_() for side in (x, y))  # (1, N, 128)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        public = PublicSoftDTW(gamma=GAMMA, use_cuda=False)

    def ours() -> float:
        cost = 2 - 2 * left @ right.mT  # squared distances of unit vectors
        return _with_gradient(accumulate(cost, GAMMA, "soft")[:, -1, -1])

    def _with_gradient(value: torch.Tensor) -> float:
        torch.autograd.grad(value.sum(), (left, right))
        return float(value.detach())

    return {"vizcore": ours, "pysdtw": lambda: _with_gradient(public(left, right))}


def forms(x: np.ndarray, y: np.ndarray) -> Variants:
    """smoothMin against our own min^gamma; what they find differs."""
    cost = distances(x, y, "squared").astype(np.float64)
    return {"vizcore": lambda: soft_dtw(cost, GAMMA, "smooth"), "min^gamma": lambda: soft_dtw(cost, GAMMA, "soft")}


TABLES = {
    "Hard, embeddings to path": hard_by_features,
    "Hard, cost to path": hard_by_cost,
    "Soft, cost to value and gradient": soft_by_cost,
    "Soft, embeddings to gradient, in torch": soft_by_features,
    "smoothMin against our min^gamma": forms,
}


def main(words: Sequence[str] | None = None) -> None:
    """Print a table for each question, with a row for each length."""
    options = asked(__doc__, words, SMALLEST, lengths=(200, 1000, 5000), rounds=7)
    torch.set_num_threads(1)
    for title, variants_of in TABLES.items():
        print(f"\n{title}: N = M frames, CPU ms, and how many times vizcore's")
        for length in options.lengths:
            variants = variants_of(*pair(length))
            if variants_of is not forms:
                found = [float(run()) for run in variants.values()]
                assert np.allclose(found, found[0], rtol=1e-3), dict(zip(variants, found))
            times = medians(variants, options.rounds if length < FEW else min(options.rounds, 2))
            own = times["vizcore"]
            cells = [f"{name} {time:.2f} ({time / own:.2f}x)" for name, time in times.items()]
            print(f"  {length:>5}  " + "  ".join(cells), flush=True)


if __name__ == "__main__":
    main()
