"""The row of Non-local blocks in the menu, and what of it may be run."""

from vizcore.features.entry import Demo, Entry

ENTRY = Entry(
    feature="nonlocal_blocks",
    name="nonlocal_blocks",
    title="Non-local blocks",
    verb="Filter",
    icon=":material/hub:",
    question="What does each position attend to, and what does the block do to low and high frequencies?",
    pipelines=(
        "pipeline.nodes_of",
        "pipeline.lanterns",
        "pipeline_filter.frequencies",
        "pipeline_filter.filter_clip",
    ),
    task="spectral",
    task_about="a non-local block on a clip: what positions attend to, its frequencies, what it leaves of them",
    demos=(
        Demo(
            "attends",
            "What a patch attends to",
            "Eight non-local blocks on one clip: click a position and see what it attends to in each of them.",
            "nonlocal_blocks",
            {"part": "Two lanterns"},
        ),
        Demo(
            "filters",
            "A filter you can bend",
            "Drag the response of a block and see at once what it leaves of the picture and of every frequency.",
            "nonlocal_blocks",
            {"part": "A clip", "clip": "parade", "op": "SNL", "show": "The filter"},
        ),
    ),
)
