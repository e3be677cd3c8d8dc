"""Recordings put together, bare streams, pictures that change on the way, and forms besides those of videos."""

import shutil
import zipfile
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from encoding import check, encode, everything, numbered_frame, read_number

from vizcore.video import VideoError, probe, read_clip, read_frames
from vizcore.video import index as index_module
from vizcore.video.joints import find_joints, lined_up
from vizcore.video.reading import forget, indexed

STEP = 40  # ms that a frame is shown
TICKS = 90  # of a transport stream's clock in a ms
PICKS = [[3, 0], [47, 48, 20], [26], [49, 24, 25]]


def recording(folder, numbers: range, start: int, **settings):
    """The bytes of a transport stream whose clock begins at so many ms."""
    encode(folder / "draft.ts", numbers, **settings)
    with av.open(str(folder / "draft.ts")) as source, av.open(str(folder / "part.ts"), "w") as out:
        to = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.pts, packet.dts = (stamp + TICKS * start for stamp in (packet.pts, packet.dts))
                packet.stream = to
                out.mux(packet)
    return (folder / "part.ts").read_bytes()


@pytest.mark.parametrize(
    ("codec", "pictures"), [("libx264", 0), ("libx264", 2), ("mpeg2video", 2), ("libx265", 2)], ids=str
)
@pytest.mark.parametrize("starts", [(0, 13), (50_000, 0), (500, 0), (0, 500), (0, 0), (0, 500, 250)], ids=str)
def test_recordings_of_any_clock_are_shown_one_after_the_other(codec, pictures, starts, tmp_path):
    parts = [
        recording(tmp_path, range(25 * k, 25 * k + 25), start, codec=codec, b_frames=pictures)
        for k, start in enumerate(starts)
    ]
    path = tmp_path / "joined.ts"
    path.write_bytes(b"".join(parts))
    check(path, range(25 * len(starts)), PICKS)
    info = probe(path)
    assert np.diff(info.times) == pytest.approx(STEP / 1000, abs=2e-4)
    assert any("falls back" in note for note in info.warnings)
    assert not any("damaged" in note for note in info.warnings)


@pytest.mark.usefixtures("read_here")
def test_a_long_joined_film_is_read_from_its_key_frames_on(tmp_path, monkeypatch):
    """Where not all is decoded for it: what a jump gives is what reading all gives."""
    monkeypatch.setattr(index_module, "CHECK_PIXELS", 0)
    parts = [recording(tmp_path, range(50 * k, 50 * k + 50), start, gop=5) for k, start in enumerate((3000, 0))]
    (tmp_path / "joined.ts").write_bytes(b"".join(parts))
    check(tmp_path / "joined.ts", range(100), [[97], [12, 3], [51, 49]])


def test_segments_whose_clock_goes_on_are_not_called_damaged(tmp_path):
    """Their counters begin anew, and a demuxer calls the last packet before incomplete."""
    parts = [recording(tmp_path, range(25 * k, 25 * k + 25), 1000 * k) for k in range(3)]
    (tmp_path / "segments.ts").write_bytes(b"".join(parts))
    check(tmp_path / "segments.ts", range(75), PICKS)
    assert probe(tmp_path / "segments.ts").warnings == ()


def test_a_transport_stream_that_lacks_bytes_is_called_damaged(tmp_path):
    whole = recording(tmp_path, range(60), 0, gop=10, options={"crf": "5"})
    packets = [whole[at : at + 188] for at in range(0, len(whole), 188)]
    third = len(packets) // 3
    (tmp_path / "lossy.ts").write_bytes(b"".join(packets[:third] + packets[third + 3 :]))
    assert any("damaged" in note for note in probe(tmp_path / "lossy.ts").warnings)


def test_a_clock_that_leaps_ahead_is_told_and_kept(tmp_path):
    parts = [recording(tmp_path, range(25 * k, 25 * k + 25), 50_000 * k) for k in range(2)]
    (tmp_path / "gap.ts").write_bytes(b"".join(parts))
    check(tmp_path / "gap.ts", range(50), PICKS)
    info = probe(tmp_path / "gap.ts")
    assert info.times[25] == pytest.approx(50, abs=0.1)
    assert info.warnings == ("the clock leaps ahead once: times are as it tells",)


def test_live_recordings_in_matroska_and_ogg_that_are_put_together_are_whole(tmp_path):
    part = encode(tmp_path / "live.webm", range(25), codec="libvpx", options={"auto-alt-ref": "0"}).read_bytes()
    (tmp_path / "two.webm").write_bytes(part + part)
    info = probe(tmp_path / "two.webm")
    assert [read_number(frame) for frame in read_clip(tmp_path / "two.webm").frames] == [*range(25), *range(25)]
    assert any("falls back" in note for note in info.warnings)


def test_reordered_pictures_are_no_fall_of_the_clock():
    """I P B B ... of open groups, decoding stamps known, unknown, and both."""
    pts = [2, 5, 3, 4, 8, 6, 7, 11, 9, 10]
    keys = [k in (0, 4) for k in range(10)]
    for dts in (list(range(10)), [None] * 10, [None, None, *range(2, 10)]):
        assert find_joints(pts, dts, keys, 1, 25.0) == ()


def test_stamps_of_two_recordings_by_hand():
    pts, dts, keys = [10, 14, 12, 11, 15, 13], [8, 10, 12, 9, 11, 13], [True, False, False, True, False, False]
    (joint,) = found = find_joints(pts, dts, keys, 2, 25.0)
    assert joint.place == 3
    assert lined_up(pts, found) == [10, 14, 12, 16, 20, 18]  # 14 + 2 - 11 = 5 more


@pytest.mark.parametrize(("codec", "suffix"), [("libx264", "h264"), ("libx265", "hevc"), ("mpeg2video", "m2v")])
@pytest.mark.parametrize("rate", [25, 50])
def test_a_bare_stream_keeps_the_rate_that_it_tells(codec, suffix, rate, tmp_path):
    path = encode(tmp_path / f"x.{suffix}", range(50), codec=codec, rate=rate, container=FORMATS.get(suffix, suffix))
    check(path, range(50), PICKS)
    info = probe(path)
    assert np.diff(info.times) == pytest.approx(1 / rate)
    assert info.duration == pytest.approx(50 / rate)
    assert info.warnings == ()
    assert len(read_clip(path, 4, start=info.duration / 2).indices) == 4


FORMATS = {"m2v": "mpeg2video"}


def test_a_bare_stream_that_tells_no_rate_is_shown_at_25_and_says_so(tmp_path):
    settings = {"codec": "libx265", "rate": 30, "container": "hevc"}
    options = {"x265-params": "log-level=none:vui-timing-info=0:pools=1:frame-threads=1"}
    path = encode(tmp_path / "x.265", range(30), options=options, **settings)
    check(path, range(30), [[29, 3]])
    info = probe(path)
    assert np.diff(info.times) == pytest.approx(0.04)
    assert info.warnings == ("the stream does not say how fast it is: 25 frames a second are taken",)


def test_a_stream_of_jpegs_is_a_video_and_a_single_one_is_none(tmp_path):
    path = encode(tmp_path / "x.mjpeg", range(12), codec="mjpeg", pix_fmt="yuvj420p", container="mjpeg")
    check(path, range(12), [[11, 0, 5]])
    assert "25 frames a second" in probe(path).warnings[0]
    picture = cv2.imencode(".jpg", numbered_frame(1))[1].tobytes()
    for name, data in (("one.jpg", picture), ("gain.jpg", picture[:2] + MPF + picture[2:] + picture)):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(VideoError, match="a JPEG picture"):
            probe(tmp_path / name)


MPF = b"\xff\xe2\x00\x08MPF\0\0\0"  # a photograph that carries another one behind it


def test_raw_pictures_of_y4m_are_read(tmp_path):
    path = encode(tmp_path / "x.y4m", range(12), codec="wrapped_avframe", rate=30, container="yuv4mpegpipe")
    check(path, range(12), [[11, 0, 5]])
    assert np.diff(probe(path).times) == pytest.approx(1 / 30)
    assert probe(path).warnings == ()


def put_together(folder, suffix: str, sizes, **settings):
    """One file of two stretches, the second of another size, as a muxer writes packets of one stream."""
    parts = [encode(folder / f"part{k}.{suffix}", pictures, **settings) for k, pictures in enumerate(sizes)]
    path = folder / f"whole.{suffix}"
    with av.open(str(path), "w") as out, av.open(str(parts[0])) as first:
        to, base = out.add_stream_from_template(first.streams.video[0]), 0
        for part in parts:
            with av.open(str(part)) as source:
                last = 0
                for packet in source.demux(video=0):
                    if packet.size:
                        last = max(last, packet.pts + packet.duration)
                        packet.pts, packet.dts = packet.pts + base, packet.dts + base
                        packet.stream = to
                        out.mux(packet)
                base += last
    return path


@pytest.mark.usefixtures("read_here")
@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize(
    ("codec", "suffix"), [("libvpx", "webm"), ("libvpx-vp9", "webm"), ("mjpeg", "avi"), ("mpeg2video", "ts")]
)
def test_a_picture_that_changes_its_size_is_fitted_and_told(codec, suffix, checked, tmp_path, monkeypatch):
    """Of a wide picture in a narrow one: bars above and below, nothing stretched."""
    monkeypatch.setattr(index_module, "CHECK_PIXELS", 10**9 * checked)
    narrow, wide = [numbered_frame(k, (96, 64)) for k in range(10)], [numbered_frame(k, (192, 64)) for k in range(10)]
    pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    path = put_together(tmp_path, suffix, (narrow, wide), codec=codec, pix_fmt=pix_fmt, b_frames=0)
    forget()
    info, frames = probe(path), read_clip(path).frames
    assert (info.width, info.height, info.frames) == (96, 64, 20)
    assert frames.shape == (20, 64, 96, 3)
    note = "the picture changes its size on the way (96x64, 192x64): every frame is fitted into 96x64"
    assert note in info.warnings
    assert frames[10:, :16].max() == frames[10:, 48:].max() == 0  # 192x64 in 96x64 is 96x32
    assert [read_number(frame[16:48]) for frame in frames[10:]] == list(range(10))
    assert [read_number(frame) for frame in frames[:10]] == list(range(10))


def test_sizes_that_stay_are_not_told(tmp_path):
    path = put_together(tmp_path, "webm", ([0, 1, 2], [3, 4, 5]), codec="libvpx")
    assert probe(path).warnings == ()


def red_on_the_right(frames: int):
    """(H, W, 4): left half transparent over green, right half red."""
    picture = np.zeros((64, 96, 4), np.uint8)
    picture[:, :48, 1], picture[:, 48:, 0], picture[:, 48:, 3] = 255, 255, 255
    return [picture] * frames


def transparent(path, codec: str, pix_fmt: str):
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 96, 64, pix_fmt
        for picture in red_on_the_right(5):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgba").reformat(format=pix_fmt)))
        out.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt"),
    [
        ("x.webm", "libvpx-vp9", "yuva420p"),
        ("x.mov", "prores_ks", "yuva444p10le"),
        ("x.mov", "qtrle", "argb"),
        ("x.apng", "apng", "rgba"),
    ],
)
@pytest.mark.parametrize("size", [None, (48, 32)])
def test_what_is_transparent_lies_over_black_and_hides_no_colour(name, codec, pix_fmt, size, tmp_path):
    path = transparent(tmp_path / name, codec, pix_fmt)
    frames = read_clip(path, size=size).frames.astype(int)
    third = frames.shape[2] // 3
    assert len(frames) == 5
    assert frames[:, :, :third].max() <= 8
    assert np.abs(frames[:, :, -third:] - (255, 0, 0)).max() <= 12
    assert probe(path).warnings == ("the picture has transparent parts: they are shown over black",)


def test_half_of_a_level_of_transparency_is_half_of_the_colour():
    picture = np.full((2, 2, 4), (200, 100, 50, 128), np.uint8)
    from vizcore.video.upright import over_ground

    shown = over_ground(av.VideoFrame.from_ndarray(picture, "rgba")).to_ndarray(format="rgb24")
    assert shown[0, 0].tolist() == [100, 50, 25]  # 200 * 128 / 255 = 100.4, and so on


def animated(path, suffix: str = ".webp", count: int = 8, step: int = 80):
    animation = cv2.Animation()
    animation.frames = [cv2.cvtColor(numbered_frame(k), cv2.COLOR_RGB2BGRA) for k in range(count)]
    animation.durations = [step] * count
    data = cv2.imencodeanimation(suffix, animation, [cv2.IMWRITE_WEBP_QUALITY, 101])[1]
    path.write_bytes(data.tobytes())
    return path


def test_an_animated_webp_is_read_with_its_times_whatever_it_is_called(tmp_path):
    for name in ("x.webp", "x.mp4", "0123abcd"):
        path = animated(tmp_path / name)
        check(path, range(8), [[7, 0], [3, 3, 4]])
        assert probe(path).times == pytest.approx(np.arange(8) * 0.08)
        assert probe(path).duration == pytest.approx(0.64)
        assert probe(path).warnings == ()


def said(path) -> str:
    """What a reader is told of a file: notes, or the refusal."""
    try:
        assert len(read_clip(path).frames) == probe(path).frames
        return " ".join(probe(path).warnings)
    except VideoError as refusal:
        return str(refusal)


def test_a_cut_webp_is_told_or_refused(tmp_path):
    whole = animated(tmp_path / "whole.webp").read_bytes()
    for share in (0.2, 0.5, 0.9):
        path = tmp_path / f"{share}.webp"
        path.write_bytes(whole[: int(share * len(whole))])
        told = said(path)
        assert any(words in told for words in ("cut off", "do not decode", "not one picture decodes"))


def test_an_animated_avif_is_more_than_its_first_picture(tmp_path):
    path = encode(tmp_path / "x.avif", range(8), codec="libsvtav1", rate=10, container="avif", options=SVT)
    info = probe(path)
    assert info.frames == 8
    assert info.times == pytest.approx(np.arange(8) / 10)
    assert info.warnings == ()
    assert [read_number(frame) for frame in read_clip(path).frames] == list(range(8))


SVT = {"preset": "12", "svtav1-params": "lp=1"}


def numbered(folder, numbers, name: str = "{:05d}.jpg", size: tuple[int, int] = (96, 64)):
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        file = folder / name.format(number)
        file.write_bytes(cv2.imencode(file.suffix, numbered_frame(number, size)[..., ::-1])[1].tobytes())
    return folder


@pytest.mark.parametrize(
    "name", ["{:05d}.jpg", "frame_{}.png", "img-{:03d}-left.bmp", "{}.webp", "{:d}.TIFF", "{}.ppm"]
)
def test_numbered_pictures_are_a_video_in_the_order_of_their_numbers(name, tmp_path):
    folder = numbered(tmp_path / "frames", range(8, 13), name)
    (folder / "README.md").write_text("notes")
    (folder / ".DS_Store").write_bytes(b"x")
    info = probe(folder)
    assert [read_number(frame) for frame in read_clip(folder).frames] == list(range(8, 13))
    assert [read_number(frame) for frame in read_frames(folder, [4, 0, 4])] == [12, 8, 12]
    assert info.times == pytest.approx(np.arange(5) / 25)
    (note,) = info.warnings
    assert note.startswith("pictures have no times: 25 frames a second are taken")


def test_the_rate_of_numbered_pictures_is_that_of_the_name_or_of_a_file_beside_them(tmp_path):
    folder = numbered(tmp_path / "frames", range(5))
    assert np.diff(probe(f"{folder}@10").times) == pytest.approx(0.1)
    assert probe(f"{folder}@30000/1001").duration == pytest.approx(5 * 1001 / 30000)
    assert np.diff(probe(f"{folder}/%05d.jpg").times) == pytest.approx(0.04)
    (folder / "rate.txt").write_text("12.5\n")
    forget()
    assert np.diff(probe(folder).times) == pytest.approx(0.08)
    assert probe(folder).warnings == ()
    folder.rename(tmp_path / "other@50")
    assert np.diff(probe(tmp_path / "other@50").times) == pytest.approx(0.02)  # the name comes first
    (tmp_path / "other@50").rename(tmp_path / "frames")
    (tmp_path / "frames" / "rate.txt").write_text("fast")
    with pytest.raises(VideoError, match="want a rate"):
        probe(tmp_path / "frames")


def test_a_zip_of_numbered_pictures_is_read_without_being_unpacked(tmp_path):
    folder = numbered(tmp_path / "set" / "frames", range(9))
    (folder / "rate.txt").write_text("10")
    (tmp_path / "set" / "__MACOSX").mkdir()
    (tmp_path / "set" / "__MACOSX" / "._00001.jpg").write_bytes(b"x")
    archive = Path(shutil.make_archive(str(tmp_path / "set"), "zip", tmp_path / "set"))
    shutil.copy(archive, tmp_path / "no ending")
    for path in (archive, tmp_path / "no ending"):
        assert [read_number(frame) for frame in read_clip(path).frames] == list(range(9))
        assert np.diff(probe(path).times) == pytest.approx(0.1)


def test_numbers_without_a_picture_and_pictures_that_do_not_decode_are_told(tmp_path):
    folder = numbered(tmp_path / "frames", [1, 2, 5, 6, 7])
    (folder / "00006.jpg").write_bytes(b"no picture")
    info = probe(folder)
    assert [read_number(frame) for frame in read_clip(folder).frames] == [1, 2, 5, 7]
    told = " ".join(info.warnings)
    assert "2 numbers between 1 and 7 have no picture" in told
    assert "1 of 5 frames do not decode" in told


def test_pictures_of_another_size_are_fitted(tmp_path):
    folder = numbered(tmp_path / "frames", range(4))
    numbered(folder, range(4, 6), size=(48, 64))
    frames = read_clip(folder).frames
    assert [read_number(frame) for frame in frames[:4]] == list(range(4))
    assert [read_number(frame[:, 24:72]) for frame in frames[4:]] == [4, 5]
    assert "(96x64, 48x64)" in " ".join(probe(folder).warnings)


def test_pictures_of_several_forms_are_refused_by_name(tmp_path):
    folder = numbered(tmp_path / "frames", range(5), "img_{:05d}.jpg")
    numbered(folder, range(5), "flow_x_{:05d}.jpg")
    with pytest.raises(VideoError, match=r"got flow_x_#\.jpg \(5\), img_#\.jpg \(5\)|got img_#\.jpg \(5\), flow"):
        probe(folder)
    assert probe(f"{folder}/img_%05d.jpg").frames == 5


def test_an_archive_of_very_many_names_is_refused_before_its_table_is_read(tmp_path):
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("1.jpg", b"x")
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\5\6")
    data[at + 12 : at + 16] = (1 << 30).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(VideoError, match="want an archive of at most"):
        probe(path)


def test_an_archive_that_is_damaged_gets_a_sentence(tmp_path):
    folder = numbered(tmp_path / "frames", range(5))
    whole = Path(shutil.make_archive(str(tmp_path / "a"), "zip", folder)).read_bytes()
    rng = np.random.default_rng(0)
    for k in range(60):
        data = bytearray(whole)
        for at in rng.integers(0, len(data), 20):
            data[at] = rng.integers(256)
        path = tmp_path / f"{k}.zip"
        path.write_bytes(bytes(data[: rng.integers(len(data) // 2, len(data) + 1)]))
        assert said(path) is not None


def test_a_headless_recording_plays_as_plain_decoding_does(tmp_path):
    path = encode(tmp_path / "x.h264", range(40), gop=8, container="h264")
    assert np.array_equal(read_clip(path).frames, everything(path))
    assert indexed(path).by == "order"
