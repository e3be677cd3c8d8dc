"""What is done when: labels of frames, their scores and errors, and timelines from keypoints."""

from vizcore.former import lazily

__getattr__, __dir__ = lazily(
    __name__,
    {
        "vizcore.algorithms.segmentation.metrics": (
            "accuracy",
            "edit_score",
            "evaluate",
            "f1_score",
            "segments",
        ),
        "vizcore.algorithms.segmentation.reassembly": (
            "ActionPoint",
            "BoundaryPoint",
            "reassemble",
        ),
    },
)
