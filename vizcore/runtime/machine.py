"""This machine and what is installed on it: memory, disk, versions; nothing that tells whose machine it is.

memory() -> Memory, room(folder) -> Room, versions() -> {name: version}, in_words(...) -> text for a report of a fault
"""

import os
import platform
import subprocess
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

import psutil

from vizcore.runtime.devices import cores

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {  # what the app is made of, by what a person calls it -> what a registry does
    "Streamlit": "streamlit",
    "PyTorch": "torch",
    "NumPy": "numpy",
    "SciPy": "scipy",
    "numba": "numba",
    "Plotly": "plotly",
    "Matplotlib": "matplotlib",
    "OpenCV": "opencv-python-headless",
    "PyAV": "av",
    "safetensors": "safetensors",
    "pandas": "pandas",
    "Transformers": "transformers",
    "Ray": "ray",
}
CONTAINER = Path("/sys/fs/cgroup/memory.max")  # Linux: what a container may take, where that is less than there is
PATIENCE = 5.0  # seconds for git to answer


@dataclass(frozen=True)
class Memory:
    """Bytes of main memory."""

    process: int  # resident, of this process
    taken: int  # by everybody
    total: int  # of the machine, or what its container may take


@dataclass(frozen=True)
class Room:
    """Bytes of a disk."""

    taken: int
    total: int


def memory() -> Memory:
    """Main memory now."""
    everybody, process = psutil.virtual_memory(), psutil.Process().memory_info().rss
    total = everybody.total
    with suppress(OSError, ValueError):  # no container, or one without a limit ("max")
        total = min(total, int(CONTAINER.read_text()))
    return Memory(process, max(process, min(total, everybody.total - everybody.available)), total)


def room(folder: Path) -> Room:
    """The disk that a folder lies on, or will."""
    there = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    usage = psutil.disk_usage(os.fspath(there))
    return Room(usage.total - usage.free, usage.total)


def version() -> str:
    """Of VizCore: what the source tree says, else what is installed."""
    project = ROOT / "pyproject.toml"
    if project.is_file():
        return tomllib.loads(project.read_text())["project"]["version"]
    return metadata.version("vizcore")


@cache
def commit() -> str:
    """The commit that is checked out, "-dirty" where files differ from it; "" where this is no checkout."""
    if not (ROOT / ".git").exists():
        return ""
    with suppress(OSError, subprocess.SubprocessError):
        words = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
        return subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=True).stdout.strip()
    return ""


@cache
def versions() -> dict[str, str]:
    """{what: its version}, of everything that a report of a fault should name; what is not installed is left out."""
    found = {"VizCore": " ".join(filter(None, [version(), commit()])), "Python": platform.python_version()}
    for name, package in PACKAGES.items():
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(package)
    return found | {"FFmpeg": _ffmpeg()}


def in_words(device: str, more: Mapping[str, str]) -> str:
    """Versions, system and memory as lines of text: no folder, no name of a person or machine, no environment.

    Args:
        device: what models run on.
        more: further lines, name by name.
    """
    now = memory()
    lines = versions() | {
        "System": f"{platform.system()} {platform.release()}, {platform.machine()}",
        "Cores": str(cores()),
        "Memory": f"{in_bytes(now.process)} of this process, {in_bytes(now.taken)} of {in_bytes(now.total)} taken",
        "Device": device,
    }
    width = max(map(len, [*lines, *more]))
    return "\n".join(f"{name:<{width}}  {value}" for name, value in (lines | dict(more)).items())


def in_bytes(count: float) -> str:
    """A number of bytes for a person: 1 GB is 2^30."""
    for unit, size in (("GB", 2**30), ("MB", 2**20), ("kB", 2**10)):
        if count >= size:
            return f"{count / size:.1f} {unit}" if count < 100 * size else f"{count / size:.0f} {unit}"
    return f"{count:.0f} bytes"


def _ffmpeg() -> str:
    """FFmpeg's own version and the codecs library's, as PyAV brings them."""
    import av  # the command line's --version need not wait for it
    from av import library_versions

    codec = ".".join(map(str, library_versions["libavcodec"]))
    release = getattr(av, "ffmpeg_version_info", "")
    return f"{release} (libavcodec {codec})" if release else f"libavcodec {codec}"
