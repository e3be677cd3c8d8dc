"""Segments with times among a data set's files: whose tiers they are, how long a video is, what is refused."""

import numpy as np
import pytest

from vizcore.features.segmentation.export import rows_csv, rows_json
from vizcore.features.segmentation.pipeline import against_truth
from vizcore.features.segmentation.pipeline_files import compared, parts_of
from vizcore.features.segmentation.pipeline_predictions import TITLE, TRUTH, Prediction, Predictions
from vizcore.features.segmentation.pipeline_tiers import owners, words_of
from vizcore.formats.segment_files import read_segments

HEAD = b"tier,start_frame,stop_frame,label\n"
SECONDS = b"start,stop,label\n0,0.4,take\n0.4,1,pour\n"


def table(*tiers: str) -> bytes:
    return HEAD + b"".join(f"{tier},0,5,take\n".encode() for tier in tiers)


@pytest.mark.parametrize(
    ("file", "tiers", "whose"),
    [
        ("groundTruth/a.csv", ["anything"], {"anything": ""}),
        ("gt/a.csv", ["notes", "Truth"], {"Truth": "", "notes": None}),
        ("net/a.csv", ["anything"], {"anything": "net"}),
        ("net/a.csv", ["truth", "x"], {"truth": "", "x": "net"}),
        ("net/a.csv", ["truth", "x", "y"], {"truth": "", "x": "x", "y": "y"}),
        ("a.csv", ["what is true", "MS-TCN++"], {"what is true": "", "MS-TCN++": "predictions"}),
        ("a.csv", ["Ground truth", "MS-TCN++"], {"Ground truth": "", "MS-TCN++": "predictions"}),
    ],
)
def test_a_tier_is_the_truths_or_a_models_by_folder_and_name(file, tiers, whose):
    assert owners(read_segments(table(*tiers), file)) == whose


def test_a_truth_of_several_tiers_must_say_which_one_it_is():
    with pytest.raises(ValueError, match=r"groundTruth/a\.csv: want one tier, or one that is called 'truth', got 'x'"):
        parts_of({"groundTruth/a.csv": table("x", "y")})


def test_the_words_of_segments_have_one_for_the_gaps():
    assert words_of([read_segments(table("x"), "a.csv")]) == {"take", "background"}
    assert words_of([]) == set()


def test_frames_give_the_length_of_a_video_of_segments():
    truth = b"take\n" * 10 + b"pour\n" * 15 + b"background\n" * 5
    parts = parts_of({"groundTruth/a.txt": truth, "net/a.csv": SECONDS})
    assert parts.in_seconds
    assert parts.model_names == ("net",)
    dataset = compared(parts, rate=25.0)
    assert dataset.labels.models["net"]["a"].tolist() == dataset.labels.truth["a"].tolist()
    assert dataset.rankings[0].scores.acc == 100


def test_segments_in_seconds_need_a_rate():
    with pytest.raises(ValueError, match=r"net/a\.csv: want the video's frames a second"):
        compared(parts_of({"groundTruth/a.txt": b"take\n" * 25, "net/a.csv": SECONDS}))


@pytest.mark.parametrize("write", [rows_csv, rows_json])
def test_what_the_clip_part_saves_scores_the_same_as_a_file(write):
    truth = np.repeat([0, 1, 0, 2], [10, 20, 10, 20])
    predicted = np.repeat([0, 1, 2, 1, 0, 2], [10, 8, 4, 8, 10, 20])
    nets = Prediction("a", "A", predicted), Prediction("b", "B", truth)
    found = Predictions(
        np.arange(60) / 20, ("background", "wave", "sit down"), (Prediction(TRUTH, TITLE, truth), *nets)
    )
    ending = write.__name__.removeprefix("rows_")
    rows = {tier.title: tier.labels for tier in found.tiers}
    dataset = compared(parts_of({f"film.{ending}": write(rows, found.classes, (0,), 20.0)}))
    assert [(one.model, one.scores) for one in dataset.rankings] == [
        (one.tier.title, one.scores) for one in against_truth(found)
    ]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"net/a.csv": b"start,stop,label\n-1,2,take\n"}, r"net/a\.csv, line 2: want times 0 <= start < stop, got -1"),
        (
            {"net/a.csv": b"start,stop,label\n0,2,take\n1,3,pour\n"},
            r"net/a\.csv, line 3: want segments that do not overlap",
        ),
        ({"net/a.json": b'[{"start": 0}]'}, r"net/a\.json, segment 1 of 'segments': want"),
        ({"net/a.eaf": b"<html/>"}, r"net/a\.eaf, line 1: want an ELAN ANNOTATION_DOCUMENT"),
        ({"net/a": b"take pour\xe9\n"}, r"net/a, line 1: want text in UTF-8"),
        ({"net/b": b"### x\ntake"}, r"net/b: want the labels of b by the ground truth as well"),
        ({"net/a": b"### x\n" + b"take " * 99}, r"net/a: want labels of 25 frames as in groundTruth/a\.txt, up to 10"),
        ({"net/a": b"### x\n" + b"fly " * 25, "mapping.txt": b"0 take\n"}, r"net/a, line 2, frame 0: want one of 1"),
        ({"net/a.csv": b"start_frame,stop_frame,label\n0,99,take\n"}, r"net/a\.csv, line 2: want a stop within 25"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_files_that_make_no_sense_are_refused_by_name_and_line(files, sentence):
    with pytest.raises(ValueError, match=sentence):
        compared(parts_of({"groundTruth/a.txt": b"take\n" * 25} | files), rate=25.0)


def test_a_few_frames_more_or_fewer_are_trimmed_and_noted():
    dataset = compared(parts_of({"groundTruth/a.txt": b"take\n" * 25, "net/a": b"### x\n" + b"take " * 28}))
    assert dataset.labels.notes == ("a: net has 28 labels for 25 frames; the first 25 are compared",)
    assert dataset.rankings[0].scores.frames == 25


def test_data_sets_print_their_sizes_and_the_best_score_in_a_line():
    parts = parts_of({"groundTruth/a.txt": b"take\n" * 30, "net/a": b"### x\n" + b"take " * 30})
    assert repr(parts) == "Parts(ground truth of 1 videos, 1 models, 0 bundles, 0 files of segments)"
    assert repr(compared(parts)) == "Dataset(1 videos, 1 classes, 1 models, best F1@50 100.0)"
