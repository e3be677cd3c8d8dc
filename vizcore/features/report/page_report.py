"""What the page Report shows: the views that were sent to it, the files they become, and the session as a whole."""

from vizcore import ui
from vizcore.features.report import page_button, page_editor, page_session

EMPTY = (
    "Open a page, look at something worth keeping, and press **Add to report** above it. Every view comes with its "
    "plots, frames, tables, settings, hashes, and the lines that make it again."
)
HTML = (
    "**report.html** opens in any browser without a network: plots to zoom and hover, frames, tables, and how all was "
    "made. **report.zip** has the same as report.json, pictures and arrays (NPZ); from it "
    "`python -m vizcore report report.zip --out report.html` draws the file anew, and `--check` makes every result "
    "again and compares it bit by bit."
)
SESSION = (
    "**session.zip** keeps everything: the pages of this session in the state they were left in, your own videos, "
    "tables, label files and models, the clips you made, the lessons you have done, and the report. Restored anywhere, "
    "also on another machine, it goes back to the page you were on."
)


def report() -> None:
    """The views, and the files that they become."""
    page_editor.say()
    page_editor.waiting()
    if not page_button.draft().sections:
        ui.markdown(EMPTY)
        with ui.container(horizontal=True, gap="small"):
            ui.page_link("matching", "Start with Patch matching", {"clip": "parade"})
            ui.page_link("heatmaps", "Start with Heat maps", {})
    else:
        page_editor.title_of_report()
        page_editor.files()
        ui.caption(HTML)
        page_editor.cards()
    with ui.container(horizontal=True, gap="small"):
        page_editor.undo_and_clear()
        page_editor.open_report()


def session() -> None:
    """The session as one file."""
    ui.subheader("This session")
    page_session.visited()
    page_session.session_file()
    ui.caption(SESSION)
