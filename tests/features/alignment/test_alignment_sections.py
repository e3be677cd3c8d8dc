"""The sections of the alignment page: what each shows is worked out again, cell by cell and frame by frame."""

import numpy as np
import pytest
from scipy.stats import kendalltau
from shown import charts, metrics, saved, traces, words
from test_alignment import CARTWHEEL
from test_pages import complaints, opened

from vizcore.algorithms.alignment.dtw import dtw
from vizcore.features.alignment.pipeline import PIXELS, align_clips
from vizcore.features.alignment.pipeline_cycle import cycle
from vizcore.features.alignment.pipeline_series import align_series
from vizcore.features.alignment.pipeline_story import out_of_order, prototype, stories
from vizcore.runtime import clip_library
from vizcore.runtime.world_clips import rendered

pytestmark = pytest.mark.usefixtures("one_thread")
OTHER = "world-act-7-cartwheel-count72-warp1"
SECTIONS = ["Path", "Soft alignment", "Cycle", "Nearest neighbours", "Files and link"]


@pytest.fixture
def no_clips(monkeypatch, tmp_path):
    """An app without a single clip."""
    monkeypatch.setattr(clip_library, "CLIPS", tmp_path)


@pytest.fixture(scope="module")
def two():
    """The clips that the part of two clips begins with, of 48 and 72 frames."""
    return align_clips(CARTWHEEL, other=rendered(OTHER).path, model=PIXELS, gamma=0.1)


def cheapest(cost):
    """The least sum over all walks from corner to corner, cell by cell."""
    table = np.full((cost.shape[0] + 1, cost.shape[1] + 1), np.inf)
    table[0, 0] = 0
    for i, j in np.ndindex(cost.shape):
        table[i + 1, j + 1] = cost[i, j] + min(table[i, j], table[i, j + 1], table[i + 1, j])
    return table[-1, -1]


def drawn_path(app):
    """The pairs (L, 2) of the hard path that is drawn over the expected alignment."""
    (path,) = traces(app, "hard path")
    return np.stack([path["x"], path["y"]], -1)


def check_path(app, pair, cost):
    path = dtw(cost).path
    assert cost[tuple(path.T)].sum() == pytest.approx(cheapest(cost), rel=1e-9)
    assert metrics(app)["Cost of a pair"] == f"{cost[tuple(path.T)].mean():.3f}"
    if pair.truth is None:
        assert metrics(app)["Path cost"] == f"{cheapest(cost):.2f}"
        return
    (along, every), places = charts(app)[-1], [path[path[:, 0] == k, 1] for k in range(len(cost))]
    assert along["y"] == pytest.approx([cost[k, some].mean() for k, some in enumerate(places)], abs=1e-6)
    assert every["y"] == pytest.approx(cost.mean(1), abs=1e-6)


def check_soft(app, pair, cost):
    path, field = drawn_path(app), charts(app)[-2][0]["z"]
    assert (path[0].tolist(), path[-1].tolist()) == ([0, 0], [cost.shape[0] - 1, cost.shape[1] - 1])
    assert np.abs(np.diff(path, axis=0)).max() == 1
    assert cost[tuple(path.T)].sum() == pytest.approx(cheapest(cost), rel=1e-9)
    assert field[:, 0].argmax() == 0, "A to the right, B upwards"
    assert field[:, -1].argmax() == len(field) - 1


def check_cycle(app, pair, cost):
    trip = cycle(pair)
    count = len(trip.loop)
    returned = np.isclose(trip.loop, trip.loop.max(1, keepdims=True), rtol=1e-6).argmax(1)  # of equals the first
    away = np.abs(returned - np.arange(count)) > 1
    assert metrics(app)["Consistent"] == f"{1 - away.mean():.0%}"
    assert metrics(app)["Cycle loss"] == f"{trip.losses['prob']:.3f}"
    assert metrics(app)["lower bound"] == f"{np.log(np.e + count - 1) - 0.9 - 0.1 / count:.3f}"
    if count < 100:  # longer ones are thinned
        for chart, shares in zip(charts(app)[-1], (trip.there, trip.back.T, trip.loop.T), strict=True):
            assert chart["z"] ** 2 == pytest.approx(shares, abs=1e-5)


def check_nearest(app, pair, cost):
    apart = np.linalg.norm(pair.first.features[:, None] - pair.second.features, axis=-1)
    there, back = apart.argmin(1), apart.argmin(0)
    dots = next(trace for trace in traces(app, "nearest neighbour") if trace["mode"] == "markers")
    assert list(zip(dots["x"], dots["y"])) == list(enumerate(there))
    tau = [kendalltau(np.arange(len(places)), places).statistic for places in (there, back)]
    assert app.dataframe[0].value["tau-b"].tolist() == pytest.approx(tau, abs=1e-4)


def check_files(app, pair, cost):
    clip = ["aligned.mp4"] * any(clip.endswith(".mp4") for clip in saved(app))
    paper = [f"alignment.{form}" for form in ("png", "svg", "pdf")]
    assert saved(app) == ["path.csv", "path.json", "alignment.npz", *clip, *paper]


CHECKS = dict(zip(SECTIONS, (check_path, check_soft, check_cycle, check_nearest, check_files), strict=True))


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_of_two_clips_opens_from_a_link_with_its_numbers(section, two):
    app = opened("alignment", {"part": "Two clips", "model": PIXELS, "show": section, "gamma": "0.1"})
    assert complaints(app) == []
    CHECKS[section](app, two.pair, 1 - two.pair.first.features @ two.pair.second.features.T)
    assert ("aligned.mp4" in saved(app)) == (section == "Files and link")


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_of_two_files_opens_from_a_link_with_its_numbers(section):
    app = opened("alignment", {"part": "Two files", "show": section})
    assert complaints(app) == []
    series = align_series("a pulse, early", other="a pulse, late").found.pair
    first, second = series.first.features, series.second.features
    cost = np.linalg.norm(first[:, None] - second, axis=-1) / np.sqrt(first.shape[1])
    CHECKS[section](app, series, cost)


def test_a_soft_minimum_needs_no_clip_and_is_that_of_the_sliders(no_clips):
    app = opened("alignment", {"part": "A soft minimum", "n": "4", "temperature": "0.5", "gap": "2"})
    assert complaints(app) == []
    values = np.array([0, 1, 1, 1])  # the others lie 2 x 0.5 above the least
    weight = np.exp(-values / 0.5)
    smooth, soft = (trace for trace in charts(app)[0] if "name" not in trace)  # where the hand is
    assert (smooth["x"], smooth["y"]) == ([1], [pytest.approx((values * weight).sum() / weight.sum())])
    assert (soft["x"], soft["y"]) == ([1], [pytest.approx(-0.5 * np.log(weight.sum()))])
    assert metrics(app)["min^γ"] == f"−{0.5 * np.log(4):.4f}"


def test_stories_are_drawn_in_one_order_and_it_is_said_how_much_was_out_of_it(no_clips):
    app = opened("alignment", {"part": "Re-organised", "videos": "2"})
    assert complaints(app) == []
    performed = stories(seed=0, count=2)
    table = app.dataframe[0].value
    assert table["blocks"].tolist() == [len(one.blocks) for one in performed]
    order = prototype(performed)
    assert table["out of order"].tolist() == pytest.approx([out_of_order(one, order) for one in performed], abs=1e-3)
    assert f"{', '.join(order).replace('_', ' ')}." in words(app)
