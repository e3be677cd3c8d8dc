"""The row of VizCore in the menu, and what of it may be run."""

from vizcore.features.entry import Entry

ENTRY = Entry(
    feature="home",
    name="home",
    title="VizCore",
    verb="VizCore",
    icon=":material/home:",
    question="See time inside video models.",
)
