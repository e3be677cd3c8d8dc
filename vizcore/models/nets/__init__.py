"""The networks, with taps where a page wants to look."""

from pkgutil import resolve_name


def net_class(name: str) -> type:
    """The class of a net by its module and name, as rows of models have them: "embedder.Embedder"."""
    module, _, kind = name.partition(".")
    return resolve_name(f"{__name__}.{module}:{kind}")
