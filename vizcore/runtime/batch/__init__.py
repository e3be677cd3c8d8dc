"""Many clips, one after the other or on many machines: tasks in, files out; a killed run goes on where it was.

words -> sources -> Task(product, clip, settings) -> run -> OUT/clip.json, clip.npz, clip.mp4
"""

from vizcore.runtime.batch.run import Outcome, run
from vizcore.runtime.batch.sources import Source, left_out, sources
from vizcore.runtime.batch.task import FORMS, Task, do, is_done

__all__ = ["FORMS", "Outcome", "Source", "Task", "do", "is_done", "left_out", "run", "sources"]
