"""Costs in closed form: the published networks to the last digit, orders by their ratios, weights by building them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from vizcore.algorithms.matching.complexity import MODES, block_cost, vit_cost

SIZES = st.integers(1, 64)


@pytest.mark.parametrize(
    ("mode", "parameters", "macs"),
    [
        ("space", 86_106_256, 140_253_352_704),
        ("joint", 86_112_400, 179_707_408_128),
        ("factorized", 121_566_352, 196_047_459_072),
        ("ata", 121_566_352, 196_047_459_072),
    ],
)
def test_vit_base_on_8_frames_is_counted_to_the_last_digit(mode, parameters, macs):
    cost = vit_cost(mode)
    assert (cost.parameters, cost.macs) == (parameters, macs)


def test_the_parts_are_those_of_the_specification():
    parts = vit_cost("factorized").parts
    assert parts == {
        "patch embedding": 924_844_032,
        "attention (linear)": 44_619_005_952,
        "attention (products)": 5_722_619_904,
        "MLP": 88_841_650_176,
        "layer norms": 144_925_440,
        "head": 307_200,
        "temporal (linear)": 55_490_641_920,
        "temporal (products)": 231_211_008,
        "temporal (layer norms)": 72_253_440,
    }
    assert vit_cost("joint").parts["attention (products)"] == 2 * 1569**2 * 768 * 12


def test_only_ata_pays_for_cosines_and_they_are_apart():
    assert {mode: vit_cost(mode).matching for mode in MODES} == {
        "space": 0,
        "joint": 0,
        "factorized": 0,
        "ata": 7 * 196**2 * 768 * 12,
    }


@given(st.sampled_from(MODES), SIZES, st.integers(1, 5), st.integers(1, 8), st.integers(1, 6), st.integers(1, 9))
def test_the_parts_add_up_and_one_class_more_costs_one_row(mode, frames, side, patch, depth, classes):
    sizes = {"frames": frames, "size": side * patch, "patch": patch, "width": 24, "depth": depth, "heads": 3}
    cost, larger = vit_cost(mode, **sizes, classes=classes), vit_cost(mode, **sizes, classes=classes + 1)
    assert cost.macs == sum(cost.parts.values())
    assert larger.macs - cost.macs == 24
    assert larger.parameters - cost.parameters == 25


def test_the_weights_are_those_of_the_layers_built_one_by_one():
    frames, patch, width, depth, classes, places = 5, 4, 24, 3, 7, 9 + 1
    layers = [nn.Conv2d(3, width, patch, patch), nn.LayerNorm(width), nn.Linear(width, classes)]
    for _ in range(depth):
        layers += [nn.TransformerEncoderLayer(width, 2, 4 * width)]
        layers += [nn.LayerNorm(width), nn.MultiheadAttention(width, 2), nn.Linear(width, width)]
    built = sum(weight.numel() for layer in layers for weight in layer.parameters())
    built += width + places * width + frames * width  # class token, table of places, table of times
    assert vit_cost("factorized", frames, 12, patch, width, depth, 2, classes).parameters == built


@given(SIZES, SIZES, SIZES)
def test_orders_grow_as_table_1_says(t, n, d):
    cost = {mode: block_cost(mode, t, n, d) for mode in MODES}
    assert block_cost("space", 2 * t, n, d) == 2 * cost["space"]
    assert block_cost("joint", 2 * t, n, d) == 4 * cost["joint"]
    assert block_cost("joint", t, 3 * n, d) == 9 * cost["joint"]
    assert cost["factorized"] - cost["space"] == t**2 * n * d
    assert cost["ata"] - cost["factorized"] == t * n**3
    assert cost["joint"] == t * cost["space"]


@given(SIZES, SIZES)
def test_matching_costs_as_much_as_attention_in_the_frame_where_n_is_d(t, n):
    assert block_cost("ata", t, n, n) - block_cost("factorized", t, n, n) == block_cost("space", t, n, n)


def test_what_cannot_be_built_is_refused():
    with pytest.raises(ValueError, match="want a mode of space, joint, factorized, ata, got 'divided'"):
        block_cost("divided", 1, 1, 1)
    with pytest.raises(ValueError, match="want sizes of at least 1, got frames=0, width=-3"):
        block_cost("space", 0, 1, -3)
    with pytest.raises(ValueError, match="want size 225 divisible by patch 16"):
        vit_cost("space", size=225)
    with pytest.raises(ValueError, match="width 100 by heads 12"):
        vit_cost("space", width=100)
