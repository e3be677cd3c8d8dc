"""What can be had without the app: a row is a task of the command line, of batches and of reports."""

from collections.abc import Iterator, Mapping
from importlib import import_module

from vizcore.runtime import tables
from vizcore.runtime.batch.task_spec import Product

__all__ = ["PRODUCTS", "Product"]

MODULES = {  # the command: the module whose PRODUCT it is, imported when somebody asks for it
    "match": "vizcore.features.matching.export_task",
    "heatmap": "vizcore.features.heatmaps.export_task",
    "align": "vizcore.features.alignment.export_task",
    "segment": "vizcore.features.segmentation.export_task",
    "localize": "vizcore.features.localization.export_task",
    "spectral": "vizcore.features.nonlocal_blocks.export_task",
}


class Tasks(Mapping[str, Product]):
    """The rows by name; a page that asks for one imports no other feature."""

    def __getitem__(self, name: str) -> Product:
        return import_module(MODULES[name]).PRODUCT

    def __iter__(self) -> Iterator[str]:
        return iter(MODULES)

    def __len__(self) -> int:
        return len(MODULES)


PRODUCTS: Mapping[str, Product] = Tasks()
tables.hand_over(tables.TASKS, PRODUCTS, __name__)
