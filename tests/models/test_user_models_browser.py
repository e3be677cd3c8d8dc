"""A person's own checkpoint on the page of heat maps: two clicks to its rows, a sentence for what cannot be opened."""

import os
import pickle
import re

import pytest
from browser import browser_mark, console_errors, expect, rerun, wait_idle
from checkpoint_files import tiny, written
from conftest import DATA

from vizcore.models.nets.temporal_vit import MODES

pytestmark = browser_mark()
TRAINED = DATA / "models" / "resnet20-12fca82f.th"
MENU = "[class*=st-key-upload-model] input[type=file]"  # the place for a file in the menu of models


class Payload:
    """What a hostile pickle runs when it is read."""

    def __init__(self, command: str):
        self.command = command

    def __reduce__(self):
        return os.system, (self.command,)


@pytest.fixture(scope="module")
def page(server, browser):
    """The page of heat maps, open."""
    return browser(f"{server}/heatmaps?rows=lamps+nets")


def opened(page, name: str, data: bytes) -> None:
    """In the settings, first click: the menu of models. Second: the file."""
    page.wait_for_selector(".vz-run", state="attached")
    wait_idle(page)
    if page.locator("html[data-settings=open]").count() == 0:
        page.locator(".st-key-open-settings button").click()
    if page.locator(MENU).count() == 0:
        page.get_by_role("button", name="Your own model").click()
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    page.locator(MENU).set_input_files(file)


def shut(page) -> None:
    page.keyboard.press("Escape")
    wait_idle(page)


def test_a_checkpoint_becomes_rows_with_and_without_alignment_in_two_clicks(page, tmp_path):
    file = written(tmp_path / "mine.safetensors", tiny().state_dict())
    opened(page, "mine.safetensors", file.read_bytes())
    rows = page.locator(".st-key-strips")
    for mode in ("factorized", "ata"):
        rows.get_by_text(f"mine.safetensors: TemporalViT, {MODES[mode]}", exact=True).wait_for()
    wait_idle(page)
    expect(page.locator(MENU)).to_have_count(0)  # the menu is shut
    expect(rows.locator("img")).to_have_count(3)  # the frames and two rows of heat
    assert console_errors(page) == []


@pytest.mark.parametrize("kind", ["pickle", "cut", "other"])
def test_what_cannot_be_opened_is_said_and_the_rows_stay(page, tmp_path, kind):
    marker = tmp_path / "it-ran"
    whole = written(tmp_path / "x.safetensors", tiny().state_dict()).read_bytes()
    wrong = tiny().state_dict() | {"norm.weight": tiny().state_dict()["norm.weight"][:-1]}
    data, sentence = {
        "pickle": (pickle.dumps(Payload(f"touch {marker}")), "a Python pickle, which could run anything"),
        "cut": (whole[: len(whole) // 2], "cut off or damaged"),
        "other": (written(tmp_path / "y.safetensors", wrong).read_bytes(), r"norm\.weight of shape"),
    }[kind]
    opened(page, f"{kind}.pth", data)
    page.get_by_text(re.compile(f"want .*{sentence}")).first.wait_for()
    assert not marker.exists()
    shut(page)
    assert page.locator(".st-key-strips img").count() >= 2
    assert console_errors(page) == []


@pytest.mark.skipif(not TRAINED.exists(), reason="no real checkpoint: set VIZCORE_SHARED_DATA")
def test_a_resnet_of_cifar_gives_heat_of_a_class(page):
    opened(page, TRAINED.name, TRAINED.read_bytes())
    rows, method = page.locator(".st-key-strips"), page.locator(".st-key-method input")
    rows.get_by_text("ResNet-20").first.wait_for()
    wait_idle(page)
    before = rows.locator("img").last.get_attribute("src")
    method.click()
    method.fill("Grad-CAM")
    rerun(page, lambda: method.press("Enter"))
    rows.get_by_text(re.compile(r"stages\.2\..* heat of class .* predicts")).wait_for()
    expect(rows.locator("img")).to_have_count(2)
    expect(rows.locator("img").last).not_to_have_attribute("src", before)
    assert console_errors(page) == []
