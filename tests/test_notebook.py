"""The example notebook: it is one, its cells run in order, and its figures are those of the pages."""

import ast
import json
import re
from pathlib import Path

import nbformat
import plotly.io
import pytest
from test_pages import complaints, opened

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = ROOT / "docs" / "notebook.ipynb"
PAGES = {  # name in the notebook -> the page that draws the same, its link, and the figure's key there
    "permutation": ("matching", {"clip": "tiles", "count": "6", "show": "Assignment"}, "permutation_figure"),
    "track": ("matching", {"clip": "tiles", "count": "6"}, "track_figure"),
    "energy": ("heatmaps", {"clip": "lanterns-slow"}, "energy_figure"),
    "field": ("alignment", {"show": "Soft alignment"}, "expected_alignment_figure"),
}
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(NOTEBOOK, as_version=4)


@pytest.fixture(scope="module")
def names(notebook, one_thread):
    """Everything that the cells have named, once all have run."""
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(NOTEBOOK.parent)  # as jupyter does
        patched.syspath_prepend(str(ROOT))  # what the first cell puts there goes again
        space: dict = {}
        for number, cell in enumerate(cells(notebook)):
            exec(compile(cell, f"cell {number}", "exec"), space)
        return space


def cells(notebook) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def test_it_is_a_notebook_without_outputs(notebook):
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert NOTEBOOK.stat().st_size < 20_000


def test_every_cell_after_the_first_shows_something(notebook):
    for cell in cells(notebook)[1:]:
        assert isinstance(ast.parse(cell).body[-1], ast.Expr), "the last line is what a notebook shows"


@pytest.mark.parametrize("name", PAGES)
def test_a_figure_is_the_one_of_the_page(name, names):
    page, link, key = PAGES[name]
    app = opened(page, link)
    assert complaints(app) == []
    (chart,) = (one for one in app.get("plotly_chart") if one.proto.id.endswith(key))
    assert json.loads(plotly.io.to_json(names[name], validate=False)) == json.loads(chart.proto.spec)


def test_the_links_that_it_names_are_those_of_the_pages(notebook):
    told = "".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    links = {"?" + "&".join(f"{name}={value}" for name, value in link.items()) for _, link, _ in PAGES.values() if link}
    assert set(re.findall(r"`(\?[^`]*)`", told)) == links


def test_its_numbers_are_those_of_the_tasks(names):
    assert names["numbers"]["match"]["with the flow"] == names["matching"].agrees.mean()
    assert names["numbers"]["align"]["cost"] == names["alignment"].warping.total
    assert names["saved"][:2] == b"PK"
