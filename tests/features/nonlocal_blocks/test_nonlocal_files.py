"""The files of the page of non-local blocks: what was shown, how it was made, and the figure for paper."""

import io
import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from vizcore.algorithms.nonlocal_blocks.spectral import OPERATORS, Weights
from vizcore.features.nonlocal_blocks import export as files
from vizcore.features.nonlocal_blocks.pipeline import nodes_of
from vizcore.features.nonlocal_blocks.pipeline_blocks import FAMILIES, BlockSettings, rows_of
from vizcore.features.nonlocal_blocks.pipeline_filter import filter_clip, filtered, frequencies
from vizcore.figures.paper import SIZES

pytestmark = pytest.mark.usefixtures("one_thread")
WORD = "lanterns-3-both"


def test_the_files_hold_what_was_shown_and_how_it_was_made():
    result = filter_clip(WORD, source="pairs-snl", layer="before", operator="snl", out=(1.0, -0.8), position=18)
    with np.load(io.BytesIO(files.filter_npz(result, {"clip": WORD}))) as saved:
        np.testing.assert_array_equal(saved["filtered"], result.direct)
        np.testing.assert_array_equal(saved["eigenvalues"], result.frequencies.values)
        np.testing.assert_array_equal(saved["row_a2"], result.rows["a2"])
        assert json.loads(str(saved["settings"]))["out"] == [1.0, -0.8]
    head, *lines = files.affinities_csv(result).decode().split()
    assert head == "frame,row,column,nl,a2,cgnl,cc,snl"
    assert len(lines) == 50
    assert float(lines[18].split(",")[-1]) == pytest.approx(result.rows["snl"].ravel()[18], rel=1e-5)
    _, *lines = files.frequencies_csv(result).decode().split()
    row = np.array([line.split(",") for line in lines], float)
    np.testing.assert_allclose(row[:, 2], 1 - 0.8 * row[:, 0], atol=1e-6)
    np.testing.assert_allclose(row[:, 5], row[:, 4] * row[:, 2] ** 2, rtol=1e-5)


@pytest.mark.parametrize("operator", ["snl", "nl"])
def test_the_figure_for_paper_is_a_picture_with_and_without_modes(operator):
    found = frequencies(WORD, source="pairs-snl", layer="before", kind="trained", operator=operator)
    nodes = nodes_of(WORD, source="pairs-snl", layer="before")
    rows = rows_of(nodes, tuple(FAMILIES), 3, BlockSettings("trained"))
    result = filtered(nodes, found, Weights((1.0,) * OPERATORS[operator].outs), rows)
    picture = Image.open(io.BytesIO(files.filter_paper(result, 3, SIZES["double column"], "png")))
    assert picture.width > 1000
    assert ET.fromstring(files.filter_paper(result, 3, SIZES["single column"], "svg")).tag.endswith("svg")
