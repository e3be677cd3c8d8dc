"""The clip library: an id opens a listed clip and nothing else."""

import pytest

from vizcore.runtime import clip_library


@pytest.fixture
def media(tmp_path):
    folder = tmp_path / "media"
    (folder / "kitchen").mkdir(parents=True)
    (folder / "kitchen" / "pour.mkv").write_bytes(b"x")
    (folder / "notes.txt").write_bytes(b"x")
    (tmp_path / "secret.mp4").write_bytes(b"x")
    return folder


def test_the_bundled_clips_have_titles_and_lie_in_the_assets():
    entries = clip_library.bundled()
    assert {"parade", "tiles", "lamps"} <= set(entries)
    assert all(entry.title and entry.about and entry.path.is_file() for entry in entries.values())


def test_a_server_folder_lists_its_videos_only(media):
    assert list(clip_library.served(str(media))) == ["media/kitchen/pour.mkv"]


def test_a_link_that_leads_out_of_the_folder_is_left_out(media):
    (media / "out.mp4").symlink_to(media.parent / "secret.mp4")
    assert "media/out.mp4" not in clip_library.served(str(media))


def test_a_link_that_stays_inside_is_listed(media):
    (media / "again.mkv").symlink_to(media / "kitchen" / "pour.mkv")
    assert "media/again.mkv" in clip_library.served(str(media))


@pytest.mark.parametrize(
    "word", ["../secret.mp4", "media/../secret.mp4", "/etc/passwd", "media/kitchen/../../secret.mp4"]
)
def test_no_word_leads_out_of_the_shelf(media, word):
    assert word not in {**clip_library.bundled(), **clip_library.served(str(media))}


@pytest.mark.parametrize("folder", ["", "/nowhere/at/all"])
def test_a_folder_that_is_not_there_lists_nothing(folder):
    assert clip_library.served(folder) == {}


def test_the_folder_comes_from_the_environment(media, monkeypatch):
    monkeypatch.setenv("VIZCORE_MEDIA", str(media))
    assert list(clip_library.served()) == ["media/kitchen/pour.mkv"]


def test_a_folder_of_very_many_files_is_cut_short(media, monkeypatch):
    monkeypatch.setattr(clip_library, "LIMIT", 3)
    for k in range(6):
        (media / f"{k}.mp4").write_bytes(b"x")
    assert len(clip_library.served(str(media))) == 3


def test_what_is_true_about_a_clip_is_found_beside_it_and_nowhere_else(media):
    entry = clip_library.served(str(media))["media/kitchen/pour.mkv"]
    assert entry.truth is None
    (media / "kitchen" / "pour.truth.npz").write_bytes(b"x")
    assert entry.truth == media / "kitchen" / "pour.truth.npz"
