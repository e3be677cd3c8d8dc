"""Files that are cut off or damaged keep the frames that decode, and look the same however they are read."""

from pathlib import Path

import av
import numpy as np
import pytest
from encoding import encode, everything, read_number
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vizcore.video import VideoError, probe, read_clip, read_frames
from vizcore.video.reading import indexed

pytestmark = pytest.mark.usefixtures("read_here")


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "avi", "gif"])
@pytest.mark.parametrize("share", [0.5, 0.8, 0.97])
def test_a_truncated_file_keeps_its_frames_with_a_warning(suffix, share, tmp_path):
    kind = (
        {"codec": "gif", "pix_fmt": "rgb8"} if suffix == "gif" else {"codec": "mpeg4" if suffix == "avi" else "libx264"}
    )
    clip = encode(tmp_path / f"clip.{suffix}", range(100), gop=10, **kind)
    data = fast_start(clip, tmp_path).read_bytes() if suffix == "mp4" else clip.read_bytes()
    path = tmp_path / f"cut.{suffix}"
    path.write_bytes(data[: int(len(data) * share)])
    info, plain = probe(path), everything(path)
    assert 0 < info.frames == len(plain)
    assert any("cut off" in warning for warning in info.warnings)
    frames = read_frames(path, range(info.frames))
    assert np.array_equal(frames, plain)
    for k in (0, info.frames // 2, info.frames - 1):
        assert np.array_equal(read_frames(path, [k])[0], frames[k])


def fast_start(clip: Path, folder: Path) -> Path:
    """The same packets with the table of frames in front."""
    path = folder / "front.mp4"
    with av.open(str(clip)) as source, av.open(str(path), "w", options={"movflags": "+faststart"}) as target:
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.size:
                packet.stream = copy
                target.mux(packet)
    return path


def test_packets_that_do_not_decode_are_no_frames(tmp_path):
    path = encode(tmp_path / "clip.mp4", range(60), gop=20, b_frames=0)
    with av.open(str(path)) as container:
        packet = list(container.demux(video=0))[50]
        place, size = packet.pos, packet.size
    data = bytearray(path.read_bytes())
    data[place : place + size] = bytes(size)
    path.write_bytes(data)
    info = probe(path)
    assert info.frames == 59
    assert "1 of 60 frames do not decode" in info.warnings[0]
    assert [read_number(frame) for frame in read_frames(path, range(50))] == list(range(50))
    assert info.times[50] == pytest.approx(51 / 25)


@pytest.mark.parametrize(
    ("codec", "suffix"),
    [
        ("libx264", "mp4"),
        ("libx264", "mkv"),
        ("libx264", "ts"),
        ("libx265", "mp4"),
        ("mpeg4", "avi"),
        ("libvpx", "webm"),
    ],
)
@settings(max_examples=12, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6), damage=st.sampled_from(["cut", "blank", "flip", "noise"]))
def test_a_damaged_file_gives_a_sentence_or_the_same_frames_however_it_is_read(
    codec, suffix, seed, damage, tmp_path_factory
):
    folder = tmp_path_factory.mktemp("damaged")
    data = bytearray(encode(folder / f"clip.{suffix}", range(60), codec=codec, gop=12).read_bytes())
    rng = np.random.default_rng(seed)
    at = int(rng.integers(64, len(data)))
    if damage == "cut":
        del data[at:]
    elif damage == "blank":
        data[at : at + 500] = bytes(len(data[at : at + 500]))
    elif damage == "noise":
        data[at : at + 200] = rng.bytes(len(data[at : at + 200]))
    else:
        for place in rng.integers(0, len(data), 5).tolist():
            data[place] ^= 1 << int(rng.integers(8))
    path = folder / f"damaged.{suffix}"
    path.write_bytes(data)
    try:
        frames = read_clip(path).frames
    except VideoError:
        return
    assert len(frames) == probe(path).frames == len(probe(path).times)
    for pick in rng.integers(0, len(frames), (3, 2)).tolist():
        assert np.array_equal(read_frames(path, pick), frames[pick])


def test_everything_that_plain_decoding_gives_is_in_the_index(tmp_path):
    """Pictures before the first key frame, as in a recording that starts in the middle."""
    whole = encode(tmp_path / "whole.ts", range(60), gop=20, b_frames=2).read_bytes()
    path = tmp_path / "middle.ts"
    path.write_bytes(whole[188 * (len(whole) // 188 // 4) :])
    frames = read_clip(path).frames
    assert np.array_equal(frames, everything(path))
    assert [read_number(frame) for frame in frames[-20:]] == list(range(40, 60))
    assert indexed(path).info.frames == len(frames)
