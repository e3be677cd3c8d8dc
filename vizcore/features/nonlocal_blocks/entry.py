"""The row of Non-local blocks in the menu, and what of it may be run."""

from vizcore.features.entry import Demo, Entry

ENTRY = Entry(
    feature="nonlocal_blocks",
    name="nonlocal_blocks",
    title="Non-local blocks",
    icon=":material/hub:",
    question="Whom does each position hear, and what does the block make of slow and fast?",
    pipelines=(
        "pipeline.nodes_of",
        "pipeline.lanterns",
        "pipeline_filter.frequencies",
        "pipeline_filter.filter_clip",
    ),
    task="spectral",
    task_about="a non-local block on a clip: whom positions hear, its frequencies, what it leaves of them",
    demos=(
        Demo(
            "listens",
            "Whom a patch listens to",
            "Eight non-local blocks on one clip: click a position and see what each of them lets it hear.",
            "nonlocal_blocks",
        ),
        Demo(
            "filters",
            "A filter you can bend",
            "Drag the response of a block and see at once what it leaves of the picture and of every frequency.",
            "nonlocal_blocks",
            {"part": "A clip", "clip": "parade", "op": "SNL"},
        ),
    ),
)
