"""What the BMViT paper printed, and what its two nets cost as VizCore counts them.

Table 1 as data -> table1_figure, table1_rows     stages -> stages_figure, stages_rows
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import plotly.graph_objects as go

from vizcore.figures.caption import captioned
from vizcore.figures.theme import OKABE_ITO, style

SOURCE = "Ntinou, Sanchez, Tzimiropoulos: Multiscale Vision Transformers meet Bipartite Matching, CVPR 2024, supplement"
DETECTOR = 246  # 10⁹ multiply-adds of the person detector of two-stage methods
NOTES = {
    "two pairs": (
        "“44 of 60 classes improved” (text) and “falls short of its two-stage counterpart” are about different "
        "backbones: MViTv2-S gains 2.95 mAP (27.05 to 30.0), Hiera-L loses 1.3 (39.8 to 38.5)."
    ),
    "27.05 or 27.0": "The two-stage mean is 27.05 in the text and 27.0 in Fig. 2; “+0.2 over reported” implies 26.85.",
    "shapes of heads": (
        "Fig. 1 gives heads as “512×4, 512×2, 512×C”: shapes of weights, not of predictions (4, 2 and C numbers)."
    ),
    "stride": (
        "Without the pooling of block 14 the stride of its keys is not defined. VizCore keeps 1, so that the last "
        "layer sees 8 × 16 × 16 places, as in Fig. 3."
    ),
    "multiply-adds": "Layer norms, softmax and additions are not counted; the multiscale form takes 119.7 × 10⁹ then.",
}


@dataclass(frozen=True)
class Published:
    """A row of Table 1: AVA 2.2."""

    method: str
    pretraining: str
    map: float  # %
    gflops: float | None  # 10⁹ of the backbone; None where it is not given
    side: int  # px
    end_to_end: bool

    @property
    def total(self) -> float | None:
        """10⁹ with the detector of methods in two stages."""
        return None if self.gflops is None else self.gflops + (0 if self.end_to_end else DETECTOR)


TABLE_1 = (
    Published("VideoMAE ViT-B", "K400, VideoMAE", 31.8, 180, 224, False),
    Published("VideoMAE ViT-L", "K400, VideoMAE", 37.0, 597, 224, False),
    Published("UMT ViT-B", "K400, UMT", 32.7, 180, 224, False),
    Published("UMT ViT-L", "K400, UMT", 39.0, 596, 224, False),
    Published("Hiera-L", "K400, MAE", 39.8, 413, 224, False),
    Published("TubeR CSN-50", "K400, IG65M", 29.2, 97, 256, True),
    Published("TubeR CSN-152", "K400, IG65M", 33.4, 138, 256, True),
    Published("EVAD ViT-B", "K400, VideoMAE", 32.3, 243, 288, True),
    Published("STMixer ViT-B", "K400, VideoMAE", 32.6, None, 256, True),
    Published("BMViT Hiera-L", "K400, MAE", 38.5, 650, 256, True),
)

PLACES = {  # of names that would lie on others
    "UMT ViT-B": "top right",
    "VideoMAE ViT-B": "bottom right",
    "UMT ViT-L": "top left",
    "VideoMAE ViT-L": "bottom left",
    "Hiera-L": "top center",
    "TubeR CSN-152": "top center",
}


class Stage(Protocol):
    """What is drawn of a stage."""

    name: str
    what: str
    shape: tuple[int, ...]
    parameters: int
    macs: int


@captioned(
    "Higher is better, further left is cheaper. Diamonds are trained end to end; a circle begins where its "
    "backbone alone stands (small) and ends where the person detector is counted in. The ring is the paper's."
)
def table1_figure(end_to_end_only: bool = False) -> go.Figure:
    """mAP over all multiply-adds; a line says what of them is the detector's."""
    fig = go.Figure()
    for end_to_end, name, symbol, colour in (
        (True, "end to end", "diamond", OKABE_ITO["vermilion"]),
        (False, "in two stages", "circle", OKABE_ITO["blue"]),
    ):
        rows = [row for row in TABLE_1 if row.end_to_end == end_to_end and row.total is not None]
        if end_to_end_only and not end_to_end:
            continue
        if not end_to_end:
            for row in rows:
                fig.add_scatter(
                    x=[row.gflops, row.total], y=[row.map, row.map], mode="lines+markers", showlegend=False,
                    line={"color": colour, "width": 2, "dash": "dot"}, marker={"size": [6, 0], "color": colour},
                    hoverinfo="skip",
                )  # fmt: skip
        ours = [row.method.startswith("BMViT") for row in rows]
        fig.add_scatter(
            x=[row.total for row in rows],
            y=[row.map for row in rows],
            mode="markers+text",
            text=[row.method for row in rows],
            textposition=[PLACES.get(row.method, "bottom center") for row in rows],
            name=name,
            marker={
                "color": colour,
                "symbol": symbol,
                "size": 12,
                "line": {"color": OKABE_ITO["yellow"], "width": [4 * mine for mine in ours]},
            },
            hovertemplate="%{text}: %{y} mAP at %{x} × 10⁹<extra></extra>",
        )
    fig.update_xaxes(title="multiply-adds with the detector, 10⁹", range=[0, 920])
    fig.update_yaxes(title="mAP on AVA 2.2, %", range=[27.5, 41])
    return style(fig, height=420)


def table1_rows() -> list[dict]:
    """Table 1; None where the paper gives no number."""
    return [
        {
            "method": row.method,
            "pre-training": row.pretraining,
            "mAP, %": row.map,
            "10⁹ of the backbone": row.gflops,
            "of the detector": None if row.end_to_end else DETECTOR,
            "px": row.side,
            "end to end": row.end_to_end,
        }
        for row in TABLE_1
    ]


@captioned(
    "Multiply-adds and parameters of every stage, counted from the net itself, on a log scale; under its name what "
    "it gives: time, rows, columns, channels. **Click a bar** to read about its stage."
)
def stages_figure(stages: Sequence[Stage]) -> go.Figure:
    """Bars of multiply-adds and of parameters, stage by stage, each with what it gives; a bar's number is its stage."""
    costly = [(number, one) for number, one in enumerate(stages) if one.macs]
    names = [f"{one.name}<br>{_shape(one)}" for _, one in costly]
    fig = go.Figure()
    for name, values, colour in (
        ("multiply-adds", [one.macs for _, one in costly], OKABE_ITO["blue"]),
        ("parameters", [one.parameters for _, one in costly], OKABE_ITO["orange"]),
    ):
        given = {"customdata": np.array([number for number, _ in costly], np.int32), "marker": {"color": colour}}
        fig.add_bar(y=names, x=np.array(values, float), orientation="h", name=name, **given)
    fig.update_traces(hovertemplate="%{y}: %{x:.4s}", unselected={"marker": {"opacity": 1}})
    fig.update_xaxes(title="count", type="log")
    fig.update_yaxes(title="stage, and what it gives", autorange="reversed")
    return style(fig, height=120 + 46 * len(names))


def stage_in_words(stage: Stage, stages: Sequence[Stage]) -> str:
    """What a stage is, gives and costs, beside all of them."""
    parameters, macs = (sum(getattr(one, part) for one in stages) for part in ("parameters", "macs"))
    return (
        f"**{stage.name}**: {stage.what}. It gives {_shape(stage)} numbers and has {stage.parameters:,} parameters "
        f"({stage.parameters / parameters:.1%} of all); it takes {stage.macs / 1e9:.3f} × 10⁹ multiply-adds "
        f"({stage.macs / macs:.1%})."
    )


def _shape(stage: Stage) -> str:
    return " × ".join(map(str, stage.shape))


def stages_rows(stages: Sequence[Stage]) -> list[dict]:
    """The stages with what each gives."""
    return [
        {
            "stage": one.name,
            "what": one.what,
            "gives": _shape(one),
            "parameters": one.parameters,
            "10⁹ multiply-adds": round(one.macs / 1e9, 3),
        }
        for one in stages
    ]
