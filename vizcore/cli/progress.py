"""How far a batch is, on standard error: one line that is written over on a screen, a line a clip in a file."""

import sys
from collections.abc import Iterable, Sequence

from vizcore.runtime.batch import Outcome, left_out
from vizcore.runtime.batch.run import FAILED

WIDTH = 24  # characters of the bar
NAMED = 8  # files that a line names
ANEW = "\r\x1b[K"  # write over the line


def tell_left_out(words: Iterable[str]) -> None:
    """Name on standard error what lies in the folders of a batch and is no clip."""
    files = left_out(words)
    if files:
        more = f" and {len(files) - NAMED} more" if len(files) > NAMED else ""
        told = ", ".join(str(file) for file in files[:NAMED])
        print(f"left out, as no videos: {told}{more}", file=sys.stderr)


def say(understood: Sequence[str], warnings: Sequence[str], of: str = "") -> None:
    """Say on standard error how files were read, and what was doubtful, a line each.

    Args:
        understood: lines on how files were read.
        warnings: sentences.
        of: what they are about, where that is not said.
    """
    of = f"{of}: " if of else ""
    for kind, sentences in (("note", understood), ("warning", warnings)):
        for sentence in sentences:
            print(f"{kind}: {of}{sentence}", file=sys.stderr)


class Progress:
    """Tells outcomes as they come; failures always keep a line of their own."""

    def __init__(self, quiet: bool = False):
        self.quiet = quiet
        self.screen = sys.stderr.isatty()

    def __call__(self, ended: int, total: int, outcome: Outcome) -> None:
        name = outcome.task.source.clip_id
        if outcome.state == FAILED:
            self._say(f"{ANEW * self.screen}{name}: {outcome.why}\n")
        if self.quiet:
            return
        if not self.screen:
            self._say(f"{ended}/{total} {outcome.state} {name}\n")
            return
        filled = WIDTH * ended // total
        end = "\n" if ended == total else ""
        self._say(f"{ANEW}[{'#' * filled}{'.' * (WIDTH - filled)}] {ended}/{total} {outcome.state} {name}{end}")

    def _say(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
