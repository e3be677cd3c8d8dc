"""What a matching follows when a lamp steps on: the lantern, or its colour to the next lantern that has it now.

speed, lamp size -> many clips of the carousel -> each source's matching -> LanternRecall: when nothing steps, and when
"""

from dataclasses import dataclass

import numpy as np

from vizcore.algorithms.matching.descriptors import DESCRIPTORS, describe
from vizcore.algorithms.matching.matching import track
from vizcore.features.temporal.pipeline_verdict import recalls_verdict
from vizcore.models import MODELS
from vizcore.runtime.context import Context, default_context
from vizcore.synthetic.carousel import carousel
from vizcore.synthetic.ground_truth_tracks import holders, middles
from vizcore.synthetic.truth import Truth

TOKENS = "lamp-stem tokens"
SOURCES = (TOKENS, *DESCRIPTORS)
LANTERNS_ONLY = ("forward", "backward")  # kinds in which three lamps step once


@dataclass(frozen=True)
class LanternRecall:
    """Shares of lanterns, 0 to 1, whose middle patch is matched with a patch of the same lantern."""

    source: str
    stepping: float  # of lanterns whose lamp steps between the two frames
    otherwise: float


class LanternRecalls(tuple[LanternRecall, ...]):
    """Every source's matching on the same clips."""

    @property
    def verdict(self) -> str:
        """Whose matching follows the lantern when its lamp steps on, in one sentence."""
        return recalls_verdict(self)


def what_is_followed(
    *, speed: float = 6.0, lamp: float = 1.0, seed: int = 0, clips: int = 32, context: Context | None = None
) -> LanternRecalls:
    """Every source's matching on clips of one speed, at the moment of the step and at all others.

    Args:
        speed: px a frame at 56 px, 0 to 12.
        lamp: how large lamps are, 1 as usual.
        seed: of the first clip; the others follow.
        clips: how many.

    Raises:
        ValueError: a number is out of range.
    """
    context, model = context or default_context(), MODELS["lamps-ata"]
    shown = [carousel(seed + k, "show", LANTERNS_ONLY[k % 2], speed, lamp=lamp) for k in range(clips)]
    context.progress(1, 3, "running the stem")
    captures = context.engine.run_many(model.name, [clip.frames for clip in shown], at=["tokens"])
    context.progress(2, 3, "matching patches")
    followed: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {source: [] for source in SOURCES}
    for clip, capture in zip(shown, captures, strict=True):
        for source in SOURCES:
            tokens = capture.activations["tokens"][0].cpu().numpy() if source == TOKENS else None
            features = describe(clip.frames, model.grid, source) if tokens is None else tokens
            followed[source].append(_followed(track(features).steps, clip.truth, model.grid))
    return LanternRecalls(_summed(source, parts) for source, parts in followed.items())


def _followed(steps: np.ndarray, truth: Truth, grid: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """(T-1, K) bool: the lantern is followed in each step of a matching; and: its lamp steps on just then."""
    middle, holder = middles(truth, grid), holders(truth, grid)  # (T, K), (T, N)
    onto = np.take_along_axis(steps, middle[:-1], 1)  # (T-1, K) the patch that a middle is matched with
    followed = np.take_along_axis(holder[1:], onto, 1) == np.arange(middle.shape[1])
    return followed, truth.state[1:] != truth.state[:-1]


def _summed(source: str, parts: list[tuple[np.ndarray, np.ndarray]]) -> LanternRecall:
    followed, steps = (np.concatenate(part) for part in zip(*parts, strict=True))
    return LanternRecall(source, float(followed[steps].mean()), float(followed[~steps].mean()))
