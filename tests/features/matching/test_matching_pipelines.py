"""The pipelines: what page, notebook and command line get for a path and a few words."""

import csv
import io

import numpy as np
import pytest

from vizcore.algorithms.matching.descriptors import describe
from vizcore.algorithms.matching.matching import METHODS, track
from vizcore.algorithms.matching.patch_grid import square_grid
from vizcore.features.matching import export
from vizcore.features.matching.pipeline import compare_methods, likeness, match_clip, what_attention_sees
from vizcore.figures.paper import SIZES
from vizcore.models import MODELS
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.context import Context
from vizcore.runtime.playback import LIMIT, neighbourhood, playback
from vizcore.runtime.store import Store
from vizcore.video import VideoError, probe, read_clip, read_frames, write_video


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    from vizcore.runtime.engine import Engine

    engine = Engine("cpu")
    yield Context(engine, Store(tmp_path_factory.mktemp("store")))
    engine.close()


@pytest.fixture(scope="module")
def parade() -> str:
    return str(bundled()["parade"].path)


@pytest.fixture(scope="module")
def matching(parade, context):
    return match_clip(parade, count=6, across=12, context=context)


def test_a_clip_is_matched_as_its_parts_would_be_by_hand(parade, matching):
    clip = read_clip(parade, 6, 0.0, 4.0, (448, 254))
    assert np.array_equal(matching.clip.frames, clip.frames)
    features = describe(clip.frames, (7, 12), "colour + gradient")
    assert np.array_equal(matching.tracks.steps, track(features).steps)


def test_hungarian_follows_what_moves_better_than_staying_in_place(parade, context):
    scores = {score.method: score for score in compare_methods(parade, context=context)}
    assert set(scores) == set(METHODS)
    assert scores["hungarian"].agreement_moving > scores["identity"].agreement_moving + 0.3
    assert scores["hungarian"].total >= max(score.total for score in scores.values())
    assert scores["identity"].identity_share == 1.0


def test_the_track_that_moves_most_moves(matching):
    track_of_it = matching.tracks.sigma[:, matching.most_moving]
    assert len(set(track_of_it.tolist())) > 1


def test_another_method_reads_and_describes_nothing_anew(parade, context, matching, monkeypatch):
    def never(*args):
        raise AssertionError("read again")

    monkeypatch.setattr("vizcore.features.matching.pipeline_patches.read_clip", never)
    greedy = match_clip(parade, count=6, across=12, method="greedy", context=context)
    assert np.array_equal(greedy.features, matching.features)
    assert np.array_equal(greedy.flow, matching.flow)
    assert greedy.grid == matching.grid
    assert greedy.tracks.method == "greedy"


def test_likeness_is_the_cosine_with_where_the_track_was_before(matching):
    patch = matching.most_moving
    alike = likeness(matching, patch).reshape(len(matching.clip.times), -1)
    unit = matching.features / np.linalg.norm(matching.features, axis=-1, keepdims=True)
    path = matching.tracks.sigma[:, patch]
    for t in range(len(path)):
        before = max(t - 1, 0)
        np.testing.assert_allclose(alike[t], unit[t] @ unit[before, path[before]], atol=1e-5)


def test_a_model_brings_its_own_frames_and_grid_and_its_tokens_are_cached(parade, context):
    settings = {"source": "vit-small-ata", "layer": "blocks.0.entry", "context": context}
    first = match_clip(parade, count=3, **settings)
    assert first.features.shape == (8, 196, 192)
    assert first.grid == MODELS["vit-small-ata"].grid
    before = context.store.stats().entries
    again = match_clip(parade, across=7, **settings)
    assert np.array_equal(first.features, again.features)
    assert context.store.stats().entries == before


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"source": "magic"}, "want a descriptor or model"),
        ({"source": "vit-small-ata", "layer": "nowhere"}, "want a layer of vit-small-ata"),
        ({"method": "magic"}, "want a method"),
        ({"count": 0}, "want count >= 1"),
        ({"span": 0.0}, "want count >= 1, span > 0"),
        ({"span": float("nan")}, "want count >= 1, span > 0"),
        ({"across": 1}, "2 to 48 patches across"),
        ({"across": 49}, "2 to 48 patches across"),
    ],
)
def test_a_wrong_setting_is_refused_in_words(parade, context, wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        match_clip(parade, **wrong, context=context)


def test_a_file_that_is_no_video_is_refused(tmp_path, context):
    path = tmp_path / "letter.mp4"
    path.write_text("Dear reader,")
    for pipeline in (match_clip, playback):
        with pytest.raises(VideoError):
            pipeline(str(path), context=context)


def test_a_clip_of_one_frame_has_no_step_and_no_fault(tmp_path, context):
    path = tmp_path / "still.mp4"
    write_video(path, np.full((1, 64, 96, 3), 120, np.uint8), 25)
    matching = match_clip(str(path), context=context)
    assert matching.tracks.steps.shape[0] == 0
    assert matching.most_moving == 0
    assert np.isnan([score.agreement for score in compare_methods(str(path), context=context)]).all()


@pytest.mark.parametrize("of", ["pixels", "feature colours"])
def test_dealigned_frames_are_the_original_ones(matching, of):
    rows, averages, exact = what_attention_sees(matching, of)
    assert exact
    before, aligned, restored = rows.values()
    assert np.array_equal(before, restored)
    assert not np.array_equal(before, aligned)
    assert len(averages) == 2


def test_averaging_blurs_less_along_tracks(parade, context):
    matching = match_clip(str(bundled()["tiles"].path), count=8, across=8, span=2.9, source="pixels", context=context)
    rows, _, _ = what_attention_sees(matching)
    before, aligned, _ = (row.astype(float) for row in rows.values())
    assert aligned.std(0).mean() < 0.5 * before.std(0).mean()


def test_patches_are_nearly_square():
    assert square_grid(640, 360, 16) == (9, 16)
    assert square_grid(100, 1000, 4) == (40, 4)
    assert square_grid(1000, 10, 20) == (1, 20)


def test_the_pack_is_made_once_and_has_every_frame_of_a_short_clip(parade, context):
    pack = playback(parade, context=context)
    assert pack.indices.tolist() == list(range(probe(parade).frames))
    before = context.store.stats().entries
    again = playback(parade, context=context)
    assert again.blob == pack.blob
    assert context.store.stats().entries == before


@pytest.mark.parametrize("shown", [(), (0, 5), (700, 760), (8990, 8999), (100, 8000), (599, 601)])
def test_the_pack_of_a_long_clip_has_what_is_shown_and_is_bounded(shown):
    numbers = neighbourhood(9000, shown)
    assert set(shown) <= set(numbers.tolist())
    assert (np.diff(numbers) > 0).all()
    assert len(numbers) <= LIMIT + len(shown)
    assert numbers[0] >= 0
    assert numbers[-1] < 9000


def test_a_small_move_of_what_is_shown_needs_no_new_pack():
    assert np.array_equal(neighbourhood(9000, (10, 60)), neighbourhood(9000, (90, 140)))


def test_the_sheet_says_what_the_tracks_say(matching):
    rows = list(csv.DictReader(io.StringIO(export.matching_csv(matching).decode())))
    assert len(rows) == matching.tracks.steps.size
    at = rows[3 * 84 + 17]
    after = matching.tracks.steps[3, 17]
    assert [int(at["row"]), int(at["column"])] == [17 // 12, 17 % 12]
    assert [int(at["next_row"]), int(at["next_column"])] == [after // 12, after % 12]
    assert float(at["similarity"]) == pytest.approx(matching.tracks.matched[3, 17], abs=1e-6)


def test_the_arrays_come_back_without_pickle(matching):
    with np.load(io.BytesIO(export.matching_npz(matching)), allow_pickle=False) as arrays:
        assert np.array_equal(arrays["sigma"], matching.tracks.sigma)
        assert np.array_equal(arrays["features"], matching.features)


@pytest.mark.parametrize(("form", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_a_track_is_drawn_for_paper(matching, form, begins):
    assert export.track_paper(matching, matching.most_moving, SIZES["slide"], form).startswith(begins)


def test_the_track_video_has_every_frame_between_the_matched_ones_and_the_track_on_them(parade, matching, tmp_path):
    path = tmp_path / "track.mp4"
    path.write_bytes(export.track_video(parade, matching, matching.most_moving))
    first, last = matching.clip.indices[[0, -1]]
    info = probe(path)
    assert info.frames == last - first + 1
    painted = read_frames(path, [0])[0].astype(int)
    plain = read_frames(parade, [first], (info.width, info.height))[0].astype(int)
    row, column = divmod(matching.most_moving, 12)
    edge = (int((row + 0.5) * info.height / 7), int(column * info.width / 12))
    assert np.abs(painted - plain)[edge].max() > 40  # the box's left side
    assert np.abs(painted - plain)[5, 5].max() < 20  # nothing in the far corner


def test_a_long_track_video_is_thinned_and_keeps_its_time(parade, matching, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "LONGEST", 20)
    path = tmp_path / "track.mp4"
    path.write_bytes(export.track_video(parade, matching, 0))
    info = probe(path)
    assert info.frames == 20
    assert info.times[-1] == pytest.approx(matching.clip.times[-1] - matching.clip.times[0], rel=0.02)


def test_a_job_that_is_told_to_stop_stops(parade, context):
    class Stop(Exception):
        pass

    def stop(done, total, what):
        raise Stop(what)

    with pytest.raises(Stop):
        match_clip(parade, context=context.with_progress(stop))
