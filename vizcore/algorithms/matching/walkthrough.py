"""Alignment and de-alignment line by line on a small example, as printed (faults and all) or as it has to be.

    x (T, N, C) - Algorithm 1 -> aligned (T, N, C), masks - Algorithm 2 -> restored (T, N, C) == x;   a Stage a line

The lines are those of the ATA supplement (arXiv 2210.00132), Algorithms 1 and 2. Two of its faults can be switched
on: `linear_sum_assignment` called as it stands minimises, and the list of masks is read one place too far.
"""

from dataclasses import dataclass

import numpy as np

from vizcore.algorithms.matching.assignment import assign

SMALLEST_NORM = 1e-12
ROUNDING = 1e-6  # of a total: two ways of matching that differ by less are equally good


@dataclass(frozen=True, eq=False)
class Stage:
    """One line of the algorithms, after it has run."""

    title: str
    code: str  # the line itself
    words: str  # what it did, here
    matrix: np.ndarray  # (R, C) float64: what the line made or looked at
    rows: str  # what a row of the matrix is
    columns: str
    pairs: tuple[tuple[int, int], ...] = ()  # cells (row, column) that the line chose
    permutation: np.ndarray | None = None  # (N,) int64: place i holds token permutation[i] of what was there
    totals: tuple[float, float] | None = None  # summed similarity if all stay, and as matched
    fault: str | None = None  # what has gone wrong


# Small inputs (T, N, C) that show one thing each.
EXAMPLES = {
    "a shift": np.eye(3)[[[0, 1, 2], [2, 0, 1]]],
    "both want the same": np.array(  # cosines .9 .8 / .85 .1: the best of both rows is column 0
        [
            [[0.9, 0.325, np.sqrt(0.084375)], [0.85, -0.5125, np.sqrt(0.01484375)]],
            [[1.0, 0.0, 0.0], [0.6, 0.8, 0.0]],
        ]
    ),
    "a chain of shifts": np.eye(4)[[[0, 1, 2, 3], [1, 2, 3, 0], [2, 3, 0, 1]]],
    "two that swap": np.array([[[1.0, 0.0], [0.0, 1.0]], [[0.6, 0.8], [0.8, 0.6]], [[0.0, 1.0], [1.0, 0.0]]]),
}


def walk(x: np.ndarray, *, minimise: bool = False, off_by_one: bool = False) -> tuple[Stage, ...]:
    """Run Algorithms 1 and 2 and stop after every line.

    Args:
        x: (T, N, C) tokens, never changed; small, since every line is kept.
        minimise: match as printed, without `maximize=True`: the least similar permutation wins.
        off_by_one: read the masks as printed: T - 1 masks, frame t takes the mask at t, which is frame t + 1's.

    Returns:
        the lines in order; the last Stage compares what came back with x and has a fault unless they are equal.

    Raises:
        ValueError: x is not (T, N, C), one axis is empty, or a value is not finite.
    """
    x = np.array(x, np.float64)
    if x.ndim != 3 or 0 in x.shape or not np.isfinite(x).all():
        raise ValueError(f"want finite tokens (T, N, C), none empty, got {x.shape}")
    stages: list[Stage] = []
    aligned, masks = [x[0]], []
    for t in range(1, len(x)):
        lines, sigma = _align_frame(aligned[-1], x[t], t, minimise)
        stages += lines
        aligned.append(x[t][sigma])
        masks.append(sigma.argsort())  # what argmax(-1) of the transposed one-hot mask gives
    restored = [aligned[0]]
    for t in range(1, len(x)):
        stage, back = _restore_frame(aligned[t], masks, t, off_by_one)
        stages.append(stage)
        restored.append(aligned[t][back])
        if stage.fault:
            restored += aligned[t + 1 :]
            break
    return (*stages, _compare(x, np.stack(restored)))


def _align_frame(before: np.ndarray, now: np.ndarray, t: int, minimise: bool) -> tuple[list[Stage], np.ndarray]:
    """The body of Algorithm 1's loop for frame t: its lines, and sigma (N,)."""
    prev, curr = _normalised(before), _normalised(now)
    similarity = prev @ curr.T  # (N, N)
    place, token = f"place in frame {t - 1}, aligned", f"token of frame {t}"
    matched, sigma = _match(similarity, place, token, t, minimise)
    earlier = Stage(
        title=f"Frame {t}: the frame before",
        code=f"prev = normalize(x[{t - 1}], dim=-1)",
        words="Every token of the frame before, as already aligned, is brought to length 1.",
        matrix=prev,
        rows=place,
        columns="channel",
    )
    later = Stage(
        title=f"Frame {t}: this frame",
        code=f"curr = normalize(x[{t}], dim=-1)",
        words="So is every token of this frame, in its raw order.",
        matrix=curr,
        rows=token,
        columns="channel",
    )
    pairs = Stage(
        title=f"Frame {t}: similarity",
        code="similarity = prev @ curr.t()",
        words="A product of tokens of length 1 is their cosine: 1 for one direction, 0 for unrelated ones.",
        matrix=similarity,
        rows=place,
        columns=token,
    )
    return [earlier, later, pairs, matched, *_use(now, sigma, place, token, t)], sigma


def _match(similarity: np.ndarray, place: str, token: str, t: int, minimise: bool) -> tuple[Stage, np.ndarray]:
    """The line that calls the solver, and sigma (N,)."""
    sigma = assign(-similarity if minimise else similarity)
    stay, matched, best = (_total(similarity, order) for order in (np.arange(len(sigma)), sigma, assign(similarity)))
    fault = None
    if matched < best - ROUNDING:
        fault = f"The solver minimises by default: {matched:.2f} where {best:.2f} is possible."
    stage = Stage(
        title=f"Frame {t}: matching",
        code=f"alignment = linear_sum_assignment(similarity{'' if minimise else ', maximize=True'})",
        words=f"Of all ways to give every place its own token, the {'least' if minimise else 'most'} similar one is "
        f"taken: {matched:.2f} in total, {stay:.2f} if all stayed.",
        matrix=similarity,
        rows=place,
        columns=token,
        pairs=tuple(enumerate(sigma.tolist())),
        permutation=sigma,
        totals=(stay, matched),
        fault=fault,
    )
    return stage, sigma


def _use(now: np.ndarray, sigma: np.ndarray, place: str, token: str, t: int) -> tuple[Stage, Stage]:
    """The lines that keep the way back and gather the tokens."""
    back = sigma.argsort()
    inverse = Stage(
        title=f"Frame {t}: keep the way back",
        code="dealignment.append(alignment.t())",
        words="The matching as ones and zeros, transposed: row j tells at which place token j was put.",
        matrix=np.eye(len(sigma))[back],
        rows=token,
        columns=place,
        pairs=tuple(enumerate(back.tolist())),
        permutation=back,
    )
    gathered = Stage(
        title=f"Frame {t}: aligned",
        code=f"x[{t}] = x[{t}, alignment.argmax(-1)]",
        words=f"Places 0 to {len(sigma) - 1} now hold tokens {_listed(sigma)} of frame {t}.",
        matrix=now[sigma],
        rows=f"place in frame {t}, aligned",
        columns="channel",
        permutation=sigma,
    )
    return inverse, gathered


def _restore_frame(tokens: np.ndarray, masks: list, t: int, off_by_one: bool) -> tuple[Stage, np.ndarray]:
    """The body of Algorithm 2's loop for frame t: its line, and the order (N,) in which tokens are taken."""
    slot = t if off_by_one else t - 1
    code = f"x[{t}] = x[{t}, dealignment[{slot}].argmax(-1)]"
    title, rows = f"Frame {t}: de-aligned", f"token of frame {t}"
    if slot == len(masks):
        fault = f"IndexError: dealignment has length {len(masks)}, so dealignment[{slot}] does not exist; it ends here."
        words = f"Frame {t} asks for a mask that was never made."
        return Stage(title, code, words, tokens, rows, "channel", fault=fault), np.arange(len(tokens))
    back = masks[slot]
    words = f"Tokens 0 to {len(back) - 1} are taken from places {_listed(back)}, by the mask of frame {slot + 1}."
    return Stage(title, code, words, tokens[back], rows, "channel", permutation=back), back


def _compare(x: np.ndarray, restored: np.ndarray) -> Stage:
    """The last stage: how far each token is from where it began."""
    apart = np.abs(restored - x).max(-1)  # (T, N)
    wrong = np.flatnonzero(apart.any(-1))
    words = "De-aligned, every token equals the one that came in, bit by bit."
    fault = None
    if wrong.size:
        words = "The tokens that came back are not the tokens that came in."
        fault = f"Not restored: frame{'s' if wrong.size > 1 else ''} {_listed(wrong)}."
    return Stage("Check", "Dealign(*Align(x)) == x", words, apart, "frame", "token", fault=fault)


def _normalised(tokens: np.ndarray) -> np.ndarray:
    return tokens / np.maximum(np.linalg.norm(tokens, axis=-1, keepdims=True), SMALLEST_NORM)


def _total(similarity: np.ndarray, sigma: np.ndarray) -> float:
    return float(np.take_along_axis(similarity, sigma[:, None], 1).sum())


def _listed(numbers: np.ndarray) -> str:
    return ", ".join(map(str, numbers.tolist()))
