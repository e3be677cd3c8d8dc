"""Cuts: films of this house glued together are taken apart again; what moves, brightens or flashes is no cut."""

import numpy as np
import pytest
from conftest import ROOT

from vizcore.algorithms.segmentation.cuts import colour_changes, cuts, outstanding
from vizcore.video import read_clip

CLIPS = ("crowd", "parade", "lanterns-fast", "throw")


def film(name, count=24):
    return read_clip(ROOT / "assets" / "clips" / f"{name}.mp4", count).frames[:, :96, :96]


def test_films_that_were_glued_together_are_taken_apart():
    whole = np.concatenate([film(name) for name in CLIPS])
    assert cuts(whole).tolist() == [24, 48, 72]
    assert cuts(whole[::-1]).tolist() == [24, 48, 72]


@pytest.mark.parametrize("name", CLIPS)
def test_one_shot_has_no_cut_however_much_moves_in_it(name):
    assert not len(cuts(film(name)))


def test_a_flash_and_a_fade_are_no_cuts():
    still = np.repeat(film("crowd", 1), 30, 0)
    flash = still.copy()
    flash[12] = 255
    fade = (still * np.linspace(1, 0, 30)[:, None, None, None]).astype(np.uint8)
    assert not len(cuts(flash))
    assert not len(cuts(fade))


def test_changes_are_shares_of_the_pixels():
    frames = np.zeros((3, 10, 10, 3), np.uint8)
    frames[1, :3] = frames[2] = 255
    assert colour_changes(frames) == pytest.approx([0.3, 0.7])
    assert not colour_changes(frames[:1]).size
    assert not len(cuts(frames[:1]))


def test_a_change_has_to_stand_out_alone():
    changes = np.full(40, 0.05)
    changes[[10, 30, 33]] = 0.5
    assert outstanding(changes).tolist() == [10]
    assert outstanding(0.1 * changes).tolist() == []


def test_wrong_frames_are_refused():
    for frames in (np.zeros((2, 4, 4, 3)), np.zeros((4, 4, 3), np.uint8), np.zeros((0, 4, 4, 3), np.uint8)):
        with pytest.raises(ValueError, match=r"want frames \(T, H, W, 3\) uint8, got"):
            cuts(frames)
