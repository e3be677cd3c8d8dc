"""A matching in numbers: every point of the charts is counted again by hand."""

import numpy as np
import pytest
from figures import check_figure, one_frame, some_tracks

from vizcore.features.matching.figures_steps import scores_figure, scores_table, steps_figure, track_figure
from vizcore.features.matching.pipeline import MethodScore

SCORES = (
    MethodScore("hungarian", 0.7, 0.4, 0.5, 0.91, 0.012),
    MethodScore("identity", 0.5, float("nan"), 1.0, 0.8, 0.0004),
)
FIGURES = {
    "steps": lambda: steps_figure(some_tracks(), np.ones((4, 12), bool), np.arange(5) / 25),
    "steps of a long clip": lambda: steps_figure(some_tracks(400), np.ones((399, 12), bool)),
    "track": lambda: track_figure(some_tracks(), 5),
    "scores": lambda: scores_figure(SCORES),
    "no step": lambda: steps_figure(one_frame()),
    "no step of a track": lambda: track_figure(one_frame(), 5),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_light_labelled_and_never_empty(name):
    check_figure(FIGURES[name]())


def test_one_frame_gives_a_sentence_in_place_of_lines():
    fig = track_figure(one_frame(), 5)
    assert not fig.data
    assert "no step" in fig.layout.annotations[0].text


def test_steps_are_counted_as_by_hand():
    tracks, agrees = some_tracks(), np.random.default_rng(3).random((4, 12)) < 0.5
    lines = {trace.name: trace for trace in steps_figure(tracks, agrees, np.array([0, 0.5, 1, 2, 4.0])).data}
    for t in range(4):
        order, similarity = tracks.steps[t], tracks.similarity[t]
        back = similarity.argmax(0)
        expected = {
            "stays in place": sum(order[i] == i for i in range(12)) / 12,
            "best from both sides": sum(back[order[i]] == i for i in range(12)) / 12,
            "agrees with the flow": agrees[t].sum() / 12,
            "gain": sum(similarity[i, order[i]] - similarity[i, i] for i in range(12)) / 12,
        }
        assert {name: line.y[t] for name, line in lines.items()} == pytest.approx(expected, abs=1e-6)
    assert all(line.x.tolist() == [0.5, 1, 2, 4] for line in lines.values())


def test_without_a_flow_there_is_no_line_for_it():
    assert "agrees with the flow" not in [trace.name for trace in steps_figure(some_tracks()).data]


def test_times_of_another_clip_are_refused():
    with pytest.raises(ValueError, match="times of 5 frames, got 4"):
        steps_figure(some_tracks(), times=np.arange(4))


def test_a_track_is_followed_step_by_step():
    tracks, patch = some_tracks(), 5
    cosine, margin = track_figure(tracks, patch).data
    for t in range(4):
        to = int(tracks.steps[t, patch])
        others = np.delete(tracks.similarity[t, patch], to)
        assert cosine.customdata[t].tolist() == [patch, to]
        assert cosine.y[t] == tracks.similarity[t, patch, to]
        assert margin.y[t] == pytest.approx(tracks.similarity[t, patch, to] - others.max())
        assert (margin.marker.symbol[t] == "x") == (tracks.similarity[t, patch, to] < others.max())
        patch = to


def test_a_track_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="0 to 11, got 12"):
        track_figure(some_tracks(), 12)


def test_scores_stand_where_their_numbers_are_and_what_was_not_counted_is_blank():
    drawn = {trace.name: dict(zip(trace.y, trace.x)) for trace in scores_figure(SCORES).data}
    assert drawn["all patches"] == {"Hungarian": 0.7, "identity": 0.5}
    assert drawn["moving patches"]["Hungarian"] == 0.4
    assert np.isnan(drawn["moving patches"]["identity"])
    assert drawn["time"] == {"Hungarian": 12, "identity": 0.4}
    first, second = scores_table(SCORES)
    assert first["of moving patches"] == 0.4
    assert second["of moving patches"] is None
    assert second["milliseconds"] == 0.4


def test_a_clip_without_motion_has_no_marks_for_moving_patches():
    names = [trace.name for trace in scores_figure(SCORES[1:]).data]
    assert names == ["all patches", "cosine", "time"]
