"""Where a recipe works: its folders, its seed, its clock, its progress bar."""

import math
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from torch import Tensor

from vizcore.models.weights import FOLDER, Card, ship
from vizcore.runtime.store import default_root


@dataclass
class Workshop:
    """What a recipe is given.

    Args:
        scratch: checkpoints and cached tokens, by recipe; safe to delete between trainings.
        folder: where weights and cards are shipped to.
        quick: a rehearsal with little data and few steps.
        seed: added to every seed of the recipe's trainings; data seeds stay.
        say: called with a line for every stage and step.
    """

    scratch: Path = field(default_factory=lambda: default_root() / "training")
    folder: Path = FOLDER
    quick: bool = False
    seed: int = 0
    say: Callable[[str], None] = lambda text: None
    minutes: float = 0.0  # of processor time in stages so far, this run

    def checkpoint(self, *names: object) -> Path:
        """The checkpoint file of a training of this recipe."""
        return self.scratch / ("quick" if self.quick else "full") / ("-".join(map(str, names)) + ".pt")

    @contextmanager
    def stage(self, title: str):
        """A part of the recipe: shown, and timed in processor time of this process."""
        self.say(f"{title}\n")
        began = time.process_time()
        yield
        spent = time.process_time() - began
        self.minutes += spent / 60
        self.say(f"\r{title}: {spent:.0f} s of one core\n")

    def progress(self, step: int, steps: int, loss: float) -> None:
        """A bar of running work; a loss of nan is none.

        Args:
            step, steps: how many are done, and of how many.
            loss: of the step, or nan.
        """
        if step % 10 == 0 or step == steps:
            full = 24 * step // steps
            ending = "" if math.isnan(loss) else f"  loss {loss:.4f}"
            self.say(f"\r  [{'#' * full}{'.' * (24 - full)}] {step}/{steps}{ending}   ")

    def ship(self, state: dict[str, Tensor], card: Card) -> Card:
        """Write weights and card."""
        written = ship(state, card, self.folder)
        self.say(f"{written.name}: {written.parameters:,} parameters, {written.sha256[:12]}\n")
        return written


def to_screen(text: str) -> None:
    """Progress goes to standard error, unbuffered."""
    sys.stderr.write(text)
    sys.stderr.flush()
