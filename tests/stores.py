"""A store of a test's own, and what lies in it."""

import pytest

from vizcore.runtime.store import Store, key_of

KEY = key_of("a test")


@pytest.fixture(name="store")
def empty_store(tmp_path):
    return Store(tmp_path / "cache", limit_bytes=10_000_000)


def files_of(store):
    return [path for path in store.root.rglob("*") if path.is_file()]
