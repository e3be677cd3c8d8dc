"""The row of Action segmentation in the menu, and what of it may be run."""

from vizcore.features.entry import Demo, Entry

ENTRY = Entry(
    feature="segmentation",
    name="segmentation",
    title="Action segmentation",
    verb="Segment",
    icon=":material/view_timeline:",
    question="What is done when, and how do scattered keypoints become a timeline?",
    pipelines=(
        "pipeline.timelines",
        "pipeline.judged",
        "pipeline_facts.clip_facts",
        "pipeline_facts.pictures_at",
        "pipeline_groups.segment_clip",
        "pipeline_files.read_set",
        "pipeline_files.compare_set",
        "pipeline_predictions.predict",
        "pipeline_predictions.features_kept",
        "pipeline_predictions.predicted",
    ),
    long=("pipeline.timelines", "pipeline_groups.segment_clip"),
    task="segment",
    task_about="what is done when in a clip: by every net and the ground truth, or without training",
    uses=("alignment",),
    demos=(
        Demo(
            "doing",
            "What is done when",
            "The ground truth and four timelines of three nets under one player; every error has a kind, "
            "and a segment that causes it.",
            "segmentation",
        ),
        Demo(
            "keypoints",
            "A timeline from scattered points",
            "A net's keypoints as a board: drag one, and four rules make another timeline of them, step by step.",
            "segmentation",
            {"show": "Re-assembly"},
        ),
    ),
)
