"""What the page shows of the paper: the stages of both nets as VizCore counts them, and its Table 1."""

from vizcore import ui
from vizcore.features.localization import published as paper
from vizcore.features.localization.pipeline_stages import FORMS, stages
from vizcore.features.localization.pipeline_verdict_precision import table_verdict

STAGE = "stage"  # in the link


def background() -> None:
    """Fig. 1, stage by stage, or Table 1."""
    BACKGROUND[ui.views(BACKGROUND, "background")]()


def figure1() -> None:
    """What the stages of both nets cost."""
    with ui.drawer("Stages"):
        form = ui.segmented_control("Form", list(FORMS), "form")
    found = stages(form)
    total, macs = sum(one.parameters for one in found), sum(one.macs for one in found) / 1e9
    ui.verdict(found.verdict)
    left, right = ui.columns(2, gap="medium")
    with left:
        alt = f"{form}: {total:,} parameters, {macs:.1f} × 10⁹ multiply-adds"
        ui.chart(paper.stages_figure, found, alt=alt, on_select=lambda number: ui.set_link(STAGE, found[number].name))
    with right:
        ui.subheader(f"Figure 1: {form}")
        ui.metrics(
            {
                "Parameters": (f"{total / 1e6:.2f} M", f"{total:,} with 80 classes."),
                "Multiply-adds": (f"{macs:.1f} G", paper.NOTES["multiply-adds"]),
            }
        )
        costly = [one for one in found if one.macs]
        chosen = next((one for one in costly if one.name == ui.from_link(STAGE)), costly[0])
        ui.markdown(paper.stage_in_words(chosen, found))
        ui.caption(paper.NOTES["stride"])
        ui.caption(paper.NOTES["shapes of heads"])
    ui.table(paper.stages_rows(found), counts=("parameters",))


def table1() -> None:
    """What others reach, as printed."""
    ui.verdict(table_verdict([(row.method, row.map, row.end_to_end) for row in paper.TABLE_1]))
    with ui.drawer("The paper's table"):
        alone = ui.toggle("End to end alone", "alone")
    left, right = ui.columns(2, gap="medium")
    with left:
        ui.chart(paper.table1_figure, alone, alt="mAP on AVA 2.2 over multiply-adds of ten methods")
    with right:
        ui.table(paper.table1_rows())
        ui.caption("These numbers are the paper's, not measured by VizCore.")
        ui.caption(paper.NOTES["two pairs"])
        ui.caption(paper.NOTES["27.05 or 27.0"])
        ui.caption(f"Printed numbers: {paper.SOURCE}.")


BACKGROUND = {"Stages": figure1, "The paper's table": table1}
