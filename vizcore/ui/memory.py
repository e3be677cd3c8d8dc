"""What is imported stays, so the garbage collector need not look at it again and again.

Streamlit collects garbage after every run; with a few hundred thousand objects of imported modules that costs 0.2 s a
click, and holds up whatever computes beside the page. Frozen once, a click costs 20 ms.
"""

import gc
from functools import cache


@cache
def freeze() -> None:
    """Take what there is now out of the collector's rounds; once in a process."""
    gc.collect()
    gc.freeze()
