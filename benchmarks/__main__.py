"""`python -m benchmarks [NAME ...]`: run every benchmark, or those named, one after the other."""

import argparse
import importlib
import pkgutil
import sys

import benchmarks


def main() -> None:
    """Run benchmarks/bench_*.py; each prints its own table of ratios."""
    names = sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name != "__main__")
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"any of {', '.join(names)}; all when none is named")
    chosen = parser.parse_args().name
    if unknown := set(chosen) - set(names):
        parser.error(f"want any of {', '.join(names)}, got {', '.join(sorted(unknown))}")
    sys.argv[1:] = []  # a benchmark that is run by itself has arguments of its own
    for name in chosen or names:
        print(f"\n== {name}", flush=True)
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
