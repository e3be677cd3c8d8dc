"""Components of the player on a page without a server: mounted, told of changes and taken away as Streamlit does it.

stage.show(data) -> a component       stage.mouse.down() -> stage.show(other) -> stage.mouse.up() -> stage.told("click")
"""

import base64
from collections.abc import Callable
from importlib import import_module

import cv2
import numpy as np
import pytest

from vizcore.player.parts import styles

STAGE = """async ([script, style]) => {
  const { default: mount } = await import(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })));
  const lift = document.body.appendChild(document.createElement('div')); // what is above moves the component
  const calls = [], said = [];
  let host = null;
  const stage = window.stage = { lift, said };
  stage.enter = () => {
    host = document.body.appendChild(document.createElement('div'));
    const sheet = document.createElement('style');
    sheet.textContent = style;
    host.attachShadow({ mode: 'open' }).append(sheet);
  };
  stage.show = ({ meta, block, plain }) => {
    const data = plain ?? { meta, block: { getChildAt: () => ({ toArray: () => Uint8Array.from(block) }) } };
    const setStateValue = (name, value) => said.push([name, value]);
    calls.push(mount({ data, parentElement: host.shadowRoot, setStateValue }));
  };
  stage.overtaken = (call) => calls[call]();
  stage.leave = () => {
    host.remove();
    calls.at(-1)();
  };
  stage.enter();
}"""


class Stage:
    """One kind of component on a page of its own."""

    def __init__(self, page, script: str, style: str):
        self.page, self.mouse = page, page.mouse
        page.evaluate("document.body.replaceChildren()")
        page.evaluate(STAGE, [script, styles(style)])

    def show(self, data: dict) -> None:
        """What Streamlit does with data of a run: the first time it mounts, then it tells the change."""
        self.page.evaluate("data => stage.show(data)", data)

    def turn(self) -> None:
        """Let what is due in the browser happen."""
        self.page.evaluate("new Promise(go => setTimeout(go))")

    def overtaken(self, call: int = 0) -> None:
        """What Streamlit does with the answer of a call when newer data came before it was given."""
        self.page.evaluate("call => stage.overtaken(call)", call)

    def leave(self) -> None:
        """Take the component off the page."""
        self.page.evaluate("stage.leave()")

    def lower(self, px: int) -> None:
        """Have the page grow above the component."""
        self.page.evaluate("px => { stage.lift.style.height = `${px}px`; }", px)

    def focus_elsewhere(self) -> None:
        """Have something of the page beside the component focused."""
        self.page.evaluate("document.body.appendChild(document.createElement('button')).focus()")

    def told(self, name: str) -> list:
        """What Python was told under a name."""
        return [value for told, value in self.page.evaluate("stage.said") if told == name]

    def until_told(self, name: str, count: int = 1) -> list:
        """The same, once it is so much."""
        self.page.wait_for_function(
            "([name, count]) => stage.said.filter(([told]) => told === name).length >= count", arg=[name, count]
        )
        return self.told(name)

    def point(self, selector: str, x: float = 0.5, y: float = 0.5) -> None:
        """Move the mouse to shares of an element's width and height."""
        box = self.page.locator(selector).bounding_box()
        self.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])


def sent(room: str, show: Callable, *given, **named) -> dict:
    """What a component of a room of vizcore.player sends to the browser."""
    caught = {}

    def mount(*, data, **_):
        caught.update(data)
        return {}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module(f"vizcore.player.{room}"), "_mount", mount)
        show(*given, **named)
    if "meta" not in caught:
        return {"plain": caught}
    return {"meta": caught["meta"], "block": caught["block"].tolist()}


def address(blob: bytes, *_) -> str:
    """A blob as an address that can be fetched without a server."""
    return f"data:image/jpeg;base64,{base64.b64encode(blob).decode()}"


def grey_frames(count: int, width: int = 160, height: int = 90) -> tuple[bytes, np.ndarray]:
    """A pack of frames that grow lighter: its bytes, and (count + 1,) where each begins."""
    shades = np.linspace(0, 255, count).astype(np.uint8)
    jpegs = [cv2.imencode(".jpg", np.full((height, width, 3), shade))[1].tobytes() for shade in shades]
    return b"".join(jpegs), np.cumsum([0, *map(len, jpegs)])
