"""What the page of non-local blocks shows: what a position attends to in each block, and files."""

from collections.abc import Callable
from functools import partial

import numpy as np

from vizcore import ui
from vizcore.algorithms.nonlocal_blocks.operators import OPERATORS
from vizcore.features.nonlocal_blocks import figures as drawn
from vizcore.features.nonlocal_blocks.controls import BlockView, heat_of, owner_of
from vizcore.features.nonlocal_blocks.pipeline import LANTERNS, lanterns
from vizcore.features.nonlocal_blocks.pipeline_blocks import FAMILIES, TRAINED, Affinities, block_of, rows_of
from vizcore.features.nonlocal_blocks.pipeline_scale import EACH, SCOPES, Coloured, coloured
from vizcore.figures.heat import scale_figure
from vizcore.player import Heat, Pick, PlayerClip, player
from vizcore.runtime.playback import playback
from vizcore.ui.picked_patch import clicked

FEW = 2  # frames of which two strips fit side by side
ACROSS = 4  # frames in a row of a strip
GUIDE = "**Click a position**, or press P on the picture and choose one with the arrow keys and Enter."
SCALE = "\n".join(f"- **{name}**: {words}" for name, words in SCOPES.items())
ABOUT = (
    "A position attends to all others, and the operators differ in the weights: NL scores all positions and suppresses "
    "most by a softmax, A² gathers into a few topics and distributes these, CC attends to its own row, column and "
    "time, CGNL has no normalised weights at all, and SNL makes the weights symmetric."
)


def picture(view: BlockView) -> None:
    """The positions, coloured by what one of them attends to; a click asks about another one."""
    name = heat_of(view, [*_drawn(view)])
    row = rows_of(view.nodes, (name,), view.position, view.block_settings).get(name)
    if row is None:
        raise ValueError("want a file of features (T, H, W, C) for criss-cross attention, got one without rows.")
    if view.nodes.clip is None:
        words = f"What {_place(view)} attends to by {OPERATORS[name].title}"
        ui.image(
            _strip(view, coloured({name: row}, EACH)[0][name]), alt=words, caption=f"{words}; choose under Settings."
        )
        return
    _play(view, name, row)
    ui.caption(GUIDE)


def affinities(view: BlockView) -> None:
    """What the position attends to by every operator, in one scale."""
    rows = rows_of(view.nodes, _drawn(view), view.position, view.block_settings)
    chosen = rows_of(view.nodes, (view.operator,), view.position, view.block_settings)
    beside = {name: row for name, row in rows.items() if name != owner_of(view)}
    ui.verdict(Affinities(chosen | beside, view.operator, view.target).verdict, *view.badges)
    _strips(view, rows, 2 if view.nodes.shape[0] <= FEW else 1)
    ui.table(
        {
            "operator": OPERATORS[name].title,
            "graph": block_of(view.nodes, name, view.block_settings).graph.kind,
            "attends to": int((np.abs(row) > np.abs(row).max() / 100).sum()),
            "sum of its row": round(float(row.sum()), 4),
        }
        for name, row in rows.items()
    )
    ui.caption(f"“Attends to”: the positions whose weight is at least a hundredth of the max weight. {ABOUT}")


def export(view: BlockView) -> None:
    """Files to take along, the link, and the Python lines."""
    from vizcore.features.nonlocal_blocks import export as files  # this section alone writes files and filters
    from vizcore.features.nonlocal_blocks.page_filter import frequencies_of, sliders_of, weights_of
    from vizcore.features.nonlocal_blocks.pipeline_filter import filter_clip, filtered

    operator = view.operator
    found, weights = frequencies_of(view, operator), sliders_of(operator)
    rows = rows_of(view.nodes, tuple(FAMILIES), view.position, view.block_settings)
    result = filtered(view.nodes, found, weights_of(weights), rows)
    ui.verdict(result.verdict, *view.badges)
    described = {key: getattr(value, "name", value) for key, value in view.arguments.items() if key != "path"}
    described |= {"clip": view.clip.title, "operator": operator, "position": view.position}
    makers: dict[str, tuple[str, Callable[[], bytes]]] = {
        "filter.npz": ("application/octet-stream", lambda: files.filter_npz(result, described)),
        "affinities.csv": ("text/csv", lambda: files.affinities_csv(result)),
        "frequencies.csv": ("text/csv", lambda: files.frequencies_csv(result)),
    }
    ui.download_buttons(makers)
    ui.paper_figure("filter", partial(files.filter_paper, result, view.position))
    settings = {key: value for key, value in view.arguments.items() if key != "path"}
    settings |= {
        "operator": operator,
        "out": weights.out,
        "inner": weights.inner,
        "h": weights.h,
        "position": view.position,
    }
    ui.link_and_lines(filter_clip, view.clip, settings)


def _drawn(view: BlockView) -> tuple[str, ...]:
    """The operators whose graphs differ: one of each family, or all that have a trained net of their own."""
    return tuple(FAMILIES) if view.block_settings.kind != "trained" else TRAINED


def _play(view: BlockView, name: str, row: np.ndarray) -> None:
    """The clip under one operator's row; a click makes another position the one that is asked about."""
    nodes, path = view.nodes, view.settings["path"]
    path = lanterns(path) if path.startswith(LANTERNS) else path
    indices = nodes.clip.indices
    pack = ui.work("Preparing the player", playback, path=path, shown=tuple(indices.tolist()))
    heat = coloured({name: row}, EACH)[0][name]
    places, once = np.unique(np.searchsorted(pack.indices, indices), return_index=True)
    values = (255 * heat.values[once]).round().astype(np.uint8)
    _, height, width = nodes.shape
    frame, row_at, column = view.at
    at = Pick(0, int(np.searchsorted(pack.indices, indices[frame])), row_at * width + column)
    player(
        [PlayerClip(pack.blob, pack.offsets, pack.times, pack.width, pack.height, view.clip.title)],
        key="spectral-player",
        grid=(height, width),
        heat=Heat(values, places, 0.0, heat.largest, "attention weight"),
        picked=at,
        pick=partial(clicked, view.clip.clip_id, pack.indices, (height, width)),
        frame=at.frame,
    )
    if "start" in view.settings:
        ui.overview(*(view.settings[name] for name in ("path", "start", "span")))


def _strip(view: BlockView, one: Coloured) -> np.ndarray:
    """One operator's row over the frames, with the position outlined."""
    frames = None if view.nodes.clip is None else view.nodes.clip.frames
    frame, row, column = view.at
    across = min(ACROSS, view.nodes.shape[0])
    return drawn.attention_strip(frames, one.values, (frame, row * view.nodes.shape[2] + column), across=across)


def _strips(view: BlockView, rows: dict[str, np.ndarray], across: int) -> None:
    """What the position attends to by every operator, one picture each."""
    with ui.drawer("Affinities"):
        scope = ui.segmented_control("One scale for", list(SCOPES), "scale", help=SCALE)
    found, ends = coloured(rows, scope)
    with ui.container(key="strips", gap="xsmall"):
        names = list(found)
        for start in range(0, len(names), across):
            for column_of, name in zip(ui.columns(across, gap="small"), names[start : start + across]):
                with column_of:
                    one = found[name]
                    ui.caption(_attention_in_words(view, name, one.largest, one.negative))
                    alt = f"What the position attends to by {OPERATORS[name].title}: max weight {one.largest:.1%}"
                    ui.image(_strip(view, one), alt=alt)
        if "cc" not in rows:
            ui.caption("Criss-cross attention needs rows and columns, and this file has none.")
        words = "x uniform" if scope == "all operators" else "attention weight"
        alt = f"Colours from {ends[0]} to {ends[1]}"
        ui.plotly_chart(scale_figure(ends, words), "heard-scale", alt=alt)


def _place(view: BlockView) -> str:
    frame, row, column = view.at
    return f"the position of frame {frame}, row {row}, column {column}"


def _attention_in_words(view: BlockView, name: str, largest: float, negative: float) -> str:
    """A strip's operator, with those that share its graph, and its max weight."""
    sharing = (name,) if view.block_settings.kind == "trained" else FAMILIES[name]
    words = [f"**{', '.join(OPERATORS[one].title for one in sharing[:4])}**", f"max weight {largest:.1%}"]
    if negative > 0:
        words.append(f"{negative:.0%} negative")
    if not largest:
        words.append("attends to nothing: all of its scores are 0")
    return " · ".join(words)
