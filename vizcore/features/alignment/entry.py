"""The row of Video alignment in the menu, and what of it may be run."""

from vizcore.features.entry import Demo, Entry

ENTRY = Entry(
    feature="alignment",
    name="alignment",
    title="Video alignment",
    verb="Align",
    icon=":material/alt_route:",
    question="Which moment of one video is which moment of another?",
    pipelines=(
        "pipeline.sampled",
        "pipeline.paired",
        "pipeline.align_clips",
        "pipeline.compiled",
        "pipeline_embeddings.embeddings",
        "pipeline_find.described",
        "pipeline_find.find_in_clips",
        "pipeline_many.together",
        "pipeline_series.align_series",
        "pipeline_story.stories",
    ),
    long=(
        "pipeline.paired",
        "pipeline_find.find_in_clips",
        "pipeline_story.stories",
    ),
    task="align",
    task_about="which moment of the first clip is which moment of each other one",
    more_tasks={"embed": "the frames of each clip as vectors"},
    uses=("heatmaps",),
    demos=(
        Demo(
            "warp",
            "Two people, one cartwheel",
            "One hurries, one lingers. See the warping path in its valley, follow it, and play both along it.",
            "alignment",
            {"part": "Two people"},
        ),
        Demo(
            "together",
            "Six people at the same moment",
            "Every clip is warped onto the first, so that all of them roll over at once.",
            "alignment",
            {"part": "Many clips"},
        ),
        Demo(
            "minimum",
            "A minimum with a slope",
            "What smoothMin adds to the least value and what min^γ takes from it, by hand.",
            "alignment",
            {"part": "Background", "background": "A soft minimum"},
        ),
    ),
)
