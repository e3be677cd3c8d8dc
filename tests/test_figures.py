"""Figures of a matching: what is drawn is what was found, in few bytes, with room and colours for everybody."""

import importlib
import inspect
import pkgutil
import tomllib

import cv2
import numpy as np
import plotly.graph_objects as go
import pytest
from conftest import ROOT
from figures import a_frame, check_figure, decoded, one_frame, some_tracks, still_tracks
from hypothesis import given
from hypothesis import strategies as st

import vizcore.features
import vizcore.figures
from vizcore.algorithms.matching.tracks import Tracks
from vizcore.features.matching import figures as matching
from vizcore.features.matching.figures import displacement_figure, permutation_figure
from vizcore.figures import theme

BLURRED = cv2.blur(a_frame(720, 1280), (9, 9))  # about as hard to compress as a photograph
FIGURES = {
    "permutation": lambda: permutation_figure(some_tracks(), 1, picked=3),
    "composed": lambda: permutation_figure(some_tracks(), 3, composed=True),
    "large permutation": lambda: permutation_figure(some_tracks(2, 1296), 0, picked=1000),
    "paper's permutation": lambda: permutation_figure(some_tracks(2, 196), 0),
    "displacement": lambda: displacement_figure(a_frame(), some_tracks(), 0, (3, 4)),
    "large displacement": lambda: displacement_figure(
        cv2.blur(a_frame(720, 1280), (9, 9)), some_tracks(2, 1296), 0, (27, 48)
    ),
    "nothing moves": lambda: displacement_figure(a_frame(), still_tracks(), 0, (3, 4)),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_light_labelled_and_never_empty(name):
    check_figure(FIGURES[name]())


def test_every_figure_has_a_caption_which_is_a_sentence():
    drawn = [f"vizcore.figures.{module.name}" for module in pkgutil.iter_modules(vizcore.figures.__path__)]
    for feature in pkgutil.iter_modules(vizcore.features.__path__, "vizcore.features."):
        if feature.ispkg:
            files = pkgutil.iter_modules(importlib.import_module(feature.name).__path__, f"{feature.name}.")
            drawn += [
                one.name for one in files if one.name.split(".")[-1].startswith(("figures", "published", "print"))
            ]
    assert len(drawn) > 30
    for name in drawn:
        for function, draw in inspect.getmembers(importlib.import_module(name), inspect.isfunction):
            if function.endswith("_figure") or hasattr(draw, "caption"):
                assert draw.caption[0].isupper(), (name, function)
                assert draw.caption.endswith("."), (name, function)


# ---- theme


def test_the_palette_is_the_one_in_the_apps_settings():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert list(theme.COLOURWAY) == settings["theme"]["chartCategoricalColors"]


def lightness(colour: str) -> float:
    """CIE L* of #rrggbb, 0 to 100."""
    channels = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return 116 * float(linear @ [0.2126, 0.7152, 0.0722]) ** (1 / 3) - 16


@pytest.mark.parametrize("colours", [theme.SEQUENTIAL, theme.GREYS])
def test_a_sequential_scale_grows_lighter_in_even_steps(colours):
    gains = np.diff([lightness(colour) for colour in colours])
    assert (gains > 0).all()
    assert gains.max() < 2.5 * gains.min()


def test_the_diverging_scale_is_as_dark_at_both_ends_and_lightest_at_the_middle():
    light = np.array([lightness(colour) for colour in theme.DIVERGING])
    middle = len(light) // 2
    assert (np.diff(light[: middle + 1]) > 0).all()
    assert (np.diff(light[middle:]) < 0).all()
    assert np.abs(light - light[::-1]).max() < 12


def test_paint_gives_the_stops_and_what_lies_between():
    ends = theme.paint(np.array([0.0, 5.0, 10.0, -3.0, 99.0, np.nan]), 0, 10, ("#000000", "#FF8000"))
    assert ends.tolist() == [[0, 0, 0], [128, 64, 0], [255, 128, 0], [0, 0, 0], [255, 128, 0], [0, 0, 0]]
    assert theme.paint(np.full((2, 3), 7.0), 7, 7).shape == (2, 3, 3)


def test_style_makes_room_for_a_title_only_when_there_is_one():
    plain, titled = theme.style(go.Figure()), theme.style(go.Figure(), title="Moves", height=300)
    assert plain.layout.title.text is None
    assert plain.layout.height is None
    assert titled.layout.title.text == "Moves"
    assert titled.layout.height == 300
    assert titled.layout.margin.t > plain.layout.margin.t


def test_style_shows_both_grids_but_leaves_a_choice_that_was_made():
    chosen = go.Figure().update_xaxes(showgrid=False)
    assert theme.style(go.Figure()).layout.xaxis.showgrid
    assert theme.style(chosen).layout.xaxis.showgrid is False


# ---- the permutation


def drawn_matches(fig: go.Figure) -> dict[str, set]:
    """(row, column) of the marks, by symbol."""
    return {
        trace.marker.symbol: {(int(y), int(x)) for x, y in zip(trace.x, trace.y)}
        for trace in fig.data
        if trace.type == "scatter" and trace.mode == "markers" and trace.name != "picked"
    }


@given(step=st.integers(0, 3), seed=st.integers(0, 99))
def test_points_are_the_permutation_and_crosses_are_overruled(step, seed):
    tracks = some_tracks(seed=seed)
    marks = drawn_matches(permutation_figure(tracks, step))
    assert marks.get("circle", set()) | marks.get("x", set()) == set(enumerate(tracks.steps[step].tolist()))
    best = tracks.similarity[step].argmax(1)
    overruled = {(i, j) for i, j in enumerate(tracks.steps[step].tolist()) if best[i] != j}
    assert marks.get("x", set()) == overruled


@given(step=st.integers(0, 3), seed=st.integers(0, 99))
def test_composed_points_lead_from_the_first_frame(step, seed):
    tracks = some_tracks(seed=seed)
    fig = permutation_figure(tracks, step, composed=True)
    marks = drawn_matches(fig)
    where = np.arange(12)
    for k in range(step + 1):
        where = tracks.steps[k][where]
    assert marks.get("circle", set()) | marks.get("x", set()) == set(enumerate(where.tolist()))
    for row, column in enumerate(where.tolist()):
        before = tracks.sigma[step][row]
        assert fig.data[0].z[row, column] == tracks.similarity[step, before, column]


def test_the_cross_hairs_meet_at_the_picked_match():
    tracks = some_tracks()
    fig = permutation_figure(tracks, 2, picked=7)
    assert {(line.y0, line.y1) for line in fig.layout.shapes if line.y0 == line.y1} == {(7, 7)}
    column = int(tracks.steps[2, 7])
    assert {(line.x0, line.x1) for line in fig.layout.shapes if line.x0 == line.x1} == {(column, column)}
    assert [(trace.x[0], trace.y[0]) for trace in fig.data if trace.name == "picked"] == [(column, 7)]


@pytest.mark.parametrize("count", [200, 401, 1296])
def test_a_large_ground_is_the_mean_of_square_blocks(count):
    tracks = some_tracks(2, count)
    ground = permutation_figure(tracks, 0).data[0]
    block = int(ground.dx)
    assert len(ground.z) == -(-count // block) <= matching.LARGEST_SIDE
    for row, column in ((0, 0), (1, 2), (len(ground.z) - 1, len(ground.z) - 1)):
        cells = tracks.similarity[0][row * block : (row + 1) * block, column * block : (column + 1) * block]
        assert ground.z[row][column] == pytest.approx(cells.mean(dtype=np.float64), abs=1e-6)
    assert ground.x0 == (block - 1) / 2


def test_rows_run_down_and_cells_are_square():
    fig = permutation_figure(some_tracks(), 0)
    low, high = fig.layout.yaxis.range
    assert low > high
    assert fig.layout.yaxis.scaleanchor == "x"


@pytest.mark.parametrize(("step", "picked"), [(4, None), (-1, None), (0, 12), (0, -1)])
def test_a_step_or_patch_that_is_not_there_is_refused(step, picked):
    with pytest.raises(ValueError, match="want a"):
        permutation_figure(some_tracks(), step, picked=picked)


def test_a_single_frame_is_refused_in_words():
    with pytest.raises(ValueError, match="two frames or more"):
        permutation_figure(one_frame(), 0)


# ---- the moves


def tips(fig: go.Figure) -> list[go.Scatter]:
    return [trace for trace in fig.data if trace.mode == "markers"]


@given(seed=st.integers(0, 99))
def test_every_patch_ends_where_its_match_is(seed):
    tracks = some_tracks(seed=seed)
    fig = displacement_figure(a_frame(), tracks, 1, (3, 4))
    ends = {}
    for trace in tips(fig):
        for x, y, data in zip(trace.x, trace.y, trace.customdata):
            assert int(data[0]) not in ends
            ends[int(data[0])] = 4 * int(y) + int(x)
    assert ends == dict(enumerate(tracks.steps[1].tolist()))


def test_arrows_point_along_the_move():
    step = np.arange(9)
    step[[4, 1, 5, 7, 3]] = [1, 5, 7, 3, 4]  # up, down right, down left, up left, right
    fig = displacement_figure(a_frame(), Tracks(step[None], np.eye(9, dtype=np.float32)[None], ""), 0, (3, 3))
    angles = {
        int(data[0]): float(angle) % 360
        for trace in tips(fig)
        if "arrow" in trace.marker.symbol
        for data, angle in zip(trace.customdata, trace.marker.angle)
    }
    assert angles == {4: 0, 1: 135, 5: 225, 7: 315, 3: 90}


def test_shafts_lead_from_start_to_end_in_the_scales_colours_and_dashed_where_overruled():
    tracks = some_tracks()
    fig = displacement_figure(a_frame(), tracks, 0, (3, 4))
    scale = {tuple(colour) for colour in theme.paint((np.arange(5) + 0.5) / 5, 0, 1).tolist()}
    found = {}
    for trace in fig.data:
        if trace.mode == "lines" and trace.line.color.startswith("rgb("):
            assert tuple(int(part) for part in trace.line.color[4:-1].split(",")) in scale
            points = np.stack([trace.y, trace.x], -1).reshape(-1, 3, 2)
            assert np.isnan(points[:, 2]).all()
            for (y0, x0), (y1, x1) in points[:, :2].astype(int).tolist():
                found[4 * y0 + x0] = (4 * y1 + x1, trace.line.dash != "solid")
    expected = {i: (j, bool(tracks.overruled[0, i])) for i, j in enumerate(tracks.steps[0].tolist()) if i != j}
    assert found == expected


def test_what_stays_is_a_dot():
    (dots,) = tips(displacement_figure(a_frame(), still_tracks(), 0, (3, 4)))
    assert dots.marker.symbol == "circle"
    assert len(dots.x) == 12


@pytest.mark.parametrize(("height", "width"), [(720, 1280), (1280, 720), (40, 60)])
def test_the_frame_lies_under_the_grid_as_a_small_jpeg_of_its_shape(height, width):
    frame = np.full((height, width, 3), (200, 60, 20), np.uint8)
    fig = displacement_figure(frame, still_tracks(), 0, (3, 4))
    (image,) = fig.layout.images
    drawn = decoded(image.source)
    assert max(drawn.shape[:2]) == min(max(height, width), matching.LARGEST_FRAME)
    assert np.abs(drawn.astype(int) - (200, 60, 20)).max() < 8
    assert (image.x, image.y, image.sizex, image.sizey) == (-0.5, -0.5, 4, 3)
    shown = 3 * fig.layout.yaxis.scaleratio / 4  # height over width
    assert shown == pytest.approx(height / width)


def test_a_grid_of_another_size_is_refused():
    with pytest.raises(ValueError, match="grid"):
        displacement_figure(a_frame(), some_tracks(), 0, (3, 5))


def test_drawing_changes_no_input():
    tracks, frame = some_tracks(), a_frame()
    kept = tracks.steps.copy(), tracks.similarity.copy(), frame.copy()
    displacement_figure(frame, tracks, 0, (3, 4))
    permutation_figure(tracks, 0, picked=1)
    assert all(np.array_equal(a, b) for a, b in zip(kept, (tracks.steps, tracks.similarity, frame)))
