"""What stands at the ends of a scale of heat, in words."""

from vizcore.features.heatmaps.pipeline_scale import Scaled


def ends_in_words(parts: tuple[Scaled | None, ...], scope: str) -> tuple[str, str]:
    """What stands at the ends of the scale: the heat in its own numbers where all rows share them, else whose it is."""
    hot = [part for part in parts if part is not None]
    if scope == "all" and hot:
        return number(hot[0].low), number(hot[0].high)
    return f"{scope}'s\nlowest", f"{scope}'s\nhighest"


def number(value: float) -> str:
    """Three digits that count."""
    return f"{value:.3g}".replace("-", "−")
