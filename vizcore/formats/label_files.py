"""Frame labels as text files of the field (Breakfast, 50Salads, GTEA): one label a line, or all on one line.

    bytes, file name - text - runs of equal words -> FrameLabels - classes -> labels (T,) int32

    groundTruth/S1_Tea_C1.txt       one label a line, one line a frame
    results/S1_Tea_C1               "### Frame level recognition: ###", then all labels on line 2, a blank between
    mapping.txt                     "0 take": a number and its class
    splits/test.split1.bundle       one file name a line

Contents come as bytes and no name is opened: a file is anybody's. What is wrong with it is said by file and line.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate

import numpy as np

from vizcore.algorithms.segmentation.frame_labels import FrameLabels, video_of

HEADER = "### Frame level recognition: ###"
DIGITS = 9  # of a class number: more do not fit into a label
LARGEST_MAPPING = 1 << 20  # bytes of a list of classes: a million letters name more classes than any data set has
LONGEST_BLOCK = 256  # words that are compared at once
SHOWN = 120  # letters of a line that a sentence quotes


def read_labels(content: bytes, file: str) -> FrameLabels:
    """Read a ground truth (one label a line) or a recognition file (a header line, then all labels).

    Raises:
        ValueError: the file is empty, is not UTF-8 text, or has an empty line; with file and line.
    """
    text = text_of(content, file)
    if text.startswith(HEADER[:3]):
        words, counts = _runs(text.partition("\n")[2].replace("\n", " ").replace("\t", " "), " ")
        counts = [count for word, count in zip(words, counts) if word]  # two blanks in a row have nothing between them
        words = list(filter(None, words))
        places = ["line 2"] * len(words)
    else:
        words, counts = _runs(text.rstrip(), "\n")
        words = [word.strip() for word in words]
        places = [f"line {1 + start}" for start in accumulate(counts, initial=0)]
        if "" in words[:-1]:
            raise ValueError(f"{file}, {places[words.index('')]}: want a label, got an empty line")
    if not any(words):
        raise ValueError(f"{file}: want a label for each frame, got none")
    return FrameLabels(file, tuple(words), tuple(counts), tuple(places[: len(words)]))


def read_mapping(content: bytes, file: str) -> dict[str, int]:
    """Read the classes of a data set: {name: number}, in the order of the file.

    Raises:
        ValueError: the file is larger than LARGEST_MAPPING, a line is not a number and a name, or either comes twice;
            with file and line.
    """
    refuse_long_mapping(len(content), file)
    classes: dict[str, int] = {}
    numbers: set[int] = set()
    for line, text in enumerate(text_of(content, file).splitlines(), 1):
        if not text.strip():
            continue
        number, _, name = text.strip().partition(" ")
        name = name.strip()
        if not (number.isascii() and number.isdigit() and len(number) <= DIGITS and name):
            raise ValueError(f"{file}, line {line}: want a number and a name, such as '0 take', got {text[:SHOWN]!r}")
        if name in classes or int(number) in numbers:
            raise ValueError(f"{file}, line {line}: want every number and name once, got {text[:SHOWN]!r} again")
        classes[name] = int(number)
        numbers.add(classes[name])
    if not classes:
        raise ValueError(f"{file}: want a number and a name on each line, got no line")
    return classes


def refuse_long_mapping(size: int, file: str) -> None:
    """Refuse a list of classes of so many bytes that it can be none.

    Raises:
        ValueError: it has more than LARGEST_MAPPING bytes.
    """
    if size > LARGEST_MAPPING:
        raise ValueError(
            f"{file}: want a list of classes of at most {LARGEST_MAPPING >> 20} MB, got {size >> 10} KB: "
            "open the list itself, which names every class once"
        )


def read_bundle(content: bytes, file: str) -> dict[str, int]:
    """Read a split: {video: the line that names it}, in the order of the file.

    Raises:
        ValueError: no video is named, or one is named twice; with file and line.
    """
    videos: dict[str, int] = {}
    for line, text in enumerate(text_of(content, file).splitlines(), 1):
        video = video_of(text.strip())
        if not video:
            continue
        if video in videos:
            raise ValueError(f"{file}, line {line}: want every video once, got {video!r} as on line {videos[video]}")
        videos[video] = line
    if not videos:
        raise ValueError(f"{file}: want the name of a video on each line, got none")
    return videos


def write_truth(labels: np.ndarray, names: Mapping[int, str] | Sequence[str]) -> bytes:
    """One label a line, as ground truths are written; read_labels reads it back."""
    return "".join(f"{names[label]}\n" for label in labels.tolist()).encode()


def write_recognition(labels: np.ndarray, names: Mapping[int, str] | Sequence[str]) -> bytes:
    """A header line and all labels on the next, as the public evaluations want their predictions.

    Raises:
        ValueError: the name of a class has a blank in it, which would make two labels.
    """
    words = {label: names[label] for label in np.unique(labels).tolist()}
    if split := [word for word in words.values() if len(word.split()) != 1]:
        raise ValueError(f"want names of classes without blanks, got {split[0]!r}")
    return f"{HEADER}\n{' '.join(words[label] for label in labels.tolist())}".encode()


def text_of(content: bytes, file: str) -> str:
    """The text of a file, with "\\n" alone at the ends of lines.

    Raises:
        ValueError: it is not UTF-8; with file and line.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"{file}, line {line}: want text in UTF-8, got byte 0x{content[error.start]:02x}; save it as UTF-8"
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ValueError(f"{file}, line {line}: want text, got a zero byte")
    return text.replace("\r\n", "\n") if "\r" in text else text


def _runs(text: str, separator: str) -> tuple[list[str], list[int]]:
    """The runs of equal words and how long each is; found by doubling, so that no list of all frames is made."""
    text += separator
    words, counts, at = [], [], 0
    while at < len(text):
        stop = text.index(separator, at) + 1
        block = word = text[at:stop]
        count, times, at = 1, 1, stop
        while text.startswith(block, at):
            at, count = at + len(block), count + times
            if times < LONGEST_BLOCK:
                block, times = block + block, 2 * times
        while times > 1:
            block, times = block[: len(block) // 2], times // 2
            if text.startswith(block, at):
                at, count = at + len(block), count + times
        words.append(word[:-1])
        counts.append(count)
    return words, counts
