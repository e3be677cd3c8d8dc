"""Patches described by XFeat: what the net says of each, beside colours and edges; offered where the net is there."""

import cv2
import numpy as np
import pytest
import torch
from shown import words
from test_pages import complaints, opened

from vizcore.features.matching import pipeline_patches
from vizcore.features.matching.pipeline import match_clip
from vizcore.models import MODELS
from vizcore.models.on_request import POINTS
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.packages import lacks
from vizcore.video import read_frames

HERE = pytest.mark.skipif(bool(lacks(POINTS)), reason=f"{lacks(POINTS)}")
SOURCE = "colour + gradient + XFeat"
PARADE = str(bundled()["parade"].path)
VIEW = {"clip": "parade", "count": "2", "across": "6", "source": SOURCE}


@HERE
def test_a_patch_is_the_mean_of_the_map_within_it_beside_colours_and_edges():
    found = match_clip(PARADE, source=SOURCE, count=2, across=14)
    plain = match_clip(PARADE, source="colour + gradient", count=2, across=14)
    rows, columns = found.grid
    assert rows % 2 == columns % 2 == 0  # patches of 16 px: pictures of multiples of 32 px, a patch is 2 x 2 places
    frame = read_frames(PARADE, [int(found.clip.indices[1])], found.clip.frames.shape[2:0:-1])[0]
    picture = cv2.resize(frame, (16 * columns, 16 * rows), interpolation=cv2.INTER_AREA)
    with torch.no_grad():
        places = MODELS["xfeat"].load()(torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 255)[0].numpy()
    means = places.reshape(64, rows, 2, columns, 2).mean((2, 4)).reshape(64, -1).T
    expected = means / np.linalg.norm(means, axis=1, keepdims=True)
    np.testing.assert_allclose(found.features[1, :, -64:], expected, atol=1e-3)
    np.testing.assert_allclose(
        found.features[..., :-64], plain.features / np.linalg.norm(plain.features, axis=-1, keepdims=True), atol=1e-6
    )


@HERE
def test_a_grid_of_odd_sides_is_described_as_well():
    found = match_clip(PARADE, source=SOURCE, count=2, across=7)
    assert found.features.shape == (2, found.grid[0] * 7, 706 + 64)
    assert np.isfinite(found.features).all()


@HERE
def test_the_page_offers_it_and_says_what_the_net_knows():
    app = opened("matching", VIEW)
    assert complaints(app) == []
    menu = next(box for box in app.selectbox if box.label == "Describe patches by")
    assert menu.value == SOURCE
    assert "knows only photographs" in words(app)
    assert "make real" not in words(app)


def test_without_its_package_the_page_says_what_brings_it_and_goes_on(monkeypatch):
    monkeypatch.setattr(pipeline_patches, "lacks", lambda *files: ("want the package",))
    app = opened("matching", VIEW)
    assert complaints(app) == []
    menu = next(box for box in app.selectbox if box.label == "Describe patches by")
    assert SOURCE not in menu.options
    assert f"*{SOURCE}* describes patches as well once its net is there: `make real` brings it." in words(app)
