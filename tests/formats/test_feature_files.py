"""Features that people bring: what is read, and what is refused without running or believing it."""

import io
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizcore.formats import feature_files as features
from vizcore.formats.feature_files import read_features


def written(tmp_path, array):
    path = tmp_path / "mine.npy"
    np.save(path, array, allow_pickle=True)
    return path


def header(text, version=b"\x01\x00"):
    """The first bytes of an array file that says this."""
    body = text.encode("latin1")
    body += b" " * (-(len(body) + 11) % 64) + b"\n"
    size = len(body).to_bytes(2 if version == b"\x01\x00" else 4, "little")
    return b"\x93NUMPY" + version + size + body


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int8", "uint16", ">f4"])
@pytest.mark.parametrize("shape", [(5, 3), (2, 3, 4, 6), (1, 1)])
def test_numbers_arrive_as_they_were(tmp_path, shape, dtype):
    array = (10 * np.random.default_rng(0).random(shape)).astype(dtype)
    found = read_features(written(tmp_path, array))
    assert found.values.dtype == (np.float64 if dtype == "float64" else np.float32)
    assert found.values.tolist() == array.reshape(-1, shape[-1]).astype(float).tolist()
    assert found.grid == (shape[:3] if len(shape) == 4 else None)
    assert found.name == "mine.npy"


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_version_and_order_is_read(tmp_path, version):
    array = np.asfortranarray(np.arange(12.0).reshape(2, 1, 2, 3))
    with (tmp_path / "mine.npy").open("wb") as file:
        np.lib.format.write_array(file, array, version)
    assert read_features(tmp_path / "mine.npy").values.tolist() == array.reshape(-1, 3).tolist()


class Bomb:
    """Would write a file when unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def test_nothing_is_unpickled(tmp_path):
    trace = tmp_path / "trace"
    objects = written(tmp_path, np.array([[Bomb(trace)]], object))
    with pytest.raises(ValueError, match=r"real numbers, got mine\.npy of object"):
        read_features(objects)
    bare = tmp_path / "bare.npy"
    bare.write_bytes(pickle.dumps(Bomb(trace)))
    with pytest.raises(ValueError, match="which begins with"):
        read_features(bare)
    assert not trace.exists()


HOSTILE = {
    "no file": None,
    "of 0 bytes": b"",
    "which begins with": b"\x89PNG\r\n",
    "header cannot be read": b"\x93NUMPY\x01\x00\xff\xff{",
    "header cannot be read: .*9": header("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", b"\x09\x00"),
    "header cannot be read:": header("__import__('os').getpid()"),
    "it is cut off": header("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }") + bytes(12),
    "at most 65536 positions": header("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 999), }"),
    r"of shape \(2, 0\)": header("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 0), }"),
    r"of shape \(-1, -4\)": header("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, -4), }") + bytes(16),
    r"of shape \(4,\)": header("{'descr': '<f4', 'fortran_order': False, 'shape': (4,), }") + bytes(16),
    "real numbers, got .* complex": header("{'descr': '<c8', 'fortran_order': False, 'shape': (1, 2), }") + bytes(16),
    "real numbers, got .* _U4": header("{'descr': '<U4', 'fortran_order': False, 'shape': (1, 1), }") + bytes(16),
    "that are finite": header("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }") + b"\x00\x00\xc0\x7f",
}


@pytest.mark.parametrize("words", HOSTILE)
def test_what_is_no_array_of_features_is_refused_in_a_sentence(tmp_path, words):
    path = tmp_path / "mine.npy"
    if HOSTILE[words] is not None:
        path.write_bytes(HOSTILE[words])
    with pytest.raises(ValueError, match=f"want an array file .*{words}"):
        read_features(path)


@pytest.mark.usefixtures("read_here")
def test_a_file_that_is_too_large_is_not_even_opened(tmp_path, monkeypatch):
    path = written(tmp_path, np.zeros((300, 100)))
    monkeypatch.setattr(features, "LIMIT_BYTES", 10_000)
    with pytest.raises(ValueError, match=r"got mine\.npy of 240128 bytes"):
        read_features(path)


def test_a_name_is_fit_to_be_shown(tmp_path):
    path = written(tmp_path, np.zeros((2, 2)))
    assert "<" not in read_features(path, "../<img src=x>.npy").name


@pytest.mark.filterwarnings("ignore:Reading")  # numpy takes some damage for a file of an old Python
@given(st.binary(max_size=80), st.integers(0, 140))
def test_damage_is_a_sentence_or_a_fair_array(tmp_path_factory, junk, at):
    whole = io.BytesIO()
    np.save(whole, np.ones((2, 3), np.float32))
    data = bytearray(whole.getvalue())
    data[at : at + len(junk)] = junk
    path = tmp_path_factory.getbasetemp() / "damaged.npy"
    path.write_bytes(bytes(data))
    try:
        found = read_features(path).values
    except ValueError as error:
        found = None
        refusal = str(error)
    assert np.isfinite(found).all() if found is not None else "want an array file" in refusal
