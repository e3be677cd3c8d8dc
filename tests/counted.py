"""How long a text takes, counted and not timed: lines of Python walked, and letters that a regular expression tries.

reading(function, text) -> steps: lines, letters cut out, names compared     any regular expression is refused
matching(pattern, text) -> letters that a backtracking matcher tries         an oracle by re's own parse trees
"""

import re
import sys
from contextlib import suppress
from itertools import islice
from re import _constants as op
from re import _parser as parser

TENFOLD = 12  # times the steps that ten times the text may take
WORD = {op.CATEGORY_WORD: lambda c: c.isalnum() or c == "_", op.CATEGORY_DIGIT: str.isdecimal}
WORD |= {op.CATEGORY_SPACE: str.isspace}
NOT = {op.CATEGORY_NOT_WORD: op.CATEGORY_WORD, op.CATEGORY_NOT_DIGIT: op.CATEGORY_DIGIT}
NOT |= {op.CATEGORY_NOT_SPACE: op.CATEGORY_SPACE}

LETTERS = (op.LITERAL, op.NOT_LITERAL, op.IN, op.ANY)


class Text(str):
    """A text that counts the letters which are cut out of it."""

    cut = 0

    def __getitem__(self, place):
        found = super().__getitem__(place)
        Text.cut += len(found)
        return found


def reading(function, text: str) -> int:
    """Steps of reading a text: lines of Python, and letters cut out of it. A refusal ends it like any other result."""
    lines = 0

    def trace(frame, event, _):
        nonlocal lines
        lines += event == "line"
        return trace

    def profile(frame, event, called):
        if event == "c_call" and isinstance(getattr(called, "__self__", None), re.Pattern):
            raise AssertionError(f"{function.__name__} asks a regular expression, whose steps nobody counts")

    with suppress(ValueError):
        function(text)  # what is imported meanwhile is no step of a text
    Text.cut = 0
    before = sys.gettrace(), sys.getprofile()
    sys.settrace(trace)
    sys.setprofile(profile)
    try:
        function(Text(text))
    except ValueError:
        pass  # it was walked through all the same
    finally:
        sys.settrace(before[0])
        sys.setprofile(before[1])
    return lines + Text.cut


def matching(pattern: re.Pattern, text: str, *, whole: bool = False) -> int:
    """Letters that are tried while all matches of a pattern in a text are found, or (`whole`) one of all of it."""
    tree, tried, limit = list(parser.parse(pattern.pattern, pattern.flags)), [0], sys.getrecursionlimit()
    sys.setrecursionlimit(30 * len(text) + limit)
    try:
        at = 0
        while at <= len(text):
            ends = _ends(tree, text, at, tried)
            if whole:
                all(end < len(text) for end in ends)  # until one is the text's own
                break
            at = max(next(ends, at), at + 1)
    finally:
        sys.setrecursionlimit(limit)
    return tried[0]


def _ends(nodes, text, at, tried):
    """Every place where a row of nodes may end, in the order in which a backtracking matcher comes to it."""
    if not nodes:
        yield at
        return
    (kind, what), rest = nodes[0], nodes[1:]
    for end in _node(kind, what, text, at, tried):
        yield from _ends(rest, text, end, tried)


def _node(kind, what, text, at, tried):
    if kind is op.SUBPATTERN:
        yield from _ends(list(what[3]), text, at, tried)
    elif kind is op.BRANCH:
        for one in what[1]:
            yield from _ends(list(one), text, at, tried)
    elif kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        yield from _repeated(kind, *what, text, at, tried)
    elif kind in (op.ASSERT, op.ASSERT_NOT):
        behind, inner = what
        start = at - 1 if behind < 0 else at
        holds = start >= 0 and next(_ends(list(inner), text, start, tried), None) is not None
        if holds == (kind is op.ASSERT):
            yield at
    elif kind is op.AT:
        words = [0 <= k < len(text) and WORD[op.CATEGORY_WORD](text[k]) for k in (at - 1, at)]
        if what is not op.AT_BOUNDARY or words[0] != words[1]:
            yield at
    else:
        tried[0] += 1
        if at < len(text) and _fits(kind, what, text[at]):
            yield at + 1


def _repeated(kind, least, most, inner, text, at, tried, count=0):
    """A node, or several, some times over; of one letter after another the ends are kept on a stack."""
    inner = list(inner)
    if kind is op.POSSESSIVE_REPEAT:
        yield from islice(_repeated(op.MAX_REPEAT, least, most, inner, text, at, tried), 1)
    elif kind is op.MAX_REPEAT and len(inner) == 1 and inner[0][0] in LETTERS:
        ends = [at]
        while len(ends) <= most and (end := next(_ends(inner, text, ends[-1], tried), None)) is not None:
            ends.append(end)
        yield from reversed(ends[least:])
    else:
        if kind is op.MIN_REPEAT and count >= least:
            yield at
        for end in _ends(inner, text, at, tried) if count < most else ():
            if end > at:
                yield from _repeated(kind, least, most, inner, text, end, tried, count + 1)
        if kind is op.MAX_REPEAT and count >= least:
            yield at


def _fits(kind, what, letter) -> bool:
    if kind is op.LITERAL:
        return ord(letter) == what
    if kind is op.NOT_LITERAL:
        return ord(letter) != what
    if kind is op.RANGE:
        return what[0] <= ord(letter) <= what[1]
    if kind is op.CATEGORY:
        return WORD[what](letter) if what in WORD else not WORD[NOT[what]](letter)
    if kind is op.ANY:
        return letter != "\n"
    negated = what[0][0] is op.NEGATE
    return any(_fits(*one, letter) for one in what[negated:]) != negated
