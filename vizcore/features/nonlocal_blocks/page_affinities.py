"""What the page of non-local blocks shows: what a position attends to in each, every graph's eigenvalues, and files."""

from collections.abc import Callable
from functools import partial

import numpy as np

from vizcore import ui
from vizcore.algorithms.nonlocal_blocks.spectral import OPERATORS
from vizcore.features.nonlocal_blocks import figures as drawn
from vizcore.features.nonlocal_blocks.controls import BlockView, heat_of
from vizcore.features.nonlocal_blocks.page_filter import BADGES, frequencies_of, sliders_of, weights_of
from vizcore.features.nonlocal_blocks.pipeline import LANTERNS, lanterns
from vizcore.features.nonlocal_blocks.pipeline_blocks import Affinities, block_of, rows_of
from vizcore.features.nonlocal_blocks.pipeline_filter import FAMILIES, TRAINED, Frequencies, filter_clip, filtered
from vizcore.features.nonlocal_blocks.pipeline_scale import EACH, SCOPES, Coloured, coloured
from vizcore.features.nonlocal_blocks.pipeline_verdict import STILL, eigenvalues_verdict
from vizcore.figures.heat import scale_figure
from vizcore.player import Heat, Pick, PlayerClip, player
from vizcore.runtime.playback import playback
from vizcore.ui.picked_patch import clicked

FEW = 2  # frames of which two strips fit side by side
ACROSS = 4  # frames in a row of a strip
MANY = 1024  # nodes above which only the chosen graph's frequencies are looked for
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
    beside = {name: row for name, row in rows.items() if name != _owner(view)}
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


def eigenvalues(view: BlockView) -> None:
    """The eigenvalues of every graph, the chosen one first, or of it alone where the others would take long."""
    count, mine = len(view.nodes.features), _owner(view)
    names = [mine, *(name for name in FAMILIES if name != mine and (name != "cc" or view.nodes.grid is not None))]
    names = names[:1] if count > MANY else names
    spectra = {name: frequencies_of(view, name) for name in names}
    others = [OPERATORS[name].title for name in names[1:] if _turns(spectra[name])]
    found = frequencies_of(view, view.operator)
    kind = found.block.graph.kind
    ui.verdict(eigenvalues_verdict(view.operator, kind, found.values, found.reason, others), *view.badges)
    if count > MANY:
        ui.caption(f"{count:,} positions: the graph of the chosen operator alone, since large ones take seconds.")
    for name, one in spectra.items():
        _spectrum(view, name, one)
    ui.caption(f"{drawn.disc_figure.caption} {drawn.line_figure.caption}")


def export(view: BlockView) -> None:
    """Files to take along, the link, and the Python lines."""
    from vizcore.features.nonlocal_blocks import export as files  # no other section writes any

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


def _drawn(view: BlockView) -> tuple[str, ...]:
    """The operators whose graphs differ: one of each family, or all that have a trained net of their own."""
    return tuple(FAMILIES) if view.block_settings.kind != "trained" else TRAINED


def _owner(view: BlockView) -> str:
    """Of these, the one whose graph the chosen operator has."""
    if view.block_settings.kind == "trained" and view.operator in TRAINED:
        return view.operator
    return next(one for one, family in FAMILIES.items() if view.operator in family)


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
        pick=partial(clicked, pack.indices, (height, width)),
        frame=at.frame,
    )


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


def _spectrum(view: BlockView, name: str, found: Frequencies) -> None:
    """The eigenvalues of one graph, under the names of the operators that share it."""
    sharing = FAMILIES[name][:3] if view.block_settings.kind != "trained" else (name,)
    with ui.container(horizontal=True, vertical_alignment="center", gap="small"):
        ui.markdown(f"**{' · '.join(OPERATORS[one].title for one in sharing)}**")
        ui.badge(found.block.graph.kind, color=BADGES[found.block.graph.kind])
    if not len(found.values):
        ui.caption(found.why_not or "No eigenvalue but 0.")
        return
    figure = drawn.line_figure if found.energy is not None and not _turns(found) else drawn.disc_figure
    alt = f"{len(found.values)} eigenvalues of {OPERATORS[name].title}, largest {found.values[0].real:.2f}"
    ui.plotly_chart(figure(found.values, found.energy), f"eigenvalues-{name}", alt=alt)
    ui.caption(_eigenvalues_in_words(found))


def _turns(found: Frequencies) -> bool:
    """It has complex eigenvalues."""
    return bool((np.abs(np.imag(found.values)) > STILL).any())


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


def _eigenvalues_in_words(found: Frequencies) -> str:
    whole = found.spectrum is None or found.spectrum.whole
    words = [f"{len(found.values):,} {'' if whole else 'largest '}eigenvalue{'s' * (len(found.values) != 1)}"]
    if found.why_not:
        words.append(f"{found.why_not[:1].upper()}{found.why_not[1:]}")
    return ". ".join(words)
