"""What this machine is and what is installed on it: true numbers, and nothing that tells whose it is."""

import getpass
import importlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import torch

from vizcore.cli import main
from vizcore.runtime import machine
from vizcore.runtime.devices import choose_device, device_memory, devices, memory_taken

ROOT = Path(__file__).resolve().parents[2]
STATM = Path("/proc/self/statm")


def test_what_a_process_takes_lies_within_what_everybody_takes_and_that_within_what_there_is():
    found = machine.memory()
    assert 0 < found.process <= found.taken <= found.total


@pytest.mark.skipif(not STATM.exists(), reason="the kernel tells of no process here")
def test_the_resident_memory_is_what_the_kernel_says():
    pages = int(STATM.read_text().split()[1])
    assert machine.memory().process == pytest.approx(pages * os.sysconf("SC_PAGE_SIZE"), rel=0.1)


def test_memory_that_is_taken_shows():
    before = machine.memory().process
    block = bytearray(os.urandom(1)) * (64 << 20)
    assert machine.memory().process - before > 0.9 * len(block)


@pytest.mark.parametrize(("told", "limited"), [(str(10 << 20), True), ("max", False), (str(1 << 62), False)])
def test_a_container_may_have_less_than_the_machine(told, limited, monkeypatch, tmp_path):
    whole = machine.psutil.virtual_memory().total
    (tmp_path / "memory.max").write_text(f"{told}\n")
    monkeypatch.setattr(machine, "CONTAINER", tmp_path / "memory.max")
    assert machine.memory().total == (int(told) if limited else whole)


def test_the_disk_of_a_folder_that_is_not_made_yet_is_that_of_its_parent(tmp_path):
    found, expected = machine.room(tmp_path / "not" / "yet"), shutil.disk_usage(tmp_path)
    assert found.total == expected.total
    assert found.taken == pytest.approx(expected.total - expected.free, rel=0.01)


@pytest.mark.parametrize(
    ("name", "module"),
    [("PyTorch", "torch"), ("NumPy", "numpy"), ("Streamlit", "streamlit"), ("Plotly", "plotly"), ("PyAV", "av")],
)
def test_versions_are_those_of_the_modules(name, module):
    assert machine.versions()[name] == importlib.import_module(module).__version__


def test_what_is_not_installed_is_left_out_and_what_has_to_be_is_named(monkeypatch):
    monkeypatch.setattr(machine, "PACKAGES", {"NumPy": "numpy", "Nothing": "no-such-package-anywhere"})
    found = machine.versions.__wrapped__()
    assert "Nothing" not in found
    assert {"VizCore", "Python", "NumPy", "FFmpeg"} <= set(found)
    assert re.match(r"\d|libavcodec \d", found["FFmpeg"])


def test_the_version_is_that_of_the_source_tree(capsys):
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert machine.version() == told
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out == f"VizCore {told}\n"


def test_the_commit_is_told_where_there_is_one(monkeypatch, tmp_path):
    machine.commit.cache_clear()
    if shutil.which("git") and (ROOT / ".git").exists():
        words = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
        head = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        assert head.startswith(machine.commit().removesuffix("-dirty"))
        assert machine.commit()
    machine.commit.cache_clear()
    monkeypatch.setattr(machine, "ROOT", tmp_path)
    assert machine.commit() == ""
    machine.commit.cache_clear()


def test_a_report_names_no_folder_no_person_no_machine_and_nothing_of_the_environment(monkeypatch):
    secrets = {"HF_TOKEN": "hf_0123456789", "VIZCORE_MEDIA": str(ROOT / "films"), "VIZCORE_DEVICE": "cpu"}
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    told = machine.in_words("cpu", {"Results": "3"})
    assert told.splitlines()[-1].split() == ["Results", "3"]
    hidden = [secrets["HF_TOKEN"], "VIZCORE_", str(Path.home()), str(ROOT), sys.prefix, platform.node()]
    assert [word for word in hidden if word in told] == []
    assert not re.search(r"(^|[\s('\"])(/|[A-Z]:\\)\w", told)
    assert getpass.getuser() not in told.split()


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (1024, "1.0 kB"), (5 << 20, "5.0 MB"), (200 << 30, "200 GB")],
)
def test_bytes_are_said_as_a_person_reads_them(count, words):
    assert machine.in_bytes(count) == words


def test_every_device_can_be_chosen_and_the_best_one_is_the_first(monkeypatch):
    monkeypatch.delenv("VIZCORE_DEVICE", raising=False)
    assert {choose_device(str(device)) for device in devices()} == set(devices())
    assert devices()[0].type == choose_device().type
    assert devices()[-1] == torch.device("cpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert [str(device) for device in devices()][:2] == ["cuda:0", "cuda:1"]


def test_what_is_taken_of_a_gpu_is_what_is_not_free(monkeypatch):
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (30, 100))
    assert memory_taken(torch.device("cuda:0")) == 70
    assert memory_taken(torch.device("cpu")) is None


@pytest.mark.gpu
def test_memory_of_a_real_gpu_grows_with_what_is_put_there():
    device = torch.device("cuda:0")
    before = memory_taken(device)
    block = torch.ones(1 << 28, device=device)
    assert memory_taken(device) - before >= block.nbytes / 2
    assert memory_taken(device) <= device_memory(device)
