"""A worker: a process here or on another machine that keeps its models and does one piece of work at a time.

function, words, sent files -> files opened where they are -> function(**words, context=...) -> packed result or fault
"""

import traceback
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any

import torch

from vizcore.runtime.cluster.file_transfer import SentFile
from vizcore.runtime.cluster.packing import edition, packed
from vizcore.runtime.context import Context
from vizcore.runtime.engine import Engine
from vizcore.runtime.jobs import Cancelled
from vizcore.runtime.store import Store
from vizcore.runtime.tables import fill

LENT = "lent"  # the folder of the store in which files are kept that were sent
Sent = Mapping[SentFile, tuple[bytes, ...]]


class RemoteWorker:
    """An engine and a store beside others; Ray gives it two threads, one to work and one to answer.

    Args:
        gpus: its share of a GPU, or 0 to compute on the CPU.
        modules: what filled the tables of the process that asks; imported here as well.
    """

    def __init__(self, gpus: float = 0.0, modules: tuple[str, ...] = ()):
        fill(modules)
        self._gpus = gpus
        self._progress = (0, 0, "")
        self._stopped = 0  # work of this number and before

    def ready(self, asker: str) -> str:
        """ "" when it can work for a process of that edition; otherwise why not."""
        if asker != edition():
            return f"want workers that run the same VizCore as this process ({asker}), got one that runs {edition()}"
        try:
            self.context.store.root.mkdir(parents=True, exist_ok=True)
        except (ValueError, OSError) as refusal:
            return str(refusal)
        return ""

    @cached_property
    def context(self) -> Context:
        """Made when first needed; a share of a GPU is a share of its memory too.

        Raises:
            ValueError: it has no GPU, and should have.
        """
        engine = Engine("cuda" if self._gpus else "cpu")
        if 0 < self._gpus < 1:
            torch.cuda.set_per_process_memory_fraction(self._gpus)
        return Context(engine, Store())

    def do(self, number: int, function: Callable, words: Mapping[str, Any], sent: Sent | None = None) -> bytes | None:
        """function(**words, context=...) as packed (True, result) or (False, fault); None where files are missing.

        Args:
            number: of this piece of work, higher than any before.
            function: a pipeline, or another function of a module that takes a context.
            words: numbers, words, sent files, and tuples of them; a sent_file becomes a path.
            sent: {SHA-256: content} of files that come along.
        """
        self._progress = (0, 0, "")
        try:
            words = {name: self._opened(value, sent or {}) for name, value in words.items()}
        except _Absent:
            return None
        try:
            return packed((True, function(**words, context=self.context.with_progress(partial(self._tell, number)))))
        except Exception as fault:
            return _packed_fault(fault)

    def progress(self) -> tuple[int, int, str]:
        """How far its work is."""
        return self._progress

    def stop(self, number: int) -> None:
        """Let a piece of work end at its next step."""
        self._stopped = max(self._stopped, number)

    def _tell(self, number: int, done: int, total: int, what: str) -> None:
        if self._stopped >= number:
            raise Cancelled("nobody wants it any more")
        self._progress = (done, total, what)

    def _opened(self, value: Any, sent: Sent) -> Any:
        if isinstance(value, tuple):
            return tuple(self._opened(one, sent) for one in value)
        if not isinstance(value, SentFile):
            return value
        path = value.opened(self.context.store.root / LENT, sent.get(value))
        if path is None:
            raise _Absent
        return str(path)


class _Absent(Exception):
    """A file is not on this machine."""


def _packed_fault(fault: Exception) -> bytes:
    """A fault with where it was; as words alone where it cannot be packed."""
    fault.add_note(f"in a worker of the cluster:\n{traceback.format_exc()}")
    try:
        return packed((False, fault))
    except Exception:
        return packed((False, RuntimeError(f"{type(fault).__name__}: {fault}")))
