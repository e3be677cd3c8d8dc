"""How well is each class detected? What the page shows of one table of results or two: bars, then a class, then why."""

from collections.abc import Callable

from vizcore import ui
from vizcore.algorithms.detection.detection_errors import KINDS
from vizcore.algorithms.detection.sensitivity import GROUPINGS
from vizcore.features.localization import export as files
from vizcore.features.localization import figures_precision as drawn
from vizcore.features.localization.controls_precision import PrecisionView, read_controls
from vizcore.features.localization.page_gallery import MEANING, gallery
from vizcore.features.localization.pipeline_precision import ORDERS, Compared, calibration_of, sensitivity_of

LEVEL = 0.05  # of p after Holm
CLASS, CLOSER = "class", "closer"  # in the link
ORDER = "AP of the last one, what changed most, the most frequent first, or pose, object and person together."
MEAN = "Mean over the classes with ground truth; {} of {} classes have none and are left out."
CLICK = "**Click a bar** to open its class below: its curve, its errors, and the key frames behind them."


def precision() -> None:
    """The bars, then a closer look at one side of them."""
    view = read_controls()
    order = _in_numbers(view.found)
    bars = [_bar(view.found, action) for action in order]
    leading = f"{bars[0].name} first" if bars else "no class"
    chosen = _class_of(view.found, order)
    alt = f"Average precision of {len(bars)} classes, {leading}"
    ui.chart(
        drawn.bars_figure, bars, view.found.titles, chosen, alt=alt, on_select=lambda action: _open(view.found, action)
    )
    ui.caption(CLICK)
    for note in view.found.notes:
        ui.caption(f"• {note}")
    SECTIONS[ui.segmented_control("Look closer", list(SECTIONS), CLOSER, label_visibility="collapsed")](view, order)


def one_class(view: PrecisionView, order: tuple[int, ...]) -> None:
    """A class: its curve, its errors, and the key frames that are behind them."""
    found, names = view.found, _names(view.found, order)
    with ui.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        action = names[ui.selectbox("Class", list(names), CLASS, width=260)]
        which = len(found.results) - 1
        if which:
            which = found.titles.index(
                ui.selectbox("Pictures of", list(found.titles), "of", default=found.titles[-1], width=260)
            )
    left, right = ui.columns(2, gap="medium")
    name = found.actions[action].name
    with left:
        rankings = {title: result.rankings[action] for title, result in zip(found.titles, found.results)}
        curves = {title: (one.recall, one.precision, one.envelope) for title, one in rankings.items()}
        alt = "; ".join(f"{title}: AP {one.ap:.3f}" for title, one in rankings.items())
        ui.chart(drawn.curve_figure, curves, name, alt=f"Precision over recall of {name}; {alt}")
    with right:
        gains = {title: one.classes[action].gains for title, one in zip(found.titles, found.errors)}
        ui.chart(drawn.errors_figure, gains, alt=f"What each kind of error costs {name}")
    gallery(found, which, action)


def changes(view: PrecisionView, order: tuple[int, ...]) -> None:
    """The second less the first, class by class."""
    difference = view.found.difference
    if difference is None:
        ui.caption("There is one result: choose a second to compare them.")
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
    worst = max(gains[found.titles[-1]], key=gains[found.titles[-1]].get)
    ui.chart(drawn.errors_figure, gains, alt=f"Kinds of errors; most costly in {found.titles[-1]}: {worst}")
    ui.markdown("\n".join(f"- **{kind}**: {MEANING[kind]}" for kind in KINDS))
    ui.table(
        {"action": found.actions[k].name, "result": title} | types.classes[k].counts  # a kind of error is called class
        for k in order
        for title, types in zip(found.titles, found.errors)
    )


def calibration(view: PrecisionView, order: tuple[int, ...]) -> None:
    """Does a score mean what it says?"""
    bins, sentences = {}, []
    for title, one in zip(view.found.titles, calibration_of(view.found)):
        if one is None:
            ui.caption(f"{title}: its scores are not from 0 to 1, so they are no probabilities.")
        elif one.count.any():
            full = one.count > 0
            bins[title] = one.score[full], one.share[full], one.count[full]
            sentences.append(f"{title}: off by {one.error:.3f} on average")
    if bins:
        ui.chart(drawn.calibration_figure, bins, alt="Share of hits over score; " + "; ".join(sentences))
        ui.caption(". ".join(sentences) + " (expected calibration error).")


def sensitivity(view: PrecisionView, order: tuple[int, ...]) -> None:
    """What makes people hard to find?"""
    found = view.found
    for column, (by, (title, _)) in zip(ui.columns(len(GROUPINGS), gap="medium"), GROUPINGS.items()):
        with column:
            parts = sensitivity_of(found, by)
            values = {name: one.ap for name, one in zip(found.titles, parts)}
            first = parts[0]
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


def _in_numbers(found: Compared) -> tuple[int, ...]:
    """The means, and the order of the classes that a person chose."""
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
    return found.ordered(ui.segmented_control("Sorted by", list(ORDERS), "order", help=ORDER))


def _bar(found: Compared, action: int) -> drawn.Bar:
    what, change = found.actions[action], found.change(action)
    bar = what.name, what.group, found.truths(action), tuple(result.ap[action] for result in found.results)
    if change is None:
        return drawn.Bar(*bar, action)
    return drawn.Bar(*bar, action, change.value, change.low, change.high, change.p_holm < LEVEL)
