"""Which files of a folder are clips, by their endings and a look inside."""

import zipfile

import cv2
import pytest
from encoding import encode, numbered_frame
from test_video_forms import animated, numbered

from vizcore.cli.progress import tell_left_out
from vizcore.runtime import clip_library
from vizcore.runtime.batch import left_out, sources
from vizcore.runtime.store import content_key, file_key
from vizcore.video.recognise import below, is_clip


@pytest.fixture
def media(tmp_path):
    """Videos of rare endings, numbered frames in a folder and a ZIP, pictures, and what lies about."""
    folder = tmp_path / "media"
    (folder / "rare").mkdir(parents=True)
    for name in ("a.mts", "b.ogv", "c.264", "d.vob", "e.mxf", "f.asf", "g.Y4M", "h.m2ts"):
        (folder / "rare" / name).write_bytes(b"x")
    numbered(folder / "walk", range(4))
    (folder / "walk" / "README.md").write_text("of a walk")
    with zipfile.ZipFile(folder / "frames.zip", "w") as frames, zipfile.ZipFile(folder / "notes.zip", "w") as notes:
        for path in (folder / "walk").glob("*.jpg"):
            frames.write(path, path.name)
        notes.writestr("notes.txt", "x")
    animated(folder / "anim.webp")
    (folder / "still.webp").write_bytes(cv2.imencode(".webp", numbered_frame(0))[1].tobytes())
    (folder / "labels.csv").write_text("a,b")
    (folder / ".DS_Store").write_bytes(b"x")
    return folder


RARE = ("a.mts", "b.ogv", "c.264", "d.vob", "e.mxf", "f.asf")
CLIPS = ["anim.webp", "frames.zip", *(f"rare/{name}" for name in RARE)]
CLIPS += ["rare/g.Y4M", "rare/h.m2ts", "walk"]


def test_every_clip_below_a_folder_is_found_and_what_is_none_is_listed(media):
    found = below(media)
    assert [path.relative_to(media).as_posix() for path in found.clips] == CLIPS
    assert [path.name for path in found.left_out] == ["labels.csv", "notes.zip", "still.webp"]


def test_a_batch_takes_them_and_says_what_it_leaves_out(media, capsys):
    found = sources([str(media)])
    assert [one.clip_id for one in found] == [str(media / name) for name in CLIPS]
    assert len({one.stem for one in found}) == len(CLIPS)
    assert [path.name for path in left_out([str(media), "parade"])] == ["labels.csv", "notes.zip", "still.webp"]
    tell_left_out([str(media)])
    assert capsys.readouterr().err.startswith("left out, as no videos: ")
    tell_left_out([str(media / "rare")])
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("word", ["walk", "walk@30", "walk/%05d.jpg"])
def test_a_folder_of_numbered_frames_is_one_clip_of_a_batch(word, media, monkeypatch):
    monkeypatch.chdir(media)
    (one,) = sources([word])
    assert (one.clip_id, one.stem) == (word, "walk@30" if "@" in word else "walk")
    assert one.path(None).name == word.split("/")[-1]


def test_the_menu_of_a_server_folder_lists_the_same(media):
    assert list(clip_library.served(str(media))) == [f"media/{name}" for name in CLIPS]


def test_the_key_of_numbered_frames_follows_their_content_and_the_rate(media):
    folder = media / "walk"
    first, faster = file_key(folder), file_key(f"{folder}@30")
    assert first == file_key(folder) != faster
    assert content_key(f"{folder}@30") == faster
    with pytest.raises(FileNotFoundError):
        content_key(f"{folder}@30" + "x")
    (folder / "rate.txt").write_text("10")
    timed = file_key(folder)
    assert timed not in (first, faster)
    (folder / "00002.jpg").write_bytes((folder / "00003.jpg").read_bytes() + b"x")
    assert file_key(folder) not in (first, faster, timed)
    copy = (media / "frames.zip").rename(media / "frames@30.zip")
    assert file_key(copy) != file_key(copy.rename(media / "frames@25.zip"))


def test_a_folder_without_clips_is_refused_and_a_folder_of_pictures_beside_a_video_is_none(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "notes.txt").write_text("x")
    with pytest.raises(ValueError, match="want a folder with videos"):
        sources([str(tmp_path / "x")])
    numbered(tmp_path / "x", range(3), "thumbnail{}.jpg")
    encode(tmp_path / "x" / "a.mp4", range(3))
    assert [path.name for path in below(tmp_path / "x").clips] == ["a.mp4"]
    assert len(below(tmp_path / "x").left_out) == 4
    assert not is_clip(tmp_path / "x" / "gone.mp4")
