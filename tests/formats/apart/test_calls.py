"""Whatever a file does to the process that reads it, the asking process gets a result or a sentence, and lives on."""

import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vizcore.formats.apart import calls
from vizcore.formats.apart.calls import call, checked, in_this_process
from vizcore.formats.apart.limits import FORMS, MEGABYTE, own_memory
from vizcore.runtime.clip_library import CLIPS
from vizcore.video import VideoError, pack_frames, probe, read_clip, read_frames, write_video
from vizcore.video.reading import forget

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of the limits")
TASKS = "tests.apart_tasks"


@pytest.fixture
def small(monkeypatch):
    """A form whose limits are soon reached."""
    form = replace(FORMS["labels"], memory=128 * MEGABYTE, seconds=1, answer=32 * MEGABYTE)
    monkeypatch.setitem(FORMS, "small", form)


def open_now() -> tuple[int, int]:
    """Files and threads of this process."""
    return len(list(Path("/proc/self/fd").iterdir())), threading.active_count()


def gone(process: int) -> bool:
    """Whether a process ends within some seconds."""
    for _ in range(200):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    ("task", "args", "words"),
    [
        ("fill", (1024,), "takes more than 128 MB of memory"),
        ("take", (1 << 20,), "takes more than the memory that is there"),
        ("spin", (), "damaged, or takes more than 1 s of a processor"),
        ("crash", (), "damaged"),
        ("leave", (), "damaged"),
        ("long", (64,), "takes more than the memory that is there"),
        ("fail", (), "damaged, or of another kind than its name says"),
    ],
)
def test_what_breaks_the_reading_process_ends_as_a_sentence(small, task, args, words):
    with pytest.raises(ValueError, match=f"^want labels of videos, got x.csv, which .*{words}.*: make it anew"):
        call("small", f"{TASKS}:{task}", *args, called="x.csv")
    assert call("small", "math:sqrt", 4.0) == 2.0


def test_what_does_not_travel_is_a_fault_of_the_program():
    with pytest.raises(TypeError, match="want numbers, words, arrays and records of the house, got Stranger"):
        call("labels", f"{TASKS}:stranger")


def test_the_asking_process_takes_no_memory_for_what_is_refused(small):
    before = own_memory()
    with pytest.raises(ValueError, match="memory"):
        call("small", f"{TASKS}:fill", 2048)
    assert own_memory() - before < 32 * MEGABYTE


def test_a_file_is_read_elsewhere_by_the_name_that_this_process_knows(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("words")
    monkeypatch.chdir(tmp_path)
    text, process = call("labels", f"{TASKS}:here", Path("a.txt"))
    assert text == "words"
    assert process != os.getpid()
    with in_this_process():
        assert call("labels", f"{TASKS}:here", tmp_path / "a.txt") == ("words", os.getpid())


def test_refusals_keep_their_class_and_their_words(tmp_path):
    path = tmp_path / "notes.mp4"
    path.write_text("notes")
    with in_this_process(), pytest.raises(VideoError) as here:
        probe(path)
    with pytest.raises(VideoError) as elsewhere:
        probe(path)
    assert str(elsewhere.value) == str(here.value)


def test_a_file_that_is_not_there_is_told_as_ever(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nothing\.txt") as here, in_this_process():
        call("labels", f"{TASKS}:here", tmp_path / "nothing.txt")
    with pytest.raises(FileNotFoundError) as elsewhere:
        call("labels", f"{TASKS}:here", tmp_path / "nothing.txt")
    assert str(elsewhere.value) == str(here.value)
    with pytest.raises(IsADirectoryError):
        call("labels", f"{TASKS}:here", tmp_path)


def test_progress_is_told_step_by_step():
    told = []
    assert call("labels", f"{TASKS}:steps", 5, progress=lambda *at: told.append(at)) == 5
    assert told == [(k, 5) for k in range(1, 6)]


def test_what_nobody_waits_for_any_more_is_killed(tmp_path):
    class Enough(Exception):
        pass

    def enough():
        if (tmp_path / "who").exists() and (tmp_path / "who").read_text():
            raise Enough

    with pytest.raises(Enough), checked(enough):
        call("labels", f"{TASKS}:wait", tmp_path / "who")
    assert gone(int((tmp_path / "who").read_text()))


def test_progress_that_raises_kills_as_well():
    def stop(done, total):
        raise KeyError(done)

    with pytest.raises(KeyError):
        call("labels", f"{TASKS}:steps", 10**9, progress=stop)


def test_a_helper_that_was_killed_is_started_anew():
    assert call("labels", "math:sqrt", 9.0) == 3.0
    helper, _ = calls._helpers[FORMS["labels"].preload]
    os.kill(helper.pid, signal.SIGKILL)
    assert call("labels", "math:sqrt", 16.0) == 4.0
    assert calls._helpers[FORMS["labels"].preload][0].pid != helper.pid


def test_many_ask_at_once():
    def ask(number):
        return call("labels", "builtins:pow", number, 2)

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(64))) == [number**2 for number in range(64)]


def test_nothing_stays_open():
    call("labels", "math:sqrt", 4.0)
    before = open_now()
    for _ in range(20):
        call("labels", "builtins:bytes", 1 << 20)
        with pytest.raises(ValueError, match="want labels"):
            call("labels", f"{TASKS}:leave")
    assert open_now() == before


def everything_of(path):
    """What is read of a video, as arrays."""
    forget()
    clip, pack, info = read_clip(path, 5, 0.5, 2.0), pack_frames(path, 32, frames=[1, 5, 7]), probe(path)
    frames = read_frames(path, [3, 0, 3], (20, 10))
    packed = np.frombuffer(pack.blob, np.uint8), pack.offsets, pack.times
    return frames, clip.frames, clip.times, clip.indices, *packed, info.times


def test_videos_are_the_same_wherever_they_are_read(tmp_path):
    path = tmp_path / "noise.mp4"
    write_video(path, np.random.default_rng(0).integers(0, 255, (30, 48, 64, 3), np.uint8), 10)
    elsewhere = everything_of(path)
    with in_this_process():
        here = everything_of(path)
    for one, other in zip(here, elsewhere, strict=True):
        np.testing.assert_array_equal(one, other)


def test_frames_may_be_written_to():
    frames = read_frames(CLIPS / "parade.mp4", [0])
    frames[:] = 0
    assert not frames.any()
    assert read_frames(CLIPS / "parade.mp4", [0]).any()
