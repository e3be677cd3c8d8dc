"""The engine lends its thread, device and memory to nets that do not watch clips of frames."""

import threading
from dataclasses import dataclass

import pytest
import torch
from torch import nn

from vizcore.runtime.engine import Engine


@dataclass(frozen=True)
class Net:
    """A net with a name and a version, as of segmentation."""

    name: str = "line"
    version: str = "1"
    width: int = 3

    def load(self) -> nn.Module:
        return nn.Linear(self.width, 2).requires_grad_(False)


@pytest.fixture
def engine():
    made = Engine("cpu")
    yield made
    made.close()


def test_a_net_is_used_in_the_engines_thread_without_gradients_and_stays_loaded(engine):
    seen = []

    def work(module, device):
        seen.append((module, str(device), threading.current_thread().name, torch.is_inference_mode_enabled()))
        return module(torch.ones(3)).sum().item()

    assert engine.use(Net(), work) == engine.use(Net(), work)
    assert seen[0] == seen[1]
    assert seen[0][1:] == ("cpu", "vizcore engine", True)
    assert engine.status().models == {"line": 8 * 4}


def test_another_version_is_another_net(engine):
    first = engine.use(Net(), lambda module, _: module)
    assert engine.use(Net(version="2"), lambda module, _: module) is not first


def test_where_memory_runs_out_other_nets_go_and_then_it_is_refused(engine):
    engine.use(Net("other"), lambda module, _: None)
    tries = []

    def work(module, device):
        tries.append(dict(engine.status().models))
        raise torch.OutOfMemoryError("CUDA out of memory (a trial)")

    with pytest.raises(MemoryError, match="line does not fit"):
        engine.use(Net(), work)
    assert [list(held) for held in tries] == [["other", "line"], ["line"]]
    assert any("unloaded other" in note for note in engine.status().notes)


def test_any_other_fault_is_passed_on_and_the_engine_goes_on(engine):
    with pytest.raises(ZeroDivisionError):
        engine.use(Net(), lambda module, device: 1 / 0)
    assert engine.use(Net(), lambda module, device: 7) == 7


def test_work_inside_a_job_of_the_engine_does_not_wait_for_itself(engine):
    job = engine.submit("job", lambda job: engine.use(Net(), lambda module, device: 7))
    assert job.result(20) == 7
