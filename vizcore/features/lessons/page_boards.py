"""The boards of the lessons on the page: cells to click, sliders, a list to order, points to switch off."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from vizcore.features.lessons.boards import Board, Cells, Points, Ranks, Sliders
from vizcore.features.lessons.controls import LessonView, put
from vizcore.features.lessons.worked import written
from vizcore.figures.theme import DIVERGING, paint
from vizcore.ui import teaching

LARGER = 1.5  # times, before a class


def play(view: LessonView) -> LessonView:
    """The board of a lesson; what comes back holds the hand as it is now."""
    return BOARDS[type(view.lesson.board)](view)


def again(view: LessonView) -> None:
    """A button that clears the board."""
    lesson = view.lesson
    if view.hand != lesson.board.first:
        teaching.button("Start again", "again", _cleared, view, icon=":material/replay:")


def _cleared(view: LessonView) -> None:
    if isinstance(view.lesson.board, Sliders):
        teaching.forget(*(_key(view, slider.name) for slider in view.lesson.board.sliders))
    put(view.lesson, view.lesson.board.first)


def _cells(view: LessonView) -> LessonView:
    board = view.lesson.board
    limit = float(np.abs(board.table).max()) or 1.0
    colours = paint(board.table, -limit, limit, DIVERGING).tolist()
    numbers = [[written(value) for value in row] for row in board.table]

    def press(row: int, column: int) -> None:
        put(view.lesson, board.pressed(view.hand, (row, column)))

    teaching.cells(numbers, colours, view.hand, press, larger=LARGER if view.presented else 1.0)
    return view


def _sliders(view: LessonView) -> LessonView:
    hand = view.hand
    for place, slider in enumerate(view.lesson.board.sliders):
        key = _key(view, slider.name)
        value = teaching.slide(slider.label, slider.low, slider.high, hand[place], key, slider.step)
        hand = view.lesson.board.moved(hand, place, value)
    put(view.lesson, hand)
    return replace(view, hand=hand)


def _ranks(view: LessonView) -> LessonView:
    board = view.lesson.board

    def move(place: int, by: int) -> None:
        put(view.lesson, board.moved(view.hand, place, by))

    teaching.movable([board.lines[item] for item in view.hand], "line-of-list", move)
    return view


def _points(view: LessonView) -> LessonView:
    board = view.lesson.board

    def turn(point: int) -> None:
        put(view.lesson, board.switched(view.hand, point))

    teaching.switches(board.names, [point in view.hand for point in board.first], "point", turn)
    return view


def _key(view: LessonView, name: str) -> str:
    return f"{view.lesson.file.removesuffix('.toml')}-{name}"


BOARDS: dict[type[Board], Callable[[LessonView], LessonView]] = {
    Cells: _cells,
    Sliders: _sliders,
    Ranks: _ranks,
    Points: _points,
}
