"""Metrics of vectors of frames, and of what is compared instead of an embedding: tokens, poses, joints, numbers."""

from collections.abc import Mapping

import numpy as np
import torch

from vizcore.models.nets.pose import PATCH, PoseNet
from vizcore.models.weights import card, tensors
from vizcore.training.gta_clips import SIZE
from vizcore.training.gta_scores import TAU, read_out, scores, tau_of_some
from vizcore.training.tokens import Arrays
from vizcore.training.workshop import Workshop


def metrics_of(vectors: Mapping[str, np.ndarray], data: Mapping[str, Arrays]) -> dict[str, float]:
    """The metrics of vectors (M, T, D) of both splits."""
    each = len(data["validation"]["number"])
    found = scores(vectors["test"], data["test"])
    found |= read_out(vectors["validation"], data["validation"], vectors["test"], data["test"])
    ahead = tau_of_some(vectors["validation"], data["validation"]["number"], each)
    return {f"test {metric}": value for metric, value in found.items()} | {f"validation {TAU}": ahead}


def controls(data: Mapping[str, Arrays], pose: PoseNet) -> dict[str, dict[str, float]]:
    """{what is compared instead of an embedding: its metrics}: nothing of it was taught to align."""
    tables = {split: compared(data[split], pose) for split in ("validation", "test")}
    return {name: metrics_of({split: found[name] for split, found in tables.items()}, data) for name in tables["test"]}


@torch.no_grad()
def compared(data: Arrays, pose: PoseNet) -> dict[str, np.ndarray]:
    """{what is compared instead of an embedding: (M, T, D)}."""
    tokens = torch.from_numpy(data["tokens"]).float()
    clips, frames = tokens.shape[:2]
    maps = tokens.flatten(0, 1).transpose(1, 2).unflatten(2, (SIZE // PATCH, SIZE // PATCH))
    vectors = pose.pose(pose.survey(pose.level(maps))).unflatten(0, (clips, frames))
    number = np.arange(frames, dtype=np.float64)[:, None] / frames
    return {
        "mean token": tokens.mean(2).numpy(),
        "pose vector": vectors.numpy(),
        "true joints": data["joints"].reshape(clips, frames, -1),
        "frame number": np.tile(number, (clips, 1, 1)),
    }


def pose_net(shop: Workshop) -> PoseNet:
    """The backbone whose stem all embedders stand on, whole."""
    recipe = card("pose", shop.folder).recipe
    net = PoseNet(recipe["size"], tuple(recipe["widths"]), recipe["depth"])
    net.load_state_dict(tensors("pose", shop.folder))
    return net.eval()
