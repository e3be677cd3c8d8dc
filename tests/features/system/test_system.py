"""The page System without a browser: what it tells, what it hides from others, and what its buttons do."""

import os
import platform
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import test_work
from streamlit.testing.v1 import AppTest
from test_pages import clip_menu, complaints, opened, settled
from test_work import finished, fresh  # noqa: F401  (the fixture that lets slow work end)

from vizcore.features.matching.pipeline import match_clip
from vizcore.features.system.figures import Filling, fullness_figure
from vizcore.features.system.pipeline_disk import cache_usage, clear
from vizcore.runtime import clip_library
from vizcore.runtime.context import default_context
from vizcore.runtime.store import Store, key_of
from vizcore.runtime.world_clips import rendered, truth_of

ROOT = Path(__file__).resolve().parents[3]
SECTIONS = ["Self-test", "Models", "Kept on disk", "Your uploads", "Versions"]


def board(number):
    """What runs, and below it a session of its own that asks for something slow."""
    import test_work

    from vizcore import ui
    from vizcore.features.system import page_machine as system

    system.what_it_does()
    if number:
        ui.markdown(ui.work("Slow work", test_work.slow, number=number))


def running(number: int) -> AppTest:
    """A session whose work is being done, as it sees the board."""
    app = AppTest.from_function(board, args=(number,), default_timeout=20).run()
    return app.run()


def everything(app: AppTest) -> str:
    """All that was sent to the browser."""
    return "\n".join(str(element.proto) for element in app.main if hasattr(element, "proto")) + str(
        [value for kind in ("markdown", "caption", "code", "metric", "table") for value in _values(app, kind)]
    )


def _values(app: AppTest, kind: str) -> list:
    return [getattr(element, "value", "") for element in app.get(kind)]


def tables(app: AppTest) -> str:
    return "\n".join(frame.value.to_string() for frame in app.dataframe)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_opens_from_a_link_and_tells_nothing_of_the_server(section, monkeypatch):
    secrets = {"HF_TOKEN": "hf_0123456789abcdef", "VIZCORE_HUB": "", "SOME_PASSWORD": "hunter2-and-more"}
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    app = opened("system", {"show": section})
    assert complaints(app) == []
    shown = everything(app) + tables(app)
    assert "This machine" in str([title.value for title in app.subheader])
    hidden = [*filter(None, secrets.values()), os.environ["VIZCORE_CACHE"], str(ROOT), str(Path.home()), sys.prefix]
    assert [word for word in hidden if word in shown] == []
    assert platform.node() not in shown.split()
    assert not re.search(r"(^|[\s'\"(])/(home|root|tmp|usr|var|etc|opt)\b", shown)


def test_one_sees_how_far_ones_own_work_is_and_can_stop_it(fresh):  # noqa: F811
    app = running(11)
    bar, *_ = app.get("progress")
    assert bar.proto.value == 30
    assert bar.proto.text.startswith("Slow work: counting")
    app.button("cancel-0-Slow work").click().run()
    assert test_work.stopped.wait(5)
    assert app.info[0].value == "Slow work: stopped before it was done. Nothing was lost."


def test_of_other_peoples_work_one_sees_only_the_kind_and_the_state_and_cannot_stop_it(fresh, monkeypatch):  # noqa: F811
    running(12)
    other = running(0)
    assert not other.get("progress")
    assert not other.button
    shown = everything(other) + tables(other)
    assert "**Slow work** · somebody else's · running" in shown
    assert "counting" not in shown
    assert "12" not in re.sub(r"\d+ MB", "", "\n".join(_values(other, "caption")).split("Models:")[0])


def test_who_shares_a_job_stops_it_for_themselves_alone(fresh):  # noqa: F811
    one, two = running(13), running(13)
    one.button("cancel-0-Slow work").click().run()
    assert "cancel-0-Slow work" not in [button.key for button in one.run().button]
    assert "cancel-0-Slow work" in [button.key for button in two.run().button]
    assert finished(two) == "13 is done"
    assert not test_work.stopped.is_set()


def test_ended_work_is_told_with_its_seconds_to_who_asked(fresh):  # noqa: F811
    app = running(14)
    assert finished(app) == "14 is done"
    app.run()
    mine = app.dataframe[0].value.iloc[0]
    assert (mine["work"], mine["whose"], mine["state"]) == ("Slow work", "yours", "done")
    assert float(mine["seconds"]) > 0
    theirs = running(0).dataframe[0].value.iloc[0]
    assert (theirs["whose"], theirs["seconds"]) == ("somebody else's", "")


def test_models_of_other_sessions_have_no_name_and_all_can_be_let_go(monkeypatch):
    engine = default_context().engine
    noise = np.zeros((8, 64, 64, 3), np.uint8)
    engine.run("lamps-ata", noise)
    monkeypatch.setattr(engine, "_held", {**engine.status().models, "secret-project.safetensors": 3 << 20})
    app = opened("system", {"show": "Models"})
    assert "lamps-ata" in tables(app)
    assert "somebody else's model" in tables(app)
    assert "secret-project" not in everything(app) + tables(app)
    assert "secret-project" not in opened("system", {"show": "Versions"}).code[0].value
    app.button("unload").click()
    settled(app.run())
    assert engine.status().models == {}
    assert complaints(app) == []


def upload(name: str, content: bytes) -> AppTest:
    """A session that has uploaded a clip, on the page System."""
    app = opened("matching")
    app.file_uploader[0].set_value((name, content, "video/mp4"))
    settled(app.run())
    app.query_params["show"] = "Your uploads"
    app.switch_page("pages/system.py")
    return settled(app.run())


def test_an_upload_is_listed_to_who_brought_it_and_leaves_the_disk_with_the_last_of_them():
    content = clip_library.bundled()["sit"].path.read_bytes()
    folder = default_context().store.root / "uploads"
    before = set(folder.glob("*"))
    one, two = upload("mine.mp4", content), upload("also mine.mp4", content)
    (file,) = set(folder.glob("*")) - before
    assert f"mine.mp4 · video · {len(content) / 1024:.1f} kB" in _values(one, "markdown")
    assert "mine.mp4" not in everything(opened("system", {"show": "Your uploads"}))
    one.button("remove-0").click().run()
    assert "You have uploaded nothing in this session." in _values(one, "caption")
    assert file.exists(), "the other session has brought the same"
    two.button("remove-0").click().run()
    assert not file.exists()
    two.switch_page("pages/matching.py")
    settled(two.run())
    assert "also mine.mp4" not in [clip["title"] for clip in clip_menu(two)["clips"]]


def test_clearing_removes_what_is_made_anew_and_nothing_that_somebody_brought(tmp_path):
    context = default_context().with_progress(lambda *at: None)
    context = type(context)(context.engine, Store(tmp_path), context.progress)
    context.store.put(key_of("one"), {"x": np.zeros(1000)})
    word = "world-act-7-throw"
    clip = rendered(word, context=context)
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "a").write_bytes(bytes(500))
    (tmp_path / "notes.txt").write_text("somebody's")
    found = {one.kind: one for one in cache_usage(context.store)}
    assert {kind: one.files for kind, one in found.items()} == {
        "results": 1,
        "clips of the world": 2,
        "uploaded videos": 1,
    }
    assert found["uploaded videos"].bytes == 500
    assert found["clips of the world"].bytes == sum(file.stat().st_size for file in (tmp_path / "world").iterdir())
    before = truth_of(clip.path).surface
    freed = clear(context.store)
    assert freed == found["results"].bytes + found["clips of the world"].bytes
    assert {one.kind: one.files for one in cache_usage(context.store)} == {"results": 0, "uploaded videos": 1}
    assert (tmp_path / "notes.txt").exists()
    assert np.array_equal(truth_of(rendered(word, context=context).path).surface, before)


def test_the_button_clears_only_after_it_was_asked_twice_and_results_stay_right():
    path = str(clip_library.bundled()["tiles"].path)
    before = match_clip(path, count=3)
    opened("matching", {"clip": "tiles", "count": "3"})
    store = default_context().store
    assert store.stats().entries
    app = opened("system", {"show": "Kept on disk"})
    assert store.stats().entries, "opening the page clears nothing"
    (button,) = (one for one in app.button if one.label.startswith("Remove"))
    assert re.fullmatch(r"Remove \d+ files, .*B", button.label)
    button.click()
    settled(app.run())
    assert store.stats().entries == 0
    assert complaints(app) == []
    assert np.array_equal(match_clip(path, count=3).tracks.sigma, before.tracks.sigma)
    assert complaints(opened("matching", {"clip": "tiles", "count": "3"})) == []


def test_the_self_test_runs_when_asked_and_is_forgotten_when_one_leaves():
    app = opened("system")
    assert not any("known answers came out" in text for text in _values(app, "markdown"))
    app.button("selftest").click()
    settled(app.run())
    (shown,) = (text for text in _values(app, "caption") if "known answers came out" in text)
    count, total = re.match(r"(\d+) of (\d+)", shown).groups()
    assert any(f"all {total} known answers came out as they had to." in text for text in _values(app, "markdown"))
    assert count == total
    assert (app.dataframe[-1].value.iloc[:, 0] == "passed").all()
    app.segmented_control("show").set_value("Versions")
    settled(app.run())
    assert f"{count} of {total} known answers" in app.code[0].value
    app.switch_page("pages/home.py")
    app.run()
    app.switch_page("pages/system.py")
    settled(app.run())
    assert not any("known answers came out" in text for text in _values(app, "markdown"))


def test_a_bar_is_as_long_as_what_is_taken_and_hatched_when_nearly_full():
    rows = [Filling("a", 1, 4, "1 of 4"), Filling("b", 95, 100, "95 of 100"), Filling("c", 0, 0, "none")]
    figure = fullness_figure([*rows, Filling("d", 7, 5, "7 of 5")])
    (bars,) = figure.data
    assert list(bars.x) == [0.25, 0.95, 0, 1]
    assert list(bars.marker.pattern.shape) == ["", "/", "", "/"]
    assert [note.text for note in figure.layout.annotations] == ["1 of 4", "95 of 100", "none", "7 of 5"]
