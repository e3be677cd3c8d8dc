"""Where the embedding of two clips is from: heat of its maps over both, and how its model was trained."""

import numpy as np

from vizcore import ui
from vizcore.features.alignment import figures as drawn
from vizcore.features.alignment.controls import AlignmentView
from vizcore.features.alignment.page_clips import say
from vizcore.features.alignment.pipeline_embeddings import PIXELS
from vizcore.features.heatmaps.pipeline import heat_maps
from vizcore.features.heatmaps.pipeline_scale import scaled
from vizcore.figures import heat as heat_
from vizcore.models.weights import card, names

LEARNING = "learning: "  # how metrics of a card begin that were noted during the training
THUMBNAILS = 6  # frames of a row


def sight(view: AlignmentView) -> None:
    """Where the embedding is from: heat of its maps over both clips, and how it was trained."""
    say(view, view.found.verdict)
    model = view.arguments["model"]
    if model == PIXELS:
        raise ValueError("want a model, got pixels: they look everywhere alike.")
    for name, clip in zip("AB", view.clips, strict=True):
        arguments = {"path": str(clip.path), "models": (model,), "method": "channel-mean"}
        maps = ui.work("Running the model", heat_maps, **arguments)
        (part,), (row,) = scaled(maps), maps.rows
        some = np.unique(np.linspace(0, len(maps.clip.indices) - 1, THUMBNAILS).round().astype(int))
        heat = part.values[row.shown_at(maps.clip.indices[some])]
        frames = heat_.small(maps.clip.frames[some])
        words = f"Heat of {row.layer} over frames {', '.join(map(str, maps.clip.indices[some]))} of {name}"
        ui.image(heat_.heat_strip(frames, heat), alt=words, caption=words)
    ui.caption(
        "As in Figure 2 of the paper's supplement: the mean over channels of the last map, from each clip's lowest to "
        "its highest. It says where the map is active, not why."
    )
    if isinstance(model, str):
        ui.page_link(
            "heatmaps", "Open in Heat maps", {"clip": view.clips[0].clip_id, "rows": "my choice", "row1": model}
        )
    _training(model)


def _training(model) -> None:
    """The training curves of a model's card, where it has them."""
    name = getattr(model, "name", model)
    page = card(name) if name in names() else None
    learning = {} if page is None else {
        key.removeprefix(LEARNING): value for key, value in page.metrics.items() if key.startswith(LEARNING)
    }  # fmt: skip
    if "step" not in learning:
        ui.caption("Nobody noted how this model was trained step by step.")
        return
    ui.subheader("How it was trained")
    ui.chart(drawn.training_figure, learning, alt=f"Training of {page.title} over {learning['step'][-1]} steps")
    ui.caption(f"{page.about} {page.minutes:.1f} minutes on one thread; made by `{page.command}`.")
