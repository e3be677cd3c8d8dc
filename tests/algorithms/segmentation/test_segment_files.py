"""Segments with times: tables and JSON written and read back, frames by their rule, and bad files refused by line."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_segmentation import RUNS, spread

from vizcore.algorithms.segmentation.metrics import segments
from vizcore.formats.segment_files import read_csv, read_segments, write_csv, write_json
from vizcore.formats.timed_segments import SegmentFile, TimedSegment, in_order

NAMES = ["background", 'take, "it"', "öffnen", "pour"]
CLASSES = {name: number for number, name in enumerate(NAMES)}


@given(RUNS, RUNS, st.sampled_from([25.0, 29.97, 60.0]))
def test_what_is_written_is_read_back(one, other, rate):
    sides = {"truth": spread(one), "model, first": spread(other)}
    tiers = {name: segments(labels, background=[0]) for name, labels in sides.items()}
    if not all(tiers.values()):
        return
    for write, ending in ((write_csv, "csv"), (write_json, "json")):
        found = read_segments(write(tiers, NAMES, rate), f"x.{ending}")
        assert list(found.tiers) == list(sides)
        for name, labels in sides.items():
            assert np.array_equal(found.frame_labels(name, frames=len(labels)).labels(CLASSES), labels)


@given(RUNS, st.sampled_from([(6, 240.0), (6, 29.97), (3, 25.0), (3, 29.97), (3, 60.0)]))
def test_rounded_seconds_tell_every_frame(runs, rounding):
    digits, rate = rounding
    labels = spread(runs)
    rows = [f"{one.start / rate:.{digits}f};{one.stop / rate:.{digits}f};{one.label}" for one in segments(labels)]
    found = read_csv("\n".join(["start;stop;label", *rows]).encode(), "x.csv").frame_labels("segments", rate=rate)
    assert np.array_equal(found.labels({str(k): k for k in range(4)}), labels)


def test_a_frame_belongs_to_the_segment_that_has_begun_and_not_ended():
    file = SegmentFile("x", {"t": (TimedSegment(0.21, 0.5, "take", "line 2"),)}, "seconds")
    assert file.frame_labels("t", rate=10, frames=7).labels({"background": 0, "take": 1}).tolist() == [
        0,
        0,
        0,
        1,
        1,
        0,
        0,
    ]
    assert file.frame_labels("t", rate=10).frames == 5
    short = SegmentFile("x", {"t": (TimedSegment(0.21, 0.28, "take", "line 2"),)}, "seconds")
    assert short.frame_labels("t", rate=10, frames=3).words == ("background",)  # between two frames


@pytest.mark.parametrize(
    "content",
    [
        b"start,stop,label\n0.5,1,take\n0,0.5,open\n",
        b"Label;Start;End\ntake;0.5;1.0\nopen;0;0.5\n",
        b"tier\tstart\tend\tlabel\nsegments\t0\t0.5\topen\nsegments\t0.5\t1\ttake\n",
        b'[{"start": 0.5, "stop": 1, "label": "take"}, {"start": 0, "stop": 0.5, "label": " open"}]',
        b' {"tiers": {"segments": [{"start": "0", "stop": 0.5, "label": "open"},'
        b' {"start": 0.5, "stop": 1, "label": "take"}]}}',
    ],
)
def test_all_ways_to_write_two_segments(content):
    found = read_segments(content, "x")
    assert [(one.start, one.stop, one.label) for one in found.tiers["segments"]] == [(0, 0.5, "open"), (0.5, 1, "take")]
    assert found.unit == "seconds"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"start,stop,label\n0,1,take\n-1,0,open\n", "x.csv, line 3: want times 0 <= start < stop, got -1 to 0"),
        (b"start,stop,label\n3,2,take\n", "x.csv, line 2: want times 0 <= start < stop, got 3 to 2"),
        (b"start,stop,label\n0,nan,take\n", "x.csv, line 2: want times 0 <= start < stop, got 0 to nan"),
        (
            b"start,stop,label\n0,2,take\n5,6,open\n1,3,open\n",
            r"line 4: want segments that do not overlap, .* 0 to 2 \(line 2\)",
        ),
        (b"start,stop,label\n0,one,take\n", "x.csv, line 2: want a number as time, got 'one'"),
        (b"start,stop,label\n0,1\n", "x.csv, line 2: want 3 columns, got 2"),
        (b"start,stop,label\n0,1, \n", "x.csv, line 2: want a label, got none"),
        (b"from,to,label\n0,1,take\n", "x.csv, line 1: want the columns label, start and stop, got from, to, label"),
        (b"start,stop,label\n", "x.csv: want at least one segment, got none"),
        (b"", "x.csv, line 1: want the columns label, start and stop, got none"),
        (b"start,stop,label\n0,1,\xe9\n", "x.csv, line 2: want text in UTF-8, got byte 0xe9"),
        (b'start,stop,label\n0,1,"' + b"a" * 200_000, "x.csv, line 2: want lines of at most 131,072 bytes, got one"),
        (b'{"tiers":\n {"a": [}', "x.csv, line 2: want JSON"),
        (b"[" * 100_000, "want JSON"),
        (b"{}", "want .* or a list of segments, got neither"),
        (b'{"tiers": {"a": [7]}}', "x.csv, segment 1 of 'a': want .*, got 7"),
        (b'[{"start": 0, "stop": 1, "label": 4}]', "segment 1 of 'segments': want"),
        (b'[{"start": 0, "stop": true, "label": "take"}]', "segment 1 of 'segments': want a number as time, got True"),
        (b'[{"start": 0, "label": "take"}]', "want a number as time, got None"),
        (b'{"unit": "weeks", "tiers": {"a": []}}', "want a unit of seconds, frames, got 'weeks'"),
        (b'{"unit": "frames", "tiers": {"a": []}}', "x.csv: want at least one segment, got none"),
    ],
)
def test_files_that_make_no_sense_are_refused_by_line(content, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_segments(content, "x.csv")


def test_a_label_that_is_no_class_is_refused_by_line():
    found = read_csv(b"start_frame,end_frame,label\n0,4,take\n6,9,tkae\n", "x.csv").frame_labels("segments")
    with pytest.raises(ValueError, match=r"x.csv, line 3, frame 6: want one of 2 classes .*, got 'tkae'"):
        found.labels({"take": 0, "background": 1})


def test_what_a_video_must_tell_is_asked_for():
    file = read_csv(b"start,stop,label\n0,1,take\n1,9,open\n", "x.csv")
    with pytest.raises(ValueError, match="want the video's frames a second, since times are in seconds, got None"):
        file.frame_labels("segments")
    with pytest.raises(ValueError, match=r"x.csv: want a tier of 'segments', got 'truth'"):
        file.frame_labels("truth", rate=25)
    with pytest.raises(ValueError, match=r"x.csv, line 3: want a stop within 200 frames, got frame 225"):
        file.frame_labels("segments", rate=25, frames=200)
    with pytest.raises(ValueError, match=r"x.csv, line 2: want a stop within 20,000,000 frames, got 1e\+300"):
        read_csv(b"start,stop,label\n0,1e300,take\n", "x.csv").frame_labels("segments", rate=25)
    assert file.frame_labels("segments", rate=25, frames=220).frames == 220  # a few frames too long are cut off


def test_segments_may_touch_and_come_in_any_order():
    one, two = TimedSegment(0, 1, "take", "line 3"), TimedSegment(1, 2, "open", "line 2")
    assert in_order("x", [two, one]) == (one, two)
