"""`python -m vizcore.world FOLDER [--seed N]`: render the demo clips, each with its card."""

import argparse
import hashlib
import json
from pathlib import Path

from vizcore.video import write_video
from vizcore.world.demo import DEMOS, FPS, render


def main() -> None:
    """Write every demo clip as FOLDER/NAME.mp4 with FOLDER/NAME.json beside it."""
    parser = argparse.ArgumentParser(prog="python -m vizcore.world", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, demo in DEMOS.items():
        frames = render(name, options.seed)
        write_video(options.folder / f"{name}.mp4", frames, FPS)
        card = {
            "title": demo.title,
            "about": demo.about,
            "made by": f"python -m vizcore.world {options.folder} --seed {options.seed}",
            "frames": len(frames),
            "rate": FPS,
            "size": demo.size,
            "sha256 of the frames": hashlib.sha256(frames.tobytes()).hexdigest(),
        }
        (options.folder / f"{name}.json").write_text(json.dumps(card, indent=2) + "\n")
        print(f"{name}: {len(frames)} frames of {demo.size[0]} x {demo.size[1]}")


if __name__ == "__main__":
    main()
