"""Re-assembly as a board: points to move, and Algorithm 1 step by step; on worked examples and on a clip."""

from vizcore import ui
from vizcore.algorithms.segmentation.reassembly import ActionPoint, BoundaryPoint, Reassembly
from vizcore.features.segmentation.figures import class_colours
from vizcore.features.segmentation.pipeline_examples import EXAMPLES, NAMES, reassembled
from vizcore.features.segmentation.pipeline_verdict import reassembly_verdict
from vizcore.player.board import board, placed
from vizcore.runtime.domain import Badge

BOARD = "segmentation-board"
GUIDE = (
    "**Drag** points in the upper row (upwards: more confident), **double-click** to add one, **Delete** takes the "
    "chosen one away, C changes its class, the arrow keys nudge it, Z undoes. The row below shows the points after the "
    "rules so far: dashed ones go in the next step, framed ones have just been made. Arrow keys on the board go "
    "through the steps."
)
WHAT = (
    "A net finds too many points: moments at which an action is under way, and moments at which one ends. Four rules, "
    "in this order, turn them into a timeline in which every frame has exactly one action."
)


def replay() -> None:
    """Worked examples: change the points and follow the rules."""
    with ui.top():
        name = ui.selectbox("Example", list(EXAMPLES), "example", width=240, label_visibility="collapsed")
    example, classes = EXAMPLES[name], list(zip(NAMES, class_colours(len(NAMES), ())))
    found = edited(example.points, example.length, classes, f"example {name}")
    ui.caption(example.about)
    _in_numbers(found)
    ui.caption(WHAT)


def edited(
    points: tuple[list[ActionPoint], list[BoundaryPoint]],
    length: int,
    classes: list[tuple[str, str]],
    origin: str,
    fill: int = -1,
    truth: tuple = (),
    badges: tuple[Badge, ...] = (),
) -> Reassembly:
    """A board of points, and what became of them where a person has left them, with its verdict.

    Args:
        points: as they were found.
        length: T in frames.
        classes: (name, #rrggbb) of each class.
        origin: what the points are of.
        fill: the class of all frames where there is no action.
        truth: (start, stop, class) segments to compare with.
        badges: of the model that found the points.
    """
    found = reassembled(*(placed(BOARD, origin, length, len(classes)) or points), length, fill)
    ui.verdict(reassembly_verdict(found), *badges)
    board(found, classes, key=BOARD, origin=origin, truth=truth)
    ui.caption(GUIDE)
    return found


def _in_numbers(found: Reassembly) -> None:
    given, stages = found.start, [step.stage for step in found.steps]
    ui.metrics(
        {
            "Actions": (f"{len(given.actions)} → {len(found.actions)}", "Points that were given, and those that stay."),
            "Boundaries": (f"{len(given.boundaries)} → {len(found.boundaries)}", "One less than actions, in the end."),
            "Steps": (str(len(stages)), "Applications of a rule; the last one gives every frame its class."),
            "Segments": (str(len(found.segments)), "Runs of one class; fewer than actions where one has no frame."),
        }
    )
