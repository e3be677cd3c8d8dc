"""The four ways in which a video transformer of this project looks at time."""

MODES = {
    "space": "each frame on its own, averaged",
    "joint": "all patches of all frames at once",
    "factorized": "each place over time, then each frame on its own",
    "ata": "each matched track over time, then each frame on its own",
}
OVER_TIME = ("factorized", "ata")
