"""`python -m vizcore.synthetic FOLDER [--seed N]`: render the clips that come with the app, with cards and truths."""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np

from vizcore.synthetic.demo import DEMOS, FPS, Demo
from vizcore.synthetic.demo import render as drawn
from vizcore.synthetic.shot import SCENES, render
from vizcore.synthetic.shown import SHOWN, Shown
from vizcore.synthetic.truth_file import truth_path
from vizcore.video import write_video


def main() -> None:
    """Write every clip as FOLDER/NAME.mp4 with FOLDER/NAME.json and, of the world, FOLDER/NAME.truth.npz beside it."""
    parser = argparse.ArgumentParser(prog="python -m vizcore.synthetic", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0, help="of the demo clips; those of the world have their own")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, demo in DEMOS.items():
        _demo(options.folder / f"{name}.mp4", name, demo, options.seed)
    for name, shown in SHOWN.items():
        _shown(options.folder / f"{name}.mp4", shown)


def _demo(path: Path, name: str, demo: Demo, seed: int) -> None:
    frames = drawn(name, seed)
    write_video(path, frames, FPS)
    _card(
        path,
        demo.title,
        demo.about,
        frames,
        FPS,
        {"made by": f"python -m vizcore.synthetic {path.parent} --seed {seed}"},
    )


def _shown(path: Path, shown: Shown) -> None:
    clip = render(shown.shot, path)
    origin = {
        "made by": f"python -m vizcore.synthetic {path.parent}",
        "shot": shown.shot.clip_id,
        "truth": truth_path(path).name,
    }
    _card(path, shown.title, shown.about, clip.frames, SCENES[shown.shot.scene].rate, origin)


def _card(path: Path, title: str, about: str, frames: np.ndarray, rate: float, origin: dict[str, str]) -> None:
    """What a person should know of a clip, beside it."""
    card = {
        "title": title,
        "about": about,
        **origin,
        "frames": len(frames),
        "rate": rate,
        "size": list(frames.shape[2:0:-1]),
        "sha256 of the frames": hashlib.sha256(frames.tobytes()).hexdigest(),
    }
    path.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n")
    print(f"{path.stem}: {len(frames)} frames of {frames.shape[2]} x {frames.shape[1]}")


if __name__ == "__main__":
    main()
