"""How well is each class detected? What the page shows of one table of results or two: bars, then a class, then why."""

from collections.abc import Callable

from vizcore import ui
from vizcore.algorithms.detection.detection_errors import KINDS
from vizcore.algorithms.detection.sensitivity import GROUPINGS
from vizcore.features.localization import export as files
from vizcore.features.localization import figures_precision as drawn
from vizcore.features.localization.controls_precision import PrecisionView, read_controls
from vizcore.features.localization.page_gallery import MEANING, gallery
from vizcore.features.localization.pipeline_precision import LEVEL, ORDERS, Compared, calibration_of, sensitivity_of
from vizcore.features.localization.pipeline_verdict_precision import (
    Group,
    calibration_verdict,
    class_verdict,
    difference_verdict,
    errors_verdict,
    sensitivity_verdict,
)

CLASS, CLOSER = "class", "closer"  # in the link
ORDER = "AP of the last one, what changed most, the most frequent first, or pose, object and person together."
MEAN = "Mean over the classes with ground truth; {} of {} classes have none and are left out."
CLICK = "**Click a bar** to open its class beside them: its curve, its errors, and the key frames behind them."


def precision() -> None:
    """The bars, and beside them a closer look at one side of them."""
    view = read_controls()
    with ui.drawer("Bars"):
        order = view.found.ordered(ui.segmented_control("Sorted by", list(ORDERS), "order", help=ORDER))
    stage, beside = ui.stage_and_view()
    with stage:
        _bars(view, order)
    with beside:
        SECTIONS[ui.views(SECTIONS, CLOSER)](view, order)


def one_class(view: PrecisionView, order: tuple[int, ...]) -> None:
    """A class: its curve, its errors, and the key frames that are behind them."""
    found, names = view.found, _names(view.found, order)
    with ui.drawer("A class"):
        action = names[ui.selectbox("Class", list(names), CLASS)]
        which = len(found.results) - 1
        if which:
            title = ui.selectbox("Pictures of", list(found.titles), "of", default=found.titles[-1])
            which = found.titles.index(title)
    name, ranking = found.name(action), found.results[which].rankings[action]
    hits = len(ranking.truths)
    counts = hits, found.truths(action), len(ranking.rows) - hits
    ui.verdict(found.verdict)
    ui.subheader(name.capitalize())
    ui.markdown(class_verdict(found.outcomes[which], name, *counts))
    rankings = {title: result.rankings[action] for title, result in zip(found.titles, found.results)}
    curves = {title: (one.recall, one.precision, one.envelope) for title, one in rankings.items()}
    alt = "; ".join(f"{title}: AP {one.ap:.3f}" for title, one in rankings.items())
    ui.chart(drawn.curve_figure, curves, name, alt=f"Precision over recall of {name}; {alt}")
    gains = {title: one.classes[action].gains for title, one in zip(found.titles, found.errors)}
    ui.chart(drawn.errors_figure, gains, alt=f"What each kind of error costs {name}")
    gallery(found, which, action)


def changes(view: PrecisionView, order: tuple[int, ...]) -> None:
    """The second less the first, class by class."""
    difference = view.found.difference
    values = {} if difference is None else {view.found.name(k): difference.classes[k].value for k in order}
    ui.verdict(difference_verdict(view.found.chance, values))
    if difference is None:
        return
    bars = [_bar(view.found, action) for action in order]
    better, worse = difference.better(LEVEL), difference.worse(LEVEL)
    alt = f"{len(better)} classes are better and {len(worse)} worse beyond chance, of {len(order)}"
    ui.chart(drawn.difference_figure, bars, alt=alt)
    mean = difference.mean
    ui.markdown(
        f"Mean: **{mean.value:+.3f}** ({mean.low:+.3f} to {mean.high:+.3f}, p = {mean.p:.3f}), over "
        f"{difference.videos} videos drawn anew. {alt[:1].upper()}{alt[1:]}."
    )
    if difference.videos < 2:
        ui.caption("With one video there is nothing to draw: no interval and no p.")
    ui.table(
        {
            "class": view.found.actions[k].name,
            "truths": view.found.truths(k),
            "difference": round(one.value, 4),
            "low": round(one.low, 4),
            "high": round(one.high, 4),
            "p": round(one.p, 4),
            "p by Holm": round(one.p_holm, 4),
        }
        for k, one in ((k, difference.classes[k]) for k in order)
    )


def errors(view: PrecisionView, order: tuple[int, ...]) -> None:
    """What goes wrong, over all classes and in each."""
    found = view.found
    gains = {title: one.mean for title, one in zip(found.titles, found.errors)}
    last = found.titles[-1]
    ui.verdict(errors_verdict(last, gains[last]))
    worst = max(gains[last], key=gains[last].get)
    ui.chart(drawn.errors_figure, gains, alt=f"Kinds of errors; most costly in {last}: {worst}")
    ui.markdown("\n".join(f"- **{kind}**: {MEANING[kind]}" for kind in KINDS))
    ui.table(
        {"action": found.actions[k].name, "result": title} | types.classes[k].counts  # a kind of error is called class
        for k in order
        for title, types in zip(found.titles, found.errors)
    )


def calibration(view: PrecisionView, order: tuple[int, ...]) -> None:
    """Does a score mean what it says?"""
    found = dict(zip(view.found.titles, calibration_of(view.found)))
    full = {title: one for title, one in found.items() if one is not None and one.count.any()}
    ui.verdict(calibration_verdict({title: (one.error, one.bias) for title, one in full.items()}))
    for title in (title for title, one in found.items() if one is None):
        ui.caption(f"{title}: its scores are not from 0 to 1, so they are no probabilities.")
    if not full:
        return
    bins = {
        title: tuple(part[one.count > 0] for part in (one.score, one.share, one.count)) for title, one in full.items()
    }
    sentences = [f"{title}: off by {one.error:.3f} on average" for title, one in full.items()]
    ui.chart(drawn.calibration_figure, bins, alt="Share of hits over score; " + "; ".join(sentences))
    ui.caption(". ".join(sentences) + " (expected calibration error).")


def sensitivity(view: PrecisionView, order: tuple[int, ...]) -> None:
    """What makes people hard to find?"""
    found, last = view.found, view.found.titles[-1]
    parts = {by: sensitivity_of(found, by) for by in GROUPINGS}
    groups = [Group(by, *one) for by, sides in parts.items() for one in zip(sides[-1].groups, sides[-1].ap.tolist())]
    ui.verdict(sensitivity_verdict(last, groups))
    for by, (title, _) in GROUPINGS.items():
        values = {name: one.ap for name, one in zip(found.titles, parts[by])}
        first = parts[by][0]
        given = first.groups, first.truths.tolist(), values, title
        ui.subheader(f"By {by}")
        ui.plotly_chart(
            drawn.sensitivity_figure(*given),
            f"sensitivity-{by}",
            alt=f"Average precision by {title}",
            caption=drawn.sensitivity_figure.caption,
        )


def export(view: PrecisionView, order: tuple[int, ...]) -> None:
    """Files to take along, the link, and the Python lines."""
    ui.verdict(view.found.verdict)
    ui.download_buttons(
        {
            "ap.csv": ("text/csv", lambda: files.precision_csv(view.found, order)),
            "ap.json": ("application/json", lambda: files.precision_json(view.found, view.named_settings)),
        }
    )
    ui.link_and_lines(view.pipeline, view.path, view.settings, view.other)


SECTIONS: dict[str, Callable[[PrecisionView, tuple[int, ...]], None]] = {
    "A class": one_class,
    "Differences": changes,
    "Kinds of errors": errors,
    "Calibration": calibration,
    "What is hard": sensitivity,
    "Files and link": export,
}


def _names(found: Compared, order: tuple[int, ...]) -> dict[str, int]:
    """The classes as the menu has them."""
    return {f"{found.actions[k].name} ({k})": k for k in order}


def _class_of(found: Compared, order: tuple[int, ...]) -> int | None:
    """The place among the bars of the class that is open below, if it is one."""
    if ui.from_link(CLOSER) not in ("", next(iter(SECTIONS))):
        return None
    requested = _names(found, order).get(ui.from_link(CLASS))
    return None if not order else order.index(requested) if requested in order else 0


def _open(found: Compared, action: int) -> None:
    """Open a class whose bar was clicked."""
    ui.choose(CLASS, f"{found.actions[action].name} ({action})")
    ui.choose(CLOSER, next(iter(SECTIONS)))


def _bars(view: PrecisionView, order: tuple[int, ...]) -> None:
    """Every class as a bar or two; a click opens it."""
    found = view.found
    bars = [_bar(found, action) for action in order]
    leading = f"{bars[0].name} first" if bars else "no class"
    alt = f"Average precision of {len(bars)} classes, {leading}"
    chosen = _class_of(found, order)
    ui.chart(drawn.bars_figure, bars, found.titles, chosen, alt=alt, on_select=lambda action: _open(found, action))
    ui.caption(CLICK)
    _in_numbers(found)
    ui.caption(view.note)
    for note in found.notes:
        ui.caption(f"• {note}")


def _in_numbers(found: Compared) -> None:
    """The means, and what became of them."""
    without_truth = len(found.actions) - len(found.evaluated)
    meaning = MEAN.format(without_truth, len(found.actions))
    values = {f"mAP, {name}": (f"{one.mean:.3f}", meaning) for name, one in zip(("first", "second"), found.results)}
    if found.difference is not None:
        up, down = found.improved
        mean = found.difference.mean
        interval = f"The second minus the first; {mean.low:+.3f} to {mean.high:+.3f} in 95% of draws of the videos."
        values["Difference"] = (f"{mean.value:+.3f}", interval)
        values["Better, worse"] = (f"{up}, {down}", "Classes whose AP rose and fell, by however little.")
    values["Left out"] = (str(without_truth), "Classes without ground truth: no AP, and not in the mean.")
    ui.metrics(values)


def _bar(found: Compared, action: int) -> drawn.Bar:
    what, change = found.actions[action], found.change(action)
    bar = what.name, what.group, found.truths(action), tuple(result.ap[action] for result in found.results)
    if change is None:
        return drawn.Bar(*bar, action)
    return drawn.Bar(*bar, action, change.value, change.low, change.high, change.p_holm < LEVEL)
