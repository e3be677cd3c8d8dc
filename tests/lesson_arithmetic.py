"""Does a line of arithmetic hold? Its sides are computed anew, from what is written alone."""

import math
import re

ROUNDED = 0.012  # what three decimals of every number can add up to in these lines
NAMES = re.compile(r"\b(diagonal|above|left|precision|recall) ")
SIGNS = ((r"×", "*"), (r"√(\d+)", r"sqrt(\1)"), (r"e\^\(([^)]*)\)", r"exp(\1)"), (r"e\^(-?[\d.]+)", r"exp(\1)"))
ALLOWED = re.compile(r"[\d.+\-*/(), ]|sqrt|exp|log|min")
FUNCTIONS = {"__builtins__": {}, "sqrt": math.sqrt, "exp": math.exp, "log": math.log, "min": lambda *terms: min(terms)}


def sides(sum_: str) -> list[list[float]]:
    """The sides of every equation or chain of `≤` in a line; one without any has none."""
    found = []
    for part in re.split(r", (?![^(]*\))", sum_):
        terms = [term for term in re.split(r"[=≤]", part) if not term.strip().startswith("D(")]
        if len(re.split(r"[=≤]", part)) > 1:
            found.append([computed(term) for term in terms])
    return found


def computed(term: str) -> float:
    """The value of one side."""
    text = NAMES.sub("", term)
    for pattern, plain in SIGNS:
        text = re.sub(pattern, plain, text)
    text = re.sub(r"ln ([\d.]+)", r"log(\1)", text).strip()
    assert not ALLOWED.sub("", text), f"{text!r} is no arithmetic"
    return float(eval(text, FUNCTIONS))
