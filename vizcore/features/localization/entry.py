"""The row of Action localisation in the menu, and what of it may be run."""

from vizcore.features.entry import Demo, Entry

FOLLOW = "Follow a box"  # the part of the page that shows the task follow

ENTRY = Entry(
    feature="localization",
    name="localization",
    title="Action localisation",
    verb="Localise",
    icon=":material/person_search:",
    question="Who does what, where, and how well is each class detected?",
    pipelines=(
        "pipeline.locate",
        "pipeline.survey",
        "pipeline.predictions_of",
        "pipeline_follow.follow_boxes",
        "pipeline_gallery.key_pictures",
        "pipeline_gallery.crowd_video",
        "pipeline_models.compare_models",
        "pipeline_models.answers",
        "pipeline_precision.compare_files",
        "pipeline_stages.stages",
    ),
    long=(
        "pipeline.survey",
        "pipeline_follow.follow_boxes",
        "pipeline_models.compare_models",
    ),
    task="localize",
    task_about="who does what and where, key frame by key frame",
    more_tasks={"follow": "where a box goes that is drawn around somebody, frame by frame; nothing is trained"},
    uses=("matching",),
    demos=(
        Demo(
            "tokens",
            "Which token stands for which actor?",
            "144 tokens predict a box each, and three of them an actor. Move θ, click one, see where it looks.",
            "localization",
        ),
        Demo(
            "precision",
            "From a bar to its pictures",
            "One stage against two, class by class; click a bar for its hits, its false positives and its misses.",
            "localization",
            {"part": "Average precision"},
        ),
    ),
)
