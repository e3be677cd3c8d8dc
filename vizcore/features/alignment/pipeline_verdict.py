"""What a result of this feature comes to, in one sentence; what a model does not know comes first.

PathNumbers of a pair -> sentence;  several of them -> sentence;  neighbours, cycles, gamma, stories -> sentence
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vizcore.features.alignment.pipeline_trust import COPY, NOT_TRUSTED, TRUSTED, WEAK, Limits
from vizcore.runtime.domain import Badge

NAN = float("nan")
FLAT = 1e-4  # of a cost: a range that is a hundred times the rounding of a cosine
FAR = 0.1  # of the second clip: a path that is farther off, and than no warping at all, is no alignment
ORDERED, PARTLY = 0.5, 0.2  # Kendall's tau from which nearest neighbours keep the order of time, or do so in part
CAVEATS = {"outside": "The model does not know such clips", "random": "The model has random weights"}


@dataclass(frozen=True)
class PathNumbers:
    """What is known of a path through N x M pairs of moments."""

    lengths: tuple[int, int]  # N, M
    cost: float  # mean of a pair along the path
    spread: float  # the largest cost of any pair less the least
    tau: float  # Kendall's tau-b of the nearest neighbours, mean of both directions; nan where undefined
    off: float = NAN  # mean distance of the path from the ground truth, in frames of B; nan where nobody knows
    together: float = NAN  # the same of both clips simply played together
    span: int = 0  # frames of B
    centred: float = NAN  # mean cost of a pair along the path, of vectors less the mean of their own clip
    copied: float = NAN  # the same of pixels, where these are a second witness
    limits: Limits | None = None  # of the centred cost; None where none were measured for such vectors

    @property
    def known(self) -> bool:
        """There is ground truth."""
        return not np.isnan(self.off)

    @property
    def level(self) -> str:
        """One of LEVELS by the limits, or by pixels that change alike; weak where nothing was measured."""
        if self.limits is None:
            return WEAK
        return TRUSTED if self.copied < COPY else self.limits.level(self.centred)


def doubt(path: PathNumbers) -> str:
    """Why the path is no alignment that can be relied on; "" where nothing says so."""
    if min(path.lengths) == 1:
        return ""
    if path.spread < FLAT:
        return "every moment of A is as much like one moment of B as like any other"
    if path.known:
        wrong = path.off > path.together and path.off > FAR * path.span
        told = f"the path is {path.off:.1f} frames off the ground truth, both clips simply played together"
        return f"{told} are {path.together:.1f} off" if wrong else ""
    if path.limits:
        strange = path.level == NOT_TRUSTED
        told = f"the path's mean centred cost is {path.centred:.2f}, as in unrelated clips"
        return f"{told} (mostly {path.limits.weak:.2f} or more)" if strange else ""
    if np.isnan(path.tau):
        return "all moments of a clip have one and the same nearest neighbour"
    if path.tau >= PARTLY:
        return ""
    return f"nearest neighbours {_order(path.tau)} (Kendall's tau {_signed(path.tau)})"


def trust(path: PathNumbers, badge: Badge | None) -> str:
    """Whether a path is trusted, weak or not trusted: by the ground truth, else by limits; weak where there are none.

    Args:
        path: its numbers.
        badge: how far the model is at home in the clips; None without a model.
    """
    if min(path.lengths) == 1 or doubt(path):
        return NOT_TRUSTED
    if path.known:
        return TRUSTED
    if badge and badge.domain in CAVEATS:
        return NOT_TRUSTED
    return path.level


def path_verdict(path: PathNumbers, badge: Badge | None) -> str:
    """What the path between two clips, or two files, comes to.

    Args:
        path: its numbers.
        badge: how far the model is at home in the clips; None without a model.
    """
    why = doubt(path)
    if why:
        return with_caveat(badge, f"No reliable alignment: {why}.")
    if min(path.lengths) == 1:
        return with_caveat(
            badge, "One moment is joined with every moment of the other side: there is no order to keep."
        )
    if path.known:
        told = f"The path is {path.off:.1f} frames off the ground truth"
        if path.together <= path.off:
            return with_caveat(badge, f"{told}; simply played together both are {path.together:.1f} off already.")
        return with_caveat(badge, f"{told}, against {path.together:.1f} when both are simply played together.")
    if path.limits:
        strange = badge is not None and badge.domain in CAVEATS
        told = f"The path's mean centred cost is {path.centred:.2f}."
        return with_caveat(badge, told if strange else _by_limits(path, path.limits))
    order = f"Nearest neighbours {_order(path.tau)} (Kendall's tau {_signed(path.tau)})"
    return with_caveat(badge, f"{order}; a pair of the path costs {path.cost:.3f} on the mean.")


def together_verdict(paths: Sequence[PathNumbers], warped: bool, badge: Badge | None) -> str:
    """What several clips on one reference come to; a clip is called by its number, from 1.

    Args:
        paths: one for each clip, at least one.
        warped: False: all are simply played together.
        badge: how far the model is at home in the clips; None without a model.
    """
    known = {number: path for number, path in enumerate(paths, 1) if path.known}
    clips = f"The {len(paths)} clips are" if len(paths) > 1 else "The other clip is"
    off, before = (
        float(np.mean([getattr(path, name) for path in known.values()])) if known else NAN
        for name in ("off", "together")
    )
    if not warped:
        if not known:
            return f"{clips} simply played together with the reference; nobody knows how far that is off."
        return f"Simply played together: {before:.1f} frames off the ground truth on the mean; warped, {off:.1f}."
    doubted = [number for number, path in enumerate(paths, 1) if doubt(path)]
    if doubted:
        which = f"any of the {len(paths)} clips" if len(doubted) == len(paths) > 1 else _clips(doubted)
        return with_caveat(badge, f"No reliable alignment for {which}.")
    if known:
        worst = max(known, key=lambda number: known[number].off)
        most = f"; the worst is clip {worst} with {known[worst].off:.1f}" if len(known) > 1 else ""
        told = f"{clips} {off:.1f} frames off the ground truth on the mean, {before:.1f} when simply played together"
        return with_caveat(badge, f"{told}{most}.")
    if all(path.limits for path in paths):
        cost = np.mean([path.centred for path in paths])
        told = f"{clips} warped onto the reference with a mean centred cost of {cost:.2f}"
        return with_caveat(badge, f"{told}; {_weak_among(paths)}.")
    tau = [float(np.nan_to_num(path.tau, nan=-1)) for path in paths]
    least = f"; the least tau is {_signed(min(tau))}, of clip {tau.index(min(tau)) + 1}" if len(paths) > 1 else ""
    told = f"{clips} warped onto the reference with a Kendall's tau of {_signed(float(np.mean(tau)))}"
    return with_caveat(badge, f"{told}{' on the mean' if len(paths) > 1 else ''}{least}.")


def nearest_verdict(tau: tuple[float, float]) -> str:
    """Whether nearest neighbours, each chosen alone, keep the order of time.

    Args:
        tau: Kendall's tau-b from A to B and back; nan where undefined.
    """
    if np.isnan(tau).any():
        return "Kendall's tau is undefined: there is one moment only, or all have one and the same nearest neighbour."
    there, back = map(_signed, tau)
    order = _order(float(np.mean(tau)))
    return f"Nearest neighbours {order}: Kendall's tau is {there} from A to B and {back} back."


def cycle_verdict(returned: np.ndarray, tolerance: int, loss: float) -> str:
    """How many moments of A return to where they began.

    Args:
        returned: (N,) places at which the cycles end.
        tolerance: places between begin and end that still count as consistent.
        loss: cycle loss, nats.
    """
    count = len(returned)
    back = int((np.abs(returned - np.arange(count)) <= tolerance).sum())
    many = f"All {count} moments" if back == count > 1 else f"{back} of {count} moments"
    within = f"within {tolerance} place{'s' * (tolerance > 1)} of" if tolerance else "exactly to"
    return f"{many} of A return {within} where they began; the cycle loss is {loss:.3f} nats."


def soft_verdict(gradient: np.ndarray, path: np.ndarray, gamma: float, value: float) -> str:
    """How far the expected alignment has left the path.

    Args:
        gradient: (N, M) the expected alignment.
        path: (L, 2) the hard path.
        gamma: temperature of the minimum, 0 for the hard one.
        value: cost of the whole.
    """
    if gamma == 0:
        return f"γ is 0: the expected alignment is one path, at a cost of {value:.2f}."
    weight = np.abs(gradient)
    share = weight[tuple(path.T)].sum() / weight.sum()
    return f"At γ = {gamma:g} the whole costs {value:.2f}, and {share:.0%} of the weight lies on the hard path."


def minimum_verdict(count: int, gamma: float, above: float, below: float) -> str:
    """How far the two soft minima can be off.

    Args:
        count: N, values.
        gamma: temperature, above 0.
        above: the most by which smoothMin exceeds the minimum.
        below: the most by which min^gamma falls short of it.
    """
    values = f"Of {count} values at γ = {gamma:g}"
    return f"{values} smoothMin is at most {above:.3f} too large, min^γ at most {below:.3f} too small."


def stories_verdict(wrong: Sequence[float]) -> str:
    """How far videos are from one order for all.

    Args:
        wrong: of each video, the share of pairs of blocks that are done in the other order; nan without pairs.
    """
    known = [share for share in wrong if not np.isnan(share)]
    if not known:
        return "No video has two different actions: there is no order to compare."
    if not any(known):
        return f"All {len(wrong)} videos do everything in one order: warping alone can align them."
    return (
        f"{np.mean(known):.0%} of the pairs of actions are out of the common order, so warping alone "
        f"cannot align these {len(wrong)} videos."
    )


def table_verdict(name: str, columns: Mapping[str, Mapping[str, float]]) -> str:
    """Which method of a printed table is best.

    Args:
        name: of the table.
        columns: {column: {method: value}}, higher is better, two methods or more.
    """
    best, gaps = [], {}
    for values in columns.values():
        first, second = sorted(values, key=values.get, reverse=True)[:2]
        best.append(first)
        gaps.setdefault(first, []).append(values[first] - values[second])
    winner = max(dict.fromkeys(best), key=best.count)
    least, most = min(gaps[winner]), max(gaps[winner])
    ahead = f"{least:.2f}" if len(gaps[winner]) == 1 else f"{least:.2f} to {most:.2f}"
    where = f"all {len(best)} columns" if len(gaps) == 1 else f"{best.count(winner)} of {len(best)} columns"
    there = f" in {where}" if len(best) > 1 else ""
    return f"In {name} {winner} is best{there}, {ahead} points ahead of the second."


def with_caveat(badge: Badge | None, sentence: str) -> str:
    """A sentence that begins with what the model does not know, where it does not.

    Args:
        badge: how far the model is at home in the clips; None without a model.
        sentence: what is said of the result.
    """
    caveat = CAVEATS.get(badge.domain) if badge else None
    named = not sentence.startswith(("Kendall", "γ"))
    return f"{caveat}; {sentence[:1].lower() if named else sentence[:1]}{sentence[1:]}" if caveat else sentence


def _by_limits(path: PathNumbers, limits: Limits) -> str:
    """What a path that is not unrelated comes to, by its centred cost."""
    if path.copied < COPY:
        told = f"its pixels change alike, at a mean centred cost of {path.copied:.2f}"
        return f"The path can be trusted: {told}; below {COPY:.2f} they are those of copies."
    if path.level == TRUSTED:
        told = f"its mean centred cost is {path.centred:.2f}"
        return f"The path can be trusted: {told}; that of unrelated clips is mostly {limits.weak:.2f} or more."
    return (
        f"The alignment is weak: the path's mean centred cost is {path.centred:.2f}, between that of copies of a clip "
        f"(below {limits.trusted:.2f}) and of unrelated clips (mostly {limits.weak:.2f} or more)."
    )


def _weak_among(paths: Sequence[PathNumbers]) -> str:
    """How far paths that have limits can be trusted."""
    weak = [number for number, path in enumerate(paths, 1) if trust(path, None) == WEAK]
    if not weak:
        return f"{'every path' if len(paths) > 1 else 'the path'} can be trusted"
    return f"the alignment of {'all' if len(weak) == len(paths) > 1 else _clips(weak)} is weak"


def _order(tau: float) -> str:
    """What nearest neighbours do to the order of time."""
    if tau >= PARTLY:
        return "keep the order of time" if tau >= ORDERED else "partly keep the order of time"
    return "run backwards" if tau <= -ORDERED else "keep no order of time"


def _signed(value: float) -> str:
    return "undefined" if np.isnan(value) else f"{value:.2f}".replace("-", "−")


def _clips(numbers: Sequence[int]) -> str:
    *others, last = map(str, numbers)
    return f"clips {', '.join(others)} and {last}" if others else f"clip {last}"
