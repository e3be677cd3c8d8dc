"""What can be had without the app: a row is a task of the command line, of batches and of reports."""

from collections.abc import Iterator, Mapping
from importlib import import_module

from vizcore.features.catalog import TASKS
from vizcore.runtime import tables
from vizcore.runtime.batch.task_spec import Product

__all__ = ["PRODUCTS", "Product"]


class Tasks(Mapping[str, Product]):
    """The rows by name; a page that asks for one imports no other feature."""

    def __getitem__(self, name: str) -> Product:
        return import_module(TASKS[name]).PRODUCT

    def __iter__(self) -> Iterator[str]:
        return iter(TASKS)

    def __len__(self) -> int:
        return len(TASKS)


PRODUCTS: Mapping[str, Product] = Tasks()
tables.hand_over(tables.TASKS, PRODUCTS, __name__)
