"""Real clips: cameras, films, phones, screens; each exercises something that clips encoded here do not."""

import numpy as np
import pytest
from conftest import REAL_CLIPS, real_clip
from encoding import everything

from vizcore.video import pack_frames, probe, read_clip, read_frames
from vizcore.video.reading import indexed

pytestmark = pytest.mark.usefixtures("read_here")


@pytest.mark.skipif(not REAL_CLIPS, reason="no real clips: set VIZCORE_SHARED_DATA to the folder that holds videos/")
@pytest.mark.parametrize("name", REAL_CLIPS)
def test_random_access_equals_sequential_reading_and_full_decoding(name):
    path = real_clip(name)
    info, size = probe(path), (64, 48)
    frames = read_frames(path, range(info.frames), size=size)
    assert info.frames == len(everything(path)) == len(info.times)
    assert info.times[0] == 0
    assert (np.diff(info.times) > 0).all()
    assert info.duration > info.times[-1]
    assert info.warnings == ()
    rng = np.random.default_rng(0)
    for pick in rng.integers(0, info.frames, (6, 2)).tolist():
        assert np.array_equal(read_frames(path, pick, size=size), frames[pick])
    assert not indexed(path).damage.met


def test_the_same_scene_filmed_upright_and_turned_shows_the_same_way_up():
    upright, turned = real_clip("decord_video_0.mov"), real_clip("decord_video_90.mov")
    assert (probe(upright).rotation, probe(turned).rotation) == (0, 90)
    assert (probe(turned).width, probe(turned).height) == (320, 568)
    stored = np.stack(everything(turned))  # (3, 320, 568, 3), as the camera lay
    assert np.array_equal(read_frames(turned, range(3)), np.rot90(stored, -1, axes=(1, 2)))
    # The keyboard's rows run across the picture: rows of pixels change more from one to the next than columns do.
    for path in (upright, turned):
        grey = read_frames(path, [1])[0].mean(axis=2)
        profile_down, profile_across = grey.mean(axis=1), grey.mean(axis=0)
        assert profile_down.std() > profile_across.std()


def test_non_square_pixels_are_shown_at_their_shape():
    info = probe(real_clip("autoeditor_SAR-2by3.mp4"))
    assert info.width / info.height == pytest.approx(640 / 360 * 2 / 3, abs=2e-3)


def test_an_avi_with_b_frames_is_in_the_order_in_which_things_move():
    """The file holds no presentation times; made-up ones put every third pair of frames the wrong way round."""
    path = real_clip("mmaction2_test.avi")
    frames = read_frames(path, range(probe(path).frames)).astype(np.int16)
    moved = np.abs(np.diff(frames, axis=0)).mean()
    swapped = np.arange(len(frames))
    swapped[2::3], swapped[3::3] = swapped[3::3].copy(), swapped[2:-1:3].copy()
    assert moved < 0.75 * np.abs(np.diff(frames[swapped], axis=0)).mean()
    assert probe(path).times == pytest.approx(np.arange(164) / 25)


def test_what_is_told_of_a_real_clip_is_true(pancake):
    info = probe(pancake)
    assert (info.frames, info.width, info.height, info.codec, info.container) == (310, 426, 240, "h264", "matroska")
    assert info.has_audio
    assert info.duration == pytest.approx(310 / 30, abs=0.01)
    assert not probe(real_clip("mmaction2_demo.mp4")).has_audio


def test_a_real_clip_is_sampled_and_packed(pancake):
    clip = read_clip(pancake, count=16, size=(224, 224))
    assert clip.frames.shape == (16, 224, 224, 3)
    assert clip.indices.tolist() == np.linspace(0, 309, 16).round().tolist()
    assert clip.times == pytest.approx(probe(pancake).times[clip.indices])
    pack = pack_frames(pancake, width=160, limit=40)
    assert (len(pack.indices), pack.width, pack.height) == (40, 160, 90)
    assert len(pack.blob) == pack.offsets[-1] < 40 * 20_000
