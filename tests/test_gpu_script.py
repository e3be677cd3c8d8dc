"""The script for a GPU, rehearsed on the CPU: sections have numbers, what is wrong is said, nobody waits for long."""

import json
import re
from dataclasses import replace

import pytest
import torch
from torch import nn

from benchmarks.gpu import __main__ as script
from benchmarks.gpu import bench as benches
from benchmarks.gpu import capture, closeness, matching, memory, running, step, throughput, training, warping
from benchmarks.gpu.bench import Bench, Row, beyond, error
from benchmarks.gpu.running import Section
from vizcore.models import MODELS

pytestmark = pytest.mark.usefixtures("one_thread")

CPU = Bench(torch.device("cpu"), smallest=True)
MARKS = ["gpu-machine", "gpu-tests", *(f"gpu-{name}" for name in step.LIMITS)]


def sections(text):
    """What stands between the marks of a document."""
    return dict(re.findall(r"<!-- (gpu-\w+) -->\n(.*?)<!-- /\1 -->", text, re.DOTALL))


def test_a_rehearsal_on_the_cpu_fills_every_section_with_numbers_and_leaves_the_real_document_alone(tmp_path):
    before, document = script.DOCUMENT.read_bytes(), tmp_path / "rehearsal.md"
    assert script.main([str(document), "--device", "cpu", "--smallest"]) == 0
    found = sections(document.read_text())
    assert list(found) == MARKS
    assert "A rehearsal" in found["gpu-machine"]
    assert torch.__version__ in found["gpu-machine"]
    assert re.search(r"\d+ (passed|skipped)", found["gpu-tests"])
    for name in step.LIMITS:
        heads, _, *rows = [line.split(" | ") for line in found[f"gpu-{name}"].splitlines() if line.startswith("|")]
        assert rows
        assert {len(row) for row in rows} == {len(heads)}
        assert all(re.search(r"\d", "".join(row[2:])) for row in rows)
        assert "Wrong" not in found[f"gpu-{name}"]
    assert script.DOCUMENT.read_bytes() == before


@pytest.mark.parametrize("variable", ["", "cuda:0", "cpu"])
def test_without_a_gpu_it_says_so_and_writes_nothing(variable, monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setenv("VIZCORE_DEVICE", variable)
    before = script.DOCUMENT.read_bytes()
    assert script.main([]) == 0
    said = capsys.readouterr().out
    assert re.fullmatch(
        r"No GPU: .*(CUDA|VIZCORE_DEVICE is cpu).*\. Nothing was measured, and .*gpu.md is as it was.\n", said
    )
    assert script.DOCUMENT.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--device", "cpu", "--smallest"], "want a document of its own for a rehearsal"),
        (["--device", "abacus"], r"want a device of this machine \(.*cpu\), got 'abacus'"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_a_sentence(words, complaint, capsys):
    with pytest.raises(SystemExit) as stopped:
        script.main(words)
    assert stopped.value.code == 2
    assert re.search(complaint, capsys.readouterr().err)


def test_everything_together_takes_at_most_ten_minutes():
    assert running.TESTS_LIMIT + sum(step.LIMITS.values()) <= 590  # and some seconds to begin with


def test_the_document_has_a_mark_for_every_section_and_names_the_command():
    text = script.DOCUMENT.read_text()
    assert list(sections(text)) == MARKS
    assert "make gpu" in text
    assert "python -m benchmarks.gpu" in (running.ROOT / "Makefile").read_text()


def test_a_step_that_fails_costs_its_own_section_and_the_exit_status(tmp_path, monkeypatch):
    def measured(name, bench):
        return Section("no good", (f"{name}: it broke",)) if name == "memory" else Section("1.5")

    monkeypatch.setattr(script, "measured", measured)
    monkeypatch.setattr(script, "tested", lambda bench: Section("3 passed"))
    document = tmp_path / "some.md"
    assert script.main([str(document), "--device", "cpu"]) == 1
    found = {mark: text.strip() for mark, text in sections(document.read_text()).items()}
    assert found["gpu-memory"] == "no good"
    assert {found[f"gpu-{name}"] for name in step.LIMITS if name != "memory"} == {"1.5"}


def test_an_earlier_run_is_gone_when_a_new_one_is_broken_off(tmp_path, monkeypatch):
    document = tmp_path / "some.md"
    document.write_text(script.DOCUMENT.read_text().replace("never run", "of yesterday"))

    def stops(bench):
        raise KeyboardInterrupt

    monkeypatch.setattr(script, "tested", stops)
    with pytest.raises(KeyboardInterrupt):
        script.main([str(document), "--device", "cpu"])
    assert "of yesterday" not in document.read_text()


# --- processes and their rows


def test_what_a_step_raises_is_a_row_after_those_it_found(monkeypatch):
    def breaks(bench):
        yield Row(("one",))
        raise RuntimeError("CUDA error: an illegal memory access was encountered")

    said = []
    monkeypatch.setattr(warping, "measure", breaks)
    step.run("warping", CPU, said.append)
    assert said[0] == Row(("one",))
    assert said[1].fault == "RuntimeError: CUDA error: an illegal memory access was encountered"


def test_a_step_whose_time_is_nearly_up_begins_no_further_row(monkeypatch):
    said = []
    monkeypatch.setattr(warping, "measure", lambda bench: iter([Row(("one",)), Row(("two",))]))
    monkeypatch.setitem(step.LIMITS, "warping", 0)
    step.run("warping", CPU, said.append)
    assert [row.cells for row in said] == [("one",), ()]
    assert "left out" in said[1].note


def test_a_process_that_hangs_is_ended_and_what_it_said_is_kept(monkeypatch):
    ended = running.process(["timeit", "-n", "1", "-r", "1", "-s", "print('{}')", "import time; time.sleep(60)"], 2)
    assert ended.code is None
    assert ended.seconds < 30
    assert ended.out.strip() == "{}"
    assert ended.fault(2) == "it was ended after 2 s"


def test_a_process_that_crashes_is_told_with_its_rows(monkeypatch):
    row = {"cells": ["8 x 8", "hard", *"12345"], "fault": "", "note": ""}
    monkeypatch.setattr(running, "process", lambda words, limit: running.Ended(json.dumps(row) + '\n{"cel', -11, 3.0))
    found = running.measured("warping", CPU)
    assert "| 8 x 8 | hard | 1 |" in found.text
    assert found.faults == ("warping: its process ended with code -11",)
    assert "**Wrong:** warping: its process ended with code -11." in found.text


def test_tests_that_fail_are_named(monkeypatch):
    out = "F.\nFAILED tests/test_x.py::test_y - assert 1 == 2\n1 failed, 1 passed in 3.00s\n"
    monkeypatch.setattr(running, "process", lambda words, limit: running.Ended(out, 1, 3.0))
    found = running.tested(CPU)
    assert found.text.startswith("`1 failed, 1 passed in 3.00s`")
    assert found.faults == (
        "tests: FAILED tests/test_x.py::test_y - assert 1 == 2",
        "tests: its process ended with code 1",
    )


# --- a measurement that is wrong says so


def test_errors_are_lengths_in_lengths_of_the_truth_and_no_number_is_never_right():
    assert error(torch.tensor([3.0, 4.4]), torch.tensor([3.0, 4.0])) == pytest.approx(0.4 / 5)
    assert error(torch.tensor([0.5]), torch.zeros(1)) == 0.5
    assert beyond("it", 0.1, 0.2) == ""
    for wrong in (0.3, float("nan")):
        assert beyond("it", wrong, 0.2).startswith(f"it is off by {wrong:.2g}")


def test_a_pass_that_is_off_is_a_fault_unless_patches_were_matched_otherwise():
    logits, order = torch.tensor([[1.0, 2.0]]), torch.tensor([[[0, 1]]])
    truth = closeness.Seen(logits, logits, logits, order)
    wrong = replace(truth, logits=logits * 1.2)
    assert closeness.compared(CPU, "net", truth, (truth, truth), 0.0).fault == ""
    assert "logits in 16 bits" in closeness.compared(CPU, "net", truth, (truth, wrong), 0.0).fault
    assert "logits in 32 bits" in closeness.compared(CPU, "net", truth, (wrong, truth), 0.0).fault
    assert "the engine's answer" in closeness.compared(CPU, "net", truth, (truth, truth), 0.5).fault
    other = replace(wrong, order=order.flip(-1))
    row = closeness.compared(CPU, "net", truth, (truth, other), 0.0)
    assert (row.fault, row.cells[-2]) == ("", "0.0%")


def test_diagonals_that_are_off_are_a_fault(monkeypatch):
    right = warping.soft_dtw._by_diagonals
    monkeypatch.setattr(warping.soft_dtw, "_by_diagonals", lambda *words, **more: right(*words, **more) * (1 + 1e-6))
    faults = [row.fault for row in warping.measure(CPU)]
    assert len(faults) == 3
    assert all("table and slopes is off by" in fault for fault in faults)


def test_a_matching_that_is_worse_or_cannot_be_undone_is_a_fault(monkeypatch):
    features = matching.drifting(1, 3, 16, 8)
    right = matching.align

    def turned(x, method, batched):
        aligned, order = right(x, method, batched=batched)
        return (aligned, order) if x is features else (aligned, order.flip(1))

    monkeypatch.setattr(matching, "align", turned)
    fault = matching.compared(CPU, features, features.clone(), "hungarian", 0.0).fault
    assert "dealign does not undo align" in fault
    assert "the mean matched cosine is off by" in fault


def test_looking_that_changes_the_answer_or_shows_something_else_is_a_fault():
    class Net(nn.Module):
        shift = 0.0

        def forward(self, video):
            return video + self.shift

    net, video = Net(), torch.ones(1, 3)

    class Meddling:
        def __enter__(self):
            net.shift = 1.0
            return {}

        def __exit__(self, *problem):
            net.shift = 0.0

    row = capture.compared(CPU, net, video, "net|way", (Meddling, lambda seen: [video]), [2 * video])
    assert "looking changed the answer" in row.fault
    assert "what is seen is off by 0.5" in row.fault


def test_a_training_that_begins_anew_or_learns_nothing_is_a_fault(monkeypatch):
    job = training.made(training.SMALLEST)
    plan = training.Plan(6, 0.0, warmup=1, every=2)
    _, fault = training.resumed(job, CPU.device, plan)
    assert fault == ""
    right = training.fit
    monkeypatch.setattr(training, "fit", lambda net, loss, plan, path=None, **more: right(net, loss, plan, **more))
    fitted, fault = training.resumed(job, CPU.device, plan)
    assert re.fullmatch(r"the checkpoint brought back other weights of .*; 6 steps were made after it", fault)
    assert training.told("rest", "1", replace(fitted, curve=[1.0] * 8), fitted).fault.startswith(
        "rest: the loss did not"
    )


def test_a_product_that_is_off_is_a_fault():
    class Loose(Bench):
        slack = 0.0

    assert throughput.product(CPU, 64)[1] == ""
    assert "a product of 64 x 64 is off by" in throughput.product(Loose(CPU.device, True), 64)[1]


def test_an_engine_that_does_not_tell_of_its_halving_is_a_fault(monkeypatch):
    row, clips = MODELS["lamps-factorized"], memory.films(MODELS["lamps-factorized"], memory.CLIPS)
    fits = memory.halved(CPU, row, clips, "asked", memory.CLIPS, None)
    assert "batches [16], notes []" in fits.fault  # nothing ran out


def test_a_cap_on_memory_is_a_share_of_the_device_and_is_lifted_again_after_an_error(monkeypatch):
    told = []
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: None)
    monkeypatch.setattr(
        torch.cuda, "set_per_process_memory_fraction", lambda share, device: told.append((share, device))
    )
    monkeypatch.setattr(memory, "device_memory", lambda device: 1000)
    with pytest.raises(MemoryError), memory.capped(CPU, 250):
        raise MemoryError
    assert told == [(0.25, CPU.device), (1.0, CPU.device)]


def test_a_gpu_is_measured_by_its_number_and_is_made_the_current_one(monkeypatch):
    made = []
    monkeypatch.setattr(benches, "choose_device", torch.device)
    monkeypatch.setattr(torch.cuda, "set_device", made.append)
    assert [str(benches.bench_of(name, False).device) for name in ("cuda", "cuda:1", "cpu")] == [
        "cuda:0",
        "cuda:1",
        "cpu",
    ]
    assert list(map(str, made)) == ["cuda:0", "cuda:1"]
