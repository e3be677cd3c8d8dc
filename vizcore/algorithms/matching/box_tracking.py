"""A box that follows what it was drawn around, by the patches inside it; corrected boxes hold it at their frames.

    features (T, N, C), boxes {frame: (x1, y1, x2, y2)} - patches of the nearest drawn box - similarity to each frame
        - best place, then each side by the moves of its patches -> boxes (T, 4), confidence (T,) -> BoxTrack
    steps (T-1, N) of a matching, boxes - moves of the patches inside - median or RANSAC -> BoxTrack

Between two drawn boxes it is followed from both, and the nearer one counts for more. Boxes are shares of the picture's
width and height; inside, lengths are patches. Nothing is learnt, and what the box looked like when it was drawn is all
that is known of it: an appearance that is brought up to date drifts off. How well it goes: benchmarks/bench_follow.py.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

ESTIMATES = {
    "median": "moved by the median of its patches' matches",
    "similarity": "moved and scaled by what most of its patches' matches agree on (RANSAC)",
}
LOST = 0.15  # confidence below which the box is lost
REACH, STRIDE = 2.0, 0.25  # patches: how far a box may go in a step, and how finely places are tried
STILL = 0.02  # cosine that a place has to gain for each squared patch it is away
FEWEST, MOST = 4, 14  # points along a side of a box, at which it is compared
FADE = 0.75  # how much less the edge of a box counts than its middle: it holds more of the background
LEAST_WEIGHT = 0.02  # of a point that looks like what is around the box
LOCAL = 1.5  # patches that a point may go by itself, beyond what the box does
GAIN, GROWTH = 0.5, 0.06  # share of the points' common stretch that a side follows, and its largest change in a step
SHORTEST = 1e-6  # squared length of a mixture of patches
NEAR = 1.5  # patches within which a point agrees with the box
WORST_STEP = 0.1  # by how much a similarity may scale a box in a step

Box = tuple[np.ndarray, np.ndarray]  # middle (2,) and half its sides (2,), x and y, in patches
Follow = Callable[[int, Iterator[int], Box], Iterator[tuple[Box, float]]]


@dataclass(frozen=True, eq=False)
class BoxTrack:
    """A box through T frames."""

    boxes: np.ndarray  # (T, 4) float64 x1, y1, x2, y2 as shares of the picture, 0 to 1
    confidence: np.ndarray  # (T,) share of the patches inside that agree with the box, 0 to 1; 1 where it was drawn
    drawn: np.ndarray  # (A,) int64 frames whose boxes were given, rising

    @property
    def lost(self) -> np.ndarray:
        """(T,) bool: too few patches agree for the box to mean anything."""
        return self.confidence < LOST

    def __repr__(self) -> str:
        shares = f"confidence {self.confidence.mean():.2f}, lost in {self.lost.mean():.0%}"
        return f"BoxTrack({len(self.boxes)} frames, drawn in {len(self.drawn)}, {shares})"


def follow_box(features: np.ndarray, grid: tuple[int, int], boxes: Mapping[int, Sequence[float]]) -> BoxTrack:
    """Follow a box by what its patches looked like when it was drawn.

    In each frame the place within REACH of the last one is taken at which the patches are most similar, by cosine, each
    weighted by how near the middle it was and how unlike the surroundings; width and height follow the patches' own
    moves. Confidence is the weighted share of patches whose most similar one of the whole frame lies where the box is.

    Args:
        features: (T, N, C) finite patches, numpy, as given to matching.track.
        grid: (rows, columns) of the patches, row by row, 2 or more each.
        boxes: {frame: (x1, y1, x2, y2)} as shares of the picture; one, or more to correct it.

    Raises:
        ValueError: features and grid do not fit, or a box or its frame is none.
    """
    features = np.asarray(features)
    if features.ndim != 3 or 0 in features.shape or min(grid) < 2 or features.shape[1] != grid[0] * grid[1]:
        raise ValueError(f"want features (T, N, C) of a grid of 2 x 2 or more, got {features.shape} and {grid}")

    def _walk(start: int, frames: Iterator[int], box: Box) -> Iterator[tuple[Box, float]]:
        template = _template(_unit(features[start]), grid, box)
        for frame in frames:
            box, confidence = _locate(template, _unit(features[frame]), grid, box)
            yield box, confidence

    return _followed(_walk, len(features), grid, boxes)


def follow_matches(
    steps: np.ndarray, grid: tuple[int, int], boxes: Mapping[int, Sequence[float]], estimate: str = "median"
) -> BoxTrack:
    """Follow a box by the matches of the patches that lie in it, from frame to frame.

    Args:
        steps: (T-1, N) of Tracks: patch i of frame t became patch steps[t, i] of frame t + 1.
        grid, boxes: as of follow_box.
        estimate: a key of ESTIMATES.

    Raises:
        ValueError: steps and grid do not fit, the estimate is unknown, or a box or its frame is none.
    """
    steps = np.asarray(steps)
    if steps.ndim != 2 or min(grid) < 1 or steps.shape[1] != grid[0] * grid[1]:
        raise ValueError(f"want steps (T-1, N) of a grid of N patches, got {steps.shape} and {grid}")
    if estimate not in ESTIMATES:
        raise ValueError(f"want an estimate of {', '.join(ESTIMATES)}, got {estimate!r}")
    places = np.indices(grid)[::-1].reshape(2, -1).T + 0.5  # (N, 2) x, y

    def _walk(start: int, frames: Iterator[int], box: Box) -> Iterator[tuple[Box, float]]:
        for frame in frames:
            partner = steps[start] if frame > start else steps[frame].argsort()
            inside = (np.abs(places - box[0]) < box[1]).all(1)
            box, confidence = _moved(box, places[inside], places[partner[inside]], estimate)
            start = frame
            yield box, confidence

    return _followed(_walk, len(steps) + 1, grid, boxes)


def _followed(walk: Follow, count: int, grid: tuple[int, int], boxes: Mapping[int, Sequence[float]]) -> BoxTrack:
    """Walk from every drawn box to its neighbours, and mix what comes from both."""
    drawn, scale = _checked(boxes, count), np.array([grid[1], grid[0]] * 2, float)
    total, weights, agree = np.zeros((count, 4)), np.zeros(count), np.zeros(count)
    for before, start, after in zip([None, *drawn], drawn, [*list(drawn)[1:], None]):
        corner = np.array(drawn[start]) * scale
        box = (corner[:2] + corner[2:]) / 2, (corner[2:] - corner[:2]) / 2
        total[start], weights[start], agree[start] = corner, 1, 1
        for frames, end in (
            (range(start + 1, count if after is None else after), after),
            (range(start - 1, -1 if before is None else before, -1), before),
        ):
            for frame, ((middle, half), confidence) in zip(frames, walk(start, iter(frames), box)):
                share = 1.0 if end is None else 1 - abs(frame - start) / abs(end - start)
                weight = share * max(confidence, LOST)  # whoever has lost it hardly counts
                total[frame] += weight * np.concatenate([middle - half, middle + half])
                agree[frame] += weight * confidence
                weights[frame] += weight
    found = (total / weights[:, None] / scale).clip(0, 1)
    return BoxTrack(found, agree / weights, np.array(list(drawn), np.int64))


def _checked(boxes: Mapping[int, Sequence[float]], count: int) -> dict[int, Sequence[float]]:
    """The boxes in the order of their frames."""
    if not boxes or not all(0 <= frame < count for frame in boxes):
        raise ValueError(f"want boxes at frames 0 to {count - 1}, got {sorted(boxes)[:8]}")
    for frame, box in boxes.items():
        x1, y1, x2, y2 = box if len(box) == 4 else (np.nan,) * 4
        if not (0 <= x1 < x2 <= 1 and 0 <= y1 < y2 <= 1):
            raise ValueError(f"want boxes x1 < x2, y1 < y2 within 0 to 1, got {tuple(box)} at frame {frame}")
    return {int(frame): boxes[frame] for frame in sorted(boxes)}


def _unit(frame: np.ndarray) -> np.ndarray:
    """(N, C) float32 patches of length 1; what has none stays as it is."""
    frame = frame.astype(np.float32, copy=False)
    length = np.sqrt(np.einsum("nc,nc->n", frame, frame))
    if not np.isfinite(length).all():
        raise ValueError("want finite features, got nan or infinity")
    return frame / np.where(length > 0, length, 1)[:, None]


@dataclass(frozen=True, eq=False)
class _Template:
    """What a box looked like at M points when it was drawn."""

    points: np.ndarray  # (M, 2) x, y within the box, -1 to 1
    features: np.ndarray  # (M, C) float32 of length 1
    weights: np.ndarray  # (M,) float64, which sum to 1


def _template(frame: np.ndarray, grid: tuple[int, int], box: Box) -> _Template:
    middle, half = box
    counts = np.clip(np.rint(2 * half), FEWEST, MOST).astype(int)
    along = [(np.arange(n) + 0.5) / n * 2 - 1 for n in counts]
    points = np.stack(np.meshgrid(*along), -1).reshape(-1, 2)
    maps = frame.T.reshape(-1, *grid)  # (C, rows, columns)
    features = _unit(_between(maps, middle + points * half).T)
    weights = (1 - FADE * points**2).prod(1)
    apart = np.abs(np.indices(grid)[::-1].reshape(2, -1).T + 0.5 - middle)
    around = (apart > half + 0.5).any(1) & (apart < 2 * half + 3).all(1)
    if around.any():
        alike = np.sort(features @ frame[around].T, 1)[:, -3:].mean(1)
        weights = weights * (1 - alike).clip(LEAST_WEIGHT)
    return _Template(points, features, weights / weights.sum())


def _between(maps: np.ndarray, places: np.ndarray) -> np.ndarray:
    """(C, M) values of C maps at M places (x, y), between the middles of patches; beyond the outermost, these."""
    (x, y), shares = _corners(places, maps.shape[1:])
    return sum(maps[:, y + k // 2, x + k % 2] * shares[:, k] for k in range(4))


def _cosines(maps: np.ndarray, gram: np.ndarray, places: np.ndarray) -> np.ndarray:
    """(K, M): cosine of point m with what lies at place (k, m) of places (K, M, 2) x, y.

    A mixture of patches is shorter than they are: without its length, points would be drawn to the middles of patches.

    Args:
        maps: (M, rows, columns) cosines of the points with all patches.
        gram: (rows - 1, columns - 1, 4, 4) of _gram.
        places: (K, M, 2).
    """
    (x, y), shares = _corners(places, maps.shape[1:])
    m = np.arange(len(maps))
    found = sum(maps[m, y + k // 2, x + k % 2] * shares[..., k] for k in range(4))
    squared = ((gram[y, x] @ shares[..., None])[..., 0] * shares).sum(-1)
    return found / np.sqrt(squared.clip(SHORTEST))


def _gram(frame: np.ndarray, grid: tuple[int, int]) -> np.ndarray:
    """(rows - 1, columns - 1, 4, 4) cosines among the four patches around each inner corner of the grid."""
    whole = frame.reshape(*grid, -1)
    four = np.stack([whole[k // 2 : grid[0] - 1 + k // 2, k % 2 : grid[1] - 1 + k % 2] for k in range(4)], 2)
    return four @ four.swapaxes(-1, -2)


def _corners(places: np.ndarray, grid: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """The upper left (2, ...) x, y of the four patches around places (..., 2), and the share (..., 4) of each."""
    inner = np.moveaxis(places - 0.5, -1, 0)
    last = np.array(grid[::-1]).reshape(2, *[1] * (places.ndim - 1)) - 1
    inner = np.minimum(inner.clip(0), last - 1e-6)
    patch = inner.astype(np.int64)
    u, v = (inner - patch).astype(np.float32)
    return patch, np.stack([(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v], -1)


def _offsets(reach: float, stride: float) -> np.ndarray:
    """(K, 2) offsets x, y of 0 to `reach` patches either way; no move first, so that it wins among equals."""
    line = np.arange(-reach, reach + stride / 2, stride)
    offsets = np.stack(np.meshgrid(line, line), -1).reshape(-1, 2)
    return offsets[(offsets**2).sum(1).argsort(kind="stable")]


def _locate(template: _Template, frame: np.ndarray, grid: tuple[int, int], box: Box) -> tuple[Box, float]:
    """Where the template is in a frame, near a box, and how many of its points agree."""
    (middle, half), weights = box, template.weights
    maps = (template.features @ frame.T).reshape(-1, *grid)  # (M, rows, columns) cosines
    moves, gram = _offsets(REACH, STRIDE), _gram(frame, grid)
    score = _cosines(maps, gram, middle + moves[:, None] + template.points * half) @ weights - STILL * (moves**2).sum(1)
    middle = middle + moves[score.argmax()]
    own = _offsets(LOCAL, STRIDE)
    places = middle + template.points * half
    alike = _cosines(maps, gram, places + own[:, None]) - STILL * (own**2).sum(1)[:, None]  # (K, M)
    best = alike.argmax(0)
    trust = weights * alike[best, np.arange(len(best))].clip(0)  # (M,)
    x = template.points * half
    stretch = (trust[:, None] * x * own[best]).sum(0) / ((trust[:, None] * x**2).sum(0) + 1e-9)
    half = half * (1 + GAIN * stretch).clip(1 - GROWTH, 1 + GROWTH)
    row, column = np.divmod(maps.reshape(len(maps), -1).argmax(1), grid[1])
    far = np.abs(np.stack([column, row], 1) + 0.5 - places).max(1)
    return (middle, half), float(weights[far <= NEAR].sum())


def _moved(box: Box, here: np.ndarray, there: np.ndarray, estimate: str) -> tuple[Box, float]:
    """The box after the patches in it went from (K, 2) to (K, 2), and the share of them that agree."""
    middle, half = box
    if not len(here):
        return box, 0.0
    scale, after = 1.0, here + np.median(there - here, 0)
    if estimate == "similarity" and len(here) >= 3:
        matrix, _ = cv2.estimateAffinePartial2D(here, there, method=cv2.RANSAC, ransacReprojThreshold=NEAR)
        if matrix is not None:
            after = here @ matrix[:, :2].T + matrix[:, 2]
            scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    agree = np.abs(there - after).max(1) <= NEAR
    half = half * np.clip(scale, 1 - WORST_STEP, 1 + WORST_STEP)
    return (middle + (after - here).mean(0), half), float(agree.mean())
