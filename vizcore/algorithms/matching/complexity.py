"""What temporal modelling costs, in closed form: orders of one block, and exact counts of a whole video transformer.

    frames T, patches n, width d                   -> block_cost   the orders of Table 1 and Equation 1 (ATA supplement)
    frames, size, patch, width, depth, ... -> Cost vit_cost        parameters and multiply-adds, part by part

The networks are ViT's (Dosovitskiy et al. 2021) with TimeSformer's divided attention (Bertasius et al. 2021).
"""

from dataclasses import dataclass

MODES = ("space", "joint", "factorized", "ata")
MLP_RATIO = 4  # hidden width of the MLP, in widths
COLOURS = 3
PER_NORM_ELEMENT = 5  # multiply-adds that the published tables count for an element of a layer norm


@dataclass(frozen=True)
class Cost:
    """What a network weighs, and what one pass over one clip costs."""

    parameters: int
    macs: int  # multiply-adds of all layers
    parts: dict[str, int]  # the same multiply-adds, part by part
    matching: int = 0  # multiply-adds of the cosines between neighbouring frames, which no published table counts


def block_cost(mode: str, frames: int, patches: int, width: int) -> float:
    """The order of one encoder block, with all constants 1.

    Args:
        mode: space T n^2 d; joint T^2 n^2 d; factorized T n^2 d + T^2 n d; ata: T n^3 more, for the matching.
        frames: T.
        patches: n, patches of one frame.
        width: d.

    Raises:
        ValueError: the mode is unknown or a size is below 1.
    """
    _check(mode, frames=frames, patches=patches, width=width)
    t, n, d = float(frames), float(patches), float(width)
    within_frames, over_time = t * n**2 * d, t**2 * n * d
    orders = {
        "space": within_frames,
        "joint": t**2 * n**2 * d,
        "factorized": within_frames + over_time,
        "ata": within_frames + over_time + t * n**3,
    }
    return orders[mode]


def vit_cost(
    mode: str,
    frames: int = 8,
    size: int = 224,
    patch: int = 16,
    width: int = 768,
    depth: int = 12,
    heads: int = 12,
    classes: int = 400,
) -> Cost:
    """Count a video transformer's parameters, and its multiply-adds for one clip.

    Counted as the published tables do: 1 for a multiply-add of a linear layer, convolution or matrix product, 5 for an
    element of a layer norm, nothing for softmax and GELU. The class token has its own place in attention within a frame
    (a copy in every frame) and passes the MLP once. ATA has the factorized network's layers; its cosines are apart.

    Args:
        mode: a mode of MODES.
        frames: T of the clip.
        size: height and width of a frame in px, a multiple of patch.
        patch: height and width of a patch in px.
        width: D, a multiple of heads.
        depth: encoder blocks.
        heads: of each attention; they change no count.
        classes: of the head.

    Raises:
        ValueError: the mode is unknown, a size is below 1, or one does not divide the other.
    """
    _check(mode, frames=frames, size=size, patch=patch, width=width, depth=depth, heads=heads, classes=classes)
    if size % patch or width % heads:
        raise ValueError(f"want size {size} divisible by patch {patch}, and width {width} by heads {heads}")
    patches = (size // patch) ** 2
    parts = _parts(mode, frames, patches, patch, width, depth, classes)
    parameters = _parameters(mode, frames, patches, patch, width, depth, classes)
    matching = depth * (frames - 1) * patches**2 * width if mode == "ata" else 0
    return Cost(parameters, sum(parts.values()), parts, matching)


def _parameters(mode: str, frames: int, patches: int, patch: int, width: int, depth: int, classes: int) -> int:
    norm = 2 * width
    attention = _linear(width, 3 * width) + _linear(width, width)
    mlp = _linear(width, MLP_RATIO * width) + _linear(MLP_RATIO * width, width)
    block = norm + attention + norm + mlp
    if mode in ("factorized", "ata"):
        block += norm + attention + _linear(width, width)  # attention over time, and a linear layer after it
    times = 0 if mode == "space" else frames * width
    embedding = _linear(COLOURS * patch**2, width) + width + (patches + 1) * width + times  # class token, places
    return embedding + depth * block + norm + _linear(width, classes)


def _parts(mode: str, frames: int, patches: int, patch: int, width: int, depth: int, classes: int) -> dict[str, int]:
    tokens = frames * patches
    once = tokens + 1  # with the class token once
    copied = once if mode == "joint" else frames * (patches + 1)  # or once a frame
    attended = once if mode == "joint" else patches + 1  # tokens that a token attends to
    parts = {
        "patch embedding": tokens * COLOURS * patch**2 * width,
        "attention (linear)": depth * copied * 4 * width**2,
        "attention (products)": depth * copied * 2 * attended * width,
        "MLP": depth * once * 2 * MLP_RATIO * width**2,
        "layer norms": PER_NORM_ELEMENT * width * (depth * (copied + once) + 1),  # the last one on the class token
        "head": width * classes,
    }
    if mode in ("factorized", "ata"):
        parts["temporal (linear)"] = depth * tokens * 5 * width**2
        parts["temporal (products)"] = depth * tokens * 2 * frames * width
        parts["temporal (layer norms)"] = PER_NORM_ELEMENT * width * depth * tokens
    return parts


def _linear(inputs: int, outputs: int) -> int:
    """Parameters of a linear layer with bias."""
    return inputs * outputs + outputs


def _check(mode: str, **sizes: int) -> None:
    if mode not in MODES:
        raise ValueError(f"want a mode of {', '.join(MODES)}, got {mode!r}")
    if small := [f"{name}={value}" for name, value in sizes.items() if value < 1]:
        raise ValueError(f"want sizes of at least 1, got {', '.join(small)}")
