"""Files of labels that a person uploads: ground truth, predictions, classes and splits, or all of them as one ZIP.

uploads - ZIPs unpacked -> one ZIP, laid out as a data set's folder, kept under its hash -> its path
It stays for the session, and travels in its file, until others take its place or the person removes it.
"""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from vizcore import ui
from vizcore.features.segmentation.pipeline_files import AS_TOLD, COUNTED, contents
from vizcore.ui.session_uploads import OTHERWISE
from vizcore.ui.session_uploads import files as session_files
from vizcore.ui.uploads import keep, picked_files, plain

TRUTH, PREDICTED = "groundTruth", "predictions"
WHAT = (
    "Labels as Breakfast, 50Salads and GTEA have them: ground truth of one label a line, predictions with a header "
    "line and all labels on the next, maybe `mapping.txt` and bundles. Or segments with times: ELAN (.eaf), CSV "
    "(label, start and stop in seconds, or start_frame and stop_frame, maybe tier and video), lines of start, stop and "
    "label, and JSON. One line says how they were read. Files of one video may differ by up to ten frames; then the "
    "first frames that both have are compared."
)
LARGEST = 64  # MB of a file
COUNTING = {  # setting of compare_set: what it is called, and what it says
    "unit": ("Times of segments in", "For files that could be read in both."),
    "ends": ("Stops of segments", "Inclusive: the stop is the last frame of a segment. Exclusive: the one after it."),
    "first_frame": ("First frame", "The number that files of segments give to a video's first frame."),
}
IN_USE = "The label files that were opened before are in use."


@dataclass
class Picked:
    """The files that were there when the page ran last."""

    files: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)  # {menu: (place, id) of each}


def pick_labels(key: str, read: Callable[[Path], object]) -> Path | None:
    """A ZIP of what this session has uploaded, or None where it is nothing.

    Args:
        read: called with the path of the ZIP; what it raises says what is wrong with it.

    Raises:
        ValueError: what read raises, or the files are too large together.
    """
    with ui.popover("Open label files…", icon=":material/upload_file:"):
        truth = picked_files("Ground truth: a file for each video", f"{key}-truth", LARGEST)
        predictions = picked_files(
            "Predictions: a file for each video, or a ZIP for each model", f"{key}-told", LARGEST
        )
        more = picked_files("mapping.txt, bundles, or one ZIP of a folder with all", f"{key}-more", LARGEST)
        ui.screen_caption(WHAT)
        ui.screen_caption("They are read as text, seen only in this session, and nothing in them is run.")
        hint = ui.container()
    files = [(f"{TRUTH}/", one) for one in truth] + [(f"{PREDICTED}/", one) for one in predictions]
    files += [("", one) for one in more]
    saved, picked, now = (
        session_files().labels,
        ui.visit(Picked).files,
        tuple((place, one.file_id) for place, one in files),
    )
    before, picked[key] = picked.get(key, ()), now
    if not files and before:
        saved.pop(key, None)  # the last of them was just taken back
    elif files and (before != now or key not in saved):
        saved.pop(key, None)
        saved[key] = keep("labels", memoryview(_zipped(files)), read, OTHERWISE)
    if key in saved and not files:
        with hint:
            ui.screen_caption(IN_USE)
            ui.action_button("Remove them", f"{key}-forget", partial(saved.pop, key, None))
    return saved[key] if key in saved and saved[key].exists() else None


def choose_counting() -> dict[str, str]:
    """How files of segments count, where a person knows better than they tell; settings of compare_set."""
    return {
        name: ui.selectbox(label, COUNTED[name], name.replace("_", "-"), default=AS_TOLD, help=about)
        for name, (label, about) in COUNTING.items()
    }


def _zipped(files: list) -> bytes:
    """One ZIP of all; what comes as a ZIP is unpacked, and a ZIP of predictions is a model of its name.

    Raises:
        ValueError: two files come to one place, or a ZIP cannot be unpacked.
    """
    packed, names = io.BytesIO(), set()
    with zipfile.ZipFile(packed, "w") as archive:
        for place, one in files:
            for name, content in _unpacked(place, one).items():
                if name in names:
                    raise ValueError(f"want every file once, got {name} twice: put models into a ZIP each")
                names.add(name)
                archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


def _unpacked(place: str, file) -> dict[str, bytes]:
    """{path in the data set: bytes} of one upload; folders within it are kept where two files have one name.

    Raises:
        ValueError: a ZIP cannot be unpacked, or is too large unpacked; with its name.
    """
    name = plain(file.name)
    if not zipfile.is_zipfile(io.BytesIO(file.getbuffer())):
        return {place + name: file.getvalue()}
    try:
        found = contents(io.BytesIO(file.getbuffer()))
    except ValueError as refusal:
        raise ValueError(f"{name}: {refusal}") from None
    if place == f"{PREDICTED}/":
        place = f"{PurePosixPath(name).stem}/"
    flat = [PurePosixPath(path).name for path in found]
    if place and len(set(flat)) == len(flat):
        return {place + bare: content for bare, content in zip(flat, found.values())}
    return {place + path: content for path, content in found.items()}
