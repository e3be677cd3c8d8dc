"""The index of a large MP4 is believed where it tells what demuxing finds, and nowhere else."""

import struct
from fractions import Fraction

import av
import numpy as np
import pytest
from encoding import check, encode, read_number

from vizcore.video import container_index, probe, read_frames
from vizcore.video import index as index_module
from vizcore.video.index import build
from vizcore.video.reading import forget, indexed
from vizcore.video.table import Index

pytestmark = pytest.mark.usefixtures("read_here")

CLOSED = {"x264-params": "open-gop=0:scenecut=0"}
TELLING = {  # films whose index tells all
    "no reordered pictures": {"b_frames": 0},
    "reordered pictures": {"b_frames": 3, "options": CLOSED},
    "a group alone": {"b_frames": 2, "gop": 250},
    "every picture a key frame": {"gop": 1, "b_frames": 0},
    "HEVC": {"codec": "libx265"},
    "variable rate, no reordered pictures": {"b_frames": 0, "ticks": np.cumsum(np.arange(90) % 7 * 10 + 20).tolist()},
    "turned": {"b_frames": 2, "turn": 90},
    "MOV": {"suffix": "mov"},
}
NOT_TELLING = {  # films that have to be demuxed
    "open groups": {"options": {"x264-params": "open-gop=1:scenecut=0"}, "b_frames": 3},
    "variable rate, reordered pictures": {"ticks": np.cumsum(np.arange(90) % 7 * 10 + 20).tolist(), "b_frames": 2},
    "MKV": {"suffix": "mkv"},
    "AVI": {"suffix": "avi", "codec": "mpeg4"},
    "in fragments": {"suffix": "mp4", "fragments": True},
}


@pytest.fixture(autouse=True)
def _all_are_large(monkeypatch):
    monkeypatch.setattr(index_module, "LARGE", 0)
    forget()
    yield
    forget()


def film(folder, suffix: str = "mp4", fragments: bool = False, **settings):
    """A film of 90 numbered frames."""
    path = encode(folder / f"film.{suffix}", range(90), **({"gop": 10} | settings))
    if not fragments:
        return path
    with av.open(str(path)) as source, av.open(str(folder / "f.mp4"), "w", options={"movflags": "frag_keyframe"}) as to:
        copy = to.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = copy
                to.mux(packet)
    return folder / "f.mp4"


def same(one: Index, other: Index) -> bool:
    """Whether two indices say the same, times and warnings included."""
    arrays = ("ids", "keys", "seeks", "places")
    return (
        all(np.array_equal(getattr(one, name), getattr(other, name)) for name in arrays)
        and np.array_equal(one.info.times, other.info.times)
        and (one.by, one.stream, one.info.duration) == (other.by, other.stream, other.info.duration)
        and one.info.warnings == other.info.warnings
    )


@pytest.mark.parametrize("kind", TELLING)
def test_an_index_that_tells_all_is_that_of_demuxing_all(kind, tmp_path, monkeypatch):
    path = film(tmp_path, **TELLING[kind])
    demuxed = build(path, demuxed=True)
    monkeypatch.setattr(index_module, "scan", None)  # nothing is demuxed whole
    assert indexed(path).sampled
    assert same(indexed(path), demuxed)


@pytest.mark.parametrize("kind", NOT_TELLING)
def test_where_an_index_does_not_tell_all_the_film_is_demuxed(kind, tmp_path):
    path = film(tmp_path, **NOT_TELLING[kind])
    assert not indexed(path).sampled
    check(path, range(90), [[0], [89], [3, 50]])


def test_small_films_are_demuxed(tmp_path, monkeypatch):
    monkeypatch.setattr(index_module, "LARGE", 1 << 20)
    assert not indexed(film(tmp_path)).sampled


def test_frames_of_an_index_that_was_believed_are_those_of_a_sequential_read(tmp_path):
    path = film(tmp_path, b_frames=3, options=CLOSED)
    check(path, range(90), [[89], [41, 7, 40], [88, 3]])
    assert indexed(path).sampled


def test_a_film_that_is_cut_off_is_demuxed_and_says_so(tmp_path):
    path = film(tmp_path, b_frames=0)
    moved = tmp_path / "fast.mp4"
    with av.open(str(path)) as source, av.open(str(moved), "w", options={"movflags": "faststart"}) as to:
        copy = to.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = copy
                to.mux(packet)
    data = moved.read_bytes()
    moved.write_bytes(data[: len(data) * 2 // 3])
    assert 0 < probe(moved).frames < 90
    assert "cut off" in probe(moved).warnings[0]


def delayed(path, sample: int, by: int) -> None:
    """Let one sample of a film be shown later by so many stamps, in its table of such delays (ctts)."""
    data = bytearray(path.read_bytes())
    at = data.index(b"ctts") + 4
    runs = struct.unpack_from(">I", data, at + 4)[0]
    reached = 0
    for run in range(runs):
        count, delay = struct.unpack_from(">Ii", data, at + 8 + 8 * run)
        if reached <= sample < reached + count:
            struct.pack_into(">Ii", data, at + 8 + 8 * run, count, delay + by)
        reached += count
    path.write_bytes(data)


def test_a_frame_that_does_not_come_as_a_believed_index_says_lets_the_film_be_demuxed(tmp_path, monkeypatch):
    path = film(tmp_path, b_frames=2, gop=6, options=CLOSED)  # 15 groups, of which three are looked up
    monkeypatch.setattr(container_index, "GROUPS", 3)
    step = round(Fraction(1, 25) / Fraction(1, 12800))
    delayed(path, 4 * 6, step // 3)
    assert indexed(path).sampled
    assert not same(indexed(path), build(path, demuxed=True))
    assert [read_number(frame) for frame in read_frames(path, [24, 25, 89])] == [24, 25, 89]
    assert not indexed(path).sampled
    assert probe(path).times[24] == pytest.approx(24 / 25 + 1 / 75, abs=1e-3)


def test_groups_that_are_too_long_to_be_looked_up_are_not(tmp_path, monkeypatch):
    monkeypatch.setattr(container_index, "MOST_PACKETS", 9)
    assert not indexed(film(tmp_path, b_frames=0)).sampled
