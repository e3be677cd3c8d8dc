"""What a report holds, in one sentence: titles of the pages of its views, and of those that wait -> sentence."""

from collections import Counter
from collections.abc import Sequence

NOTHING = "Nothing is in the report yet"


def report_verdict(titles: Sequence[str], waiting: int) -> str:
    """How many views of which pages, and how many are still to come.

    Args:
        titles: of the page of each view, in order.
        waiting: presses whose pages have not run to their end.
    """
    one, several = "; 1 view waits: open it to add it", f"; {waiting} views wait: open them to add them"
    more = "" if not waiting else one if waiting == 1 else several
    if not titles:
        return f"{NOTHING}{more}."
    counts = Counter(titles)
    if len(counts) == 1:
        return f"{len(titles)} view{'s' * (len(titles) > 1)} of {titles[0]}{more}."
    parts = [f"{count} of {title}" for title, count in counts.items()]
    return f"{len(titles)} views: {', '.join(parts[:-1])} and {parts[-1]}{more}."
