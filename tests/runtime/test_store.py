"""The store: what went in comes out, or nothing does; never too full, never elsewhere, with many at once."""

import hashlib
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
from hypothesis.extra import numpy as hnp

from vizcore.runtime.store import STALE, Store, default_root, file_key, key_of

KEY = key_of("a test")


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "cache", limit_bytes=10_000_000)


def files_of(store):
    return [path for path in store.root.rglob("*") if path.is_file()]


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


# --- keys


def test_keys_tell_apart_what_looks_alike():
    words = [1, 1.0, "1", True, "true", None, "None", "null", "", [1], ["1"], [[1]], {"a": 1}, {"a": 1.0}]
    words += [float("inf"), "inf", "Infinity", float("nan"), "nan", -1, "1.0"]
    keys = [key_of(word) for word in words] + [key_of(), key_of(1, 1), key_of("1,1"), key_of("a", "b"), key_of("ab")]
    assert len(set(keys)) == len(keys)


def test_a_key_is_the_same_for_the_same_words_of_any_kind():
    assert key_of("a", np.int64(3), np.float64(0.5), np.bool_(True), (1, 2)) == key_of("a", 3, 0.5, True, [1, 2])
    assert key_of({"b": 1, "a": 2}) == key_of({"a": 2, "b": 1})
    assert key_of(0.0) == key_of(-0.0)


def test_a_key_is_the_sha256_of_its_words_as_json():
    assert key_of("a", 1, 0.5, None) == hashlib.sha256(b'["a", 1, 0.5, null]').hexdigest()


@pytest.mark.parametrize("word", [np.zeros(3), object(), b"bytes", {1: 2}, {1, 2}, 1j])
def test_a_key_of_anything_but_words_and_numbers_is_refused(word):
    with pytest.raises(ValueError, match="words and numbers in a key"):
        key_of("fine", [word])


@pytest.mark.parametrize(
    "key", ["", "../../etc/passwd", "a" * 63, "A" * 64, "g" * 64, KEY + "\n", KEY + "/..", None, 5]
)
def test_no_path_is_ever_built_from_other_text(store, key):
    for use in (store.path_of, store.get, store.get_bytes, store.meta, lambda key: store.put(key, {})):
        with pytest.raises(ValueError, match="64 hex digits"):
            use(key)


# --- damage


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


# --- many at once


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


# --- the hash of a file


def test_the_key_of_a_file_is_the_sha256_of_its_content(tmp_path):
    path = tmp_path / "clip.bin"
    path.write_bytes(np.random.default_rng(1).bytes(3_000_001))
    assert file_key(path) == hashlib.sha256(path.read_bytes()).hexdigest()
    assert file_key(str(path)) == file_key(path)


def test_a_file_that_changes_gets_another_key_even_within_one_time_stamp(tmp_path):
    path = tmp_path / "clip.bin"
    path.write_bytes(b"one")
    now = time.time_ns()
    os.utime(path, ns=(now, now))
    first = file_key(path)
    path.write_bytes(b"two")
    os.utime(path, ns=(now, now))
    assert file_key(path) != first


def test_a_settled_file_is_hashed_once(tmp_path, monkeypatch):
    path = tmp_path / "clip.bin"
    path.write_bytes(b"settled")
    os.utime(path, (1000, 1000))
    first = file_key(path)
    monkeypatch.setattr(hashlib, "file_digest", lambda *args: pytest.fail("hashed again"))
    assert file_key(path) == first


def test_a_settled_file_that_changes_is_hashed_again(tmp_path):
    path = tmp_path / "clip.bin"
    keys = set()
    for second, content in enumerate([b"one", b"two", b"three"]):
        path.write_bytes(content)
        os.utime(path, (1000 + second, 1000 + second))
        keys.add(file_key(path))
    assert len(keys) == 3


def test_a_missing_file_has_no_key(tmp_path):
    with pytest.raises(FileNotFoundError):
        file_key(tmp_path / "none")


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
