"""Changes of shot: one for each run above the threshold, where it is highest, and never after the last frame."""

import numpy as np
import pytest

from vizcore.algorithms.segmentation.transitions import Transition, transitions


def at(places, length=20):
    line = np.zeros(length, np.float32)
    for place, share in places.items():
        line[place] = share
    return line


def test_the_next_shot_begins_after_the_likeliest_frame_of_a_run():
    found = transitions(at({4: 0.75, 5: 1.0, 6: 0.625, 12: 0.625}), at({}))
    assert found == (Transition(6, 1.0, 5, 7), Transition(13, 0.625, 12, 14))
    assert [one.frames for one in found] == [2, 2]


def test_a_dissolve_has_the_frames_of_the_second_head_around_it():
    (found,) = transitions(at({8: 0.75}), at(dict.fromkeys(range(4, 13), 0.75)))
    assert (found.start, found.first, found.stop, found.frames) == (9, 4, 13, 9)


def test_the_last_frame_ends_no_shot_that_is_followed_by_another():
    assert transitions(at({19: 1.0}), at({})) == ()
    assert transitions(at({18: 1.0}), at({}))[0].start == 19


def test_a_threshold_is_exceeded_and_not_met():
    assert transitions(at({4: 0.5}), at({}), 0.5) == ()
    assert len(transitions(at({4: 0.5}), at({}), 0.25)) == 1


@pytest.mark.parametrize(
    "wrong", [(np.zeros(3), np.zeros(4), 0.5), (np.zeros((3, 1)),) * 2 + (0.5,), (*[np.zeros(3)] * 2, 2)]
)
def test_what_fits_not_is_refused(wrong):
    with pytest.raises(ValueError, match=r"want two \(T,\) and a threshold of 0 to 1"):
        transitions(*wrong)
