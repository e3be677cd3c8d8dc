"""Pictures come out upright, with square pixels, true colours and the wanted size, whatever is stored."""

from fractions import Fraction

import av
import cv2
import numpy as np
import pytest
from encoding import SIZE, check, encode, numbered_frame, read_number

from vizcore.video import probe, read_frames
from vizcore.video.reading import forget

pytestmark = pytest.mark.usefixtures("read_here")


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_video_comes_out_upright(turn, tmp_path):
    picture = numbered_frame(0b1000_0100_0010_0101, (64, 32))
    stored = encode(tmp_path / "stored.mp4", [picture] * 3)
    turned = encode(tmp_path / "turned.mp4", [picture] * 3, turn=turn)
    expected = np.rot90(read_frames(stored, [1])[0], -turn // 90)
    info = probe(turned)
    assert np.array_equal(read_frames(turned, [1])[0], expected)
    assert (info.rotation, info.height, info.width) == (turn, *expected.shape[:2])


def test_a_mirrored_video_comes_out_as_it_was_meant(tmp_path):
    picture, path = numbered_frame(0b1000_0100_0010_0101, (64, 32)), tmp_path / "mirrored.mp4"
    stored = read_frames(encode(tmp_path / "stored.mp4", [picture] * 3), [1])[0]
    data = encode(path, [picture] * 3, turn=90).read_bytes()
    one = 1 << 16
    matrix = lambda a, b, c, d: b"".join(v.to_bytes(4, "big", signed=True) for v in (a, b, 0, c, d, 0))  # noqa: E731
    assert data.count(matrix(0, one, -one, 0)) == 1
    path.write_bytes(data.replace(matrix(0, one, -one, 0), matrix(-one, 0, 0, one)))
    assert np.array_equal(read_frames(path, [1])[0], stored[:, ::-1])
    path.write_bytes(data.replace(matrix(0, one, -one, 0), matrix(0, one, one, 0)))
    forget()
    assert np.array_equal(read_frames(path, [1])[0], stored.transpose(1, 0, 2))


@pytest.mark.parametrize("aspect", [Fraction(2, 3), Fraction(4, 3), Fraction(2, 1)])
def test_pixels_that_are_not_square_are_made_square(aspect, tmp_path):
    path = encode(tmp_path / "clip.mp4", range(4), aspect=aspect)
    info = probe(path)
    assert (info.width, info.height) == (round(SIZE[0] * aspect), SIZE[1])
    assert [read_number(frame) for frame in read_frames(path, range(4))] == list(range(4))


@pytest.mark.parametrize(
    ("codec", "suffix", "pix_fmt", "size"),
    [
        ("libx264", "mkv", "gray", (96, 64)),
        ("libx264", "mp4", "yuv420p10le", (96, 64)),
        ("libx265", "mp4", "yuv420p10le", (96, 64)),
        ("libx264", "mp4", "yuv444p", (97, 63)),
        ("ffv1", "mkv", "gray16le", (97, 63)),
        ("ffv1", "mkv", "bgr0", (33, 17)),
        ("libx264rgb", "mkv", "rgb24", (96, 64)),
    ],
)
def test_any_depth_and_size_of_picture_is_read_as_eight_bit_rgb(codec, suffix, pix_fmt, size, tmp_path):
    pictures = [numbered_frame(k, size) for k in range(5)]
    path = encode(tmp_path / f"clip.{suffix}", pictures, codec=codec, pix_fmt=pix_fmt, options={"crf": "10"})
    frames = read_frames(path, range(5))
    assert frames.shape == (5, size[1], size[0], 3)
    assert frames.dtype == np.uint8
    assert np.abs(frames.astype(int) - np.stack(pictures)).mean() < 4


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("suffix", ["mp4", "avi", "gif"])
def test_the_shortest_videos_are_whole(count, suffix, tmp_path):
    kind = {"codec": "gif", "pix_fmt": "rgb8"} if suffix == "gif" else {"codec": "mpeg4"}
    path = encode(tmp_path / f"clip.{suffix}", range(count), **kind)
    check(path, range(count), [[count - 1], [0]])
    assert probe(path).duration == pytest.approx(count / 25, abs=0.011)


def test_the_colours_of_an_untagged_hd_video_are_those_of_a_browser(tmp_path):
    red = np.full((720, 16, 3), (200, 30, 40), np.uint8)
    for height, matrix in ((720, "ITU709"), (480, "ITU601")):
        path = tmp_path / f"{height}.mp4"
        with av.open(str(path), "w") as output:
            stream = output.add_stream("libx264", rate=5, options={"crf": "5"})
            stream.width, stream.height = 16, height
            picture = av.VideoFrame.from_ndarray(red[:height], "rgb24").reformat(
                format="yuv420p", dst_colorspace=matrix
            )
            picture.colorspace, picture.pts = 2, 0
            output.mux(stream.encode(picture))
            output.mux(stream.encode(None))
        assert np.abs(read_frames(path, [0])[0].astype(int) - red[:height]).max() <= 3


def test_a_size_is_reached_by_averaging_over_areas(tmp_path):
    rng = np.random.default_rng(0)
    noise = cv2.GaussianBlur(rng.integers(0, 256, (120, 160, 3), dtype=np.uint8), (0, 0), 1.5)
    path = encode(tmp_path / "clip.mp4", [noise] * 3, options={"crf": "5"})
    small = read_frames(path, [2], size=(40, 30))[0]
    expected = cv2.resize(read_frames(path, [2])[0], (40, 30), interpolation=cv2.INTER_AREA)
    assert small.shape == (30, 40, 3)
    assert np.abs(small.astype(int) - expected).mean() < 3
    assert read_frames(path, [0], size=(333, 100)).shape == (1, 100, 333, 3)
    assert read_frames(path, []).shape == (0, 120, 160, 3)


def test_of_two_videos_the_first_is_read_and_the_other_is_told_of(tmp_path):
    path = tmp_path / "two.mkv"
    with av.open(str(path), "w") as output:
        streams = [output.add_stream("libx264", rate=10), output.add_stream("libx264", rate=10)]
        for stream, size in zip(streams, [SIZE, (64, 64)]):
            stream.width, stream.height = size
        for k in range(6):
            for stream, first, size in zip(streams, (0, 100), [SIZE, (64, 64)]):
                frame = av.VideoFrame.from_ndarray(numbered_frame(first + k, size), "rgb24")
                frame.pts = k
                output.mux(stream.encode(frame))
        for stream in streams:
            output.mux(stream.encode(None))
    check(path, range(6), [[5], [2, 4]])
    assert "2 videos" in probe(path).warnings[0]


def test_a_cover_picture_is_no_video(tmp_path):
    path = tmp_path / "film.mp4"
    with av.open(str(path), "w") as output:
        cover, second = output.add_stream("mjpeg", rate=1), output.add_stream("libx264", rate=10)
        cover.width, cover.height, cover.pix_fmt = 32, 32, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        second.width, second.height = SIZE
        output.mux(cover.encode(av.VideoFrame.from_ndarray(numbered_frame(99, (32, 32)), "rgb24")))
        for k in range(6):
            frame = av.VideoFrame.from_ndarray(numbered_frame(k), "rgb24")
            frame.pts = k
            output.mux(second.encode(frame))
        output.mux(cover.encode(None))
        output.mux(second.encode(None))
    with av.open(str(path)) as container:
        assert len(container.streams.video) == 2
    check(path, range(6), [[5]])
    assert probe(path).warnings == ()
