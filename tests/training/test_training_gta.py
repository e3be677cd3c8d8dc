"""The embedder's training: its losses by hand, its scores by a peer, the recipe made, killed and made again."""

import shutil
from functools import partial
from itertools import permutations

import numpy as np
import pytest
import torch
from scipy.stats import kendalltau
from torch.nn import functional as F

from vizcore.algorithms.alignment.losses import contrastive_cost, total_loss
from vizcore.algorithms.alignment.soft_dtw import soft_dtw
from vizcore.models import MODELS
from vizcore.models.weights import FOLDER, card, tensors
from vizcore.training import gta
from vizcore.training.fit import Plan, fit
from vizcore.training.gta_clips import ACTIONS, AMBIGUOUS, COUNTED, action_of, filmed
from vizcore.training.gta_losses import LOSSES, PARTS, LossSettings, cycle_back, shortened
from vizcore.training.gta_scores import ERRORS, of_action, quarter_of, read_out, scores, tau_of_some
from vizcore.training.table import filled
from vizcore.training.tables.embedders import by_action, embedders, temperatures
from vizcore.training.tokens import as_video
from vizcore.training.workshop import Workshop

pytestmark = pytest.mark.usefixtures("one_thread")


def rising(pairs: int = 2, frames: int = 8, noise: float = 0.0, seed: int = 0) -> torch.Tensor:
    """(B, T, D) unit vectors that turn with time: what a perfect embedder would give."""
    rng = np.random.default_rng(seed)
    angles = np.linspace(0, 2.5, frames) + noise * rng.standard_normal((pairs, frames))
    return F.normalize(torch.from_numpy(np.stack([np.cos(angles), np.sin(angles)], -1)).float(), dim=-1)


def value(name: str, x: torch.Tensor, y: torch.Tensor, **way) -> float:
    return float(sum(LOSSES[name](x, y, LossSettings(name, **way), np.random.default_rng(0)).values()))


# --- losses


@pytest.mark.parametrize("temperature", [0.1, 1.0])
def test_cycling_back_is_the_regression_that_the_paper_writes_down(temperature):
    x, y = torch.randn(2, 5, 3, generator=torch.Generator().manual_seed(0)), torch.randn(2, 7, 3)
    wanted = []
    for u, v in zip(x.double().numpy(), y.double().numpy()):
        for i, frame in enumerate(u):
            to = np.exp([-((frame - other) ** 2).sum() / temperature for other in v])
            soft = (to / to.sum()) @ v
            back = np.exp([-((soft - other) ** 2).sum() / temperature for other in u])
            back, number = back / back.sum(), np.arange(5) / 5
            mean = back @ number
            variance = back @ (number - mean) ** 2 + 1e-6
            wanted.append((i / 5 - mean) ** 2 / variance + 0.001 * np.log(variance))
    assert cycle_back(x, y, temperature).item() == pytest.approx(np.mean(wanted), rel=1e-3)


@pytest.mark.parametrize("form", ["code", "prob"])
def test_the_loss_of_global_alignment_is_the_published_total(form):
    x, y = rising(noise=0.3), rising(frames=6, noise=0.3, seed=1)
    assert value("gta", x, y, form=form) == pytest.approx(total_loss(x, y, form=form).item(), rel=1e-5)


def test_global_alignment_tells_a_clip_from_its_reversal_and_cycling_back_does_not():
    """Each frame alone goes there and back: cycle-back regression takes no notice of the other clip's order."""
    x, y = rising(noise=0.1), rising(noise=0.1, seed=1)
    for name in LOSSES:
        there, back = value(name, x, y), value(name, x, y.flip(1))
        if name == "gta":
            assert there < back - 1
    assert cycle_back(x, y, 0.1).item() == pytest.approx(cycle_back(x, y.flip(1), 0.1).item(), rel=1e-4)


def test_a_cut_leaves_the_other_frames_in_their_order_and_takes_one_stretch():
    y = torch.arange(9.0).expand(50, 9)[..., None]
    cut = shortened(y, np.random.default_rng(0))[..., 0]
    gone = [sorted(set(range(9)) - set(row.int().tolist())) for row in cut]
    assert all((row.diff() > 0).all() for row in cut)
    assert all(stretch == list(range(stretch[0], stretch[0] + 3)) for stretch in gone)
    assert {stretch[0] for stretch in gone} == set(range(7))


def test_a_whole_pair_is_weighed_against_the_pair_with_a_stretch_cut_out():
    x, y = rising(noise=0.4), rising(noise=0.4, seed=3)
    cut, wanted = shortened(y, np.random.default_rng(0)), []
    for one, whole, rest in zip(x, y, cut):
        cost, other = (
            soft_dtw(contrastive_cost(one, part).numpy(), 0.1).value / (8 + len(part)) for part in (whole, rest)
        )
        wanted.append(0.1 * np.log1p(np.exp((cost - other) / 0.1)))
    assert value("d3tw", x, y) == pytest.approx(np.mean(wanted), rel=1e-4)


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_names_its_parts_and_can_be_descended(name):
    x, y = (torch.nn.Parameter(part) for part in (rising(noise=0.4), rising(frames=6, noise=0.4, seed=2)))
    parts = LOSSES[name](F.normalize(x, dim=-1), F.normalize(y, dim=-1), LossSettings(name), np.random.default_rng(0))
    assert tuple(parts) == PARTS[name]
    total = sum(parts.values())
    total.backward()
    assert x.grad.abs().sum() > 0
    with torch.no_grad():
        lower = [F.normalize(part - 0.01 * part.grad, dim=-1) for part in (x, y)]
    assert value(name, *lower) < total.item()


# --- scores


def told(clips: int = 3, frames: int = 9, seed: int = 0) -> dict[str, np.ndarray]:
    """Clips of every action whose phases run unevenly."""
    rng = np.random.default_rng(seed)
    phase = np.sort(rng.random((clips * len(ACTIONS), frames)), 1)
    return {"number": np.arange(len(phase)) % len(ACTIONS), "phase": phase}


def test_scores_are_means_over_ordered_pairs_then_over_counted_actions():
    data = told()
    vectors = np.random.default_rng(1).standard_normal((len(data["phase"]), 9, 4))
    found, means = scores(vectors, data), []
    for action in ACTIONS:
        clips, taus, errors = np.flatnonzero(data["number"] == ACTIONS.index(action)), [], []
        for i, j in permutations(clips, 2):
            nearest = [((vectors[j] - frame) ** 2).sum(-1).argmin() for frame in vectors[i]]
            taus.append(kendalltau(range(9), nearest).statistic)
            errors.append(np.abs(data["phase"][i] - data["phase"][j][nearest]).mean())
        assert found[f"tau {action}"] == pytest.approx(np.mean(taus))
        means += [(np.mean(taus), np.mean(errors))] if action in COUNTED else []
    assert (found["tau"], found[ERRORS[0]]) == pytest.approx(tuple(np.mean(means, 0)))
    alike = tau_of_some(vectors, data["number"], 3)
    assert alike == pytest.approx(found["tau"])


def test_who_knows_the_phase_is_right_and_who_numbers_frames_only_seems_to_be():
    data = told(clips=2, frames=40)
    number = np.broadcast_to(np.arange(40.0)[:, None], (*data["phase"].shape, 1))
    for vectors, knows in ((data["phase"][..., None], True), (number, False)):
        found = scores(vectors, data)
        assert found["tau"] > 0.95
        assert (found[ERRORS[0]] < 0.03) == knows
        assert (found[ERRORS[1]] < 0.03) == knows


def test_pairs_whose_neighbours_all_coincide_have_no_tau_and_are_left_out():
    data = {"number": np.zeros(3, int), "phase": np.tile(np.linspace(0, 1, 5), (3, 1))}
    vectors = np.stack([np.linspace(0, 1, 5), np.linspace(0, 1, 5), np.full(5, 9.0)])[..., None]
    found = of_action(vectors, data, ACTIONS[0])
    assert found["tau"] == pytest.approx(1.0)  # of the six pairs four are left, two of them by their only neighbour
    assert np.isnan(of_action(np.zeros((3, 5, 1)), data, ACTIONS[0])["tau"])


def test_readers_that_were_fitted_on_one_split_read_the_phase_in_another():
    known, data = told(clips=6, frames=20), told(clips=4, frames=20, seed=1)
    turns = [np.stack([np.cos(3 * each["phase"]), np.sin(3 * each["phase"])], -1) * 9 for each in (known, data)]
    found = read_out(turns[0], known, turns[1], data)
    assert found["quarters named"] > 0.9
    assert found["progression"] > 0.5
    noise = np.random.default_rng(2).standard_normal((2, *known["phase"].shape, 2))
    blind = read_out(noise[0], known, noise[1][: len(data["phase"])], data)
    assert blind["quarters named"] < 0.4
    assert blind["progression"] < 0.1
    assert quarter_of(np.array([0, 0.24, 0.25, 0.5, 0.75, 1])).tolist() == [0, 0, 1, 2, 3, 3]


def test_counted_actions_are_those_in_which_the_true_joints_tell_the_moment():
    data = filmed(range(3 * len(ACTIONS)), "validation", 12)
    found = scores(data["joints"].reshape(len(data["number"]), 12, -1), data)
    assert [action_of(k) for k in data["number"]] == [ACTIONS[k] for k in data["number"]]
    assert min(found[f"tau {action}"] for action in COUNTED) > 0.9
    assert max(found[f"tau {action}"] for action in AMBIGUOUS) < 0.6
    assert len(COUNTED) >= 8


# --- the recipe


def test_a_batch_shows_pairs_of_one_action_with_frames_in_order():
    settings = gta.Settings(frames=10, seen=6)
    data = {"number": np.arange(64) % 16, "tokens": np.zeros((64, 10, 1, 2), np.float16)}
    data["tokens"][..., 0], data["tokens"][..., 1] = np.arange(64)[:, None, None], np.arange(10)[:, None]
    found = gta.drawn(data, np.random.default_rng(0), settings, 3, 2)[:, :, 0].int()  # (6, 6, 2): clip and frame
    assert (found[..., 1].diff(dim=1) > 0).all()
    actions = found[:, 0, 0].unflatten(0, (3, 2)) % 16
    assert (actions[:, 0] == actions[:, 1]).all()
    assert len(set(actions[:, 0].tolist())) == 3
    assert len(set(found[:, 0, 0].tolist())) == 6


def test_a_training_killed_between_two_steps_keeps_what_it_learnt_by_the_step(tmp_path):
    def loss(learner: gta.Learner, chance: np.random.Generator, dies_at: int = 99) -> torch.Tensor:
        if learner.step == dies_at:
            raise Killed
        found = (learner.net(torch.from_numpy(chance.standard_normal((4, 3))).float()) ** 2).mean()
        learner.parts[learner.step] = found.detach()
        return found

    def learner() -> gta.Learner:
        torch.manual_seed(0)
        return gta.Learner(torch.nn.Linear(3, 2), 6, 1)

    straight, killed, again = learner(), learner(), learner()
    plan = Plan(6, 0.01, every=1)
    curve = fit(straight, loss, plan).curve
    with pytest.raises(Killed):
        fit(killed, partial(loss, dies_at=4), plan, tmp_path / "kept.pt")
    fit(again, loss, plan, tmp_path / "kept.pt")
    assert torch.equal(straight.parts, again.parts)
    assert straight.parts[:, 0].tolist() == pytest.approx(curve)


class Killed(Exception):
    """The power is gone."""


def rehearse(folder, dies_after: str | None = None) -> None:
    def say(text: str) -> None:
        if dies_after and dies_after in text:
            raise Killed

    (folder / "weights").mkdir(parents=True, exist_ok=True)
    for ending in ("json", "safetensors"):
        shutil.copy(FOLDER / f"pose.{ending}", folder / "weights")
    gta.train(Workshop(scratch=folder, folder=folder / "weights", quick=True, say=say))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("straight")
    rehearse(folder)
    return folder / "weights"


def test_a_rehearsal_makes_both_files_with_whole_cards(made):
    for name in gta.SHIPPED.values():
        page = card(name, made)
        assert page.sha256
        assert page.curve
        assert len(page.metrics["test tau"]["seeds"]) == 2
        assert page.metrics["learning: step"] == [0, 2]
        assert np.isfinite(page.metrics["learning: validation tau"]).all()
    learnt = card("gta", made)
    parts = [np.array(learnt.metrics[f"learning: {part}"]) for part in PARTS["gta"]]
    assert sum(parts).mean() == pytest.approx(np.mean(learnt.curve), rel=1e-4)
    for row in (gta.BEFORE, gta.UNTRAINED, "d3tw", "tcc", "pose vector", "true joints", "frame number"):
        assert f"{row}: test tau" in learnt.metrics
    assert learnt.metrics["frame number: test tau"] == 1


def test_killed_anywhere_the_recipe_ends_at_the_same_weights_and_the_same_curves(made, tmp_path):
    for stage in ("tokens of validation", "seed 1", "4/4", "scores"):
        with pytest.raises(Killed):
            rehearse(tmp_path, dies_after=stage)
    rehearse(tmp_path)
    for name in gta.SHIPPED.values():
        straight, again = tensors(name, made), tensors(name, tmp_path / "weights")
        assert all(torch.equal(straight[key], again[key]) for key in straight | again), name
        assert card(name, made).metrics == card(name, tmp_path / "weights").metrics


# --- what is shipped


def test_the_shipped_embedder_does_on_todays_world_what_its_card_says():
    actions, net = ("sit_down", "pick_up", "kick"), MODELS["gta"].load()
    numbers = [ACTIONS.index(action) + 16 * k for action in actions for k in range(4)]
    clips = filmed(numbers, "test", card("gta").recipe["frames"])
    with torch.no_grad():
        vectors = np.stack([net.embed(net.stem(as_video(film))[None])[0].numpy() for film in clips["frames"]])
    for action in actions:
        claimed = card("gta").metrics[f"test tau {action}"]["seeds"][0]
        assert of_action(vectors, clips, action)["tau"] == pytest.approx(claimed, abs=0.06)


def test_the_cards_tell_what_the_embedder_is_there_to_show():
    """Aligning whole clips orders frames; going there and back frame by frame does so less; the stem does not."""
    told = card("gta").metrics
    tau = {name: told[f"{name}: test tau"]["mean"] for name in ("tcc", "d3tw", gta.UNTRAINED)} | {
        "gta": told["test tau"]["mean"]
    }
    assert tau["gta"] >= 0.80
    assert tau["gta"] > tau["tcc"] > tau[gta.UNTRAINED]
    assert len(told["test tau"]["seeds"]) >= 3
    assert sum(": validation tau" in name and name.startswith("tcc at") for name in told) >= 3
    assert card("gta").recipe["context"] <= 1
    assert told["test phase error of warping"]["mean"] < told["frame number: test phase error of warping"]


def test_the_document_tells_what_the_cards_tell():
    text = (FOLDER.parent.parent / "docs" / "embedding.md").read_text()
    assert filled(text) == text
    for table in (embedders, by_action, temperatures):
        assert table() in text
