"""The row of Compare in the menu, and what of it may be run."""

from vizcore.features.entry import Demo, Entry

ENTRY = Entry(
    feature="compare",
    name="compare",
    title="Compare",
    verb="Compare",
    icon=":material/compare:",
    question="How do models, or clips, differ: on one clock, one patch, one depth and one scale?",
    pipelines=(
        "pipeline.compare",
        "pipeline_numbers.gaps",
        "pipeline_numbers.gaps_of",
        "pipeline_numbers.spread",
    ),
    long=("pipeline_numbers.spread",),
    uses=("heatmaps",),
    demos=(
        Demo(
            "panes",
            "Four models, one clock",
            "One clip in four panes: scrub, pick a patch, change the depth: all follow. Hashes prove what each saw.",
            "compare",
            {"panes": "4"},
        ),
        Demo(
            "paired",
            "Better on every clip?",
            "Two models on six clips that neither has seen, clip by clip, with the interval of the difference.",
            "compare",
            {"show": "Over many clips", "panes": "2", "many": "6"},
        ),
    ),
)
