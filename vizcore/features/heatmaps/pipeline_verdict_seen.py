"""What a net of photographs sees in a clip, in words: its likeliest classes, or that it sees none of them.

classes and probabilities -> clause                probabilities of every frame -> sentence
"""

from collections.abc import Sequence

from vizcore.runtime.domain import NONE

SECOND = 0.1  # probability from which on a second class is told
HALF = 0.5  # probability from which on a class has a frame to itself


def seen(name: str, classes: Sequence[tuple[str, float]]) -> str:
    """What a net sees, as a clause.

    Args:
        name: of the net.
        classes: the likeliest and their probabilities, the likeliest first; () where none may be named.
    """
    if not classes:
        return f"{name} sees {NONE}"
    (word, share), *others = classes
    second = [one for one in others[:1] if one[1] >= SECOND]
    return f"{name} sees {_word(word)} ({share:.0%})" + "".join(f", then {_word(w)} ({p:.0%})" for w, p in second)


def over_time_verdict(
    name: str, classes: Sequence[tuple[str, float]], leading: Sequence[float], most: float, least: float
) -> str:
    """What a net sees in how much of a clip.

    Args:
        name: of the net.
        classes: as of seen.
        leading: of each of these, the share of the frames in which its probability is HALF or more.
        most: the mean probability of the likeliest class, named or not.
        least: the same without which none is named.
    """
    if not classes:
        return f"{seen(name, ())}: the likeliest has {most:.0%}, mean over the frames, less than {least:.0%}."
    first = _word(classes[0][0])
    when = f"{first} has half or more in {leading[0]:.0%} of them" if leading[0] else f"none of them is half {first}"
    return f"{seen(name, classes)}, mean over the frames; {when}."


def _word(label: str) -> str:
    return f"*{label.replace('_', ' ')}*"
