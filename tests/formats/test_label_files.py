"""Frame labels as text: read as plain splitting reads them, written and read back, and bad files refused by line."""

from itertools import pairwise

import numpy as np
import pytest
from conftest import DATA
from hypothesis import given, settings
from hypothesis import strategies as st

from vizcore.algorithms.segmentation.frame_labels import FrameLabels, video_of
from vizcore.formats.label_files import read_bundle, read_labels, read_mapping, write_recognition, write_truth

GTEA = DATA / "segmentation" / "gtea"
WORDS = st.lists(
    st.tuples(st.sampled_from(["a", "aa", "take", "take_it", "b"]), st.integers(1, 70)), min_size=1, max_size=8
)


def spelled(runs):
    return [word for word, count in runs for _ in range(count)]


@given(WORDS)
@settings(max_examples=300)
def test_a_ground_truth_has_a_label_a_line(runs):
    words = spelled(runs)
    found = read_labels("".join(f"{word}\n" for word in words).encode(), "groundTruth/S1_Tea.txt")
    assert np.repeat(found.words, found.counts).tolist() == words
    assert all(one != other for one, other in pairwise(found.words))  # runs are whole
    assert found.frames == len(words)
    for word, place in zip(found.words, found.places):
        assert words[int(place.removeprefix("line ")) - 1] == word


@given(WORDS)
def test_a_recognition_file_has_them_on_its_second_line(runs):
    words = spelled(runs)
    found = read_labels(f"### Frame level recognition: ###\n{' '.join(words)}".encode(), "S1_Tea")
    assert np.repeat(found.words, found.counts).tolist() == words
    assert set(found.places) == {"line 2"}


@pytest.mark.parametrize(
    "content",
    [
        b"take\ntake\nopen it\n",
        b"take\r\ntake\r\nopen it\r\n",
        b"\xef\xbb\xbftake\ntake\nopen it",
        b"take \ntake\n open it\n\n\n",
    ],
)
def test_ends_of_lines_marks_and_blanks_do_not_matter(content):
    assert read_labels(content, "x.txt").labels({"take": 3, "open it": 1}).tolist() == [3, 3, 1]


@pytest.mark.parametrize("rest", [b"take  take open\n", b"take take open \n", b"take\ttake\nopen", b" take take open"])
def test_blanks_of_a_recognition_file_do_not_matter(rest):
    found = read_labels(b"### Frame level recognition: ###\n" + rest, "x")
    assert found.labels({"take": 3, "open": 1}).tolist() == [3, 3, 1]


def test_words_of_many_tongues_are_words():
    assert read_labels("öffnen\nöffnen\n開ける\n".encode(), "x.txt").words == ("öffnen", "開ける")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "x.txt: want a label for each frame, got none"),
        (b"### Frame level recognition: ###\n", "x.txt: want a label for each frame, got none"),
        (b"take\n\nopen\n", "x.txt, line 2: want a label, got an empty line"),
        (b"take\n\xf6ffnen\n", "x.txt, line 2: want text in UTF-8, got byte 0xf6; save it as UTF-8"),
        ("take\n".encode("utf-16"), "x.txt, line 1: want text in UTF-8, got byte 0xff"),
        (b"take\ntake\0\n", "x.txt, line 2: want text, got a zero byte"),
    ],
)
def test_files_that_are_no_labels_are_refused_by_line(content, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_labels(content, "x.txt")


def test_an_unknown_label_is_refused_by_line_and_frame():
    truth = read_labels(b"take\ntake\ntkae\n", "groundTruth/S1.txt")
    with pytest.raises(ValueError, match=r"groundTruth/S1.txt, line 3, frame 2: want one of 2 classes .*, got 'tkae'"):
        truth.labels({"take": 0, "open": 1})
    sentence = read_labels(b"###\ntake tkae", "S1")
    with pytest.raises(ValueError, match="S1, line 2, frame 1: want one of 1 classes"):
        sentence.labels({"take": 0})


def test_a_mapping_is_a_number_and_a_name_a_line():
    assert read_mapping(b"0 take\n2 open the jar\r\n\n1 background\n", "mapping.txt") == {
        "take": 0,
        "open the jar": 2,
        "background": 1,
    }
    for content, sentence in (
        (b"0 take\nopen\n", "mapping.txt, line 2: want a number and a name, such as '0 take', got 'open'"),
        (b"0 take\n-1 open\n", "line 2: want a number and a name"),
        (b"0 take\n99999999999 open\n", "line 2: want a number and a name"),
        (b"0 take\n1 take\n", "line 2: want every number and name once, got '1 take' again"),
        (b"0 take\n0 open\n", "line 2: want every number and name once"),
        (b"\n", "mapping.txt: want a number and a name on each line, got no line"),
    ):
        with pytest.raises(ValueError, match=sentence):
            read_mapping(content, "mapping.txt")


def test_a_bundle_is_a_video_a_line():
    assert read_bundle(b"S1_Tea.txt\nsub/S2_Tea.txt\n\n", "x.bundle") == {"S1_Tea": 1, "S2_Tea": 2}
    with pytest.raises(ValueError, match=r"x.bundle, line 3: want every video once, got 'S1_Tea' as on line 1"):
        read_bundle(b"S1_Tea.txt\n\nS1_Tea.txt\n", "x.bundle")
    with pytest.raises(ValueError, match=r"x.bundle: want the name of a video on each line, got none"):
        read_bundle(b"\n", "x.bundle")


def test_a_video_is_a_file_without_folder_and_ending():
    assert video_of("groundTruth/S1_Tea_C1.txt") == video_of("a\\S1_Tea_C1") == "S1_Tea_C1"
    assert video_of("rgb-01-1.v2.txt") == "rgb-01-1.v2"


@given(st.lists(st.integers(0, 2), min_size=1, max_size=40))
def test_what_is_written_is_read_back(labels):
    names = ["take", "open", "pour"]
    for write in (write_truth, write_recognition):
        found = read_labels(write(np.array(labels), names), "x")
        assert found.labels({name: number for number, name in enumerate(names)}).tolist() == labels


def test_a_name_that_would_fall_apart_is_not_written():
    with pytest.raises(ValueError, match="want names of classes without blanks, got 'open jar'"):
        write_recognition(np.array([0, 1]), {0: "take", 1: "open jar"})
    assert write_recognition(np.array([0, 0]), {0: "take", 1: "open jar"}).endswith(b"take take")


@pytest.mark.skipif(not GTEA.exists(), reason="no GTEA labels: set VIZCORE_SHARED_DATA")
def test_real_files_are_read_as_plain_splitting_reads_them():
    for path in (GTEA / "groundTruth").iterdir():
        found = read_labels(path.read_bytes(), path.name)
        assert np.repeat(found.words, found.counts).tolist() == path.read_text().split("\n")[:-1]
        assert len(found.words) < 100  # runs, not frames
    for path in (GTEA / "predictions_split1").iterdir():
        found = read_labels(path.read_bytes(), path.name)
        assert np.repeat(found.words, found.counts).tolist() == path.read_text().split("\n")[1].split()
        assert isinstance(found, FrameLabels)
