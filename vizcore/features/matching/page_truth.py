"""What the matching page shows of a clip with ground truth: every source and method, scored by it."""

from vizcore import ui
from vizcore.algorithms.matching.descriptors import DESCRIPTORS
from vizcore.features.matching import figures_truth as drawn
from vizcore.features.matching.page_clip import MatchingView
from vizcore.features.matching.pipeline_truth import compare_with_truth
from vizcore.models import PATCH_MODELS

UNKNOWN = (
    "This clip has no ground truth: nobody knows where its patches go. Clips of the world, which are drawn, have it:"
)


def against_truth(view: MatchingView) -> None:
    """Descriptors and trained models by every method, on the frames that the page matches."""
    if view.clip.truth is None:
        ui.verdict("This clip has no ground truth to score a matching by.")
        ui.caption(UNKNOWN)
        ui.page_link("world", "Open the world", {})
        return
    chosen = f"{view.settings['source']} {view.settings['layer']}".strip()
    offered = [
        *DESCRIPTORS,
        *(f"{name} {layer}" for name, model in PATCH_MODELS.items() if model.classes for layer in _ends(model.layers)),
    ]
    sources = tuple(dict.fromkeys([chosen, *offered]))
    stretch = {name: view.settings[name] for name in ("path", "count", "start", "span", "across", "prior")}
    settings = stretch | {"truth": str(view.clip.truth), "sources": sources}
    scores = ui.work("Scoring against the ground truth", compare_with_truth, **settings)
    ui.verdict(scores.verdict, *view.badges)
    ui.chart(drawn.truth_figure, scores, alt="Share of patches matched as in the ground truth, by source and method")
    ui.table(drawn.truth_table(scores), percent=("patches right", "pixels followed", "moving pixels followed"))
    ui.caption(
        "Patches right: of the patches of which things cover a quarter or more, those matched with the patch where "
        "most of their pixels are next. Pixels followed: as a share of what the best one-to-one matching can "
        "follow. Models bring their own frames and grid, so compare methods within a row rather than rows."
    )


def _ends(layers: tuple[str, ...]) -> tuple[str, ...]:
    """The first layer of a net and its last: what comes in, and what comes out."""
    return layers[0], layers[-1]
