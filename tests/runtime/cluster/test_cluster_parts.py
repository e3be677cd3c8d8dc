"""What a cluster is made of, without one: sent files, packing, a worker, and what of the app's work may travel."""

import dataclasses
import importlib
import inspect
import os
import subprocess
import sys
import time
import typing
from pathlib import Path

import numpy as np
import pytest

from vizcore.cli import main
from vizcore.features.matching.pipeline import match_clip
from vizcore.models import MODELS, Model
from vizcore.runtime.batch import Task, run, sources
from vizcore.runtime.batch.run import KEPT
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.cluster import connection, service
from vizcore.runtime.cluster import file_transfer as sent_file
from vizcore.runtime.cluster import run as on_cluster
from vizcore.runtime.cluster import worker_pool as pools
from vizcore.runtime.cluster.packing import edition, packed, unpacked
from vizcore.runtime.cluster.remote_worker import RemoteWorker
from vizcore.runtime.cluster.worker_pool import Call
from vizcore.runtime.context import Context
from vizcore.runtime.jobs import Cancelled
from vizcore.runtime.store import Store
from vizcore.synthetic.truth_file import truth_path

pytestmark = pytest.mark.usefixtures("one_thread")
FEW = (("count", 3), ("across", 4))


@pytest.fixture
def clip(tmp_path):
    path = tmp_path / "here" / "clip.mp4"
    path.parent.mkdir()
    path.write_bytes(b"pictures")
    truth_path(path).write_bytes(b"what is true")
    return path


def test_a_file_is_read_where_it_lies_if_it_is_the_same_with_the_same_truth(clip, tmp_path):
    one = sent_file.sent_file(clip)
    assert one.opened(tmp_path / "lent") == clip
    truth_path(clip).write_bytes(b"something else")
    assert one.opened(tmp_path / "lent") is None
    with pytest.raises(OSError, match="none"):
        sent_file.sent_file(tmp_path / "nothing.mp4")


def test_a_file_that_is_sent_keeps_its_name_and_its_truth_and_is_sent_once(clip, tmp_path):
    one = sent_file.sent_file(clip)
    sent = one.content()
    for file in (clip, truth_path(clip)):
        file.unlink()
    assert one.opened(tmp_path / "lent") is None
    copy = one.opened(tmp_path / "lent", sent)
    assert copy.name == "clip.mp4"
    assert (copy.read_bytes(), truth_path(copy).read_bytes()) == (b"pictures", b"what is true")
    assert one.opened(tmp_path / "lent") == copy
    copy.write_bytes(b"damaged")
    assert one.opened(tmp_path / "lent") is None


def test_copies_that_nobody_opened_for_long_make_room_and_those_in_use_stay(tmp_path):
    ages = {"old": 3 * sent_file.IN_USE, "older": 4 * sent_file.IN_USE, "new": 0}
    for name, age in ages.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "clip.mp4").write_bytes(bytes(10))
        os.utime(tmp_path / name / "clip.mp4", times=(time.time() - age,) * 2)
    sent_file.room_for(tmp_path, 5, limit=25)
    assert {file.name for file in tmp_path.iterdir()} == {"old", "new"}
    sent_file.room_for(tmp_path, 5, limit=0)
    assert {file.name for file in tmp_path.iterdir()} == {"new"}


def test_a_model_of_the_table_arrives_as_its_row_and_arrays_can_be_written_to():
    row, array = unpacked(packed((MODELS["lamps-ata"], np.arange(4))))
    assert row is MODELS["lamps-ata"]
    assert array.flags.writeable


def failing(why, context):
    raise why


def counting(steps, context):
    for step in range(steps):
        context.progress(step, steps, "counting")
    return steps


def test_a_worker_tells_how_far_it_is_ends_when_it_is_stopped_and_gives_faults_as_they_were():
    worker = RemoteWorker()
    assert worker.ready(edition()) == ""
    assert "0123" in worker.ready("0123")
    assert unpacked(worker.do(1, counting, {"steps": 3})) == (True, 3)
    assert worker.progress() == (2, 3, "counting")
    done, fault = unpacked(worker.do(2, failing, {"why": ValueError("want a clip")}))
    assert (done, str(fault)) == (False, "want a clip")
    assert "failing" in fault.__notes__[0]
    worker.stop(3)
    assert isinstance(unpacked(worker.do(3, counting, {"steps": 3}))[1], Cancelled)
    assert unpacked(worker.do(4, counting, {"steps": 3})) == (True, 3)


def test_a_fault_that_cannot_travel_travels_as_words():
    class Odd(Exception):
        pass

    done, fault = unpacked(RemoteWorker().do(1, failing, {"why": Odd("strange")}))
    assert (done, type(fault), str(fault)) == (False, RuntimeError, "Odd: strange")


def test_a_worker_asks_for_files_that_it_does_not_have(clip):
    one, worker = sent_file.sent_file(clip), RemoteWorker()
    assert unpacked(worker.do(1, _name, {"path": one})) == (True, str(clip))
    sent = {one: one.content()}
    among_others = {"path": one, "number": (1, ("lamps-ata", one))}
    assert Call(_name, among_others).sent() == sent
    clip.unlink()
    assert worker.do(2, _name, among_others) is None
    assert unpacked(worker.do(3, _name, {"path": one}, sent))[1].endswith("clip.mp4")


def _name(path, context, number=None):
    return path


@pytest.mark.parametrize(("room", "name"), [(room, name) for room, names in service.LONG.items() for name in names])
def test_every_long_pipeline_takes_a_context_and_gives_what_is_the_same_on_any_machine(room, name):
    pipeline = getattr(importlib.import_module(room), name)
    assert "context" in inspect.signature(pipeline).parameters
    kinds = kinds_of(typing.get_type_hints(pipeline)["return"])
    assert not {Path, Context, Store} & kinds, f"{name} gives {kinds}"


def kinds_of(kind) -> set:
    """Every type of which a value may consist, fields of fields too."""
    if kind is Model:  # travels as its name
        return {Model}
    parts = {part for one in typing.get_args(kind) for part in kinds_of(one)}
    if dataclasses.is_dataclass(kind):
        for hint in typing.get_type_hints(kind).values():
            parts |= kinds_of(hint)
    return {kind} | parts


def test_what_travels_is_words_and_numbers_and_only_where_there_is_a_cluster(monkeypatch):
    asked = {"path": str(bundled()["parade"].path), "count": 4}
    monkeypatch.delenv(service.ADDRESS, raising=False)
    assert not service.travels(match_clip, asked)
    monkeypatch.setenv(service.ADDRESS, "auto")
    assert service.travels(match_clip, asked)
    mine = MODELS["lamps-ata"]  # a row may be anybody's: it stays
    assert not service.travels(match_clip, asked | {"source": mine})
    assert not service.travels(match_clip, asked | {"models": ("lamps-space", mine)})
    assert not service.travels(failing, asked)


@pytest.mark.parametrize("text", ["0", "-1", "two", ""])
def test_a_wrong_number_of_workers_is_refused(text, monkeypatch):
    monkeypatch.setenv(service.WORKERS, text)
    with pytest.raises(ValueError, match=service.WORKERS):
        service.workers()


def test_without_ray_a_sentence_says_how_to_get_it(monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(sys.modules, "ray", None)
    assert main(["match", "parade", "--count", "2", "--engine", "ray", "--out", str(tmp_path)]) == 2
    assert connection.INSTALL in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["--engine", "ray"], ["--workers", "2"], ["--address", "auto"], ["--engine", "ray", "--workers", "0"]]
)
def test_options_of_a_cluster_that_do_not_fit_are_refused(words, capsys):
    assert main(["match", "parade", *words]) == 2
    assert "want" in capsys.readouterr().err


def test_neither_app_nor_command_line_imports_ray_before_it_is_asked_for():
    code = "import sys, vizcore.ui, vizcore.cli; sys.exit('ray' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_is_done_wants_no_cluster(tmp_path, monkeypatch):
    context, some = (
        Context(None, Store(tmp_path / "store")),
        [Task("match", one, FEW) for one in sources(["sit", "throw"])],
    )
    run(some, tmp_path, context, lambda *_: None)
    monkeypatch.setattr(on_cluster, "joined", lambda *_: pytest.fail("a cluster was joined"))
    assert [one.state for one in on_cluster.run(some, tmp_path, context, lambda *_: None)] == [KEPT, KEPT]


def with_ray_of(monkeypatch, cores: int, gpus: int) -> None:
    there = {"CPU": float(cores), "GPU": float(gpus)}
    monkeypatch.setattr(pools, "ray", lambda: type("Ray", (), {"cluster_resources": staticmethod(lambda: there)}))


@pytest.mark.parametrize(("gpus", "fits"), [(0, 8), (0.25, 8), (0.4, 4), (1, 2), (2, 1)])
def test_shares_of_a_gpu_are_never_put_together_from_two(gpus, fits, monkeypatch):
    with_ray_of(monkeypatch, cores=8, gpus=2)
    assert pools.room(gpus) == fits


@pytest.mark.parametrize(
    ("gpus", "why"),
    [
        (1, "1 GPUs for a worker, got one with 2 cores and 0 GPUs"),
        (0.25, "0.25 GPUs for a worker"),
        (-1, "want a share of a GPU"),
        (1.5, "want a share of a GPU"),
    ],
)
def test_a_cluster_that_is_too_small_and_odd_shares_are_refused(gpus, why, monkeypatch):
    with_ray_of(monkeypatch, cores=2, gpus=0)
    with pytest.raises(ValueError, match=why):
        pools.room(gpus)
