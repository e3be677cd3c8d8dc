"""Models that a person brings: a checkpoint file, or a folder of Hugging Face, becomes rows like those of models."""

from vizcore.former import lazily

__getattr__, __dir__ = lazily(
    __name__,
    {
        "vizcore.models.checkpoints.hub": ("downloaded", "open_hub", "open_hub_rows"),
        "vizcore.models.checkpoints.layers": ("Layer", "fitting_layers"),
        "vizcore.models.checkpoints.rows": ("open_checkpoint", "open_rows"),
    },
)
