"""What a component in the browser is put together from: the bundle of its modules, its styles after those of all."""

from pathlib import Path

HERE = Path(__file__).parent


def script(name: str) -> str:
    """NAME.js and what it imports, bundled by `make bundle`: a component takes its script as one text."""
    return (HERE / "bundles" / f"{name}.js").read_text(encoding="utf-8")


def styles(name: str) -> str:
    """What all components look like, and what only this one does."""
    return "\n".join((HERE / f"{part}.css").read_text(encoding="utf-8") for part in ("theme", name))
