"""The words of labels, made the names of classes: numbers by a list of classes, blanks within names, by what is known.

FrameLabels of any file, names of the classes - in_names -> FrameLabels whose words are names, or a sentence
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import chain, repeat

from vizcore.algorithms.segmentation.frame_labels import FrameLabels

ON_ONE_LINE = ("recognition", "one line")  # forms in which blanks part labels
LISTED = 3  # words that a sentence names
END = ""  # in a tree of words: a name ends here


def in_names(one: FrameLabels, names: Collection[str], mapping: Mapping[str, int] | None) -> tuple[FrameLabels, str]:
    """Labels whose words are names of classes as far as they can be, and how, or "" where they were already.

    Args:
        one: of a video.
        names: of the classes, by the list of classes or by the ground truth.
        mapping: the list of classes, {name: number}.

    Raises:
        ValueError: there are numbers where the ground truth has names, or names where it has numbers, and no list of
            classes tells which is which; with the file.
    """
    unknown = [word for word in one.words if word not in names]
    if not unknown or not names:
        return one, ""
    numbers = {word: _number(word) for word in set(one.words)}
    if None not in numbers.values():
        if mapping:
            by_number = {number: name for name, number in mapping.items()}
            words = tuple(by_number.get(numbers[word], word) for word in one.words)
            return replace(one, words=words), "numbers of classes, by the list of classes"
        if not all(_number(name) is not None for name in names):
            _refuse(one, names, "numbers")
    elif not mapping and all(_number(name) is not None for name in names):
        _refuse(one, names, "names")
    if one.form in ON_ONE_LINE and any(len(name.split()) > 1 for name in names):
        found = _split(one, names)
        if found is not None:
            return found, "names with blanks, by the classes that are known"
    return one, ""


def _refuse(one: FrameLabels, names: Collection[str], what: str) -> None:
    there, wanted = (", ".join(sorted(words)[:LISTED]) for words in (set(one.words), names))
    raise ValueError(
        f"{one.file}: want classes as in the ground truth ({wanted}, ...), got {what} ({there}, ...): add mapping.txt, "
        "which has the number and the name of each class"
    )


def _number(word: str) -> int | None:
    """A class number, also as arrays of floats print it; None where it is none."""
    if word.isascii() and word.isdigit():
        return int(word) if len(word) < 10 else None
    try:
        value = float(word) if word[:1].isdigit() else float("nan")
    except ValueError:
        return None
    return int(value) if value == value // 1 and value < 1e9 else None


def _split(one: FrameLabels, names: Collection[str]) -> FrameLabels | None:
    """The labels that a row of words was before blanks parted it, the longest name first; None where one fits none."""
    tree: dict = {}
    for name in names:
        at = tree
        for word in name.split():
            at = at.setdefault(word, {})
        at[END] = name
    words = list(chain.from_iterable(map(repeat, one.words, one.counts)))
    found: list[str] = []
    k = 0
    while k < len(words):
        at, stop, name = tree, k, None
        while stop < len(words) and words[stop] in at:
            at, stop = at[words[stop]], stop + 1
            if END in at:
                name, k = at[END], stop
        if name is None:
            return None
        found.append(name)
    return _in_runs(one, found)


def _in_runs(one: FrameLabels, labels: Iterable[str]) -> FrameLabels:
    words, counts = [], []
    for label in labels:
        if words and words[-1] == label:
            counts[-1] += 1
        else:
            words.append(label)
            counts.append(1)
    return replace(one, words=tuple(words), counts=tuple(counts), places=(one.places[0],) * len(words))
