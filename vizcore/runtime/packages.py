"""Data files of installed packages: found on disk without importing anything, and held to the hash that is known.

PackageFile - the package's record -> a path - sha256, once for each state of the file -> path, or a sentence that says
what to do

Packages that bring more than their files are kept by `make real` in a folder of their own, from which nothing can be
imported; somebody who installed them as any other has their files as well.
"""

import hashlib
import sys
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from torch import Tensor

APART = Path(sys.prefix) / "real"  # where `make real` puts packages


class NotThere(ValueError):
    """A package is not installed, or its file is not the one that is known; the words say how to mend it."""


@dataclass(frozen=True)
class PackageFile:
    """One file of a package."""

    package: str  # as pip knows it
    version: str
    path: str  # below the folder of packages, with slashes
    sha256: str
    apart: bool = False  # `make real` brings it

    @property
    def install(self) -> str:
        """The command that brings it."""
        return "make real" if self.apart else f"pip install {self.package}=={self.version}"

    @property
    def again(self) -> str:
        """The command that brings it where another one is."""
        return "make real" if self.apart else f"pip install --no-deps --force-reinstall {self.package}=={self.version}"


def found(file: PackageFile) -> Path:
    """Where the file lies.

    Raises:
        NotThere: the package is not installed, or the file is missing or another one.
    """
    path = _place(file)
    if not path.is_file():
        raise NotThere(f"want {path.name} of {file.package}, which is missing there: {file.again} brings it")
    state = path.stat()
    if hashed(path, state.st_size, state.st_mtime_ns) != file.sha256:
        raise NotThere(
            f"want {path.name} as {file.package} {file.version} has it, got another file: {file.again} brings it"
        )
    return path


def _place(file: PackageFile) -> Path:
    """Where a file of an installed package is to lie; what `make real` brought comes first."""
    if file.apart and (APART / file.path).is_file():
        return APART / file.path
    try:
        return Path(distribution(file.package).locate_file(file.path))
    except PackageNotFoundError:
        wanted = f"want the package {file.package}, which is not installed"
        raise NotThere(f"{wanted}: {file.install} brings it") from None


def lacks(*files: PackageFile) -> tuple[str, ...]:
    """What of these files is not there, a sentence each; () where all is well."""
    refusals = []
    for file in files:
        try:
            found(file)
        except NotThere as refusal:
            refusals.append(f"{refusal}.")
    return tuple(refusals)


def package_tensors(file: PackageFile) -> dict[str, Tensor]:
    """The tensors of a file that torch.save wrote, by key; nothing else is unpickled. Refuses as found."""
    import torch

    return torch.load(found(file), map_location="cpu", weights_only=True)


@lru_cache(maxsize=64)
def hashed(path: Path, size: int, modified: int) -> str:
    """The sha256 of a file, read once for each size and time of change.

    Args:
        path: of the file.
        size: bytes.
        modified: when it was changed last, ns.
    """
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
