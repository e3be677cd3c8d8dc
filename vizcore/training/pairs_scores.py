"""How well nets tell what two lanterns have in common: logits of clips, and accuracy of lamp, body and both."""

import numpy as np
import torch

from vizcore.algorithms.statistics.accuracy import spread
from vizcore.models.nets.pair_net import PairNet
from vizcore.training.tokens import Arrays


@torch.no_grad()
def logits_of(net: PairNet, data: Arrays, batch: int = 200) -> np.ndarray:
    """(M, 4) what a net in eval mode says of every clip, in 32 bits.

    Args:
        net: in eval mode.
        data: arrays of features_of.
        batch: clips that go through the net together.
    """
    starts = range(0, len(data["kind"]), batch)
    return torch.cat([net.classify(torch.from_numpy(data["clip"][k : k + batch]).float()) for k in starts]).numpy()


def summed(logits: np.ndarray, data: Arrays) -> dict[str, float]:
    """Accuracy: lamp and body are both right; and of each of the two alone."""
    answer, kind = logits.argmax(-1), data["kind"]
    lamp, body = np.isin(answer, (0, 1)) == np.isin(kind, (0, 1)), answer % 2 == kind % 2
    return {
        "accuracy": float((lamp & body).mean()),
        "lamp accuracy": float(lamp.mean()),
        "body accuracy": float(body.mean()),
    }


def scored(nets: list[PairNet], data: dict[str, Arrays]) -> dict[str, dict]:
    """Metrics of one block's nets on validation and test clips."""
    found = {}
    for split in ("validation", "test"):
        rows = [summed(logits_of(net, data[split]), data[split]) for net in nets]
        found |= {f"{split} {key}": spread([row[key] for row in rows]) for key in rows[0]}
    return found
