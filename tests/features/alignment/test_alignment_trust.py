"""Whether an alignment can be trusted: centred vectors, limits of their cost, what is said of it, and what is faint."""

import numpy as np
import pytest
from test_alignment import CARTWHEEL, strand

from vizcore.features.alignment.pipeline import PIXELS, align_clips, aligned, paired, sampled
from vizcore.features.alignment.pipeline_embeddings import embeddings, fitting, kinds_of
from vizcore.features.alignment.pipeline_strands import Pair, centred, unit
from vizcore.features.alignment.pipeline_trust import LEVELS, LIMITS, Limits, centred_cost
from vizcore.features.alignment.pipeline_verdict import PathNumbers, path_verdict, together_verdict, trust
from vizcore.models import photographs
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.domain import Badge

pytestmark = pytest.mark.usefixtures("one_thread")
NAN = float("nan")
SIT = str(bundled()["sit"].path)
FILM = Badge("outside", "knows only the world", "It was trained on the procedural world alone.")
RANDOM = Badge("random", "random weights", "It has learnt nothing.")
HOME = Badge("inside", "knows 1,000 kinds of things", "From photographs.")
BETWEEN = Limits(0.8, 0.9)


def path(**changed) -> PathNumbers:
    return PathNumbers(**{"lengths": (48, 72), "cost": 0.06, "spread": 1.0, "tau": 0.9, "limits": BETWEEN} | changed)


# ---- vectors


def test_centred_vectors_are_those_less_their_mean_and_what_is_still_is_noughts():
    vectors = np.random.default_rng(0).normal(3, 1, (5, 4))
    np.testing.assert_allclose(centred(vectors), [[one[k] - vectors[:, k].mean() for k in range(4)] for one in vectors])
    still = np.full((7, 3), np.float32(0.1))
    assert not centred(still + np.float32(1e-8) * np.arange(7, dtype=np.float32)[:, None]).any()
    assert centred(vectors[:1]).tolist() == vectors[:1].tolist()


def test_vectors_of_a_film_are_centred_by_default_and_raw_when_asked_for(lite0, two_films):
    raw = embeddings(two_films[0], "lite0").vectors
    less = embeddings(two_films[0], "lite0", kind="centred").vectors
    np.testing.assert_allclose(less, raw - raw.mean(0), atol=1e-6)
    for kind, vectors in (("", less), ("centred", less), ("raw", raw)):
        found = sampled(two_films[0], model="lite0", vectors=kind)
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


def test_what_was_rendered_here_is_described_by_gta_a_film_by_lite0_or_pixels(lite0, two_films, monkeypatch):
    assert fitting(SIT) == fitting(SIT, CARTWHEEL) == fitting(two_films[0], SIT) == "gta"
    assert fitting(*two_films) == "lite0"
    assert paired(two_films[0], other=two_films[1], limit=4).described == "lite0 pooled"
    monkeypatch.setattr(photographs, "lacks", lambda *files: ("not there",))
    assert fitting(*two_films) == PIXELS
    found = align_clips(two_films[0], other=two_films[1], limit=4)
    assert (found.pair.described, found.pair.badge) == (PIXELS, None)


# ---- cost, levels and words


def test_the_centred_cost_is_the_mean_over_the_path_of_one_less_the_cosine_of_what_changes():
    chance = np.random.default_rng(1)
    both = Pair(strand(chance.normal(5, 1, (6, 3))), strand(chance.normal(-2, 1, (4, 3))))
    way = aligned(both).path
    a, b = (one.features - one.features.mean(0) for one in (both.first, both.second))
    costs = [1 - a[i] @ b[j] / np.linalg.norm(a[i]) / np.linalg.norm(b[j]) for i, j in way]
    assert centred_cost(a, b, way) == pytest.approx(np.mean(costs))
    assert aligned(both).numbers.centred == pytest.approx(np.mean(costs))


def test_pixels_of_the_same_frames_are_a_second_witness_where_there_are_limits(lite0, two_films):
    found = align_clips(two_films[0], other=two_films[1], model="lite0", limit=5)
    both = [sampled(one, model=PIXELS, limit=5) for one in two_films]
    for witness, strand_ in zip(found.pair.pixels, both, strict=True):
        np.testing.assert_allclose(unit(witness), strand_.features)
    cosines = [both[0].features[i] @ both[1].features[j] for i, j in found.path]
    assert found.numbers.copied == pytest.approx(1 - np.mean(cosines))
    assert paired(two_films[0], other=two_films[1], model="lite0", layer="head", limit=5).pixels is None
    assert paired(SIT, other=SIT, model=PIXELS, limit=5).pixels is None


def test_what_is_centred_already_costs_what_the_alignment_says(lite0, two_films):
    found = align_clips(two_films[0], other=two_films[1], model="lite0")
    assert found.numbers.centred == pytest.approx(found.warping.distance)
    raw = align_clips(two_films[0], other=two_films[1], model="lite0", vectors="raw")
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
            "The path can be trusted: its mean centred cost is 0.41; that of unrelated clips is mostly 0.90 or more.",
        ),
        (
            path(centred=0.85),
            HOME,
            "weak",
            "The alignment is weak: the path's mean centred cost is 0.85, between that of copies of a clip (below "
            "0.80) and of unrelated clips (mostly 0.90 or more).",
        ),
        (
            path(centred=0.97),
            None,
            "not trusted",
            "No reliable alignment: the path's mean centred cost is 0.97, as in unrelated clips (mostly 0.90 or more).",
        ),
        (
            path(centred=0.94, copied=0.07),
            HOME,
            "trusted",
            "The path can be trusted: its pixels change alike, at a mean centred cost of 0.07; below 0.40 they are "
            "those of copies.",
        ),
        (
            path(centred=0.94, copied=0.5),
            HOME,
            "not trusted",
            "No reliable alignment: the path's mean centred cost is 0.94, as in unrelated clips (mostly 0.90 or more).",
        ),
        (
            path(centred=0.41),
            FILM,
            "not trusted",
            "The model does not know such clips; the path's mean centred cost is 0.41.",
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
            "The 2 clips are warped onto the reference with a mean centred cost of 0.50; every path can be trusted.",
        ),
        (
            (0.4, 0.86),
            "The 2 clips are warped onto the reference with a mean centred cost of 0.63; the alignment of clip "
            "2 is weak.",
        ),
        (
            (0.86, 0.86),
            "The 2 clips are warped onto the reference with a mean centred cost of 0.86; the alignment of all is weak.",
        ),
        (
            (0.4,),
            "The other clip is warped onto the reference with a mean centred cost of 0.40; the path can be trusted.",
        ),
        ((0.4, 0.95), "No reliable alignment for clip 2."),
    ],
)
def test_of_many_clips_those_that_are_weak_or_fail_are_named(costs, sentence):
    assert together_verdict([path(centred=cost) for cost in costs], True, HOME) == sentence
