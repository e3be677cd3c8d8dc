"""What the page of non-local blocks shows: what a position attends to in each, every graph's eigenvalues, and files."""

from collections.abc import Callable
from functools import partial

import numpy as np

from vizcore import ui
from vizcore.algorithms.nonlocal_blocks.spectral import OPERATORS
from vizcore.features.nonlocal_blocks import figures as drawn
from vizcore.features.nonlocal_blocks.controls import BlockView, source_in_words
from vizcore.features.nonlocal_blocks.page_filter import BADGES, frequencies_of, sliders_of, weights_of
from vizcore.features.nonlocal_blocks.pipeline import LANTERNS, lanterns
from vizcore.features.nonlocal_blocks.pipeline_blocks import block_of, rows_of
from vizcore.features.nonlocal_blocks.pipeline_filter import FAMILIES, TRAINED, Frequencies, filter_clip, filtered
from vizcore.features.nonlocal_blocks.pipeline_scale import SCOPES, coloured
from vizcore.figures.heat import scale_figure
from vizcore.player import Heat, Pick, PlayerClip, player
from vizcore.runtime.playback import playback
from vizcore.ui.picked_patch import clicked

FEW = 2  # frames of which two strips fit side by side
MANY = 1024  # nodes above which only the chosen graph's frequencies are looked for
GUIDE = "**Click a position**, or press P on the picture and choose one with the arrow keys and Enter."
SCALE = "\n".join(f"- **{name}**: {words}" for name, words in SCOPES.items())


def affinities(view: BlockView) -> None:
    """The clip to click on, and what the position attends to by every operator, in one scale."""
    names = tuple(FAMILIES) if view.block_settings.kind != "trained" else TRAINED
    rows = rows_of(view.nodes, names, view.position, view.block_settings)
    ui.caption(source_in_words(view.settings["source"], view.block_settings))
    if view.nodes.clip is None:
        _strips(view, rows, 2)
        return
    left, right = ui.columns([2, 3], gap="medium")
    with left:
        _play(view, rows)
    if view.nodes.shape[0] <= 2 * FEW:
        with right:
            _strips(view, rows, 2 if view.nodes.shape[0] <= FEW else 1)
    else:
        with right:
            _about_attention(view, rows)
        _strips(view, rows, 1)


def eigenvalues(view: BlockView, operator: str) -> None:
    """The eigenvalues of every graph side by side, or of the operator's alone where that would take long."""
    count = len(view.nodes.features)
    names = [name for name in FAMILIES if name != "cc" or view.nodes.grid is not None]
    if count > MANY:
        ui.caption(f"{count:,} positions: the graph of the chosen operator alone, since large ones take seconds.")
        names = [name for name in names if operator in FAMILIES[name]]
    for column, name in zip(ui.columns(max(len(names), 2), gap="small"), names):
        found = frequencies_of(view, name)
        with column:
            sharing = FAMILIES[name][:3] if view.block_settings.kind != "trained" else (name,)
            ui.markdown(f"**{' · '.join(OPERATORS[one].title for one in sharing)}**")
            ui.badge(found.block.graph.kind, color=BADGES[found.block.graph.kind])
            if not len(found.values):
                ui.caption(found.why_not or "No eigenvalue but 0.")
                continue
            complex_ones = bool(np.iscomplexobj(found.values) and found.values.imag.any())
            figure = drawn.disc_figure if complex_ones else drawn.line_figure
            alt = f"{len(found.values)} eigenvalues of {OPERATORS[name].title}, largest {found.values[0].real:.2f}"
            ui.plotly_chart(figure(found.values, found.energy), f"eigenvalues-{name}", alt=alt)
            ui.caption(_eigenvalues_in_words(found))
    ui.caption(f"{drawn.disc_figure.caption} {drawn.line_figure.caption}")


def export(view: BlockView, operator: str) -> None:
    """Files to take along, the link, and the Python lines."""
    from vizcore.features.nonlocal_blocks import export as files  # no other section writes any

    found, weights = frequencies_of(view, operator), sliders_of(operator)
    rows = rows_of(view.nodes, tuple(FAMILIES), view.position, view.block_settings)
    result = filtered(view.nodes, found, weights_of(weights), rows)
    described = {key: getattr(value, "name", value) for key, value in view.arguments.items() if key != "path"}
    described |= {"clip": view.clip.title, "operator": operator, "position": view.position}
    makers: dict[str, tuple[str, Callable[[], bytes]]] = {
        "filter.npz": ("application/octet-stream", lambda: files.filter_npz(result, described)),
        "affinities.csv": ("text/csv", lambda: files.affinities_csv(result)),
        "frequencies.csv": ("text/csv", lambda: files.frequencies_csv(result)),
        "filter.png": ("image/png", lambda: files.filter_figure(result, view.position, "png")),
        "filter.svg": ("image/svg+xml", lambda: files.filter_figure(result, view.position, "svg")),
    }
    ui.download_buttons(makers)
    settings = {key: value for key, value in view.arguments.items() if key != "path"}
    settings |= {
        "operator": operator,
        "out": weights.out,
        "inner": weights.inner,
        "h": weights.h,
        "position": view.position,
    }
    ui.link_and_lines(filter_clip, view.clip, settings)


def _play(view: BlockView, rows: dict[str, np.ndarray]) -> None:
    """The clip under one operator's row; a click makes another position the one that is asked about."""
    nodes, path = view.nodes, view.settings["path"]
    path = lanterns(path) if path.startswith(LANTERNS) else path
    indices = nodes.clip.indices
    pack = ui.work("Preparing the player", playback, path=path, shown=tuple(indices.tolist()))
    titles = {OPERATORS[name].title: name for name in rows}
    name = titles[ui.selectbox("Over the player", list(titles), "over", default=OPERATORS["snl"].title, width=200)]
    heat, _ = coloured({name: rows[name]}, "each operator")
    places, once = np.unique(np.searchsorted(pack.indices, indices), return_index=True)
    values = (255 * heat[name].values[once]).round().astype(np.uint8)
    _, height, width = nodes.shape
    frame, row, column = view.at
    at = Pick(0, int(np.searchsorted(pack.indices, indices[frame])), row * width + column)
    player(
        [PlayerClip(pack.blob, pack.offsets, pack.times, pack.width, pack.height, view.clip.title)],
        key="spectral-player",
        grid=(height, width),
        heat=Heat(values, places, 0.0, heat[name].largest, "attention weight"),
        picked=at,
        pick=partial(clicked, pack.indices, (height, width)),
        frame=at.frame,
        height=360,
    )
    ui.caption(GUIDE)


def _strips(view: BlockView, rows: dict[str, np.ndarray], across: int) -> None:
    """What the position attends to by every operator, one picture each."""
    scope = ui.segmented_control("One scale for", list(SCOPES), "scale", help=SCALE)
    found, ends = coloured(rows, scope)
    frames = None if view.nodes.clip is None else view.nodes.clip.frames
    frame, row, column = view.at
    at = frame, row * view.nodes.shape[2] + column
    with ui.container(key="strips", gap="xsmall"):
        names = list(found)
        for start in range(0, len(names), across):
            for column_of, name in zip(ui.columns(across, gap="small"), names[start : start + across]):
                with column_of:
                    one = found[name]
                    ui.caption(_attention_in_words(view, name, one.largest, one.negative))
                    alt = f"What the position attends to by {OPERATORS[name].title}: max weight {one.largest:.1%}"
                    ui.image(drawn.attention_strip(frames, one.values, at), alt=alt)
        if "cc" not in rows:
            ui.caption("Criss-cross attention needs rows and columns, and this file has none.")
        words = "x uniform" if scope == "all operators" else "attention weight"
        alt = f"Colours from {ends[0]} to {ends[1]}"
        ui.plotly_chart(scale_figure(ends, words), "heard-scale", alt=alt)


def _about_attention(view: BlockView, rows: dict[str, np.ndarray]) -> None:
    """Beside a player whose strips are below it."""
    ui.markdown(
        "In a non-local block a position attends to all others. The operators differ in the **weights**: NL scores all "
        "positions and suppresses most by a softmax, A² gathers into a few topics and distributes these, CC attends to "
        "its own row, column and time, CGNL has no normalised weights at all, and SNL makes the weights symmetric."
    )
    ui.table(
        {
            "operator": OPERATORS[name].title,
            "graph": block_of(view.nodes, name, view.block_settings).graph.kind,
            "attends to": int((np.abs(row) > np.abs(row).max() / 100).sum()),
            "sum of its row": round(float(row.sum()), 4),
        }
        for name, row in rows.items()
    )
    ui.caption("“Attends to”: the number of positions whose weight is at least a hundredth of the max weight.")


def _attention_in_words(view: BlockView, name: str, largest: float, negative: float) -> str:
    """A strip's operator, with those that share its graph, and its max weight."""
    sharing = (name,) if view.block_settings.kind == "trained" else FAMILIES[name]
    words = [f"**{', '.join(OPERATORS[one].title for one in sharing[:4])}**", f"max weight {largest:.1%}"]
    if negative > 0:
        words.append(f"{negative:.0%} negative")
    if not largest:
        words.append("attends to nothing: all of its scores are 0")
    return " · ".join(words)


def _eigenvalues_in_words(found: Frequencies) -> str:
    whole = found.spectrum is None or found.spectrum.whole
    words = [f"{len(found.values):,} {'' if whole else 'largest '}eigenvalue{'s' * (len(found.values) != 1)}"]
    if found.why_not:
        words.append(found.why_not)
    return ". ".join(words)
