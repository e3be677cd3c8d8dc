"""What tests and benchmarks of the segmentation page share: a timeline of three hours, and edits on the board."""

from pathlib import Path

import numpy as np

from vizcore.formats.label_files import write_recognition, write_truth

FRAMES, SEGMENTS, CLASSES = 300_000, 5_000, 12
NAMES = ("background", *(f"action{k}" for k in range(1, CLASSES)))
EDITS = """async count => {
  const roots = [...document.querySelectorAll('.st-key-segmentation-board *')].map(node => node.shadowRoot);
  const root = roots.find(one => one?.querySelector('.board'));
  const all = () => performance.getEntriesByName('vizcore.edit');
  for (let k = 0; k < count; k += 1) {
    const seen = all().length, point = root.querySelector('.editable .disc');
    point.focus();
    point.dispatchEvent(new KeyboardEvent('keydown', { key: k % 2 ? 'ArrowLeft' : 'ArrowRight', bubbles: true }));
    while (all().length === seen) await new Promise(requestAnimationFrame);
    await new Promise(go => setTimeout(go, 60));
  }
  return all().map(entry => entry.duration);
}"""


def three_hours(rows: int = 4) -> dict[str, np.ndarray]:
    """{who: (FRAMES,) labels}: a truth, and models that are late by some frames and wrong here and there."""
    rng = np.random.default_rng(7)
    cuts = np.sort(rng.choice(np.arange(1, FRAMES), SEGMENTS - 1, replace=False))
    steps = rng.integers(1, CLASSES, SEGMENTS)  # from a class to the next: never the same one twice
    truth = np.repeat(np.cumsum(steps) % CLASSES, np.diff([0, *cuts, FRAMES])).astype(np.int32)
    made = {"truth": truth}
    for model in range(1, rows):
        made[f"net{model}"] = labels = np.roll(truth, 3 * model)
        for start in rng.integers(0, FRAMES - 40, SEGMENTS // 20):
            labels[start : start + 40] = rng.integers(CLASSES)
    return made


def write_set(folder: Path, rows: dict[str, np.ndarray]) -> None:
    """The rows as files of a data set of one video."""
    for who, labels in rows.items():
        place = folder / ("groundTruth" if who == "truth" else who)
        place.mkdir(parents=True)
        write = write_truth if who == "truth" else write_recognition
        (place / ("film.txt" if who == "truth" else "film")).write_bytes(write(labels, NAMES))
