"""What can be had without the app: a row is a product of the command line, of batches and of reports."""

from vizcore.features.alignment import export_task as alignment
from vizcore.features.heatmaps import export_task as cam
from vizcore.features.localization import export_task as localization
from vizcore.features.matching import export_task as matching
from vizcore.features.nonlocal_blocks import export_task as spectral
from vizcore.features.segmentation import export_task as segmentation
from vizcore.runtime.batch.task_spec import Product

__all__ = ["PRODUCTS", "Product"]

SYSTEMS = (matching, cam, alignment, segmentation, localization, spectral)
PRODUCTS: dict[str, Product] = {one.PRODUCT.name: one.PRODUCT for one in SYSTEMS}
