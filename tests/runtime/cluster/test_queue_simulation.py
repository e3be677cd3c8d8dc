"""The simulated queue, held to what is known of queues: Erlang's formula, renewal theory, and Graham's bound."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.marked import filled
from benchmarks.queue_simulation import Fleet, drawn, erlang_wait, share, simulate

ROOT = Path(__file__).resolve().parents[3]
times = st.lists(st.floats(0.01, 50), min_size=1, max_size=30).map(np.array)
fleets = st.builds(Fleet, st.integers(1, 6), st.sampled_from([0.0, 0.02]), st.just(1.0), st.sampled_from([0.0, 0.1]))


@pytest.mark.parametrize(("workers", "busy"), [(1, 0.5), (1, 0.8), (4, 0.7), (12, 0.9)])
def test_the_mean_wait_is_that_of_erlangs_formula(workers, busy):
    rng, count, batches = np.random.default_rng(0), 120_000, 30
    service = rng.exponential(2.0, count)
    arrivals = np.cumsum(rng.exponential(2.0 / (busy * workers), count))
    run = simulate(arrivals, service, Fleet(workers), rng)
    waited = (run.begun - arrivals).reshape(batches, -1).mean(1)  # neighbours wait alike: only means of many are free
    exact, error = erlang_wait(busy * workers / 2.0, 2.0, workers), waited[1:].std(ddof=1) / math.sqrt(batches - 1)
    assert abs(waited[1:].mean() - exact) < 4 * error
    assert error < 0.15 * exact


def test_erlangs_formula_is_the_one_of_a_single_worker_and_refuses_too_much_work():
    assert erlang_wait(0.5, 1.0, 1) == pytest.approx(0.5 / (1 - 0.5))  # M/M/1: rho / (mu - lambda)
    with pytest.raises(ValueError, match="want less work than 2"):
        erlang_wait(2.0, 1.0, 2)


def test_a_clip_whose_workers_die_takes_as_long_as_renewal_theory_says():
    rng, needs, deaths, restart, count = np.random.default_rng(0), 3.0, 0.4, 2.0, 20_000
    run = simulate(np.zeros(count), np.full(count, needs), Fleet(1, deaths, restart), rng)
    each = np.diff(np.concatenate([[0.0], np.sort(run.ended)]))
    exact = (1 / deaths + restart) * math.expm1(deaths * needs)  # a lost try begins anew
    assert abs(each.mean() - exact) < 4 * each.std() / math.sqrt(count)
    assert run.died > 0


@given(times, fleets, st.booleans(), st.integers(0, 5))
def test_every_clip_is_written_once_after_it_came_and_no_fleet_beats_its_limits(service, fleet, dealt, seed):
    arrivals = np.linspace(0, 5, len(service))
    run = simulate(arrivals, service, fleet, np.random.default_rng(seed), dealt)
    assert np.isfinite(run.ended).all()
    assert (run.begun >= arrivals).all()
    assert (run.ended >= run.begun + service - 1e-9).all()
    assert run.makespan >= service.sum() / fleet.workers - 1e-9
    assert run.worked >= service.sum() - 1e-9
    assert 0 < share(run, service, fleet.workers) <= 1 + 1e-9
    assert 0 <= run.tail <= run.makespan


@given(times, st.integers(1, 6))
def test_one_at_a_time_is_never_worse_than_graham_allows(service, workers):
    run = simulate(np.zeros(len(service)), service, Fleet(workers), np.random.default_rng(0))
    best = max(service.max(), service.sum() / workers)
    assert run.makespan <= (2 - 1 / workers) * best + 1e-9  # Graham 1969


def test_the_tail_is_what_the_first_worker_to_end_waits_for_the_last():
    run = simulate(np.zeros(4), np.array([1.0, 5.0, 1.0, 1.0]), Fleet(2), np.random.default_rng(0))
    assert run.tail == pytest.approx(5.0 - 3.0)
    run = simulate(np.zeros(4), np.array([1.0, 5.0, 1.0, 1.0]), Fleet(2), np.random.default_rng(0), dealt=True)
    assert run.tail == pytest.approx(6.0 - 2.0)  # the second has 5 and 1


def test_a_driver_that_is_always_busy_sets_the_pace():
    rng = np.random.default_rng(0)
    service = drawn([0.4, 0.6, 1.2], 2000, rng, 0.0)
    run = simulate(np.zeros(2000), service, Fleet(500, driver=0.05), rng)
    assert run.makespan == pytest.approx(2000 * 0.05, rel=0.02)


def test_texts_go_between_their_marks_and_every_mark_of_the_documents_is_filled_by_a_benchmark():
    assert filled("a\n<!-- x -->\nold\n<!-- /x -->\nb", {"x": "new \\1", "y": "no"}) == (
        "a\n<!-- x -->\n\nnew \\1\n\n<!-- /x -->\nb"
    )
    for name, rooms in {"cluster": ["bench_cluster"], "scale": ["cost_per_clip", "queue_simulation"]}.items():
        document = (ROOT / "docs" / f"{name}.md").read_text()
        code = "".join((ROOT / "benchmarks" / f"{room}.py").read_text() for room in rooms)
        marks = re.findall(r"<!-- ([\w-]+) -->", document)
        assert marks
        for mark in marks:
            assert f"<!-- /{mark} -->" in document
            assert f'"{mark}"' in code
        assert all(f"python -m benchmarks.{room}" in document for room in rooms)
