"""A moment is found where it is: in made clips, on the page, and by the command line that keeps vectors in a folder."""

import json

import numpy as np
import pytest
from packaged import FILMED
from shown import words
from test_pages import complaints, opened

import vizcore
from vizcore.cli import main
from vizcore.features.alignment.page_find import moments_csv, moments_json
from vizcore.features.alignment.pipeline_find import (
    RATE,
    SHUFFLED,
    STRETCHES,
    Described,
    described,
    find_described,
    find_in_clips,
    moment_pack,
)
from vizcore.features.alignment.pipeline_verdict_find import find_verdict
from vizcore.runtime.package_films import films
from vizcore.video import read_frames, write_video

WIDTH = 24


def clip(name: str, vectors: np.ndarray) -> Described:
    count = len(vectors)
    return Described(name, name, 3 * np.arange(count), np.arange(count) / RATE, vectors.astype(np.float32))


@pytest.fixture
def library():
    """Three clips of chance, in the second of which the query's frames 8 to 24 come again at half the speed."""
    rng = np.random.default_rng(0)
    query = clip("query", rng.standard_normal((60, WIDTH)))
    others = [clip(f"clip {k}", rng.standard_normal((90, WIDTH))) for k in range(3)]
    others[1].vectors[40:72] = np.repeat(query.vectors[8:24], 2, 0)
    return query, others


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Two clips of squares that walk, the second with what the first shows from 1 s on, and one of noise."""
    rng = np.random.default_rng(1)
    ground = rng.integers(0, 60, (64, 96, 3), np.uint8)

    def walk(places):
        frames = np.stack([ground] * len(places))
        for frame, (x, y) in zip(frames, places, strict=True):
            frame[y : y + 20, x : x + 20] = (240, 200, 40)
        return frames

    way = np.stack([np.linspace(0, 70, 40), 20 + 20 * np.sin(np.linspace(0, 9, 40))], 1).astype(int)
    write_video(tmp_path / "a.mp4", walk(way), 10)
    write_video(tmp_path / "b.mp4", walk(np.concatenate([way[::-1][:15], way[10:35]])), 10)
    write_video(tmp_path / "c.mp4", rng.integers(0, 255, (40, 64, 96, 3), np.uint8), 10)
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    return tmp_path


def test_what_comes_again_slower_is_found_where_it_is_and_is_more_than_chance(library):
    query, others = library
    found = find_described(query, others, start=1.0, span=2.0, count=3)
    best, *rest = found.moments
    assert best.name == "clip 1"
    assert best.start == pytest.approx(40 / RATE, abs=1.01 / RATE)
    assert best.stop == pytest.approx(71 / RATE, abs=1.01 / RATE)
    assert best.distance == pytest.approx(0, abs=1e-5)
    assert best.rate == pytest.approx(2, abs=0.15)
    assert best.significance == 0.01
    assert all(one.significance > 0.05 and one.distance > 0.3 for one in rest)
    assert (np.abs(best.frames - 3 * (40 + 2 * np.arange(16))) <= 3).all()
    assert found.against == STRETCHES
    assert found.verdict.startswith(
        "The nearest moment in 3 clips is in *clip 1* at 5.1 s (distance 0.00; 1% of random"
    )


def test_in_one_clip_chance_is_the_stretch_with_its_parts_in_another_order(library):
    query, others = library
    found = find_described(query, others[1:2], start=1.0, span=2.0, count=1)
    assert found.against == SHUFFLED
    assert found.moments[0].significance == 0.01


def test_a_clip_searched_for_its_own_stretch_is_searched_on_both_sides_of_it(library):
    query, _ = library
    again = query.part(np.ones(60, bool))
    again.vectors[40:56] = again.vectors[8:24]
    found = find_described(again, [again], start=1.0, span=2.0, count=2)
    assert found.moments[0].start == 40 / RATE
    assert all(one.stop < 1.0 or one.start >= 3.0 for one in found.moments)


def test_fewer_numbers_find_the_same(library):
    query, others = library
    full, few = (find_described(query, others, start=1.0, span=2.0, count=1, components=count) for count in (WIDTH, 12))
    assert full.kept == pytest.approx(1)
    assert 0.4 < few.kept < 0.9
    assert (few.moments[0].name, few.moments[0].start) == (full.moments[0].name, full.moments[0].start)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"span": 0.2}, "want a stretch of 4 described frames or more, got 2"),
        ({"span": 7.0, "start": 0.0}, "want a clip of 29 described frames or more, got none"),
    ],
)
def test_what_cannot_be_looked_for_is_refused(library, wrong, words):
    query, others = library
    short = [one.part(np.arange(90) < 20) for one in others]
    with pytest.raises(ValueError, match=words):
        find_described(query, short, **({"start": 1.0} | wrong))


def test_clips_are_described_at_so_many_frames_a_second_less_their_mean(folder):
    found = described(folder / "a.mp4", model="pixels", rate=5.0)
    assert len(found.frames) == 20
    np.testing.assert_allclose(found.vectors.mean(0), 0, atol=1e-4)
    with pytest.raises(ValueError, match="want a rate above 0"):
        described(folder / "a.mp4", rate=0.0)


def test_a_walk_is_found_in_the_film_that_has_it(folder):
    paths = tuple(str(folder / f"{name}.mp4") for name in "bc")
    found = find_in_clips(folder / "a.mp4", others=paths, start=1.0, span=2.0, model="pixels", rate=10.0, count=2)
    assert found.moments[0].name == "b.mp4"
    again = vizcore.find(folder / "a.mp4", paths, start=1.0, span=2.0, model="pixels", rate=10.0, count=2)
    assert again.moments[0].frames.tolist() == found.moments[0].frames.tolist()
    assert found.moments[0].start == pytest.approx(1.5, abs=0.11)
    pack = moment_pack(found.moments[0].path, frames=tuple(found.moments[0].frames.tolist()))
    assert len(pack.times) == len(found.query.frames)
    head, *lines = moments_csv(found.moments).decode().splitlines()
    assert (head, len(lines)) == ("rank,clip,start,stop,distance,significance,rate", 2)
    assert json.loads(moments_json(found))["moments"][0]["clip"] == "b.mp4"
    with pytest.raises(ValueError, match="want clips to search"):
        find_in_clips(folder / "a.mp4", others=())


def test_the_frames_of_a_moment_are_those_that_it_names(folder):
    frames = (3, 3, 4, 9)
    pack = moment_pack(str(folder / "c.mp4"), frames=frames)
    assert pack.indices.tolist() == list(frames)
    sizes = np.diff(pack.offsets)
    assert sizes[0] == sizes[1]
    assert pack.blob[: sizes[0]] == pack.blob[sizes[0] : 2 * sizes[0]]
    assert read_frames(folder / "c.mp4", [9]).shape[1:3] == (64, 96)


def test_the_command_line_finds_it_too_and_keeps_the_vectors(folder, tmp_path, capsys):
    kept = tmp_path / "kept"
    query = [str(folder / "a.mp4"), str(folder / "b.mp4"), str(folder / "c.mp4"), "--model", "pixels", "--rate", "10"]
    for _ in range(2):
        assert main(["find", *query, "--start", "1", "--span", "2", "--library", str(kept), "--count", "2"]) == 0
        first, *_, last = map(json.loads, capsys.readouterr().out.splitlines())
        assert first["clip"].endswith("b.mp4")
        assert first["start"] == pytest.approx(1.5, abs=0.11)
        assert last["verdict"].startswith("The nearest moment in 2 clips is in *")
    assert {path.name for path in kept.glob("*.npz")} == {"a.npz", "b.npz", "c.npz"}


@FILMED
def test_the_page_finds_a_moment_of_carphone_in_its_compressed_copy():
    query = {"part": "Find a moment", "clip": "film-carphone", "start": "1.0"}
    app = opened("alignment", query)
    assert complaints(app) == []
    assert "The nearest moment in 3 clips is in *Carphone, compressed* at 1.0 s" in words(app)
    (table,) = app.dataframe
    assert table.value["clip"][0] == films()["film-carphone-distorted"].title


def test_a_moment_that_is_no_nearer_than_chance_is_said_to_be_none(library):
    query, others = library
    found = find_described(query, [others[0], others[2]], start=1.0, span=2.0, count=2)
    assert found.verdict.startswith("Nothing in 2 clips is nearer than chance: the best is in *clip ")
    alone = find_verdict(found.moments[:1], 1, SHUFFLED)
    assert alone.startswith("Nothing in 1 clip is nearer than chance")
