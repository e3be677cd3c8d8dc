"""The sentence that every view of the page of non-local blocks begins with: each outcome, and some real results."""

from types import SimpleNamespace

import numpy as np
import pytest
from test_pages import complaints, opened

from vizcore.algorithms.nonlocal_blocks.edges import ROWS_SUM_TO_1, SYMMETRIC, UNNORMALISED
from vizcore.features.nonlocal_blocks import pipeline_claims as tried
from vizcore.features.nonlocal_blocks import pipeline_verdict as verdicts
from vizcore.features.nonlocal_blocks import pipeline_verdict_claims as claimed
from vizcore.features.nonlocal_blocks import published as paper
from vizcore.features.nonlocal_blocks.pipeline import nodes_of
from vizcore.features.nonlocal_blocks.pipeline_blocks import FAMILIES, TRAINED, Affinities, BlockSettings, rows_of
from vizcore.features.nonlocal_blocks.pipeline_filter import filter_clip
from vizcore.features.nonlocal_blocks.pipeline_results import alike, gains
from vizcore.features.nonlocal_blocks.pipeline_targets import lantern_masks, target_of
from vizcore.runtime.clip_library import bundled
from vizcore.synthetic.pair import pair
from vizcore.video import write_video

pytestmark = pytest.mark.usefixtures("one_thread")
SHAPE = (2, 5, 5)


def row(on_target, count=50):
    """Weights of which so much lies on the first five positions."""
    values = np.full(count, (1 - on_target) / (count - 5))
    values[:5] = on_target / 5
    return values.reshape(SHAPE)


TARGET = np.arange(50).reshape(SHAPE) < 5


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ({"snl": 0.5}, "."),
        ({"snl": 0.6, "nl": 0.5, "cc": 0.1}, ", the most of all operators; CC the least (10%)."),
        ({"snl": 0.05, "nl": 0.5, "cc": 0.1}, ", the least of all operators; NL the most (50%)."),
        ({"snl": 0.3, "nl": 0.5, "cc": 0.1}, "; NL the most (50%), CC the least (10%)."),
    ],
    ids=str,
)
def test_of_two_lanterns_it_says_how_much_attention_lies_on_the_other(shares, words):
    rows = {name: row(share) for name, share in shares.items()}
    found = verdicts.attention_verdict(rows, "snl", TARGET, "the other lantern")
    share = f"{shares['snl']:.0%}"
    assert found == f"SNL puts {share} of its attention weight on the other lantern (10% of the positions){words}"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({"snl": [4]}, "There is one position: it attends to itself."),
        ({"snl": [0, 0, 0]}, "SNL attends to nothing from here: all of its scores are 0."),
        ({"snl": [3, 3, 1, 1]}, "Half of SNL's attention weight lies on 2 of 4 positions."),
        (
            {"snl": [3, 3, 1, 1], "nl": [1, 3, 1, 3]},
            "Half of SNL's attention weight lies on 2 of 4 positions; the other operators spread it alike.",
        ),
        (
            {"snl": [4, 3, 3, 0], "nl": [9, 1, 0, 0], "cc": [2, 2, 2, 1], "a2": [1] * 4, "cgnl": [0] * 4},
            "Half of SNL's attention weight lies on 2 of 4 positions, that of NL on 1.",
        ),
        (
            {"snl": [1, 1, 1, 1, 1, 1], "nl": [-9, 1, 0, 0, 0, 0], "cc": [2, 2, 0, 0, 0, 0]},
            "Half of SNL's attention weight lies on 3 of 6 positions, that of NL on 1.",
        ),
        (
            {"snl": [4, 4, 1, 1, 1, 1], "nl": [9, 1, 0, 0, 0, 0], "cc": [1] * 6},
            "Half of SNL's attention weight lies on 2 of 6 positions, that of CC on 3 and that of NL on 1.",
        ),
    ],
    ids=str,
)
def test_elsewhere_it_says_how_widely_attention_is_spread(rows, words):
    given = {name: np.array(values, float).reshape(1, 1, -1) for name, values in rows.items()}
    assert verdicts.attention_verdict(given, "snl", None, "") == words


@pytest.mark.parametrize(
    ("kind", "values", "why_not", "others", "words"),
    [
        (SYMMETRIC, [1, 0.25], "", [], "SNL's graph is symmetric: its 2 eigenvalues are real, from 0.25 to 1."),
        (
            SYMMETRIC,
            [1, 0.25, -1e-9],
            "",
            ["NL", "CC"],
            "SNL's graph is symmetric: its 3 eigenvalues are real, from 0 to 1; NL and CC have complex ones.",
        ),
        (ROWS_SUM_TO_1, [1], "", [], "SNL's graph is not symmetric, yet its one eigenvalue is real."),
        (
            ROWS_SUM_TO_1,
            [1, 0.1 + 0.2j, 0.1 - 0.2j],
            "its modes do not span the features",
            ["CC"],
            "SNL's graph is not symmetric: 2 of its 3 eigenvalues are complex, but its modes do not span the features.",
        ),
        (
            ROWS_SUM_TO_1,
            [1, 0.1 + 0.2j, 0.1 - 0.2j],
            "",
            ["CC"],
            "SNL's graph is not symmetric: 2 of its 3 eigenvalues are complex; CC has complex ones.",
        ),
        (ROWS_SUM_TO_1, [], "4 nodes are too many", [], "SNL's eigenvalues are not known: 4 nodes are too many."),
        (SYMMETRIC, [], "", [], "SNL's graph has no edge at all."),
    ],
    ids=str,
)
def test_eigenvalues_say_whether_they_are_real(kind, values, why_not, others, words):
    assert verdicts.eigenvalues_verdict("snl", kind, np.array(values), why_not, others) == words


ORTHOGONAL = "; its modes are not orthogonal, so these do not add up"


@pytest.mark.parametrize(
    ("kind", "before", "after", "words"),
    [
        (
            SYMMETRIC,
            (4, 2),
            (2, 0.1),
            "As set, SNL is low-pass: the energy of slow modes (λ > 0.5) times 0.5, that of fast ones times 0.05.",
        ),
        (
            ROWS_SUM_TO_1,
            (4, 2),
            (1, 4),
            "As set, SNL is high-pass: the energy of slow modes (λ > 0.5) times 0.25, that of fast ones times 2"
            f"{ORTHOGONAL}.",
        ),
        (SYMMETRIC, (4, 2), (2, 1), "As set, SNL treats slow and fast modes alike: energy times 0.5."),
        (SYMMETRIC, (0, 2), (0, 1), "All energy is in fast modes, and SNL multiplies it by 0.5."),
        (SYMMETRIC, (4, 0), (1, 0), "All energy is in slow modes, and SNL multiplies it by 0.25."),
        (SYMMETRIC, (4, 2), (0, 0), "As set, SNL adds nothing: it removes every mode."),
        (SYMMETRIC, (0, 0), (0, 0), "All positions have the same features: there is nothing to filter."),
        (
            UNNORMALISED,
            (4, 4),
            (1, 1),
            "SNL multiplies the energy by 0.25 here, but its weights are of any size: on another clip the same W is "
            "another filter.",
        ),
    ],
    ids=str,
)
def test_a_filter_says_what_it_does_to_slow_and_fast_modes(kind, before, after, words):
    assert verdicts.filter_verdict("snl", kind, before, after, "") == words


def test_a_filter_without_a_spectrum_says_why():
    found = filter_clip("lanterns-3-both", operator="nl", source="pairs-snl", layer="before", kind="trained").verdict
    words = "NL has no frequencies here: its modes do not span the features. What comes out is the direct form."
    assert found == words
    large = {"source": "random features", "across": 28, "count": 8}
    found = filter_clip(str(bundled()["tiles"].path), operator="nl", **large).frequencies
    assert found.reason == "6,272 nodes are too many to find its modes"


def gain(title, mean, low=float("nan"), high=float("nan")):
    return SimpleNamespace(title=title, mean=mean, low=low, high=high, seeds=5)


def test_gains_say_which_block_is_best_and_which_cannot_be_told_from_it():
    found = [gain("NL", 0.1, 0.08, 0.12), gain("SNL", 0.2, 0.15, 0.25), gain("CC", 0.16, 0.1, 0.2)]
    best = "SNL gains most over no block: +20.0 points (95 % interval +15.0 to +25.0, 5 trainings)"
    assert verdicts.gains_verdict(found, [("SNL", "CC")]) == f"{best}; CC cannot be told from it."
    assert verdicts.gains_verdict(found, [("NL", "CC")]) == f"{best}, and no other interval overlaps."
    single = "NL gains most over no block: −1.0 points, and no other interval overlaps."
    assert verdicts.gains_verdict([gain("NL", -0.01)], []) == single
    assert verdicts.gains_verdict([], []) == "No block was trained here."


def test_a_printed_table_says_which_method_gains_most_and_which_fall_behind():
    assert verdicts.printed_verdict("1", "top-1", paper.differences("1")) == (
        "Printed in Table 1: CaylaySNL gains most over no block, +1.39 points of top-1; NL and CGNL fall behind it."
    )
    assert verdicts.printed_verdict("3", "top-1", paper.differences("3")) == (
        "Printed in Table 3: P3D: SNL gains most over no block, +1.42 points of top-1."
    )
    one_worse = [("A", (1.0,)), ("B", (-0.5,))]
    assert verdicts.printed_verdict("9", "mAP", one_worse).endswith("+1.00 points of mAP; B falls behind it.")


def test_claims_say_what_was_measured():
    mu = tried.places()
    assert claimed.turning_verdict(mu, tried.turning(1.0)) == (
        "The fraction is not real: at μ = 1.00 its imaginary part is −1.00, so Re cannot be removed."
    )
    assert claimed.filters_verdict(tried.three_filters((0, 0.5), 1.0, 1.0)) == (
        "The filters differ from the exact one: Eq. 22 as printed by up to 4.40 and as released by up to 1.90."
    )
    same = dict.fromkeys(("exact", "printed", "released"), np.ones(3))
    assert claimed.filters_verdict(same) == "With these weights all three filters are the same."
    assert claimed.third_verdict(tried.third_term(0.2, -0.5, 0.8)) == (
        "gSNL's third term adds nothing: two weights give the same curve; T₂ differs by up to 3.20."
    )
    flat = "gSNL's third term adds nothing: two weights give the same curve; nor does T₂ with this W3."
    assert claimed.third_verdict(tried.third_term(0.2, -0.5, 0.0)) == flat
    other = dict(zip("abc", (np.zeros(2), np.ones(2), np.ones(2)), strict=True))
    assert claimed.third_verdict(other) == "gSNL differs from an SNL with two weights by up to 1.00."


def test_claims_about_graphs_say_what_was_measured():
    assert claimed.sums_verdict({"a": np.ones(3), "b": np.array([0.5, 1, 1.2])}) == (
        "1 of 2 choices of the axes averages: a; elsewhere a row's sum is up to 0.50 off."
    )
    assert claimed.sums_verdict({"b": np.array([0.5])}) == "No choice of axes makes an average."
    below = "1 of 3 degrees are 0 or below, so one cannot divide by them."
    assert claimed.degrees_verdict(np.array([2.0, 1, -1])) == below
    above = "All degrees are above 0 here: one could divide by them."
    assert claimed.degrees_verdict(np.array([2.0])) == above
    fine = {"plain": np.array([-22.4, 0.5]), "normal": np.array([-1e-9, 1.25])}
    words = "Without normalisation L's least eigenvalue is −22.4"
    assert claimed.laplacian_verdict(fine) == (
        f"{words}, which is no frequency; normalised all lie between 0.00 and 1.25."
    )
    assert claimed.laplacian_verdict(fine | {"normal": np.array([-3.0, 1])}) == f"{words}."
    runs_away = "Jacobi runs away from h = 2 on, where its spectral radius is 1.10."
    assert claimed.jacobi_verdict({1.0: 0.7, 2.0: 1.1, 4.0: 1.5}) == runs_away
    slow = "Jacobi converges, slowly for a large h: at h = 2 a step leaves 90% of the error."
    assert claimed.jacobi_verdict({1.0: 0.7, 2.0: 0.9}) == slow


def test_the_masks_of_two_lanterns_lie_where_they_are_painted():
    """By what differs between the two frames of a clip whose wall is the same in both."""
    for seed in (3, 11):
        frames = pair(seed, "show", "both", size=200).frames.astype(int)
        apart = (abs(frames[0] - frames[1]).sum(-1) > 90).reshape(5, 40, 5, 40).mean((1, 3))
        first, second = lantern_masks(seed, SHAPE)
        assert not first[1].any()
        assert not second[0].any()
        assert apart[first[0] | second[1]].min() > 0.1
        assert apart[~(first[0] | second[1])].max() < 0.3


def test_a_position_on_a_lantern_is_about_the_other_and_one_on_the_wall_about_both():
    first, second = lantern_masks(3, SHAPE)
    at = int(np.flatnonzero(first)[0])
    target = target_of("lanterns-3-both", SHAPE, at)
    assert (target.words, target.mask.tolist()) == ("the other lantern", second.tolist())
    back = target_of("lanterns-3-both", SHAPE, int(np.flatnonzero(second)[0]))
    assert (back.words, back.mask.tolist()) == ("the other lantern", first.tolist())
    wall = target_of("lanterns-3-both", SHAPE, int(np.flatnonzero(~(first | second))[0]))
    assert (wall.words, wall.mask.tolist()) == ("the two lanterns", (first | second).tolist())


def test_the_first_visit_says_how_much_attention_lies_on_the_other_lantern():
    nodes = nodes_of("lanterns-3-both", source="pairs-snl", layer="before")
    position, settings = nodes.most_distinct, BlockSettings("trained")
    rows = rows_of(nodes, TRAINED, position, settings)
    target = target_of("lanterns-3-both", nodes.shape, position)
    weights = abs(rows["snl"]) / abs(rows["snl"]).sum()
    expected = Affinities(rows, "snl", target).verdict
    assert expected.startswith(f"SNL puts {weights[target.mask].sum():.0%} of its attention weight on ")
    app = opened("nonlocal_blocks", {"part": "Two lanterns"})
    (line,) = (text.value for text in app.markdown if text.value.startswith(expected))
    assert "knows the world" in line


def test_a_real_filter_says_what_its_own_energies_say():
    found = filter_clip("lanterns-3-both", operator="snl", out=(1.0, -0.8))
    energy, gain = found.frequencies.energy, found.gains
    slow = found.frequencies.values.real > 0.5
    kept = float((energy * gain**2)[slow].sum() / energy[slow].sum())
    assert f"slow modes (λ > 0.5) times {float(f'{kept:.3g}'):g}" in found.verdict
    assert filter_clip("lanterns-3-both", operator="nl").verdict


@pytest.mark.parametrize("metric", ["both correct", "same lamp"])
def test_gains_of_the_cards_have_a_sentence(metric):
    found = gains(metric)
    best = max(found, key=lambda one: one.mean)
    assert verdicts.gains_verdict(found, alike(found)).startswith(f"{best.title} gains most over no block")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"part": "Claims tried out"}, "The fraction is not real"),
        ({"part": "Tables"}, "Printed in Table 1"),
        ({"part": "Background", "background": "Tables", "table": "Measured here"}, "gains most over no block"),
        ({"part": "A file", "file": "one position"}, "There is one position"),
        ({"part": "A file", "show": "Eigenvalues"}, "SNL's graph is symmetric"),
        ({"weights": "random"}, "random weights"),
    ],
    ids=str,
)
def test_every_view_begins_with_its_sentence(query, words):
    app = opened("nonlocal_blocks", query)
    assert complaints(app) == []
    assert any(words in text.value for text in app.markdown)


def test_a_net_of_the_world_is_marked_on_a_clip_that_was_not_rendered_here(monkeypatch, tmp_path):
    rng = np.random.default_rng(0)
    write_video(tmp_path / "film.mp4", rng.integers(0, 255, (8, 64, 64, 3), np.uint8), 8)
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    query = {"part": "A clip", "clip": "media/film.mp4", "source": "pairs-snl", "layer": "before"}
    app = opened("nonlocal_blocks", query)
    assert complaints(app) == []
    assert any("knows only the world" in text.value for text in app.markdown)


def test_families_and_trained_operators_have_a_title_each():
    for name in (*FAMILIES, *TRAINED):
        assert verdicts.filter_verdict(name, SYMMETRIC, (1, 1), (1, 1), "").startswith("As set, ")
