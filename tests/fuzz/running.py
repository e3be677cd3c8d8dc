"""One file after the other, each in a fork of the warm helper: what came of it, how soon, and with how much memory."""

import random
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz.forms import FORMS
from tests.fuzz.mutations import changed
from vizcore.formats.apart.calls import call
from vizcore.formats.apart.limits import FORMS as LIMITS
from vizcore.formats.apart.limits import MEGABYTE, Form

SECONDS, MOST, MOST_REFUSED = 5, 500, 300  # of a processor; MB beyond the idle helper
OPENED, REFUSED = "opened", "refused"
LONGEST_SENTENCE = 2000  # characters
PRELOAD = ("torch", "safetensors", "tests.fuzz.running", "vizcore.models.checkpoints.rows", "vizcore.video.decode")
PRELOAD += ("vizcore.features.report.export_session", "vizcore.features.segmentation.pipeline_files")
PRELOAD += ("vizcore.formats.ava_files", "vizcore.formats.series_files", "vizcore.models.checkpoints.folder")
PRELOAD += ("vizcore.features.lessons.reading", "vizcore.features.lessons.sums", "vizcore.synthetic.truth")
LIMITS["fuzz"] = Form("a file", MOST * MEGABYTE, SECONDS, 64 * MEGABYTE, PRELOAD)


@dataclass(frozen=True)
class Outcome:
    """What came of one file."""

    form: str  # a key of FORMS
    file: str
    number: int  # of the case
    kind: str  # OPENED, REFUSED, or the name of another exception
    words: str  # of the refusal
    seconds: float  # until the answer was there
    megabytes: int  # at the most, beyond the idle helper; 0 where nobody can tell

    @property
    def fault(self) -> str:
        """What is wrong with it, in words; "" where nothing is."""
        where = f"{self.form}, {self.file}, case {self.number}"
        if self.kind not in (OPENED, REFUSED):
            return f"{where}: {self.kind}: {self.words[:300]}"
        if self.kind == REFUSED and not (10 < len(self.words) < LONGEST_SENTENCE and " " in self.words):
            return f"{where}: refused without a sentence: {self.words[:300]!r}"
        if self.kind == REFUSED and self.megabytes > MOST_REFUSED:
            return f"{where}: {self.megabytes} MB until it was refused"
        return ""


def tried(form: str, path: Path) -> tuple[str, str, int]:
    """Read a file: (what came of it, in which words, MB at the most)."""
    kind, words = OPENED, ""
    before = _peak()
    try:
        FORMS[form].read(path)
    except (ValueError, FileNotFoundError) as refusal:
        kind, words = REFUSED, str(refusal)
    except Exception as fault:
        kind, words = type(fault).__name__, str(fault)
    return kind, words, (_peak() - before) >> 10


def outcome(form: str, file: str, number: int, content: bytes, folder: Path) -> Outcome:
    """What comes of one file.

    Args:
        form: a key of FORMS.
        file: its name.
        number: of the case.
        content: of the file.
        folder: where it is put.
    """
    path, began = folder / file, time.monotonic()
    path.write_bytes(content)
    try:
        kind, words, megabytes = call("fuzz", "tests.fuzz.running:tried", form, path)
    except ValueError as stopped:  # by its limits, or by a signal
        kind, words, megabytes = "stopped", str(stopped), 0
    return Outcome(form, file, number, kind, words, time.monotonic() - began, megabytes)


def unchanged() -> Iterator[Outcome]:
    """What comes of every good file."""
    with TemporaryDirectory() as folder:
        for form, row in FORMS.items():
            for file, content in row.good().items():
                yield outcome(form, file, -1, content, Path(folder))


def cases(count: int, seed: int = 0, first: int = 0) -> Iterator[Outcome]:
    """What comes of so many changed files, the forms in turn.

    Args:
        count: of files.
        seed: of the chance by which they are changed.
        first: the number of the first.
    """
    seeds = _seeds()
    with TemporaryDirectory() as folder:
        for number in range(first, first + count):
            form = list(FORMS)[number % len(FORMS)]
            drawn = random.Random(f"{seed} {number}")
            file, content = drawn.choice(seeds[form])
            yield outcome(form, file, number, changed(drawn, content), Path(folder))


@cache
def _seeds() -> dict[str, list[tuple[str, bytes]]]:
    """The good files of each form."""
    return {form: list(row.good().items()) for form, row in FORMS.items()}


def _peak() -> int:
    """KB of memory that this process has had at the most."""
    if sys.platform != "linux":
        return 0
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])
