"""How alignment works and what it costs: Algorithms 1 and 2 line by line, the paper's tables, a calculator."""

from vizcore import ui
from vizcore.algorithms.matching.complexity import vit_cost
from vizcore.algorithms.matching.walkthrough import EXAMPLES, walk
from vizcore.features.matching import figures_complexity as complexity
from vizcore.features.matching import published as paper
from vizcore.figures import stages as walkthrough

TEMPORAL = {"space": "space only", "joint": "joint", "factorized": "factorized", "ata": "ATA"}


def algorithm() -> None:
    """Algorithms 1 and 2, one line after the other, on a handful of tokens."""
    choose, faults = ui.columns([2, 3], vertical_alignment="bottom")
    with choose:
        example = ui.word("Example", list(EXAMPLES), "example")
    with faults:
        minimise = ui.switch("As printed: linear_sum_assignment minimises", "minimise")
        off_by_one = ui.switch("As printed: the masks are read one place too far", "late")
    stages = walk(EXAMPLES[example], minimise=minimise, off_by_one=off_by_one)
    line = int(ui.number("Line", 1, len(stages), 1, "line"))
    stage = stages[line - 1]
    words, matrix = ui.columns(2, gap="medium")
    with words:
        ui.heading(stage.title)
        ui.code(stage.code)
        ui.text(stage.words)
        if stage.permutation is not None:
            ui.note(f"Permutation: {', '.join(map(str, stage.permutation.tolist()))}")
        if stage.fault:
            ui.warn(stage.fault)
    with matrix:
        ui.drawn(walkthrough.stage_figure, stage, alt=f"Line {line} of {len(stages)}: {stage.title}")


def cost() -> None:
    """The paper's tables beside what the named layers cost, and the same for any size."""
    published = {mode: vit_cost(mode) for mode in TEMPORAL}
    ui.heading("Table 1: what temporal modelling costs and brings")
    left, right = ui.columns(2, gap="medium")
    with left:
        ui.drawn(paper.table1_figure, published, alt="Accuracy of four models against their operations")
    with right:
        ui.note(paper.NOTES["cost of alignment"])
        ui.note(paper.NOTES["cubic"])
    ui.table(paper.table1_rows(published))
    ui.heading("Table 2: how many blocks are aligned")
    left, right = ui.columns(2, gap="medium")
    with left:
        ui.drawn(paper.table2_figure, alt="Accuracy against the number of aligned blocks")
    with right:
        ui.note(paper.NOTES["two values of one model"])
        ui.note(paper.NOTES["not monotone"])
    ui.table(paper.table2_ticks())
    ui.note(f"Printed numbers: {paper.SOURCE}.")
    _calculator()


def _calculator() -> None:
    ui.heading("The same for any size")
    with ui.row(horizontal=True, gap="large"):
        frames = int(ui.number("Frames", 1, 64, 8, "T", width=172))
        patch = int(ui.word("Patch, px", ["8", "14", "16", "32"], "patch", first="16", width=120))
        side = int(ui.number("Frame, patches a side", 4, 64, 14, "side", width=172))
        width = int(ui.number("Width d", 64, 1536, 768, "d", step=64, width=172))
        depth = int(ui.number("Blocks", 1, 48, 12, "depth", width=172))
    costs = {
        name: vit_cost(mode, frames, side * patch, patch, width, depth, heads=width // 64)
        for mode, name in TEMPORAL.items()
    }
    left, right = ui.columns(2, gap="medium")
    with left:
        ui.drawn(complexity.cost_figure, costs, alt="Multiply-adds of four models, by part")
    with right:
        ui.drawn(complexity.crossing_figure, frames, side * side, width, alt="Where matching is the cheaper part")
    rows = [{"model": name, "parameters": cost.parameters, "multiply-adds": cost.macs} for name, cost in costs.items()]
    ui.table(rows, counts=("parameters", "multiply-adds"))
