"""Change good files of every form, and read them.

    python -m tests.fuzz [--cases 10000] [--seed 0]

Prints, for each form, how many opened and how many were refused, and every fault: another exception than a sentence, a
signal, more than 5 s, more than 500 MB, or 300 MB where it was refused. Ends with 1 where there is one.
"""

import argparse
import sys
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.fuzz.running import OPENED, REFUSED, cases, unchanged


def main() -> int:
    """Run, print and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    told = parser.parse_args()
    faults = [f"a good file: {one.form}, {one.file}: {one.words}" for one in unchanged() if one.kind != OPENED]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    slowest, largest = 0.0, 0
    for one in cases(told.cases, told.seed):
        counts[one.form][one.kind if one.kind in (OPENED, REFUSED) else "fault"] += 1
        slowest, largest = max(slowest, one.seconds), max(largest, one.megabytes)
        if one.fault:
            faults.append(one.fault)
            print(one.fault, flush=True)
    for form, found in counts.items():
        print(f"{form}: {found[OPENED]} opened, {found[REFUSED]} refused, {found['fault']} faults")
    print(f"{told.cases} files: slowest {slowest:.1f} s, largest {largest} MB, {len(faults)} faults")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
