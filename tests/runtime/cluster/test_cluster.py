"""A cluster of two workers on this machine: the same files and pages as in one process, whatever dies."""

import os
import signal
import sys
from functools import partial
from pathlib import Path
from time import monotonic

import pytest
from streamlit.testing.v1 import AppTest
from test_pages import complaints, opened, settled

import vizcore.features.tasks  # noqa: F401  (hands the runtime its tasks)
from vizcore.features.alignment.pipeline import paired
from vizcore.features.compare.pipeline_numbers import spread
from vizcore.features.heatmaps.pipeline import heat_maps
from vizcore.features.localization.pipeline import survey
from vizcore.features.matching.pipeline import match_clip
from vizcore.features.segmentation.pipeline import timelines
from vizcore.features.temporal.pipeline import answer
from vizcore.models import MODELS
from vizcore.runtime.batch import Source, Task, run, sources
from vizcore.runtime.batch.run import DONE, FAILED, KEPT
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.cluster import run as on_cluster
from vizcore.runtime.cluster import service
from vizcore.runtime.cluster import worker_pool as pools
from vizcore.runtime.cluster import workers as rooms
from vizcore.runtime.cluster.connection import joined
from vizcore.runtime.cluster.file_transfer import sent_file
from vizcore.runtime.cluster.worker_pool import Call, WorkerPool
from vizcore.runtime.cluster.workers import Workers
from vizcore.runtime.context import Context, silent
from vizcore.runtime.engine import Engine
from vizcore.runtime.jobs import Cancelled
from vizcore.runtime.plain_arrays import fingerprint
from vizcore.runtime.store import Store
from vizcore.runtime.worker import Worker

pytest.importorskip("ray", reason="Ray is not installed: pip install -r requirements-cluster.txt")
pytestmark = pytest.mark.usefixtures("one_thread")
FEW = (("count", 3), ("across", 4))
SOON = 60.0  # seconds: how long a test waits for what should happen at once, before it fails


@pytest.fixture(scope="module")
def cluster():
    """Ray with room for two workers that stand and one that comes and goes; gone afterwards."""
    with joined(cpus=3) as ray:
        ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])  # no worker can import a file of tests
        yield ray


@pytest.fixture(scope="module")
def pool(cluster):
    with WorkerPool(2) as pool:
        yield pool


@pytest.fixture
def context(tmp_path, monkeypatch) -> Context:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # an engine leaves the threads as they are
    return Context(Engine("cpu"), Store(tmp_path / "store"))


def asked(words=None) -> list[Task]:
    """Little work on every clip of the app, or on those."""
    return [Task("match", one, FEW, ("json", "npz")) for one in sources(words or list(bundled()))]


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def quiet(*_):
    """Nobody listens."""


def until(true) -> None:
    ends = monotonic() + SOON
    while not true():
        assert monotonic() < ends, "it never came to be"


def test_a_batch_writes_the_same_files_bit_for_bit_and_a_bad_clip_fails_alone(pool, context, tmp_path):
    bad = tmp_path / "bad.mp4"
    bad.write_text("no video")
    lanterns, first, second = sources(["lanterns-slow", "sit", "throw"])
    tasks = [
        *asked(["parade", "tiles", "world-act-3-cartwheel"]),
        Task("match", Source(str(bad), "bad"), FEW),
        Task("match", Source(str(tmp_path / "gone.mp4"), "gone"), FEW),
        Task("heatmap", lanterns, (("models", ("lamps-space", "lamps-ata")),), ("json", "npz", "mp4")),
        Task("align", second, (("limit", 16),), ("json", "npz"), first),
    ]
    here = run(tasks, tmp_path / "here", context, quiet)
    told = []
    there = on_cluster.run(tasks, tmp_path / "there", context, lambda *one: told.append(one), pool=pool)
    assert [(one.task, one.state, one.sheet, one.why) for one in there] == [
        (one.task, one.state, one.sheet, one.why) for one in here
    ]
    assert [one.state for one in there].count(FAILED) == 2
    assert files(tmp_path / "there") == files(tmp_path / "here")
    assert [(ended, total) for ended, total, _ in told] == [(k + 1, len(tasks)) for k in range(len(tasks))]


def noted(folder: Path, real, task, paths, context):
    """As result_here, in a worker that says who it is, and that the task `deadly` kills."""
    (folder / str(os.getpid())).touch()
    if task.source.stem == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    return real(task, paths, context)


def test_workers_that_are_killed_lose_and_double_nothing_and_a_task_that_kills_its_worker_fails_alone(
    pool, context, tmp_path, monkeypatch
):
    pids, told = tmp_path / "pids", []
    pids.mkdir()
    monkeypatch.setattr(on_cluster, "result_here", partial(noted, pids, on_cluster.result_here))
    monkeypatch.setattr(pools, "ATTEMPTS", 2)
    tasks = asked()
    tasks.insert(6, Task("match", Source("parade", "deadly"), FEW))

    def killing(ended, total, outcome):
        told.append(outcome)
        if ended == 3:  # one in the middle of its next task
            os.kill(int(next(pids.iterdir()).name), signal.SIGKILL)

    outcomes = on_cluster.run(tasks, tmp_path / "there", context, killing, pool=pool)
    assert [one.state for one in outcomes] == [DONE] * 6 + [FAILED] + [DONE] * 6
    assert "died" in outcomes[6].why
    assert sorted(one.task.source.stem for one in told) == sorted(task.source.stem for task in tasks)
    assert len(list(pids.iterdir())) > 3  # each that died was started again
    run(asked(), tmp_path / "here", context, quiet)
    assert files(tmp_path / "there") == files(tmp_path / "here")


def test_an_interrupt_leaves_what_is_done_lets_the_workers_go_and_the_rest_is_done_later(
    cluster, pool, context, tmp_path
):
    def interrupted(ended, total, outcome):
        raise KeyboardInterrupt

    some = asked(["sit", "push", "throw"])
    with pytest.raises(KeyboardInterrupt):
        on_cluster.run(some, tmp_path / "out", context, interrupted, workers=1)
    (done,) = (tmp_path / "out").glob("*.json")
    before = done.stat()
    until(lambda: cluster.available_resources().get("CPU") == 1)
    states = {
        one.task.source.stem: one.state for one in on_cluster.run(some, tmp_path / "out", context, quiet, pool=pool)
    }
    assert states == dict.fromkeys(["sit", "push", "throw"], DONE) | {done.stem: KEPT}
    assert done.stat() == before  # nothing is written twice


def content(paths: tuple, context: Context) -> bytes:
    return Path(paths[0][0]).read_bytes()


def share(number: int, context: Context) -> tuple[int, str, int]:
    import torch

    return number, os.environ["OMP_NUM_THREADS"], torch.get_num_threads()


def test_a_file_that_only_this_process_has_is_sent_and_work_is_taken_only_when_a_worker_is_free(pool):
    mine, taken = "/proc/self/cmdline", []  # another file in every process
    sent = Call(content, {"paths": ((sent_file(mine),),)})

    def calls():
        for number in range(9):
            taken.append(number)
            yield Call(share, {"number": number})

    assert [said for _, said in pool.each([sent])] == [Path(mine).read_bytes()]
    assert Workers(pool).do(content, {"paths": ((mine,),)}, silent) == Path(mine).read_bytes()
    for ended, (_, said) in enumerate(pool.each(calls()), 1):
        assert said[1:] == ("1", 1)
        assert len(taken) <= ended + 2
    assert sorted(taken) == list(range(9))


@pytest.fixture(scope="module")
def workers(pool):
    """What the app has of them."""
    return Workers(pool)


def clip(word: str) -> str:
    return str(bundled()[word].path)


PIPELINES = {
    match_clip: {"path": clip("parade"), "count": 3, "across": 6},
    heat_maps: {"path": clip("lanterns-slow"), "models": ("lamps-space", "lamps-ata")},
    answer: {"path": clip("lanterns-slow"), "truth": str(bundled()["lanterns-slow"].truth), "family": "lamps"},
    paired: {"path": clip("sit"), "other": clip("throw"), "limit": 12},
    spread: {"clips": ((clip("lanterns-slow"), clip("lamps")),) * 2, "models": ("lamps-space", "lamps-ata")},
    survey: {"path": clip("crowd"), "every": 40},
    timelines: {"path": clip("sit")},
}


@pytest.mark.parametrize("pipeline", PIPELINES, ids=lambda pipeline: pipeline.__name__)
def test_a_pipeline_gives_the_same_elsewhere(workers, context, pipeline):
    here = pipeline(**PIPELINES[pipeline], context=context)
    there = workers.do(pipeline, PIPELINES[pipeline], silent)
    assert type(there) is type(here)
    assert fingerprint(there) == fingerprint(here)
    if pipeline is heat_maps:
        assert there.rows[1].model is MODELS["lamps-ata"]


def test_a_refusal_is_the_pipelines_own_sentence(workers, tmp_path):
    bad = tmp_path / "bad.mp4"
    bad.write_text("no video")
    with pytest.raises(ValueError, match="want a video file"):
        workers.do(match_clip, {"path": str(bad)}, silent)
    with pytest.raises(ValueError, match="hungarian"):
        workers.do(match_clip, {"path": clip("parade"), "method": "nonsense"}, silent)


def endless(note: str, context: Context) -> None:
    """Work that ends when it is stopped; it says who does it."""
    while True:
        Path(note).write_text(str(os.getpid()))
        context.progress(3, 10, "counting")


def test_progress_is_told_and_a_job_that_nobody_wants_ends(workers, tmp_path):
    note, worker = tmp_path / "note", Worker("test")
    job = worker.submit("endless", lambda job: workers.do(endless, {"note": str(note)}, job.step))
    until(lambda: job.message == "counting")
    assert (job.done, job.total) == (3, 10)
    job.cancel()
    with pytest.raises(Cancelled):
        job.result(SOON)
    assert worker.close(SOON)
    os.kill(int(note.read_text()), 0)  # the worker lives, and is free
    for _ in range(2):
        assert workers.do(match_clip, {"path": clip("parade"), "count": 2, "across": 4}, silent).grid


@pytest.fixture
def app(workers, monkeypatch) -> Workers:
    """The app has them."""
    monkeypatch.setenv(service.ADDRESS, "auto")
    monkeypatch.setitem(rooms._known, ("auto", 2, 0.0), workers)
    return workers


def who(context: Context) -> int:
    return os.getpid()


def test_a_page_shows_what_a_worker_made_and_one_that_dies_only_delays_it(app, monkeypatch):
    first, second = (app.do(who, {}, silent) for _ in range(2))  # they take turns
    alive, real = [first], service.elsewhere

    def killing(pipeline, settings, tell):
        def told(done, total, what):
            tell(done, total, what)
            while done and alive:  # in the middle of its work
                os.kill(alive.pop(), signal.SIGKILL)

        return real(pipeline, settings, told)

    monkeypatch.setattr(service, "elsewhere", killing)
    many = {"clip": "cartwheel", "count": "32", "across": "32"}
    page = opened("matching", many)
    assert not alive
    assert first not in (now := {app.do(who, {}, silent) for _ in range(2)})
    assert second in now
    assert complaints(page) == []
    monkeypatch.delenv(service.ADDRESS)
    here = opened("matching", many)
    assert [one.value for one in page.metric] == [one.value for one in here.metric]
    assert len(page.get("plotly_chart")) == len(here.get("plotly_chart")) > 0  # their last bits hang on threads


def waiting(path):
    from vizcore import ui
    from vizcore.features.matching.pipeline import match_clip

    ui.caption(", ".join(f"{job.title} is {job.state}" for job in ui.jobs()))
    ui.markdown(ui.work("Matching", match_clip, path=path, count=3, across=4).grid)


def test_a_page_that_waits_for_a_worker_says_so_and_its_work_is_stopped_and_begun_again(app):
    both = [app._idle.get(timeout=SOON) for _ in range(2)]
    page = AppTest.from_function(waiting, args=(clip("sit"),), default_timeout=SOON)
    until(lambda: [bar for bar in page.run().get("progress") if "waiting for a worker" in bar.proto.text])
    assert "Matching is running" in page.run().caption[0].value
    page.button("cancel-work").click().run()
    assert "stopped before it was done" in page.info[0].value
    for context in both:
        app._idle.put(context)
    page.button("start-work").click().run()
    assert [text.value for text in settled(page).markdown] == ["(4, 4)"]
