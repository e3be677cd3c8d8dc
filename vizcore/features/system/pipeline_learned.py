"""Known answers of what was trained: weight files as their cards tell, and passes that repeat and are right."""

import hashlib

import numpy as np
import torch

from vizcore.features.system.pipeline_known import Answer, Known, all_of, within
from vizcore.models import MODELS
from vizcore.models.weights import FOLDER, card, names
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.context import Context
from vizcore.video import probe, read_frames

NET, CLIP = "lamps-ata", "lanterns-slow"  # a small net, and a clip of which it is told what it shows
CLOSE = {"cpu": 1e-4, "mps": 1e-2, "cuda": 0.2}  # logits, which the GPU computes in 16 bits


def weights(context: Context, rng: np.random.Generator) -> Answer:
    """Every shipped weight file has the hash that its card tells."""
    digests = {name: hashlib.sha256((FOLDER / f"{name}.safetensors").read_bytes()).hexdigest() for name in names()}
    wrong = tuple(name for name, digest in digests.items() if digest != card(name).sha256)
    return all_of(len(digests) - len(wrong), len(digests), "files", wrong)


def bare(context: Context, rng: np.random.Generator) -> Answer:
    """What the engine's device says of noise against the bare network on the CPU."""
    row = MODELS[NET]
    noise = rng.integers(0, 256, (row.frames, row.size, row.size, 3), dtype=np.uint8)
    found = context.engine.run(NET, noise)
    with torch.inference_mode():
        expected = row.load()(row.prepared(noise)[None])[0]
    device = torch.device(found.device)
    return within(
        f"difference on {device.type}", float((found.logits.cpu() - expected).abs().max()), CLOSE[device.type]
    )


def again(context: Context, rng: np.random.Generator) -> Answer:
    """The same pass twice gives the same bits."""
    row = MODELS[NET]
    noise = rng.integers(0, 256, (row.frames, row.size, row.size, 3), dtype=np.uint8)
    first, second = (context.engine.run(NET, noise).logits for _ in range(2))
    same = bool(torch.equal(first, second))
    return Answer("the same bits", "the same bits" if same else "other bits", same)


def learnt(context: Context, rng: np.random.Generator) -> Answer:
    """A trained net still knows what a bundled clip shows."""
    entry, row = bundled()[CLIP], MODELS[NET]
    frames = read_frames(entry.path, row.chosen(probe(entry.path).frames).tolist())
    predicted = row.classes[int(context.engine.run(NET, frames).logits.argmax())]
    truth = entry.shot.split("-")[3]
    return Answer(truth, predicted, predicted == truth)


MODEL_ANSWERS = (
    Known("Models", "weight files against their cards", weights),
    Known("Models", "the engine against the bare network", bare),
    Known("Models", "the same pass twice", again),
    Known("Models", f"what {NET} says of {CLIP}", learnt),
)
