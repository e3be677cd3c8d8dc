"""Known answers of the algorithms: brute force, closed forms, and two ways to the same number."""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise, permutations

import numpy as np

from vizcore.algorithms.alignment.dtw import dtw
from vizcore.algorithms.alignment.smooth_minimum import smooth_min, smooth_min_gap
from vizcore.algorithms.alignment.soft_dtw import soft_dtw
from vizcore.algorithms.detection.boxes import giou
from vizcore.algorithms.matching.assignment import assign
from vizcore.algorithms.matching.graph_matching import sinkhorn
from vizcore.algorithms.matching.matching import align, dealign
from vizcore.algorithms.nonlocal_blocks.spectral import OPERATORS, apply_operator
from vizcore.algorithms.segmentation.metrics import evaluate
from vizcore.algorithms.segmentation.reassembly import reassemble
from vizcore.features.system.pipeline_known import Answer, Known, all_of, within
from vizcore.runtime.context import Context

Cell = tuple[int, int]


def hungarian(context: Context, rng: np.random.Generator) -> Answer:
    """The largest sum of a 6 x 6 table against all 720 permutations."""
    tables, rows = rng.standard_normal((8, 6, 6)), np.arange(6)
    best = np.max([tables[:, rows, list(columns)].sum(1) for columns in permutations(range(6))], axis=0)
    found = np.take_along_axis(tables, assign(tables)[..., None], axis=2).sum((1, 2))
    return all_of(int(np.isclose(found, best, atol=1e-6).sum()), len(tables), "tables")


def there_and_back(context: Context, rng: np.random.Generator) -> Answer:
    """De-alignment restores what alignment has permuted."""
    x = rng.standard_normal((5, 12, 8)).astype(np.float32)
    aligned, order = align(x)
    moved = int((order != np.arange(12)).sum())
    same = bool(np.array_equal(dealign(aligned, order), x))
    return Answer("every value as before", "as before" if same else "other values", same and moved > 0)


def transport(context: Context, rng: np.random.Generator) -> Answer:
    """A table scaled until rows and columns sum to 1."""
    plan = sinkhorn(rng.standard_normal((7, 7)), 1.0, 200)
    return within("error of a sum", float(max(abs(plan.sum(axis) - 1).max() for axis in (0, 1))), 1e-6)


def worst_gap(context: Context, rng: np.random.Generator) -> Answer:
    """smoothMin is worst where the others lie gamma x(N) above the least: by gamma (x(N) - 1), Lambert's W."""
    gamma, counts = float(rng.uniform(0.1, 2)), (2, 3, 10, 100)
    gaps = [float(smooth_min_gap(count)) for count in counts]
    found = [smooth_min(np.r_[0.0, np.full(n - 1, gamma * x)], gamma) for n, x in zip(counts, gaps)]
    return within("error", float(np.abs(np.subtract(found, gamma * (np.array(gaps) - 1))).max()), 1e-12)


def cheapest_walk(context: Context, rng: np.random.Generator) -> Answer:
    """The cheapest of all 129 ways through a 4 x 5 table."""
    cost = rng.random((4, 5))
    prices = [sum(cost[cell] for cell in walk) for walk in _walks((3, 4))]
    return within(f"error against {len(prices)} walks", abs(dtw(cost).total - min(prices)), 1e-12)


def soft_slope(context: Context, rng: np.random.Generator) -> Answer:
    """The gradient of the soft warping against differences of its value."""
    cost, step = rng.random((5, 6)), 1e-5
    slope = np.empty_like(cost)
    for cell in np.ndindex(cost.shape):
        nudge = np.zeros_like(cost)
        nudge[cell] = step
        slope[cell] = (soft_dtw(cost + nudge).value - soft_dtw(cost - nudge).value) / (2 * step)
    return within("error of a slope", float(np.abs(soft_dtw(cost).gradient - slope).max()), 1e-6)


def two_forms(context: Context, rng: np.random.Generator) -> Answer:
    """Every non-local operator by products and through its spectrum."""
    x, grid = rng.standard_normal((24, 6)) / 6**0.5, (4, 6)
    wrong = []
    for name in OPERATORS:
        direct, spectral = (apply_operator(name, x, form=form, grid=grid) for form in ("direct", "spectral"))
        if np.abs(direct - spectral).max() > 1e-8 * max(1, np.abs(direct).max()):
            wrong.append(name)
    return all_of(len(OPERATORS) - len(wrong), len(OPERATORS), "operators", tuple(wrong))


def from_points(context: Context, rng: np.random.Generator) -> Answer:
    """A timeline read off as points and put together again."""
    cuts = np.sort(rng.choice(np.arange(1, 20), 4, replace=False)) * 10
    ends = [0, *cuts.tolist(), 200]
    labels = np.repeat(np.arange(5), np.diff(ends))
    actions = [((first + stop) / 2, label, 0.9) for label, (first, stop) in enumerate(pairwise(ends))]
    found = reassemble(actions, [(cut, 0.8) for cut in ends[1:-1]], 200).labels
    return all_of(int((found == labels).sum()), 200, "frames")


def half_right(context: Context, rng: np.random.Generator) -> Answer:
    """Scores of a guess that has one of two segments, half as long as the clip: 50 %, by hand."""
    truth, guess = np.repeat([0, 1], 10), np.zeros(20, int)
    scores = evaluate([(guess, truth)])
    found = scores.acc, scores.edit, scores.f1[10]
    return _numbers(found, (50, 50, 200 / 3))


def hull(context: Context, rng: np.random.Generator) -> Answer:
    """Generalised IoU of two squares of side 2, one a corner's unit over the other: 1/7 - 2/9."""
    place = rng.random(2)
    boxes = np.array([[*place, 2, 2], [*(place + 1), 2, 2]])
    return _numbers((float(giou(boxes[0], boxes[1])),), (1 / 7 - 2 / 9,))


def _numbers(found: tuple[float, ...], expected: tuple[float, ...]) -> Answer:
    texts = [", ".join(f"{value:.4f}" for value in values) for values in (expected, found)]
    return Answer(*texts, bool(np.allclose(found, expected)))


@cache
def _walks_to(cell: Cell) -> tuple[tuple[Cell, ...], ...]:
    return tuple(_walks(cell))


def _walks(cell: Cell) -> Iterator[tuple[Cell, ...]]:
    """Every walk from (0, 0) to a cell by steps down, right or both."""
    row, column = cell
    if cell == (0, 0):
        yield (cell,)
    for before in ((row - 1, column), (row, column - 1), (row - 1, column - 1)):
        if min(before) >= 0:
            yield from ((*walk, cell) for walk in _walks_to(before))


SUMS = (
    Known("Matching", "Hungarian method against all permutations", hungarian),
    Known("Matching", "alignment and back", there_and_back),
    Known("Matching", "Sinkhorn's sums", transport),
    Known("Alignment", "smoothMin at its worst, closed form", worst_gap),
    Known("Alignment", "warping against every walk", cheapest_walk),
    Known("Alignment", "soft warping's gradient by differences", soft_slope),
    Known("Non-local", "direct and spectral form", two_forms),
    Known("Segmentation", "points to timeline", from_points),
    Known("Segmentation", "scores by hand", half_right),
    Known("Localisation", "generalised IoU by hand", hull),
)
