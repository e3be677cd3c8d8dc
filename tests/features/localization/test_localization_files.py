"""Files that would mislead the page of average precision: each gets its sentence, and none a silent zero."""

import os

import numpy as np
import pytest
from ava_tables import PRECISION, RIGHT, TRUTH, shown
from test_pages import complaints, opened, settled

from vizcore.features.localization.pipeline_precision import compare_files
from vizcore.runtime.worker import Worker
from vizcore.ui.work import bytes_of

pytestmark = pytest.mark.usefixtures("one_thread")
REFUSED = {
    "pixels.csv": (["v0,902,64,32,200,180,1,0.9"], "these look like pixels"),
    "elsewhere.csv": (
        ["w0,902,0.1,0.2,0.5,0.8,1,0.9"],
        "want detections (elsewhere.csv) in the videos of the ground truth (v0, v1, v2)",
    ),
    "later.csv": (["v0,1500,0.1,0.2,0.5,0.8,1,0.9"], "in the key frames of the ground truth"),
    "another-list.csv": (["v0,902,0.1,0.2,0.5,0.8,77,0.9"], "is this the list of actions of these files?"),
    "nan.csv": (["v0,902,nan,0.2,0.5,0.8,1,0.9"], "want finite corners"),
    "letter.csv": (["Dear reader,", "hello"], "got 'hello'"),
    "nothing.csv": ([""], "want rows of video, second"),
}
TOLD = {
    "twice.csv": ([*RIGHT, RIGHT[-1]], "1 exact repeats of other rows"),
    "logits.csv": ([f"{row},{9 - k}" for k, row in enumerate(TRUTH)], "scores go from -2 to 9, not 0 to 1"),
    "header.csv": (["video,second,x1,y1,x2,y2,class,score", *RIGHT], "the first line is a header: skipped"),
    "stranger.csv": ([*RIGHT, "v0,902,0.1,0.2,0.5,0.8,97,0.9"], "not in the list of actions (97): ignored"),
    "outside.csv": ([*RIGHT, "v0,902,-0.1,0.2,0.5,1.2,1,0.1"], "corners out of the frame"),
    "flat.csv": ([*RIGHT, "v0,902,0.3,0.2,0.3,0.8,1,0.9"], "1 detection without an area"),
}


@pytest.fixture
def media(monkeypatch, tmp_path):
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    (tmp_path / "truth.csv").write_text("\n".join(TRUTH))
    return tmp_path


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_could_only_give_a_wrong_zero_is_refused_in_a_sentence(name, media):
    rows, words = REFUSED[name]
    (media / name).write_text("\n".join(rows))
    (sentence,) = complaints(shown(name))
    assert words in sentence
    assert "Something went wrong" not in sentence
    assert str(media) not in sentence


@pytest.mark.parametrize("name", TOLD)
def test_what_is_odd_in_a_file_is_told_and_the_rest_counts(name, media):
    rows, words = TOLD[name]
    (media / name).write_text("\n".join(rows))
    app = shown(name)
    assert complaints(app) == []
    assert any(words in note.value for note in app.caption), [note.value for note in app.caption]
    assert next(metric.value for metric in app.metric if metric.label == "mAP, first") == "1.000"


def test_what_is_odd_in_the_ground_truth_is_said_of_the_ground_truth(media):
    (media / "right.csv").write_text("\n".join(RIGHT))
    (media / "truth.csv").write_text("\n".join([*TRUTH, TRUTH[0]]))
    app = shown("right.csv")
    assert complaints(app) == []
    assert any(note.value.startswith("• ground truth: 1 exact repeats") for note in app.caption)


def test_time_stamps_with_leading_zeros_are_the_same_seconds(media):
    (media / "zeros.csv").write_text("\n".join(row.replace(",9", ",009", 1) for row in RIGHT))
    app = shown("zeros.csv")
    assert complaints(app) == []
    assert next(metric.value for metric in app.metric) == "1.000"


def test_classes_without_truth_are_left_out_of_the_mean_and_counted_on_the_page(media):
    (media / "right.csv").write_text("\n".join(RIGHT))
    (media / "list.pbtxt").write_text("".join(f'item {{ name: "word {k}" id: {k} }}\n' for k in range(1, 8)))
    app = shown("right.csv", actions="media/list.pbtxt")
    assert complaints(app) == []
    values = {metric.label: metric.value for metric in app.metric}
    assert values["mAP, first"] == "1.000"
    assert values["Left out"] == "4"
    assert any("4 of 7 classes without ground truth" in note.value for note in app.caption)


def test_logits_have_no_calibration_and_the_page_says_why(media):
    (media / "logits.csv").write_text("\n".join(TOLD["logits.csv"][0]))
    app = shown("logits.csv", closer="Calibration")
    assert complaints(app) == []
    assert any("no probabilities" in note.value for note in app.caption)


def test_a_link_to_a_file_that_is_not_here_is_said(media):
    sentences = complaints(shown("gone.csv"))
    assert any("There is no file “gone.csv” here" in sentence for sentence in sentences)


def test_files_of_a_person_are_not_compared_with_the_made_up_example(media):
    (media / "right.csv").write_text("\n".join(RIGHT))
    files = {"truth": "media/truth.csv", "first": "media/right.csv"}
    app = opened("localization", PRECISION | files)
    assert complaints(app) == []
    assert [metric.label for metric in app.metric if metric.label.startswith("mAP")] == ["mAP, first"]
    (menu,) = (box for box in app.selectbox if box.label == "Compared with")
    assert menu.value == "one alone"
    assert not any("made up" in option for option in menu.options)


def test_a_page_that_showed_the_example_lets_it_go_when_files_are_chosen(media):
    (media / "right.csv").write_text("\n".join(RIGHT))
    app = opened("localization", PRECISION)
    (menu,) = (box for box in app.selectbox if box.label == "Compared with")
    assert menu.value == "newer (made up)"
    for label, value in (("Ground truth", "media/truth.csv"), ("Detections", "media/right.csv")):
        next(box for box in app.selectbox if box.label == label).set_value(value)
    settled(app.run())
    assert complaints(app) == []
    assert next(metric.value for metric in app.metric if metric.label == "mAP, first") == "1.000"


def test_a_second_file_that_was_replaced_is_read_anew(media):
    (media / "right.csv").write_text("\n".join(RIGHT))
    (media / "second.csv").write_text("\n".join(RIGHT))
    query = PRECISION | {"truth": "media/truth.csv", "first": "media/right.csv", "second": "media/second.csv"}
    before = [metric.value for metric in opened("localization", query).metric]
    (media / "second.csv").write_text("\n".join(RIGHT[:6]))
    os.utime(media / "second.csv", (1, 1))
    assert [metric.value for metric in opened("localization", query).metric] != before


def test_a_table_is_counted_by_its_arrays_and_heavy_results_push_each_other_out(media):
    (media / "right.csv").write_text("\n".join(RIGHT))
    found = compare_files(media / "truth.csv", other=media / "right.csv")
    table = found.results[0].detections
    assert bytes_of(table) == sum(
        getattr(table, name).nbytes for name in ("frame_videos", "frame_times", "frames")
    ) + sum(getattr(table, name).nbytes for name in ("boxes", "actions", "scores"))
    assert bytes_of(found) > bytes_of(table) + bytes_of(found.results[0].ground_truth)
    worker = Worker("heavy", 16, bytes_of, most=250)
    calls = []
    for key, size in (("a", 100), ("b", 100), ("c", 200), ("d", 999)):
        worker.submit(key, lambda job, size=size: np.zeros(size, np.uint8)).result()
        calls.append([job.key for job in worker.past])
    assert calls == [["a"], ["a", "b"], ["c"], ["d"]]
    worker.close()
