"""Two files of numbers warped onto each other: what the alignment page does with features instead of videos."""

from dataclasses import asdict, dataclass

import numpy as np

from vizcore import ui
from vizcore.algorithms.alignment.warping import PATTERNS
from vizcore.features.alignment import export as files
from vizcore.features.alignment import figures_series as lines
from vizcore.features.alignment import page_clips as panels
from vizcore.features.alignment.controls import (
    BAND,
    BEGIN,
    BETA,
    BETAS,
    END,
    SOFTNESS,
    STEPS,
    choose_ground,
    ground_of,
)
from vizcore.features.alignment.page_cycle import cycle
from vizcore.features.alignment.pipeline import COSTS, Alignment, AlignmentSettings, compiled
from vizcore.features.alignment.pipeline_series import EXAMPLES, SCALES, SeriesAlignment, align_series, read_series
from vizcore.features.alignment.pipeline_strands import Pair
from vizcore.runtime.clip_library import ClipEntry

SECTIONS = ("Soft alignment", "Cycle", "Nearest neighbours", "Files and link")
WHAT = (
    "NPY or CSV, a row for each moment and a column for each number, as many columns in both: features of a model, "
    "joints, sensors, sound. Nothing in a file is run."
)
COST = "\n".join(f"- **{name}**: {what}" for name, what in COSTS.items())
STEP = "Go along the path with the left and right keys."


@dataclass(frozen=True, eq=False)
class SeriesView:
    """One state of the page; what panels of clips look at has the same names."""

    entries: tuple[ClipEntry, ClipEntry]
    arguments: dict  # of align_series
    result: SeriesAlignment
    ground: str  # one of GROUNDS

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
    """Two files, the path between them, and a closer look at one side of it."""
    view = _choose_view()
    _matrix(view)
    sections = dict(zip(SECTIONS, (panels.soft, cycle, panels.nearest, _export)))
    sections[ui.segmented_control("Look closer", list(sections), "show", label_visibility="collapsed")](view)


def _choose_view() -> SeriesView:
    """The controls: which files, and how they are aligned."""
    ui.caption(WHAT)
    names = list(EXAMPLES)
    entries = []
    for column, key, first in zip(ui.columns(2, gap="medium"), ("file-a", "file-b"), names, strict=True):
        with column:
            entries.append(ui.pick_table(key, f"File {key[-1].upper()}", names, first, read_series))
    with ui.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        scale = ui.segmented_control(
            "Numbers", list(SCALES), "scale", help="\n".join(f"- **{k}**: {v}" for k, v in SCALES.items())
        )
        cost = ui.segmented_control("Cost", ["euclidean", "cosine", "contrastive"], "series-cost", help=COST)
        more = ui.popover("More", icon=":material/tune:")
        ground, gamma = choose_ground()
    with more:
        settings = AlignmentSettings(
            cost,
            ui.select_slider("β", BETAS, AlignmentSettings.beta, "beta", help=BETA)
            if cost == "contrastive"
            else AlignmentSettings.beta,
            gamma,
            ui.segmented_control("Soft minimum", ["smooth", "soft"], "minimum", help=SOFTNESS),
            ui.segmented_control("Step pattern", list(PATTERNS), "pattern", help=STEPS),
            ui.slider("Band", 0.02, 1.0, 1.0, "band", step=0.02, help=BAND),
            ui.toggle("Open begin", "begin", help=BEGIN),
            ui.toggle("Open end", "end", help=END),
        )
    ui.work("Compiling", compiled)
    paths = {"path": str(entries[0].path), "other": str(entries[1].path)}
    changed = {
        name: value
        for name, value in asdict(settings).items()
        if value != asdict(AlignmentSettings())[name] or name == "cost"
    }
    arguments = {"scale": scale, **changed}
    result = ui.work("Reading the files", align_series, **paths, **arguments)
    return SeriesView(tuple(entries), arguments, result, ground)


def _matrix(view: SeriesView) -> None:
    """The matrix with both series along it, lines between them, and numbers."""
    found, pair = view.found, view.pair
    for name, strand in zip("AB", (pair.first, pair.second)):
        if len(strand) < strand.total:
            ui.caption(f"File {name} has {strand.total:,} rows: {len(strand):,} of them, evenly taken, are compared.")
    at = int(ui.slider("Step along the path", 0, len(found.path) - 1, len(found.path) // 2, "step", help=STEP))
    i, j = (int(strand.frames[k]) for strand, k in zip((pair.first, pair.second), found.path[at]))
    words = f"step {at}: row {i} of A with row {j} of B, cost {found.cost[tuple(found.path[at])]:.3f}"
    left, right = ui.columns([1, 1], gap="medium")
    with left:
        given = view.values, found.path, view.result.series, at, view.ground
        ui.chart(lines.matrix_figure, *given, alt=f"Matrix and path; {words}")
    with right:
        ui.markdown(f"**{words[:1].upper()}{words[1:]}**")
        width = view.result.series[0].shape[1]
        column = int(ui.slider("Column", 0, width - 1, 0, "column", width=220))
        ui.chart(
            lines.joined_figure, found.path, view.result.series, column, at, alt=f"Column {column} of both; {words}"
        )
        ui.metrics(
            {
                "Cost of a pair": (f"{found.warping.distance:.3f}", "Mean cost along the path."),
                "Path cost": (f"{found.warping.total:.2f}", "Cost of the hard path by its step pattern."),
                "Soft cost": (f"{found.soft.value:.2f}", "The same over all paths, at γ."),
            }
        )


def _export(view: SeriesView) -> None:
    """Files to take along, the link, and the Python lines."""
    found, unit = view.found, "frames"
    ui.download_buttons(
        {
            "path.csv": ("text/csv", lambda: files.path_csv(found)),
            "path.json": ("application/json", lambda: files.path_json(found, view.arguments)),
            "alignment.npz": ("application/octet-stream", lambda: files.alignment_npz(found, view.arguments)),
            "alignment.png": ("image/png", lambda: files.alignment_paper(found, (), unit, "png")),
            "alignment.svg": ("image/svg+xml", lambda: files.alignment_paper(found, (), unit, "svg")),
        }
    )
    ui.link_and_lines(align_series, view.entries[0], view.arguments, view.entries[1])
