"""What a component in the browser is put together from: scripts as one module, its looks after those of all."""

from pathlib import Path

HERE = Path(__file__).parent


def script(*names: str) -> str:
    """Scripts of this folder joined into one module, since a component takes its script as one text."""
    return "\n".join((HERE / f"{name}.js").read_text(encoding="utf-8") for name in names)


def looks(name: str) -> str:
    """What all components look like, and what only this one does."""
    return "\n".join((HERE / f"{part}.css").read_text(encoding="utf-8") for part in ("theme", name))
