"""Heat maps: against closed forms and loops of the papers' formulas, and what must not matter to them."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vizcore.algorithms.attribution.cam import (
    CAMS,
    POOLS,
    channel_mean,
    eigen_cam,
    grad_cam,
    heat,
    layer_cam,
    normalise,
)

sizes = st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4), st.integers(1, 6))
seeds = st.integers(0, 1000)
names, pools = st.sampled_from([*CAMS]), st.sampled_from([*POOLS])


def drawn(size, seed: int, count: int = 2) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(size, generator=generator, dtype=torch.float64) for _ in range(count)]


def pooled(pool: str, time: int):
    """The groups of frames whose places are pooled together."""
    return [range(time)] if pool == "clip" else [range(t, t + 1) for t in range(time)]


def by_loops(name: str, x: np.ndarray, g: np.ndarray, pool: str) -> np.ndarray:
    """The published formulas, number by number."""
    time, rows, columns, width = x.shape
    out = np.zeros((time, rows, columns))
    for group in pooled(pool, time):
        places = [(t, i, j) for t in group for i in range(rows) for j in range(columns)]
        for c in range(width):
            amount = max(sum(x[(*p, c)] for p in places), 0)
            if name == "grad-cam":
                weight = dict.fromkeys(places, sum(g[(*p, c)] for p in places) / len(places))
            elif name == "grad-cam++":
                alpha = {p: g[(*p, c)] ** 2 / (2 * g[(*p, c)] ** 2 + amount * g[(*p, c)] ** 3) for p in places}
                weight = dict.fromkeys(places, sum(alpha[p] * max(g[(*p, c)], 0) for p in places))
            elif name == "layer-cam":
                weight = {p: max(g[(*p, c)], 0) for p in places}
            else:
                weight = dict.fromkeys(places, 1 / width)
            for p in places:
                out[p] += weight[p] * x[(*p, c)]
    return out if name == "channel-mean" else out.clip(0)


@given(st.sampled_from([name for name in CAMS if name != "eigen-cam"]), sizes, seeds, pools)
def test_each_method_is_its_published_formula(name, size, seed, pool):
    x, g = drawn(size, seed)
    assert np.allclose(heat(x, g, name, pool), by_loops(name, x.numpy(), g.numpy(), pool))


@given(sizes, seeds, pools)
def test_eigen_cam_is_the_first_singular_direction_turned_to_rise_with_length(size, seed, pool):
    (x,) = drawn(size, seed, 1)
    found = eigen_cam(x, pool=pool)
    for group in pooled(pool, len(x)):
        rows = x[list(group)].numpy().reshape(-1, size[-1])
        centred = rows - rows.mean(0)
        along = centred @ np.linalg.svd(centred)[2][0]
        heat = found[list(group)].numpy().ravel()
        assert np.allclose(np.abs(heat), np.abs(along), atol=1e-6)
        lengths = np.linalg.norm(rows, axis=1)
        assert heat @ (lengths - lengths.mean()) >= -1e-6


def test_eigen_cam_turns_its_largest_value_up_where_length_says_nothing():
    x = torch.tensor([[3.0, 4.0], [4.0, -3.0], [-5.0, 0.0]]).view(1, 1, 3, 2)  # all of length 5
    found = eigen_cam(x).ravel()
    assert found[found.abs().argmax()] > 0
    assert torch.equal(found, eigen_cam(-x).ravel())


@given(st.integers(1, 3), st.integers(1, 4), st.integers(2, 5), seeds)
def test_for_a_linear_head_on_the_mean_grad_cam_is_the_class_evidence_of_each_patch(time, side, width, seed):
    x, weights = drawn((time, side, side, width), seed)
    weights = weights[0, 0, 0]
    x.requires_grad_()
    score = x.mean((0, 1, 2)) @ weights
    (gradient,) = torch.autograd.grad(score, x)
    evidence = (x.detach() @ weights).relu() / (time * side * side)  # their sum before rectifying is the score
    assert torch.allclose(grad_cam(x.detach(), gradient), evidence)


@given(sizes, seeds, st.floats(0.1, 9))
def test_grad_cam_of_equal_gradients_is_the_channel_mean_scaled_and_rectified(size, seed, value):
    (x,) = drawn(size, seed, 1)
    expected = channel_mean(x).relu() * value * size[-1]
    assert torch.allclose(grad_cam(x, torch.full_like(x, value)), expected)
    assert torch.allclose(layer_cam(x, torch.full_like(x, value)), expected)


def test_for_a_rising_linear_score_layer_cam_is_what_the_score_loses_when_a_patch_goes():
    x, weights = (part.abs() for part in drawn((2, 3, 3, 4), 0))
    found = layer_cam(x, weights)  # the gradient of sum(weights x) is the weights
    for place in np.ndindex(2, 3, 3):
        less = x.clone()
        less[place] = 0
        assert found[place] == pytest.approx(float((weights * (x - less)).sum()))


@given(names, sizes, seeds, pools, st.data())
def test_heat_moves_with_frames_and_patches_and_does_not_know_the_order_of_channels(name, size, seed, pool, data):
    x, g = drawn(size, seed)
    moves = [torch.tensor(data.draw(st.permutations(range(length)))) for length in size]

    def moved(maps):
        for axis, move in enumerate(moves[: maps.ndim]):
            maps = maps.index_select(axis, move)
        return maps

    assert torch.allclose(heat(moved(x), moved(g), name, pool), moved(heat(x, g, name, pool)), atol=1e-9)


@given(names, sizes, seeds, st.floats(0.01, 100))
def test_more_of_everything_is_the_same_picture(name, size, seed, factor):
    x, g = drawn(size, seed)
    scaled = heat(factor * x, g if name == "grad-cam++" else factor * g, name)
    if name != "grad-cam++":  # there, more activation is less weight
        power = 1 if not CAMS[name].needs_gradient else 2
        assert torch.allclose(scaled, factor**power * heat(x, g, name), rtol=1e-6, atol=1e-9)
    else:
        assert torch.allclose(scaled, heat(x, factor * g, name), rtol=1e-6, atol=1e-9)


@given(names, sizes, seeds)
def test_frames_alone_are_a_clip_of_one_frame_each(name, size, seed):
    x, g = drawn(size, seed)
    alone = torch.cat([heat(x[t : t + 1], g[t : t + 1], name) for t in range(len(x))])
    assert torch.allclose(heat(x, g, name, "frame"), alone)


@pytest.mark.parametrize("name", CAMS)
def test_the_input_stays_and_the_same_input_gives_the_same_bits(name):
    x, g = (part.float() for part in drawn((4, 5, 6, 7), 3))
    before = x.clone(), g.clone()
    assert torch.equal(heat(x, g, name), heat(x.clone(), g.clone(), name))
    assert torch.equal(x, before[0])
    assert torch.equal(g, before[1])
    assert heat(x, g, name).dtype == torch.float32


@pytest.mark.parametrize("name", CAMS)
@pytest.mark.parametrize("scope", ["frame", "row", "all"])
def test_a_static_clip_does_not_flicker(name, scope):
    still = [part.float().expand(6, -1, -1, -1).contiguous() for part in drawn((1, 7, 7, 33), 5)]
    maps = normalise(heat(*still, name), scope)
    assert torch.allclose(maps, maps[:1].expand_as(maps), atol=1e-5)


@pytest.mark.parametrize("name", CAMS)
def test_features_that_are_equal_up_to_rounding_make_heat_that_is_zero_when_normalised(name):
    torch.manual_seed(0)
    x = torch.randn(48).expand(3, 4, 5, 48)
    nearly = x * (1 + 1e-7 * torch.randn(x.shape))
    for features in (x, nearly):
        assert not normalise(heat(features, torch.ones_like(x), name)).any()


def test_gradients_of_zero_give_heat_of_zero_and_half_numbers_are_read_as_whole_ones():
    x, _ = drawn((2, 3, 3, 4), 0)
    for name in ("grad-cam", "grad-cam++", "layer-cam"):
        assert not heat(x, torch.zeros_like(x), name).any()
    assert heat(x.bfloat16(), name="channel-mean").dtype == torch.float32


def test_arrays_are_taken_like_tensors_even_if_they_are_read_only_or_turned_round():
    x, g = drawn((2, 3, 3, 4), 0)
    array = np.flip(x.flip(0).numpy(), 0)
    array.flags.writeable = False
    for name in CAMS:
        assert torch.equal(heat(array, g.numpy(), name), heat(x, g, name))
    assert torch.equal(normalise(array), normalise(x))


@given(sizes, seeds, st.sampled_from(["frame", "row", "all"]), st.floats(0.1, 100), st.floats(-100, 100))
def test_normalised_heat_runs_from_0_to_1_whatever_its_scale_and_offset(size, seed, scope, factor, offset):
    (maps,) = drawn(size, seed, 1)  # here (R, T, h, w)
    found = normalise(maps, scope)
    assert torch.allclose(normalise(factor * maps + offset, scope), found, atol=1e-6)
    first = {"frame": 2, "row": 1, "all": 0}[scope]
    groups, before = found.flatten(first), maps.flatten(first)
    assert not groups.amin(-1).any()
    assert torch.equal(groups.amax(-1), torch.full_like(groups.amax(-1), groups.shape[-1] > 1))
    assert (groups.gather(-1, before.argsort(-1)).diff(dim=-1) >= 0).all()


def test_what_shares_a_scale_is_what_was_said():
    maps = torch.tensor([[0.0, 1.0], [2.0, 3.0], [4.0, 8.0], [6.0, 4.0]]).view(2, 2, 1, 2)
    assert normalise(maps, "frame").flatten().tolist() == [0, 1, 0, 1, 0, 1, 1, 0]
    assert normalise(maps, "row")[0].flatten().tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert torch.equal(normalise(maps, "all"), maps / 8)
    assert torch.equal(normalise(maps[0], "row"), normalise(maps[0], "all"))


def test_percentiles_cut_off_single_loud_patches_and_never_darken_all_there_is():
    maps = torch.arange(100.0).view(1, 10, 10)
    maps[0, 9, 9] = 1e6
    assert normalise(maps)[0, 9, 8] < 0.001
    cut = normalise(maps, low=2, high=98)
    assert cut[0, 9, 8] == 1
    assert cut[0, 5, 0] == pytest.approx(0.5, abs=0.02)
    lonely = torch.zeros(1, 10, 10)
    lonely[0, 3, 3] = 5  # both percentiles are 0 here
    assert torch.equal(normalise(lonely, low=2, high=98), lonely / 5)


@pytest.mark.parametrize("value", [0.0, 1.0, -3.7, 1e8])
def test_constant_maps_are_zero_up_to_rounding(value):
    maps = torch.full((2, 3, 3), value)
    assert not normalise(maps, "frame").any()
    nearly = torch.nextafter(maps, maps + 1)
    nearly[0] = maps[0]
    assert value == 0 or not normalise(nearly, "row").any()


def test_refusals_say_what_was_wanted_and_got():
    x, g = drawn((2, 3, 3, 4), 0)
    with pytest.raises(ValueError, match=r"grad-cam\+\+.*got 'gradcam'"):
        heat(x, g, "gradcam")
    with pytest.raises(ValueError, match=r"want gradients for Grad-CAM: choose a class"):
        heat(x, None, "grad-cam")
    with pytest.raises(ValueError, match=r"same shape, got \(2, 3, 3, 4\) and \(1, 3, 3, 4\)"):
        grad_cam(x, g[:1])
    with pytest.raises(ValueError, match=r"want maps \(T, h, w, D\).*got \(2, 3, 3\)"):
        channel_mean(x[..., 0])
    with pytest.raises(ValueError, match=r"clip, frame, got 'video'"):
        grad_cam(x, g, "video")
    with pytest.raises(ValueError, match=r"frame, row, all.*got 'clip'"):
        normalise(x, "clip")
    with pytest.raises(ValueError, match="got 'row', 98, 2"):
        normalise(x, low=98, high=2)
    with pytest.raises(ValueError, match="finite"):
        normalise(x / 0)
