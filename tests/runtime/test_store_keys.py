"""Keys of the store: of words and numbers, and of a file; what looks alike is told apart."""

import hashlib
import os
import time

import numpy as np
import pytest
from stores import KEY, empty_store  # noqa: F401

from vizcore.runtime.store import file_key, key_of


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
