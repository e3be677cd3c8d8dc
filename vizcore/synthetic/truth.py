"""What is true about a clip: who is where, does what, and which pixel of one frame is which pixel of another.

The world is made of rigid surfaces (a thigh, a crate, the ground). Each has, in every frame, a place: the map from
its own coordinates to pixels. With the map of surfaces that is enough for the correspondence of any two frames:

    surface (T, H, W) + places (T, S, 2, 3) -> moved(t, u) (H, W, 2) -> votes(t, u, grid) (N, N) -> recall(votes, sigma)
"""

import json
import struct
import zipfile
import zlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tokenize import TokenError

import numpy as np

ROLES = ("actor", "bystander", "object", "distractor")
GROUND = 0  # the surface that everything stands before
HOLDS = 14 / 64  # share of a patch that a thing must cover to be what the patch holds
DAMAGED = (  # what numpy, zipfile and json raise where a file is
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, OverflowError, MemoryError),
    *(ValueError, KeyError, TypeError, AttributeError, SyntaxError, TokenError),
)


@dataclass(frozen=True)
class Surface:
    """A rigid piece: `thing` is what it belongs to, as an index into Truth.things, None for the ground."""

    name: str
    thing: int | None = None


@dataclass(frozen=True)
class Thing:
    """Somebody or something in the clip; `owner` is who handles it, as an index into Truth.things."""

    name: str
    role: str  # of ROLES
    owner: int | None = None


@dataclass(frozen=True)
class Segment:
    """A thing does something in the frames [first, stop)."""

    thing: int
    label: str
    first: int
    stop: int


@dataclass(frozen=True)
class Event:
    """A moment with a name: the hand closes, the foot touches, the lamp steps."""

    thing: int
    name: str
    frame: int


@dataclass(frozen=True, eq=False)
class Truth:
    """T frames of H x W px with S surfaces and K things."""

    surface: np.ndarray  # (T, H, W) uint8: which surface is seen there, an index into surfaces
    places: np.ndarray  # (T, S, 2, 3) float32: own coordinates (x, y, 1) -> px (x to the right, y down)
    surfaces: tuple[Surface, ...]
    things: tuple[Thing, ...]
    phase: np.ndarray  # (T, K) float32: how far the action is, 0..1; nan where the thing does none
    state: np.ndarray  # (T, K) float32: what it shows (a lamp's colour as a number); nan for things without states
    joints: np.ndarray  # (T, K, J, 2) float32 px of JOINTS of vizcore.synthetic.figure; nan for things without a body
    labels: tuple[str, ...] = ()  # words that can hold of a person at a moment
    does: np.ndarray | None = None  # (T, K, L) bool: which of the labels hold
    segments: tuple[Segment, ...] = ()
    events: tuple[Event, ...] = ()
    label: str = ""  # the class of the whole clip, where it has one
    pace: float = float("nan")  # px per frame of training size, where speed is what the clip is about

    @property
    def owner(self) -> np.ndarray:
        """(S,) int: the thing of each surface, -1 for the ground."""
        return np.array([-1 if surface.thing is None else surface.thing for surface in self.surfaces])

    def mask(self, thing: int) -> np.ndarray:
        """(T, H, W) bool: where the thing is seen."""
        return (self.owner == thing)[self.surface]

    def boxes(self) -> np.ndarray:
        """(T, K, 4) float32: x0, y0, x1, y1 in px around what is seen of each thing, nan where nothing is."""
        found = np.full((len(self.surface), len(self.things), 4), np.nan, np.float32)
        for thing in range(len(self.things)):
            visible = self.mask(thing)
            columns, rows = visible.any(1), visible.any(2)  # (T, W), (T, H)
            shown = columns.any(1)
            for axis, line in ((0, columns), (1, rows)):
                found[shown, thing, axis] = line.argmax(1)[shown]
                found[shown, thing, axis + 2] = line.shape[1] - line[:, ::-1].argmax(1)[shown]
        return found

    def moved(self, t: int, u: int) -> np.ndarray:
        """(H, W, 2) float32: where (x, y) every pixel of frame t is in frame u, in px, seen there or not."""
        full = np.zeros((2, len(self.surfaces), 3, 3))
        full[:, :, :2], full[:, :, 2, 2] = self.places[[t, u]], 1
        carry = (full[1] @ np.linalg.inv(full[0]))[:, :2][self.surface[t]]  # (H, W, 2, 3)
        y, x = np.mgrid[: self.surface.shape[1], : self.surface.shape[2]]
        return (np.einsum("hwij,hwj->hwi", carry[..., :2], np.stack([x, y], -1)) + carry[..., 2]).astype(np.float32)

    def at(self, frames: np.ndarray) -> "Truth":
        """The truth of some frames, in their order; segments and events, which span frames, are left behind."""
        arrays = {name: getattr(self, name)[frames] for name in ("surface", "places", "phase", "state", "joints")}
        does = None if self.does is None else self.does[frames]
        return replace(self, **arrays, does=does, segments=(), events=())

    def votes(self, t: int, u: int, grid: tuple[int, int], among: np.ndarray | None = None) -> np.ndarray:
        """(N, N) int64: how many pixels of patch i of frame t are seen in patch j of frame u.

        Args:
            t, u: frames, 0 to T - 1.
            grid: rows and columns of patches over the whole picture.
            among: (H, W) bool, the pixels of frame t that count; by default those of things, not of the ground.
        """
        height, width = self.surface.shape[1:]
        among = self.surface[t] != GROUND if among is None else among
        x, y = np.rint(self.moved(t, u)[among]).astype(np.int64).T
        inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        rows, columns = np.nonzero(among)
        rows, columns, x, y = rows[inside], columns[inside], x[inside], y[inside]
        visible = self.surface[t][rows, columns] == self.surface[u][y, x]
        here = patch_of(columns[visible], rows[visible], (height, width), grid)
        there = patch_of(x[visible], y[visible], (height, width), grid)
        count = grid[0] * grid[1]
        return np.bincount(here * count + there, minlength=count * count).reshape(count, count)

    def save(self, path: str | Path) -> None:
        """Write everything into one compressed NPZ; `load_truth` reads it."""
        words = {
            name: [asdict(row) for row in getattr(self, name)] for name in ("surfaces", "things", "segments", "events")
        }
        words |= {"labels": list(self.labels), "label": self.label, "pace": self.pace}
        arrays = {name: getattr(self, name) for name in ("surface", "places", "phase", "state", "joints")}
        does = {} if self.does is None else {"does": self.does}
        np.savez_compressed(path, words=np.array(json.dumps(words)), **arrays, **does)


def load_truth(path: str | Path) -> Truth:
    """What Truth.save wrote.

    Raises:
        ValueError: the file is none of those, or is damaged.
        FileNotFoundError: there is none.
    """
    rows = {"surfaces": Surface, "things": Thing, "segments": Segment, "events": Event}
    try:
        with Path(path).open("rb") as opened, np.load(opened, allow_pickle=False) as file:  # numpy leaves it open
            words = json.loads(str(file["words"]))
            arrays = {name: file[name] for name in file.files if name != "words"}
        words |= {name: tuple(row(**fields) for fields in words[name]) for name, row in rows.items()}
        return Truth(**arrays, **words | {"labels": tuple(words["labels"])})
    except FileNotFoundError:
        raise
    except DAMAGED:
        raise ValueError(
            f"want what Truth.save wrote, got {Path(path).name}, which is something else or damaged: make the clip anew"
        ) from None


def patch_of(x: np.ndarray, y: np.ndarray, shape: tuple[int, int], grid: tuple[int, int]) -> np.ndarray:
    """The patch that a pixel lies in, row by row; of the same shape as x.

    Args:
        x, y: px inside the picture.
        shape: height and width of the picture in px.
        grid: rows and columns.
    """
    return (y * grid[0] // shape[0]) * grid[1] + x * grid[1] // shape[1]


def true_partner(votes: np.ndarray) -> np.ndarray:
    """(N,) int64: the one-to-one matching that collects the most votes (N, N); without votes patches stay."""
    from vizcore.algorithms.matching.assignment import assign  # a truth that is only read needs no matching

    return assign(votes.astype(np.float64))


def recall(votes: np.ndarray, sigma: np.ndarray) -> float:
    """Votes that a matching collects, as a share of what the best one-to-one matching collects; nan without votes.

    Args:
        votes: (N, N) of Truth.votes.
        sigma: (N,) patch i of frame t is matched with patch sigma[i] of frame u.
    """
    rows = np.arange(len(votes))
    best = votes[rows, true_partner(votes)].sum()
    return float(votes[rows, sigma].sum() / best) if best else float("nan")


@dataclass(frozen=True, eq=False)
class WorldClip:
    """Frames of the world and their ground truth, which is None where it is not wanted."""

    frames: np.ndarray  # (T, H, W, 3) uint8 RGB
    truth: Truth | None
    label: str = ""
    number: int = 0  # of the label, in its family's list of classes
