"""The front door's rooms: a gallery of states worth opening, and what the app runs on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vizcore.features.entry import Demo
from vizcore.ui import widgets

if TYPE_CHECKING:
    from vizcore.runtime.engine import EngineStatus
    from vizcore.runtime.store import StoreStats

GALLERY = Path(__file__).resolve().parents[3] / "assets" / "gallery"


def gallery(demos: Sequence[Demo]) -> None:
    """Cards that wrap: a picture, a sentence and the link that opens the state."""
    with widgets.container(horizontal=True, gap="small"):
        for demo in demos:
            with widgets.container(border=True, width=312, key=f"demo-{demo.name}"):
                widgets.image(str(GALLERY / f"{demo.name}.jpg"), width="stretch", alt=demo.about)
                widgets.page_link(f"pages/{demo.page}.py", label=f"**{demo.title}**", query_params=demo.query)
                widgets.caption(demo.about)


def status(engine: EngineStatus, store: StoreStats) -> None:
    """Device, memory and queue of the engine, and how full the store is."""
    megabyte = 2**20
    with widgets.container(horizontal=True, gap="small"):
        widgets.metric("Device", engine.device, help=engine.name, border=True, width=220)
        widgets.metric("Models in memory", len(engine.models), border=True, width=220)
        widgets.metric("Jobs waiting", engine.queued, border=True, width=220)
        widgets.metric(
            "Results on disk",
            f"{store.bytes / megabyte:.0f} MB",
            help=f"{store.entries} results; beyond {store.limit_bytes / megabyte:.0f} MB the oldest are removed.",
            border=True,
            width=220,
        )
