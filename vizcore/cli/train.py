"""`python -m vizcore train`: make weight files anew, as they were made; see vizcore.training."""


def train(*words: str) -> int:
    """Run pipelines of vizcore.training.

    Args:
        words: pipelines and options of vizcore.training; without any they are listed.
    """
    from vizcore.training.__main__ import main  # torch and the world: only who trains waits for them

    main(list(words) or ["--help"])
    return 0
