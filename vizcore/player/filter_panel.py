"""The filter panel: a filter on a graph whose weights are turned in the browser, and what it does, redrawn at once.

    FilterPanel (formula, parts of a signal, energies, frames) -> [browser: slide, drag the curve] -> FilterSettings

The browser adds up parts of the signal, each times g(lambda) of its frequency, so no slider waits for Python.
"""

import base64
import math
from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
import streamlit as st

from vizcore.algorithms.nonlocal_blocks.operators import OPERATORS, ORDERS
from vizcore.algorithms.nonlocal_blocks.spectral import Weights, response
from vizcore.player.parts import script, styles
from vizcore.player.payload import pack
from vizcore.player.scene import COLOUR
from vizcore.runtime.recording import blocks, recorded

SCRIPT = script("filter_panel")
MOST, STEP = 4.0, 0.05  # of a weight
LOWEST, HIGHEST = 0.1, 10.0  # of h
GHOSTS = ("nl", "ns")  # operators whose plain curves lie beneath that of the filter
LONG_SIDE, QUALITY = 224, 80  # px and JPEG quality of the small frames
LARGEST = 32767  # of 16 bits

_mount = st.components.v2.component("vizcore_filter_panel", css=styles("filter_panel"), js=SCRIPT)


@dataclass(frozen=True)
class FilterSettings:
    """Where the sliders are."""

    out: tuple[float, ...]
    inner: float = 1.0
    h: float = 1.0


@dataclass(frozen=True, eq=False)
class FilterPanel:
    """What is filtered.

    Raises:
        ValueError: parts, signals and grid do not fit, or a colour is not written #rrggbb.
    """

    operator: str  # a key of OPERATORS
    settings: FilterSettings
    values: np.ndarray  # (B,) eigenvalue of each part
    parts: np.ndarray  # (B, N) a signal as a sum of parts, slowest first; or A times the signal alone, (1, N)
    signal: np.ndarray  # (N,)
    reference: np.ndarray  # (N,) what NL makes of the signal
    grid: tuple[int, int, int]  # T, rows, columns of the N positions
    spectrum: np.ndarray  # (K,) eigenvalues, complex where they are
    energy: np.ndarray | None  # (K,) of the features; None where the modes cannot tell
    frames: np.ndarray | None  # (T, H, W, 3) uint8
    colours: tuple[str, ...]  # #rrggbb from low to high, an odd number

    def __post_init__(self):
        count = math.prod(self.grid)
        shapes = [np.shape(one) for one in (self.signal, self.reference)] + [np.shape(self.parts)[1:]]
        if set(shapes) != {(count,)} or len(self.values) != len(self.parts):
            raise ValueError(
                f"want signals ({count},) and parts (B, {count}), got {shapes} and {len(self.values)} values"
            )
        if self.energy is not None and len(self.energy) != len(self.spectrum):
            raise ValueError(f"want an energy for each of {len(self.spectrum)} modes, got {len(self.energy)}")
        for colour in self.colours:
            if not COLOUR.fullmatch(colour):
                raise ValueError(f"want colours as #rrggbb, got {colour!r}")


def settings_of(key: str, operator: str, count: int) -> FilterSettings | None:
    """Where a person has left the sliders of a filter panel, or None where they were not touched.

    Args:
        key: the filter panel's name on the page.
        operator: whose sliders.
        count: how many weights it has; 0 for any number up to ORDERS.
    """
    state = st.session_state.get(key)
    return checked(state.get("settings"), operator, count) if isinstance(state, Mapping) else None


def checked(value: object, operator: str, count: int) -> FilterSettings | None:
    """What the browser sent, or None where it does not fit, since anybody can send anything.

    Args:
        value: the state of the sliders, as it came.
        operator: whose sliders.
        count: how many weights it has; 0 for any number up to ORDERS.
    """
    if not isinstance(value, Mapping) or value.get("operator") != operator:
        return None
    out, inner, h = value.get("out"), value.get("inner"), value.get("h")
    if not isinstance(out, list) or not 1 <= len(out) <= ORDERS or (count and len(out) != count):
        return None
    if not all(type(one) in (int, float) and math.isfinite(one) and abs(one) <= MOST for one in (*out, inner)):
        return None
    if type(h) not in (int, float) or not LOWEST <= h <= HIGHEST:
        return None
    return FilterSettings(tuple(map(float, out)), float(inner), float(h))


def graph_filter(panel: FilterPanel, *, key: str) -> None:
    """Show a filter with its sliders; what they are turned to is read by `settings_of`, before this is called.

    Args:
        key: its name on the page.
    """
    scales = np.maximum(np.abs(panel.parts).max(axis=1, initial=0.0), 1e-12)  # (B,)
    arrays = {
        "values": np.asarray(panel.values, np.float64),
        "scales": scales / LARGEST,
        "parts": np.round(panel.parts / scales[:, None] * LARGEST).astype(np.int16).ravel(),
        "signal": np.asarray(panel.signal, np.float64),
        "reference": np.asarray(panel.reference, np.float64),
        "real": np.ascontiguousarray(panel.spectrum.real, np.float64),
        "imaginary": np.ascontiguousarray(np.imag(panel.spectrum), np.float64),
        "energy": np.zeros(0) if panel.energy is None else np.asarray(panel.energy, np.float64),
    }
    block, contents = pack(arrays)
    meta = {
        "operator": operator_words(panel.operator),
        "ghosts": [operator_words(name) for name in GHOSTS],
        "settings": {"out": list(panel.settings.out), "inner": panel.settings.inner, "h": panel.settings.h},
        "grid": [int(side) for side in panel.grid],
        "limits": {"most": MOST, "step": STEP, "low": LOWEST, "high": HIGHEST},
        "frames": [] if panel.frames is None else [_address(frame) for frame in panel.frames],
        "colours": list(panel.colours),
        "contents": contents,
    }
    _mount(key=key, data={"meta": meta, "block": block}, on_settings_change=_registered)
    if len(panel.spectrum):
        recorded.note(lambda: _still(panel))


def operator_words(name: str) -> dict:
    """What the browser is told of an operator."""
    row = OPERATORS[name]
    return {
        "name": name,
        "pieces": row.pieces,
        "weights": row.weights,
        "responses": [
            {"numerator": one.numerator, "denominator": one.denominator} for one in row.responding(row.outs or ORDERS)
        ],
        "inner": row.inner,
        "zoom": row.zoom,
        "more": not row.outs,
    }


def _still(panel: FilterPanel) -> blocks.Figure:
    """The filter as it is turned, for a report."""
    from vizcore.player.still_boards import filter_figure  # only a report asks for it

    weights = Weights(panel.settings.out, inner=panel.settings.inner, h=panel.settings.h)
    gains = response(panel.operator, panel.spectrum, weights)
    numbers = f"out {', '.join(f'{one:g}' for one in weights.out)}"
    alt = f"What {panel.operator} makes of {len(gains)} modes, with the weights {numbers}"
    return blocks.figure(filter_figure(panel.spectrum, gains, panel.energy), alt, filter_figure.caption)


def _registered() -> None:
    """An event is registered by having a callback; where the sliders are is read by settings_of."""


def _address(frame: np.ndarray) -> str:
    """A small JPEG of a frame (H, W, 3) as a data address."""
    scale = min(1.0, LONG_SIDE / max(frame.shape[:2]))
    size = max(1, round(frame.shape[1] * scale)), max(1, round(frame.shape[0] * scale))
    small = cv2.cvtColor(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2BGR)
    data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()
    return f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
