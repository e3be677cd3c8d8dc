"""What the page of heat maps shows: scales, worth and files of rows, and how they are drawn."""

import io
import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import av
import numpy as np
import pytest
from PIL import Image

from vizcore.algorithms.attribution.faithfulness import baseline, curves
from vizcore.features.heatmaps import export as files
from vizcore.features.heatmaps import figures as drawn
from vizcore.features.heatmaps import pipeline_ends
from vizcore.features.heatmaps.pipeline import HeatMaps, heat_maps
from vizcore.features.heatmaps.pipeline_faithfulness import SEEDS, faithfulness, on_things
from vizcore.features.heatmaps.pipeline_scale import difference, scaled
from vizcore.figures import heat as heat_
from vizcore.figures.paper import SIZES
from vizcore.figures.theme import DIVERGING, SEQUENTIAL
from vizcore.models import find
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.context import default_context
from vizcore.synthetic.truth import load_truth
from vizcore.video import read_frames

ENTRY = bundled()["lanterns-slow"]
CLIP = str(ENTRY.path)


@pytest.fixture(scope="module")
def maps() -> HeatMaps:
    return heat_maps(CLIP)


@pytest.fixture(scope="module")
def mixed() -> HeatMaps:
    """Rows of two grids, one of which has no heat."""
    return heat_maps(CLIP, models=["lamps-ata", "acts-ata", "lamps-space"], method="attention-time")


def test_results_print_in_a_line_with_the_shape_and_mean_of_their_heat(maps, mixed):
    shape = " x ".join(map(str, maps.rows[0].heat.shape))
    for row in (repr(maps), repr(maps.rows[0])):
        assert len(row) < 200
        assert f"{maps.rows[0].model.name}: {shape}, mean {maps.rows[0].heat.mean():.3g}" in row
    without = next(row for row in mixed.rows if row.heat is None)
    assert f"{without.model.name}: no heat" in repr(mixed)
    (found,) = faithfulness(CLIP, models=["lamps-ata"], steps=2)
    assert len(repr(found)) < 200
    assert f"over chance {found.over_chance:+.3f} ± {found.spread:.3f}" in repr(found)


def rgb(colour: str) -> list[int]:
    return [int(colour[k : k + 2], 16) for k in (1, 3, 5)]


def test_what_shares_a_scale_goes_from_nought_to_one_together_and_nothing_less_does(maps):
    frame, row, every = (scaled(maps, scope) for scope in ("frame", "row", "all"))
    for part in frame:
        assert (part.values.min((1, 2)) == 0).all()
        assert (part.values.max((1, 2)) == 1).all()
        assert np.isnan([part.low, part.high]).all()
    for found, part in zip(maps.rows, row, strict=True):
        assert (part.low, part.high) == (found.heat.min(), found.heat.max())
        expected = (found.heat - part.low) / (part.high - part.low)
        np.testing.assert_allclose(part.values, expected, atol=1e-6)
    heats = np.stack([found.heat for found in maps.rows])
    expected = (heats - heats.min()) / (heats.max() - heats.min())
    np.testing.assert_allclose(np.stack([part.values for part in every]), expected, atol=1e-6)
    assert {(part.low, part.high) for part in every} == {(heats.min(), heats.max())}


def test_robust_ends_cut_off_the_loudest_and_lowest_two_percent(maps):
    for found, part in zip(maps.rows, scaled(maps, "row", robust=True), strict=True):
        assert (part.values == 1).mean() == pytest.approx(0.02, abs=0.005)
        assert part.low > found.heat.min()
        assert part.high < found.heat.max()


def test_rows_of_other_grids_share_a_scale_and_a_row_without_heat_has_none(mixed):
    lamps, acts, space = scaled(mixed, "all")
    assert space is None
    assert lamps.values.shape == (8, 7, 7)
    assert acts.values.shape == (8, 8, 8)
    assert max(lamps.values.max(), acts.values.max()) == 1
    assert (lamps.low, lamps.high) == (acts.low, acts.high)


def test_a_difference_the_other_way_round_is_its_mirror_and_of_a_row_with_itself_nothing(maps, mixed):
    for found, two in ((maps, (0, 3)), (mixed, (0, 1))):
        there, back = difference(found, *two), difference(found, *two[::-1])
        assert (there == -back).all()
        assert np.abs(there).max() > 0
        assert not difference(found, 1, 1).any()
    one, other = scaled(maps)[0], scaled(maps)[3]
    np.testing.assert_allclose(difference(maps, 0, 3), one.values - other.values)
    with pytest.raises(ValueError, match="lamps net, each frame on its own, averaged has none: This net has no"):
        difference(mixed, 0, 2)


def test_colours_are_those_of_the_numbers_at_full_opacity_and_the_frame_itself_at_none():
    frames = np.random.default_rng(0).integers(0, 255, (2, 20, 30, 3), np.uint8)
    heat = np.array([[[0, 1.0]], [[0.5, 0.5]]])
    assert (heat_.heated(frames, heat, opacity=0) == frames).all()
    full = heat_.heated(frames, heat, opacity=1, smooth=False)
    assert full[0, 5, 5].tolist() == rgb(SEQUENTIAL[0])
    assert full[0, 5, 25].tolist() == rgb(SEQUENTIAL[-1])
    assert (full[1] == rgb(SEQUENTIAL[len(SEQUENTIAL) // 2])).all()
    smooth = heat_.heated(frames, heat, opacity=1)[0, 5].astype(int)
    assert len(np.unique(smooth, axis=0)) > 10


def test_no_difference_is_neutral_and_equal_ones_are_equally_far_from_it():
    frames = np.zeros((1, 10, 30, 3), np.uint8)
    strip = heat_.difference_strip(frames, np.array([[[-1.0, 0, 1]]]), opacity=1, smooth=False)
    found = [strip[5, x].tolist() for x in (5, 15, 25)]
    assert found == [rgb(DIVERGING[0]), rgb(DIVERGING[len(DIVERGING) // 2]), rgb(DIVERGING[-1])]
    assert np.ptp(found[1]) < 5, "grey"


def test_a_mark_stays_in_its_patch_and_its_frame():
    frames = np.full((3, 60, 80, 3), 200, np.uint8)
    marked = heat_.marked(frames, 1, 7, (3, 4))  # row 1, column 3
    changed = (marked != frames).any(-1)
    assert not changed[[0, 2]].any()
    rows, columns = np.nonzero(changed[1])
    assert abs(rows.mean() - 30) < 1
    assert abs(columns.mean() - 70) < 2
    assert (frames == 200).all()


def test_a_row_without_a_change_has_a_level_profile(maps):
    shared = {"a": np.full(8, 0.5), "b": np.arange(8) / 8}
    fig = drawn.energy_figure(shared, list("abcdefgh"))
    assert [np.ptp(trace.y) for trace in fig.data] == [0, 7 / 8]
    assert list(fig.layout.xaxis.ticktext) == list("abcdefgh")


def test_worth_is_what_the_curves_of_the_models_own_probability_say():
    (found,) = faithfulness(CLIP, models=["lamps-ata"], method="rollout", steps=4)
    engine, model = default_context().engine, find("lamps-ata")
    frames = read_frames(CLIP, found.row.frames.tolist(), (56, 56))

    def score(clips):
        return [float(engine.run("lamps-ata", clip).logits.softmax(-1)[found.scored]) for clip in clips]

    assert model.classes[found.scored] == "forward"
    assert (
        found.curves.deletion[0] == found.curves.insertion[-1] == pytest.approx(found.row.probabilities.max(), abs=1e-4)
    )
    measured = curves(score, frames, found.row.heat, steps=4)
    np.testing.assert_allclose(found.curves.deletion, measured.deletion, atol=0.05)  # another way to shrink the frames
    chance = baseline(score, frames, found.row.heat.shape, SEEDS, steps=4)
    assert len(found.chance) == len(SEEDS) >= 4
    expected = measured.gap - np.mean([one.gap for one in chance])
    assert found.over_chance == pytest.approx(expected, abs=0.05)
    assert found.over_chance > 2 * found.spread, "rollout tells where the answer of this net is from"


def test_patches_in_no_order_are_asked_once_for_all_kinds_of_heat(monkeypatch):
    first = faithfulness(CLIP, models=["lamps-ata"], method="rollout", steps=4)
    monkeypatch.setattr("vizcore.features.heatmaps.pipeline_faithfulness.baseline", None)
    again = faithfulness(CLIP, models=["lamps-ata", "lamps-space"], method="attention-time", steps=4)[:1]
    assert again[0].over_chance != first[0].over_chance
    for one, other in zip(first[0].chance, again[0].chance, strict=True):
        assert (one.deletion == other.deletion).all()


def test_heat_that_is_the_mask_lies_on_people_and_things_as_far_as_patches_can(maps):
    truth = load_truth(ENTRY.truth)
    found = maps.rows[0]
    mask = truth.surface[found.frames] > 0
    heat = np.zeros((8, 7, 7), np.float32)
    covered = np.zeros((8, 7, 7))
    for t, i, j in np.ndindex(heat.shape):
        rows, columns = (slice(round(k * 384 / 7), round((k + 1) * 384 / 7)) for k in (i, j))
        covered[t, i, j] = mask[t, rows, columns].mean()
    heat[covered > 0.9] = 1
    (on,) = on_things(replace(maps, rows=(replace(found, heat=heat),)), ENTRY.truth)
    assert on.share == pytest.approx(covered[covered > 0.9].mean(), abs=0.01)
    assert on.area == pytest.approx(mask.mean(), abs=0.005)


def test_the_numbers_open_again_with_numpy_and_say_how_they_were_made(mixed):
    saved = np.load(io.BytesIO(files.heat_npz(mixed, {"method": "attention-time"})))
    written = json.loads(str(saved["settings"]))
    assert written["settings"] == {"method": "attention-time"}
    assert [row["model"] for row in written["rows"]] == ["lamps-ata", "acts-ata", "lamps-space"]
    assert written["rows"][0]["version"] == find("lamps-ata").version
    assert (saved["heat_0"] == mixed.rows[0].heat).all()
    assert (saved["frames_1"] == mixed.rows[1].frames).all()
    assert "heat_2" not in saved
    assert written["rows"][2]["why not"].startswith("This net has no")


def test_the_figure_for_paper_has_its_labels_frames_and_scale(maps, mixed):
    labels = tuple(row.model.name for row in maps.rows)
    size = SIZES["double column"]
    text = [word.strip() for word in ET.fromstring(files.heat_paper(maps, labels, size, "svg", "all")).itertext()]
    for word in ("frames", *labels, *map(str, maps.clip.indices), pipeline_ends.number(scaled(maps, "all")[0].high)):
        assert word in text
    picture = Image.open(io.BytesIO(files.heat_paper(mixed, ("a", "b", "c"), size, "png")))
    wide = Image.open(io.BytesIO(files.heat_paper(maps, labels, size, "png")))
    assert picture.width == wide.width == 1400
    assert wide.height > picture.height, "a row without heat takes no room"


@pytest.mark.parametrize("form", ["mp4", "gif"])
def test_a_film_has_the_frames_of_the_stretch_under_the_heat_of_its_row(maps, form):
    data = files.heat_video(CLIP, maps, 3, form, opacity=0.9, smooth=False)
    if form == "gif":
        picture = Image.open(io.BytesIO(data))
        count, first = picture.n_frames, np.array(picture.convert("RGB"))
    else:
        with av.open(io.BytesIO(data)) as container:
            pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
        count, first = len(pictures), pictures[0]
    assert count == (60 if form == "gif" else maps.clip.indices[-1] - maps.clip.indices[0] + 1)
    below = read_frames(CLIP, maps.clip.indices[:1].tolist(), first.shape[1::-1])
    expected = heat_.heated(below, scaled(maps)[3].values[:1], 0.9, False)[0]
    assert np.abs(first.astype(int) - expected).mean() < 8


def test_a_film_of_a_row_without_heat_is_refused_in_words(mixed):
    with pytest.raises(ValueError, match="want a row with heat, but lamps net, each frame on its own"):
        files.heat_video(CLIP, mixed, 2)
