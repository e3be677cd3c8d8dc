"""What a person has done of the lessons; it travels in the session's file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the report's page knows no boards
    from vizcore.features.lessons.boards import Hand


@dataclass
class Progress:
    """By the titles of the lessons."""

    answers: dict[str, dict[str, int]] = field(default_factory=dict)  # {title: {step: choice}}
    hands: dict[str, Hand] = field(default_factory=dict)  # what was done on a board
    done: dict[str, bool] = field(default_factory=dict)
    revealed: set[str] = field(default_factory=set)  # whose sum was seen
