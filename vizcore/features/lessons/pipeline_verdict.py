"""What a step of a lesson comes to, in one sentence: the question as long as it is open, then whether it was answered.

question, answers, what is reached -> sentence
"""

import re

SENTENCES = re.compile(r"(?<=[.?!])\s+(?=[^a-z])")


def goal_verdict(place: int, count: int, done: int | None) -> str:
    """Where one is among the lessons.

    Args:
        place: of the lesson, from 1.
        count: of all lessons.
        done: how many the learner has done; None before a class.
    """
    if done is None:
        return f"Lesson {place} of {count}."
    return f"Lesson {place} of {count}; {done} of {count} lessons done."


def in_short(text: str, ask: bool = True) -> str:
    """The sentence of a text that says what to do: its last question, or else its last sentence.

    Args:
        text: of one sentence or more.
        ask: look for a question first.
    """
    every = SENTENCES.split(" ".join(text.split()))
    questions = [one for one in every if one.endswith("?")] if ask else []
    return (questions or every)[-1]


def predict_verdict(ask: str, chosen: str | None) -> str:
    """The question, or what was predicted.

    Args:
        ask: the whole question.
        chosen: the answer that was given; None while there is none.
    """
    return in_short(ask) if chosen is None else f"You predicted {_quoted(chosen)}; the sum will show it."


def try_verdict(task: str, yours: str, reached: str | None, begun: bool) -> str:
    """What to do, or how far one has come.

    Args:
        task: what to try.
        yours: what the learner's hand comes to; "" where that is shown elsewhere.
        reached: what is said where the aim of the task is reached; None where it is not.
        begun: something has been done.
    """
    if reached is not None:
        return reached
    if not begun:
        return in_short(task, ask=False)
    lower = yours.startswith(("Yours", "At ", "The ", "Max "))
    return f"Not there yet; {yours[:1].lower() if lower else yours[:1]}{yours[1:]}" if yours else "Not there yet."


def reveal_verdict(line: int, count: int, predicted: str | None, answer: str) -> str:
    """How far the sum is, and once it is done, whether the prediction was right.

    Args:
        line: of the sum, that is shown last; 1 to `count`.
        count: lines of the sum.
        predicted: the answer that was given; None where nobody was asked.
        answer: the right one.
    """
    if line < count:
        told = f"; you predicted {_quoted(predicted)}" if predicted is not None else ""
        return f"Line {line} of {count} of the sum{told}."
    if predicted is None:
        return f"The answer is {_quoted(answer)}."
    if predicted == answer:
        return f"You predicted {_quoted(predicted)}, which is right."
    return f"You predicted {_quoted(predicted)}; it is {_quoted(answer)}."


def check_verdict(ask: str, chosen: str | None, right: bool, predicted: bool | None) -> str:
    """The question, or how many of the lesson's answers are right.

    Args:
        ask: the whole question.
        chosen: the answer that was given; None while there is none.
        right: it is right.
        predicted: the prediction was right; None where there was none.
    """
    if chosen is None:
        return in_short(ask)
    told = f"{_quoted(chosen)} is {'right' if right else 'not right'}"
    if predicted is None:
        return f"{told}."
    return f"{told}; {right + predicted} of 2 answers in this lesson {'is' if right + predicted == 1 else 'are'} right."


def _quoted(text: str) -> str:
    return f"“{text.rstrip('.')}”"
