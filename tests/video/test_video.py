"""Frames come out by their number in presentation order, whatever the file, and however they are reached."""

import threading
from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest
from encoding import check, encode, everything, read_number
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vizcore.video import VideoError, probe, read_clip, read_frames, reading
from vizcore.video.reading import forget, indexed
from vizcore.video.walk import Damaged, Missing, Run, walk

pytestmark = pytest.mark.usefixtures("read_here")

FILES = [
    ("libx264", "mp4"),
    ("libx264", "mkv"),
    ("libx264", "avi"),
    ("libx264", "ts"),
    ("libx264", "h264"),
    ("libx265", "mp4"),
    ("libx265", "mkv"),
    ("mpeg4", "avi"),
    ("mpeg4", "mp4"),
    ("mpeg2video", "mpg"),
    ("mpeg2video", "ts"),
    ("libvpx-vp9", "webm"),
    ("libvpx", "webm"),
    ("mjpeg", "avi"),
    ("ffv1", "mkv"),
    ("gif", "gif"),
]
STORED = {"mjpeg": "yuvj420p", "gif": "rgb8"}
RADL = "log-level=none:open-gop=0:radl=2:bframes=4:b-adapt=0:pools=1:keyint=20:min-keyint=20:scenecut=0"
SPECIAL = {
    "open groups": ("libx264", "mp4", {"x264-params": "open-gop=1:scenecut=0"}),
    "open groups, pyramid": ("libx264", "mkv", {"x264-params": "open-gop=1:scenecut=0:bframes=5:b-pyramid=normal"}),
    "gradual refresh": ("libx264", "mp4", {"x264-params": "intra-refresh=1:keyint=20"}),
    "open groups, HEVC": ("libx265", "mp4", {"x265-params": "log-level=none:open-gop=1:bframes=4:pools=1"}),
    "layers, HEVC": ("libx265", "mp4", {"x265-params": "log-level=none:temporal-layers=3:bframes=4:pools=1"}),
    "decodable leading pictures, HEVC": ("libx265", "mp4", {"x265-params": RADL}),
    "hidden frames, VP8": ("libvpx", "webm", {"auto-alt-ref": "1", "lag-in-frames": "16", "deadline": "good"}),
    "hidden frames, VP9": ("libvpx-vp9", "webm", {"auto-alt-ref": "1", "lag-in-frames": "25", "deadline": "good"}),
}


def modes_taken(monkeypatch) -> list[str]:
    """A list that grows by the way of each pass through a file."""
    modes, begin = [], Run.__init__

    def init(self, index, left, mode):
        modes.append(mode)
        begin(self, index, left, mode)

    monkeypatch.setattr(Run, "__init__", init)
    return modes


@pytest.mark.parametrize(("codec", "suffix"), FILES, ids=[" in ".join(file) for file in FILES])
@settings(max_examples=4, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_frame_by_number_is_the_frame_that_a_sequential_read_gives(codec, suffix, data, tmp_path_factory):
    count = data.draw(st.integers(1, 90), "frames")
    path = encode(
        tmp_path_factory.mktemp("clip") / f"clip.{suffix}",
        range(count),
        codec=codec,
        gop=data.draw(st.sampled_from([1, 2, 7, 12, 40, 250]), "gop"),
        b_frames=data.draw(st.integers(0, 4), "b-frames"),
        rate=data.draw(st.sampled_from([10, 25, 30]), "rate"),
        pix_fmt=STORED.get(codec, "yuv420p"),
    )
    picks = data.draw(st.lists(st.lists(st.integers(0, count - 1), min_size=1, max_size=6), min_size=3, max_size=6))
    check(path, range(count), picks)


@pytest.mark.parametrize("name", SPECIAL)
def test_frames_that_lean_on_a_later_key_frame_are_reached_from_an_earlier_one(name, tmp_path, monkeypatch):
    codec, suffix, options = SPECIAL[name]
    path = encode(tmp_path / f"clip.{suffix}", range(150), codec=codec, gop=20, options=options)
    modes = modes_taken(monkeypatch)
    check(path, range(150), [[k] for k in range(0, 150, 3)] + [[k, 149 - k // 2] for k in range(0, 150, 7)])
    assert probe(path).warnings == ()
    assert ("start" in modes) == (name == "gradual refresh")


def test_every_jump_from_one_frame_to_another_gives_the_pixels_of_full_decoding(tmp_path):
    path = encode(tmp_path / "clip.mp4", range(40), gop=10, b_frames=3)
    frames = read_frames(path, range(40))
    plain = everything(path)
    for a in range(40):
        assert np.array_equal(frames[a], plain[a])
        for b in range(a + 1, 40):
            assert np.array_equal(read_frames(path, [a, b]), frames[[a, b]])


@settings(max_examples=6, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(st.integers(5, 400), min_size=1, max_size=40), start=st.sampled_from([0, 3000]), mkv=st.booleans()
)
def test_a_variable_rate_keeps_its_true_times(steps, start, mkv, tmp_path_factory):
    ticks = (start + np.cumsum([0, *steps])).tolist()
    path = tmp_path_factory.mktemp("clip") / ("clip.mkv" if mkv else "clip.mp4")
    encode(path, range(len(ticks)), ticks=ticks)
    check(path, range(len(ticks)), [[len(steps)], [0, len(steps) // 2]])
    assert probe(path).times == pytest.approx((np.array(ticks) - start) / 1000, abs=1e-3 / 2)


def test_skipping_needs_no_frame_that_is_not_asked_for(tmp_path, monkeypatch):
    path = encode(tmp_path / "clip.mp4", range(120), gop=30, b_frames=3)
    indexed(path)
    fed = []
    decode = Run.decode
    monkeypatch.setattr(
        Run, "decode", lambda self, codec, packet: fed.append(codec.skip_frame) or decode(self, codec, packet)
    )
    read_frames(path, [62, 118])
    assert len(fed) < 40  # two groups of 30, the first entered for three frames
    assert fed.count("NONREF") > fed.count("DEFAULT")


def test_a_key_frame_is_reached_without_its_neighbours(tmp_path, monkeypatch):
    path, fed = encode(tmp_path / "clip.mp4", range(120), gop=30, b_frames=3), []
    indexed(path)
    decode = Run.decode
    monkeypatch.setattr(Run, "decode", lambda self, codec, packet: fed.append(packet) or decode(self, codec, packet))
    assert read_number(read_frames(path, [90])[0]) == 90
    assert len(fed) == 2  # the packet, and the call for what is inside


def test_a_container_that_calls_every_packet_a_key_frame_is_not_believed(tmp_path, monkeypatch):
    path = encode(tmp_path / "liar.mp4", range(60), codec="mpeg4", gop=20, b_frames=0)
    data = path.read_bytes()
    assert data.count(b"stss") == 1
    path.write_bytes(data.replace(b"stss", b"free"))  # the table of key frames; without it, all are
    assert len(indexed(path).keys) == 60
    modes = modes_taken(monkeypatch)
    check(path, range(60), [[k] for k in range(0, 60, 7)])
    assert "start" in modes


def test_a_frame_that_comes_out_differently_after_a_jump_is_decoded_from_the_start(tmp_path, monkeypatch):
    path = encode(tmp_path / "clip.avi", range(60), codec="mpeg4", gop=10)
    index = indexed(path)
    assert index.by == "dts"
    modes = modes_taken(monkeypatch)
    assert [number for number, _ in walk(index, [45])] == [45]
    assert modes == ["seek"]
    assert [number for number, _ in walk(replace(index, sums=index.sums ^ 1), [45])] == [45]
    assert modes[1:] == ["seek", "read", "start"]


def test_after_damage_all_frames_come_again(tmp_path, monkeypatch):
    index = indexed(encode(tmp_path / "clip.mp4", range(40), gop=10))
    decode = Run.decode

    def breaking(self, codec, packet):
        if self.strict and len(self.fed) == 20:
            raise Damaged
        return decode(self, codec, packet)

    monkeypatch.setattr(Run, "decode", breaking)
    numbers = [number for number, _ in walk(index, range(40))]
    assert numbers[-40:] == list(range(40))
    assert 0 < len(numbers) - 40 <= 20


def test_a_vp8_frame_that_is_not_for_showing_is_no_frame(tmp_path):
    path = encode(tmp_path / "clip.webm", range(20), codec="libvpx")
    with av.open(str(path)) as container:
        packet = bytes(list(container.demux(video=0))[7])
    data = path.read_bytes()
    assert data.count(packet) == 1
    path.write_bytes(data.replace(packet, bytes([packet[0] & ~0x10]) + packet[1:]))  # RFC 6386, 9.1: show_frame
    check(path, [n for n in range(20) if n != 7], [[7], [0, 18]])
    assert probe(path).warnings == ()


def test_packets_before_the_first_shown_time_are_not_frames(tmp_path):
    whole, cut = encode(tmp_path / "whole.mp4", range(40), gop=10), tmp_path / "cut.mp4"
    with av.open(str(whole)) as source, av.open(str(cut), "w", options={"avoid_negative_ts": "disabled"}) as target:
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream)
        shift = round(Fraction(15, 25) / stream.time_base)  # the first 15 frames come before time 0
        for packet in source.demux(stream):
            if packet.size:
                packet.pts, packet.dts, packet.stream = packet.pts - shift, packet.dts - shift, copy
                target.mux(packet)
    with av.open(str(cut)) as container:
        assert sum(packet.is_discard for packet in container.demux(video=0)) > 0
    check(cut, range(15, 40), [[0], [24], [3, 20]])
    assert probe(cut).warnings == ()


def test_a_clip_is_spread_evenly_over_its_stretch(tmp_path):
    path = encode(tmp_path / "clip.mp4", range(50))
    assert read_clip(path, count=8).indices.tolist() == np.linspace(0, 49, 8).round().tolist()
    part = read_clip(path, start=0.4, stop=0.8)
    assert part.indices.tolist() == list(range(10, 20))
    assert part.times == pytest.approx(np.arange(10, 20) / 25)
    assert [read_number(frame) for frame in part.frames] == list(range(10, 20))
    assert read_clip(path, count=6, start=0.4, stop=0.48).indices.tolist() == [10, 10, 10, 11, 11, 11]
    assert read_clip(path, count=1).indices.tolist() == [24]
    assert read_clip(path, start=1.9).indices.tolist() == [48, 49]


def test_many_threads_on_one_file_do_not_disturb_each_other(tmp_path):
    path = encode(tmp_path / "clip.mp4", range(120), gop=20)
    wrong = []

    def work(seed):
        for pick in np.random.default_rng(seed).integers(0, 120, (12, 5)).tolist():
            shown = [read_number(frame) for frame in read_frames(path, pick)]
            if shown != pick:
                wrong.append((pick, shown))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_an_index_is_kept_until_the_file_changes_and_no_more_than_a_few_are(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "CACHED", 2)
    forget()
    path = encode(tmp_path / "a.mp4", range(5))
    assert probe(path) is probe(path)
    encode(path, range(9))
    assert probe(path).frames == 9
    for name in ("b.mp4", "c.mp4"):
        probe(encode(tmp_path / name, range(3)))
    assert len(reading._indices) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"count": 0}, "count of at least 1"),
        ({"count": 2.5}, "count of at least 1"),
        ({"start": -1.0}, "start of at least 0"),
        ({"start": float("nan")}, "start of at least 0"),
        ({"start": 2.0, "stop": 1.0}, "stop later than"),
        ({"start": 60.0}, "5 frames from 0 s to 0.16 s"),
        ({"size": (0, 5)}, "size of"),
        ({"size": (100_000, 100_000)}, "size of"),
        ({"size": 224}, "size of"),
        ({"size": (4096, 4096), "count": 500}, "MB"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(arguments, words, tmp_path):
    path = encode(tmp_path / "clip.mp4", range(5))
    with pytest.raises(VideoError, match=words):
        read_clip(path, **arguments)


@pytest.mark.parametrize("indices", [[5], [-1], [0.5], [[0, 1]], [True], ["a"]])
def test_a_frame_that_is_not_there_is_refused(indices, tmp_path):
    path = encode(tmp_path / "clip.mp4", range(5))
    with pytest.raises(VideoError, match="frame numbers"):
        read_frames(path, indices)


def test_frames_that_turn_out_missing_are_dropped_from_the_index(tmp_path, monkeypatch):
    path = encode(tmp_path / "clip.mp4", range(20), b_frames=0, gop=5)
    taken = Run.taken

    def broken(self, codec, packet):
        yield from ((number, frame) for number, frame in taken(self, codec, packet) if not lost(self, frame))

    def lost(run, frame):
        gone = read_number(frame.to_ndarray(format="rgb24")) in (7, 8)
        if gone:
            run.left.update(n for n, stamp in enumerate(run.index.ids) if stamp == frame.pts)
        return gone

    monkeypatch.setattr(Run, "taken", broken)
    frames = read_clip(path).frames
    assert [read_number(frame) for frame in frames] == [n for n in range(20) if n not in (7, 8)]
    assert "2 of 20 frames do not decode" in probe(path).warnings[0]
    assert str(Missing([3])) == "frames [3] did not decode"
