"""A file becomes frames and their seconds, and back: frame i is always the i-th that is shown.

probe        path -> VideoInfo      what it is, and when each frame is shown
read_clip    path -> Clip           so many frames of a stretch of time
read_frames  path -> (K, H, W, 3)   any frames by number
pack_frames  path -> FramePack      what the browser plays
write_video  frames -> path         H.264 that every browser plays
"""

from vizcore.former import lazily
from vizcore.video.reading import pack_frames, probe, read_clip, read_frames
from vizcore.video.table import Clip, FramePack, VideoError, VideoInfo

__getattr__, _ = lazily(__name__, {"vizcore.video.encode": ("write_video",)})

__all__ = [
    "Clip",
    "FramePack",
    "VideoError",
    "VideoInfo",
    "pack_frames",
    "probe",
    "read_clip",
    "read_frames",
    "write_video",
]
