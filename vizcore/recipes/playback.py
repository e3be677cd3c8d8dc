"""What the browser plays: a clip's frames as a pack of small JPEGs, made once and kept by content.

path -> video.pack_frames -> FramePack, kept in the store under (file's hash, width, quality, limit)
"""

import numpy as np

from vizcore.recipes.lab import Lab, default_lab
from vizcore.store import file_key, key_of
from vizcore.video import FramePack, pack_frames

WIDTH, QUALITY, LIMIT = 640, 80, 1200  # px; JPEG quality; frames of a pack (about 15 MB at most)


def playback(path: str, lab: Lab | None = None) -> FramePack:
    """The frames of a clip at display size; a clip of more than LIMIT frames is thinned out evenly.

    Raises:
        VideoError: the file is no video that can be read.
    """
    lab = lab or default_lab()
    key = key_of("playback", file_key(path), WIDTH, QUALITY, LIMIT)
    kept = lab.store.get(key)
    if kept is None:
        pack = pack_frames(path, WIDTH, QUALITY, LIMIT, progress=lambda *at: lab.progress(*at, "reading frames"))
        kept = {
            "blob": np.frombuffer(pack.blob, np.uint8),
            "offsets": pack.offsets,
            "times": pack.times,
            "indices": pack.indices,
            "size": np.array([pack.width, pack.height]),
        }
        lab.store.put(key, kept)
    width, height = kept["size"].tolist()
    return FramePack(kept["blob"].tobytes(), kept["offsets"], kept["times"], kept["indices"], width, height)
