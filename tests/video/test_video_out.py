"""What goes out: files that browsers play, with the colours that went in, and packs of JPEG pictures."""

import av
import cv2
import numpy as np
import pytest
from encoding import encode, numbered_frame, read_number
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vizcore.video import VideoError, pack_frames, probe, read_frames, write_video

pytestmark = pytest.mark.usefixtures("read_here")


def smooth(height: int, width: int, count: int) -> np.ndarray:
    """(T, H, W, 3) uint8 of every hue and brightness, without edges that half the colour resolution would blur."""
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    waves = [np.sin(2 * np.pi * (x * a + y * b) + phase) for a, b, phase in ((1, 0.5, 0), (-0.5, 1, 2), (0.7, 0.7, 4))]
    frame = (127.5 + 127.5 * np.stack(waves, axis=2)).astype(np.uint8)
    return np.stack([np.roll(frame, 2 * k, axis=1) for k in range(count)])


@settings(max_examples=12, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    height=st.integers(16, 70),
    width=st.integers(16, 90),
    count=st.integers(1, 20),
    fps=st.sampled_from([1, 12.5, 24, 30000 / 1001, 60, 240]),
)
def test_what_is_written_is_read_again(height, width, count, fps, tmp_path_factory):
    path = tmp_path_factory.mktemp("out") / "out.mp4"
    write_video(path, (numbered_frame(k, (width, height)) for k in range(count)), fps)
    info, frames = probe(path), read_frames(path, range(count))
    assert (info.frames, info.codec, info.container, info.warnings) == (count, "h264", "mp4", ())
    assert (info.height, info.width) == (height + height % 2, width + width % 2)
    assert info.times == pytest.approx(np.arange(count) / fps, abs=1e-3)
    assert [read_number(frame[:height, :width]) for frame in frames] == list(range(count))
    assert np.abs(frames[:, :height, -1].astype(int) - frames[:, :height, width - 1]).mean() < 6  # the edge, again


def test_colours_survive_and_are_tagged_for_the_browser(tmp_path):
    path, frames = tmp_path / "out.mp4", smooth(96, 128, 6)
    write_video(path, frames, 25)
    error = read_frames(path, range(6)).astype(int) - frames
    assert np.abs(error).mean() < 3
    assert np.abs(error.mean(axis=(0, 1, 2))).max() < 2  # no cast
    small = np.stack([cv2.resize(frame, (64, 48), interpolation=cv2.INTER_AREA) for frame in frames])
    error = read_frames(path, range(6), size=(64, 48)).astype(int) - small
    assert np.abs(error).mean() < 3
    assert np.abs(error.mean(axis=(0, 1, 2))).max() < 0.8
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frame = next(container.decode(stream))
        codec = stream.codec_context
        assert codec.pix_fmt == "yuv420p"
        assert (frame.colorspace, frame.color_range, codec.color_primaries, codec.color_trc) == (1, 1, 1, 1)


def test_the_same_frames_always_make_the_same_file(tmp_path):
    frames = smooth(320, 320, 96)
    files = [tmp_path / f"{k}.mp4" for k in range(6)]
    for path in files:
        write_video(path, frames, 24)
    assert len({path.read_bytes() for path in files}) == 1


def test_the_table_of_frames_is_in_front(tmp_path):
    path = tmp_path / "out.mp4"
    write_video(path, smooth(32, 32, 10), 10)
    data = path.read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_the_input_is_left_as_it_was(tmp_path):
    frames = smooth(33, 35, 3)
    copy = frames.copy()
    write_video(tmp_path / "out.mp4", frames, 10)
    assert np.array_equal(frames, copy)


GOOD = np.zeros((4, 32, 32, 3), np.uint8)


@pytest.mark.parametrize(
    ("frames", "fps", "words"),
    [
        ([], 25, "at least one frame"),
        (GOOD.astype(np.float32), 25, "uint8.*float32"),
        (GOOD[..., :2], 25, r"\(H, W, 3\).*2\)"),
        (GOOD[..., 0], 25, r"\(H, W, 3\)"),
        ([GOOD[0], GOOD[1, :16]], 25, r"\(32, 32, 3\).*\(16, 32, 3\) at frame 1"),
        (["frame"], 25, "uint8.*str"),
        ([np.zeros((0, 4, 3), np.uint8)], 25, r"\(0, 4, 3\)"),
        (GOOD, 0, "frames a second"),
        (GOOD, -5, "frames a second"),
        (GOOD, float("nan"), "frames a second"),
        (GOOD, 10**6, "frames a second"),
        (GOOD, "25", "frames a second"),
    ],
)
def test_what_cannot_be_written_is_refused_and_leaves_nothing(frames, fps, words, tmp_path):
    (tmp_path / "out.mp4").write_bytes(b"before")
    with pytest.raises(VideoError, match=words):
        write_video(tmp_path / "out.mp4", frames, fps)
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]
    assert (tmp_path / "out.mp4").read_bytes() == b"before"


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(VideoError, match="want a folder"):
        write_video(tmp_path / "nowhere" / "out.mp4", GOOD, 25)


def test_an_error_among_the_frames_leaves_no_half_file(tmp_path):
    def frames():
        yield from GOOD
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_video(tmp_path / "out.mp4", frames(), 25)
    assert list(tmp_path.iterdir()) == []


def unpacked(pack):
    """The pictures of a pack, RGB."""
    pieces = [pack.blob[a:b] for a, b in zip(pack.offsets, pack.offsets[1:])]
    return [cv2.imdecode(np.frombuffer(piece, np.uint8), cv2.IMREAD_COLOR)[..., ::-1] for piece in pieces]


def test_a_pack_holds_every_frame_at_its_time(tmp_path):
    path = encode(tmp_path / "clip.mp4", [numbered_frame(k, (128, 96)) for k in range(40)])
    calls = []
    pack = pack_frames(path, width=64, progress=lambda done, total: calls.append((done, total)))
    pictures = unpacked(pack)
    assert [read_number(picture) for picture in pictures] == list(range(40)) == pack.indices.tolist()
    assert {picture.shape for picture in pictures} == {(48, 64, 3)} == {(pack.height, pack.width, 3)}
    assert np.array_equal(pack.times, probe(path).times)
    assert calls == [(k + 1, 40) for k in range(40)]
    assert pack.note == ""


@pytest.mark.parametrize("limit", [1, 7, 39])
def test_a_long_video_is_thinned_evenly_and_says_so(limit, tmp_path):
    path = encode(tmp_path / "clip.mp4", range(40))
    pack = pack_frames(path, limit=limit)
    assert pack.indices.tolist() == np.linspace(0, 39, limit).round().tolist()
    assert [read_number(picture) for picture in unpacked(pack)] == pack.indices.tolist()
    assert np.array_equal(pack.times, probe(path).times[pack.indices])
    spread = "" if limit == 1 else f", {limit} of them, evenly spread"
    assert pack.note.startswith(f"Frames 0 to {39 if limit > 1 else 0} of 40 are shown{spread}: ")


def test_a_pack_holds_the_frames_that_were_asked_for_and_says_which(tmp_path):
    path = encode(tmp_path / "clip.mp4", range(40))
    pack = pack_frames(path, frames=range(5, 9))
    assert [read_number(picture) for picture in unpacked(pack)] == [5, 6, 7, 8] == pack.indices.tolist()
    assert pack.note.startswith("Frames 5 to 8 of 40 are shown: ")
    assert pack_frames(path, frames=[38, 39, 77]).indices.tolist() == [38, 39]  # what is not there is left out


@pytest.mark.parametrize("frames", [[], [40], [3, 3], [4, 2], [-1, 2]], ids=str)
def test_a_pack_of_frames_that_make_no_sense_is_refused(frames, tmp_path):
    path = encode(tmp_path / "clip.mp4", range(40))
    with pytest.raises(VideoError, match="want rising frame numbers of 0 to 39"):
        pack_frames(path, frames=frames)


def test_a_pack_never_enlarges_and_keeps_the_aspect(tmp_path):
    path = encode(tmp_path / "clip.mp4", range(3), aspect=2)
    pack = pack_frames(path, width=1000)
    assert (pack.width, pack.height) == (192, 64)
    assert (pack_frames(path, width=96).width, pack_frames(path, width=96).height) == (96, 32)


def test_quality_buys_size(tmp_path):
    path = encode(tmp_path / "clip.mp4", range(5))
    assert len(pack_frames(path, quality=20).blob) < len(pack_frames(path, quality=95).blob)


def test_packing_stops_at_once_when_progress_raises(tmp_path):
    class Cancelled(Exception):
        pass

    path, calls = encode(tmp_path / "clip.mp4", range(60)), []

    def progress(done, total):
        calls.append(done)
        if done == 5:
            raise Cancelled

    with pytest.raises(Cancelled):
        pack_frames(path, progress=progress)
    assert calls == [1, 2, 3, 4, 5]
    path.unlink()  # nothing holds it open, which matters on Windows


@pytest.mark.parametrize("arguments", [{"width": 0}, {"quality": 101}, {"limit": 0}, {"width": 2.5}, {"limit": True}])
def test_numbers_out_of_range_are_refused(arguments, tmp_path):
    path = encode(tmp_path / "clip.mp4", range(2))
    with pytest.raises(VideoError, match=f"want a {next(iter(arguments))} of 1 to"):
        pack_frames(path, **arguments)
