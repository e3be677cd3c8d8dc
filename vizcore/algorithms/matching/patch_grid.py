"""Rows and columns of a grid of patches that are nearly square."""


def square_grid(width: int, height: int, across: int) -> tuple[int, int]:
    """Rows and columns of nearly square patches, `across` of them side by side.

    Args:
        width, height: px of a frame.
        across: patches in a row, 1 or more.
    """
    return max(1, round(across * height / width)), across
