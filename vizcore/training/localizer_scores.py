"""How well localisers do: detections of many clips against the actors who are there, by the rules of AVA.

predictions for M clips -> Detections -> synthetic.census.detected(...) AvaRows -> scored(...) {metric: number}

Bystanders are no truths: whoever detects one is wrong. Metrics are at an overlap of 0.5, by the protocol "activitynet"
(the 50 most confident rows of a key frame). Those called suppressed leave out boxes that a more confident one covers.
"""

from vizcore.algorithms.detection.average_precision import evaluate_ava
from vizcore.synthetic.census import ACTION, IDS, Detections, detected, truths
from vizcore.synthetic.postures import LABELS
from vizcore.training.tokens import Arrays

THETAS = tuple(k / 20 for k in range(1, 20))  # that a decision is chosen from
OVERLAPS = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)  # that suppression is chosen from


def scored(predicted: Detections, data: Arrays, theta: float, overlap: float) -> dict[str, float]:
    """Metrics of a split.

    Args:
        predicted: candidates for the M clips.
        data: boxes, does and role of the M clips, as of tokens_of.
        theta: of the decision that precision, recall and F1 of actors are of; average precision needs none.
        overlap: of the metrics with suppression.
    """
    true, ranked = truths(data), detected(predicted)
    labels = evaluate_ava(true, ranked, IDS)
    found = {"mAP50": labels.mean} | {f"AP50 {word}": labels.ap[k] for k, word in zip(IDS, LABELS)}
    found["mAP50, uncapped"] = evaluate_ava(true, ranked, IDS, protocol="uncapped").mean
    found["mAP50, suppressed"] = evaluate_ava(true, detected(predicted, overlap=overlap), IDS).mean
    found["actor AP50"] = evaluate_ava(true, ranked, [ACTION]).mean
    found["actor AP75"] = evaluate_ava(true, ranked, [ACTION], iou=0.75).mean
    found["actor AP50, suppressed"] = evaluate_ava(true, detected(predicted, overlap=overlap), [ACTION]).mean
    return found | dict(zip(("actor precision", "actor recall", "actor F1"), decided(predicted, data, theta)))


def decided(predicted: Detections, data: Arrays, theta: float) -> tuple[float, float, float]:
    """Precision, recall and F1 of the boxes above theta as boxes of actors.

    Args:
        predicted: candidates for the M clips.
        data: boxes, does and role of the M clips, as of tokens_of.
        theta: least p(actor), 0 to 1.
    """
    rows = detected(predicted, theta)
    if not len(rows):
        return 0.0, 0.0, 0.0
    actors = evaluate_ava(truths(data), rows, [ACTION], protocol="uncapped").rankings[ACTION]
    hits = len(actors.truths)
    right, all_ = len(actors.rows), len(actors.positives)
    return hits / max(right, 1), hits / all_, 2 * hits / (right + all_)


def best_theta(predicted: Detections, data: Arrays) -> float:
    """The threshold of THETAS with the best F1 of actors: to be chosen on validation clips."""
    return max(THETAS, key=lambda theta: decided(predicted, data, theta)[2])


def best_overlap(predicted: Detections, data: Arrays) -> float:
    """The overlap of OVERLAPS whose suppression gives the best mAP50: to be chosen on validation clips."""
    true = truths(data)
    return max(OVERLAPS, key=lambda overlap: evaluate_ava(true, detected(predicted, overlap=overlap), IDS).mean)
