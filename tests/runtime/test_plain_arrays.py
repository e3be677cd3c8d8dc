"""A result as plain arrays: all of it, by name, with a fingerprint that tells any change."""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from vizcore.models import MODELS
from vizcore.runtime.plain_arrays import fingerprint, flat, npz


@dataclass(frozen=True, eq=False)
class Inside:
    sigma: np.ndarray
    note: str = "as usual"


@dataclass(frozen=True, eq=False)
class Result:
    inside: Inside
    parts: tuple[Inside, ...]
    shares: dict[str, float]
    nothing: None = None
    file: Path = Path("clip.mp4")
    logits: torch.Tensor | None = None


RESULT = Result(
    Inside(np.arange(3)), (Inside(np.eye(2)), Inside(np.zeros(0), "")), {"in place": 0.5}, None, Path(), None
)


def test_every_number_and_word_has_the_name_of_its_path():
    found = flat(RESULT)
    assert list(found) == [
        *("inside.sigma", "inside.note", "parts.0.sigma", "parts.0.note", "parts.1.sigma", "parts.1.note"),
        "shares.in place",
    ]
    np.testing.assert_array_equal(found["parts.0.sigma"], np.eye(2))
    assert found["shares.in place"] == 0.5


def test_a_tensor_is_an_array_and_a_model_its_name_and_version():
    model = MODELS["lamps-ata"]
    found = flat({"logits": torch.ones(2, requires_grad=True), "model": model})
    np.testing.assert_array_equal(found["logits"], [1, 1])
    assert str(found["model"]) == f"lamps-ata {model.version}"


def test_what_is_neither_number_word_nor_made_of_them_is_refused():
    with pytest.raises(ValueError, match=r"object.*parts\.0"):
        flat({"parts": [object()]})


@given(arrays(np.float64, array_shapes(min_side=0), elements=st.floats(-9, 9)), st.data())
def test_a_fingerprint_changes_with_any_single_number_and_with_nothing_else(values, data):
    same = {"b": "word", "a": values.copy()}
    assert fingerprint({"a": values, "b": "word"}) == fingerprint(same)
    if values.size:
        place = data.draw(st.integers(0, values.size - 1))
        same["a"].flat[place] = np.nextafter(same["a"].flat[place], np.inf)
        assert fingerprint({"a": values, "b": "word"}) != fingerprint(same)


def test_a_fingerprint_tells_shapes_and_names_apart():
    prints = {fingerprint(one) for one in ({"a": np.zeros((2, 3))}, {"a": np.zeros((3, 2))}, {"b": np.zeros((2, 3))})}
    assert len(prints) == 3


def test_the_same_arrays_are_the_same_bytes_of_npz_and_come_back():
    made = npz(flat(RESULT))
    assert made == npz(flat(RESULT))
    with np.load(io.BytesIO(made)) as file:
        np.testing.assert_array_equal(file["inside.sigma"], [0, 1, 2])
