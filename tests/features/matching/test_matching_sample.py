"""What is shown first of a matched clip, and the numbers of its steps: worked examples and loops as oracle."""

import numpy as np
import pytest

from vizcore.algorithms.matching.matching import track
from vizcore.algorithms.matching.tracks import Tracks
from vizcore.features.matching.pipeline import ClipMatching, compare_methods, match_clip, what_attention_sees
from vizcore.runtime.clip_library import bundled
from vizcore.video import Clip, probe

GRID = (1, 8)  # patches in one row, so that a move is a number
PARADE = str(bundled()["parade"].path)


def matched(steps, flow, overruled=()):
    """A matching of steps (T-1, 8); flow {(step, patch): columns to the right}; cosines 0.9, or 0.1 if overruled."""
    steps, count = np.array(steps), GRID[0] * GRID[1]
    similarity = np.zeros((len(steps), count, count), np.float32)
    np.put_along_axis(similarity, steps[..., None], 0.9, axis=-1)
    for step, patch in overruled:
        similarity[step, patch] = 0.5  # every other partner is more similar
        similarity[step, patch, steps[step, patch]] = 0.1
    moves = np.zeros((len(steps), count, 2), np.float32)
    for (step, patch), columns in flow.items():
        moves[step, patch] = 0, columns
    frames = len(steps) + 1
    clip = Clip(np.zeros((frames, 8, 64, 3), np.uint8), np.arange(frames) / 4, np.arange(frames))
    features = np.zeros((frames, count, 2), np.float32)
    return ClipMatching(clip, GRID, features, Tracks(steps, similarity, "hungarian"), moves)


SWAPPED = [4, 3, 5, 1, 0, 2, 6, 7]  # 0 and 4, 1 and 3, 2 and 5 change places; 6 and 7 stay


@pytest.mark.parametrize(
    ("flow", "overruled", "shown"),
    [
        ({(0, 0): 4, (0, 1): 2, (0, 2): 3}, (), 0),
        ({(0, 0): 4, (0, 1): 2, (0, 2): 3}, [(0, 0)], 2),
        ({(0, 0): 4, (0, 1): 2, (0, 2): 3}, [(0, 0), (0, 2)], 1),
        ({(0, 6): 7, (0, 1): 2, (0, 2): 3}, (), 2),
        ({(0, 6): 7, (0, 4): -4, (0, 5): -1}, [(0, 4)], 1),
    ],
    ids=["the farthest", "it was overruled", "so was the next", "the flow says otherwise", "neither is sure"],
)
def test_the_track_shown_first_goes_farthest_of_those_that_are_reliable(flow, overruled, shown):
    found = matched([SWAPPED], {(0, 1): 2, **flow}, overruled)
    assert found.most_moving == shown


def test_a_distance_is_summed_along_the_track_and_not_at_its_first_place():
    ahead = [1, 2, 3, 4, 5, 6, 7, 0]
    found = matched([ahead, ahead], {(0, 0): 1.2, (1, 1): 1.2, (0, 3): 2, (1, 3): 0.5})
    # Track 0 goes 1.2 + 1.2; track 3 goes 2 and then, at place 4, nothing; place 3 at the second step is track 2's.
    assert found.most_moving == 0


@pytest.mark.parametrize("seed", range(20))
def test_the_track_shown_first_is_what_a_walk_along_every_track_finds(seed):
    rng = np.random.default_rng(seed)
    steps = np.stack([rng.permutation(8) for _ in range(4)])
    doubted = [(int(t), int(p)) for t, p in zip(rng.integers(0, 4, 8), rng.integers(0, 8, 8))]
    near = {(t, p): int(steps[t, p]) - p + float(rng.uniform(-2, 2)) for t in range(4) for p in range(8)}
    found, distances = matched(steps, near, doubted), []
    for begin in range(8):
        place, distance = begin, 0.0
        for t in range(4):
            goes = int(steps[t, place]) - place
            if abs(goes - near[t, place]) <= 1 and (t, place) not in doubted:
                distance += abs(near[t, place])
            place = int(steps[t, place])
        distances.append(distance)
    assert distances[found.most_moving] == pytest.approx(max(distances), abs=1e-5)


def test_the_means_over_time_are_those_of_the_frames_before_and_after_alignment():
    found, rng = matched([SWAPPED, SWAPPED], {}), np.random.default_rng(0)
    found.clip.frames[:] = rng.integers(0, 256, found.clip.frames.shape, np.uint8)
    rows, averages, _ = what_attention_sees(found)
    moved = found.clip.frames.copy().reshape(3, 8, 8, 8, 3)  # rows of px, patches, columns of px
    for t in (1, 2):
        order = np.arange(8) if t == 2 else np.array(SWAPPED)  # the swap twice is none
        moved[t] = moved[t][:, order]
    assert (rows["aligned: one place, one content"] == moved.reshape(3, 8, 64, 3)).all()
    expected = [frames.mean(0).astype(np.uint8) for frames in (found.clip.frames, moved.reshape(3, 8, 64, 3))]
    for average, mean in zip(averages.values(), expected, strict=True):
        assert (average == mean).all()
    assert list(averages) == ["mean over time, not aligned", "mean over time, aligned"]


def test_the_prior_counts_in_every_method():
    settings = {"count": 3, "across": 8}
    free, held = match_clip(PARADE, **settings), match_clip(PARADE, **settings, prior=0.5)
    assert (held.tracks.steps == track(held.features, prior=0.5, grid=held.grid).steps).all()
    assert (held.tracks.steps != free.tracks.steps).any()
    assert (held.tracks.similarity == free.tracks.similarity).all()
    for plain, near in zip(compare_methods(PARADE, **settings), compare_methods(PARADE, **settings, prior=0.5)):
        assert near.identity_share > plain.identity_share or plain.method == "identity"


@pytest.mark.parametrize(("start", "span"), [(0.0, 1.0), (1.0, 1.0), (1.0, 2.0)])
def test_frames_are_taken_evenly_from_the_stretch_that_is_asked_for(start, span):
    times = probe(PARADE).times
    inside = np.flatnonzero((times >= start) & (times < start + span))
    found = match_clip(PARADE, count=4, start=start, span=span, across=8).clip
    assert found.indices.tolist() == inside[np.linspace(0, len(inside) - 1, 4).round().astype(int)].tolist()
    assert found.times.tolist() == times[found.indices].tolist()


@pytest.mark.parametrize(
    ("steps", "flow", "words"),
    [
        ([SWAPPED], {(0, 0): 4, (0, 1): 2}, "1 steps of 1 x 8 patches, mean cosine 0.90, moving 25%"),
        (np.zeros((0, 8), int), {}, "0 steps of 1 x 8 patches"),
    ],
)
def test_a_matching_prints_its_size_and_means_in_a_line(steps, flow, words):
    assert repr(matched(steps, flow)) == f"ClipMatching({words})"
