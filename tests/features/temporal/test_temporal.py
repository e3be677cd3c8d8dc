"""The page of temporal models: what the nets say of a clip, what the cards say of the nets, and how both are drawn."""

import numpy as np
import pytest

from vizcore.features.temporal import figures as drawn
from vizcore.features.temporal.pipeline import JOINTS, SPEEDS, answer, results
from vizcore.features.temporal.pipeline_families import ATA, OFF, ROWS
from vizcore.features.temporal.pipeline_lanterns import SOURCES, TOKENS, what_is_followed
from vizcore.models import FAMILIES, find
from vizcore.models.nets.temporal_vit import MODES
from vizcore.models.weights import card
from vizcore.runtime.context import default_context
from vizcore.synthetic.figure import J
from vizcore.synthetic.ground_truth_tracks import middles, true_order
from vizcore.synthetic.shot import render, shot
from vizcore.synthetic.truth_file import truth_path


@pytest.fixture(scope="module")
def context():
    return default_context()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("temporal")


@pytest.fixture(scope="module")
def fast(context, folder):
    """Answers about a clip of lamps that step forward while they move."""
    path = folder / "fast.mp4"
    render(shot("carousel", 3, "forward", speed=8.0), path)
    return answer(path, truth=truth_path(path), family="lamps", context=context)


@pytest.fixture(scope="module")
def still(context, folder):
    path = folder / "still.mp4"
    render(shot("carousel", 3, "backward", speed=0.0), path)
    return answer(path, truth=truth_path(path), family="lamps", context=context)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_mode_of_a_family_is_a_model_that_says_where_it_learnt(family):
    for mode in MODES:
        model = find(f"{family}-{mode}")
        assert model.origin == "trained on the procedural world"
        assert model.version == card(model.name).sha256
        assert model.counted().parameters == card(model.name).parameters
        assert len(model.classes) == model.load().head.out_features


def test_answers_are_shares_of_one_for_every_model(fast):
    assert fast.probabilities.shape == (len(ROWS), 4)
    assert np.allclose(fast.probabilities.sum(-1), 1, atol=1e-5)
    assert fast.classes[fast.true] == "forward"


def test_at_rest_the_switch_changes_nothing_much_and_the_net_is_right(still):
    aligned, off = still.probabilities[ROWS.index(ATA)], still.probabilities[ROWS.index(OFF)]
    assert still.followed.holds(still.order).all()
    assert still.followed.holds(still.in_place).all()
    assert aligned.argmax() == off.argmax() == still.true


def test_in_motion_tracks_hold_that_would_not_in_place(fast):
    aligned, in_place = fast.followed.holds(fast.order), fast.followed.holds(fast.in_place)
    assert aligned[0].all()
    assert aligned.mean() > in_place.mean() + 0.3


def test_tracks_begin_in_the_middle_of_their_thing(fast):
    assert (fast.followed.begins == middles(fast.truth, fast.grid)[0]).all()
    assert fast.followed.holds(true_order(fast.truth, fast.grid)).mean() > 0.9


def test_of_an_action_the_joints_are_followed(context, folder):
    path = folder / "throw.mp4"
    render(shot("act", 2, "throw"), path)
    answers = answer(path, truth=truth_path(path), family="acts", context=context)
    assert answers.followed.names == JOINTS
    assert answers.followed.holds(answers.order)[0].all()
    assert answers.classes[answers.true] == "throw"
    height, width = answers.truth.surface.shape[1:]
    person = answers.truth.joints[:, 0, [J[name] for name in JOINTS]]  # (T, K, 2) px
    rows, columns = answers.grid
    for t, k in np.ndindex(person.shape[:2]):
        x, y = person[t, k] * [columns / width, rows / height]
        near = {
            (r, c) for r in range(rows) for c in range(columns) if abs(r + 0.5 - y) < 1.51 and abs(c + 0.5 - x) < 1.51
        }
        found = {divmod(int(n), columns) for n in np.flatnonzero(answers.followed.right[t, :, k])}
        assert found <= near
        assert len(found) >= 4


@pytest.mark.parametrize("family", ["lamps", "acts"])
def test_the_results_are_those_of_the_cards(family):
    rows = {result.row: result for result in results(family)}
    assert set(rows) >= set(ROWS)
    for mode in MODES:
        metrics, row = card(f"{family}-{mode}").metrics, rows[ATA if mode == "ata" else mode]
        assert row.accuracy == metrics["test accuracy"]
        assert row.order == metrics["test order accuracy"]
        assert len(row.accuracy["seeds"]) >= 3
    off = card(f"{family}-ata").metrics["test accuracy, alignment off"]
    assert rows[OFF].accuracy == off
    assert set(rows[ATA].by_speed) == (set(SPEEDS) if family == "lamps" else set())


def test_a_family_that_there_is_not_is_refused(folder):
    with pytest.raises(ValueError, match="want a family of nets"):
        answer(folder / "fast.mp4", truth=folder / "fast.truth.npz", family="cats")


def test_the_taught_tokens_follow_lanterns_and_pixels_follow_colours(context):
    rows = {row.source: row for row in what_is_followed(speed=8.0, clips=12, context=context)}
    assert tuple(rows) == SOURCES
    assert rows[TOKENS].stepping > 0.8
    assert rows["pixels"].stepping < rows["pixels"].otherwise - 0.1


def test_answers_are_drawn_with_the_truth_framed_and_each_marked_right_or_wrong(fast):
    fig = drawn.answers_figure(fast.probabilities, ROWS, fast.classes, fast.true)
    frame = fig.layout.shapes[0]
    assert (frame.x0, frame.x1) == (fast.true - 0.5, fast.true + 0.5)
    for shares, words, right in zip(fast.probabilities, fig.data[0].text, fast.right, strict=True):
        marks = ["✓" if "✓" in word else "✗" if "✗" in word else "" for word in words]
        assert marks[shares.argmax()] == ("✓" if right else "✗")
        assert "".join(marks) in "✓✗"


def test_many_classes_go_down_and_few_across():
    shares = np.eye(16)[[3, 3, 4]]
    fig = drawn.answers_figure(shares, ["a", "b", "c"], [f"class_{k}" for k in range(16)], 3)
    assert (np.array(fig.data[0].z) == shares.T).all()
    frame = fig.layout.shapes[0]
    assert (frame.y0, frame.y1, frame.x0, frame.x1) == (2.5, 3.5, -0.5, 2.5)
    assert [fig.data[0].text[k][m] for k, m in ((3, 0), (3, 1), (4, 2))] == ["100% ✓", "100% ✓", "100% ✗"]


def test_a_clip_of_no_class_is_drawn_without_a_frame(fast):
    assert not drawn.answers_figure(fast.probabilities, ROWS, fast.classes, None).layout.shapes


def test_speed_is_drawn_from_the_means_with_their_spread():
    rows = results("lamps")
    fig = drawn.speed_figure(rows, SPEEDS, 0.25, 6.0)
    for trace, result in zip(fig.data, rows, strict=True):
        assert list(trace.y) == [result.by_speed[words]["mean"] for words in SPEEDS]
        assert list(trace.error_y.array) == [result.by_speed[words]["sd"] for words in SPEEDS]


def test_every_moment_of_every_track_is_drawn_once(fast):
    holds = fast.followed.holds(fast.in_place)
    fig = drawn.tracks_figure(holds, fast.followed.names, fast.clip.times)
    on, off = fig.data
    assert len(on.x) == 1 + holds.sum()  # the first is empty and keeps the legend
    assert len(off.x) == 1 + (~holds).sum()


def test_the_table_says_mean_and_spread_of_every_row():
    rows = drawn.results_table(results("lamps"))
    one = card("lamps-ata").metrics["test accuracy"]
    found = next(row for row in rows if row["temporal modelling"] == "ATA")
    assert found["accuracy"] == f"{one['mean']:.3f} ± {one['sd']:.3f}"


def test_answers_and_results_print_their_number_in_a_line(fast, still):
    for answers in (fast, still):
        share = answers.probabilities[ROWS.index(ATA)].max()
        assert repr(answers).startswith(f"Answers(8 frames of {answers.grid[0]} x {answers.grid[1]} tokens, ATA: ")
        assert repr(answers).endswith(f" {share:.0%}, ground truth: {answers.classes[answers.true]})")
        assert len(repr(answers)) < 200
    for row in results("lamps"):
        assert repr(row) == f"Result({row.row}, test accuracy {row.accuracy['mean']:.3f})"
