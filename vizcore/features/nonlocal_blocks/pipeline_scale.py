"""What a position attends to, as colours: from 0 to 1 on one scale for all operators, or for each its own.

rows {name: (T, rows, columns)} -> attention weights of sum 1 -> Coloured, with the numbers at both ends
"""

from dataclasses import dataclass

import numpy as np

ALL, EACH = "all operators", "each operator"
SCOPES = {
    ALL: "x uniform (a multiple of 1 / number of positions), on one logarithmic scale for all",
    EACH: "from 0 to the max weight of each operator",
}
LEAST = 0.1  # x uniform: what is less is drawn like it


@dataclass(frozen=True, eq=False)
class Coloured:
    """One operator's row."""

    values: np.ndarray  # (T, rows, columns) 0 to 1
    largest: float  # max weight, 0 to 1
    negative: float  # sum of the weights below 0, as a share of all, 0 to 1


def shares(row: np.ndarray) -> np.ndarray:
    """Absolute weights, scaled to sum 1, like the row; all 0 where all are 0."""
    total = np.abs(row).sum()
    return np.abs(row) / total if total > 0 else np.zeros_like(row)


def coloured(rows: dict[str, np.ndarray], scope: str = ALL) -> tuple[dict[str, Coloured], tuple[str, str]]:
    """Every row from 0 to 1, and what stands at both ends of the scale.

    Args:
        scope: a key of SCOPES.

    Raises:
        ValueError: the scope is unknown.
    """
    if scope not in SCOPES:
        raise ValueError(f"want a scale of {', '.join(SCOPES)}, got {scope!r}")
    parts = {name: shares(row) for name, row in rows.items()}
    most = max((float(part.max() * part.size) for part in parts.values()), default=1.0)  # x uniform
    found = {}
    for name, part in parts.items():
        if scope == EACH:
            values = part / part.max() if part.max() > 0 else part
        else:
            times = np.maximum(part * part.size, LEAST)
            values = np.log(times / LEAST) / np.log(max(most, 2 * LEAST) / LEAST)
        negative = float(part[rows[name] < 0].sum())
        found[name] = Coloured(values.astype(np.float32), float(part.max()), negative)
    if scope == EACH:
        return found, ("0", "max weight")
    return found, (f"≤ {LEAST:g} ×", f"{most:.3g} ×")
