"""Who does what and where: the door to everything about boxes, their matching, and average precision.

boxes, giou                                  boxes
match_boxes, set_loss, decode                set_matching, set_loss, decoding: one token for one person (BMViT)
read_ava_csv, read_label_map, read_excluded  ava_files, action_lists: the files of AVA
evaluate_ava                                 average_precision: frame mAP by the protocols of the official evaluators
"""

from vizcore.algorithms.detection.ava_rows import AvaRows, ava_rows
from vizcore.algorithms.detection.average_precision import PROTOCOLS, AveragePrecision, Protocol, Ranking, evaluate_ava
from vizcore.algorithms.detection.boxes import centred, corner_iou, corners, giou, iou
from vizcore.algorithms.detection.decoding import SCORES, Decoded, decode
from vizcore.algorithms.detection.set_loss import People, SetLoss, set_loss
from vizcore.algorithms.detection.set_matching import BoxMatching, Weights, match_boxes
from vizcore.formats.action_lists import Action, read_label_map
from vizcore.formats.ava_files import read_ava_csv, read_excluded

__all__ = [
    "PROTOCOLS",
    "SCORES",
    "Action",
    "AvaRows",
    "AveragePrecision",
    "BoxMatching",
    "Decoded",
    "People",
    "Protocol",
    "Ranking",
    "SetLoss",
    "Weights",
    "ava_rows",
    "centred",
    "corner_iou",
    "corners",
    "decode",
    "evaluate_ava",
    "giou",
    "iou",
    "match_boxes",
    "read_ava_csv",
    "read_excluded",
    "read_label_map",
    "set_loss",
]
