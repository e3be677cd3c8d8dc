"""The row of Temporal models in the menu, and what of it may be run."""

from vizcore.features.entry import Demo, Entry

ENTRY = Entry(
    feature="temporal",
    name="temporal",
    title="Temporal models",
    verb="Recognise",
    icon=":material/timeline:",
    question="Which way of looking at time knows what happened?",
    pipelines=(
        "pipeline.answer",
        "pipeline_lanterns.what_is_followed",
        "pipeline_mixing.temporal_mixings",
        "pipeline_orders.orders_of_film",
        "pipeline_orders.orders_of_nets",
    ),
    long=(
        "pipeline_lanterns.what_is_followed",
        "pipeline_mixing.temporal_mixings",
        "pipeline_orders.orders_of_film",
        "pipeline_orders.orders_of_nets",
        "pipeline.answer",
    ),
    demos=(
        Demo(
            "steps",
            "Only one of four knows",
            "Lanterns wander and their lamps step on. Four models say which way; alignment is a switch.",
            "temporal",
            {"kind": "forward", "seed": "3", "carousel-speed": "8.0"},
        ),
        Demo(
            "twins",
            "Forwards or backwards?",
            "A throw and a catch show the same frames. Averaging them tosses a coin; attention over time knows.",
            "temporal",
            {"family": "Which way it moves", "action": "throw", "seed": "2"},
        ),
    ),
)
