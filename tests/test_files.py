"""Files that are there in full or not at all, and folders that stay within a limit."""

import os
import stat

import pytest

from vizcore.files import CachedFiles, draft_of, make_room, write


def test_a_draft_takes_its_place_when_all_is_written(tmp_path):
    place = tmp_path / "a.mp4"
    place.write_text("before")
    with draft_of(place, ".mp4") as draft:
        draft.write_text("after")
        assert place.read_text() == "before"
        assert (draft.parent, draft.suffix) == (tmp_path, ".mp4")
    assert place.read_text() == "after"
    assert list(tmp_path.iterdir()) == [place]


def given_up(place):
    with draft_of(place) as draft:
        draft.write_text("half")
        raise KeyboardInterrupt


def test_a_draft_that_fails_leaves_what_was_there_and_nothing_else(tmp_path):
    place = tmp_path / "a"
    write(place, b"before")
    with pytest.raises(KeyboardInterrupt):
        given_up(place)
    assert place.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [place]


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
@pytest.mark.parametrize(("shared", "mode"), [(True, 0o644), (False, 0o600)])
def test_others_may_read_what_is_shared(shared, mode, tmp_path):
    with draft_of(tmp_path / "a", shared=shared) as draft:
        draft.touch()
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == mode


def test_a_file_is_written_with_its_folder(tmp_path):
    write(tmp_path / "new" / "a.json", b"{}")
    assert (tmp_path / "new" / "a.json").read_bytes() == b"{}"


def files(folder, *ages):
    """Files of 100 bytes, opened so many seconds before a moment."""
    for age in ages:
        path = folder / str(age)
        path.write_bytes(bytes(100))
        os.utime(path, (10_000 - age, 10_000 - age))
    return [CachedFiles.of(folder / str(age)) for age in ages]


@pytest.mark.parametrize(
    ("limit", "more", "left", "free"),
    [
        (300, {}, {"1", "2", "3"}, 0),
        (299, {}, {"1", "2"}, 99),
        (300, {"size": 1}, {"1", "2"}, 99),
        (1000, {"most": 3}, {"1", "2"}, 800),
        (0, {}, set(), 0),
        (0, {"since": 9_997.5 * 1e9}, {"1", "2"}, 0),
    ],
)
def test_what_was_opened_longest_ago_makes_room(limit, more, left, free, tmp_path):
    assert make_room(files(tmp_path, 2, 3, 1), limit, **more) == free
    assert {path.name for path in tmp_path.iterdir()} == left


def test_what_belongs_together_goes_together_and_what_is_gone_weighs_nothing(tmp_path):
    clip, truth, folder = tmp_path / "a.mp4", tmp_path / "a.npz", tmp_path / "f"
    clip.write_bytes(bytes(10))
    truth.write_bytes(bytes(5))
    folder.mkdir()
    (folder / "inside").write_bytes(bytes(7))
    assert (
        CachedFiles.of(clip, truth).size,
        CachedFiles.of(clip, tmp_path / "gone").size,
        CachedFiles.of(tmp_path / "gone").size,
    ) == (
        15,
        10,
        0,
    )
    assert make_room([CachedFiles.of(clip, truth), CachedFiles((folder, tmp_path / "gone"), 7, 0.0)], 0) == 0
    assert list(tmp_path.iterdir()) == []
