"""Tables as anti-diagonals and back, for soft_dtw_kernel.py, whose `places` says where each lies.

tables (B, M, N) - pack -> rows (B, S) - unpack -> tables (B, M, N)
"""

from vizcore.algorithms.compiled import cached

TILE = 16  # cells each way that are moved together between a table and its anti-diagonals


@cached
def pack(tables, rows, place):
    """Copy tables into anti-diagonals.

    Args:
        tables: (B, M, N) floats.
        rows: (B, S) float64, to be filled.
        place: (M+N-1,) of places.
    """
    batch, m, n = tables.shape
    for b in range(batch):
        for top in range(0, m, TILE):
            for side in range(0, n, TILE):
                for i in range(top, min(top + TILE, m)):
                    for j in range(side, min(side + TILE, n)):
                        rows[b, place[i + j] + i] = tables[b, i, j]


@cached
def unpack(rows, tables, place):
    """Copy anti-diagonals into tables.

    Args:
        tables: (B, M, N) floats, to be filled.
        rows: (B, S) float64.
        place: (M+N-1,) of places.
    """
    batch, m, n = tables.shape
    for b in range(batch):
        for top in range(0, m, TILE):
            for side in range(0, n, TILE):
                for i in range(top, min(top + TILE, m)):
                    for j in range(side, min(side + TILE, n)):
                        tables[b, i, j] = rows[b, place[i + j] + i]
