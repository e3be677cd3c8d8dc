"""What the page of heat maps shows of the rows' answers: their likeliest classes, and what those depend on."""

from vizcore import ui
from vizcore.algorithms.attribution.faithfulness import REPLACEMENTS
from vizcore.features.heatmaps import figures as drawn
from vizcore.features.heatmaps.controls import HeatmapView
from vizcore.features.heatmaps.pipeline_answers import answers, class_scores
from vizcore.features.heatmaps.pipeline_classes import COUNT, MOST, classes_over_time, has_answers
from vizcore.features.heatmaps.pipeline_faithfulness import SEEDS, Faithfulness, faithfulness
from vizcore.models import MODELS

DENSE = "Evenly spread over the stretch; of a shorter one, every frame."
AREAS = (
    "Areas are mean probabilities, 0 to 1: a faithful map has a small one under deletion and a large one under "
    f"insertion. Chance: patches in random order, {len(SEEDS)} times, with their standard deviation; a gap "
    "over chance below twice that is not significant. Deleting patches makes pictures unlike any in training."
)


def scores(view: HeatmapView) -> None:
    """The likeliest classes of every row whose answers may be shown."""
    found = class_scores(view.maps, anyway=view.anyway)
    ui.verdict(found.verdict, *view.badges)
    each = zip(found.rows, view.maps.rows, strict=True)
    rows = [
        {"row": one.name, "rank": rank, "class": _plain(word), "probability": share, "weights": row.model.origin}
        for one, row in each
        for rank, (word, share) in enumerate(one.classes, 1)
    ]
    if rows:
        ui.table(rows, percent=("probability",), whole=True)
    else:
        ui.caption("There is no prediction here that means anything.")
    if found.label:
        ui.caption(f"Ground truth of this clip: {_plain(found.label)}.")
    untrained = [row.name for row in view.maps.rows if not row.trained]
    if untrained:
        ui.caption(f"{', '.join(untrained)}: random weights, or no classes, so there is no prediction to show.")


def over_time(view: HeatmapView) -> None:
    """The likeliest classes of a row that sees each frame alone, frame by frame."""
    rows = {row.name: row for row in view.maps.rows if has_answers(row.model)}
    if not rows:
        ui.verdict("No row here names classes in each frame alone: a net of photographs does.", *view.badges)
        return
    with ui.drawer("Classes over time"):
        name = ui.selectbox("Classes of", list(rows), "of")
        count = int(ui.slider("Frames at most", 16, MOST, COUNT, "dense", help=DENSE))
    settings = {one: view.settings[one] for one in ("path", "start", "span")}
    model = rows[name].model
    asked = model.name if MODELS.get(model.name) is model else model
    found = ui.work("Naming what is in every frame", classes_over_time, model=asked, count=count, **settings)
    anyway = found.row.badge.shown or ui.show_anyway(found.row.badge)
    ui.verdict(found.told(anyway), found.row.badge)
    if not anyway:
        ui.caption("Frames of which a net knows nothing get names as well, now this and now that: none is shown.")
        return
    bands = [(_plain(word), shares) for word, shares in found.bands()]
    alt = ", ".join(f"{word} {shares.mean():.0%}" for word, shares in bands)
    ui.chart(drawn.bands_figure, bands, found.times, alt=f"Mean probabilities over {len(found.times)} frames: {alt}")


def deletion_insertion(view: HeatmapView) -> None:
    """Deletion and insertion of every row."""
    with ui.drawer("Faithfulness"):
        steps = int(ui.slider("Steps", 4, 20, 10, "steps"))
        replacement = ui.segmented_control("Hidden patches become", list(REPLACEMENTS), "hidden")
    options = {"steps": steps, "replacement": replacement}
    found = ui.work("Deleting and inserting patches", faithfulness, **view.settings, **options)
    ui.verdict(found.verdict, *view.badges)
    tried = {one.row.name: one for one in found if one is not None}
    if not tried:
        return
    curves = {name: (one.curves, one.chance) for name, one in tried.items()}
    alt = "; ".join(f"{name} {one.over_chance:+.2f} over chance" for name, one in tried.items())
    ui.chart(drawn.curves_figure, curves, alt=f"Deletion and insertion: {alt}")
    ui.table(
        {
            "row": name,
            "class": _scored(view, one),
            "deletion": round(one.curves.deletion_area, 3),
            "insertion": round(one.curves.insertion_area, 3),
            "gap": round(one.curves.gap, 3),
            "gap over chance": round(one.over_chance, 3),
            "± of chance": round(one.spread, 3),
        }
        for name, one in tried.items()
    )
    ui.caption(AREAS)


def _scored(view: HeatmapView, one: Faithfulness) -> str:
    """The class whose probability falls and rises; "" where it is an answer that is not to be shown."""
    asked = view.settings["target"] != "top" and one.row.asked is not None
    return _plain(one.row.word(one.scored)) if asked or answers(one.row, view.anyway) else ""


def _plain(word: str) -> str:
    return word.replace("_", " ")
