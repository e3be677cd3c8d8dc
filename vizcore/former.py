"""Names that lead where they always led: import paths that others rely on, whatever folders lie behind them."""

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

ALGORITHMS = "vizcore.algorithms"
PATHS = {  # an import path that has no file any more: the modules that have its names, in which they are looked for
    f"{ALGORITHMS}.dtw": (f"{ALGORITHMS}.alignment.dtw",),
    f"{ALGORITHMS}.reassembly": (f"{ALGORITHMS}.segmentation.reassembly",),
    f"{ALGORITHMS}.graph_matching": (f"{ALGORITHMS}.matching.graph_matching",),
    f"{ALGORITHMS}.localization": (
        f"{ALGORITHMS}.detection",
        "vizcore.formats.ava_files",
        "vizcore.formats.action_lists",
    ),
    f"{ALGORITHMS}.cam": (f"{ALGORITHMS}.attribution.cam",),
    f"{ALGORITHMS}.spectral": (f"{ALGORITHMS}.nonlocal_blocks.spectral",),
    "vizcore.engine": ("vizcore.models", "vizcore.runtime.engine"),  # the models hand the engine its rows
}


def lazily(package: str, table: Mapping[str, Sequence[str]]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """__getattr__ and __dir__ of a package that hands on names of modules, which are imported when they are asked for.

    Args:
        package: its __name__, for the sentence that names it.
        table: {module: names that it has}.
    """
    homes = {name: module for module, names in table.items() for name in names}

    def find(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(homes[name]), name)

    return find, lambda: sorted(homes)


class Former(MetaPathFinder, Loader):
    """Finds the import paths of PATHS: modules without a file, whose names are looked up where they are now."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        return ModuleSpec(fullname, self) if fullname in PATHS else None

    def create_module(self, spec: ModuleSpec) -> None:
        return None  # a usual one

    def exec_module(self, module: ModuleType) -> None:
        """Give it its names, none of which is looked up before it is asked for."""
        homes = PATHS[module.__name__]
        module.__doc__ = f"A former path: its names are in {', '.join(homes)}."
        module.__getattr__ = lambda name: _found(module.__name__, homes, name)


def _found(path: str, homes: Sequence[str], name: str) -> Any:
    for home in () if name.startswith("__") else homes:
        if hasattr(there := import_module(home), name):
            return getattr(there, name)
    raise AttributeError(f"module {path!r} has no attribute {name!r}")


def install() -> None:
    """Have the former import paths found, once."""
    if not any(isinstance(finder, Former) for finder in sys.meta_path):
        sys.meta_path.append(Former())
