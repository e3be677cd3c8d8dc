"""What a measurement is given (a device, and how much to do), and what it gives: rows of a table, each checked.

work() - warmed up, then timed between two waits for the device, again and again -> median seconds
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import torch
from torch import Tensor

from vizcore.runtime.devices import choose_device

ROUNDS = {False: 9, True: 2}  # by "smallest"
ENOUGH = 4.0  # seconds of one measurement, after which it is not repeated
NONE = "–"  # in a cell: there is no such number
MOST_16 = 16 * 2**-8  # of an error, in 16 rounding errors of a bfloat16: on the CPU the project's nets stay below 0.015
MOST_32 = 2**10 * 2**-24  # in float32; there they stay below 2e-6


@dataclass(frozen=True)
class Row:
    """A row of a table."""

    cells: tuple[str, ...] = ()
    fault: str = ""  # a sentence, where something is not as it has to be
    note: str = ""  # a sentence for the reader


@dataclass(frozen=True)
class Bench:
    """The device that is measured, and whether this is a rehearsal."""

    device: torch.device
    smallest: bool = False

    @property
    def in_16_bits(self) -> bool:
        """The engine computes in 16 bits here."""
        return self.device.type == "cuda"

    @property
    def slack(self) -> float:
        """How far two ways through a net may be apart, when both compute as the engine does here."""
        return MOST_16 if self.in_16_bits else MOST_32

    def wait(self) -> None:
        """Until the device has done all that it was told to."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        elif self.device.type == "mps":
            torch.mps.synchronize()

    def seconds(self, work: Callable[[], object]) -> float:
        """Wall seconds of some work on the device, the median of several rounds after one that is not counted."""
        work()
        rounds: list[float] = []
        while len(rounds) < ROUNDS[self.smallest] and sum(rounds) < ENOUGH:
            rounds.append(self.once(work))
        return median(rounds)

    def once(self, work: Callable[[], object]) -> float:
        """Wall seconds of some work on the device, this time."""
        self.wait()
        began = time.perf_counter()
        work()
        self.wait()
        return time.perf_counter() - began

    def peak(self, work: Callable[[], object]) -> int | None:
        """Bytes that work takes of the device at most, with what is there already; None where nobody counts them."""
        if self.device.type != "cuda":
            return None
        torch.cuda.reset_peak_memory_stats(self.device)
        work()
        self.wait()
        return torch.cuda.max_memory_allocated(self.device)


def bench_of(device: str, smallest: bool) -> Bench:
    """A bench on a device of this machine; a GPU with its number, and made the one that is current.

    Raises:
        ValueError: there is no such device.
    """
    chosen = choose_device(device)
    if chosen.type == "cuda":  # some calls want the number, and events and caches are the current GPU's
        chosen = torch.device("cuda", chosen.index or 0)
        torch.cuda.set_device(chosen)
    return Bench(chosen, smallest)


def error(found: Tensor, truth: Tensor) -> float:
    """How far off: the length of the difference, in lengths of the truth; nan where something is not finite."""
    found, truth = (tensor.detach().to("cpu", torch.float64).flatten() for tensor in (found, truth))
    apart = (found - truth).norm()
    return float(apart / truth.norm()) if truth.any() else float(apart)


def beyond(what: str, found: float, most: float) -> str:
    """A sentence where an error is larger than it may be, or no number; else nothing."""
    return "" if found <= most else f"{what} is off by {found:.2g}, and {most:.2g} is the most that may be"


def sentences(*faults: str) -> str:
    """Several faults as one; nothing where there is none."""
    return "; ".join(filter(None, faults))


def milliseconds(seconds: float) -> str:
    """For a cell."""
    return f"{1e3 * seconds:.3g}" if seconds < 1 else f"{1e3 * seconds:.0f}"


def megabytes(count: int | None) -> str:
    """For a cell."""
    return NONE if count is None else f"{count / 1e6:.3g}"
