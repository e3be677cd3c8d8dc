"""How do models, or clips, differ? Two to four panes on one clock, one patch, one depth and one scale."""

from vizcore import ui
from vizcore.features.compare import page_panes as panels
from vizcore.features.compare.controls import ComparisonView, read_controls
from vizcore.features.compare.entry import ENTRY


def over_clips(view: ComparisonView) -> None:
    """One measure of all panes on a set of clips."""
    from vizcore.features.compare import page_spread  # with what writes tables, for which no other view waits

    page_spread.over_clips(view)


VIEWS = {
    "Heat over time": panels.profile,
    "Scores": panels.scores,
    "What they saw": panels.proof,
    "Over many clips": over_clips,
    "Files and link": panels.export,
}


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        view = read_controls()
        stage, beside = ui.stage_and_view((5, 4))
        with stage:
            panels.stage(view)
        with beside:
            VIEWS[ui.views(VIEWS)](view)
