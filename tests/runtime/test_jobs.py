"""Jobs: with progress that can be read and stopped, for all who asked; none keeps memory once it has ended."""

import gc
import threading
import weakref

import pytest
from gates import SOON, Big, busy_worker, idle_worker  # noqa: F401

from vizcore.runtime.jobs import Cancelled


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


def test_a_job_knows_who_has_asked_for_it_and_who_has_left_it_to_others(worker, gate):
    job = worker.submit("shared", lambda job: 1, owner="first")
    assert worker.submit("shared", lambda job: 2, owner="second") is job
    job.cancel("first")
    assert [job.requested_by(owner) for owner in ("first", "second", "nobody")] == [False, True, False]
    gate.may_end.set()
    assert job.result(SOON) == 1
    worker.submit("shared", lambda job: 3, owner="late")
    assert [job.requested_by(owner) for owner in ("second", "late", "nobody")] == [True, True, False]


def test_a_job_that_all_have_cancelled_is_still_theirs(worker, gate):
    job = worker.submit("given up", lambda job: 1, owner="only")
    job.cancel("only")
    assert job.state == "cancelled"
    assert job.requested_by("only")


def test_a_job_counts_its_seconds_from_its_beginning_to_its_end(worker, gate):
    job = worker.submit("waits", lambda job: job.seconds, title="Waiting")
    assert (job.title, job.seconds) == ("Waiting", 0)
    first = gate.job.seconds
    assert 0 <= first <= gate.job.seconds
    gate.may_end.set()
    inside = job.result(SOON)
    assert job.seconds >= inside
    assert job.seconds == job.seconds
