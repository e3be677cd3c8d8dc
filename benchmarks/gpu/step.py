"""One measurement, for a process of its own: `python -m benchmarks.gpu.step NAME [--device cuda] [--smallest]`.

step -> rows, each a line of JSON on standard output as soon as it is found
"""

import argparse
import importlib
import json
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict

from benchmarks.gpu.bench import Bench, Row, bench_of

LIMITS = {  # module of this package -> wall seconds, after which its process is ended
    "closeness": 80,
    "memory": 45,
    "throughput": 80,
    "capture": 60,
    "matching": 50,
    "warping": 55,
    "training": 60,
}
SHARE = 0.7  # of a step's time, after which it begins no further row


def run(name: str, bench: Bench, say: Callable[[Row], None]) -> None:
    """Measure row by row; what goes wrong is a row as well."""
    began, enough = time.perf_counter(), SHARE * LIMITS[name]
    try:
        for row in importlib.import_module(f"benchmarks.gpu.{name}").measure(bench):
            say(row)
            if time.perf_counter() - began > enough:
                say(Row(note=f"Further rows were left out after {enough:.0f} s."))
                return
    except Exception as problem:
        traceback.print_exc()
        say(Row(fault=f"{type(problem).__name__}: {problem}"))


def main() -> None:
    """Say the rows of one step."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu.step", description=__doc__)
    parser.add_argument("name", choices=LIMITS)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--smallest", action="store_true", help="a rehearsal")
    options = parser.parse_args()
    bench = bench_of(options.device, options.smallest)
    run(options.name, bench, lambda row: print(json.dumps(asdict(row)), flush=True))


if __name__ == "__main__":
    main()
