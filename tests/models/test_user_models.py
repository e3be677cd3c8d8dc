"""Models that a person brings: what the server offers, what is refused and leaves nothing, and whom a session sees."""

import os
import pickle

import pytest
import torch
from checkpoint_files import logits, tiny, written
from streamlit.testing.v1 import AppTest

from vizcore.models.user_models import from_file, from_hub, from_server, offered
from vizcore.runtime.context import default_context
from vizcore.ui import uploads


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A server's folder with a checkpoint, a text file and an empty folder."""
    place = tmp_path / "models"
    (place / "empty").mkdir(parents=True)
    written(place / "mine.safetensors", tiny().state_dict())
    (place / "notes.txt").write_text("not for you")
    monkeypatch.setenv("VIZCORE_MODELS", str(place))
    return place


def test_the_server_offers_checkpoints_and_nothing_else(folder):
    assert offered() == {"mine.safetensors": folder / "mine.safetensors"}


def test_what_the_server_offers_opens_by_its_name_alone(folder):
    rows = from_server("mine.safetensors")
    assert {row.name.rpartition("-")[2] for row in rows} == {"factorized", "ata"}
    assert torch.equal(logits(rows[0].load(), rows[0]), logits(tiny(rows[0].name.rpartition("-")[2]), rows[0]))


@pytest.mark.parametrize("name", ["../secret.safetensors", "notes.txt", "empty", "/etc/passwd", ""])
def test_no_path_comes_from_a_persons_text(folder, name):
    written(folder.parent / "secret.safetensors", tiny().state_dict())
    with pytest.raises(ValueError, match="want a model that the server offers"):
        from_server(name)


def test_without_a_folder_nothing_is_offered(monkeypatch):
    monkeypatch.delenv("VIZCORE_MODELS", raising=False)
    assert offered() == {}


def test_the_hub_is_asked_only_where_the_server_allows_it(monkeypatch):
    monkeypatch.delenv("VIZCORE_HUB", raising=False)
    with pytest.raises(ValueError, match="VIZCORE_HUB=1"):
        from_hub("facebook/dinov2-small")
    monkeypatch.setenv("VIZCORE_HUB", "1")
    for text in ("../../etc", "https://example.org/x", "a/b/c", "/tmp"):
        with pytest.raises(ValueError, match="want a folder, or an id on the hub"):
            from_hub(text)


def test_an_upload_that_is_refused_leaves_nothing_on_disk(tmp_path):
    marker = tmp_path / "it-ran"

    class Payload:
        def __reduce__(self):
            return os.system, (f"touch {marker}",)

    folder = default_context().store.root / "models"
    before = set(folder.glob("*")) if folder.exists() else set()
    with pytest.raises(ValueError, match="want a checkpoint"):
        uploads.keep("models", memoryview(pickle.dumps(Payload())), lambda draft: from_file(draft, name="net"), "x")
    assert not marker.exists()
    assert set(folder.glob("*")) == before


def test_an_upload_is_kept_once_under_its_hash(tmp_path):
    data = memoryview(written(tmp_path / "net", tiny().state_dict(), once="kept").read_bytes())
    proved = []
    paths = {uploads.keep("models", data, proved.append, "x") for _ in range(2)}
    assert len(paths) == len(proved) == 1
    assert paths.pop().read_bytes() == data


def app_of_one_session():
    from vizcore import ui
    from vizcore.ui.uploads import refusal

    refusal()
    ui.open_user_model("test")
    ui.caption(", ".join(ui.opened_models()) or "none")


def test_a_model_that_was_opened_is_seen_in_its_own_session_only(folder):
    mine, other = (AppTest.from_function(app_of_one_session, default_timeout=60).run() for _ in range(2))
    mine.selectbox[0].select("mine.safetensors").run()
    for _ in range(20):
        if not mine.get("progress"):
            break
        mine.run()
    assert not mine.exception
    assert "own-" in mine.caption[-1].value
    assert other.run().caption[-1].value == "none"


def test_what_cannot_be_opened_is_said_in_words(folder):
    (folder / "broken.safetensors").write_bytes(b"\xff" * 100)
    app = AppTest.from_function(app_of_one_session, default_timeout=60).run()
    app.selectbox[0].select("broken.safetensors").run()
    for _ in range(20):
        if not app.get("progress"):
            break
        app.run()
    assert not app.exception
    assert "want a checkpoint" in app.error[0].value
    assert app.caption[-1].value == "none"
