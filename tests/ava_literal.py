"""Frame mAP from its published definition, one key frame and one class at a time; slow, and no line of it is ours.

A row is (video, second, (x1, y1, x2, y2), class) in the ground truth, with a score behind it in detections.
"""

import math
import random


def overlap(a, b):
    """Intersection over union of two boxes."""
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    if wide <= 0 or high <= 0:
        return 0.0
    area = [(box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)]
    return wide * high / (sum(area) - wide * high)


def counted(truths, detections, classes, protocol, excluded):
    """The rows that a protocol looks at."""
    listed = {(video, second) for video, second, *_ in truths}
    truths = [row for row in truths if row[3] in classes and row[:2] not in excluded]
    rows = [row for row in detections if row[3] in classes and row[:2] not in excluded]
    if protocol in ("activitynet", "uncapped"):
        rows = [row for row in rows if row[:2] in listed]
    if protocol == "activitynet":
        kept = []
        for frame in {row[:2] for row in rows}:
            kept += sorted((row for row in rows if row[:2] == frame), key=lambda row: -row[4])[:50]
        rows = [row for row in rows if row in kept]
    return truths, [row for row in rows if row[2][0] < row[2][2] and row[2][1] < row[2][3]]


def marked(truths, rows, by_score):
    """(score, hit) of the detections of one class."""
    found = []
    for frame in {row[:2] for row in rows}:
        targets = [row[2] for row in truths if row[:2] == frame]
        claimed = set()
        here = [row for row in rows if row[:2] == frame]
        for row in sorted(here, key=lambda row: -row[4]) if by_score else here:
            best = max(range(len(targets)), key=lambda k: overlap(row[2], targets[k]), default=None)
            hit = best is not None and overlap(row[2], targets[best]) >= 0.5 and best not in claimed
            if hit:
                claimed.add(best)
            found.append((row[4], hit))
    return found


def area(marks, positives):
    """The area under the curve of precision over recall, made non-increasing, step by step."""
    if not positives:
        return math.nan
    points, right = [], 0
    for seen, (_, hit) in enumerate(sorted(marks, key=lambda mark: -mark[0]), 1):
        right += hit
        points.append((right / positives, right / seen))
    total, before = 0.0, 0.0
    for recall in sorted({recall for recall, _ in points if recall > 0}):
        best = max(precision for reached, precision in points if reached >= recall)
        total += (recall - before) * best
        before = recall
    return total


def evaluate(truths, detections, classes, protocol="activitynet", excluded=()):
    """{class: AP}, nan without truth."""
    truths, rows = counted(truths, detections, set(classes), protocol, set(excluded))
    found = {}
    for action in classes:
        own = [row for row in truths if row[3] == action]
        marks = marked(own, [row for row in rows if row[3] == action], protocol != "slowfast-file-order")
        found[action] = area(marks, len(own))
    return found


def scene(seed, frames=12, actions=6, rows=70, extra=3):
    """Random ground truth and detections without ties: moved truths, strangers, frames that only one of both has."""
    rng = random.Random(seed)

    def box():
        x, y, w, h = rng.random() * 0.6, rng.random() * 0.6, 0.05 + rng.random() * 0.35, 0.05 + rng.random() * 0.35
        return (x, y, x + w, y + h)

    def near(place):
        return tuple(value + rng.gauss(0, 0.02) for value in place)

    keys = [(f"video{rng.randrange(3)}", 900.0 + k) for k in range(frames + extra)]
    truths, detections = [], []
    for key in keys[:frames]:
        for _ in range(rng.randrange(1, 4)):
            person = box()
            truths += [(*key, person, action) for action in rng.sample(range(1, actions + 1), rng.randrange(1, 3))]
    for key in keys[1:]:
        people = [row[2] for row in truths if row[:2] == key]
        for _ in range(rng.randrange(rows)):
            place = near(rng.choice(people)) if people and rng.random() < 0.7 else box()
            detections.append((*key, place, rng.randrange(1, actions + 2), rng.random()))
    return truths, detections
