"""Folders and ZIPs as strangers bring them: links, circles, odd and damaged packing."""

import zipfile

import numpy as np
import pytest
from test_brought_sets import TOLD, TRUTH, USUAL, header, lines, scores

from vizcore.features.segmentation.pipeline_files import compare_set, contents
from vizcore.runtime.refusals import NothingToScore


def test_links_are_followed_within_the_folder_and_named_where_they_lead_out(tmp_path):
    root, away = tmp_path / "set", tmp_path / "away"
    for folder in (root / "store" / "groundTruth", root / "net", away / "groundTruth"):
        folder.mkdir(parents=True)
    (root / "net" / "v1").write_bytes(header(TOLD))
    (away / "groundTruth" / "v1.txt").write_bytes(lines(TRUTH))
    (root / "groundTruth").symlink_to(away / "groundTruth")
    with pytest.raises(NothingToScore, match="not followed, as they lead out of the folder: the links groundTruth"):
        compare_set(root)
    (root / "groundTruth").unlink()
    (root / "store" / ".all").mkdir()
    (root / "store" / ".all" / "v1.txt").write_bytes(lines(TRUTH))
    (root / "groundTruth").symlink_to(root / "store" / ".all")
    (root / "store" / "round").symlink_to(root)  # a circle
    assert scores(compare_set(root)) == {"net": [95, 100, 100]}


def test_a_circle_of_links_ends(tmp_path):
    for name in "abcdefgh":
        (tmp_path / name).mkdir()
    for one in "abcdefgh":
        for other in "abcdefgh":
            (tmp_path / one / other).symlink_to(tmp_path / other)
    with pytest.raises(
        ValueError, match="want a data set of at most 20,000 folders, got more, or links to one another"
    ):
        contents(tmp_path)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_zip_that_is_packed_otherwise_or_has_a_path_twice_is_refused_in_a_sentence(tmp_path, method):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as archive:
        archive.writestr("groundTruth/a.txt", "take\n" * 30)
    with pytest.raises(ValueError, match="want a ZIP that can be unpacked"):
        contents(tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("net/a", "take\n")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("net/a", "pour\n")
    with pytest.raises(ValueError, match="two of its files have the same path"):
        contents(tmp_path / "b.zip")


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_zip_is_read_or_refused_in_a_sentence(tmp_path, seed):
    rng = np.random.default_rng(seed)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (USUAL | {"mapping.txt": b"0 SIL\n1 take\n2 pour\n"}).items():
            archive.writestr(name, content)
    data = bytearray((tmp_path / "a.zip").read_bytes())
    for place in rng.integers(0, len(data), 1 + seed % 5):
        data[place] = rng.integers(256)
    (tmp_path / "a.zip").write_bytes(data)
    try:
        compare_set(tmp_path / "a.zip")
    except ValueError as refusal:
        assert "want" in str(refusal)  # noqa: PT017
