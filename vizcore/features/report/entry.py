"""The row of Report in the menu, and what of it may be run."""

from vizcore.features.entry import Entry

ENTRY = Entry(
    feature="report",
    name="report",
    title="Report",
    verb="Report",
    icon=":material/description:",
    question="What was seen, how was it made, and will somebody else get the same?",
    uses=("lessons", "segmentation"),
    reasons={"page.css, page.js, bundles": "the looks of a report that is a file of its own"},
)
