"""A session as a file: the whole workspace comes back, uploads are proved anew, one that lies is refused as a whole."""

import hashlib
import io
import json
import zipfile

import pytest
import streamlit
from checkpoint_files import tiny, written
from sessions import remembered
from streamlit.testing.v1 import AppTest
from test_pages import complaints, opened, settled

from vizcore.features.lessons.pipeline_progress import Progress
from vizcore.features.report import export_session as session
from vizcore.features.report import pipeline_archive as archive
from vizcore.features.report.export_session import Session, Upload, by_size, session_zip
from vizcore.features.report.page_button import Reported
from vizcore.features.segmentation.page_files import NOTHING_HERE
from vizcore.player.session import name_of
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.recording.section import Report
from vizcore.synthetic.shot import shot_of
from vizcore.ui.session_uploads import SessionFiles

LETTER = b"Dear reader, " * 50
WORD = "world-act-3-throw"
DOUBT = "net predicts 'pour', which the ground truth does not have."  # of the labels


def an_upload(form: str, name: str, data: bytes) -> Upload:
    return Upload(form, name, hashlib.sha256(data).hexdigest(), data)


def a_session(*uploads: Upload, page: str = "matching") -> Session:
    links = {"heatmaps": (("show", "Difference"),), "matching": (("part", "Cost"), ("others", "a"), ("others", "b"))}
    return Session(page, links, (WORD,), uploads, ("Why averaging blurs",))


def label_files() -> bytes:
    """A ZIP as a session keeps it: one video of 40 frames, and what a model says of it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("groundTruth/a.txt", "take\n" * 40)
        archive.writestr("net/a", "### Frame level recognition: ###\n" + "take " * 30 + "pour " * 10)
    return file.getvalue()


def gone(app: AppTest, page: str) -> AppTest:
    """The person on another page."""
    app.switch_page(f"pages/{page}.py")
    return settled(app.run())


def test_what_goes_into_a_session_comes_out():
    data = a_session(an_upload("table", "t.csv", b"1,2"), Upload("video", "long.mp4", "0" * 64))
    assert session.opened(session_zip(data, Report("r"))) == (data, Report("r"))


def test_the_smallest_uploads_travel_along_for_as_long_as_there_is_room(monkeypatch, tmp_path):
    monkeypatch.setattr(session, "MOST_UPLOADS", 40)
    found = []
    for size in (30, 20, 10, 25):
        path = tmp_path / str(size)
        path.write_bytes(bytes(size))
        found.append((Upload("video", path.name, "0" * 64), path))
    along, left = by_size(found)
    assert [upload.name for upload, _ in along] == ["10", "20"]
    assert [upload.name for upload in left] == ["25", "30"]


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(page="nonsense"),
        lambda data: data.update(links={"../x": []}),
        lambda data: data.update(format="vizcore report"),
        lambda data: data["uploads"][0].update(sha256="0" * 64),
        lambda data: data["uploads"][0].update(form="program"),
        lambda data: data["uploads"][0].update(data="report.html"),
        lambda data: data.update(strange=True),
        lambda data: data.update(clips=[WORD] * 13),
        lambda data: data["links"].update(heatmaps=[["show", 1]]),
        lambda data: data.pop("lessons"),
    ],
)
def test_a_session_that_says_what_none_says_is_refused_in_a_sentence(change):
    files = archive.unpacked(session_zip(a_session(an_upload("table", "t.csv", b"1")), Report()), 1 << 30)
    data = json.loads(files["session.json"])
    change(data)
    with pytest.raises(ValueError, match=r"^want "):
        session.opened(archive.packed(files | {"session.json": json.dumps(data).encode()}))


def restored(file: bytes) -> AppTest:
    """A new visitor who opens a session file."""
    app = opened("report")
    app.file_uploader("upload-open-session-0").set_value(("session.zip", file, "application/zip")).run()
    return settled(app)


def saved(app: AppTest) -> bytes:
    """What the button of the page Report gives."""
    with pytest.MonkeyPatch.context() as patch:
        buttons = []
        patch.setattr(streamlit, "download_button", lambda name, make, **options: buttons.append((name, make)))
        gone(app, "report")
        return dict(buttons)["session.zip"]()


def test_the_whole_workspace_comes_back_in_a_fresh_session(tmp_path):
    """Two views in the report, a clip of the world, a video, labels and a model of one's own, pages as they were."""
    app = opened("matching", {"clip": WORD, "method": "greedy", "show": "Scores"})
    app.file_uploader[0].set_value(("mine.mp4", bundled()["lamps"].path.read_bytes(), "video/mp4"))
    settled(app.run())
    settled(app.button("add-to-report").click().run())
    gone(app, "segmentation").query_params["part"] = "Label files"
    settled(app.segmented_control("part").set_value("Label files").run())
    app.file_uploader(key="labels-more").set_value([("set.zip", label_files(), "application/zip")])
    settled(app.run())
    settled(app.button("add-to-report").click().run())
    assert complaints(app) == [DOUBT]
    app.session_state[name_of(Progress)] = Progress(done={"Why averaging blurs": True})
    mine = written(tmp_path / "mine.safetensors", tiny().state_dict())
    (menu,) = (one for one in gone(app, "compare").file_uploader if one.label == "A checkpoint from your computer")
    menu.set_value(("mine.safetensors", mine.read_bytes(), "application/octet-stream"))
    settled(app.run())
    other = restored(saved(app))
    assert complaints(other) == []
    assert other.title[0].value == "Compare"
    before, after = (remembered(one, Reported) for one in (app, other))
    assert after.draft.report == before.draft.report
    assert len(after.draft.sections) == 2
    menus = [(before.links, after.links), [remembered(one, Progress).done for one in (app, other)]]
    files = [vars(remembered(one, SessionFiles)) for one in (app, other)]
    menus += [[uploads_of[name] for uploads_of in files] for name in ("videos", "world_clips", "labels", "models")]
    for was, now in menus:
        assert was
        assert list(now) == list(was)
    settled(gone(other, "segmentation").segmented_control("part").set_value("Label files").run())
    assert complaints(other) == [DOUBT]
    settled(other.segmented_control("closer").set_value("Videos").run())
    assert [list(table.value["video"]) for table in other.dataframe if "video" in table.value] == [["a"]]
    settled(other.button("labels-forget").click().run())
    assert NOTHING_HERE in [note.value for note in other.caption]


def test_a_restored_session_is_on_its_page_with_its_uploads_and_its_report():
    lamps = bundled()["lamps"].path.read_bytes()
    data = a_session(an_upload("video", "../my <b>.mp4", lamps), an_upload("table", "t.csv", b"1,2\n3,4\n"))
    app = restored(session_zip(data, Report("Mine")))
    assert complaints(app) == []
    assert app.title[0].value == "Patch matching"
    assert (app.session_state["part"], app.session_state["background"]) == ("Background", "Cost")
    files = remembered(app, SessionFiles)
    assert remembered(app, Reported).draft.title == "Mine"
    (entry,) = files.videos.values()
    assert entry.path.read_bytes() == lamps
    assert entry.title == "my _b_.mp4"
    assert [one.title for one in files.world_clips.values()] == [shot_of(WORD).title]
    (table,) = files.tables.values()
    assert table.path.read_bytes() == b"1,2\n3,4\n"
    assert remembered(app, Reported).links["heatmaps"] == (("show", "Difference"),)


@pytest.mark.parametrize(
    "data",
    [
        a_session(an_upload("video", "letter.mp4", LETTER)),
        a_session(an_upload("table", "t.npy", b"\x7fELF\0\0\0")),
        a_session(an_upload("labels", "labels", LETTER)),
        a_session(an_upload("model", "net.pt", b"\x80\x04cos\nsystem\n.")),
        Session("matching", {}, ("world-nonsense-1",)),
    ],
    ids=["letter", "program", "labels", "pickle", "clip"],
)
def test_a_session_with_a_false_file_is_refused_as_a_whole(data):
    app = restored(session_zip(data, Report("Mine")))
    (sentence,) = complaints(app)
    assert sentence.startswith("session.zip: ")
    assert app.title[0].value == "Report"
    assert not remembered(app, SessionFiles).videos
    draft = remembered(app, Reported).draft
    assert draft is None or draft.title != "Mine"


def test_a_file_that_did_not_travel_along_is_not_looked_for_by_its_hash():
    """Who knows the hash of somebody's video has not seen it."""
    data = bundled()["lamps"].path.read_bytes()
    restored(session_zip(a_session(an_upload("video", "theirs.mp4", data)), Report()))
    app = restored(session_zip(a_session(Upload("video", "theirs.mp4", hashlib.sha256(data).hexdigest())), Report()))
    assert not remembered(app, SessionFiles).videos
