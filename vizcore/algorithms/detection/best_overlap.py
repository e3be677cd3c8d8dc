"""Which true box each detection overlaps most, among those of its own key frame.

boxes (D, 4) and (T, 4) with the number of their key frame - pairs of one frame - best -> BestOverlap
"""

from dataclasses import dataclass

import numpy as np

from vizcore.algorithms.detection.boxes import corner_iou


@dataclass(frozen=True, eq=False)
class BestOverlap:
    """The K detections that have a true box in their key frame, ascending."""

    detections: np.ndarray  # (K,) int, 0 to D - 1
    truths: np.ndarray  # (K,) int, 0 to T - 1: the one that is overlapped most, the first of equals
    overlaps: np.ndarray  # (K,) IoU, 0 to 1

    def spread(self, count: int) -> np.ndarray:
        """(D,) the overlaps of all D detections, 0 without a true box in the frame."""
        found = np.zeros(count)
        found[self.detections] = self.overlaps
        return found


def best_overlap(
    boxes: np.ndarray, frames: np.ndarray, truths: np.ndarray, truth_frames: np.ndarray, count: int
) -> BestOverlap:
    """Compare every detection with the true boxes of its key frame.

    Args:
        boxes: (D, 4) corners (x1, y1, x2, y2).
        frames: (D,) int key frames, 0 to count - 1.
        truths: (T, 4) corners.
        truth_frames: (T,) int.
        count: how many key frames there are.
    """
    order = truth_frames.argsort(kind="stable")
    in_frame = np.bincount(truth_frames, minlength=count)  # (count,) true boxes of every key frame
    first = np.cumsum(in_frame) - in_frame  # (count,) where they begin in `order`
    partners = in_frame[frames]
    detections = np.flatnonzero(partners)
    partners = partners[detections]  # (K,)
    starts = np.cumsum(partners) - partners  # (K,) where the pairs of each detection begin
    if not len(detections):
        return BestOverlap(detections, detections, np.empty(0))
    of_pair = np.repeat(np.arange(len(detections)), partners)  # (pairs,)
    shift = first[frames[detections]] - starts  # (K,)
    candidates = order[np.arange(len(of_pair)) + shift[of_pair]]  # (pairs,) true boxes
    overlaps = corner_iou(boxes[detections[of_pair]], truths[candidates])
    best = np.maximum.reduceat(overlaps, starts)
    winners = np.flatnonzero(overlaps == best[of_pair])
    chosen = winners[np.searchsorted(winners, starts)]  # the first of every detection's
    return BestOverlap(detections, candidates[chosen], best)
