"""The self-test: known answers asked of the real code on this machine, in a few seconds and without pytest.

seed -> each of KNOWN with chance of its own -> Line(what, expected, got, milliseconds, passed) -> SelfTest
"""

import logging
import time
from dataclasses import dataclass

import numpy as np

from vizcore.features.system.pipeline_footage import FOOTAGE
from vizcore.features.system.pipeline_known import Answer, Known
from vizcore.features.system.pipeline_learned import MODEL_ANSWERS
from vizcore.features.system.pipeline_sums import SUMS
from vizcore.features.system.pipeline_verdict import selftest_verdict
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.short_repr import short_repr

__all__ = ["KNOWN", "Answer", "Known", "Line", "SelfTest", "selftest"]

log = logging.getLogger(__name__)
KNOWN: tuple[Known, ...] = (*SUMS, *FOOTAGE, *MODEL_ANSWERS)


@dataclass(frozen=True)
class Line:
    """One known answer, as it came out."""

    part: str
    what: str
    expected: str
    got: str
    milliseconds: float
    passed: bool


@dataclass(frozen=True)
class SelfTest:
    """What came of all known answers."""

    seed: int
    lines: tuple[Line, ...]

    __repr__ = short_repr(lambda test: test.in_words)

    @property
    def passed(self) -> bool:
        """All came out as they had to."""
        return all(line.passed for line in self.lines)

    @property
    def failed(self) -> tuple[Line, ...]:
        """Those that did not."""
        return tuple(line for line in self.lines if not line.passed)

    @property
    def verdict(self) -> str:
        """What it came to, in one sentence."""
        return selftest_verdict(len(self.lines), [f"{line.part}: {line.what}" for line in self.failed])

    @property
    def in_words(self) -> str:
        """The whole in a sentence."""
        right, seconds = len(self.lines) - len(self.failed), sum(line.milliseconds for line in self.lines) / 1000
        summary = f"{right} of {len(self.lines)} known answers came out as they had to"
        return f"{summary}, in {seconds:.1f} s (seed {self.seed})"


def selftest(*, seed: int = 0, known: tuple[Known, ...] = KNOWN, context: Context | None = None) -> SelfTest:
    """Ask every known answer.

    Args:
        seed: of the numbers that are drawn; the same seed asks the same.
        known: what is asked.

    Returns:
        One line each; what fails in any way is a line that has not passed, and its error goes to the log.
    """
    context, lines = context or default_context(), []
    for number, one in enumerate(known):
        context.progress(number, len(known), f"{one.part}: {one.what}")
        began = time.perf_counter()
        answer = _answer(one, context, np.random.default_rng([seed, number]))
        spent = 1000 * (time.perf_counter() - began)
        lines.append(Line(one.part, one.what, answer.expected, answer.got, spent, answer.passed))
    context.progress(len(known), len(known), "done")
    return SelfTest(seed, tuple(lines))


def _answer(one: Known, context: Context, rng: np.random.Generator) -> Answer:
    try:
        return one.ask(context, rng)
    except Exception as fault:  # a broken machine may fail anywhere; its words may name folders, so the page gets none
        log.exception("self-test: %s: %s", one.part, one.what)
        return Answer("an answer", f"an error ({type(fault).__name__}); see the server's log", False)
