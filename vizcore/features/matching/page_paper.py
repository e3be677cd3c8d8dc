"""How alignment works and what it costs: Algorithms 1 and 2 line by line, the paper's tables, a calculator."""

from vizcore import ui
from vizcore.algorithms.matching.complexity import vit_cost
from vizcore.algorithms.matching.walkthrough import EXAMPLES, walk
from vizcore.features.matching import controls
from vizcore.features.matching import figures_complexity as complexity
from vizcore.features.matching import published as paper
from vizcore.features.matching.pipeline_verdict import cost_verdict, walk_verdict
from vizcore.figures import stages as walkthrough

TEMPORAL = {"space": "space only", "joint": "joint", "factorized": "factorized", "ata": "ATA"}


def algorithm() -> None:
    """Algorithms 1 and 2, one line after the other, on a handful of tokens."""
    example = controls.example()
    stages = walk(EXAMPLES[example.name], minimise=example.minimise, off_by_one=example.off_by_one)
    line = controls.line(len(stages))
    stage = stages[line - 1]
    ui.verdict(walk_verdict(stages))
    words, matrix = ui.columns(2, gap="medium")
    with words:
        ui.subheader(stage.title)
        ui.code(stage.code)
        ui.markdown(stage.words)
        if stage.permutation is not None:
            ui.caption(f"Permutation: {', '.join(map(str, stage.permutation.tolist()))}")
        if stage.fault:
            ui.warning(stage.fault)
    with matrix:
        ui.chart(walkthrough.stage_figure, stage, alt=f"Line {line} of {len(stages)}: {stage.title}")


def cost() -> None:
    """The paper's tables beside what the named layers cost, and the same for any size."""
    published = {mode: vit_cost(mode) for mode in TEMPORAL}
    ui.verdict(cost_verdict(published))
    ui.subheader("Table 1: what temporal modelling costs and brings")
    left, right = ui.columns(2, gap="medium")
    with left:
        ui.chart(paper.table1_figure, published, alt="Accuracy of four models against their operations")
    with right:
        ui.caption(paper.NOTES["cost of alignment"])
        ui.caption(paper.NOTES["cubic"])
    ui.table(paper.table1_rows(published))
    ui.subheader("Table 2: how many blocks are aligned")
    left, right = ui.columns(2, gap="medium")
    with left:
        ui.chart(paper.table2_figure, alt="Accuracy against the number of aligned blocks")
    with right:
        ui.caption(paper.NOTES["two values of one model"])
        ui.caption(paper.NOTES["not monotone"])
    ui.table(paper.table2_ticks())
    ui.caption(f"Printed numbers: {paper.SOURCE}.")
    _calculator()


def _calculator() -> None:
    ui.subheader("The same for any size")
    size = controls.sizes()
    image, heads = size.side * size.patch, size.width // 64
    costs = {
        name: vit_cost(mode, size.frames, image, size.patch, size.width, size.depth, heads=heads)
        for mode, name in TEMPORAL.items()
    }
    left, right = ui.columns(2, gap="medium")
    with left:
        ui.chart(complexity.cost_figure, costs, alt="Multiply-adds of four models, by part")
    with right:
        given = size.frames, size.side**2, size.width
        ui.chart(complexity.crossing_figure, *given, alt="Where matching is the cheaper part")
    rows = [{"model": name, "parameters": cost.parameters, "multiply-adds": cost.macs} for name, cost in costs.items()]
    ui.table(rows, counts=("parameters", "multiply-adds"))
