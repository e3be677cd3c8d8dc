"""Names of files that strangers gave, fit to be shown."""

import re


def plain(text: str, longest: int = 60) -> str:
    """The last part of a path, or any words, without markup: fit to be shown anywhere."""
    return re.sub(r"[^\w .,()'+-]", "_", re.split(r"[/\\]", text)[-1])[:longest] or "unnamed"
