"""Two files of numbers warped onto each other: what the alignment page does with features instead of videos."""

from dataclasses import asdict, dataclass, replace
from functools import partial
from pkgutil import resolve_name

import numpy as np

from vizcore import ui
from vizcore.features.alignment import export as files
from vizcore.features.alignment import figures_series as lines
from vizcore.features.alignment.controls import GROUND, GROUNDS, choose_settings, ground_of
from vizcore.features.alignment.page_clips import say
from vizcore.features.alignment.pipeline import Alignment, AlignmentSettings, compiled
from vizcore.features.alignment.pipeline_series import (
    EXAMPLES,
    KEPT,
    LEFT_OUT,
    SCALES,
    SeriesAlignment,
    align_series,
    read_series,
)
from vizcore.features.alignment.pipeline_strands import Pair
from vizcore.runtime.clip_library import ClipEntry

HERE = "vizcore.features.alignment"
VIEWS = {  # by name, imported when one is shown
    "Path": f"{HERE}.page_series:path",
    "Soft alignment": f"{HERE}.page_soft:soft",
    "Cycle": f"{HERE}.page_cycle:cycle",
    "Nearest neighbours": f"{HERE}.page_cycle:nearest",
    "Files and link": f"{HERE}.page_series:export",
}
COSTS_OF_FILES = ("euclidean", "cosine", "contrastive")
WHAT = (
    "NPY or CSV, a row for each moment and a column for each number, as many columns in both: features of a model, "
    "joints, sensors, sound. Nothing in a file is run."
)
MOMENTS = "A column that counts the rows, or tells the time, draws any path to the diagonal."
STEP = "Go along the path with the left and right keys."


@dataclass(frozen=True, eq=False)
class SeriesView:
    """One state of the page; what panels of clips look at has the same names."""

    entries: tuple[ClipEntry, ClipEntry]
    arguments: dict  # of align_series
    result: SeriesAlignment
    ground: str  # one of GROUNDS
    step: int = 0  # of the path, that is looked at

    @property
    def found(self) -> Alignment:
        """The alignment."""
        return self.result.found

    @property
    def pair(self) -> Pair:
        """What is aligned."""
        return self.result.pair

    @property
    def values(self) -> np.ndarray:
        """(N, M) what the colours of the matrix are."""
        return ground_of(self.found, self.ground)


def series() -> None:
    """Two files with the path between them, and beside them a closer look at one side of it."""
    view = _choose_view()
    stage, beside = ui.stage_and_view()
    with stage:
        view = _matrix(view)
    with beside:
        resolve_name(VIEWS[ui.views(VIEWS)])(view)


def _choose_view() -> SeriesView:
    """The settings: which files, and how they are aligned."""
    names = list(EXAMPLES)
    with ui.top():
        entries = [
            ui.pick_table(key, f"File {key[-1].upper()}", names, first, read_series, width=170)
            for key, first in zip(("file-a", "file-b"), names, strict=True)
        ]
    with ui.drawer("Alignment"):
        settings = choose_settings(COSTS_OF_FILES, "series-cost")
    with ui.drawer("Cost matrix"):
        ground = ui.segmented_control("Colours", GROUNDS, "ground", help=GROUND)
    with ui.drawer("Files"):
        about = "\n".join(f"- **{name}**: {what}" for name, what in SCALES.items())
        scale = ui.segmented_control("Numbers", list(SCALES), "scale", help=about)
        index = ui.segmented_control("A column of times", [LEFT_OUT, KEPT], "index", help=MOMENTS)
        ui.screen_caption(WHAT)
    ui.work("Compiling", compiled)
    paths = {"path": str(entries[0].path), "other": str(entries[1].path)}
    usual = asdict(AlignmentSettings())
    changed = {name: value for name, value in asdict(settings).items() if value != usual[name] or name == "cost"}
    arguments = {"scale": scale, **({"index": index} if index == KEPT else {}), **changed}
    result = ui.work("Reading the files", align_series, **paths, **arguments)
    return SeriesView(tuple(entries), arguments, result, ground)


def _matrix(view: SeriesView) -> SeriesView:
    """The matrix with both series along it, and the step of the path that is looked at from now on."""
    found, pair = view.found, view.pair
    place = ui.container()
    at = int(ui.slider("Step along the path", 0, len(found.path) - 1, len(found.path) // 2, "step", help=STEP))
    with place:
        given = view.values, found.path, view.result.series, at, view.ground, found.untrusted
        ui.chart(lines.matrix_figure, *given, alt=f"Matrix and path; {_in_words(view, at)}")
    for name, strand in zip("AB", (pair.first, pair.second)):
        if len(strand) < strand.total:
            ui.caption(f"File {name} has {strand.total:,} rows: {len(strand):,} of them, evenly taken, are compared.")
    for sentence in view.result.warnings:
        ui.warning(f"{sentence}.")
    return replace(view, step=at)


def path(view: SeriesView) -> None:
    """What the path costs, and the rows that it joins."""
    found, at = view.found, view.step
    say(view, view.result.verdict)
    with ui.drawer("Path"):
        column = int(ui.slider("Column", 0, view.result.series[0].shape[1] - 1, 0, "column"))
    words = _in_words(view, at)
    ui.markdown(f"**{words[:1].upper()}{words[1:]}**")
    alt = f"Column {column} of both; {words}"
    ui.chart(lines.joined_figure, found.path, view.result.series, column, at, alt=alt)
    ui.metrics(
        {
            "Cost of a pair": (f"{found.warping.distance:.3f}", "Mean cost along the path."),
            "Path cost": (f"{found.warping.total:.2f}", "Cost of the hard path by its step pattern."),
            "Soft cost": (f"{found.soft.value:.2f}", "The same over all paths, at γ."),
        }
    )


def _in_words(view: SeriesView, at: int) -> str:
    """A step of the path."""
    i, j = (int(strand.frames[k]) for strand, k in zip((view.pair.first, view.pair.second), view.found.path[at]))
    return f"step {at}: row {i} of A with row {j} of B, cost {view.found.cost[tuple(view.found.path[at])]:.3f}"


def export(view: SeriesView) -> None:
    """Files to take along, the link, and the Python lines."""
    say(view, view.result.verdict)
    found = view.found
    ui.download_buttons(
        {
            "path.csv": ("text/csv", lambda: files.path_csv(found)),
            "path.json": ("application/json", lambda: files.path_json(found, view.arguments)),
            "alignment.npz": ("application/octet-stream", lambda: files.alignment_npz(found, view.arguments)),
        }
    )
    ui.paper_figure("alignment", partial(files.alignment_paper, found, (), "frames"))
    ui.link_and_lines(align_series, view.entries[0], view.arguments, view.entries[1])
