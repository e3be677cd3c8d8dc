"""The store: what went in comes out, or nothing does; never too full, and never elsewhere."""

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from stores import KEY, empty_store, files_of  # noqa: F401

from vizcore.runtime.store import Store, default_root, key_of

# --- what goes in and comes out


@given(
    arrays=st.dictionaries(
        st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=12),
        hnp.arrays(
            st.one_of(hnp.scalar_dtypes(), hnp.unicode_string_dtypes(), hnp.byte_string_dtypes()),
            hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
        ),
        max_size=4,
    ),
    meta=st.dictionaries(st.text(max_size=5), st.one_of(st.integers(), st.text(max_size=5), st.none()), max_size=3),
)
def test_whatever_is_put_is_got_back(tmp_path_factory, arrays, meta):
    store = Store(tmp_path_factory.getbasetemp() / "round", limit_bytes=10_000_000)
    assert store.put(KEY, arrays, meta)
    got = store.get(KEY)
    assert set(got) == set(arrays)
    for name, array in arrays.items():
        assert got[name].dtype == array.dtype
        np.testing.assert_array_equal(got[name], array)
    assert store.meta(KEY) == meta


def test_an_entry_is_a_plain_npz_that_numpy_reads(store):
    store.put(KEY, {"tokens": np.arange(6.0).reshape(2, 3)})
    with np.load(store.path_of(KEY), allow_pickle=False) as archive:
        np.testing.assert_array_equal(archive["tokens"], [[0, 1, 2], [3, 4, 5]])


def test_bytes_come_back_as_they_were(store):
    blob = np.random.default_rng(0).bytes(100_001)
    assert store.put_bytes(KEY, blob)
    assert store.get_bytes(KEY) == blob
    assert store.get_bytes(key_of("another")) is None


def test_a_key_that_was_never_put_is_a_miss(store):
    assert store.get(KEY) is None
    assert store.meta(KEY) is None
    assert store.stats().entries == 0


def test_what_is_put_again_replaces_the_old(store):
    store.put(KEY, {"a": np.zeros(3), "b": np.ones(3)})
    store.put(KEY, {"a": np.ones(2)})
    assert store.get(KEY)["a"].tolist() == [1, 1]
    assert set(store.get(KEY)) == {"a"}
    assert len(files_of(store)) == 1


def test_what_was_got_belongs_to_the_caller(store):
    store.put(KEY, {"a": np.zeros(3)})
    store.get(KEY)["a"][:] = 7
    assert store.get(KEY)["a"].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    "value",
    [np.array([{}, []], dtype=object), [None], np.array([(1, None)], dtype=[("a", int), ("b", object)])],
)
def test_objects_are_refused(store, value):
    with pytest.raises(ValueError, match="numbers or text in 'x', got objects"):
        store.put(KEY, {"x": value})
    assert files_of(store) == []


@pytest.mark.parametrize("name", ["", "a\0b", 3])
def test_a_name_that_no_archive_can_hold_is_refused(store, name):
    with pytest.raises(ValueError, match="name of an array"):
        store.put(KEY, {name: np.zeros(1)})


def test_notes_that_json_cannot_hold_are_refused(store):
    with pytest.raises(ValueError, match="notes that JSON can hold"):
        store.put(KEY, {}, {"array": np.zeros(2)})
    assert files_of(store) == []


# --- size


def put_at(store, name, second, size=1000):
    """Put an entry that was last used at a given second."""
    store.put(key_of(name), {"a": np.zeros(size, np.uint8)})
    os.utime(store.path_of(key_of(name)), (second, second))


def test_the_entry_that_was_unread_for_longest_goes_first(tmp_path):
    store = Store(tmp_path, limit_bytes=5000)
    for second, name in enumerate("abc"):
        put_at(store, name, 1000 + second)
    assert store.get(key_of("a")) is not None  # read: now the newest
    put_at(store, "d", 1010)
    store.put(key_of("e"), {"a": np.zeros(1000, np.uint8)})
    left = {name for name in "abcde" if store.path_of(key_of(name)).exists()}
    assert left == {"a", "d", "e"}
    assert store.stats().bytes <= 5000


@given(sizes=st.lists(st.integers(0, 3000), min_size=1, max_size=12), limit=st.integers(0, 6000))
def test_a_store_is_never_fuller_than_its_limit(tmp_path_factory, sizes, limit):
    store = Store(tmp_path_factory.mktemp("limit"), limit_bytes=limit)
    for k, size in enumerate(sizes):
        kept = store.put(key_of(k), {"a": np.zeros(size, np.uint8)})
        stats = store.stats()
        assert stats.bytes <= limit
        assert kept == (store.get(key_of(k)) is not None)
        assert stats.bytes == sum(path.stat().st_size for path in files_of(store))
        assert stats.entries == len(files_of(store))


def test_a_folder_that_others_filled_is_measured_again_before_long(tmp_path):
    mine, theirs = Store(tmp_path, limit_bytes=100_000), Store(tmp_path, limit_bytes=100_000)
    for k in range(100):
        store = mine if k % 2 else theirs
        store.put(key_of(k), {"a": np.zeros(3000, np.uint8)})
        assert store.stats().bytes <= 125_000
    Store(tmp_path, limit_bytes=100_000).put(KEY, {})
    assert mine.stats().bytes <= 100_000


def test_an_entry_larger_than_the_store_evicts_nothing(tmp_path):
    store = Store(tmp_path, limit_bytes=5000)
    put_at(store, "small", 1000)
    assert not store.put(KEY, {"a": np.zeros(6000, np.uint8)})
    assert store.get(key_of("small")) is not None


def test_a_negative_limit_is_refused(tmp_path):
    with pytest.raises(ValueError, match="got -1"):
        Store(tmp_path, limit_bytes=-1)


def test_clear_removes_every_entry_and_no_other_file(store):
    store.put(KEY, {"a": np.zeros(3)})
    store.put(key_of("b"), {"a": np.zeros(3)})
    mine = [store.root / "letter.npz", store.root / KEY[:2] / "notes.npz", store.root / "cc" / "deep" / "x.npz"]
    for path in mine:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a user's own file")
    assert store.stats().entries == 2
    assert store.clear() == 2
    assert sorted(files_of(store)) == sorted(mine)
    assert store.get(KEY) is None


# --- where it is


def test_the_cache_folder_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("VIZCORE_CACHE", str(tmp_path / "mine"))
    assert default_root() == tmp_path / "mine"
    assert Store().root == tmp_path / "mine"
    assert not (tmp_path / "mine").exists()  # made when first written to
    Store().put(KEY, {"a": np.zeros(1)})
    assert Store().stats().entries == 1


@pytest.mark.parametrize(
    ("platform", "variable", "expected"),
    [("linux", "XDG_CACHE_HOME", "caches/vizcore"), ("win32", "LOCALAPPDATA", "caches/vizcore")],
)
def test_the_default_is_the_users_cache_folder(monkeypatch, tmp_path, platform, variable, expected):
    monkeypatch.delenv("VIZCORE_CACHE", raising=False)
    monkeypatch.setenv(variable, str(tmp_path / "caches"))
    monkeypatch.setattr("sys.platform", platform)
    assert default_root() == tmp_path / expected
