"""Former names, all of them: import paths, modules that are run, addresses of pages, pipelines that reports name.

They lead where they always led, whatever folders lie behind them.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import Any

ALGORITHMS = "vizcore.algorithms"
PATHS = {  # an import path that has no file any more: the modules that have its names, in which they are looked for
    f"{ALGORITHMS}.dtw": (
        f"{ALGORITHMS}.alignment.smooth_minimum",
        f"{ALGORITHMS}.alignment.soft_dtw",
        f"{ALGORITHMS}.alignment.dtw",
    ),
    f"{ALGORITHMS}.reassembly": (f"{ALGORITHMS}.segmentation.reassembly",),
    f"{ALGORITHMS}.graph_matching": (f"{ALGORITHMS}.matching.graph_matching",),
    f"{ALGORITHMS}.localization": (
        f"{ALGORITHMS}.detection.boxes",
        f"{ALGORITHMS}.detection.set_matching",
        f"{ALGORITHMS}.detection.set_loss",
        f"{ALGORITHMS}.detection.decoding",
        f"{ALGORITHMS}.detection.ava_rows",
        f"{ALGORITHMS}.detection.average_precision",
        "vizcore.formats.ava_files",
        "vizcore.formats.action_lists",
    ),
    f"{ALGORITHMS}.cam": (f"{ALGORITHMS}.attribution.attention_flow", f"{ALGORITHMS}.attribution.cam"),
    f"{ALGORITHMS}.spectral": (f"{ALGORITHMS}.nonlocal_blocks.spectral",),
    "vizcore.engine": ("vizcore.models", "vizcore.runtime.engine"),  # the models hand the engine its rows
}

FEATURES = "vizcore.features"
PIPELINES = {  # modules of pipelines, as reports and results of earlier versions name them
    "vizcore.recipes.alignment": f"{FEATURES}.alignment.pipeline",
    "vizcore.recipes.alignment_many": f"{FEATURES}.alignment.pipeline_many",
    "vizcore.recipes.alignment_series": f"{FEATURES}.alignment.pipeline_series",
    "vizcore.recipes.alignment_story": f"{FEATURES}.alignment.pipeline_story",
    "vizcore.recipes.cam": f"{FEATURES}.heatmaps.pipeline",
    "vizcore.recipes.cam_worth": f"{FEATURES}.heatmaps.pipeline_faithfulness",
    "vizcore.recipes.compare": f"{FEATURES}.compare.pipeline",
    "vizcore.recipes.compare_numbers": f"{FEATURES}.compare.pipeline_numbers",
    "vizcore.recipes.embedding": f"{FEATURES}.alignment.pipeline_embeddings",
    "vizcore.recipes.lanterns": f"{FEATURES}.temporal.pipeline_lanterns",
    "vizcore.recipes.localization": f"{FEATURES}.localization.pipeline",
    "vizcore.recipes.localization_gallery": f"{FEATURES}.localization.pipeline_gallery",
    "vizcore.recipes.localization_models": f"{FEATURES}.localization.pipeline_models",
    "vizcore.recipes.localization_precision": f"{FEATURES}.localization.pipeline_precision",
    "vizcore.recipes.localization_stages": f"{FEATURES}.localization.pipeline_stages",
    "vizcore.recipes.matching": f"{FEATURES}.matching.pipeline",
    "vizcore.recipes.actions": f"{FEATURES}.segmentation.pipeline_predictions",
    "vizcore.recipes.segmentation": f"{FEATURES}.segmentation.pipeline",
    "vizcore.recipes.segmentation_files": f"{FEATURES}.segmentation.pipeline_files",
    "vizcore.recipes.spectral": f"{FEATURES}.nonlocal_blocks.pipeline",
    "vizcore.recipes.spectral_filter": f"{FEATURES}.nonlocal_blocks.pipeline_filter",
    "vizcore.recipes.temporal": f"{FEATURES}.temporal.pipeline",
    "vizcore.recipes.truth": f"{FEATURES}.matching.pipeline_truth",
    "vizcore.recipes.world": f"{FEATURES}.world.pipeline",
    "vizcore.recipes.playback": "vizcore.runtime.playback",
}
ALONE = {  # pipelines that did not go where the rest of their module went, or have another name now
    "vizcore.recipes.matching.look_into": "vizcore.runtime.clip_info.look_into",
    "vizcore.recipes.world.rendered": "vizcore.runtime.world_clips.rendered",
    "vizcore.recipes.world.truth_of": "vizcore.runtime.world_clips.truth_of",
    "vizcore.recipes.localization.said_of": f"{FEATURES}.localization.pipeline.predictions_of",
    f"{FEATURES}.localization.pipeline.said_of": f"{FEATURES}.localization.pipeline.predictions_of",
    "vizcore.recipes.localization_gallery.crowd_film": f"{FEATURES}.localization.pipeline_gallery.crowd_video",
    f"{FEATURES}.localization.pipeline_gallery.crowd_film": f"{FEATURES}.localization.pipeline_gallery.crowd_video",
}
COMMANDS = {"vizcore.world": "vizcore.synthetic", "vizcore.lessons": "vizcore.features.lessons"}  # python -m NAME
PAGES = {"cam": "heatmaps", "spectral": "nonlocal_blocks"}  # addresses of pages, in links, reports and sessions

ARGUMENTS = {f"{FEATURES}.localization.pipeline_models.compare_models": {"path": "model"}}  # of pipelines
KEYS = {"recipe": "pipeline", "product": "task", "word": "clip_id", "how": "caption"}  # of JSON that was written before


def keys(data: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON object with the names that its keys have now."""
    return {KEYS.get(name, name): value for name, value in data.items()}


VALUES: dict[str, dict[str, dict[str, str]]] = {  # page -> name in its link -> what a control said: what it says now
    "alignment": {"ground": {"how sure": "expected alignment"}, "show": {"There and back": "Cycle"}},
    "compare": {"class": {"true one": "ground truth"}},
    "heatmaps": {"class": {"true one": "ground truth"}},
    "localization": {
        "click": {"the surest box there": "the most confident box there"},
        "actions": {"the ids of the ground truth": "AVA's 60 evaluated classes"},
    },
    "matching": {"show": {"Truth": "Ground truth"}, "method": {"hungarian": "Hungarian"}},
    "nonlocal_blocks": {"metric": {"both told": "both correct"}},
    "segmentation": {
        "show": {"Blame": "Errors"},
        "blamed-rows": {"faults": "errors"},
        "row": {"what is true": "ground truth"},
    },
}

BACKGROUND: dict[str, tuple[str, ...]] = {  # page -> parts that are under Background now
    "alignment": ("A soft minimum", "Re-organised", "The paper's tables"),
    "localization": ("The paper",),
    "matching": ("Algorithm", "Cost"),
    "nonlocal_blocks": ("Claims tried out", "Tables"),
    "segmentation": ("Graph matching", "The paper's table"),
}


def link(page_name: str, query: Mapping[str, str]) -> dict[str, str]:
    """What a page's link says, in the words that its controls have now."""
    names = VALUES.get(page_name, {})
    said = {name: names.get(name, {}).get(value, value) for name, value in query.items()}
    if said.get("part") in BACKGROUND.get(page_name, ()):
        said |= {"part": "Background", "background": said["part"]}
    return said


def page(name: str) -> str:
    """The name that a page has now; one that was never renamed keeps its own."""
    return PAGES.get(name, name)


def pipeline(name: str) -> str:
    """The name that a pipeline (MODULE.FUNCTION) has now; one that never moved keeps its own."""
    module, _, verb = name.rpartition(".")
    return ALONE.get(name) or f"{PIPELINES.get(module, module)}.{verb}"


def argument(name: str, word: str) -> str:
    """What an argument of a pipeline is called now."""
    return ARGUMENTS.get(pipeline(name), {}).get(word, word)


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
    """Finds the import paths of PATHS: modules without a file, whose names are looked up where they are now.

    What COMMANDS names is found for `python -m` alone, which asks a loader for its code.
    """

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """As importlib asks its finders.

        Args:
            fullname: the module, with its packages.
            path: where the package looks; not needed.
            target: a module that is reloaded; not needed.
        """
        return ModuleSpec(fullname, self) if fullname in PATHS or fullname in COMMANDS else None

    def create_module(self, spec: ModuleSpec) -> None:
        return None  # a usual one

    def get_code(self, fullname: str) -> CodeType:
        """What `python -m` runs: the module as it is called now, where it is one to be run."""
        now = COMMANDS.get(fullname)
        lines = f"import runpy\nrunpy.run_module({now!r}, run_name='__main__', alter_sys=True)" if now else ""
        return compile(lines, fullname, "exec")

    def exec_module(self, module: ModuleType) -> None:
        """Give it its names, none of which is looked up before it is asked for."""
        homes = PATHS.get(module.__name__) or (COMMANDS[module.__name__],)
        module.__doc__ = f"A former path: its names are in {', '.join(homes)}."
        module.__getattr__ = lambda name: _public(homes) if name == "__all__" else _found(module.__name__, homes, name)
        module.__dir__ = lambda: _public(homes)


def _found(path: str, homes: Sequence[str], name: str) -> Any:
    for home in () if name.startswith("__") else homes:
        if hasattr(there := import_module(home), name):
            return getattr(there, name)
    raise AttributeError(f"module {path!r} has no attribute {name!r}")


def _public(homes: Sequence[str]) -> list[str]:
    return sorted({name for home in homes for name in vars(import_module(home)) if not name.startswith("_")})


def install() -> None:
    """Have the former import paths found, once."""
    if not any(isinstance(finder, Former) for finder in sys.meta_path):
        sys.meta_path.insert(0, Former())  # first: what is left of a folder that has moved is taken for a package
