"""Models that a person brings: a checkpoint file, or a folder of Hugging Face, becomes rows like those of models."""

from vizcore.models.checkpoints.hub import open_hub, open_hub_rows
from vizcore.models.checkpoints.layers import Layer, fitting_layers
from vizcore.models.checkpoints.rows import open_checkpoint, open_rows

__all__ = ["Layer", "fitting_layers", "open_checkpoint", "open_hub", "open_hub_rows", "open_rows"]
