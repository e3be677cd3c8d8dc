"""A worker: jobs in order, each key once, in its own threads, which no job can take down."""

import threading
import weakref

import pytest
from gates import SOON, Big, Gate, busy_worker, idle_worker  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st

from vizcore.runtime.jobs import CANCELLED, QUEUED, RUNNING
from vizcore.runtime.worker import Worker


def test_jobs_are_done_in_the_order_in_which_they_came(worker, gate):
    order = []
    jobs = [worker.submit(k, lambda job, k=k: order.append(k)) for k in range(20)]
    assert [job.key for job in worker.queued] == list(range(20))
    gate.may_end.set()
    assert all(job.wait(SOON) for job in jobs)
    assert order == list(range(20))


def test_every_job_runs_in_the_one_thread_of_its_worker(worker):
    threads = {worker.submit(k, lambda job: threading.get_ident()).result(SOON) for k in range(5)}
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_several_threads_do_several_jobs_at_once_and_still_each_key_once():
    worker, gates = Worker("test", threads=2), [Gate(k) for k in range(3)]
    jobs = [worker.submit(k, gate) for k, gate in enumerate(gates)]
    assert gates[0].begun.wait(SOON)
    assert gates[1].begun.wait(SOON)
    assert worker.submit(1, gates[1]) is jobs[1]
    assert [job.state for job in jobs] == [RUNNING, RUNNING, QUEUED]
    gates[1].may_end.set()
    assert gates[2].begun.wait(SOON)
    assert worker.running == (jobs[0], jobs[2])
    for gate in gates:
        gate.may_end.set()
    assert [job.result(SOON) for job in jobs] == [0, 1, 2]
    assert worker.close(SOON)


@pytest.mark.parametrize("moment", ["queued", "running", "done"])
def test_the_same_key_asked_for_twice_is_one_job(worker, moment):
    gate, work = Gate(), Gate(5)
    first_in_line = worker.submit("gate", gate)
    job = worker.submit(("clip", 8), work)
    if moment != "queued":
        gate.may_end.set()
        assert work.begun.wait(SOON)
    if moment == "done":
        work.may_end.set()
        assert job.wait(SOON)
    assert worker.submit(("clip", 8), lambda job: pytest.fail("done twice")) is job
    gate.may_end.set()
    work.may_end.set()
    assert first_in_line.wait(SOON)
    assert job.result(SOON) == 5


def test_private_work_is_never_shared_nor_remembered(worker, gate):
    first, second = (worker.submit(None, lambda job, k=k: k) for k in range(2))
    assert first is not second
    gate.may_end.set()
    assert (first.result(SOON), second.result(SOON)) == (0, 1)
    assert worker.past == (gate.job,)


@pytest.mark.parametrize(
    "error", [ValueError("no"), SystemExit(3), KeyboardInterrupt(), MemoryError(), RecursionError()]
)
def test_the_thread_survives_whatever_a_job_raises(worker, error):
    def work(job):
        raise error

    job = worker.submit("bad", work)
    assert job.wait(SOON)
    assert job.state == "failed"
    assert job.error
    assert worker.submit("good", lambda job: "alive").result(SOON) == "alive"


def test_a_failed_job_is_tried_again_when_it_is_asked_for_again(worker):
    failed = worker.submit("flaky", lambda job: 1 / 0)
    assert failed.wait(SOON)
    assert worker.submit("flaky", lambda job: "better").result(SOON) == "better"


def test_a_call_from_within_a_job_is_done_at_once(worker):
    def outer(job):
        return worker.call(lambda inner: (inner is job, threading.get_ident()))

    same_job, thread = worker.submit("outer", outer).result(SOON)
    assert same_job
    assert thread == worker.call(lambda job: threading.get_ident())


def test_the_history_is_bounded_and_the_oldest_result_goes_first():
    worker = Worker("short memory", history=3)
    for k in range(5):
        worker.submit(k, lambda job, k=k: k).result(SOON)
    worker.call(lambda job: None)
    assert [job.key for job in worker.past] == [2, 3, 4]
    assert worker.submit(4, lambda job: "new").result(SOON) == 4
    assert worker.submit(0, lambda job: "new").result(SOON) == "new"
    assert worker.close(SOON)


def test_a_worker_with_nothing_to_do_does_not_hold_what_it_did_last(worker):
    gone = threading.Event()
    value = worker.call(lambda job: Big())
    weakref.finalize(value, gone.set)
    del value
    assert gone.wait(SOON)


def test_closing_ends_what_runs_and_what_waits_and_refuses_what_comes():
    worker = Worker("closing")
    gate = Gate()
    running, waiting = worker.submit("gate", gate), worker.submit("wait", lambda job: 1)
    assert gate.begun.wait(SOON)
    assert not worker.close(0)
    assert waiting.state == "cancelled"
    gate.may_end.set()
    assert worker.close(SOON)
    assert running.state == "cancelled"
    with pytest.raises(RuntimeError, match="closed"):
        worker.submit("more", lambda job: 1)


def test_a_negative_history_is_refused():
    with pytest.raises(ValueError, match="got -1"):
        Worker("test", history=-1)


def test_many_threads_asking_for_the_same_few_keys_get_each_done_once(worker, gate):
    counts, answers, lock = {}, [], threading.Lock()

    def work(job):
        counts[job.key] = counts.get(job.key, 0) + 1  # only the worker's thread comes here
        return job.key

    def ask():
        jobs = [worker.submit(k % 5, work) for k in range(50)]
        with lock:
            answers.extend((k % 5, job) for k, job in enumerate(jobs))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gate.may_end.set()
    assert all(job.result(SOON) == key for key, job in answers)
    assert counts == dict.fromkeys(range(5), 1)


@given(
    st.lists(st.tuples(st.sampled_from(["submit", "cancel"]), st.integers(0, 3), st.sampled_from("ab")), max_size=30)
)
def test_owners_follow_a_plain_model_of_sets(actions):
    """While the worker is busy: a key has a live job just as long as its set of owners is not empty."""
    worker, gate = Worker("model"), Gate()
    worker.submit("gate", gate)
    assert gate.begun.wait(SOON)
    owners, jobs, ran = {}, {}, []
    for action, key, owner in actions:
        if action == "submit":
            jobs[key] = worker.submit(key, lambda job: ran.append(job.key), owner)
            owners.setdefault(key, set()).add(owner)
        elif key in jobs:
            owners[key].discard(owner)
            jobs[key].cancel(owner)
        assert {job.key for job in worker.queued} == {key for key, names in owners.items() if names}
    gate.may_end.set()
    worker.call(lambda job: None)
    assert sorted(ran) == sorted(key for key, names in owners.items() if names)
    assert worker.close(SOON)


def test_what_is_forgotten_is_done_again_and_what_runs_is_not_touched(worker):
    done, gate, times = worker.submit("done", lambda job: 1), Gate(), []
    assert done.wait(SOON)
    running = worker.submit("running", gate)
    assert gate.begun.wait(SOON)
    worker.forget()
    assert worker.past == ()
    assert worker.submit("running", times.append) is running
    gate.may_end.set()
    assert worker.submit("done", lambda job: 2).result(SOON) == 2
    assert times == []


def test_a_job_that_is_cancelled_while_it_waits_for_another_worker_ends_and_ends_that_work():
    inner, outer = Worker("inner"), Worker("outer")
    began, ended = threading.Event(), threading.Event()

    def long(job):
        began.set()
        while not job.unwanted:
            ended.wait(0.01)
        ended.set()
        job.check()

    waiting = outer.submit("asks", lambda job: inner.call(long))
    assert began.wait(SOON)
    waiting.cancel()
    assert waiting.wait(SOON)
    assert waiting.state == CANCELLED
    assert ended.wait(SOON)
    assert inner.call(lambda job: "free again") == "free again"
    assert outer.close(SOON)
    assert inner.close(SOON)
