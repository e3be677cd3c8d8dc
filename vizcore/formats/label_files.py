"""Frame labels as text files of the field (Breakfast, 50Salads, GTEA): one label a line, or all on one line.

    bytes, file name - text - runs of equal words -> FrameLabels - classes -> labels (T,) int32

    groundTruth/S1_Tea_C1.txt       one label a line, one line a frame; maybe with a number before each
    results/S1_Tea_C1               "### Frame level recognition: ###", then all labels on line 2, a blank between
    mapping.txt                     "0 take": a number and its class
    splits/test.split1.bundle       one file name a line

Contents come as bytes and no name is opened: a file is anybody's. What is wrong with it is said by file and line.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate

import numpy as np

from vizcore.algorithms.segmentation.frame_labels import FrameLabels, video_of
from vizcore.formats.recognise import FORMS, SEGMENTS, first_of, form_of, mark_of, refuse_elan_table, refuse_export
from vizcore.formats.timed_segments import LONGEST, MOST_RUNS

HEADER = "### Frame level recognition: ###"
DIGITS = 9  # of a class number: more do not fit into a label
LARGEST_MAPPING = 1 << 20  # bytes of a list of classes: a million letters name more classes than any data set has
LARGEST_BUNDLE = 4 << 20  # bytes of a split: 20,000 files of 200 letters
HEADS = {"id", "index", "number", "label_id", "class_id", "action_id", "class_number"}  # of a list of classes
LONGEST_BLOCK = 256  # words that are compared at once
SHOWN = 120  # letters of a line that a sentence quotes
QUOTES = "\"'"
MARKUP = "<{["  # with which XML and JSON begin


def read_labels(content: bytes, file: str, known: Collection[str] = ()) -> FrameLabels:
    """Read a label for each frame: one a line, or all on one line.

    Args:
        content: of the file.
        file: its name.
        known: names of classes, where they are known: lines that are all among them are taken as they are.

    Raises:
        ValueError: the file is empty, is not UTF-8 text, has an empty line, or holds something else; with file and
            line.
    """
    text = text_of(content, file)
    if text.startswith(HEADER[:3]):
        return recognition(text, file)
    if is_markup(text):
        raise ValueError(f"{file}, line 1: want a label for each frame, got JSON or XML, such as {text[:SHOWN]!r}")
    words, counts = label_lines(text, file)
    return labelled(file, words, counts, form_of_lines(words, counts, file, known))


def form_of_lines(words: Sequence[str], counts: Sequence[int], file: str, known: Collection[str] = ()) -> str:
    """As form_of of formats.recognise; its refusals with the file.

    Args:
        words: the first of each run of equal lines.
        counts: how many lines each run has.
        file: its name.
        known: names of classes.
    """
    try:
        return form_of(words, known, max(counts) == 1)
    except ValueError as refusal:
        raise ValueError(f"{file}, {refusal}") from None


def recognition(text: str, file: str) -> FrameLabels:
    """The labels below a header line."""
    return _of_one_line(text.partition("\n")[2], file, "recognition")


def is_markup(text: str) -> bool:
    """JSON or XML, and no labels of a class such as <none> or [x], whose first two lines are equal."""
    first, second = [*text.split("\n", 2), ""][:2]
    return text.lstrip()[:1] in MARKUP and bool(text.strip()) and (first.strip() != second.strip() or not first.strip())


def label_lines(text: str, file: str) -> tuple[list[str], list[int]]:
    """The runs of equal lines, and how many lines each has.

    Raises:
        ValueError: a line is empty, or there is none; with file and line.
    """
    refuse_export(text, file)
    words, counts = _runs(text.rstrip(), "\n", file)
    words = [word.strip() for word in words]
    if "" in words[:-1]:
        line = sum(counts[: words.index("")]) + 1
        raise ValueError(f"{file}, line {line}: want a label, got an empty line")
    if not any(words):
        raise ValueError(f"{file}: want a label for each frame, got none")
    return words, counts


def labelled(file: str, words: list[str], counts: list[int], form: str, begin: int = 1) -> FrameLabels:
    """What lines say of frames.

    Args:
        file: its name.
        words: the first of each run of equal lines.
        counts: how many lines each run has.
        form: of form_of.
        begin: the number of the first line.

    Raises:
        ValueError: the lines are no labels of frames; with the file.
    """
    if form == "one line":
        return _of_one_line(words[0], file, form)
    if form in ("numbered", "clocked", "classed"):
        words = [first_of(word)[1] for word in words]
    elif form == "lines":
        refuse_elan_table(words[0].split(mark_of(words[0]) or None), file)
    else:
        raise ValueError(
            f"{file}, line 1: want a label for each frame, got {FORMS[form]}, such as {words[0][:SHOWN]!r}"
        )
    places = [f"line {line}" for line in accumulate(counts[:-1], initial=begin)]
    return FrameLabels(file, *_joined(unquoted(words), counts, places), form=form)


def unquoted(words: list[str]) -> list[str]:
    """Words without their quotes, where every one of them is quoted."""
    if all(len(word) > 2 and word[0] in QUOTES and word[0] == word[-1] for word in words):
        return [word[1:-1].replace(2 * word[0], word[0]) for word in words]
    return words


def read_mapping(content: bytes, file: str) -> dict[str, int]:
    """Read the classes of a data set: {name: number}, in the order of the file.

    Blanks, a tab, a comma, a semicolon or a colon part number and name; names may be quoted.

    Raises:
        ValueError: the file is larger than LARGEST_MAPPING, a line is not a number and a name, or either comes twice;
            with file and line.
    """
    refuse_long_mapping(len(content), file)
    rows = [(line, text) for line, text in enumerate(text_of(content, file).splitlines(), 1) if text.strip()]
    if rows and any(all(parse(text.strip()) for _, text in rows) for parse in SEGMENTS.values()):
        raise ValueError(f"{file}, line {rows[0][0]}: want a number and a name, got a segment, {rows[0][1][:SHOWN]!r}")
    parts = [_class_of(text) for _, text in rows]
    if len(parts) > 1 and parts[0][0].lower() in HEADS:
        rows, parts = rows[1:], parts[1:]
    names = unquoted([name for _, name in parts])
    classes: dict[str, int] = {}
    numbers: set[int] = set()
    for (line, text), (number, _), name in zip(rows, parts, names):
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
        ValueError: it is larger than LARGEST_BUNDLE, no video is named, or one is named twice; with file and line.
    """
    if len(content) > LARGEST_BUNDLE:
        raise ValueError(f"{file}: want a split of at most {LARGEST_BUNDLE >> 20} MB, got {len(content) >> 20} MB")
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
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _class_of(text: str) -> tuple[str, str]:
    """(number, name) of a line of a list of classes."""
    number, name = first_of(text.strip())
    if ":" in number:
        number, _, name = text.strip().partition(":")
    return number.strip().strip(QUOTES), name.strip()


def _of_one_line(text: str, file: str, form: str) -> FrameLabels:
    words, counts = _runs(text.replace("\n", " ").replace("\t", " "), " ", file)
    found = [(word, count) for word, count in zip(words, counts) if word]  # two blanks in a row have nothing between
    if not found:
        raise ValueError(f"{file}: want a label for each frame, got none")
    place = "line 1" if form == "one line" else "line 2"
    return FrameLabels(file, *_joined(*zip(*found), [place] * len(found)), form=form)


def _joined(words: Iterable[str], counts: Iterable[int], places: Iterable[str]) -> tuple[tuple, tuple, tuple]:
    """Runs of which no two neighbours are equal."""
    rows: list[list] = []
    for word, count, place in zip(words, counts, places):
        if rows and rows[-1][0] == word:
            rows[-1][1] += count
        else:
            rows.append([word, count, place])
    return tuple(zip(*rows))


def _runs(text: str, separator: str, file: str) -> tuple[list[str], list[int]]:
    """The runs of equal words and how long each is; found by doubling, so that no list of all frames is made."""
    text += separator
    words, counts, at, frames = [], [], 0, 0
    seen: dict[str, str] = {}
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
        words.append(seen.setdefault(word, word[:-1]))
        counts.append(count)
        frames += count
        if len(words) > MOST_RUNS or frames > LONGEST:
            raise ValueError(
                f"{file}: want labels of at most {LONGEST:,} frames in {MOST_RUNS:,} runs of equal ones, got more"
            )
    return words, counts
