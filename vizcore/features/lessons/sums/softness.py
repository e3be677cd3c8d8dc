"""Soft choices, by hand: a row of attention, the minima that have a slope, and a filter on the modes of a graph.

query (d,), keys (K, d) - products - / sqrt(d) - softmax (attention_rows) -> shares (K,)
values (N,), gamma - weights e^(-a / gamma) -> smoothMin and min^gamma
features (N, C) - SNL's graph - eigenvalues - g(lambda) = W1 + W2 lambda -> the signal, filtered
"""

import numpy as np

from vizcore.algorithms.alignment.smooth_minimum import smooth_min, smooth_min_gap, soft_min
from vizcore.features.lessons import numbers
from vizcore.features.lessons.boards import Slider, Sliders
from vizcore.features.lessons.worked import Line, Numbers, Sum, Worked, added, written


def _attention(given: Numbers, hand: tuple[float, ...]) -> Worked:
    import torch

    from vizcore.runtime.attention_rows import attention_rows

    query, keys, names = hand[0] * given["query"], given["keys"], given["names"]
    row = attention_rows(*(torch.from_numpy(np.atleast_2d(x)) for x in (query, keys)), [0])[0].numpy()  # (K,)
    lines = []
    products, width = keys @ query, len(query)
    for name, key, product in zip(names, keys, products):
        terms = " + ".join(f"{written(a)} × {written(b)}" for a, b in zip(query, key))
        lines.append(Line(f"Query with the key of {name}:", f"{terms} = {written(product)}"))
    scaled = products / np.sqrt(width)
    arithmetic = ", ".join(f"{written(a)} / √{width} = {written(b)}" for a, b in zip(products, scaled))
    lines.append(Line(f"Each is divided by √d, here √{width}, so that long vectors do not decide alone.", arithmetic))
    raised = np.exp(scaled)
    arithmetic = ", ".join(f"e^{written(a)} = {written(b)}" for a, b in zip(scaled, raised))
    lines.append(Line("Each becomes a power of e: never negative, and large differences grow.", arithmetic))
    lines.append(Line("They are added up,", added(raised.tolist())))
    arithmetic = ", ".join(f"{written(a)} / {written(raised.sum())} = {written(b)}" for a, b in zip(raised, row))
    lines.append(Line("and each is divided by the sum. That is the row of attention; it adds up to 1.", arithmetic))
    values = {"length": hand[0], "most": float(row.max()), "least": float(row.min()), "heard": names[int(row.argmax())]}
    values |= {f"share_{k}": float(share) for k, share in enumerate(row)}
    values |= {f"product_{k}": float(product) for k, product in enumerate(products)}
    summary = f"Max weight: {values['heard']}, with {written(row.max())} of all attention"
    return Worked(tuple(lines), values, (names, row), summary, yours=f"{summary}.")


def _keys(given: Numbers, sliders: tuple[Slider, ...]) -> Sliders:
    count, width = given["keys"].shape
    if len(given["query"]) != width or len(given["names"]) != count:
        raise ValueError(
            f"want a query of {width} numbers and {count} names, as the keys have, "
            f"got {len(given['query'])} and {len(given['names'])}"
        )
    longest = max(slider.high for slider in sliders) * float(np.abs(given["keys"] @ given["query"]).max())
    if longest > STEEPEST:
        raise ValueError(f"want products of query and keys up to {STEEPEST} when the query is longest, got {longest:g}")
    return Sliders(sliders)


def _minimum(given: Numbers, hand: tuple[float, ...]) -> Worked:
    (gamma,), a = hand, given["values"]
    smooth, soft, least = float(smooth_min(a, gamma)), float(soft_min(a, gamma)), float(a.min())
    above = a - least
    weights = np.exp(-above / gamma)
    total, low, warm = float(weights.sum()), written(least), written(gamma)
    gaps = ", ".join(f"{written(value)} - {low} = {written(gap)}" for value, gap in zip(a, above))
    powers = ", ".join(f"e^(-{written(gap)} / {warm}) = {written(w)}" for gap, w in zip(above, weights))
    terms = " + ".join(f"{written(w)} × {written(gap)}" for w, gap in zip(weights, above))
    lines = (
        Line("How far is each value above the least?", gaps),
        Line("Its weight is e^(-gap / γ): 1 for the least, the smaller the farther above.", powers),
        Line("The weights are added up.", added(weights.tolist())),
        Line(
            "smoothMin is the least and the weighted mean of the gaps:",
            f"{low} + ({terms}) / {written(total)} = {written(smooth)}",
        ),
        Line(
            "min^γ is the least minus γ times the logarithm of the sum:",
            f"{low} - {warm} × ln {written(total)} = {written(soft)}",
        ),
        Line("The minimum lies between them.", f"{written(soft)} ≤ {low} ≤ {written(smooth)}"),
    )
    values = {
        "gamma": gamma,
        "least": least,
        "mean": float(a.mean()),
        "smooth": smooth,
        "soft": soft,
        "above": smooth - least,
        "below": least - soft,
        "most_above": gamma * (float(smooth_min_gap(len(a))) - 1),
        "most_below": gamma * float(np.log(len(a))),
    }
    alt = f"At γ = {warm} smoothMin is {written(smooth)} and min^γ is {written(soft)}; the minimum is {low}"
    return Worked(lines, values, (a, gamma), alt, yours=f"{alt}.")


def _filter(given: Numbers, hand: tuple[float, ...]) -> Worked:
    from vizcore.algorithms.nonlocal_blocks.spectral import Weights, affinity, response, spectrum

    own, others = hand
    features, z = given["features"], given["signal"][:, None]  # (N, C), (N, 1)
    graph, weights = affinity("snl", features), Weights(out=(own, others))
    modes = spectrum(graph)
    gains = response("snl", modes.values, weights)  # (K,)
    before = modes.analysed(z)
    after = modes.filtered(before, lambda values: response("snl", values, weights))
    matrix = graph.matrix().numpy()
    lines = [
        Line(f"Weights with which place {k} attends to places 0 to {len(matrix) - 1}:", ", ".join(map(written, row)))
        for k, row in enumerate(matrix)
    ]
    for value, gain, now, then in zip(modes.values, gains, before.coefficients[:, 0], after.coefficients[:, 0]):
        words = (
            f"The mode of λ = {written(value)} is multiplied by g(λ) = {_term(own, others, value)} = {written(gain)}:"
        )
        lines.append(Line(words, f"{written(now)} × {written(gain)} = {written(then)}"))
    attended = (matrix @ z)[:, 0]
    for k, (mine, theirs, out) in enumerate(zip(z[:, 0], attended, after.nodes[:, 0])):
        words = f"Or without modes: place {k} keeps {written(own)} of its own and adds {written(others)} of others."
        lines.append(Line(words, f"{_term(own, others, theirs, mine)} = {written(out)}"))
    values = {"own": own, "heard": others, "energy": float((after.nodes**2).sum()), "was": float((z**2).sum())}
    values |= {f"lambda_{k}": float(value) for k, value in enumerate(modes.values)}
    values |= {f"gain_{k}": float(value) for k, value in enumerate(gains)}
    values |= {f"out_{k}": float(value) for k, value in enumerate(after.nodes[:, 0])}
    drawn = (own, others, modes.values, z[:, 0], after.nodes[:, 0])
    alt = f"The signal becomes {', '.join(map(written, after.nodes[:, 0]))}"
    return Worked(tuple(lines), values, drawn, alt, yours=f"{alt}.")


def _term(own: float, others: float, value: float, mine: float = 1.0) -> str:
    """own × mine + others × value."""
    first = written(own) if mine == 1.0 else f"{written(own)} × {written(mine)}"
    return f"{first} + {written(others)} × {written(value)}"


def _signal_sliders(given: Numbers, sliders: tuple[Slider, ...]) -> Sliders:
    if len(given["features"]) != len(given["signal"]):
        raise ValueError(
            f"want a signal of {len(given['features'])} numbers, one a row of features, got {len(given['signal'])}"
        )
    return Sliders(sliders)


def _sliders(_given: Numbers, sliders: tuple[Slider, ...]) -> Sliders:
    return Sliders(sliders)


STEEPEST = 20  # powers of e that can still be read
LENGTH = Slider("length", "How many times as long the query is", 0, 4, 1, 0.25)
GAMMA = Slider("gamma", "γ, the temperature", 0.05, 3, 1, 0.05)
OWN = Slider("own", "W₁, how much a place keeps of its own", -1, 1, 0, 0.25)
OTHERS = Slider("heard", "W₂, how much it adds of what it attends to", -1, 1, 1, 0.25)
QUERY = {"query": numbers.row(1, 4), "keys": numbers.table((2, 5), (1, 4)), "names": numbers.names(2, 5)}
GRAPH = {"features": numbers.table((2, 6), (1, 4)), "signal": numbers.row(2, 6)}
ATTENTION = Sum("one row of attention: softmax of query and keys", QUERY, _keys, _attention, (LENGTH,))
MINIMUM = Sum("smoothMin and min^gamma of a few values", {"values": numbers.row(2, 5)}, _sliders, _minimum, (GAMMA,))
FILTER = Sum("a non-local block as a filter on its graph", GRAPH, _signal_sliders, _filter, (OWN, OTHERS))
