"""The row of World in the menu, and what of it may be run."""

from vizcore.features.entry import Demo, Entry

ENTRY = Entry(
    feature="world",
    name="world",
    title="World",
    verb="Render",
    icon=":material/public:",
    question="What happens in a clip that was made and not filmed, and what is the ground truth of every pixel?",
    pipelines=(
        "pipeline.follow",
        "vizcore.runtime.world_clips.rendered",
        "vizcore.runtime.world_clips.truth_of",
        "vizcore.runtime.playback.playback",
        "vizcore.runtime.clip_info.look_into",
    ),
    long=("pipeline.follow",),
    demos=(
        Demo(
            "world",
            "A world where everything is known",
            "Who does what, which limb is where, and which pixel became which: a clip and its ground truth.",
            "world",
            {"what": "One action", "action": "cartwheel", "seed": "42"},
        ),
        Demo(
            "crowd",
            "Four people at once",
            "Actors and a bystander, each with a box, a skeleton and what they are doing.",
            "world",
            {"what": "A crowd", "crowd-people": "3", "seed": "5"},
        ),
    ),
)
