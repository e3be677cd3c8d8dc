"""The code of packages that are read and never imported, run in a process of its own: an oracle for our own nets."""

import subprocess
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
import pytest

from vizcore.runtime.packages import APART, PackageFile


def folder_of(file: PackageFile, module: str) -> Path:
    """Where the package's module lies, or a skip that says why it is not there."""
    places = [APART]
    with suppress(PackageNotFoundError):
        places.append(Path(distribution(file.package).locate_file("")))
    for place in places:
        if (place / module).is_file():
            return place
    pytest.skip(f"no {module} of {file.package} here: {file.install} brings it")


def said_by(code: str, tmp_path: Path, *words: str, **given: np.ndarray) -> dict[str, np.ndarray]:
    """What code makes of arrays: it finds them as `given`, words as sys.argv[3:], and puts arrays into `said`."""
    before, after = tmp_path / "given.npz", tmp_path / "said.npz"
    np.savez(before, **given)
    head = "import sys\nimport numpy as np\nimport torch\ntorch.set_num_threads(1)\n"
    head += "given, said = dict(np.load(sys.argv[1])), {}\n"
    whole = f"{head}{code}\nnp.savez(sys.argv[2], **said)\n"
    run = [sys.executable, "-W", "ignore", "-c", whole, str(before), str(after), *words]
    found = subprocess.run(run, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert found.returncode == 0, found.stderr[-2000:]
    return dict(np.load(after))
