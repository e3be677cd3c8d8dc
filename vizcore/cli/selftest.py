"""`python -m vizcore selftest`: known answers asked of the real code on this machine, a line each."""

import sys

from vizcore.cli.options import option


def selftest(*, seed: option(int) = 0) -> int:
    """Ask the code what is known.

    Args:
        seed: of the numbers that are drawn.
    """
    from vizcore.features.system import pipeline_selftest
    from vizcore.runtime.context import default_context  # torch and every room: only who tests waits for them

    if seed < 0:
        raise ValueError(f"want a seed of 0 or more, got {seed}")
    found = pipeline_selftest.selftest(seed=seed, context=default_context().with_progress(_print_progress))
    rows = [("", "part", "what", "expected", "got", "ms")]
    rows += [
        ("ok" if line.passed else "FAILED", line.part, line.what, line.expected, line.got, f"{line.milliseconds:.0f}")
        for line in found.lines
    ]
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        print("  ".join(f"{word:<{width}}" for word, width in zip(row, widths)).rstrip())
    print(found.in_words)
    return int(not found.passed)


def _print_progress(done: int, total: int, what: str) -> None:
    """A line on a screen that is written over; nothing in a file."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{done}/{total} {what}", end="\n" if done == total else "", file=sys.stderr, flush=True)
