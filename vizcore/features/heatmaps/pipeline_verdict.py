"""What rows of heat come to, in one sentence: the verdicts of this feature's results.

heat of each row, domains -> who agrees        predicted classes, ground truth -> who is right
difference, faithfulness, shares of the heat on things -> sentence
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Protocol

import numpy as np
import torch
from torch.nn import functional as F

from vizcore.runtime.domain import NONE

HOTTEST = 0.1  # of the patches
ALIKE, APART = (
    0.7,
    0.3,
)  # correlations: from the first on two rows look at the same patches, below the second they do not
TENTH = 0.1  # of the scale: what differs by less is the same
MORE = 1.1  # times the area of the things: heat that prefers them
STRANGE = ("outside", NONE, "random")  # standings of models whose heat is no answer about this clip


class Prediction(Protocol):
    """What one row takes the clip for."""

    @property
    def name(self) -> str: ...

    @property
    def domain(self) -> str:
        """How it stands to such a clip, as of Row.standing."""

    @property
    def classes(self) -> Sequence[tuple[str, float]]:
        """The likeliest classes, the likeliest first; none where they are not to be shown."""

    @property
    def of_truth(self) -> float | None:
        """The probability of the ground truth; None where the row does not know it."""


def heat_verdict(
    names: Sequence[str],
    heats: Sequence[np.ndarray | None],
    why_not: Sequence[str],
    domains: Sequence[str],
    rows: str = "rows",
    seen: str = "",
) -> str:
    """Which rows agree about where to look.

    Args:
        names: of the rows.
        heats: (F, h, w) of each row at the same F frames, None without.
        why_not: a sentence for each row without heat.
        domains: of the rows, as of Row.standing.
        rows: what they are called together.
        seen: what the only row sees, as a clause; "" for nothing to be said of that.
    """
    hot = {name: heat for name, heat in zip(names, heats, strict=True) if heat is not None}
    if not hot:
        reasons = dict.fromkeys(why_not)
        return f"There is no heat: {_small(next(iter(reasons)))}" if len(reasons) == 1 else "There is no heat."
    uneven = {name: heat for name, heat in hot.items() if np.ptp(heat) > 0}
    if not uneven:
        return "The heat is the same everywhere: it points at nothing."
    rest = strangers(names, domains)
    if len(uneven) == 1:
        ((name, heat),) = uneven.items()
        share = f"The hottest tenth of the patches holds {_concentration(heat):.0%} of the heat"
        return sentence(seen, _small(share)) if seen else sentence(f"{share} of {name}", rest)
    pairs = {(one, other): _likeness(uneven[one], uneven[other]) for one, other in combinations(uneven, 2)}
    return sentence(_agreement(pairs, rows), rest)


def classes_verdict(found: Sequence[Prediction], label: str, rows: str = "rows") -> str:
    """Which rows take the clip for what it is, or for what.

    Args:
        found: at least one.
        label: the ground truth; "" where it is not known.
        rows: what they are called together.
    """
    shown = [one for one in found if one.classes]
    rest = strangers([one.name for one in found], [one.domain for one in found])
    if not shown:
        if all(one.domain == "random" for one in found):
            return "These nets have random weights: they have learnt no classes."
        if all(one.domain == NONE for one in found):
            return f"{found[0].name} sees {NONE}." if len(found) == 1 else "None of these nets sees one of its classes."
        if all(one.domain in STRANGE for one in found):
            if len(found) == 1:
                return f"{found[0].name} does not know such a clip: what it predicts is not shown."
            return "These nets do not know such a clip: what they predict is not shown."
        return "None of these nets names classes."
    known = [one for one in shown if label and one.of_truth is not None]
    if known:
        return sentence(_against_truth(known, label, rows), rest)
    unknown = f"No net here knows the class {_word(label)}" if label else ""
    return sentence(unknown, _predictions(shown, rows), rest)


def difference_verdict(less: np.ndarray, first: str, second: str) -> str:
    """Where one row is hotter than another.

    Args:
        less: (F, h, w) from -1 to 1, the first row's heat minus the second's.
        first: the first row.
        second: the row that is subtracted.
    """
    if first == second:
        return f"{first} minus itself is nothing: choose two rows in the settings."
    hotter, cooler = float((less > TENTH).mean()), float((less < -TENTH).mean())
    if not hotter and not cooler:
        return f"{first} and {second} have the same heat, to a tenth of the scale."
    return (
        f"{first} and {second} have the same heat, to a tenth of the scale, in {1 - hotter - cooler:.0%} of the "
        f"patches; {first} is hotter in {hotter:.0%} and cooler in {cooler:.0%}."
    )


def faithfulness_verdict(gaps: Mapping[str, tuple[float, float]], domains: Sequence[str] = ()) -> str:
    """Whose heat is faithful beyond chance.

    Args:
        gaps: {row: (gap over chance, standard deviation of chance)}, of the rows with heat.
        domains: of the same rows.
    """
    if not gaps:
        return "There is no heat whose faithfulness could be measured."
    rest = strangers(list(gaps), domains) if domains else ""
    ranked = sorted(gaps, key=lambda name: -gaps[name][0])
    faithful = [name for name in ranked if gaps[name][0] > 2 * gaps[name][1]]
    best = f"{_signed(gaps[ranked[0]][0])} ± {gaps[ranked[0]][1]:.2f}"
    if not faithful:
        inverted = [name for name in ranked if gaps[name][0] < -2 * gaps[name][1]]
        if len(inverted) == len(gaps):
            who = "This heat" if len(gaps) == 1 else "All of this heat"
            return sentence(f"{who} is less faithful than chance: its coolest patches matter most", rest)
        name = f"that of {ranked[0]}" if len(gaps) == 1 else f"the best, that of {ranked[0]},"
        return sentence(f"No heat is more faithful than chance: {name} has a gap of {best} over it", rest)
    if len(gaps) == 1:
        return sentence(f"The heat of {ranked[0]} is faithful beyond chance: its gap is {best} over it", rest)
    count = f"{'All' if len(faithful) == len(gaps) else f'{len(faithful)} of'} {len(gaps)} heat maps"
    verb = "is" if len(faithful) == 1 else "are"
    return sentence(f"{count} {verb} faithful beyond chance, most that of {ranked[0]}: its gap is {best} over it", rest)


def things_verdict(shares: Mapping[str, float], area: float) -> str:
    """Whose heat lies on people and things.

    Args:
        shares: {row: share of its heat, 0 to 1, nan where it is the same everywhere}, of the rows with heat.
        area: share of the picture that people and things cover.
    """
    known = {name: share for name, share in shares.items() if np.isfinite(share)}
    if not known:
        return "There is no heat that could lie on people and things."
    if not area:
        return "These frames show no people and no things."
    best = max(known, key=known.get)
    times = known[best] / area
    if times < MORE:
        most = f"{known[best]:.0%} of it at most" if len(known) > 1 else f"{known[best]:.0%} of it"
        return f"The heat does not prefer people and things: {most}, and they cover {area:.0%} of the picture."
    most = " most" if len(known) > 1 else ""
    return (
        f"The heat of {best} prefers people and things{most}: {known[best]:.0%} of it, {times:.1f} times the "
        f"{area:.0%} of the picture that they cover."
    )


def strangers(names: Sequence[str], domains: Sequence[str]) -> str:
    """What is to be said of models that do not know such a clip, or see nothing there that they know; "" of those that
    do, and of a person's own.

    Args:
        names: of the models.
        domains: of the same.
    """
    outside, unseen, random = ([n for n, one in zip(names, domains, strict=True) if one == kind] for kind in STRANGE)
    words = []
    if len(outside) == len(names) > 1:
        words.append("none of these nets knows such a clip")
    elif outside:
        words.append(f"{_few(outside)} {'does' if len(outside) == 1 else 'do'} not know such a clip")
    if unseen:
        words.append(f"{_few(unseen)} {'sees none of its' if len(unseen) == 1 else 'see none of their'} classes")
    if len(random) == len(names) > 1:
        words.append("all weights are random")
    elif random:
        words.append(f"the weights of {_few(random)} are random")
    return " and ".join(words)


def sentence(*clauses: str) -> str:
    """Clauses as a sentence; empty ones are left out, and names keep their letters."""
    said = "; ".join(filter(None, clauses))
    return f"{said.replace('pane', 'Pane', 1) if said.startswith('pane ') else said}."


def _agreement(pairs: Mapping[tuple[str, str], float], rows: str) -> str:
    """What the correlations of pairs of rows say."""
    (most, best), (least, worst) = (pick(pairs.items(), key=lambda one: one[1]) for pick in (max, min))
    if len(pairs) == 1:
        where = "the same" if best >= ALIKE else "partly the same" if best >= APART else "other"
        where = "opposite" if best <= -APART else where
        return f"{' and '.join(most)} look at {where} patches: correlation {_signed(best)}"
    if worst >= ALIKE:
        return f"All {rows} look at the same patches: correlation {_signed(worst)} or more"
    if max(best, -worst) < APART:
        return f"No two {rows} look at the same patches: correlation {_signed(best)} at most"
    return (
        f"{' and '.join(most)} agree most about where to look, correlation {_signed(best)}; "
        f"{' and '.join(least)} least, {_signed(worst)}"
    )


def _against_truth(known: Sequence[Prediction], label: str, rows: str) -> str:
    """How many rows predict the ground truth."""
    right = [one for one in known if one.classes[0][0] == label]
    best = max(known, key=lambda one: one.of_truth)
    if len(known) == 1:
        word, share = best.classes[0]
        if right:
            return f"{best.name} predicts the ground truth, {_word(label)}, with {share:.0%}"
        truth = f"the ground truth, {_word(label)}, has {best.of_truth:.0%}"
        return f"{best.name} predicts {_word(word)}, {share:.0%}; {truth}"
    closest = f"{best.name} gives it most, {best.of_truth:.0%}"
    if not right:
        return f"None of {len(known)} {rows} predicts the ground truth, {_word(label)}; {closest}"
    if len(right) == len(known):
        return f"All {len(known)} {rows} predict the ground truth, {_word(label)}; {closest}"
    verb = "predicts" if len(right) == 1 else "predict"
    return f"{len(right)} of {len(known)} {rows} {verb} the ground truth, {_word(label)}; {closest}"


def _predictions(shown: Sequence[Prediction], rows: str) -> str:
    """What rows predict where nobody knows better."""
    best = max(shown, key=lambda one: one.classes[0][1])
    word, share = best.classes[0]
    if len(shown) == 1:
        return f"{best.name} predicts {_word(word)}, {share:.0%}"
    words = {one.classes[0][0] for one in shown}
    if len(words) == 1:
        return f"{len(shown)} {rows} predict {_word(word)}, {best.name} with most confidence, {share:.0%}"
    most = f"{best.name} is the most confident: {_word(word)}, {share:.0%}"
    return f"{len(shown)} {rows} predict {len(words)} classes; {most}"


def _likeness(one: np.ndarray, other: np.ndarray) -> float:
    """The correlation of two heats over all patches of all frames, on a grid of the larger sides."""
    shape = tuple(np.maximum(one.shape[1:], other.shape[1:]).tolist())
    first, second = (F.interpolate(torch.from_numpy(heat)[None].float(), shape)[0].numpy() for heat in (one, other))
    return float(np.corrcoef(first.ravel(), second.ravel())[0, 1])


def _concentration(heat: np.ndarray) -> float:
    """The share of the heat, from its lowest on, that the hottest tenth of the patches holds."""
    ranked = np.sort((heat - heat.min()).ravel())[::-1]
    return float(ranked[: max(1, round(HOTTEST * ranked.size))].sum() / ranked.sum())


def _few(names: Sequence[str]) -> str:
    """One or two names, or the first and how many more."""
    return " and ".join(names) if len(names) < 3 else f"{names[0]} and {len(names) - 1} more"


def _word(label: str) -> str:
    return f"*{label.replace('_', ' ')}*"


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _small(reason: str) -> str:
    return f"{reason[:1].lower()}{reason[1:]}"
