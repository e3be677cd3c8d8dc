"""The public verbs: each gives what its pipeline gives, and refuses in a sentence."""

import numpy as np
import pytest

import vizcore
from vizcore.features.alignment.pipeline import align_clips
from vizcore.features.matching.pipeline import match_clip
from vizcore.models import MODELS
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.plain_arrays import fingerprint

PARADE, PUSH = (str(bundled()[name].path) for name in ("parade", "push"))


def test_match_is_the_pipeline_of_the_page():
    found = vizcore.match(PARADE, count=3, across=8)
    assert fingerprint(found) == fingerprint(match_clip(PARADE, count=3, across=8))
    assert found.tracks.sigma.shape == (3, found.grid[0] * found.grid[1])
    assert len(found.agrees) == 2


def test_align_takes_two_clips_and_gives_their_path():
    found = vizcore.align(PUSH, PARADE, limit=12)
    assert np.array_equal(found.path, align_clips(PUSH, other=PARADE, limit=12).path)


def test_follow_takes_a_box_in_px_and_gives_one_for_every_frame_that_is_looked_at():
    crowd = str(bundled()["crowd"].path)
    found = vizcore.follow(crowd, box=(260, 115, 300, 290), frame=10, count=12, across=12)
    assert found.boxes.shape == (len(found.frames), 4)
    assert found.boxes[np.searchsorted(found.frames, 10)] == pytest.approx([260, 115, 300, 290], abs=1)
    assert found.confidence.max() == 1
    assert vizcore.follow(crowd, count=12, across=12).start == "ground truth"


def test_heatmap_of_one_model_has_one_row():
    (row,) = vizcore.heatmap(PARADE, "lamps-ata").rows
    assert row.model is MODELS["lamps-ata"]
    assert row.heat.ndim == 3


def test_a_model_is_found_by_its_id_and_an_unknown_one_is_refused_with_near_names():
    assert vizcore.load_model("lamps-ata") is MODELS["lamps-ata"]
    with pytest.raises(ValueError, match="lamps-ata"):
        vizcore.load_model("lamps-atta")


@pytest.mark.parametrize(
    ("kind", "predictions"), [("nonsense", None), ("segmentation", "said.csv"), ("localization", None)]
)
def test_an_evaluation_that_cannot_be_made_is_refused(kind, predictions):
    with pytest.raises(ValueError, match=r"^want "):
        vizcore.evaluate(kind, "truth.csv", predictions)
