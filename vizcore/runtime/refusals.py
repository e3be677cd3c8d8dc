"""Refusals that a command line tells apart by its exit code, and warnings that become one when a person is strict."""

from collections.abc import Sequence


class NothingToScore(ValueError):
    """No prediction meets any ground truth: there is no score, rather than a score of 0."""


class Doubtful(ValueError):
    """There are warnings, and a person has asked for none."""


def refuse_warnings(warnings: Sequence[str], strict: bool) -> None:
    """Make errors of warnings.

    Raises:
        Doubtful: strict, and there is a warning.
    """
    if strict and warnings:
        raise Doubtful(f"want no warning, as asked, got {len(warnings)}: {'; '.join(warnings)}")
