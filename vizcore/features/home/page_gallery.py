"""The front door's rooms: a gallery of states worth opening, and what the app runs on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vizcore import ui
from vizcore.features.entry import Demo

if TYPE_CHECKING:
    from vizcore.runtime.engine import EngineStatus
    from vizcore.runtime.store import StoreStats

ACROSS = 3  # cards in a row
GALLERY = Path(__file__).resolve().parents[3] / "assets" / "gallery"


def gallery(demos: Sequence[Demo]) -> None:
    """Cards in rows: a picture, a sentence and the link that opens the state; on a phone one below the other."""
    for start in range(0, len(demos), ACROSS):
        row = demos[start : start + ACROSS]
        for column, demo in zip(ui.columns(ACROSS, gap="small"), row):  # the last row may be shorter
            with column, ui.container(border=True, height="stretch", key=f"demo-{demo.name}"):
                ui.thumbnail(str(GALLERY / f"{demo.name}.webp"), alt=demo.about)
                ui.page_link(demo.page, f"**{demo.title}**", demo.query, icon=None)
                ui.screen_caption(demo.about)


def status(engine: EngineStatus, store: StoreStats) -> None:
    """Device, memory and queue of the engine, and how full the store is."""
    megabyte = 2**20
    about = f"{store.entries} results; beyond {store.limit_bytes / megabyte:.0f} MB the oldest are removed."
    values = {
        "Device": (engine.device, engine.name),
        "Models in memory": (str(len(engine.models)), ""),
        "Jobs waiting": (str(engine.queued), ""),
        "Results on disk": (f"{store.bytes / megabyte:.0f} MB", about),
    }
    ui.metrics(values, width=220)
