"""Runs in a process of its own, in the tree that is frozen: every page by Streamlit's AppTest, as lines of words.

    python -P words_inside.py STATES.json      [[page file, query, place], ...] -> PLACE, a line for each thing on it

Of a control: its kind, label, options, and what is chosen; of a table: its cells; of a figure: its words. This file
stands alone: no module of the tree is named in it, and none beside it can be imported from there.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

PATIENCE = 120  # seconds for a run
ROUNDS = 100  # runs until work has to be done
WORDS = ("title", "text", "name", "label", "hovertemplate")  # of a figure, that hold what is read
HOLDERS = ("text", "ticktext", "annotations", "labels")


def main(states: str) -> None:
    """Open every state, and write its lines; what cannot be opened is told, and the next one begins."""
    for page, query, place in json.loads(Path(states).read_text()):
        try:
            app = _opened(page, query)
        except RuntimeError as fault:  # it took too long
            print(f"{page}: {fault}", file=sys.stderr)
            continue
        found = [line for block in (app.sidebar, app.main) for line in _lines(block)]
        Path(place).write_text("\n".join(found) + "\n")


def _opened(page: str, query: dict[str, str]) -> AppTest:
    """The app at a page, run until no work is left."""
    app = AppTest.from_file(str(Path("app.py").resolve()), default_timeout=PATIENCE)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    if page != "home":
        app.switch_page(f"pages/{page}.py")
        app.run()
    for _ in range(ROUNDS):
        if not app.get("progress"):
            break
        app.run()
    return app


def _lines(node: Any) -> Iterator[str]:
    """What stands in a block, from top to bottom, or what one element says."""
    children = getattr(node, "children", None)
    if children is None:
        yield from _element(node)
        return
    own = getattr(getattr(node, "proto", None), node.type or "", None)  # such as a popover's
    if label := getattr(node, "label", "") or getattr(own, "label", ""):
        yield f"{node.type}: {label}"
    for child in children.values():
        yield from _lines(child)


def _element(element: Any) -> Iterator[str]:
    kind, proto = element.type, getattr(element, "proto", None)
    if kind == "bidi_component":
        yield f"component: {proto.component_name}"
    elif kind == "plotly_chart":
        yield from (f"figure: {text}" for text in _figure_words(json.loads(proto.spec or proto.figure.spec)))
    elif kind in ("arrow_data_frame", "dataframe", "table"):
        yield from (f"table: {row}" for row in element.value.to_csv(index=False, float_format="%.6g").splitlines())
    elif kind != "space":
        parts = [getattr(element, "label", ""), _options(element), _chosen(element), getattr(element, "help", "")]
        parts += [getattr(element, "placeholder", "")]
        told = [str(part) for part in parts if part not in ("", None)]
        yield f"{kind}: {' · '.join(told) if told else getattr(proto, 'label', '')}".replace("\n", "\n    ")


def _options(element: Any) -> str:
    options = getattr(element, "options", None)
    return "" if not options else f"[{' | '.join(map(str, options))}]"


def _chosen(element: Any) -> str:
    try:
        value = element.value
    except (AttributeError, NotImplementedError, ValueError):  # of what has none
        return ""
    return "" if callable(value) else str(value)


def _figure_words(spec: Any) -> Iterator[str]:
    """Titles, names, annotations and the words on axes of a figure, in their order."""
    if isinstance(spec, list):
        for one in spec:
            yield from [one] if isinstance(one, str) else _figure_words(one)
    elif isinstance(spec, dict):
        for name, value in spec.items():
            if isinstance(value, str) and name in WORDS:
                yield value
            elif isinstance(value, dict) or (isinstance(value, list) and name in (*HOLDERS, "data", "shapes")):
                yield from _figure_words(value)


if __name__ == "__main__":
    main(sys.argv[1])
