"""Average precision, drawn: bars for each class, kinds of errors, curves, calibration, and what makes it hard.

Compared -> bars_figure, precision_table;  (recall, precision) -> curve_figure;  ErrorTypes -> errors_figure
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from vizcore.figures.caption import captioned
from vizcore.figures.theme import EDGE, OKABE_ITO, SYMBOLS, empty, style

PAIR = (OKABE_ITO["blue"], OKABE_ITO["orange"])  # first, second
TINTS = {"pose": OKABE_ITO["sky"], "object": OKABE_ITO["yellow"], "person": OKABE_ITO["purple"], None: EDGE}
POINTS = 400  # of a curve, at most
LONG = 28  # letters of a class that fit beside a bar


@dataclass(frozen=True)
class Bar:
    """A class of the figure."""

    name: str
    group: str | None
    truths: int
    ap: tuple[float, ...]  # of one result or two
    number: int = 0  # class id
    change: float | None = None  # the second less the first
    low: float = float("nan")  # the ends of its interval
    high: float = float("nan")
    significant: bool = False  # chance is no likely reason


@captioned(
    "A bar is the average precision of a class, 0 to 1; beside its name is the number of its ground-truth boxes. After "
    "two bars stands how much higher (▲) or lower (▼) the second is, in points; it is bold where the difference is "
    "significant after a correction for the number of classes (Holm); hover it for its interval."
)
def bars_figure(bars: Sequence[Bar], titles: Sequence[str], chosen: int | None = None) -> go.Figure:
    """One or two bars a class, in the order in which they come; a bar's number is its class id.

    Args:
        bars: a class each, with the AP of one result or two.
        titles: of the results.
        chosen: place of the class that is pointed out.
    """
    fig = go.Figure()
    places = np.arange(len(bars))
    for which, title in enumerate(titles):
        fig.add_bar(
            x=np.array([one.ap[which] for one in bars]),
            y=places,
            orientation="h",
            name=title,
            marker=_filled(which),
            customdata=[[one.number, one.name, one.truths] for one in bars],
            hovertemplate="%{customdata[1]}: %{x:.3f}, %{customdata[2]:,} ground-truth boxes<extra>"
            + title
            + "</extra>",
            unselected={"marker": {"opacity": 1}},
        )
    for place, one in zip(places, bars):
        if one.change is not None:
            sign = f"{'▲' if one.change > 0 else '▼'} {abs(100 * one.change):.1f}"
            words = f"<b>{sign}</b>" if one.significant else sign
            hover = f"{one.name}: {one.change:+.3f}, 95% from {one.low:+.3f} to {one.high:+.3f}"
            shown = {"showarrow": False, "xanchor": "left", "font": {"size": 11}, "hovertext": hover}
            fig.add_annotation(x=max(one.ap), y=place, text=words, **shown)
    for group, (first, last) in _runs([one.group for one in bars]).items():
        fig.add_hrect(
            y0=first - 0.5, y1=last + 0.5, fillcolor=TINTS[group], opacity=0.12, line_width=0, layer="below",
            annotation_text=group, annotation_position="bottom right",
        )  # fmt: skip
    ticks = [f"{_short(one.name)} · {one.truths:,}" for one in bars]
    if chosen is not None:
        ticks[chosen] = f"<b>{ticks[chosen]}</b>"
    fig.update_xaxes(title="average precision", range=[0, 1.14], tickvals=[0, 0.25, 0.5, 0.75, 1])
    fig.update_yaxes(
        title="class, and its number of boxes", tickvals=places, ticktext=ticks, autorange="reversed", showgrid=False
    )
    fig.update_layout(barmode="group", bargap=0.25)
    return style(fig, height=120 + (16 + 14 * len(titles)) * len(bars))


@captioned(
    "The second minus the first, with the 95% interval of a bootstrap that draws whole videos: where it spans 0, "
    "other videos might have shown the opposite. Diamonds are significant after Holm's correction."
)
def difference_figure(bars: Sequence[Bar]) -> go.Figure:
    """What became of each class, with its interval."""
    shown = [one for one in bars if one.change is not None]
    if not shown:
        return empty("one result: there is nothing to compare")
    fig = go.Figure()
    for significant, name, colour in ((True, "significant", OKABE_ITO["blue"]), (False, "not significant", EDGE)):
        chosen = [(k, one) for k, one in enumerate(shown) if one.significant == significant]
        if not chosen:
            continue
        change = np.array([one.change for _, one in chosen])
        fig.add_scatter(
            x=change,
            y=np.array([k for k, _ in chosen]),
            mode="markers",
            name=name,
            marker={"color": colour, "size": 10, "symbol": "diamond" if significant else "circle"},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": np.nan_to_num([one.high - one.change for _, one in chosen]),
                "arrayminus": np.nan_to_num([one.change - one.low for _, one in chosen]),
                "color": colour,
            },
            text=[one.name for _, one in chosen],
            hovertemplate="%{text}: %{x:+.3f}<extra></extra>",
        )
    fig.add_vline(0, line={"color": EDGE, "width": 1})
    fig.update_xaxes(title="difference of average precision", tickformat="+.2f")
    fig.update_yaxes(
        title="class",
        tickvals=np.arange(len(shown)),
        ticktext=[_short(one.name) for one in shown],
        autorange="reversed",
    )
    return style(fig, height=120 + 22 * len(shown))


@captioned(
    "From left to right more and more of the ground truth is found, and the share of detections that are right falls. "
    "The stepped line is the best precision at that recall or a higher one; AP is the area under it."
)
def curve_figure(curves: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]], name: str) -> go.Figure:
    """Precision over recall of one class.

    Args:
        curves: {title: (recall, precision, envelope), of every hit}.
        name: of the class.
    """
    fig = go.Figure()
    for colour, (title, (recall, precision, envelope)) in zip(PAIR, curves.items()):
        if not len(recall):
            continue
        some = np.unique(np.linspace(0, len(recall) - 1, min(len(recall), POINTS)).round().astype(int))
        bare = {"x": np.append(0, recall[some]), "legendgroup": title}
        stepped = {"color": colour, "width": 2.5, "shape": "vh"}
        fig.add_scatter(**bare, y=np.append(envelope[0], envelope[some]), mode="lines", line=stepped, name=title)
        raw = {"color": colour, "width": 1, "dash": "dot"}
        fig.add_scatter(
            **bare, y=np.append(precision[0], precision[some]), mode="lines", line=raw, showlegend=False,
            hoverinfo="skip",
        )  # fmt: skip
    if not fig.data:
        return empty("no ground truth of this class was found")
    fig.update_xaxes(title=f"recall of {name}", range=[0, 1.02])
    fig.update_yaxes(title="precision", range=[0, 1.04])
    return style(fig, height=340)


@captioned(
    "The gain of AP if all errors of one kind were corrected, the others left as they are. The parts do not add up: "
    "correcting one kind can make room for another."
)
def errors_figure(gains: Mapping[str, Mapping[str, float]]) -> go.Figure:
    """{title: {kind of error: gain}} as bars that lie."""
    fig = go.Figure()
    for which, (title, by_kind) in enumerate(gains.items()):
        fig.add_bar(
            y=list(by_kind),
            x=np.array(list(by_kind.values()), float),
            orientation="h",
            name=title,
            marker=_filled(which),
            hovertemplate="%{y}: +%{x:.3f}<extra>" + title + "</extra>",
        )
    fig.update_xaxes(title="gain of average precision", rangemode="tozero")
    fig.update_yaxes(title="kind of error", autorange="reversed")
    return style(fig, height=340)


@captioned(
    "On the dotted line scores are calibrated: of detections with a score of 0.7, seven in ten are right. "
    "Below it the scores are too high. The larger a mark, the more detections."
)
def calibration_figure(bins: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]) -> go.Figure:
    """{title: (mean score, share of hits, detections) of the bins that have any}."""
    fig = go.Figure()
    fig.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": EDGE, "dash": "dot"}, name="calibrated", hoverinfo="skip"
    )
    for colour, symbol, (title, (score, share, count)) in zip(PAIR, SYMBOLS, bins.items()):
        fig.add_scatter(
            x=score,
            y=share,
            mode="lines+markers",
            name=title,
            line={"color": colour},
            marker={"symbol": symbol, "size": 6 + 12 * np.sqrt(count / count.max())},
            customdata=count,
            hovertemplate="score %{x:.2f}: %{y:.0%} right of %{customdata:,}<extra>" + title + "</extra>",
        )
    fig.update_xaxes(title="mean score", range=[-0.02, 1.02])
    fig.update_yaxes(title="share that is right", range=[-0.02, 1.04], tickformat=".0%")
    return style(fig, height=360)


@captioned("AP in groups of ground-truth boxes; under each group is their number. No bar: nothing to find.")
def sensitivity_figure(
    groups: Sequence[str], truths: Sequence[int], ap: Mapping[str, np.ndarray], by: str
) -> go.Figure:
    """AP of each group of ground-truth boxes.

    Args:
        groups: what G groups are called.
        truths: (G,) numbers of ground-truth boxes.
        ap: {title of a result: (G,)}, nan where a group has none.
        by: what the groups are of, such as sizes.
    """
    fig = go.Figure()
    places = np.arange(len(groups))
    for which, (title, values) in enumerate(ap.items()):
        fig.add_bar(
            x=places,
            y=values,
            name=title,
            marker=_filled(which),
            hovertemplate="%{y:.3f}<extra>" + title + "</extra>",
        )
    ticks = [f"{group.replace(' to ', ' to<br>')}<br>{count:,}" for group, count in zip(groups, truths)]
    fig.update_xaxes(title=by, tickvals=places, ticktext=ticks, showgrid=False)
    fig.update_yaxes(title="average precision", range=[0, 1.02])
    return style(fig, height=340)


def _filled(which: int) -> dict:
    """How the bars of the first and the second result look: told apart by colour and by hatching."""
    hatched = {"shape": "/", "fillmode": "overlay", "fgcolor": "white", "size": 5, "solidity": 0.25}
    return {"color": PAIR[which]} | ({"pattern": hatched} if which else {})


def _runs(groups: Sequence[str | None]) -> dict[str | None, tuple[int, int]]:
    """{group: (first, last)} where every group is one run of two or more; {} otherwise: shades would be noise."""
    found: dict[str | None, tuple[int, int]] = {}
    for place, group in enumerate(groups):
        first, last = found.get(group, (place, place - 1))
        if last != place - 1:
            return {}
        found[group] = (first, place)
    return {group: run for group, run in found.items() if group is not None} if len(found) > 1 else {}


def _short(name: str) -> str:
    return name if len(name) <= LONG else f"{name[: LONG - 1]}…"
