"""Strips: patches are put where the permutation says, bit by bit, and outlines lie where the track is."""

import numpy as np
import pytest
from figures import a_frame, check_figure, decoded, some_tracks
from hypothesis import given
from hypothesis import strategies as st

from vizcore.features.matching.print import track_paper
from vizcore.figures.paper import SIZES
from vizcore.figures.strip_figures import strip_figure
from vizcore.figures.strips import colour_strip, divisible, filmstrip, rearranged_strip, tile

USUAL = SIZES["double column"]


def frames_of(count, height, width, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, height, width, 3), np.uint8)


@given(rows=st.integers(1, 5), columns=st.integers(1, 5), tall=st.integers(1, 6), wide=st.integers(1, 6))
def test_what_is_rearranged_and_put_back_is_bit_by_bit_the_clip(rows, columns, tall, wide):
    frames = frames_of(3, rows * tall, columns * wide, seed=tall)
    sigma = np.stack([np.random.default_rng(k).permutation(rows * columns) for k in range(3)])
    moved = rearranged_strip(frames, sigma, (rows, columns))
    assert np.array_equal(rearranged_strip(moved, sigma.argsort(-1), (rows, columns)), frames)


def test_every_place_shows_the_patch_that_the_permutation_names():
    frames, grid = frames_of(2, 12, 20), (3, 4)
    sigma = np.stack([np.random.default_rng(k).permutation(12) for k in range(2)])
    moved = rearranged_strip(frames, sigma, grid)
    for t, place in np.ndindex(2, 12):
        (y, x), (fy, fx) = divmod(place, 4), divmod(int(sigma[t, place]), 4)
        shown = moved[t, 4 * y : 4 * y + 4, 5 * x : 5 * x + 5]
        assert np.array_equal(shown, frames[t, 4 * fy : 4 * fy + 4, 5 * fx : 5 * fx + 5])


@pytest.mark.parametrize(("height", "width", "fitting"), [(90, 160, (84, 154)), (3, 50, (14, 42)), (28, 28, (28, 28))])
def test_frames_that_the_grid_does_not_divide_shrink_to_the_next_that_it_does(height, width, fitting):
    frames = frames_of(2, height, width)
    assert divisible(frames, (14, 14)).shape == (2, *fitting, 3)


def test_frames_that_fit_are_left_alone():
    frames = frames_of(1, 28, 42)
    assert divisible(frames, (14, 14)) is frames


def test_the_film_strip_outlines_the_picked_patch_and_nothing_else():
    frames, grid, patches = np.full((3, 60, 80, 3), 90, np.uint8), (3, 4), np.array([0, 6, 11])
    plain, marked = filmstrip(frames, grid, width=80), filmstrip(frames, grid, patches, width=80)
    assert plain.shape == marked.shape == (60, 3 * 84 - 4, 3)
    for t, patch in enumerate(patches.tolist()):
        changed = np.argwhere((plain != marked).any(-1)[:, 84 * t : 84 * t + 80])
        (top, left), (bottom, right) = changed.min(0), changed.max(0)
        row, column = divmod(patch, 4)
        assert (top, left) == (max(20 * row - 4, 0), max(20 * column - 4, 0))
        assert (bottom, right) == (min(20 * row + 23, 59), min(20 * column + 23, 79))
        inside = (slice(20 * row + 4, 20 * row + 16), slice(84 * t + 20 * column + 4, 84 * t + 20 * column + 16))
        assert np.array_equal(plain[inside], marked[inside])


def test_the_grid_is_drawn_between_patches():
    strip = filmstrip(np.zeros((1, 60, 80, 3), np.uint8), (3, 4), width=80)
    lit = strip.any(-1)
    assert np.flatnonzero(lit.all(1)).tolist() == [20, 40]
    assert np.flatnonzero(lit.all(0)).tolist() == [20, 40, 60]


@pytest.mark.parametrize("picked", [[0, 1], [0, 1, 12], [-1, 0, 0]])
def test_patches_that_are_not_there_are_refused(picked):
    with pytest.raises(ValueError, match="want 3 patches of 0 to 11"):
        filmstrip(frames_of(3, 60, 80), (3, 4), np.array(picked))


def test_permutations_of_another_grid_are_refused():
    with pytest.raises(ValueError, match=r"\(2, 12\), got \(2, 11\)"):
        rearranged_strip(frames_of(2, 12, 20), np.zeros((2, 11), int), (3, 4))


def test_tiles_stand_in_rows_with_white_between_them():
    pictures = frames_of(5, 6, 8)
    sheet = tile(pictures, across=3)
    assert sheet.shape == (16, 32, 3)
    for k, picture in enumerate(pictures):
        y, x = k // 3 * 10, k % 3 * 12
        assert np.array_equal(sheet[y : y + 6, x : x + 8], picture)
        sheet[y : y + 6, x : x + 8] = 255
    assert (sheet == 255).all()


def test_colours_fill_their_patches():
    colours = frames_of(2, 1, 6)[:, 0]  # (2, 6, 3)
    strip = colour_strip(colours, (2, 3), patch=4)
    assert strip.shape == (2, 8, 12, 3)
    for t, patch in np.ndindex(2, 6):
        y, x = divmod(patch, 3)
        assert (strip[t, 4 * y : 4 * y + 4, 4 * x : 4 * x + 4] == colours[t, patch]).all()


# ---- as figures


def test_the_strip_hangs_every_picture_in_its_row_and_column():
    rows = [np.stack([np.full((30, 40, 3), 40 * r + 20 * t, np.uint8) for t in range(4)]) for r in range(3)]
    fig = strip_figure(rows, ["a", "b", "c"], ["0", "1", "2", "3"])
    check_figure(fig)
    assert len(fig.layout.images) == 12
    (places,) = fig.data
    for image in fig.layout.images:
        middle = image.x + image.sizex / 2, image.y + image.sizey / 2
        near = np.hypot(places.x - middle[0], places.y - middle[1])
        assert near.min() < 1e-9
        row, column = places.customdata[near.argmin()]
        assert abs(int(decoded(image.source).mean()) - (40 * row + 20 * column)) <= 2
        assert image.sizey / image.sizex == pytest.approx(30 / 40 / 0.94)
    heights = [note.y for note in fig.layout.annotations]
    assert [note.text for note in fig.layout.annotations] == ["a", "b", "c"]
    assert heights == sorted(heights)


def test_a_strip_of_real_size_is_light():
    rows = [np.stack([a_frame(252, 448, seed=k) for k in range(4)]).repeat(4, 0)] * 4  # noise: no photograph is harder
    assert len(strip_figure(rows, list("abcd"), [f"{t}" for t in range(16)]).to_json()) < 1_000_000


def test_labels_that_do_not_fit_the_rows_are_refused():
    with pytest.raises(ValueError, match="one label a row and one a column"):
        strip_figure([frames_of(3, 6, 8)], ["a"], ["0", "1"])
    with pytest.raises(ValueError, match="one label a row and one a column"):
        strip_figure([frames_of(3, 6, 8)], ["a", "b"], ["0", "1", "2"])


def test_the_printed_track_outlines_its_patch_and_plots_its_steps(tmp_path):
    tracks, patch = some_tracks(), 7
    frames = frames_of(5, 60, 80)
    fig = track_paper(frames, tracks, patch, (3, 4), USUAL, np.arange(5) / 10)
    path = tracks.sigma[:, patch]
    for t in range(5):
        for outline in fig.axes[t].patches:
            assert outline.get_xy() == (path[t] % 4 * 20 - 0.5, path[t] // 4 * 20 - 0.5)
    assert [one.get_text() for one in fig.texts] == [f"frame {t}\n{t / 10:.2f} s" for t in range(5)]
    cosine, margin = fig.axes[5].lines[0], fig.axes[6].lines[0]
    assert np.allclose(cosine.get_ydata(), [tracks.similarity[t, path[t], path[t + 1]] for t in range(4)])
    assert np.allclose(margin.get_ydata(), [tracks.margin[t, path[t]] for t in range(4)])
    crosses = fig.axes[6].lines[2].get_xdata() - 0.5
    assert crosses.tolist() == [t for t in range(4) if tracks.overruled[t, path[t]]]
    fig.savefig(tmp_path / "track.png")


def test_frames_and_steps_of_the_printed_track_stand_under_each_other():
    fig = track_paper(frames_of(5, 60, 80), some_tracks(), 0, (3, 4), USUAL)
    fig.canvas.draw()
    plot = fig.axes[-1]
    for t in range(5):
        box = fig.axes[t].get_window_extent()
        assert plot.transData.transform((t, 0))[0] == pytest.approx((box.x0 + box.x1) / 2, abs=2)


@pytest.mark.parametrize(("count", "patch"), [(4, 0), (5, 12)])
def test_a_track_of_another_clip_is_refused(count, patch):
    with pytest.raises(ValueError, match="want tracks of"):
        track_paper(frames_of(count, 60, 80), some_tracks(), patch, (3, 4), USUAL)
