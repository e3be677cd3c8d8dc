"""The row of System in the menu, and what of it may be run."""

from vizcore.features.entry import Entry

ENTRY = Entry(
    feature="system",
    name="system",
    title="System",
    verb="System",
    icon=":material/monitor_heart:",
    question="What does it run on, what is it doing, and does it compute what it should?",
    uses=("alignment",),
)
