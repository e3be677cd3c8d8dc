"""A page with nothing but the player, on clips whose frames carry their number in their pixels.

The query chooses: clips=1|2, frames=F, width=px, frame=F, patch=N, warp=1, spacing=uneven, damaged=F, and tracks=0,
heat=0, tiers=0, grid=0 to leave a part out; annotations=1 adds boxes, sticks, a mask; cost_matrix=1 their cost matrix.
"""

import cv2
import numpy as np
import streamlit as st

from vizcore.player import (
    Annotations,
    Axis,
    Boxes,
    CostMatrix,
    Heat,
    Lines,
    Mask,
    PatchTracks,
    Pick,
    PlayerClip,
    Route,
    Segment,
    Style,
    Tier,
    player,
)

BITS = 12  # blocks along the top of a frame: white for 1, black for 0, the highest bit first
GRID = (9, 16)
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#F0E442")
NAMES = ("reach <b>", "grasp", "pour", "release")


def draw_frame(number: int, seed: int, width: int, height: int) -> np.ndarray:
    """(height, width, 3) uint8 RGB: a disc on a soft ground, and the number in binary."""
    ground = np.random.default_rng(seed).integers(40, 140, (*GRID, 3), dtype=np.uint8)
    frame = cv2.resize(ground, (width, height), interpolation=cv2.INTER_CUBIC)
    across, down = 0.1 + 0.8 * ((number * 7) % 240) / 240, 0.55 + 0.3 * np.sin(number / 9 + seed)
    colour = (240, 180, 40) if seed == 0 else (60, 160, 250)
    cv2.circle(frame, (int(width * across), int(height * down)), height // 10, colour, -1, cv2.LINE_AA)
    block = width // BITS
    for bit in range(BITS):
        value = 255 * (number >> (BITS - 1 - bit) & 1)
        frame[: height // 8, bit * block : (bit + 1) * block] = value
    return frame


@st.cache_data(max_entries=8)
def pack(frames: int, seed: int, width: int, uneven: bool, damaged: int | None) -> tuple:
    """The fields of a PlayerClip, made once."""
    height = width * 9 // 16
    jpegs = []
    for number in range(frames):
        image = draw_frame(number, seed, width, height)[:, :, ::-1]
        jpegs.append(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 80])[1].tobytes())
    if damaged is not None:
        jpegs[damaged] = b"no picture" * 50
    gaps = np.full(frames, 1 / 30)
    if uneven:
        gaps[frames // 2 :] = 1 / 10
    times = np.concatenate([[0.0], np.cumsum(gaps)[:-1]])
    offsets = np.concatenate([[0], np.cumsum([len(jpeg) for jpeg in jpegs])])
    return b"".join(jpegs), offsets, times, width, height


def tracks_of(frames: int) -> PatchTracks:
    """Every tenth frame each patch moves one row up and one column left, round the edges; some moves are overruled."""
    count = GRID[0] * GRID[1]
    tracked = np.arange(0, frames, 10)
    shift = np.roll(np.arange(count).reshape(GRID), (-1, -1), axis=(0, 1)).ravel()  # patch -> the next frame's patch
    sigma = [np.arange(count)]
    for _ in tracked[1:]:
        sigma.append(shift[sigma[-1]])
    rng = np.random.default_rng(7)
    similarity = rng.uniform(0.2, 1.0, (len(tracked) - 1, count))
    margin = rng.uniform(-0.08, 0.25, similarity.shape)
    return PatchTracks(tracked, np.stack(sigma), similarity, margin, margin < 0)


def heat_of(frames: int, row: int) -> Heat:
    """A warm spot that crosses the picture along a row."""
    rows, columns = np.mgrid[: GRID[0], : GRID[1]]
    centre = np.linspace(0, GRID[1], frames)[:, None, None]
    glow = np.exp(-((columns - centre) ** 2 + (rows - row) ** 2) / 12)
    return Heat((255 * glow).astype(np.uint8), low=0.0, high=0.8, label="attention")


def tiers_of(frames: int, side: int, label: str) -> Tier:
    cuts = np.linspace(0, frames, 5).astype(int).tolist()
    return Tier(label, [Segment(*cut) for cut in zip(cuts, cuts[1:], NAMES, COLOURS)], side)


def annotations_of(frames: int) -> Annotations:
    """A box that walks and one that stands, in nine frames of ten, a stick through the first, and a mask."""
    styles = [Style("walker", COLOURS[1]), Style("onlooker <i>", COLOURS[0], dashed=True)]
    seen = np.array([frame for frame in range(frames) if frame % 10 != 9])
    left = 0.1 + 0.4 * seen / frames
    walker = np.stack([left, np.full(left.shape, 0.3), left + 0.2, np.full(left.shape, 0.9)], -1)
    onlooker = np.tile([0.75, 0.5, 0.95, 1.0], (len(seen), 1))
    corners = np.stack([walker, onlooker], 1).reshape(-1, 4)
    labels = [name for frame in seen for name in (f"walks {frame // 50}", "")]
    scores = np.tile([0.875, np.nan], len(seen))
    boxes = Boxes(seen.repeat(2), corners, np.tile([0, 1], len(seen)), labels, scores)
    points = np.stack([walker[:, :2], walker[:, 2:], np.full((len(seen), 2), np.nan)], 1)
    maps = np.zeros((frames, *GRID), np.uint8)
    maps[:, 4:, 12:14] = 1 + np.arange(frames)[:, None, None] % 2
    lines = Lines(seen, points, np.zeros(len(seen), int), [(0, 1), (1, 2)])
    return Annotations(styles, boxes, lines, Mask(maps))


def cost_matrix_of(lengths: list[int]) -> CostMatrix:
    """A valley along the warp that the query asks for."""
    i, j = np.mgrid[: lengths[0], : lengths[1]]
    values = np.clip(2 * np.abs(j - i * 3 // 2), 0, 255).astype(np.uint8)
    path = np.stack([np.arange(lengths[0]), np.arange(lengths[0]) * 3 // 2], 1)
    axes = [Axis(name, [(0, "0"), (length - 1, str(length - 1))]) for name, length in zip("AB", lengths)]
    frames = tuple(np.arange(length) for length in lengths)
    return CostMatrix(values, frames, tuple(axes), [Route("path", "#e69f00", path)])


def show() -> None:
    """The player as the query asks for it, and what it told; its heat follows the last pick."""
    query = st.query_params
    count, frames = int(query.get("clips", 1)), int(query.get("frames", 120))
    width, uneven = int(query.get("width", 320)), query.get("spacing") == "uneven"
    damaged = int(query["damaged"]) if "damaged" in query else None
    wanted = {name: query.get(name) != "0" for name in ("grid", "tracks", "heat", "tiers")}
    lengths = [frames, frames + 60][:count]
    clips = [
        PlayerClip(*pack(length, seed, width, uneven, damaged if seed == 0 else None), label=f"clip {'AB'[seed]}")
        for seed, length in enumerate(lengths)
    ]
    linked = Pick(0, int(query.get("frame", 0)), int(query["patch"])) if "patch" in query else None
    heard = st.session_state.setdefault("heard", {})
    last = heard.get("told", linked)
    heat = heat_of(lengths[-1], last.patch // GRID[1] if last else 4) if wanted["heat"] else None
    positions = player(
        clips,
        key="player",
        grid=GRID if wanted["grid"] else None,
        tracks=tracks_of(frames) if wanted["tracks"] else None,
        heat=[*[None] * (count - 1), heat],
        annotations=[annotations_of(frames) if query.get("annotations") == "1" else None] + [None] * (count - 1),
        tiers=[tiers_of(n, side, f"phases of {'AB'[side]}") for side, n in enumerate(lengths) if wanted["tiers"]],
        sync=np.minimum(np.arange(frames) * 3 // 2, frames + 59) if query.get("warp") == "1" else "lock",
        cost_matrix=cost_matrix_of(lengths) if query.get("cost_matrix") == "1" else None,
        picked=last,
        pick=lambda pick: heard.update(told=pick),
        frame=int(query.get("frame", 0)),
    )
    st.text(f"told {heard.get('told')} at {positions}")


def main() -> None:
    if st.checkbox("Show", True, key="shown"):
        show()
    st.button("Again", key="again")
    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    st.html(f'<i class="vz-run" data-seq="{st.session_state["runs"]}" hidden></i>')


if __name__ == "__main__":
    main()
