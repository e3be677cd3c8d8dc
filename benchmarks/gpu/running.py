"""Tests and steps, each in a process of its own that is ended when its time is up: what they found, as Markdown.

A crash, a poisoned CUDA context or a step that hangs costs its own section and no other.
"""

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import torch

from benchmarks.gpu.bench import Bench
from benchmarks.gpu.step import LIMITS
from benchmarks.marked import table
from vizcore.runtime.devices import cores, device_memory, device_name
from vizcore.runtime.machine import in_bytes, versions

ROOT = Path(__file__).resolve().parent.parent.parent
TESTS_LIMIT = 150  # wall seconds
SHOWN_FAILURES = 20
REHEARSED = "tests/algorithms/matching/test_matching_shapes.py"  # has a test that needs a GPU


@dataclass(frozen=True)
class Section:
    """What stands between two marks of the document."""

    text: str
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ended:
    """How a process ended."""

    out: str
    code: int | None  # None: its time was up
    seconds: float

    def fault(self, limit: int) -> str:
        """A sentence, where it did not end well."""
        if self.code is None:
            return f"it was ended after {limit} s"
        return f"its process ended with code {self.code}" if self.code else ""


def machine(bench: Bench) -> Section:
    """Where and when it was measured, and with what."""
    device, memory = bench.device, device_memory(bench.device)
    lines = {"When": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", "Device": f"{device_name(device)} ({device})"}
    lines |= {"Its memory": in_bytes(memory)} if memory else {}
    if device.type == "cuda":
        found = torch.cuda.get_device_properties(device)
        lines["Its kind"] = f"compute {found.major}.{found.minor}, {found.multi_processor_count} multiprocessors"
        lines["CUDA"] = f"{torch.version.cuda or torch.version.hip}, {torch.cuda.device_count()} devices"
    lines["Cores"] = str(cores())
    kept = {name: versions()[name] for name in ("VizCore", "Python", "PyTorch")}
    rehearsal = "A rehearsal: its numbers mean nothing.\n\n" if bench.smallest else ""
    return Section(rehearsal + "\n".join(f"- {name}: {value}" for name, value in (lines | kept).items()))


def tested(bench: Bench) -> Section:
    """What pytest says of every test that is marked `gpu`."""
    words = ["pytest", "-m", "gpu", *([REHEARSED] if bench.smallest else [])]
    ended = process(words, TESTS_LIMIT)
    lines = ended.out.strip().splitlines() or ["nothing was said"]
    failed = [line for line in lines if line.startswith(("FAILED", "ERROR"))][:SHOWN_FAILURES]
    fault = ended.fault(TESTS_LIMIT)
    if not fault and bench.device.type == "cuda" and "passed" not in lines[-1]:
        fault = "no test passed"
    faults = tuple(f"tests: {one}" for one in (*failed, fault) if one)
    return section(f"`{lines[-1].strip('= ')}`", ended.seconds, TESTS_LIMIT, faults)


def measured(name: str, bench: Bench) -> Section:
    """The table of a step, and what is wrong in it."""
    limit = LIMITS[name]
    words = ["benchmarks.gpu.step", name, "--device", str(bench.device), *(["--smallest"] if bench.smallest else [])]
    ended = process(words, limit)
    rows = [json.loads(line) for line in ended.out.splitlines() if line.startswith("{") and line.endswith("}")]
    faults = [row["fault"] for row in rows if row["fault"]] + list(filter(None, [ended.fault(limit)]))
    cells = [row["cells"] for row in rows if row["cells"]]
    notes = [row["note"] for row in rows if row["note"]]
    heads = importlib.import_module(f"benchmarks.gpu.{name}").HEADS
    parts = [*([table(heads, cells)] if cells else ["Nothing was measured."]), *notes]
    return section("\n\n".join(parts), ended.seconds, limit, tuple(f"{name}: {fault}" for fault in faults))


def section(text: str, seconds: float, limit: int, faults: Sequence[str]) -> Section:
    """Text with its faults and its time."""
    told = "".join(f"\n\n**Wrong:** {fault}." for fault in faults)
    return Section(f"{text}{told}\n\nTook {seconds:.0f} of at most {limit} s.", tuple(faults))


def process(words: Sequence[str], limit: int) -> Ended:
    """`python -m` these words, from the folder of the project; what it complains of goes to this process's stderr."""
    began = time.perf_counter()
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", *words], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as child:
        try:
            out, code = child.communicate(timeout=limit)[0], child.returncode
        except subprocess.TimeoutExpired:
            child.kill()
            out, code = child.communicate()[0], None
    return Ended(out, code, time.perf_counter() - began)
