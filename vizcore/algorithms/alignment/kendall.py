"""How well embeddings tell the time: order of nearest neighbours (Kendall's tau), phases named, progress guessed.

    x (M, D), y (N, D) - nearest neighbour -> (M,) frames of y - tau against 0, 1, 2 ... -> 1 in order, -1 reversed
    frames (K, D), phases (K,) - logistic regression -> phases of other frames
    frames (K, D), how far from each boundary (K, P - 1) - linear regression -> R^2 on other frames

Sources: Kendall 1938 and 1945 (tau-a, tau-b); the three scores: Dwibedi et al. 2019 (TCC), whose code says what the
paper leaves open.
"""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax

from vizcore.algorithms.ties import SLACK, first_least

STRIDE = 5  # frames between those that are matched: the authors' evaluation


def kendall_tau(order: np.ndarray, variant: str = "b") -> float:
    """How far a sequence rises: concordant less discordant pairs among all pairs of places.

    Args:
        order: (T,) numbers, such as matched frames; it is compared with 0, 1, 2 ...
        variant: "a" divides by all T (T - 1) / 2 pairs, so that repeats cost; "b" by the geometric mean of that and the
            pairs that are not tied in the order (scipy's, and the authors').

    Returns:
        -1 to 1; nan where there is nothing to order: fewer than 2 numbers, or, for "b", all of them equal.

    Raises:
        ValueError: not (T,), a nan, or an unknown variant.
    """
    order = np.asarray(order, np.float64)
    if order.ndim != 1 or np.isnan(order).any() or variant not in ("a", "b"):
        raise ValueError(f'want (T,) numbers without nan and variant "a" or "b", got {order.shape} and {variant!r}')
    risen = untied = 0
    for t, value in enumerate(order):
        signs = np.sign(order[t + 1 :] - value)
        risen += signs.sum()
        untied += np.count_nonzero(signs)
    pairs = len(order) * (len(order) - 1) // 2
    whole = pairs if variant == "a" else np.sqrt(float(pairs) * untied)
    return float(risen / whole) if whole else float("nan")


def nearest(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(M,) int64: for every frame of x (M, D) the frame of y (N, D) that is nearest by Euclid.

    Of frames that are equally near, up to what rounding the features to their own type does to a distance, it is the
    first: held frames of a film are one and the same. Products are made of features less their mean, in float64.

    Raises:
        ValueError: a sequence is empty, not 2-D or not finite, or the widths differ.
    """
    x, y = np.asarray(x), np.asarray(y)
    kind = np.result_type(x, y, np.float16)
    x, y = x.astype(np.float64), y.astype(np.float64)
    if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[1] or 0 in (*x.shape, *y.shape):
        raise ValueError(f"want features (M, D) and (N, D), not empty, of one width D, got {x.shape} and {y.shape}")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("want finite features, got nan or infinity")
    rounding = SLACK * float(np.finfo(kind).eps) * np.linalg.norm(x, axis=1)  # (M,) of a frame, as a length
    centre = y.mean(0)
    x, y = x - centre, y - centre
    ours, theirs = np.vecdot(x, x), np.vecdot(y, y)
    squares = (theirs - 2 * x @ y.T + ours[:, None]).clip(0)  # (M, N)
    own = SLACK * float(np.finfo(np.float64).eps) * (ours + theirs.max())  # (M,) of these sums
    tie = 2 * np.sqrt(squares.min(1)) * rounding + rounding**2 + own
    return first_least(squares, tie[:, None], axis=1)


def mean_tau(sequences: Sequence[np.ndarray], stride: int = STRIDE, variant: str = "b") -> float:
    """Kendall's tau of nearest neighbours, a mean over all ordered pairs of sequences of one action.

    Args:
        sequences: embeddings (T, D) each, T may differ.
        stride: every how many frames one is taken, of both sequences of a pair.
        variant: as kendall_tau.

    Returns:
        -1 to 1, without the pairs whose tau is nan; nan where no pair is left.
    """
    taken = [sequence[::stride] for sequence in sequences]
    pairs = [(x, y) for i, x in enumerate(taken) for j, y in enumerate(taken) if i != j]
    taus = np.array([kendall_tau(nearest(x, y), variant) for x, y in pairs])
    taus = taus[~np.isnan(taus)]
    return float(taus.mean()) if len(taus) else float("nan")


def name_phases(features: np.ndarray, phases: np.ndarray, others: np.ndarray, penalty: float = 1.0) -> np.ndarray:
    """Phases of other frames by multinomial logistic regression; the share that is right is phase classification.

    Args:
        features: (K, D) embeddings of frames whose phases are known.
        phases: (K,) ints, at least two different ones.
        others: (L, D) embeddings to be named.
        penalty: half of it times the squared weights is added to the summed cross entropy (scikit-learn's 1 / C); the
            intercepts go free.

    Returns:
        (L,) int64 phases.

    Raises:
        ValueError: the shapes do not belong together, a value is not finite, or all phases are one.
    """
    features, phases, others = np.asarray(features, np.float64), np.asarray(phases), np.asarray(others, np.float64)
    fits = features.ndim == others.ndim == 2 and features.shape[1] == others.shape[1]
    if (
        not fits
        or phases.shape != features.shape[:1]
        or not np.isfinite(features).all()
        or not np.isfinite(others).all()
    ):
        raise ValueError(
            "want finite features (K, D), phases (K,) and features (L, D), "
            f"got {features.shape}, {phases.shape} and {others.shape}"
        )
    names, which = np.unique(phases, return_inverse=True)
    if len(names) < 2:
        raise ValueError(f"want at least two different phases, got {names.tolist()}")
    width, truth = features.shape[1], np.eye(len(names))[which]  # (K, P)

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(width + 1, len(names))  # the last row are the intercepts
        log_share = log_softmax(features @ weights[:-1] + weights[-1], 1)
        off = np.exp(log_share) - truth
        slope = np.vstack([features.T @ off + penalty * weights[:-1], off.sum(0)])
        return -log_share[truth > 0].sum() + penalty / 2 * np.square(weights[:-1]).sum(), slope.ravel()

    found = minimize(loss, np.zeros((width + 1) * len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 1000})
    weights = found.x.reshape(width + 1, len(names))
    return names[(others @ weights[:-1] + weights[-1]).argmax(1)]


def progress(phases: np.ndarray, count: int) -> np.ndarray:
    """How far each frame is from the end of each phase but the last, as a share of the sequence.

    Args:
        phases: (T,) ints from 0 to count - 1, never falling.
        count: phases that the action has, 2 or more.

    Returns:
        (T, count - 1) float64: (frame - boundary) / T. The boundary of a phase is its last frame; of one that is left
        out the first frame of a later phase; where none comes any more the last frame.
    """
    phases = np.asarray(phases)
    if phases.ndim != 1 or not len(phases) or count < 2:
        raise ValueError(f"want phases (T,), not empty, and a count of 2 or more, got {phases.shape} and {count}")
    frames = np.arange(len(phases))
    boundaries = []
    for phase in range(count - 1):
        inside, later = frames[phases == phase], frames[phases > phase]
        boundaries.append(inside[-1] if len(inside) else later[0] if len(later) else frames[-1])
    return (frames[:, None] - np.array(boundaries)) / len(frames)


def phase_progression(
    sequences: Sequence[np.ndarray],
    phases: Sequence[np.ndarray],
    other_sequences: Sequence[np.ndarray],
    other_phases: Sequence[np.ndarray],
    count: int,
) -> float:
    """How well a linear regression tells how far the action is: mean R^2 over the boundaries, on other sequences.

    Args:
        sequences: embeddings (T, D) each, to be fitted.
        phases: (T,) ints each, as progress.
        other_sequences: embeddings (T, D) each, to be guessed.
        other_phases: (T,) ints each.
        count: phases that the action has.

    Returns:
        At most 1; 0 is as good as the mean, below it worse. nan where a target does not change.
    """
    targets, other_targets = (np.concatenate([progress(p, count) for p in each]) for each in (phases, other_phases))
    features, others = (np.vstack([np.insert(x, 0, 1.0, 1) for x in each]) for each in (sequences, other_sequences))
    guess = others @ np.linalg.lstsq(features, targets)[0]  # (L, P - 1)
    missed, spread = np.square(guess - other_targets).sum(0), np.square(other_targets - other_targets.mean(0)).sum(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(np.mean(np.where(spread > 0, 1 - missed / spread, np.nan)))
