"""The row of Heat maps in the menu, and what of it may be run."""

from vizcore.features.entry import Demo, Entry

ENTRY = Entry(
    feature="heatmaps",
    name="heatmaps",
    title="Heat maps",
    verb="Attend",
    icon=":material/mode_heat:",
    question="Where does a model look, in which frame, and is its heat map faithful?",
    pipelines=(
        "pipeline.heat_maps",
        "pipeline.walk",
        "pipeline_classes.classes_over_time",
        "pipeline_cuts.find_cuts",
        "pipeline_cuts.cut_heat",
        "pipeline_faithfulness.faithfulness",
    ),
    long=(
        "pipeline.heat_maps",
        "pipeline_classes.classes_over_time",
        "pipeline_cuts.find_cuts",
        "pipeline_cuts.cut_heat",
        "pipeline_faithfulness.faithfulness",
    ),
    task="heatmap",
    task_about="where models look in a clip, a row for each model",
    more_tasks={"cuts": "where a film cuts, by TransNetV2, which make real brings"},
    demos=(
        Demo(
            "looks",
            "Four ways to look",
            "The figure of the papers, live: one clip, four temporal modes, one scale, and a slider through the depth.",
            "heatmaps",
            {"clip": "lanterns-slow"},
        ),
        Demo(
            "faithfulness",
            "Are heat maps faithful?",
            "The hottest patches are deleted and inserted: what the prediction depends on, beside a random order.",
            "heatmaps",
            {"clip": "lanterns-slow", "method": "Attention rollout", "show": "Faithfulness"},
        ),
    ),
)
