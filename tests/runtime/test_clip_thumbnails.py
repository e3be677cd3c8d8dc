"""Pictures of the clip menu: made beside the page, from the clip itself; a file that shows nothing has none."""

from io import BytesIO

import numpy as np
import pytest
from browser import until
from PIL import Image

from vizcore.runtime import clip_thumbnails
from vizcore.runtime.clip_library import ClipEntry
from vizcore.video import write_video

RED, BLUE = (200, 20, 30), (20, 30, 200)


@pytest.fixture
def clip(tmp_path):
    """Red on the left, blue on the right, far wider than a picture of the menu."""
    frames = np.zeros((8, 64, 256, 3), np.uint8)
    frames[:, :, :128], frames[:, :, 128:] = RED, BLUE
    write_video(tmp_path / "wide.mp4", frames, 8)
    return ClipEntry("wide", "wide", tmp_path / "wide.mp4")


def test_a_picture_is_the_middle_of_the_clip_cut_to_shape(clip):
    until(lambda: clip_thumbnails.pictures([clip]))
    picture = np.asarray(Image.open(BytesIO(clip_thumbnails.pictures([clip])["wide"])))
    assert picture.shape == (clip_thumbnails.HEIGHT, clip_thumbnails.WIDTH, 3)
    left, right = picture[:, :40].mean((0, 1)), picture[:, -40:].mean((0, 1))
    assert np.abs(left - RED).max() < 25
    assert np.abs(right - BLUE).max() < 25


def test_a_file_that_is_no_video_or_is_gone_has_no_picture_and_the_others_have_theirs(clip, tmp_path):
    (tmp_path / "letter.mp4").write_text("Dear reader")
    entries = [
        ClipEntry("letter", "letter", tmp_path / "letter.mp4"),
        ClipEntry("gone", "gone", tmp_path / "gone.mp4"),
        clip,
    ]
    until(lambda: "wide" in clip_thumbnails.pictures(entries))
    assert set(clip_thumbnails.pictures(entries)) == {"wide"}


def test_a_file_that_was_replaced_gets_a_new_picture(clip):
    until(lambda: clip_thumbnails.pictures([clip]))
    before = clip_thumbnails.pictures([clip])["wide"]
    write_video(clip.path, np.full((8, 64, 256, 3), 250, np.uint8), 8)
    until(lambda: clip_thumbnails.pictures([clip]))
    assert clip_thumbnails.pictures([clip])["wide"] != before
