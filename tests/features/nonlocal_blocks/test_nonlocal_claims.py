"""Claims of the papers as experiments, their tables, this project's own gains, and every figure of the page."""

import numpy as np
import pytest
from figures import check_figure

from vizcore.algorithms.nonlocal_blocks.operators import OPERATORS
from vizcore.algorithms.student_interval import CONFIDENCE
from vizcore.features.nonlocal_blocks import figures as drawn
from vizcore.features.nonlocal_blocks import figures_claims as lesson
from vizcore.features.nonlocal_blocks import pipeline_claims as tried
from vizcore.features.nonlocal_blocks import published as paper
from vizcore.features.nonlocal_blocks.pipeline_results import METRICS, Gain, alike, gains, interval
from vizcore.models.pairs import BLOCKS
from vizcore.models.weights import card

pytestmark = pytest.mark.usefixtures("one_thread")
WHOLE = [0, tried.PLACES // 2, -1]  # mu = 0, 1, 2


def test_the_fraction_is_on_the_unit_circle_and_at_one_it_is_minus_i():
    for h in (0.5, 1.0, 3.0):
        found, mu = tried.turning(h), tried.places()
        np.testing.assert_allclose(np.abs(found), 1)
        np.testing.assert_allclose(found, (h * mu - 1j) / (h * mu + 1j))
    assert tried.turning(1.0)[WHOLE[1]] == pytest.approx(-1j)


def test_the_three_cayley_filters_are_three():
    curves = tried.three_filters((0.0, 0.5), 1.0, 1.0)
    np.testing.assert_allclose(curves["exact"][WHOLE], [-1, 0, 0.6], atol=1e-12)
    np.testing.assert_allclose(curves["Eq. 22 as printed"][WHOLE], [1, 2, 5])
    np.testing.assert_allclose(curves["as released"][WHOLE], [0.5, 1, 2.5])


def test_the_third_term_of_gsnl_says_nothing_that_two_do_not():
    first, second, bent = tried.third_term(0.2, -0.5, 0.8).values()
    np.testing.assert_allclose(first, second, atol=1e-12)
    assert np.abs(first - bent).max() > 0.5
    assert np.abs(np.diff(first, 2)).max() < 1e-12, "a straight line"


def test_rows_of_double_attention_sum_to_one_for_one_choice_of_axes_alone():
    sums = tried.axis_sums(4)
    np.testing.assert_allclose(sums[tried.MEANT], 1)
    for name, values in sums.items():
        assert name == tried.MEANT or np.abs(values - 1).max() > 0.2, name


def test_degrees_of_cgnl_are_of_both_signs_and_fall():
    found = tried.degrees(0)
    assert (found > 0).any()
    assert (found < 0).any()
    assert (np.diff(found) <= 0).all()


def test_without_a_norm_the_laplacian_has_no_frequencies():
    plain, normalised = tried.laplacians(1).values()
    assert plain.min() < -10
    assert normalised.min() == pytest.approx(0, abs=1e-9)
    assert normalised.max() <= 2 + 1e-9


def test_jacobi_converges_where_its_radius_is_below_one_and_the_nearer_the_slower():
    found = [tried.iterated(0, h) for h in (0.5, 1.0, 2.0, 4.0)]
    assert all((one.errors[-1] < one.errors[0]) == (one.radius < 1) for one in found)
    small = [one for one in found if one.radius < 0.9]
    assert small
    for one in small:  # a step gains the radius, in the long run
        rate = (one.errors[25] / one.errors[5]) ** (1 / 20)
        assert rate < one.radius * 1.15


def test_the_tables_are_the_papers_and_their_differences_too():
    assert dict(paper.differences("1"))["SNL"] == (1.08, 0.41)
    assert dict(paper.differences("1"))["CGNL"] == (-0.62, -0.37)
    assert dict(paper.differences("2"))["PRID: NL"] == (-1.1, -0.8)
    assert dict(paper.differences("3"))["VTN: SNL"] == (0.28,), "printed as 0.30"
    assert dict(paper.differences("4"))["CGNL"] == (0.71, -0.36)
    for number, (_, measures, rows) in paper.TABLES.items():
        assert len(paper.table_rows(number)) == len(rows)
        assert all(len(one) == len(measures) for one in rows.values())


@pytest.mark.parametrize("metric", METRICS)
def test_our_gains_are_those_of_the_cards_seed_by_seed(metric):
    found = {one.block: one for one in gains(metric)}
    assert set(found) == set(BLOCKS) - {"none"}
    base = card("pairs-none").metrics[METRICS[metric]]
    for name, one in found.items():
        measured = card(f"pairs-{name}").metrics[METRICS[metric]]
        assert one.mean == pytest.approx(measured["mean"] - base["mean"])
        assert one.low < one.mean < one.high
        assert one.title == OPERATORS[name].title
        assert one.seeds == 5


def test_the_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(0)
    ends = np.array([interval(rng.normal(0.3, 1, 5))[1:] for _ in range(4000)])
    assert ((ends[:, 0] < 0.3) & (ends[:, 1] > 0.3)).mean() == pytest.approx(CONFIDENCE, abs=0.015)
    assert np.isnan(interval(np.array([0.5]))[1:]).all()


def test_only_intervals_that_overlap_are_not_told_apart():
    def gain(title, low, high):
        return Gain("x", title, (low + high) / 2, low, high, 0.0, 0, 5)

    found = gain("a", 0.0, 0.2), gain("b", 0.1, 0.3), gain("c", 0.4, 0.5)
    assert alike(found) == (("a", "b"),)


def test_no_metric_but_the_known_ones():
    with pytest.raises(ValueError, match="want a metric of both correct"):
        gains("speed")


def figures():
    """Every plotly figure of the page."""
    rng, mu = np.random.default_rng(0), tried.places()
    values, energy = np.sort(rng.uniform(-1, 1, 40))[::-1], rng.uniform(0, 1, 40)
    yield drawn.disc_figure(values + 1j * rng.uniform(-0.1, 0.1, 40), energy)
    yield drawn.disc_figure(np.array([3.0 + 0j]), None)
    yield drawn.line_figure(values, energy)
    yield drawn.line_figure(np.linspace(1, -1, 1024), None)
    yield drawn.learnt_figure(values, energy, energy)
    yield lesson.circle_figure(mu, tried.turning(1.0))
    yield lesson.curves_figure(mu, tried.three_filters((0.0, 0.5), 1.0, 1.0))
    yield lesson.sums_figure(tried.axis_sums(0))
    yield lesson.degrees_figure(tried.degrees(0))
    yield lesson.laplacian_figure(tried.laplacians(0))
    yield lesson.steps_figure({"h = 1": tried.iterated(0, 1.0).errors})
    yield from (paper.difference_figure(number) for number in paper.TABLES)
    yield paper.gains_figure(gains())


def test_every_figure_keeps_the_rules_of_the_house():
    for fig in figures():
        check_figure(fig)


def test_a_stem_is_as_high_as_its_share_of_the_energy():
    fig = drawn.line_figure(np.array([1.0, -0.5]), np.array([3.0, 1.0]))
    assert fig.data[1].y.tolist() == [0.75, 0.25]


def test_a_strip_marks_the_position_and_shows_plain_cells_without_frames():
    heat = np.zeros((2, 3, 4))
    heat[1, 2, 3] = 1
    strip = drawn.attention_strip(None, heat, (0, 5))
    half = strip.shape[1] // 2
    assert len(np.unique(strip[:, :half].reshape(-1, 3), axis=0)) > 2, "two colours of cells would be no mark"
    corner = strip[-8, -8].astype(int)
    assert corner[0] > 200 > corner[2], "the highest value is yellow"
