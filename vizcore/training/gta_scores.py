"""How well vectors of frames tell where in an action a frame is: order of nearest neighbours, and how far off in phase.

    vectors (M, T, D) of clips, their actions and phases -> every ordered pair of clips of one action
        - nearest frame of the other clip -> Kendall's tau, difference of the true phases
        - hard DTW on squared distances  -> difference of the true phases along the path
    vectors of clips of two splits -> linear readers fitted on the one -> quarter and progress of the other's frames

Means are over pairs, then over COUNTED actions. Kendall's tau asks for order alone: numbering the frames of a clip has
a tau of 1 without looking at them, which only the phase errors give away.
"""

from collections.abc import Sequence
from itertools import permutations

import numpy as np
import torch
from torch import nn

from vizcore.algorithms.alignment.dtw import distances, dtw
from vizcore.algorithms.alignment.kendall import kendall_tau, name_phases, phase_progression
from vizcore.training.gta_clips import ACTIONS, COUNTED
from vizcore.training.tokens import Arrays

TAU = "tau"
QUARTERS = 4  # of an action, by its true phase: what a reader is to name
READ = ("quarters named", "progression")
ERRORS = ("phase error of neighbours", "phase error of warping", "median phase error of warping")


@torch.no_grad()
def embedded(net: nn.Module, data: Arrays, batch: int = 40) -> np.ndarray:
    """(M, T, D) what an embedder in eval mode makes of every clip.

    Args:
        net: an embedder in eval mode.
        data: with tokens (M, T, N, C).
        batch: clips that go through the net together.
    """
    starts, device = range(0, len(data["tokens"]), batch), next(net.parameters()).device
    parts = [net.embed(torch.from_numpy(data["tokens"][k : k + batch]).float().to(device)) for k in starts]
    return torch.cat(parts).cpu().numpy()


def scores(vectors: np.ndarray, data: Arrays) -> dict[str, float]:
    """Every metric of the clips of a split, that of each action as "tau ACTION"."""
    rows = {action: of_action(vectors, data, action) for action in ACTIONS}
    found = {name: float(np.mean([rows[action][name] for action in COUNTED])) for name in rows[ACTIONS[0]]}
    return found | {f"{TAU} {action}": row[TAU] for action, row in rows.items()}


def of_action(vectors: np.ndarray, data: Arrays, action: str) -> dict[str, float]:
    """The metrics of one action, means over every ordered pair of its clips; the median is that of all pairs' steps.

    Args:
        vectors: (M, T, D).
        data: with number (M,) and phase (M, T).
        action: of ACTIONS.
    """
    clips = np.flatnonzero(data["number"] == ACTIONS.index(action))
    taus, strict, near, steps = [], [], [], []
    for i, j in permutations(clips, 2):
        far = distances(vectors[i], vectors[j], "squared")
        nearest = far.argmin(1)
        taus.append(kendall_tau(nearest, "b"))
        strict.append(kendall_tau(nearest, "a"))
        near.append(np.abs(data["phase"][i] - data["phase"][j][nearest]).mean())
        path = dtw(far).path
        steps.append(np.abs(data["phase"][i][path[:, 0]] - data["phase"][j][path[:, 1]]))
    warped = float(np.mean([step.mean() for step in steps])), float(np.median(np.concatenate(steps)))
    found = {TAU: mean_of_known(taus), "tau-a": float(np.mean(strict))}
    return found | dict(zip(ERRORS, (float(np.mean(near)), *warped), strict=True))


def read_out(known: np.ndarray, known_data: Arrays, vectors: np.ndarray, data: Arrays) -> dict[str, float]:
    """How well linear readers of each action, fitted on clips of one split, tell the phase in those of another.

    Args:
        known: (M, T, D) vectors of the clips `known_data`, to be fitted.
        known_data, data: with number (M,) and phase (M, T) of either.
        vectors: (L, T, D) of the clips `data`, to be read.

    Returns:
        "quarters named": share of frames whose quarter of the action is found by a logistic regression; "progression":
        R^2 of a linear regression of the distance in time from the end of each quarter.
    """
    found = []
    for action in COUNTED:
        rows, other = (np.flatnonzero(each["number"] == ACTIONS.index(action)) for each in (known_data, data))
        x, y = known[rows], vectors[other]
        p, q = (quarter_of(each["phase"][some]) for each, some in ((known_data, rows), (data, other)))
        named = name_phases(x.reshape(-1, x.shape[-1]), p.ravel(), y.reshape(-1, y.shape[-1]))
        found.append(((named == q.ravel()).mean(), phase_progression(x, p, y, q, QUARTERS)))
    return dict(zip(READ, np.mean(found, 0).tolist(), strict=True))


def quarter_of(phase: np.ndarray) -> np.ndarray:
    """Which quarter of an action phases from 0 to 1 are in, 0 to 3."""
    return np.minimum((phase * QUARTERS).astype(np.int64), QUARTERS - 1)


def tau_of_some(vectors: np.ndarray, number: np.ndarray, each: int) -> float:
    """Tau alone, of the first `each` clips of every counted action: for a look while a net is trained.

    Args:
        vectors: (M, T, D).
        number: (M,) of the action.
        each: clips of an action, 2 or more.
    """
    found = []
    for action in COUNTED:
        pairs = permutations(np.flatnonzero(number == ACTIONS.index(action))[:each], 2)
        taus = [kendall_tau(distances(vectors[i], vectors[j], "squared").argmin(1)) for i, j in pairs]
        found.append(mean_of_known(taus))
    return float(np.mean(found))


def mean_of_known(taus: Sequence[float]) -> float:
    """The mean less nan, which a pair has whose nearest frames are all the same one; nan where no pair is left."""
    known = [tau for tau in taus if np.isfinite(tau)]
    return float(np.mean(known)) if known else float("nan")


def first_of_each(data: Arrays, each: int) -> Arrays:
    """The first clips of every action."""
    rows = np.concatenate([np.flatnonzero(data["number"] == k)[:each] for k in range(len(ACTIONS))])
    return {name: array[np.sort(rows)] for name, array in data.items()}
