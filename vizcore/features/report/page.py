"""What was seen, how was it made, and will somebody else get the same? Views in one file that opens anywhere."""

from vizcore import ui
from vizcore.features.report import page_report as panels
from vizcore.features.report import page_session
from vizcore.features.report.entry import ENTRY

WIDTH = 1040  # px that lines are read well in


def page() -> None:
    """The page, top to bottom."""
    with ui.page(ENTRY):
        page_session.arrive_restored()
        with ui.container(width=WIDTH):
            panels.report()
            panels.session()
