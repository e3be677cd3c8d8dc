"""Graph matching by hand, and what the paper printed: how scores become a plan, what it costs, tables and errata."""

from vizcore import ui
from vizcore.algorithms.matching.graph_matching import FORMS
from vizcore.features.segmentation import figures_graph_matching as drawn
from vizcore.features.segmentation import published as paper
from vizcore.features.segmentation.pipeline_graph_matching import (
    GRAPHS,
    loss_curves,
    matched,
    quadratic,
    training_curves,
)
from vizcore.features.segmentation.pipeline_verdict import table_verdict

TEMPERATURES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
WHAT = (
    "While it is trained, a second net matches the keypoints that were found with those of the ground truth. "
    "Scores of all pairs become a **plan** whose rows and columns sum to 1, by dividing each row by its sum, then each "
    "column, and so on (Sinkhorn); the **permutation loss** compares the plan with the ground truth."
)
TEMPERATURE = "Scores are divided by it: a small one comes near to a permutation, and takes longer to balance."
ITERATIONS = "Rows, then columns, in turn. After an even number, columns sum to 1 and rows nearly do."


def matching() -> None:
    """A few nodes: plan, assignment, losses, and the quadratic problem behind them."""
    with ui.drawer("Graph matching"):
        graphs = GRAPHS[ui.selectbox("Graphs", list(GRAPHS), "graphs")]
        temperature = ui.select_slider("Temperature τ", TEMPERATURES, 1.0, "tau", help=TEMPERATURE)
        iterations = int(ui.slider("Normalisations", 0, 100, 10, "iterations", help=ITERATIONS))
    found = matched(graphs, temperature, iterations)
    ui.verdict(found.verdict)
    left, right = ui.columns(2, gap="medium")
    with left:
        alt = f"Plan at τ = {temperature:g} after {iterations} normalisations; Hungarian takes {found.sigma.tolist()}"
        ui.chart(drawn.plan_figure, found.plan, found.sigma, alt=alt)
    with right:
        rows, columns = found.gaps[-1]
        alt = f"Rows are up to {rows:.2g} from 1, columns {columns:.2g}"
        ui.chart(drawn.balance_figure, found.gaps, alt=alt)
    ui.caption(f"{graphs.about} {WHAT}")
    ui.metrics(
        {f"Loss, {form}": (f"{value:.4f}", f"Of a node: {FORMS[form]}.") for form, value in found.losses.items()}
        | {
            "Right": (
                f"{(found.sigma == graphs.truth).mean():.0%}",
                "Nodes assigned as in the ground truth.",
            )
        }
    )
    _quadratic(graphs)
    ui.subheader("Equation 1, as it should be and as printed")
    ui.chart(
        drawn.loss_figure, *loss_curves(), alt="Loss of a pair: cross entropy is 0 or more, the printed form is not"
    )
    ui.caption(paper.NOTES["equation 1"])
    if curves := training_curves():
        ui.subheader("Figure 3, of the training that made the weights here")
        ui.chart(paper.training_figure, curves, alt=f"Permutation loss by epoch: {', '.join(curves)}")


def printed() -> None:
    """What the paper printed."""
    ui.verdict(table_verdict(paper.TABLE_1, paper.COLUMNS))
    ui.subheader("Table 1: GTEA")
    chart, rows = ui.columns(2, gap="medium")
    with chart:
        ui.chart(paper.table_figure, alt="RTK is first in every column; its F1@50 is 83.4, ASFormer's 79.2")
    with rows:
        ui.table(paper.table_rows())
        ui.markdown(f"**All numbers here are the paper's, not measured by VizCore.** {paper.SOURCE}.")
    ui.subheader("What is printed and cannot be")
    for note in paper.NOTES.values():
        ui.caption(note)


BACKGROUND = {"Graph matching": matching, "The paper's table": printed}


def background() -> None:
    """How the net is trained, by hand, and what the paper printed."""
    BACKGROUND[ui.views(BACKGROUND, "background")]()


def _quadratic(graphs) -> None:
    affinity, best, stayed = quadratic(graphs)
    ui.subheader("Equation 2: nodes and edges together")
    left, right = ui.columns([3, 2], gap="medium")
    with left:
        alt = f"Q; the best permutation is {best.sigma.tolist()}, x'Qx = {best.value:g}"
        ui.chart(drawn.quadratic_figure, affinity, alt=alt)
    with right:
        ui.metrics(
            {
                "Best of all": (f"{best.value:g}", "x'Qx of the best permutation, found by trying every one."),
                "In place": (f"{stayed:g}", "x'Qx where every node is matched with its own number."),
            }
        )
        ui.markdown(f"Best: source nodes 0 to {len(best.sigma) - 1} are target nodes **{best.sigma.tolist()}**.")
        ui.caption(
            "Sinkhorn above looks at nodes alone; the net brings edges in by graph convolution before it scores."
        )
