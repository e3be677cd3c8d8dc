"""What average precision is computed of: the project's own models on crowds of the world, or a person's files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vizcore import ui
from vizcore.algorithms.detection.average_precision import PROTOCOLS
from vizcore.features.localization.pipeline_example import EARLIER, EXAMPLES, LATER, LIST, NOTE, TRUTH
from vizcore.features.localization.pipeline_models import compare_models
from vizcore.features.localization.pipeline_precision import NONE, OF_AVA, Compared, compare_files
from vizcore.formats.action_lists import read_label_map
from vizcore.formats.ava_files import read_ava_csv, read_excluded
from vizcore.models import LOCALIZERS, MODELS
from vizcore.runtime.clip_library import ClipEntry

PROJECT, FILES = "The project's models", "Files"
SOURCES = (PROJECT, FILES)
ALONE = "one alone"
CLIPS = (24, 48, 120, 300)
ABOUT_CLIPS = (
    "Crowds that are drawn and evaluated: more of them, narrower intervals. The first time takes 50 ms a clip."
)
PROTOCOL = "\n".join(f"- **{name}**: {rule.title}" for name, rule in PROTOCOLS.items())
WHAT = (
    "AVA's CSV: `video, second, x1, y1, x2, y2, class` and, for detections, a score; corners as shares of the frame. "
    "A list of classes is a `.pbtxt` in either form. Files may be compressed (.gz); nothing in a file is run."
)
IOU = "The IoU with a ground-truth box from which on a detection is a hit."
TABLES, LISTS = (".csv", ".gz", ".txt"), (".pbtxt", ".txt")
LARGEST = 500  # MB of an upload


@dataclass(frozen=True, eq=False)
class PrecisionView:
    """One state of the page."""

    path: ClipEntry  # ground truth, or the first model
    other: ClipEntry | None  # detections, or the second model
    settings: dict  # the other arguments of the pipeline, files as entries: what its Python lines say
    found: Compared
    pipeline: Callable[..., Compared]  # what was called
    note: str  # what is scored, for a reader

    @property
    def named_settings(self) -> dict:
        """The settings in words and numbers, files by their names."""
        named = {"path": self.path} | ({} if self.other is None else {"other": self.other}) | self.settings
        return {name: value.title if isinstance(value, ClipEntry) else value for name, value in named.items()}


def read_controls() -> PrecisionView:
    """The controls, and what comes of them."""
    with ui.top():
        source = ui.segmented_control("What is scored", list(SOURCES), "input", label_visibility="collapsed")
    return _models() if source == PROJECT else _files()


def _models() -> PrecisionView:
    titles = {MODELS[name].title: name for name in LOCALIZERS if name in MODELS}
    if not titles:
        raise ValueError(
            f"want the weights of a localiser ({', '.join(LOCALIZERS)}), got none: train one, or open files."
        )
    names = list(titles)
    with ui.drawer("Models"):
        one = titles[ui.selectbox("Model", names, "one", default=names[-1])]
        others = [ALONE, *(title for title in names if titles[title] != one)]
        two = titles.get(ui.selectbox("Compared with", others, "two", default=others[-1]), "")
        clips = int(ui.select_slider("Crowds", CLIPS, CLIPS[1], "clips", help=ABOUT_CLIPS))
    arguments = {"other": two, "clips": clips} | _rules()
    found = ui.work("Running the models", compare_models, model=one, **arguments)
    origins = "; ".join(f"{MODELS[name].title}: {MODELS[name].origin}" for name in (one, two) if name)
    return PrecisionView(_named(one), None, arguments, found, compare_models, f"{found.note} {origins}.")


def _files() -> PrecisionView:
    truth = _table("truth", "Ground truth", [TRUTH], TRUTH, scored=False)
    one = _table("first", "Detections", EXAMPLES[1:], EARLIER, scored=True)
    made_up = {str(truth.path), str(one.path)} <= set(EXAMPLES)
    others, other = (EXAMPLES[1:], LATER) if made_up else ((), ALONE)
    two = _table("second", "Compared with", [ALONE, *others], other, scored=True)
    rules = _rules()
    with ui.drawer("List of classes"):
        kinds = {"kinds": "A list of classes (.pbtxt)", "endings": LISTS, "megabytes": 1}
        listed = ui.pick_table("actions", "List of classes", [LIST, OF_AVA], LIST, read_label_map, **kinds)
    with ui.drawer("Key frames that do not count"):
        kinds = {"kinds": "CSV of video, second", "endings": TABLES}
        left_out = ui.pick_table("excluded", "Key frames that do not count", [NONE], NONE, read_excluded, **kinds)
    note = f"{NOTE} {WHAT}" if str(truth.path) == TRUTH else WHAT
    listed = listed if str(listed.path) != LIST or str(truth.path) == TRUTH else _named(OF_AVA)
    two = None if str(two.path) == ALONE else two
    files = {"actions": listed, "excluded": left_out} | ({} if two is None else {"second": two})
    settings = {name: entry if entry.clip_id != str(entry.path) else entry.clip_id for name, entry in files.items()}
    settings |= {"titles": _titles(one, two)} | rules
    arguments = {name: str(value.path) if isinstance(value, ClipEntry) else value for name, value in settings.items()}
    found = ui.work("Evaluating", compare_files, path=str(truth.path), other=str(one.path), **arguments)
    return PrecisionView(truth, one, settings, found, compare_files, note)


def _table(key: str, label: str, examples: Sequence[str], first: str, *, scored: bool) -> ClipEntry:
    given = {"kinds": "AVA's CSV, also .gz", "endings": TABLES, "megabytes": LARGEST}
    with ui.drawer(label):
        return ui.pick_table(key, label, examples, first, lambda path: read_ava_csv(path, scored), **given)


def _rules() -> dict:
    """The rules of the evaluators."""
    with ui.drawer("Rules"):
        protocol = ui.selectbox("Protocol", list(PROTOCOLS), "protocol", help=PROTOCOL)
        iou = ui.slider("Overlap of a hit", 0.05, 0.95, 0.5, "iou", step=0.05, help=IOU)
    return {"protocol": protocol, "iou": iou}


def _named(word: str) -> ClipEntry:
    """What a pipeline knows by its name, as an entry."""
    return ClipEntry(word, word, Path(word), form="example")


def _titles(one: ClipEntry, two: ClipEntry | None) -> tuple[str, ...]:
    """Names of the files, told apart where they are the same."""
    if two is None:
        return (one.title,)
    return (one.title, two.title if two.title != one.title else f"{two.title} (second)")
