"""The self-test: passes where all is well, and each part of it fails when that part is broken."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from vizcore.algorithms.alignment.smooth_minimum import soft_min
from vizcore.algorithms.matching.assignment import assign_greedily
from vizcore.cli import main
from vizcore.features.system import pipeline_footage as footage
from vizcore.features.system import pipeline_learned as learned
from vizcore.features.system import pipeline_selftest as room
from vizcore.features.system import pipeline_sums as sums
from vizcore.features.system.pipeline_selftest import KNOWN, Answer, Known, selftest
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.store import Store

pytestmark = pytest.mark.usefixtures("one_thread")
BY_QUESTION = {one.ask.__name__: one for one in KNOWN}


def shifted(function):
    """The same, and a little more."""
    return lambda *args, **settings: function(*args, **settings) + 0.01


def nudged(warping):
    return lambda cost: replace(warping(cost), total=warping(cost).total + 0.01)


def steeper(soft_dtw):
    def steeper(cost):
        found = soft_dtw(cost)
        return replace(found, gradient=found.gradient * 1.01)

    return steeper


def spectral_only(apply_operator):
    return lambda name, x, form, grid: apply_operator(name, x, form=form, grid=grid) + (form == "direct")


def mislabelled(reassemble):
    return lambda actions, boundaries, length: reassemble(actions, boundaries[:-1], length)


def perfect(evaluate):
    return lambda pairs: evaluate([(truth, truth) for _, truth in pairs])


def late(read_frames):
    """As OpenCV is on some files: a frame that is jumped to is the one before it."""
    return lambda path, numbers: read_frames(path, [max(0, n - (len(numbers) == 1)) for n in numbers])


def out_of_order(write):
    return lambda path, frames, fps: write(path, np.array(frames)[::-1], fps)


def another_hash(card):
    return lambda name: replace(card(name), sha256="0" * 64)


def dimmed(render):
    return lambda name: render(name) // 2


BREAKS = {  # question -> (the room that asks it, the name in it that is broken, how)
    "hungarian": (sums, "assign", lambda _: assign_greedily),
    "there_and_back": (sums, "dealign", lambda _: lambda aligned, order: aligned),
    "transport": (sums, "sinkhorn", shifted),
    "worst_gap": (sums, "smooth_min", lambda _: soft_min),
    "cheapest_walk": (sums, "dtw", nudged),
    "soft_slope": (sums, "soft_dtw", steeper),
    "two_forms": (sums, "apply_operator", spectral_only),
    "from_points": (sums, "reassemble", mislabelled),
    "half_right": (sums, "evaluate", perfect),
    "hull": (sums, "giou", shifted),
    "drawn_anew": (footage, "render", dimmed),
    "decoded": (footage, "read_frames", lambda read: lambda path, numbers: read(path, numbers)[::-1]),
    "reached": (footage, "read_frames", late),
    "encoded": (footage, "write_video", out_of_order),
    "weights": (learned, "card", another_hash),
}


def answered(*questions: str, **settings):
    return selftest(known=tuple(BY_QUESTION[name] for name in questions), **settings)


def test_a_sound_machine_passes_and_hears_how_far_it_is():
    printed = []
    found = selftest(seed=1, context=default_context().with_progress(lambda *at: printed.append(at)))
    assert [(line.what, line.got) for line in found.failed] == []
    assert len(found.lines) == len(KNOWN)
    assert all(line.milliseconds > 0 and line.expected and line.got for line in found.lines)
    assert [done for done, *_ in printed] == list(range(len(KNOWN) + 1))
    assert found.in_words.startswith(f"{len(KNOWN)} of {len(KNOWN)} known answers")
    assert repr(found) == f"SelfTest({found.in_words})"


@pytest.mark.parametrize("question", BREAKS)
def test_a_broken_part_fails_its_own_line(question, monkeypatch):
    place, name, broken = BREAKS[question]
    assert answered(question, seed=2).passed
    monkeypatch.setattr(place, name, broken(getattr(place, name)))
    found = answered(question, seed=2)
    assert not found.passed
    assert "error (" not in found.lines[0].got, "it failed for another reason"


class Wrong:
    """An engine whose logits are off, another time each time."""

    def __init__(self, engine):
        self.engine, self.turn = engine, 0

    def run(self, *args):
        self.turn += 1
        capture = self.engine.run(*args)
        return replace(capture, logits=-capture.logits - self.turn)


@pytest.mark.parametrize("question", ["bare", "again", "learnt"])
def test_an_engine_that_is_off_is_found_out(question):
    context = default_context()
    assert not answered(question, context=Context(Wrong(context.engine), context.store)).passed


def test_a_store_that_loses_results_is_found_out_and_a_sound_one_is_left_as_it_was(tmp_path):
    context = Context(default_context().engine, Store(tmp_path / "sound"))
    assert answered("stored", context=context).passed
    assert context.store.stats().entries == 0
    assert not answered("stored", context=Context(context.engine, Store(tmp_path / "full", limit_bytes=10))).passed


def test_every_question_has_been_broken():
    assert {*BREAKS, "bare", "again", "learnt", "stored"} == set(BY_QUESTION)


def test_an_error_is_a_line_that_failed_and_names_no_folder():
    def ask(context, rng):
        raise OSError(2, "No such file", "/home/somebody/secret.mp4")

    found = selftest(known=(Known("Part", "what breaks", ask), BY_QUESTION["hull"]))
    assert [line.passed for line in found.lines] == [False, True]
    assert "FileNotFoundError" in found.lines[0].got
    assert "somebody" not in str(found)


def test_a_seed_asks_the_same_again_and_another_one_something_else():
    first, second, other = (
        [(line.expected, line.got) for line in selftest(seed=seed, known=sums.SUMS).lines] for seed in (5, 5, 6)
    )
    assert first == second
    assert first != other


def test_the_command_prints_a_table_and_its_exit_code_tells(capsys, monkeypatch):
    few = (BY_QUESTION["hull"], BY_QUESTION["half_right"])
    monkeypatch.setattr(room, "selftest", partial(selftest, known=few))
    assert main(["selftest", "--seed", "4"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in printed[1:3]] == ["ok", "ok"]
    assert printed[-1].startswith("2 of 2 known answers")
    broken = Known("Part", "what is wrong", lambda context, rng: Answer("this", "that", False))
    monkeypatch.setattr(room, "selftest", partial(selftest, known=(*few, broken)))
    assert main(["selftest"]) == 1
    assert any(line.startswith("FAILED") and "that" in line for line in capsys.readouterr().out.splitlines())
    assert main(["selftest", "--seed", "-1"]) == 2
    assert "want a seed" in capsys.readouterr().err
