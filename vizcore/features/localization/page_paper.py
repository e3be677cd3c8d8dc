"""What the page shows of the paper: the stages of both nets as VizCore counts them, and Table 1."""

from vizcore import ui
from vizcore.features.localization import published as paper
from vizcore.features.localization.pipeline_stages import FORMS, stages

STAGE = "stage"  # in the link


def published() -> None:
    """Fig. 1, stage by stage, and Table 1."""
    ui.heading("Figure 1: the stages")
    form = ui.option("Form", list(FORMS), "form", quiet=True)
    found = stages(form)
    total, macs = sum(one.parameters for one in found), sum(one.macs for one in found) / 1e9
    left, right = ui.columns(2, gap="medium")
    with left:
        alt = f"{form}: {total:,} parameters, {macs:.1f} × 10⁹ multiply-adds"
        ui.drawn(paper.stages_figure, found, alt=alt, chosen=lambda number: ui.set_link(STAGE, found[number].name))
    with right:
        ui.metrics(
            {
                "Parameters": (f"{total / 1e6:.2f} M", f"{total:,} with 80 classes."),
                "Multiply-adds": (f"{macs:.1f} G", paper.NOTES["multiply-adds"]),
            }
        )
        costly = [one for one in found if one.macs]
        asked = next((one for one in costly if one.name == ui.from_link(STAGE)), costly[0])
        ui.text(paper.stage_in_words(asked, found))
        ui.note(paper.NOTES["stride"])
        ui.note(paper.NOTES["shapes of heads"])
    ui.table(paper.stages_rows(found), counts=("parameters",))
    ui.heading("Table 1: what others reach")
    ui.note("These numbers are the paper's, not measured by VizCore.")
    left, right = ui.columns(2, gap="medium")
    with left:
        alone = ui.switch("End to end alone", "alone")
        ui.drawn(paper.table1_figure, alone, alt="mAP on AVA 2.2 over multiply-adds of ten methods")
    with right:
        ui.note(paper.NOTES["two pairs"])
        ui.note(paper.NOTES["27.05 or 27.0"])
    ui.table(paper.table1_rows())
    ui.note(f"Printed numbers: {paper.SOURCE}.")
