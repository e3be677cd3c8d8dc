"""The row of Patch matching in the menu, and what of it may be run."""

from vizcore.features.entry import Demo, Entry

ENTRY = Entry(
    feature="matching",
    name="matching",
    title="Patch matching",
    verb="Track",
    icon=":material/conversion_path:",
    question="Which patch of one frame became which patch of the next?",
    pipelines=(
        "pipeline.match_clip",
        "pipeline.compare_methods",
        "pipeline_truth.compare_with_truth",
    ),
    long=(
        "pipeline.match_clip",
        "pipeline.compare_methods",
        "pipeline_truth.compare_with_truth",
    ),
    task="match",
    task_about="which patch of one frame became which patch of the next",
    demos=(
        Demo(
            "parade",
            "Follow a patch",
            "Things cross a drifting ground. Click one and see which patch it becomes.",
            "matching",
            {"clip": "parade"},
        ),
        Demo(
            "tiles",
            "A shuffle, read exactly",
            "Twelve of 64 tiles change places at a time; the assignment finds every one.",
            "matching",
            {"clip": "tiles", "across": "8", "source": "pixels", "count": "10", "span": "3.0", "show": "Assignment"},
        ),
        Demo(
            "methods",
            "Hungarian against greedy",
            "Four ways to match the same patches, scored by optical flow.",
            "matching",
            {"clip": "parade", "show": "Scores"},
        ),
        Demo(
            "seen",
            "What temporal attention sees",
            "The same frames before alignment, aligned, and put back.",
            "matching",
            {"clip": "lamps", "show": "What attention sees"},
        ),
        Demo(
            "algorithm",
            "Algorithm 1, line by line",
            "A few tokens and every number; and what the lines do when taken as printed.",
            "matching",
            {"part": "Algorithm", "example": "both want the same", "line": "3"},
        ),
        Demo(
            "cost",
            "What alignment costs",
            "Parameters and operations of four kinds of temporal modelling, as you size them.",
            "matching",
            {"part": "Cost"},
        ),
    ),
)
