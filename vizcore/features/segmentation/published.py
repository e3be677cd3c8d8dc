"""What the RTK paper printed of GTEA (Table 1), and the two curves of its Figure 3 as a training here drew them.

published rows -> table_figure, table_rows       {gradients: losses by epoch} -> training_figure
"""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from vizcore.features.segmentation.figures import score_figure
from vizcore.figures.caption import captioned
from vizcore.figures.theme import OKABE_ITO, style

SOURCE = "Jiang, Jin, Tan, Mu: Contextually Refined Temporal Keypoints, ICCV 2023, supplement"
COLUMNS = ("F1@10", "F1@25", "F1@50", "edit", "acc")
TABLE_1 = {
    "ASFormer": (90.1, 88.8, 79.2, 84.6, 79.7),
    "ASFormer + extra modules": (90.4, 87.9, 80.5, 85.1, 79.8),
    "RTK": (91.2, 90.6, 83.4, 87.9, 80.3),
}
NOTES = {
    "not all better": (
        "The extra modules lower ASFormer's F1@25 from 88.8 to 87.9: they are not better in every column, as the text "
        "has it."
    ),
    "equation 1": (
        "Equation 1 has (1 − G)(1 − log S) where cross entropy needs (1 − G) log(1 − S). With G the identity of two "
        "nodes and S = [[1 − e, e], [e, 1 − e]] the printed loss is −6.39 at e = 0.1 and −29.6 at e = 10⁻⁶: it has no "
        "least value, and is not 0 at S = G."
    ),
    "sub-stochastic": (
        "Where both graphs have M nodes, rows that sum to 1 make columns that sum to 1: a “sub-stochastic” S needs "
        "graphs of unequal sizes, or nodes that match nobody."
    ),
    "intervals": (
        "Algorithm 1 leaves out the intervals before the first boundary and after the last, in which points would "
        "never be merged, and does not say where a point on a boundary belongs."
    ),
    "repeat": "“Repeat until no change” is not needed: merging whole runs of equal neighbours once is enough.",
    "growth": "The “dilation factor from 2 to 4” is the growth from layer to layer, not a dilation.",
}


@captioned("Percentages on GTEA, as printed; the axis begins at 60. Longer is better.")
def table_figure() -> go.Figure:
    """Table 1 as bars."""
    return score_figure(TABLE_1, COLUMNS, low=60)


def table_rows() -> list[dict]:
    """Table 1 as rows."""
    return [{"method": name} | dict(zip(COLUMNS, values)) for name, values in TABLE_1.items()]


@captioned("Loss of the matching by epoch, where the points' net learns from it and where it does not.")
def training_figure(curves: Mapping[str, Sequence[Mapping[str, Sequence[float]]]]) -> go.Figure:
    """Figure 3.

    Args:
        curves: {which gradients flow: for each seed {"epochs": (n,), "losses": (n,)}}.
    """
    fig = go.Figure()
    for (name, seeds), colour in zip(curves.items(), (OKABE_ITO["blue"], OKABE_ITO["orange"])):
        for k, one in enumerate(seeds):
            line = {"color": colour, "width": 2}
            shown = {"legendgroup": name, "showlegend": k == 0, "name": name}
            fig.add_scatter(x=list(one["epochs"]), y=list(one["losses"]), mode="lines", line=line, **shown)
    fig.update_xaxes(title="epoch")
    fig.update_yaxes(title="permutation loss of a node")
    return style(fig, height=360)
