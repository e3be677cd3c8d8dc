"""What has no command of its own: pipelines, by the names under which they may be imported, and what they are asked.

A pipeline that moves needs one name more in its row of NAMES: the first that can be imported is called. In settings,
"{clip:throw}" is a clip's file, "{truth:throw}" what is true about it, "{samples}" the folder of samples.
"""

from collections.abc import Mapping
from typing import Any

LANTERNS = ("lanterns-fast", "lanterns-slow", "lanterns-still")
PEOPLE = ("cartwheel", "push", "sit", "throw")
NAMES = {
    "temporal": ("vizcore.features.temporal.pipeline.answer", "vizcore.recipes.temporal.answer"),
    "temporal results": ("vizcore.features.temporal.pipeline.results", "vizcore.recipes.temporal.results"),
    "methods": ("vizcore.features.matching.pipeline.compare_methods", "vizcore.recipes.matching.compare_methods"),
    "matching against truth": (
        "vizcore.features.matching.pipeline_truth.compare_with_truth",
        "vizcore.recipes.truth.compare_with_truth",
    ),
    "lanterns": (
        "vizcore.features.temporal.pipeline_lanterns.what_is_followed",
        "vizcore.recipes.lanterns.what_is_followed",
    ),
    "embedding": ("vizcore.features.alignment.pipeline_embeddings.embeddings", "vizcore.recipes.embedding.embeddings"),
    "faithfulness": (
        "vizcore.features.heatmaps.pipeline_faithfulness.faithfulness",
        "vizcore.recipes.cam_worth.faithfulness",
    ),
    "heat": ("vizcore.features.heatmaps.pipeline.heat_maps", "vizcore.recipes.cam.heat_maps"),
    "classes over time": ("vizcore.features.heatmaps.pipeline_classes.classes_over_time",),
    "heat on things": (
        "vizcore.features.heatmaps.pipeline_faithfulness.on_things",
        "vizcore.recipes.cam_worth.on_things",
    ),
    "compare": ("vizcore.features.compare.pipeline.compare", "vizcore.recipes.compare.compare"),
    "compare over clips": (
        "vizcore.features.compare.pipeline_numbers.spread",
        "vizcore.recipes.compare_numbers.spread",
    ),
    "alignment": ("vizcore.features.alignment.pipeline.align_clips", "vizcore.recipes.alignment.align_clips"),
    "nearest": ("vizcore.features.alignment.pipeline_cycle.nearest", "vizcore.recipes.alignment_cycle.nearest"),
    "cycle": ("vizcore.features.alignment.pipeline_cycle.cycle", "vizcore.recipes.alignment_cycle.cycle"),
    "series": (
        "vizcore.features.alignment.pipeline_series.align_series",
        "vizcore.recipes.alignment_series.align_series",
    ),
    "together": ("vizcore.features.alignment.pipeline_many.together", "vizcore.recipes.alignment_many.together"),
    "stories": ("vizcore.features.alignment.pipeline_story.stories", "vizcore.recipes.alignment_story.stories"),
    "faults": ("vizcore.features.segmentation.pipeline.judged", "vizcore.recipes.segmentation.judged"),
    "label files": (
        "vizcore.features.segmentation.pipeline_files.compare_set",
        "vizcore.recipes.segmentation_files.compare_set",
    ),
    "re-assembly": (
        "vizcore.features.segmentation.pipeline_examples.reassembled",
        "vizcore.recipes.segmentation_examples.reassembled",
    ),
    "followed boxes": ("vizcore.features.localization.pipeline_follow.follow_boxes",),
    "key frame": ("vizcore.features.localization.pipeline.locate", "vizcore.recipes.localization.locate"),
    "box files": (
        "vizcore.features.localization.pipeline_precision.compare_files",
        "vizcore.recipes.localization_precision.compare_files",
    ),
    "localisers": (
        "vizcore.features.localization.pipeline_models.compare_models",
        "vizcore.recipes.localization_models.compare_models",
    ),
    "stages": ("vizcore.features.localization.pipeline_stages.stages", "vizcore.recipes.localization_stages.stages"),
    "three filters": (
        "vizcore.features.nonlocal_blocks.pipeline_claims.three_filters",
        "vizcore.recipes.spectral_lessons.three_filters",
    ),
    "laplacians": (
        "vizcore.features.nonlocal_blocks.pipeline_claims.laplacians",
        "vizcore.recipes.spectral_lessons.laplacians",
    ),
    "iterated": (
        "vizcore.features.nonlocal_blocks.pipeline_claims.iterated",
        "vizcore.recipes.spectral_lessons.iterated",
    ),
    "gains": ("vizcore.features.nonlocal_blocks.pipeline_results.gains", "vizcore.recipes.spectral_results.gains"),
    "lessons": ("vizcore.features.lessons.pipeline.worked", "vizcore.recipes.lessons.worked"),
    "true tracks": ("vizcore.features.world.pipeline.follow", "vizcore.recipes.world.follow"),
    "playback": ("vizcore.runtime.playback.playback", "vizcore.recipes.playback.playback"),
    "video": ("vizcore.video.read_clip",),
}
POINTS = ([[10, 0, 0.9], [14, 0, 0.3], [30, 1, 0.6], [36, 2, 0.8], [70, 1, 0.7]], [[20, 0.8], [50, 0.4], [54, 0.6]])
MODES = ("space", "joint", "factorized", "ata")
LAMPS = ["lamps-space", "lamps-ata"]
MADE_UP = {"path": "truth (made up)", "other": "older (made up)"}

Asked = Mapping[str, Mapping[str, Any]]  # {setting: arguments}


def _clips(names: tuple[str, ...], **more) -> dict[str, dict]:
    """A setting for each clip."""
    return {" ".join([name, *map(str, more.values())]): {"path": f"{{clip:{name}}}"} | more for name in names}


def _with_truth(names: tuple[str, ...], **more) -> dict[str, dict]:
    return {key: one | {"truth": f"{{truth:{name}}}"} for name in names for key, one in _clips((name,), **more).items()}


def _heat(clip: str, **more) -> dict:
    """Arguments that are the result of another pipeline."""
    return {"call": "heat", "settings": {"path": f"{{clip:{clip}}}", **more}}


def _pair(first: str, second: str, **more) -> dict:
    asked = {"path": f"{{clip:{first}}}", "other": f"{{clip:{second}}}", **more}
    return {"call": "alignment", "settings": asked, "part": "pair"}


def _panes(*clips: str, models: list[str], **more) -> dict:
    return {"paths": [f"{{clip:{clip}}}" for clip in clips], "models": models, **more}


def matching() -> dict[str, Asked]:
    """Matching, and what follows from it."""
    sources = ["colour", "pixels"]
    return {
        "temporal": _with_truth(LANTERNS + PEOPLE, family="lamps") | _with_truth(LANTERNS + PEOPLE, family="acts"),
        "temporal results": {family: {"family": family} for family in ("lamps", "acts")},
        "methods": _clips(("parade", "tiles", "throw")) | _clips(("push", "lamps"), count=5, across=10),
        "matching against truth": _with_truth(("crowd", "lanterns-slow", "sit"), sources=sources, count=5),
        "lanterns": {"slow": {"speed": 2.0, "clips": 6}, "fast": {"speed": 8.0, "clips": 6, "seed": 9}},
        "true tracks": _clips(("crowd", "sit", "lanterns-fast")) | _clips(("throw",), count=5, across=9),
        "playback": _clips(("push", "tiles")),
        "video": _clips((*LANTERNS, *PEOPLE, "crowd", "lamps", "parade", "story", "tiles"), count=24),
    }


def heat() -> dict[str, Asked]:
    """Heat maps, and models beside each other."""
    ways = ("channel-mean", "grad-cam", "attention-space", "rollout")
    more = ("grad-cam++", "layer-cam", "eigen-cam", "attention-time", "gradient-attention")
    rows = {"models": LAMPS}
    return {
        "faithfulness": {way: {"path": "{clip:lanterns-slow}", "method": way, "steps": 4} | rows for way in ways},
        "classes over time": _clips(("throw", "lamps"), count=16),
        "heat on things": {
            way: {"maps": _heat("lanterns-slow", method=way, **rows), "truth": "{truth:lanterns-slow}"} for way in ways
        },
        "compare": {
            **{way: _panes("throw", "throw", models=["acts-space", "acts-ata"], method=way) for way in ways + more},
            "two clips": _panes("lanterns-slow", "lanterns-fast", models=["lamps-ata", "lamps-ata"]),
            "by share": _panes("push", "story", models=["acts-ata", "acts-ata"], query=[0, 9, 0.4, 0.6], sync="share"),
            "four": _panes(
                *["lanterns-still"] * 4, models=["lamps-space", "lamps-joint", "lamps-factorized", "lamps-ata"]
            ),
        },
        "compare over clips": {
            "seeds": {"clips": [["world-carousel-7-forward", "world-carousel-8-backward"]] * 2, "models": LAMPS}
        },
        "embedding": {
            f"{model} {count}": {"path": "{clip:cartwheel}", "model": model, "count": count}
            for model in ("gta", "gta-tcc", "gta-untrained", "acts-ata", "lamps-joint")
            for count in (None, 13)
        },
    }


def time() -> dict[str, Asked]:
    """Alignment and segmentation."""
    pairs = {"throw, push": ("throw", "push"), "cartwheel, sit": ("cartwheel", "sit")}
    signals = {"path": "a pulse, early", "other": "a pulse, late"}
    files = {"path": "{samples}/first-series.csv", "other": "{samples}/second-series.npy"}
    together = {"others": ["{clip:throw}", "{clip:sit}"], "titles": ["one", "two", "three"]}
    labels = {"path": "{samples}/labels"}
    return {
        "nearest": {name: {"pair": _pair(*two)} for name, two in pairs.items()},
        "cycle": {name: {"pair": _pair(*two, limit=20)} for name, two in pairs.items()},
        "series": {
            "made up": signals,
            "soft": signals | {"gamma": 0.1},
            "as they are": signals | {"scale": "as they are", "pattern": "symmetric2"},
            "files": files,
            "files, cosine": files | {"cost": "cosine", "open_end": True},
        },
        "together": {"three": {"path": "{clip:push}", "limit": 24} | together},
        "stories": {"two": {"seed": 3, "count": 2}},
        "faults": _clips(("story", *PEOPLE)) | _clips(("story",), threshold=10) | _clips(("story",), threshold=75),
        "label files": {"all": labels, "split": labels | {"bundle": "test.split1.bundle", "background": []}},
        "re-assembly": {
            f"{length} {fill}": dict(zip(("actions", "boundaries"), POINTS), length=length, fill=fill)
            for length, fill in ((100, -1), (80, 0))
        },
    }


def boxes_and_graphs() -> dict[str, Asked]:
    """Localisation, non-local blocks, lessons."""
    keys = {f"{model} {key}": (model, key) for model in ("localizer", "localizer-two-stage") for key in (0, 30, 71)}
    found = {"path": "{samples}/truth.csv", "other": "{samples}/first.csv"}
    protocols = ("activitynet", "uncapped", "slowfast")
    return {
        "followed boxes": {
            "first box": {"path": "{clip:crowd}"},
            "drawn": {
                "path": "{clip:crowd}",
                "boxes": ["0.680.300.800.750_40.600.300.720.750", "", "20.100.300.250.800"],
            },
            "film": {"path": "{clip:parade}", "count": 24, "across": 16},
        },
        "key frame": {
            name: {"path": "{clip:crowd}", "model": model, "key": key} for name, (model, key) in keys.items()
        },
        "box files": {
            **{f"made up, {name}": MADE_UP | {"second": "newer (made up)", "protocol": name} for name in protocols},
            "files": found,
            "files, two": found | {"second": "{samples}/second.csv", "iou": 0.75},
        },
        "localisers": {"both": {"path": "localizer", "other": "localizer-two-stage", "clips": 24}},
        "stages": {form: {"form": form} for form in ("MViTv2-S without its last pooling", "ViT-B of VideoMAE")},
        "three filters": {"usual": {"out": [1.0, 0.5], "inner": 1.0, "h": 0.5}},
        "laplacians": {str(seed): {"seed": seed} for seed in (0, 1)},
        "iterated": {str(h): {"seed": 0, "h": h} for h in (0.2, 1.0)},
        "gains": {"usual": {}},
    }


def asked() -> dict[str, dict[str, Asked]]:
    """{group: {pipeline: {setting: arguments}}}; the lessons are added by who knows their titles."""
    return {"matching": matching(), "heat": heat(), "time": time(), "boxes and graphs": boxes_and_graphs()}
