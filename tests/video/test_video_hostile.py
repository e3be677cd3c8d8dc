"""Files that are no video, damaged, or made to do harm: each gets a plain sentence or the frames that it has."""

import io
import struct
import subprocess
import sys
import zipfile
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from encoding import encode, numbered_frame, read_number
from hypothesis import given, settings
from hypothesis import strategies as st

from vizcore.video import VideoError, opening, probe, read_clip, read_frames, tabulate
from vizcore.video.opening import promised_samples
from vizcore.video.reading import forget

pytestmark = pytest.mark.usefixtures("read_here")

ROOT = Path(__file__).resolve().parents[2]
PEAK = """
import re, sys
def peak():  # KB; what getrusage tells is that of the parent, if that is larger
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""
no_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not tell peak memory")


def picture(suffix: str) -> bytes:
    return cv2.imencode(suffix, numbered_frame(5))[1].tobytes()


def archive() -> bytes:
    with io.BytesIO() as out:
        with zipfile.ZipFile(out, "w") as bag:
            bag.writestr("clip.mp4", b"\0" * 100)
        return out.getvalue()


# file name, content, words of the sentence
LOOKALIKES = [
    ("empty.mp4", b"", "empty file"),
    ("notes.mp4", "Notes on the clip: it starts late. Grüße".encode(), "got text"),
    ("photo.mp4", picture(".jpg"), "JPEG picture"),
    ("photo.png", picture(".png"), "PNG picture"),
    ("photo.webp", picture(".webp"), "WebP picture"),
    ("clips.zip", archive(), "ZIP archive.*unpack"),
    ("paper.pdf", b"%PDF-1.7\n" + bytes(range(128, 256)), "PDF document"),
    ("noise.avi", np.random.default_rng(0).bytes(5000), "none of these"),
    ("playlist.mp4", b"#EXTM3U\n#EXTINF:1,\nclip.mp4\n", "HLS playlist.*never followed"),
    ("script.mp4", b"ffconcat version 1.0\nfile clip.mp4\n", "concat script.*never followed"),
    ("manifest.mpd", b'<?xml version="1.0"?><MPD><BaseURL>clip.mp4</BaseURL></MPD>', "got text"),
    ("session.sdp", b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n", "got text"),
    ("head.mp4", b"\0\0\0\x18ftypisom\0\0\2\0isomiso2", "cut off or is still being written"),
    (
        "absurd.mp4",
        b"\0\0\0\x18ftypisom\0\0\2\0isomiso2\x7f\xff\xff\xffmoov" + b"\0" * 40,
        "holds no moving pictures",
    ),
]


@pytest.mark.parametrize(("name", "content", "words"), LOOKALIKES, ids=[row[0] for row in LOOKALIKES])
def test_what_is_no_video_gets_a_sentence(name, content, words, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    for read in (probe, read_clip):
        with pytest.raises(VideoError, match=words) as caught:
            read(path)
        assert str(caught.value).startswith("want a video file")
        assert ": " in str(caught.value)[20:]  # what to do


def test_a_folder_and_a_missing_file_get_a_sentence(tmp_path):
    with pytest.raises(VideoError, match="got a folder"):
        probe(tmp_path)
    with pytest.raises(VideoError, match="got no file"):
        probe(tmp_path / "nothing.mp4")


def test_no_reference_out_of_a_file_is_followed(tmp_path, monkeypatch):
    clip = encode(tmp_path / "clip.ts", range(10))
    monkeypatch.chdir(tmp_path)
    scripts = {
        "list.m3u8": f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{clip.name}\n#EXT-X-ENDLIST\n",
        "list.ffconcat": f"ffconcat version 1.0\nfile {clip.name}\n",
    }
    for name, text in scripts.items():
        (tmp_path / name).write_text(text)
    with av.open("list.ffconcat") as container:  # left to itself, FFmpeg does follow
        assert len(list(container.decode(video=0))) == 10
    for name in scripts:
        with pytest.raises(VideoError, match="never followed"):
            probe(tmp_path / name)


def test_a_playlist_behind_another_name_and_header_opens_nothing(tmp_path, monkeypatch):
    """The demuxers of playlists are shut even where nothing in the first bytes gives them away."""
    monkeypatch.setattr(opening, "LOOKALIKES", ())
    encode(tmp_path / "clip.ts", range(10))
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "innocent.mkv"
    path.write_text("\n\n#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nclip.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(VideoError, match="got text"):
        probe(path)


def test_sound_alone_is_no_video(tmp_path):
    for name, cover in (("sound.mp4", False), ("sound.m4a", True)):
        path = tmp_path / name
        with av.open(str(path), "w", format="mp4") as output:
            sound = output.add_stream("aac", rate=44100)
            image = output.add_stream("mjpeg", rate=1) if cover else None
            if image is not None:
                image.width, image.height, image.pix_fmt = 96, 64, "yuvj420p"
                image.disposition = av.stream.Disposition.attached_pic
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 4096), np.float32), "fltp", "mono")
            frame.sample_rate = 44100
            output.mux(sound.encode(frame))
            output.mux(sound.encode(None))
            if image is not None:
                output.mux(image.encode(av.VideoFrame.from_ndarray(numbered_frame(1), "rgb24")))
                output.mux(image.encode(None))
        with pytest.raises(VideoError, match="cover picture" if cover else "only sound"):
            probe(path)


def test_frames_of_8k_are_refused_with_size_limit_and_hint(tmp_path):
    path = tmp_path / "big.mkv"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("mjpeg", rate=5)
        stream.width, stream.height, stream.pix_fmt = 7680, 4320, "yuvj420p"
        output.mux(stream.encode(av.VideoFrame(7680, 4320, "yuvj420p")))
        output.mux(stream.encode(None))
    with pytest.raises(VideoError, match=r"16777216 pixels \(4096x4096\), got 7680x4320.*scale"):
        probe(path)


def test_a_longer_video_than_the_limit_is_read_up_to_it(tmp_path, monkeypatch):
    path = encode(tmp_path / "clip.mp4", range(90), gop=30, b_frames=3)
    monkeypatch.setattr(tabulate, "MAX_FRAMES", 40)
    forget()
    assert probe(path).frames == 40
    assert "longer than 40 frames" in probe(path).warnings[0]
    assert [read_number(frame) for frame in read_frames(path, [0, 39])] == [0, 39]
    forget()


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


def full(kind: bytes, *parts: bytes) -> bytes:
    return box(kind, bytes(4), *parts)


def bomb(count: int) -> bytes:
    """An MP4 of less than 1 KB whose table says: `count` samples of 4 bytes."""
    numbers = lambda *values: struct.pack(f">{len(values)}I", *values)  # noqa: E731
    setup = box(b"avcC", bytes.fromhex("0142c00affe1000467 42c00a01000468ce3c80"))
    entry = box(b"avc1", bytes(6), b"\0\1", bytes(16), struct.pack(">HH", 64, 64), bytes(50), setup)
    stbl = box(
        b"stbl",
        full(b"stsd", numbers(1), entry),
        full(b"stts", numbers(1, count, 1)),
        full(b"stsc", numbers(1, 1, count, 1)),
        full(b"stsz", numbers(4, count)),
        full(b"stco", numbers(1, 40)),
    )
    minf = box(b"minf", full(b"vmhd", bytes(8)), box(b"dinf", full(b"dref", numbers(1), full(b"url "))), stbl)
    kind = full(b"hdlr", numbers(0), b"vide", bytes(13))
    mdia = box(b"mdia", full(b"mdhd", numbers(0, 0, 1000, count, 0)), kind, minf)
    tkhd = full(b"tkhd", numbers(0, 0, 1, 0, count), bytes(60), numbers(64 << 16, 64 << 16))
    moov = box(b"moov", full(b"mvhd", numbers(0, 0, 1000, count, 0x10000), bytes(80)), box(b"trak", tkhd, mdia))
    return box(b"ftyp", b"isom", bytes(4), b"isomavc1") + box(b"mdat", bytes(64)) + moov


@no_proc
def test_a_small_file_that_promises_many_samples_takes_no_memory(tmp_path):
    """Opened without the guard, FFmpeg takes 2 GB for this one."""
    path = tmp_path / "bomb.mp4"
    path.write_bytes(bomb(60_000_000))
    program = f"""
{PEAK}
from vizcore.video import VideoError, probe
before = peak()
try:
    probe({str(path)!r})
except VideoError as error:
    print(error)
print(peak() - before)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    sentence, grown = done.stdout.strip().splitlines()
    assert "the header is damaged" in sentence
    assert int(grown) < 50_000  # KB


@given(count=st.integers(0, 2**32 - 1), runs=st.lists(st.integers(0, 2**31), max_size=3))
@settings(max_examples=20, derandomize=True)
def test_promised_samples_are_counted_wherever_they_stand(count, runs):
    data = bomb(count) + b"".join(box(b"moof", box(b"traf", full(b"trun", struct.pack(">I", run)))) for run in runs)
    total = promised_samples(io.BytesIO(data), len(data))
    expected = count + sum(runs)
    assert min(total, opening.MAX_SAMPLES) >= min(expected, opening.MAX_SAMPLES)
    assert total <= expected + 40  # the boxes themselves


def test_time_stamps_that_cannot_be_true_give_way_to_a_constant_rate(tmp_path):
    clip, path = encode(tmp_path / "clip.mkv", range(4), b_frames=0), tmp_path / "late.mkv"
    with av.open(str(clip)) as source, av.open(str(path), "w") as target:
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream)
        for number, packet in enumerate(source.demux(stream)):
            if packet.size:
                packet.pts = packet.dts = 40 * number if number < 3 else 10**11  # three years, in milliseconds
                packet.stream = copy
                target.mux(packet)
    info = probe(path)
    assert "cannot be true" in info.warnings[0]
    assert info.times == pytest.approx(np.arange(4) / 25)
    assert [read_number(frame) for frame in read_frames(path, range(4))] == list(range(4))


def test_absurd_pixel_shapes_are_ignored_with_a_warning(tmp_path):
    info = probe(encode(tmp_path / "clip.mkv", range(3), aspect=Fraction(20)))
    assert (info.width, info.height) == (96, 64)
    assert "20:1 wide; they are shown square" in info.warnings[0]


@no_proc
def test_reading_a_few_small_frames_keeps_no_large_ones(tmp_path):
    """Peak memory does not grow with the length of the video: 90 more frames of 1280x720 would be 249 MB."""
    program = f"""
{PEAK}
from vizcore.video import pack_frames, read_clip
read_clip(sys.argv[1], size=(32, 18))
pack_frames(sys.argv[1], width=32)
print(peak())
"""
    peaks = []
    for count in (30, 120):
        path = tmp_path / f"{count}.mp4"
        encode(
            path, [numbered_frame(k % 7, (1280, 720)) for k in range(7)] * (count // 7), options={"tune": "fastdecode"}
        )
        done = subprocess.run(
            [sys.executable, "-c", program, path], cwd=ROOT, capture_output=True, text=True, check=True
        )
        peaks.append(int(done.stdout))
    assert peaks[1] - peaks[0] < 30_000  # KB: some ten frames
