"""Known answers of video and disk: clips drawn anew, decoded, encoded, and results that come back from the store."""

import hashlib
import json
import tempfile
from pathlib import Path

import numpy as np

from vizcore.features.system.pipeline_known import Answer, Known, all_of, within
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.context import Context
from vizcore.runtime.store import key_of
from vizcore.synthetic.demo import DEMOS, render
from vizcore.video import probe, read_frames, write_video

DRAWN = "tiles"
SOME, REACH = 6, 24  # clips or frames that are drawn by chance; frames that are passed on the way to one
LOST = 6.0  # levels of 255 that the codec may lose on average
GREYS = tuple(range(16, 240, 16))  # a frame each
OFF = 3.0  # levels of a plain frame


def drawn_anew(context: Context, rng: np.random.Generator) -> Answer:
    """A bundled clip's frames, drawn on this machine, have the hash that its card tells."""
    expected = json.loads(bundled()[DRAWN].path.with_suffix(".json").read_text())["sha256 of the frames"]
    found = hashlib.sha256(render(DRAWN).tobytes()).hexdigest()
    return Answer(f"sha256 {expected[:12]}", f"sha256 {found[:12]}", found == expected)


def decoded(context: Context, rng: np.random.Generator) -> Answer:
    """The shipped file of the same clip shows what is drawn."""
    entry, draw = bundled()[DRAWN], DEMOS[DRAWN].draw(0)
    numbers = rng.choice(probe(entry.path).frames, SOME, replace=False)
    drawn = np.stack([draw(number) for number in numbers])
    found = read_frames(entry.path, numbers)
    return within("mean loss in levels", float(np.abs(found.astype(np.int16) - drawn).mean()), LOST)


def reached(context: Context, rng: np.random.Generator) -> Answer:
    """Frames that are jumped to are those that come by in order."""
    clips = bundled()
    words, wrong = rng.choice(list(clips), SOME, replace=False), []
    for word in words:
        path = clips[word].path
        numbers = rng.integers(0, probe(path).frames) - np.arange(REACH)[::-1]
        numbers = numbers[numbers >= 0]
        passing = read_frames(path, numbers)
        alone = np.concatenate([read_frames(path, [number]) for number in numbers[[0, -1]]])
        wrong += [] if np.array_equal(alone, passing[[0, -1]]) else [str(word)]
    return all_of(len(words) - len(wrong), len(words), "clips", tuple(wrong))


def encoded(context: Context, rng: np.random.Generator) -> Answer:
    """Plain frames written as H.264 come back, each in its place and in its grey."""
    greys = rng.permutation(GREYS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "greys.mp4"
        write_video(path, np.broadcast_to(greys[:, None, None, None], (len(greys), 64, 96, 3)).astype(np.uint8), 24)
        found = read_frames(path, range(probe(path).frames)).mean((1, 2, 3))
    right = int((np.abs(found - greys) < OFF).sum()) if len(found) == len(greys) else 0
    return all_of(right, len(greys), "frames")


def stored(context: Context, rng: np.random.Generator) -> Answer:
    """A result goes to the disk and comes back, value by value."""
    key = key_of("self-test", rng.integers(2**31))
    array = rng.standard_normal((64, 64))
    put = context.store.put(key, {"array": array}, {"of": "self-test"})
    found = context.store.get(key)
    context.store.path_of(key).unlink(missing_ok=True)
    same = found is not None and bool(np.array_equal(found["array"], array))
    return Answer("every value as before", "as before" if same else "not kept" if not put else "lost", same)


FOOTAGE = (
    Known("Video", "a bundled clip drawn anew", drawn_anew),
    Known("Video", "the same clip decoded", decoded),
    Known("Video", "frames jumped to", reached),
    Known("Video", "H.264 written and read", encoded),
    Known("Store", "a result kept and found", stored),
)
