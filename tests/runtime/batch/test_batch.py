"""Batches: every clip once, files in full or not at all, and a run that goes on where another was killed."""

import json
import random
from pathlib import Path

import numpy as np
import pytest

import vizcore.features.tasks  # noqa: F401  (hands the runtime its tasks)
from vizcore.features.matching.pipeline import match_clip
from vizcore.runtime.batch import Source, Task, do, is_done, run, sources
from vizcore.runtime.batch import task as tasks_room
from vizcore.runtime.batch.run import DONE, FAILED, KEPT
from vizcore.runtime.context import Context
from vizcore.runtime.store import Store
from vizcore.synthetic.shot import filmed, shot
from vizcore.video import write_video

pytestmark = pytest.mark.usefixtures("one_thread")
CLIPS = 200
FEW = (("count", 3), ("across", 4))


@pytest.fixture(scope="module")
def films(tmp_path_factory) -> Path:
    """200 small clips of the world in two folders."""
    folder = tmp_path_factory.mktemp("films")
    for seed in range(CLIPS):
        place = folder / ("even" if seed % 2 == 0 else "odd")
        place.mkdir(exist_ok=True)
        clip = filmed(shot("carousel", seed, "forward"), size=32, supersample=1)
        write_video(place / f"clip{seed:03d}.mp4", clip.frames[::18], 4)
    return folder


@pytest.fixture
def context(tmp_path) -> Context:
    """Matching by colours needs no engine; the store is this test's own."""
    return Context(None, Store(tmp_path / "store"))


def asked(films: Path, count: int = CLIPS, forms: tuple[str, ...] = ("json", "npz")) -> list[Task]:
    return [Task("match", one, FEW, forms) for one in sources([str(films)])[:count]]


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def quiet(*_):
    """Nobody listens."""


def test_a_batch_of_200_clips_killed_at_random_and_resumed_gives_the_same_files_bit_for_bit(
    films, context, tmp_path, monkeypatch
):
    tasks, chance = asked(films), random.Random(5)
    straight = run(tasks, tmp_path / "straight", context, quiet)
    assert [one.state for one in straight] == [DONE] * CLIPS
    move = Path.replace

    def killed_sometimes(self, target):
        if str(tmp_path / "broken") in str(target) and chance.random() < 0.02:
            raise KeyboardInterrupt  # as Ctrl-C does, between the files of one clip too
        return move(self, target)

    monkeypatch.setattr(Path, "replace", killed_sometimes)
    kills, ended = 0, []
    while len({one.task for one in ended}) < CLIPS:
        try:
            run(tasks, tmp_path / "broken", context, lambda *told: ended.append(told[2]))
        except KeyboardInterrupt:
            kills += 1
    assert kills > 2
    assert sorted(one.task.source.stem for one in ended if one.state == DONE) == sorted(
        task.source.stem for task in tasks
    )  # none lost, none done twice
    assert files(tmp_path / "broken") == files(tmp_path / "straight")
    assert len(files(tmp_path / "straight")) == 2 * CLIPS


def test_what_is_done_is_kept_until_clip_or_setting_or_file_changes(films, context, tmp_path):
    (task,) = asked(films, 1)
    out, path = tmp_path / "out", Path(task.source.clip_id)
    assert run([task], out, context, quiet)[0].state == DONE
    assert run([task], out, context, quiet)[0].state == KEPT
    assert run([task], out, context, quiet, again=True)[0].state == DONE
    other = Task("match", task.source, (("count", 3), ("across", 5)), task.forms)
    assert not is_done(other, out, context)
    (out / f"{task.source.stem}.npz").write_bytes(b"cut off")
    assert not is_done(task, out, context)
    do(task, out, context)
    elsewhere = tmp_path / "clip.mp4"
    elsewhere.write_bytes(path.read_bytes() + b"\0")
    assert not is_done(Task("match", Source(str(elsewhere), task.source.stem), FEW, task.forms), out, context)


@pytest.mark.parametrize("said", ["", "{", "[]", "{}", '{"key": 1, "files": []}', "\x00"])
def test_a_damaged_sheet_counts_as_not_done(said, films, context, tmp_path):
    (task,) = asked(films, 1)
    sheet = tmp_path / f"{task.source.stem}.json"
    sheet.parent.mkdir(parents=True)
    sheet.write_text(said)
    assert not is_done(task, tmp_path, context)


def test_the_numbers_of_a_batch_are_those_of_the_pipeline(films, context, tmp_path):
    (task,) = asked(films, 1)
    sheet = do(task, tmp_path, context)
    matching = match_clip(task.source.clip_id, count=3, across=4, context=context)
    assert sheet == json.loads((tmp_path / f"{task.source.stem}.json").read_text())
    assert sheet["numbers"]["mutual"] == matching.tracks.mutual.mean()
    with np.load(tmp_path / f"{task.source.stem}.npz") as kept:
        np.testing.assert_array_equal(kept["tracks.steps"], matching.tracks.steps)
        assert "clip.frames" not in kept


def test_a_clip_that_is_none_fails_alone_and_says_why(films, context, tmp_path):
    bad = tmp_path / "bad.mp4"
    bad.write_text("no video")
    tasks = [Task("match", Source(str(bad), "bad"), FEW), *asked(films, 1)]
    first, second = run(tasks, tmp_path / "out", context, quiet)
    assert (first.state, second.state) == (FAILED, DONE)
    assert "bad.mp4" in first.why
    assert not (tmp_path / "out" / "bad.json").exists()


def test_nothing_half_written_is_left_when_a_disk_fails(films, context, tmp_path, monkeypatch):
    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    (outcome,) = run(asked(films, 1), tmp_path / "out", context, quiet)
    assert outcome.state == FAILED
    assert "No space left" in outcome.why
    assert not files(tmp_path / "out")


def test_sources_are_each_clip_once_with_a_place_of_its_own(films, tmp_path):
    same = tmp_path / "clip000.mp4"
    same.write_bytes((films / "even" / "clip000.mp4").read_bytes())
    found = sources([str(films), str(films / "even" / "clip000.mp4"), str(same), "parade", "world-act-3-cartwheel"])
    stems = [one.stem for one in found]
    assert len(set(stems)) == len(stems) == CLIPS + 4
    assert stems[:2] == ["even/clip000", "even/clip002"]
    assert stems[-4:] == ["clip000", "clip000-2", "parade", "world-act-3-cartwheel"]
    assert len(sources(["parade", "parade"])) == 1


def test_words_that_name_no_clip_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"parade.*'nothing\.mp4'"):
        sources(["nothing.mp4"])
    with pytest.raises(ValueError, match="has none"):
        sources([str(tmp_path)])
    with pytest.raises(ValueError, match="world-SCENE-SEED"):
        sources(["world-nonsense"])


def test_a_file_is_written_in_full_or_not_at_all(tmp_path):
    tasks_room.write(tmp_path / "a" / "b.bin", b"123")
    assert (tmp_path / "a" / "b.bin").read_bytes() == b"123"
    assert [file.name for file in (tmp_path / "a").iterdir()] == ["b.bin"]
