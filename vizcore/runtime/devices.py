"""The device that everything is computed on: which there are, which is taken, and what it can hold."""

import os
import platform
import re
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path

import torch


def choose_device(name: str | None = None) -> torch.device:
    """The device of that name, or of $VIZCORE_DEVICE, or the best there is; a ValueError when it is not there."""
    there = ["cpu"]
    if torch.backends.mps.is_available():
        there.insert(0, "mps")
    if torch.cuda.is_available():
        there = ["cuda", *(f"cuda:{k}" for k in range(torch.cuda.device_count())), *there]
    name = name or os.environ.get("VIZCORE_DEVICE") or there[0]
    if name not in there:
        raise ValueError(f"want a device of this machine ({', '.join(there)}), got {name!r}")
    return torch.device(name)


def devices() -> tuple[torch.device, ...]:
    """Every device of this machine, the fastest kind first."""
    names = [f"cuda:{k}" for k in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    names += ["mps"] if torch.backends.mps.is_available() else []
    return tuple(map(torch.device, [*names, "cpu"]))


def device_name(device: torch.device) -> str:
    """What its maker calls it."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else platform.processor() or platform.machine()


def device_memory(device: torch.device) -> int | None:
    """Its bytes, where they can be told."""
    if device.type == "cuda":
        return torch.cuda.get_device_properties(device).total_memory
    with suppress(AttributeError, ValueError, OSError):  # no sysconf on Windows: None
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def memory_taken(device: torch.device) -> int | None:
    """Bytes of a GPU that are taken, by everybody where that can be told; None of the CPU."""
    if device.type == "cuda":
        free, total = torch.cuda.mem_get_info(device)
        return total - free
    return torch.mps.driver_allocated_memory() if device.type == "mps" else None


def process_memory() -> tuple[int, int] | None:
    """(bytes that this process holds now, bytes that it has held at most); None where there is no /proc.

    What getrusage tells as the peak of a young process is that of whoever started it, if that is larger.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    now, peak = (re.search(rf"{name}:\s+(\d+)", status.read_text())[1] for name in ("VmRSS", "VmHWM"))
    return int(now) * 1024, int(peak) * 1024


def precision(device: torch.device) -> AbstractContextManager:
    """What a pass computes in: on a GPU in 16 bits where that is safe, elsewhere in 32."""
    return torch.autocast("cuda", torch.bfloat16) if device.type == "cuda" else nullcontext()


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def is_out_of_memory(error: BaseException) -> bool:
    """Memory ran out, on the GPU or on the CPU, whose allocator has no error type of its own."""
    phrases = ("out of memory", "allocate memory", "not enough memory", "_STATUS_ALLOC_FAILED")  # the last of cuBLAS
    return isinstance(error, (torch.OutOfMemoryError, MemoryError)) or any(words in str(error) for words in phrases)
