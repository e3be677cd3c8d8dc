"""Values come back as they went, and a description makes nothing but what it may."""

import math
import os
from dataclasses import fields
from pathlib import Path

import numpy as np
import orjson
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tests.apart_tasks import Stranger
from vizcore.formats.action_lists import Action
from vizcore.formats.apart.channel import block_file, read_blocks, write_blocks
from vizcore.formats.apart.values import packed, unpacked
from vizcore.models.checkpoints.opening import Contents
from vizcore.runtime.recording.section import Words
from vizcore.video.table import VideoInfo

plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
hashable = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.sets(hashable)
        | st.frozensets(hashable)
        | st.dictionaries(hashable, inner)
    ),
    max_leaves=20,
)


def again(value):
    """A value, described and made."""
    description, blocks = packed(value)
    return unpacked(description, [memoryview(bytearray(block)) for block in blocks])


def alike(one, other):
    """Equal, of one type, not a number where the other is none either."""
    if isinstance(one, float) and math.isnan(one):
        return isinstance(other, float) and math.isnan(other)
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(map(alike, one.values(), other.values()))
    return one == other


@given(values)
def test_words_and_numbers_come_back(value):
    assert alike(again(value), value)


@given(arrays.arrays(arrays.scalar_dtypes(), arrays.array_shapes(min_dims=0, min_side=0, max_side=5)))
def test_arrays_come_back(array):
    found = again(array)
    assert found.dtype == array.dtype
    assert found.shape == array.shape
    assert found.tobytes() == array.tobytes()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.int64, torch.bool, torch.float16])
def test_tensors_come_back(dtype):
    for tensor in (torch.arange(6).reshape(2, 3).to(dtype), torch.zeros(0, 4, dtype=dtype), torch.tensor(1).to(dtype)):
        found = again(tensor)
        assert found.dtype == dtype
        assert torch.equal(found, tensor)


def test_records_come_back():
    info = VideoInfo(
        Path("a.mp4"), 2, 4, 3, np.array([0, 0.1]), 0.2, "h264", "mp4", 0, has_audio=False, warnings=("x",)
    )
    found = again(info)
    for field in fields(info):
        np.testing.assert_array_equal(getattr(found, field.name), getattr(info, field.name))
    assert again(Action("walk", "pose")) == Action("walk", "pose")
    assert again(Words(style="text", text="a")) == Words(style="text", text="a")
    contents = again(Contents("a.pth", "0", {"w": torch.eye(2)}, {"heads": 3}))
    assert contents.metadata == {"heads": 3}
    assert torch.equal(contents.tensors["w"], torch.eye(2))


@pytest.mark.parametrize(
    "value", [object(), np.array([object()]), lambda: None, Stranger(), VideoInfo, 1j, {"a": [np.array([None])]}]
)
def test_nothing_else_travels(value):
    with pytest.raises(TypeError, match="want"):
        packed(value)


@pytest.mark.parametrize(
    "description",
    [
        ["object", "os:system", ["true"]],
        ["object", "subprocess:Popen", [["list", ["true"]]]],
        ["object", "vizcore.formats.apart.calls:call", []],
        ["object", "vizcore.formats.apart.calls:subprocess.Popen", []],
        ["object", "tests.apart_tasks:Stranger", [["list", []]]],
        ["object", "vizcore.formats.action_lists:Action", ["walk"]],
        ["object", "vizcore.nowhere:Action", []],
        ["array", "|O", [1], 0],
        ["array", "<f8", [2], 0],
        ["array", "<f8", [1], 7],
        ["tensor", "save", [1], 0],
        ["tensor", "float32", [9], 0],
        ["float", "x"],
        ["unknown"],
        [],
        [["list"]],
        ["dict", [[["list", []], 1]]],
        ["int", "9" * 5000],
    ],
)
def test_a_description_that_asks_for_more_is_refused(description):
    with pytest.raises(ValueError, match=r"\S"):
        unpacked(orjson.dumps(description), [memoryview(bytearray(8))])


@pytest.mark.parametrize("sizes", [(), (0,), (5, 0), (0, 64, 0, 1), (65, 0, 0)])
def test_blocks_of_any_length_come_back(sizes):
    blocks = [memoryview(bytes([k + 1]) * size) for k, size in enumerate(sizes)]
    file = block_file()
    try:
        found = read_blocks(file, write_blocks(file, blocks))
        assert [bytes(one) for one in found] == [bytes(one) for one in blocks]
        if any(sizes):
            with pytest.raises(ValueError, match="want blocks"):
                read_blocks(file, [*sizes, 1 << 20])
    finally:
        os.close(file)
