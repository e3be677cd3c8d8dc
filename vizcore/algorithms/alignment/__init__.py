"""Two sequences side by side: warping, hard and soft, and what teaches to align."""

from vizcore.former import lazily

__getattr__, __dir__ = lazily(
    __name__,
    {
        "vizcore.algorithms.alignment.losses": (
            "contrastive_cost",
            "correspondence",
            "cycle_loss",
        ),
        "vizcore.algorithms.alignment.kendall": ("kendall_tau",),
    },
)
