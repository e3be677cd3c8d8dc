"""Who became whom: patches described, matched one to one, and followed through time."""

from vizcore.former import lazily

__getattr__, __dir__ = lazily(
    __name__,
    {
        "vizcore.algorithms.matching.matching": (
            "METHODS",
            "align",
            "dealign",
            "match",
            "track",
        ),
        "vizcore.algorithms.matching.graph_matching": (
            "permutation_loss",
            "sinkhorn",
        ),
    },
)
