"""Results print in a line: what they are of, and the number that one looks for first."""

import numpy as np
import pytest
import torch

from vizcore.algorithms.alignment.dtw import dtw, warp
from vizcore.algorithms.alignment.soft_dtw import soft_dtw
from vizcore.algorithms.attribution.faithfulness import Curves
from vizcore.algorithms.detection.ava_rows import ava_rows
from vizcore.algorithms.detection.average_precision import evaluate_ava
from vizcore.algorithms.detection.calibration import calibrate
from vizcore.algorithms.detection.detection_errors import error_types
from vizcore.algorithms.detection.paired_difference import paired_difference
from vizcore.algorithms.detection.sensitivity import by_size
from vizcore.algorithms.matching.tracks import Matching, Tracks
from vizcore.algorithms.matching.true_tracks import true_tracks
from vizcore.algorithms.nonlocal_blocks.affinity import Factored
from vizcore.algorithms.nonlocal_blocks.edges import SYMMETRIC
from vizcore.algorithms.nonlocal_blocks.graph_spectrum import spectrum
from vizcore.algorithms.segmentation.frame_labels import FrameLabels
from vizcore.algorithms.segmentation.label_sets import gather, ranked
from vizcore.algorithms.segmentation.reassembly import reassemble
from vizcore.algorithms.segmentation.segment_errors import diagnose
from vizcore.algorithms.statistics.paired_mean import mean_difference

COST = np.array([[0.5, 2.0, 2.0], [2.0, 0.5, 2.0]])
COSINES = np.float32([[0.2, 1.0, 0.0], [0.8, 0.2, 0.0], [0.0, 0.0, 0.6]])  # the first two change places: mean 0.8
SWAPPED = np.array([1, 0, 2])


def detections():
    boxes = np.array([[0.1, 0.1, 0.5, 0.5], [0.6, 0.6, 0.9, 0.9]])
    truth = ava_rows(["a", "b"], np.array([1.0, 1.0]), boxes, np.array([1, 1]))
    found = ava_rows(["a"], np.array([1.0]), boxes[:1], np.array([1]), np.array([0.9]))  # one of two: AP 0.5
    return evaluate_ava(truth, found, [1])


def labelled(video, *runs):
    words, lengths = zip(*runs)
    return FrameLabels(video, words, lengths, words)


RESULTS = {
    "Warping": (lambda: dtw(COST), ["3 steps", "frames 0 to 1 with 0 to 2", "mean cost 1)"]),
    "Walk": (lambda: warp(np.eye(4), np.eye(4)), ["4 steps", "mean cost 0)"]),
    "SoftWarping": (lambda: soft_dtw(COST, 0.0), ["2 x 3 frames", "value 3)"]),
    "Matching": (lambda: Matching(SWAPPED, COSINES, "hungarian", SWAPPED < 0, 0.0), ["3 patches", "0.80", "67%"]),
    "Tracks": (
        lambda: Tracks(np.stack([SWAPPED] * 2), np.stack([COSINES] * 2), "hungarian"),
        ["2 steps of 3 patches", "hungarian", "mean cosine 0.80", "moving 67%"],
    ),
    "TrueTracks": (lambda: true_tracks(np.stack([np.diag([4, 4]), np.diag([4, 2])])), ["2 patches in 2 frames", "88%"]),
    "Reassembly": (
        lambda: reassemble([(1, 0, 0.9), (8, 1, 0.8)], [(5, 0.7)], 10),
        ["10 frames", "2 actions and 1 boundaries", "to 2 segments"],
    ),
    "Diagnosis": (
        lambda: diagnose(np.array([0, 0, 1]), np.array([0, 0, 2])),
        ["2 predicted and 2 true", "1 hits at 50 %"],
    ),
    "AveragePrecision": (detections, ["1 classes", "1 detections", "2 ground-truth rows", "mAP@0.5 0.500"]),
    "Ranking": (lambda: detections().rankings[1], ["1 hits of 2 boxes", "AP 0.500"]),
    "AvaRows": (lambda: detections().ground_truth, ["2 rows in 2 key frames of 2 videos", "ground truth"]),
    "ErrorTypes": (lambda: error_types(detections()), ["1 classes", "miss +0.500"]),
    "Errors": (lambda: error_types(detections()).classes[1], ["1 miss", "0 background"]),
    "Calibration": (lambda: calibrate(detections()), ["10 bins of 1 detections", "error 0.100"]),
    "Sensitivity": (lambda: by_size(detections()), ["1 classes", "0.000", "1.000"]),
    "PairedDifference": (
        lambda: paired_difference(detections(), detections(), np.random.default_rng(0), 10),
        ["2 videos", "mean AP +0.000"],
    ),
    "Spectrum": (
        lambda: spectrum(Factored(torch.full((4, 1), 0.5), torch.full((4, 1), 0.5), SYMMETRIC)),
        ["1 modes of 4 nodes", "largest |eigenvalue| 1)"],
    ),
    "Curves": (lambda: Curves(np.array([0, 1.0]), np.array([1.0, 0]), np.array([0.5, 1.0])), ["1 steps", "gap 0.25"]),
    "MeanDifference": (
        lambda: mean_difference(np.zeros(3), np.ones(3), np.random.default_rng(0)),
        ["+1 (+1 to +1)", "3 clips"],
    ),
    "LabelSet": (lambda: labels(), ["1 videos", "2 classes", "tcn"]),
    "segmentation Ranking": (lambda: ranked(labels(), "tcn"), ["tcn on 1 videos", "F1@50 100.0", "accuracy 75.0"]),
}


def labels():
    return gather([labelled("a", ("take", 2), ("open", 2))], {"tcn": [labelled("a", ("take", 3), ("open", 1))]})


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_prints_its_size_and_its_first_number_in_a_line(name):
    make, parts = RESULTS[name]
    text = repr(make())
    assert text.startswith(f"{name.split()[-1]}(")
    assert len(text) < 200
    assert "\n" not in text
    assert "array(" not in text
    assert [part for part in parts if part not in text] == [], text
