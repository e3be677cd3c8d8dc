"""Layers of video nets as maps: every layout of known maps comes back, the rest is refused in words."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from vizcore.algorithms.attribution.token_maps import LAYOUTS, ORDERS, fits, reading, token_maps


def numbered(*shape: int) -> torch.Tensor:
    return torch.arange(float(np.prod(shape))).reshape(shape)


def laid_out(maps: torch.Tensor, layout: str, front: int = 0) -> torch.Tensor:
    """Maps (T, h, w, D) as a net of that layout would give them, with loud tokens in front; element by element."""
    time, rows, columns, width = maps.shape
    lengths = {"1": 1, "T": time, "h": rows, "w": columns, "D": width, "N": rows * columns}
    names = layout.split()
    shape = [int(np.prod([lengths[letter] for letter in name])) + (front if "N" in name else 0) for name in names]
    out = torch.full(shape, -1.0)
    for t, row, column in np.ndindex(time, rows, columns):
        n = row * columns + column
        at = {"1": 0, "T": t, "h": row, "w": column, "N": n + front, "D": slice(None)}
        at |= {"TN": t * rows * columns + n + front, "NT": n * time + t + front}
        out[tuple(at[name] for name in names)] = maps[t, row, column]
    return out


def order_of(layout: str) -> str:
    return "place" if layout in ("1 NT D", "N T D") else "time"


grids = st.tuples(st.integers(2, 6), st.integers(2, 6))


@given(st.sampled_from(LAYOUTS), st.integers(1, 5), grids, st.sampled_from([37, 41]), st.data())
def test_every_layout_of_known_maps_comes_back_identical(layout, time, grid, width, data):
    maps = numbered(time, *grid, width)
    can_have_front = layout in ("1 T N D", "1 TN D", "1 NT D", "T N D")
    front = data.draw(st.integers(0, min(5, grid[0] * grid[1] - 1))) if can_have_front else 0
    shared = data.draw(st.sampled_from([1, 2]))  # frames of the clip that a map stands for
    assume(layout != "N T D" or grid[0] * grid[1] > time * shared)  # else it may be "T N D" as well
    found = token_maps(laid_out(maps, layout, front), time * shared, grid, order_of(layout))
    assert torch.equal(found, maps)


@given(st.sampled_from(LAYOUTS), st.integers(1, 5), st.integers(4, 6), st.integers(4, 6))
def test_a_grid_coarser_than_the_model_s_needs_nothing_said(layout, time, rows, columns):
    grid = rows, columns
    maps = numbered(time, *grid, 37)
    found = token_maps(laid_out(maps, layout), time, (2 * grid[0], 2 * grid[1]), order_of(layout))
    assert torch.equal(found, maps)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6), st.integers(1, 8), grids, st.sampled_from([*ORDERS]))
def test_what_fits_is_laid_out_in_the_shape_that_was_told(shape, frames, grid, order):
    assume(np.prod(shape) < 1e6)
    read = reading(shape, frames, grid, order)
    assert fits(shape, frames, grid, order) == (read is not None)
    if read is None:
        with pytest.raises(ValueError, match="got"):
            token_maps(torch.zeros(shape), frames, grid, order)
    else:
        assert token_maps(torch.zeros(shape), frames, grid, order).shape == read.shape


@pytest.mark.parametrize(
    ("shape", "layout", "maps"),
    [
        ((1, 8, 196, 768), "1 T N D", (8, 14, 14, 768)),  # our own taps
        ((8, 197, 768), "T N D", (8, 14, 14, 768)),  # an image net, frame by frame
        ((8, 201, 768), "T N D", (8, 14, 14, 768)),  # DINOv2 with four registers
        ((1, 1569, 768), "1 TN D", (8, 14, 14, 768)),
        ((1, 784, 768), "1 TN D", (4, 14, 14, 768)),  # VideoMAE: tubelets of two frames
        ((1, 393, 768), "1 TN D", (8, 7, 7, 768)),  # MViT: a class token, patches pooled by two
        ((8, 64, 56, 56), "T D h w", (8, 56, 56, 64)),  # an early stage of a ResNet, finer than the grid
        ((8, 512, 7, 7), "T D h w", (8, 7, 7, 512)),
        ((8, 7, 7, 768), "T h w D", (8, 7, 7, 768)),  # Swin
        ((1, 192, 4, 7, 7), "1 D T h w", (4, 7, 7, 192)),
        ((1, 4, 7, 7, 192), "1 T h w D", (4, 7, 7, 192)),  # video Swin
    ],
)
def test_layers_of_known_nets_are_read_as_they_are_meant(shape, layout, maps):
    read = reading(shape, 8, (14, 14))
    assert (read.layout, read.shape) == (layout, maps)


def test_a_stride_over_an_odd_number_of_frames_leaves_the_last_one_a_map_of_its_own():
    assert reading((1, 64, 3, 7, 7), 5, (14, 14)).shape == (3, 7, 7, 64)
    assert reading((1, 64, 2, 7, 7), 5, (14, 14)).shape == (2, 7, 7, 64)
    assert not fits((1, 64, 4, 7, 7), 5, (14, 14))


def test_there_are_fewer_tokens_in_front_than_patches():
    assert reading((3, 7, 5), 3, (2, 2)).front == 3
    assert not fits((3, 8, 5), 3, (2, 2))
    assert reading((3, 9 + 8, 5), 3, (3, 3)).front == 8
    assert not fits((3, 100 + 18, 5), 3, (10, 10))


def test_few_tokens_are_not_taken_for_a_very_coarse_grid():
    assert not fits((1, 1 + 16, 768), 16, (16, 16))  # a class token and one token a frame, or 4 x 4 patches of the clip
    assert not fits((8, 4, 768), 8, (16, 16))
    assert reading((8, 16, 768), 8, (16, 16)).grid == (4, 4)


def test_timesformer_s_list_goes_patch_by_patch_when_told_so():
    assert reading((1, 1569, 768), 8, (14, 14), "place").layout == "1 NT D"
    assert reading((196, 8, 768), 8, (14, 14), "place").layout == "N T D"
    assert not fits((196, 8, 768), 8, (14, 14))


def test_where_a_shape_is_ambiguous_the_own_grid_wins_and_then_the_first_layout():
    assert reading((8, 14, 14, 14), 8, (14, 14)).layout == "T D h w"
    assert reading((8, 7, 14, 14), 8, (14, 14)).layout == "T D h w"
    assert reading((8, 14, 14, 28), 8, (14, 14)).layout == "T h w D"
    assert reading((1, 1, 4, 4), 1, (4, 4)).layout == "T D h w"
    assert reading((1, 16, 8, 14, 14), 16, (14, 14)).layout == "1 D T h w"


def test_four_times_fewer_tokens_are_a_coarser_grid_unless_the_layer_s_own_frames_are_given():
    assert reading((1, 8 * 49, 5), 8, (14, 14)).shape == (8, 7, 7, 5)
    assert reading((1, 8 * 49, 5), 2, (14, 14)).shape == (2, 14, 14, 5)


@pytest.mark.parametrize(
    "shape",
    [
        (),
        (768,),
        (1, 768),  # pooled
        (1, 400),
        (1, 9, 768),  # a class token and one token a frame: no places
        (8, 1, 768),
        (8, 768, 1, 1),
        (8, 768, 14, 1),
        (2, 8, 196, 768),  # two clips
        (8, 12, 197, 64),  # queries of every head
        (8, 12, 197, 197),  # attention
        (1, 0, 196, 768),
        (1, 7, 196, 768),
        (1, 8, 196, 768, 1, 1),
    ],
)
def test_what_is_no_map_of_the_clip_is_refused_with_what_was_wanted_and_got(shape):
    with pytest.raises(ValueError, match=r"8 frames and 14 x 14 patches.*got \(") as refusal:
        token_maps(torch.zeros(shape), 8, (14, 14))
    assert str(shape) in str(refusal.value)


def test_an_unknown_order_and_an_empty_grid_are_refused():
    with pytest.raises(ValueError, match=r"time, place, got 'patch'"):
        fits((1, 8, 196, 768), 8, (14, 14), "patch")
    with pytest.raises(ValueError, match=r"at least 1, got 8 and \(0, 14\)"):
        fits((1, 8, 196, 768), 8, (0, 14))


def test_arrays_are_taken_as_well_and_tensors_are_not_copied():
    array = np.arange(2 * 6 * 3, dtype=np.float32).reshape(1, 2, 6, 3)
    assert np.array_equal(token_maps(array, 2, (2, 3)).numpy().ravel(), array.ravel())
    tensor = numbered(2, 7, 3)
    assert token_maps(tensor, 2, (2, 3)).untyped_storage().data_ptr() == tensor.untyped_storage().data_ptr()
