"""Files of packages: found on disk without importing anything, held to their hash, refused in a sentence."""

import hashlib
import os
import pickle
import sys

import pytest
import torch

from vizcore.runtime import packages
from vizcore.runtime.packages import NotThere, PackageFile, found, lacks, package_tensors

CONTENT = b"what the package holds"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package that is installed, and would fail if it were imported."""
    (tmp_path / "made_up" / "data").mkdir(parents=True)
    (tmp_path / "made_up" / "__init__.py").write_text("raise SystemExit('imported')")
    (tmp_path / "made_up" / "data" / "file.bin").write_bytes(CONTENT)
    (tmp_path / "made_up-1.2.dist-info").mkdir()
    (tmp_path / "made_up-1.2.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: made-up\nVersion: 1.2\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path / "made_up" / "data" / "file.bin"


def file(content=CONTENT):
    return PackageFile("made-up", "1.2", "made_up/data/file.bin", hashlib.sha256(content).hexdigest())


def test_a_file_of_a_package_is_found_without_importing_it(package):
    assert found(file()) == package
    assert "made_up" not in sys.modules


def test_what_is_not_installed_is_said_with_the_command_that_brings_it():
    with pytest.raises(NotThere, match=r"made-up, which is not installed: pip install made-up==1\.2 brings it"):
        found(file())


def test_another_file_is_refused_and_so_is_one_that_changes_later(package):
    with pytest.raises(NotThere, match=r"want file\.bin as made-up 1\.2 has it, got another file: pip install"):
        found(file(b"something else"))
    assert found(file()) == package
    package.write_bytes(CONTENT[::-1])  # as long as before
    os.utime(package, ns=(1, 1))
    with pytest.raises(NotThere, match="another file"):
        found(file())
    package.unlink()
    with pytest.raises(NotThere, match="missing there"):
        found(file())


def test_a_file_is_read_once_for_its_hash(package, monkeypatch):
    packages.hashed.cache_clear()
    read = []
    digest = hashlib.file_digest
    monkeypatch.setattr(packages.hashlib, "file_digest", lambda *given: (read.append(given), digest(*given))[1])
    for _ in range(3):
        found(file())
    assert len(read) == 1


def test_what_lacks_is_listed_in_sentences(package):
    absent = PackageFile("nobody-has-it", "1", "x", "")
    assert lacks(file()) == ()
    (sentence,) = lacks(file(), absent)
    assert sentence.startswith("want the package nobody-has-it")
    assert sentence.endswith("brings it.")


class Hostile:
    """Would run something when it is unpickled."""

    def __reduce__(self):
        return print, ("run",)


def test_nothing_but_tensors_is_unpickled(package, capsys):
    torch.save({"a": torch.ones(2)}, package)
    assert package_tensors(file(package.read_bytes()))["a"].tolist() == [1, 1]
    torch.save({"a": Hostile()}, package)
    with pytest.raises(pickle.UnpicklingError):
        package_tensors(file(package.read_bytes()))
    assert "run" not in capsys.readouterr().out
