"""The store when something goes wrong, or many write at once: never a wrong entry, never half of one."""

import multiprocessing
import os
import pickle
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stores import KEY, empty_store, files_of  # noqa: F401

from vizcore.runtime.store import STALE, Store, key_of


def damaged(path, how):
    blob = bytearray(path.read_bytes())
    if how == "cut":
        path.write_bytes(blob[: len(blob) // 2])
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "flipped":
        blob[blob.index(np.float64(7).tobytes())] ^= 1
        path.write_bytes(blob)
    elif how == "text":
        path.write_text("not an archive at all")
    elif how == "no notes":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.npy", b"")
    elif how == "pickle":
        np.savez(path, a=np.array([print], dtype=object))
    elif how == "bare pickle":
        path.write_bytes(pickle.dumps([1, 2]))


@pytest.mark.parametrize("how", ["cut", "empty", "flipped", "text", "no notes", "pickle", "bare pickle"])
def test_a_damaged_entry_is_a_miss_and_is_removed(store, how):
    store.put(KEY, {"a": np.full(100, 7.0)})
    damaged(store.path_of(KEY), how)
    assert store.get(KEY) is None
    assert not store.path_of(KEY).exists()
    assert store.put(KEY, {"a": np.zeros(1)})
    assert store.get(KEY)["a"].tolist() == [0]


@given(at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_no_flipped_bit_ever_gives_other_numbers(tmp_path_factory, at, bit):
    store = Store(tmp_path_factory.getbasetemp() / "bits")
    store.put(KEY, {"numbers": np.arange(10.0)}, {"about": "ten"})
    path = store.path_of(KEY)
    blob = bytearray(path.read_bytes())
    blob[int(at * len(blob))] ^= 1 << bit
    path.write_bytes(blob)
    got = store.get(KEY)
    for array in (got or {}).values():  # a bit in a name or a date may leave the numbers as they are
        np.testing.assert_array_equal(array, np.arange(10.0))


def test_a_write_that_fails_half_way_leaves_the_old_entry_and_no_part(store, monkeypatch):
    store.put(KEY, {"a": np.zeros(3)})

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np.lib.format, "write_array", full)
    assert not store.put(KEY, {"a": np.ones(3)})
    assert files_of(store) == [store.path_of(KEY)]
    assert store.get(KEY)["a"].tolist() == [0, 0, 0]


def test_a_folder_that_cannot_be_made_costs_the_cache_and_not_the_result(tmp_path):
    (tmp_path / "file").write_text("in the way")
    store = Store(tmp_path / "file" / "cache")
    assert not store.put(KEY, {"a": np.zeros(3)})
    assert store.get(KEY) is None
    assert store.stats().entries == 0


def test_parts_of_a_writer_that_died_are_removed_and_those_of_a_living_one_stay(store):
    store.put(KEY, {"a": np.zeros(3)})
    old, new = store.root / KEY[:2] / "tmpold.part", store.root / KEY[:2] / "tmpnew.part"
    for part in (old, new):
        part.write_bytes(b"half")
    past = time.time() - STALE - 60
    os.utime(old, (past, past))
    Store(store.root).put(key_of("other"), {"a": np.zeros(3)})  # another process begins
    assert not old.exists()
    assert new.exists()


def hammer(root, seed):
    """Put and get a few keys over and over in a store that is too small for them; how many wrong answers there were."""
    store, chance, wrong = Store(root, limit_bytes=60_000), np.random.default_rng(seed), 0
    for _ in range(60):
        k = int(chance.integers(8))
        if chance.random() < 0.5:
            store.put(key_of(k), {"a": np.full(2000, k)}, {"k": k})
        else:
            got = store.get(key_of(k))
            wrong += got is not None and got["a"].tolist() != [k] * 2000
    return wrong


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_many_at_once_never_read_a_wrong_or_half_entry(tmp_path, kind):
    if kind == "threads":
        with ThreadPoolExecutor(8) as pool:
            wrong = list(pool.map(hammer, [tmp_path] * 8, range(8)))
    else:
        with multiprocessing.get_context("spawn").Pool(3) as pool:
            wrong = pool.starmap(hammer, [(tmp_path, seed) for seed in range(3)])
    assert sum(wrong) == 0
    store = Store(tmp_path, limit_bytes=60_000)
    store.put(KEY, {})
    assert store.stats().bytes <= 60_000
    assert all(path.suffix == ".npz" for path in files_of(store))
    assert any(store.get(key_of(k)) is not None for k in range(8))


def test_an_entry_that_is_written_again_is_there_all_the_time(store):
    """Whoever reads meanwhile gets the old one or the new one, whole."""
    store.put(KEY, {"a": np.zeros(100_000)})
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(lambda: [store.put(KEY, {"a": np.full(100_000, float(k))}) for k in range(60)])
        answers = []
        while not writing.done():
            answers.append(store.get(KEY))
    assert all(writing.result())
    assert all(got is not None and len(np.unique(got["a"])) == 1 for got in answers)
