"""A device, the models on it, and one queue: run() -> Capture.

    model's name, clip -> T frames, squeezed into the model's square -> one pass in the worker's thread -> Capture

Models are shared by everybody who asks, so every pass and every hook happens in the engine's single worker thread: two
passes at once would see each other's tensors.
On the CPU that thread computes with all cores but one, which stays free for the pages; OMP_NUM_THREADS overrules.
"""

import os
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from vizcore.runtime.capture import (
    Change,
    Request,
    asked_beside,
    before_each,
    by_clip,
    gradients_at,
    logits_of_clips,
    watching,
)
from vizcore.runtime.devices import choose_device, cores, device_memory, device_name, is_out_of_memory, precision
from vizcore.runtime.jobs import Job
from vizcore.runtime.row import Model, Net, find, frames_of
from vizcore.runtime.tables import MODELS
from vizcore.runtime.worker import Worker

Result = TypeVar("Result")
Videos = list[np.ndarray]  # (T, H, W, 3) uint8 each
NOTHING: Mapping[str, Any] = MappingProxyType({})
BUDGET_BYTES = 2 * 1024**3
CLIPS_AT_ONCE = {"cuda": 8}  # elsewhere one: a larger batch is no faster, and cancel answers sooner
FEW = "the clip has {} frames and the model wants {}: some are shown twice"


@dataclass(frozen=True, eq=False)
class Capture:
    """What was seen while a model watched a clip; tensors are detached and stay on the device."""

    logits: Tensor  # (C,) float; of a net that sees each frame alone, log of the probabilities averaged over frames
    activations: dict[str, Tensor]  # {name: what the module gave for this clip, its batch axis first}
    grads: dict[str, Tensor]  # {name: d logits[target] / d seen[name]}; {} without a target
    rows: dict[str, Tensor]  # {attention: (S, heads, K, M) where the asked-about tokens look}
    frames: np.ndarray  # (T,) int64: which frames of the clip the model saw
    device: str
    notes: tuple[str, ...]  # what a person should know about this pass


@dataclass(frozen=True)
class EngineStatus:
    """What an engine holds and does."""

    device: str  # as torch names it
    name: str  # as its maker does
    memory: int | None  # bytes of the device, where it can be told
    budget: int  # bytes that loaded models may take together
    models: dict[str, int]  # {model: bytes of its weights}, the longest unused first
    queued: int  # jobs
    running: str | None  # the job that is being done
    finished: int  # jobs
    notes: tuple[str, ...]  # the last things that went not as asked


class Engine:
    """One device and its queue.

    Args:
        device: cpu, cuda, cuda:N or mps; by default $VIZCORE_DEVICE, or the best there is.
        budget_bytes: weights that are kept loaded; beyond it the longest unused models go. The one in use always stays.
        batch: clips that go through a model together.
        models: the table of models; those that were handed to the runtime if not given.

    Raises:
        ValueError: the device is unknown or not there.
    """

    def __init__(
        self,
        device: str | None = None,
        budget_bytes: int = BUDGET_BYTES,
        batch: int | None = None,
        models: Mapping[str, Model] = MODELS,
    ):
        self.device = choose_device(device)
        self.budget_bytes = budget_bytes
        self.batch = batch or CLIPS_AT_ONCE.get(self.device.type, 1)
        self.models = models
        self._loaded: OrderedDict[tuple[str, str, torch.device], tuple[nn.Module, int]] = OrderedDict()
        self._held: dict[str, int] = {}  # what status() may read from any thread: replaced, never changed
        self._notes: tuple[str, ...] = ()  # likewise
        self._worker = Worker("vizcore engine")
        if self.device.type == "cpu" and "OMP_NUM_THREADS" not in os.environ:
            self._worker.call(lambda job: torch.set_num_threads(max(1, cores() - 1)))

    def run(
        self,
        model: str | Model,
        clip: Any,
        at: Iterable[str] = (),
        target: int | Literal["top"] | None = None,
        method: str | None = None,
        rows: Mapping[str, Sequence[int]] = NOTHING,
        changes: Mapping[str, Change] = NOTHING,
    ) -> Capture:
        """Let a model watch a clip, and see what the named modules give.

        Args:
            model: a key of the table of models, or a row of its own, which nobody else sees.
            clip: a Clip, or its frames (T, H, W, 3) uint8; of more than the model takes a choice, of fewer some twice.
            at: names of modules, as in Model.layers or any other of the network.
            target: a class, or "top" for the best one: gradients of its logit are given as well.
            method: how an aligning model matches in this pass; "identity" switches alignment off in a trained net.
            rows: {name of an attention: indices of tokens of its sequences}: where these look, and nothing else of it.
            changes: {module: function of its tensor}: with what the pass goes on instead of what the module gives.

        Raises:
            ValueError: a name or class is unknown, or the frames are no video, or the model does not align.
            MemoryError: one clip does not fit, even into the CPU's memory.
        """
        return self.run_many(model, [clip], at, target, method=method, rows=rows, changes=changes)[0]

    def run_many(
        self,
        model: str | Model,
        clips: Sequence[Any],
        at: Iterable[str] = (),
        target: int | Literal["top"] | None = None,
        step: Callable[[int, int, str], None] | None = None,
        method: str | None = None,
        rows: Mapping[str, Sequence[int]] = NOTHING,
        changes: Mapping[str, Change] = NOTHING,
    ) -> list[Capture]:
        """The same for many clips, or views of one, in batches that fit into memory.

        Args:
            model: a key of the table of models, or a row of its own.
            clips: Clips, or frames (T, H, W, 3) uint8 each.
            at, target, method, rows, changes: as of run.
            step: called with (done, total, what) before every batch, such as a job's step; may raise to stop. Inside a
                job of this engine, its being cancelled stops the run in any case.
        """
        row = model if isinstance(model, Model) else find(model, self.models)
        if isinstance(at, str):
            raise ValueError(f"want a list of module names, got the single word {at!r}")
        request = Request(tuple(at), target, method, rows, changes)
        videos = [frames_of(clip) for clip in clips]
        return self._worker.call(lambda job: self._batches(job, row, videos, request, step))

    def use(self, net: Net, work: Callable[[nn.Module, torch.device], Result]) -> Result:
        """What work(module, device) returns of a net that takes other things than clips, in the engine's thread.

        It runs in inference mode, which it may leave for gradients. The net is kept, and makes room, as models do.

        Raises:
            MemoryError: it does not fit, even into the CPU's memory.
        """
        return self._worker.call(lambda job: self._used(net, work))

    def submit(self, key: Hashable, work: Callable[[Job], Any], owner: Hashable = None) -> Job:
        """Queue work(job) behind the passes; it may call run, which then happens at once. See Worker.submit.

        Args:
            key: words and numbers that say what is wanted; None for private work.
            work: gets the job.
            owner: who wants it.
        """
        return self._worker.submit(key, work, owner)

    def status(self) -> EngineStatus:
        """What is loaded and what is being done, from any thread."""
        running = self._worker.running
        return EngineStatus(
            str(self.device),
            device_name(self.device),
            device_memory(self.device),
            self.budget_bytes,
            self._held,
            len(self._worker.queued),
            str(running[0].message or running[0].key or "a pass") if running else None,
            self._worker.ended,
            self._notes,
        )

    def unload(self) -> Job:
        """Let every model go, in this job's turn."""
        return self._worker.submit(None, lambda job: self._drop(list(self._loaded)))

    def close(self, timeout: float | None = 10.0) -> None:
        """Cancel what is queued or running, stop the thread and let the models go."""
        if self._worker.close(timeout):
            self._drop(list(self._loaded))

    def _batches(self, job: Job, row: Model, videos: Videos, request: Request, step: Any) -> list[Capture]:
        captures: list[Capture] = []
        batch, device, notes = self.batch, self.device, []
        tell = step or (job.step if job.key is None else None)  # a pass inside a job leaves the job's progress alone
        while len(captures) < len(videos):
            job.check()
            if tell is not None:
                tell(len(captures), len(videos), f"running {row.name}")
            group = videos[len(captures) : len(captures) + batch]
            try:
                captures += self._pass(job, row, device, group, request, tuple(notes))
                continue
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
            # Only here is the error gone, and with it the frames that held the tensors of the failed pass.
            batch, device, note = self._with_less(row, len(group), device)
            notes.append(note)
            self._notes = (*self._notes, note)[-8:]
        return captures

    def _used(self, net: Net, work: Callable[[nn.Module, torch.device], Result]) -> Result:
        device = self.device
        while True:
            try:
                module = self._module(net, device)  # outside of inference mode, so that work may ask for gradients
                with torch.inference_mode():
                    return work(module, device)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
            _, device, note = self._with_less(net, 1, device)
            self._notes = (*self._notes, note)[-8:]

    def _with_less(self, row: Net, batch: int, device: torch.device) -> tuple[int, torch.device, str]:
        """What to try after memory ran out: no other models, then half the batch, then the CPU."""
        others = [key for key in self._loaded if key[2] == device and key[:2] != (row.name, row.version)]
        self._drop(others)
        if others:
            return batch, device, f"out of memory on {device}: unloaded {', '.join(name for name, *_ in others)}"
        if batch > 1:
            half = batch // 2
            return half, device, f"out of memory on {device} with {batch} clips at once: went on with {half}"
        self._drop([(row.name, row.version, device)])
        if device.type == "cpu":
            raise MemoryError(f"one clip of {row.name} does not fit into memory; take a smaller model")
        return 1, torch.device("cpu"), f"out of memory on {device} with one clip: went on on the CPU"

    def _pass(
        self, job: Job, row: Model, device: torch.device, videos: Videos, request: Request, notes: tuple[str, ...]
    ) -> list[Capture]:
        module = self._module(row, device)
        shown = [row.chosen(len(frames)) for frames in videos]
        batch = torch.stack([row.prepared(frames[choice]) for frames, choice in zip(videos, shown)]).to(device)
        wanted = request.target is not None
        with torch.inference_mode(not wanted), torch.set_grad_enabled(wanted), precision(device):
            with (
                before_each(module, job.check),
                asked_beside(module, request) as rows,
                watching(module, request.at, gradients=wanted) as activations,
            ):
                logits = module(batch).float()  # (B, C), or (B, T, C)
            grads = gradients_at(logits, request.target, activations) if wanted else {}
        absent = [name for name in (*request.at, *request.rows) if name not in activations | rows]
        if absent:
            raise ValueError(f"want modules that run in a pass of {row.name}, but {absent[0]!r} does not")
        logits = logits_of_clips(logits)
        activations, grads, rows = (by_clip(found, len(videos)) for found in (activations, grads, rows))
        few = [(FEW.format(len(frames), row.frames),) if len(frames) < row.frames else () for frames in videos]
        return [
            Capture(logits[i].detach(), activations[i], grads[i], rows[i], shown[i], str(device), (*notes, *few[i]))
            for i in range(len(videos))
        ]

    def _module(self, row: Net, device: torch.device) -> nn.Module:
        """A model on the device, from what is loaded or else built now, the longest unused ones making room."""
        key = (row.name, row.version, device)
        if key not in self._loaded:
            module = row.load()
            size = sum(tensor.nbytes for tensor in (*module.parameters(), *module.buffers()))
            while self._loaded and size + sum(taken for _, taken in self._loaded.values()) > self.budget_bytes:
                self._drop([next(iter(self._loaded))])
            self._loaded[key] = (module.to(device), size)
        self._loaded.move_to_end(key)
        self._note_held()
        return self._loaded[key][0]

    def _drop(self, keys: Iterable[tuple[str, str, torch.device]]) -> None:
        for key in keys:
            self._loaded.pop(key, None)
        self._note_held()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()

    def _note_held(self) -> None:
        held: Counter[str] = Counter()
        for (name, *_), (_, size) in self._loaded.items():
            held[name] += size
        self._held = dict(held)
