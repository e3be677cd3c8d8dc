"""Jobs: in order, once, with progress that can be stopped; no job can take the thread down or keep memory."""

import gc
import threading
import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizcore.runtime.jobs import QUEUED, RUNNING, Cancelled, Worker

SOON = 20.0  # seconds: how long a test waits for what should happen at once, before it fails


@pytest.fixture
def worker():
    worker = Worker("test")
    yield worker
    assert worker.close(SOON)


class Gate:
    """Work that tells when it has begun, and ends when it may."""

    def __init__(self, value=None):
        self.begun, self.may_end, self.value = threading.Event(), threading.Event(), value

    def __call__(self, job):
        self.begun.set()
        assert self.may_end.wait(SOON)
        job.step(1, 1, "through the gate")
        return self.value


@pytest.fixture
def gate(worker):
    """The worker is busy until the gate is opened."""
    gate = Gate("gate")
    gate.job = worker.submit("gate", gate)
    assert gate.begun.wait(SOON)
    yield gate
    gate.may_end.set()


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


def test_a_job_goes_from_queued_to_running_to_done(worker, gate):
    job = worker.submit("next", lambda job: 7)
    assert (job.state, job.finished, gate.job.state) == ("queued", False, "running")
    assert worker.running == (gate.job,)
    gate.may_end.set()
    assert job.result(SOON) == 7
    assert (job.state, job.finished, job.error, job.exception) == ("done", True, None, None)
    assert gate.job.result() == "gate"
    assert worker.running == ()


def test_progress_can_be_read_while_the_job_runs(worker):
    told, go_on = threading.Event(), threading.Event()

    def work(job):
        job.step(3, 10, "frame 3")
        told.set()
        go_on.wait(SOON)

    job = worker.submit("progress", work)
    assert job.total == 0
    assert told.wait(SOON)
    assert (job.done, job.total, job.message) == (3, 10, "frame 3")
    go_on.set()
    assert job.wait(SOON)


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


def test_a_queued_job_is_cancelled_at_once_and_never_runs(worker, gate):
    ran = []
    job = worker.submit("late", ran.append)
    assert job.cancel()
    assert (job.state, job.finished) == ("cancelled", True)
    assert worker.queued == ()
    with pytest.raises(Cancelled):
        job.result()
    gate.may_end.set()
    worker.submit("after", lambda job: None).result(SOON)
    assert ran == []


def test_a_running_job_is_cancelled_at_its_next_step(worker, gate):
    assert gate.job.cancel()
    assert (gate.job.state, gate.job.unwanted) == ("running", True)
    gate.may_end.set()
    assert gate.job.wait(SOON)
    assert gate.job.state == "cancelled"
    assert gate.job.message == ""  # the step did not count
    with pytest.raises(Cancelled):
        gate.job.result()


def test_a_cancelled_key_can_be_asked_for_again_while_the_old_job_is_still_dying(worker, gate):
    gate.job.cancel()
    again = worker.submit("gate", lambda job: "again")
    assert again is not gate.job
    gate.may_end.set()
    assert again.result(SOON) == "again"
    assert worker.submit("gate", lambda job: "third") is again


def test_work_that_was_cancelled_too_late_to_notice_is_done_and_need_not_be_done_again(worker):
    begun, may_end = threading.Event(), threading.Event()
    job = worker.submit("stubborn", lambda job: begun.set() or may_end.wait(SOON))
    assert begun.wait(SOON)
    job.cancel()
    may_end.set()
    assert job.result(SOON) is True
    assert worker.submit("stubborn", lambda job: pytest.fail("done twice")) is job


def test_a_job_ends_only_when_its_last_owner_cancels(worker, gate):
    job = worker.submit("shared", lambda job: "kept", owner="anna")
    assert worker.submit("shared", lambda job: "other", owner="ben") is job
    assert not job.cancel("anna")
    assert not job.cancel("anna")  # twice by one owner is still one
    assert not job.cancel("nobody")
    assert job.state == "queued"
    assert job.cancel("ben")
    assert job.state == "cancelled"


def test_cancelling_a_finished_job_changes_nothing(worker):
    job = worker.submit("quick", lambda job: 1)
    assert job.wait(SOON)
    assert not job.cancel()
    assert (job.state, job.result()) == ("done", 1)


def test_a_failure_is_kept_as_it_was_raised_and_as_a_sentence(worker):
    refusal = worker.submit("refusal", lambda job: int("seven"))
    with pytest.raises(ValueError, match="seven") as caught:
        refusal.result(SOON)
    assert refusal.exception is caught.value
    assert (refusal.state, refusal.error) == ("failed", str(caught.value))
    broken = worker.submit("broken", lambda job: {}["missing"])
    assert broken.wait(SOON)
    assert broken.error == "KeyError: 'missing'"


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


def test_the_same_error_raised_again_does_not_grow(worker):
    job = worker.submit("bad", lambda job: 1 / 0)
    depths = []
    for _ in range(5):
        with pytest.raises(ZeroDivisionError) as caught:
            job.result(SOON)
        depths.append(len(caught.traceback))
    assert len(set(depths)) == 1


def test_waiting_gives_up_after_its_timeout(worker, gate):
    assert not gate.job.wait(0)
    with pytest.raises(TimeoutError, match="running"):
        gate.job.result(0)


def test_a_job_that_waits_for_its_own_worker_is_told_instead_of_waiting_for_ever(worker):
    job = worker.submit("outer", lambda job: worker.submit("inner", lambda job: 1).result())
    with pytest.raises(RuntimeError, match=r"own worker: use worker\.call"):
        job.result(SOON)


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


class Big:
    """Stands for a tensor: something whose end can be seen."""


def test_a_done_job_keeps_its_result_and_lets_go_of_its_work(worker):
    argument = Big()
    given = weakref.ref(argument)
    job = worker.submit("tidy", lambda job, argument=argument: 1)
    assert job.wait(SOON)
    worker.call(lambda job: None)  # the thread has left the job behind
    del argument
    gc.collect()
    assert job.state == "done"
    assert given() is None


def test_a_worker_with_nothing_to_do_does_not_hold_what_it_did_last(worker):
    gone = threading.Event()
    value = worker.call(lambda job: Big())
    weakref.finalize(value, gone.set)
    del value
    assert gone.wait(SOON)


def test_a_failed_job_keeps_its_error_and_lets_go_of_what_the_work_had_in_hand(worker):
    inside = []

    def work(job):
        try:
            local = Big()
            inside.append(weakref.ref(local))
            deeper()
        except ValueError as cause:
            raise RuntimeError("with a big thing in hand") from cause

    def deeper():
        local = Big()
        inside.append(weakref.ref(local))
        raise ValueError("the cause")

    job = worker.submit("leak", work)
    assert job.wait(SOON)
    worker.call(lambda job: None)
    gc.collect()
    assert str(job.exception.__cause__) == "the cause"
    assert [alive() for alive in inside] == [None, None]


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


def test_a_job_knows_who_has_asked_for_it_and_who_has_left_it_to_others(worker, gate):
    job = worker.submit("shared", lambda job: 1, owner="first")
    assert worker.submit("shared", lambda job: 2, owner="second") is job
    job.cancel("first")
    assert [job.asked_by(owner) for owner in ("first", "second", "nobody")] == [False, True, False]
    gate.may_end.set()
    assert job.result(SOON) == 1
    worker.submit("shared", lambda job: 3, owner="late")
    assert [job.asked_by(owner) for owner in ("second", "late", "nobody")] == [True, True, False]


def test_a_job_that_all_have_cancelled_is_still_theirs(worker, gate):
    job = worker.submit("given up", lambda job: 1, owner="only")
    job.cancel("only")
    assert job.state == "cancelled"
    assert job.asked_by("only")


def test_a_job_counts_its_seconds_from_its_beginning_to_its_end(worker, gate):
    job = worker.submit("waits", lambda job: job.seconds, title="Waiting")
    assert (job.title, job.seconds) == ("Waiting", 0)
    first = gate.job.seconds
    assert 0 <= first <= gate.job.seconds
    gate.may_end.set()
    inside = job.result(SOON)
    assert job.seconds >= inside
    assert job.seconds == job.seconds


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
