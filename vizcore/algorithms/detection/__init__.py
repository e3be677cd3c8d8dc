"""Who does what and where: boxes, their matching with people, and how well each class is found.

boxes, giou                       boxes
match_boxes, set_loss, decode     set_matching, set_loss, decoding: one token for one person (BMViT)
evaluate_ava                      average_precision: frame mAP by the protocols of the official evaluators
"""

from vizcore.former import lazily

__getattr__, __dir__ = lazily(
    __name__,
    {
        "vizcore.algorithms.detection.ava_rows": ("AvaRows", "ava_rows"),
        "vizcore.algorithms.detection.average_precision": (
            "PROTOCOLS",
            "AveragePrecision",
            "Protocol",
            "Ranking",
            "evaluate_ava",
        ),
        "vizcore.algorithms.detection.boxes": ("centred", "corner_iou", "corners", "giou", "iou"),
        "vizcore.algorithms.detection.decoding": ("SCORES", "Decoded", "decode"),
        "vizcore.algorithms.detection.set_loss": ("People", "SetLoss"),
        "vizcore.algorithms.detection.set_matching": ("BoxMatching", "Weights", "match_boxes"),
    },
)
