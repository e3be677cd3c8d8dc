"""Everything that needs a GPU, in at most 10 minutes: tests, then measurements; written to docs/gpu.md.

    python -m benchmarks.gpu [DOCUMENT] [--device cuda:1] [--smallest]

The device is the one asked for, else $VIZCORE_DEVICE, else cuda. Where there is no GPU, this says so and writes
nothing. A rehearsal on the CPU (`--device cpu --smallest`) wants a document of its own. The exit status is 1 where a
test failed or a number is not as it has to be: the document has the sentences.
"""

import argparse
import os
import sys
from pathlib import Path

import torch

from benchmarks.gpu.bench import bench_of
from benchmarks.gpu.running import ROOT, machine, measured, tested
from benchmarks.gpu.step import LIMITS
from benchmarks.marked import filled

DOCUMENT = ROOT / "docs" / "gpu.md"


def main(words: list[str] | None = None) -> int:
    """Run all of it; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.gpu", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("document", nargs="?", type=Path, default=DOCUMENT, help="made like docs/gpu.md if not there")
    parser.add_argument("--device", help="cuda, cuda:N; or cpu, for a rehearsal")
    parser.add_argument("--smallest", action="store_true", help="tiny sizes: a rehearsal")
    options = parser.parse_args(words)
    name, document = options.device or os.environ.get("VIZCORE_DEVICE") or "cuda", options.document
    if reason := missing(name, options.device is not None):
        print(f"No GPU: {reason}. Nothing was measured, and {os.path.relpath(document)} is as it was.")
        return 0
    try:
        bench = bench_of(name, options.smallest)
    except ValueError as problem:
        parser.error(str(problem))
    rehearsal = bench.smallest or bench.device.type != "cuda"
    if rehearsal and document.resolve() == DOCUMENT:
        parser.error("want a document of its own for a rehearsal, such as rehearsal.md: docs/gpu.md is for a GPU")
    sections = {"gpu-machine": lambda: machine(bench), "gpu-tests": lambda: tested(bench)}
    sections |= {f"gpu-{step}": lambda step=step: measured(step, bench) for step in LIMITS}
    faults: list[str] = []
    text = (document if document.exists() else DOCUMENT).read_text()
    text = filled(text, dict.fromkeys(sections, "not run"))  # so that nothing of an earlier run is taken for this one's
    for mark, find in sections.items():
        found = find()
        faults += found.faults
        print(f"{mark}\n\n{found.text}\n", flush=True)
        text = filled(text, {mark: found.text})
        document.write_text(text)
    print("\n".join(faults) or "Everything is as it has to be.")
    return 1 if faults else 0


def missing(name: str, asked: bool) -> str:
    """Why there is no GPU of that name to measure; nothing where there may be one, or another device was asked for."""
    if not name.startswith("cuda"):
        return "" if asked else f"VIZCORE_DEVICE is {name}"
    if torch.cuda.is_available():
        return ""
    if torch.version.cuda is None:
        return f"PyTorch {torch.__version__} is built without CUDA"
    return "PyTorch finds no CUDA device on this machine"


if __name__ == "__main__":
    sys.exit(main())
