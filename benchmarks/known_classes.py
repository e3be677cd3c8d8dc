"""When does lite0 know what it sees? Its likeliest class, averaged over a clip or a shot, and whether that is there.

    python -m benchmarks.known_classes [--data DIR] [--smallest] [DOCUMENT ...]

The threshold is the middle between the likeliest class that is not there and the least likely one that is, over the
clips that it is chosen on; the others test it. Whether a class is there was judged by eye, once, for this table. Frames
are those that the page of heat maps takes: 8, evenly spread, squeezed into 224 px squared.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.marked import table, tell
from benchmarks.options import asked, films
from vizcore.features.heatmaps.pipeline_frames import shown_size
from vizcore.models import MODELS
from vizcore.models.photographs import missing
from vizcore.runtime import package_films
from vizcore.runtime.engine import Engine
from vizcore.video import probe, read_frames

LITE = MODELS["lite0"]
KEYS = ("keyboard space bar", "computer keyboard", "typewriter keyboard")
SIGNER = ("television", "monitor", "T-shirt", "sweatshirt")
CHOSEN = {  # file below DIR, or a film of a package: what of ImageNet is there, by eye
    "film-carphone": ("bow tie", "Windsor tie", "suit", "seat belt"),
    "decord_video_0.mov": KEYS,
    "decord_flipping_a_pancake.mkv": ("frying pan", "dining table"),
    "mmaction2_demo.mp4": ("water bottle", "dining table"),
    "mmaction2_test.mp4": ("sandal",),
    "mmaction2_test.avi": ("face powder", "lipstick"),
    "autoeditor_SAR-2by3.mp4": (),
}
TESTED = {
    "film-carphone-distorted": ("bow tie", "suit", "seat belt"),
    "decord_video_90.mov": KEYS,
    "film-bikes 0-29": ("minibus", "tram"),
    "film-bikes 30-75": ("car mirror", "minivan", "taxicab", "radiator grille"),
    "film-bikes 76-136": ("minivan",),
    "film-bikes 137-186": ("picket fence", "minivan", "mountain bike", "tandem bicycle"),
    "film-bikes 187-241": ("mountain bike", "tandem bicycle"),
    "film-bunny": ("hare",),
    "moviepy_chaplin.mp4": ("suit", "trench coat"),
    **{f"intel_asl_{word}.mkv": SIGNER for word in ("again", "bird", "eat", "milk", "thanks")},
    "torchcodec_h265_video.mp4": (),
    "noise": (),
    "black": (),
    "grey": (),
    "white": (),
}
BLANK = {"black": 0, "grey": 128, "white": 255}
SMALLEST = {"clips": 2}


@dataclass(frozen=True)
class Case:
    """One clip or shot."""

    name: str
    chosen: bool  # the threshold is chosen on it
    word: str  # its likeliest class
    share: float  # the mean probability of that
    there: bool  # it is there, by eye


def frames_of(name: str, data: Path | None) -> np.ndarray | None:
    """(8, H, W, 3) of a clip, of a shot "CLIP FIRST-LAST", or made; None where the clip is not here."""
    if name == "noise":
        return np.random.default_rng(0).integers(0, 256, (LITE.frames, 144, 192, 3), dtype=np.uint8)
    if name in BLANK:
        return np.full((LITE.frames, 144, 192, 3), BLANK[name], np.uint8)
    clip, _, shot = name.partition(" ")
    film = package_films.films().get(clip)
    path = film.path if film else data / clip if data and "." in clip else None
    if path is None or not path.exists():
        return None
    info = probe(path)
    first, last = map(int, shot.split("-")) if shot else (0, info.frames - 1)
    numbers = first + LITE.chosen(last - first + 1)
    return read_frames(path, numbers.tolist(), shown_size(info))


def cases(data: Path | None, clips: int) -> Iterator[Case]:
    """Every clip that is here, those that the threshold is chosen on first."""
    engine = Engine()
    for chosen, group in ((True, CHOSEN), (False, TESTED)):
        for name, there in list(group.items())[:clips]:
            frames = frames_of(name, data)
            if frames is not None:
                shares = engine.run(LITE, frames).logits.softmax(-1)
                word = LITE.classes[int(shares.argmax())]
                yield Case(name, chosen, word, float(shares.max()), word in there)
    engine.close()


def threshold(found: Sequence[Case]) -> float:
    """The middle between what is there and what is not, of the chosen; nan where they do not separate."""
    right = [one.share for one in found if one.chosen and one.there]
    wrong = [one.share for one in found if one.chosen and not one.there]
    if not right or not wrong or min(right) <= max(wrong):
        return float("nan")
    return (min(right) + max(wrong)) / 2


def texts(found: Sequence[Case]) -> dict[str, str]:
    """The table and what it comes to, as Markdown."""
    rows = [
        [
            one.name,
            "chosen on" if one.chosen else "tested on",
            one.word,
            f"{one.share:.2f}",
            "yes" if one.there else "no",
            one.word if one.share >= LITE.least else "none of its classes",
        ]
        for one in found
    ]
    heads = ["clip, and frames of a shot", "threshold", "likeliest class", "mean probability", "is there", "said"]
    tested = [one for one in found if not one.chosen]
    named = [one for one in tested if one.share >= LITE.least]
    counts = (
        f"Middle of the chosen: {threshold(found):.2f}; used: {LITE.least:.2f}. Of {len(tested)} clips and shots that "
        f"test it, {len(named)} get a name, {sum(one.there for one in named)} of them the name of something that is "
        f"there; of the {len(tested) - len(named)} others, "
        f"{sum(one.there for one in tested) - sum(one.there for one in named)} would have got one."
    )
    return {"known-classes": f"{table(heads, rows)}\n\n{counts}"}


def main(words: Sequence[str] | None = None) -> None:
    """Print the table, and write it into documents."""
    told = asked(__doc__, words, SMALLEST, data=films(), clips=1000, documents=())
    if lacks := missing():
        print(f"skipped: {lacks[0]}")
        return
    tell(texts(list(cases(told.data, told.clips))), told.documents)


if __name__ == "__main__":
    main()
