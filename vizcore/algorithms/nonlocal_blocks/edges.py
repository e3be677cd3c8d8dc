"""What kinds of graphs there are, and how large one may be before its edges are no longer written out."""

SYMMETRIC = "symmetric"  # A = A^T: real eigenvalues, orthogonal modes
ROWS_SUM_TO_1 = "row-stochastic"  # attention weights; in general complex eigenvalues of modulus 1 at most
UNNORMALISED = "unnormalised"  # edges of any sign and size

LARGEST = 4096  # nodes whose N x N edges are written out: 64 MiB in 32 bits


def refuse_large(nodes: int) -> None:
    """Refuse to write out all edges of a graph that is too large for that.

    Raises:
        ValueError: there are more than LARGEST nodes.
    """
    if nodes > LARGEST:
        raise ValueError(
            f"want at most {LARGEST} nodes for all edges at once, got {nodes}: take fewer frames, a coarser grid or "
            "single rows"
        )
