"""What was seen, how was it made, and will somebody else get the same? Views in one file that opens anywhere."""

from vizcore import ui
from vizcore.features.report import page_report as panels


def page() -> None:
    """The page, top to bottom."""
    with ui.page("report"):
        ui.arrive_restored()
        panels.report()
        panels.session()
