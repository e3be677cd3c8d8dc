"""The matching page without a browser: every number on it is counted again from features and flow."""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from shown import captions, charts, controls, metrics, named, saved, sent, traces, words
from test_pages import complaints, opened

from vizcore.algorithms.matching.complexity import vit_cost
from vizcore.algorithms.matching.matching import METHODS
from vizcore.features.matching.export_task import figures
from vizcore.features.matching.figures_steps import method_name
from vizcore.features.matching.pipeline import match_clip
from vizcore.features.matching.published import TABLE_1
from vizcore.runtime import clip_library

PARADE = str(clip_library.bundled()["parade"].path)
GRID = (9, 16)


@pytest.fixture(scope="module")
def parade():
    """What the page opens with."""
    return match_clip(PARADE)


def cosines(matching):
    """(T-1, N, N) of neighbouring frames, from the features alone."""
    x = matching.features.astype(np.float64)
    x /= np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-12)
    return x[:-1] @ x[1:].swapaxes(1, 2)


def counted(matching, steps):
    """What the page says of steps (T-1, N), in words: counted patch by patch."""
    similarity, columns = cosines(matching), GRID[1]
    stay = mutual = gain = 0.0
    follow, move = 0, 0
    for t, step in enumerate(steps):
        for i, j in enumerate(step):
            stay += i == j
            mutual += similarity[t, i, j] >= similarity[t, :, j].max() - 1e-5
            gain += similarity[t, i, j] - similarity[t, i, i]
            goes = np.array([j // columns - i // columns, j % columns - i % columns])
            if np.hypot(*matching.flow[t, i]) > 1:
                move += 1
                follow += np.hypot(*(goes - matching.flow[t, i])) <= 1
    return {
        "In place": f"{stay / steps.size:.0%}",
        "Mutual": f"{mutual / steps.size:.0%}",
        "With the flow": f"{follow / move:.0%}",
        "Gain": f"{gain:+.1f}",
    }


def steps_of(matching, method):
    """(T-1, N): scipy's for the exact method, none for the one that moves nothing, else those of the pipeline."""
    if method == "hungarian":
        return np.stack([linear_sum_assignment(one, maximize=True)[1] for one in cosines(matching)])
    if method == "identity":
        return np.tile(np.arange(matching.features.shape[1]), (len(matching.flow), 1))
    return match_clip(PARADE, method=method).tracks.steps


@pytest.mark.parametrize("method", METHODS)
def test_every_method_has_its_numbers_and_opens_at_the_step_that_changes_most(method, parade):
    app = opened("matching", {"method": method_name(method)})
    assert complaints(app) == []
    steps = steps_of(parade, method)
    expected = counted(parade, steps)
    if method == "identity":
        assert expected["In place"] == "100%"
        assert expected["Gain"] == "+0.0"
    assert metrics(app) == expected
    app = opened("matching", {"method": method_name(method), "show": "Assignment"})
    stays = (steps == np.arange(steps.shape[1])).sum(1)
    assert controls(app)["Step"] == stays.argmin() + 1
    assert stays.min() < stays.max() or method == "identity"
    marks = [
        pair for name in ("best match", "overruled") for one in traces(app, name) for pair in zip(one["y"], one["x"])
    ]
    assert sorted(marks) == list(enumerate(steps[stays.argmin()]))


def test_the_gain_is_more_than_staying_would_reach_and_never_less(parade):
    (gain,) = {float(metrics(opened("matching", {"method": "Hungarian"}))["Gain"])}
    best = sum(one[linear_sum_assignment(one, maximize=True)].sum() for one in cosines(parade))
    stayed = sum(np.trace(one) for one in cosines(parade))
    assert best > stayed + 100
    assert gain == pytest.approx(best - stayed, abs=0.06)


def test_the_step_of_the_figures_to_take_along_is_the_one_that_changes_most(parade):
    stays = (parade.tracks.steps == np.arange(144)).sum(1)
    busiest = int(stays.argmin())
    _, title, track = figures(parade)
    assert title == f"Step {busiest + 1}, in which most changes its place"
    assert track == f"The track of patch {parade.most_moving}"
    marks = [trace for trace in figures(parade)[title].data if trace.name in ("best match", "overruled")]
    drawn = {int(y): int(x) for trace in marks for y, x in zip(trace.y, trace.x)}
    assert drawn == dict(enumerate(parade.tracks.steps[busiest].tolist()))


def test_the_picked_track_is_shown_step_by_step(parade):
    app = opened("matching", {"pick": f"{parade.clip.indices[0]}.37"})
    assert sent(app, "matching-player")["picked"] == [0, 0, 37]
    cosine, margin = charts(app)[0]
    place, similarity = 37, cosines(parade)
    for t, step in enumerate(parade.tracks.steps):
        others = np.delete(similarity[t, place], step[place])
        assert cosine["y"][t] == pytest.approx(similarity[t, place, step[place]], abs=1e-5)
        assert margin["y"][t] == pytest.approx(similarity[t, place, step[place]] - others.max(), abs=2e-5)
        place = step[place]


def test_motion_has_a_line_for_every_share_and_says_how_far_the_chain_holds(parade):
    app = opened("matching", {"show": "Motion"})
    assert complaints(app) == []
    (stays,) = traces(app, "stays in place")
    assert stays["y"] == pytest.approx((parade.tracks.steps == np.arange(144)).mean(1))
    (along,) = traces(app, "agrees with the flow")
    assert along["y"] == pytest.approx(parade.agrees.mean(1))
    x = parade.features[[0, -1]].astype(np.float64)
    x /= np.linalg.norm(x, axis=-1, keepdims=True)
    direct, chained = linear_sum_assignment(x[0] @ x[1].T, maximize=True)[1], np.arange(144)
    for step in parade.tracks.steps:
        chained = step[chained]
    assert f"Drift: {(direct == chained).mean():.0%} of the tracks" in words(app)


def test_scores_are_those_of_every_method_on_the_same_patches(parade):
    app = opened("matching", {"show": "Scores"})
    assert complaints(app) == []
    table = app.dataframe[0].value.set_index("method")
    assert list(table.index) == [method_name(method) for method in METHODS]
    moving = np.hypot(*np.moveaxis(parade.flow, -1, 0)) > 1
    assert f"{moving.mean():.0%} of the patches move" in words(app)
    for method in METHODS:
        steps = steps_of(parade, method)
        goes = np.stack([steps // 16 - np.arange(144) // 16, steps % 16 - np.arange(144) % 16], -1)
        agrees = np.linalg.norm(goes - parade.flow, axis=-1) <= 1
        cosine = np.take_along_axis(cosines(parade), steps[..., None], -1).mean()
        row = table.loc[method_name(method), ["agrees with the flow", "of moving patches", "mean matched cosine"]]
        assert list(row) == pytest.approx([agrees.mean(), agrees[moving].mean(), cosine], abs=1e-3)


def test_what_attention_sees_says_that_nothing_was_lost_and_shows_both_means():
    app = opened("matching", {"show": "What attention sees"})
    assert complaints(app) == []
    assert "De-aligned equals the original, value by value." in words(app)
    assert captions(app)[-2:] == ["mean over time, not aligned", "mean over time, aligned"]


@pytest.mark.parametrize(
    ("query", "files"),
    [
        ({}, ["matching.csv", "matching.npz", "track.mp4", "track.png", "track.svg", "track.pdf"]),
        ({"pick": "none"}, ["matching.csv", "matching.npz"]),
    ],
    ids=["with a track", "without"],
)
def test_files_of_a_track_are_there_when_one_is_picked(query, files):
    app = opened("matching", {"show": "Files and link", **query})
    assert complaints(app) == []
    assert saved(app) == files


def test_the_algorithm_needs_no_clip_and_begins_with_the_tokens_of_the_frame_before(monkeypatch, tmp_path):
    monkeypatch.setattr(clip_library, "CLIPS", tmp_path)
    app = opened("matching", {"part": "Algorithm", "example": "two that swap", "line": "3"})
    assert complaints(app) == []
    ((cells,),) = charts(app)
    assert cells["z"] == pytest.approx(np.array([[0.6, 0.8], [0.8, 0.6]]))  # of (1, 0) and (0, 1) with both tokens
    app = opened("matching", {"part": "Algorithm", "example": "two that swap", "line": "4"})
    assert "1.60 in total, 1.20 if all stayed" in words(app)
    assert "Permutation: 1, 0" in words(app)


def test_the_cost_needs_no_clip_and_is_that_of_the_chosen_sizes(monkeypatch, tmp_path):
    monkeypatch.setattr(clip_library, "CLIPS", tmp_path)
    app = opened("matching", {"part": "Cost", "T": "2", "side": "4", "d": "64", "depth": "1", "patch": "8"})
    assert complaints(app) == []
    printed, _, settings = (table.value for table in app.dataframe)
    assert list(printed["top-1, %"]) == [row.top1 for row in TABLE_1]
    assert list(settings["model"]) == ["space only", "joint", "factorized", "ATA"]
    costs = [vit_cost(mode, 2, 4 * 8, 8, 64, 1, heads=1) for mode in ("space", "joint", "factorized", "ata")]
    assert list(settings["multiply-adds"]) == [cost.macs for cost in costs]
    assert list(settings["parameters"]) == [cost.parameters for cost in costs]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"pick": "999999.999999"}, {}),
        ({"pick": "-1.x"}, {}),
        ({"show": "Nonsense"}, {"View": "Track"}),
        ({"count": "100000"}, {"Frames": 32}),
        ({"method": "__import__"}, {"Match patches by": "Hungarian"}),
        ({"start": "nan", "span": "-3"}, {"Start, seconds": 0.0, "Length, seconds": 0.1}),
    ],
    ids=str,
)
def test_nonsense_in_a_link_falls_back_on_what_is_sound(query, shown):
    app = opened("matching", query)
    assert complaints(app) == []
    assert {label: controls(app)[label] for label in shown} == shown
    settings = {"count": controls(app)["Frames"], "span": controls(app)["Length, seconds"]}
    expected = match_clip(PARADE, **settings)
    assert sent(app, "matching-player")["picked"] == [0, 0, expected.most_moving]
    assert metrics(app)["In place"] == f"{expected.tracks.identity_share.mean():.0%}"


def test_a_pick_that_was_taken_back_leaves_no_track():
    app = opened("matching", {"pick": "none"})
    assert complaints(app) == []
    assert sent(app, "matching-player")["picked"] is None
    assert named(app) == [], "no chart of a track"
