"""What a page shows, read back from a run without a browser: its numbers, words and controls, and what is drawn."""

import base64
import json

import numpy as np
from streamlit.testing.v1 import AppTest


def metrics(app: AppTest) -> dict[str, str]:
    """{label: value} of the numbers in boxes."""
    return {one.label: one.value for one in app.metric}


def controls(app: AppTest) -> dict[str, object]:
    """{label: value} of sliders, menus, switches, words side by side and menus of clips."""
    kinds = app.slider, app.select_slider, app.number_input, app.selectbox, app.toggle, app.button_group
    menus = [json.loads(part.proto.json) for part in app.get("bidi_component") if part.key.endswith("-list")]
    return {menu["label"]: menu["chosen"] for menu in menus} | {one.label: one.value for kind in kinds for one in kind}


def words(app: AppTest) -> str:
    """All texts and notes, one a line."""
    return "\n".join(one.value for kind in (app.markdown, app.caption) for one in kind)


def saved(app: AppTest) -> list[str]:
    """Names of the files that can be taken along."""
    return [button.proto.label for button in app.get("download_button")]


def charts(app: AppTest) -> list[list[dict]]:
    """The traces of every chart, in the order of the page; what was sent as bytes is an array again."""
    return [[_read(trace) for trace in json.loads(chart.proto.spec)["data"]] for chart in app.get("plotly_chart")]


def named(app: AppTest) -> list[list[str]]:
    """The names of the traces of every chart, without those that have none."""
    return [[trace["name"] for trace in chart if "name" in trace] for chart in charts(app)]


def traces(app: AppTest, name: str) -> list[dict]:
    """The traces of a name, in all charts."""
    return [trace for chart in charts(app) for trace in chart if trace.get("name") == name]


def captions(app: AppTest) -> list[str]:
    """What stands under the pictures that have a line under them."""
    return [one.caption for picture in app.get("image") for one in picture.proto.imgs if one.caption]


def sent(app: AppTest, key: str) -> dict:
    """What the player, or another part with a script of its own, was handed besides bytes."""
    part = next(element for element in app.get("bidi_component") if element.key == key)
    return json.loads(part.proto.json) if part.proto.json else json.loads(part.proto.mixed.json)["meta"]


def _read(node: object) -> object:
    if isinstance(node, list):
        return [_read(child) for child in node]
    if not isinstance(node, dict):
        return node
    if "bdata" not in node:
        return {name: _read(child) for name, child in node.items()}
    shape = [int(side) for side in str(node.get("shape", "-1")).split(",")]
    return np.frombuffer(base64.b64decode(node["bdata"]), node["dtype"]).reshape(shape)
