"""Actions and their twins: a film played backwards, its tracks, its scores; the recipes made, killed and made again."""

from functools import partial

import numpy as np
import pytest
import torch
from scipy.optimize import linear_sum_assignment
from torch import nn

from vizcore.algorithms.matching.matching import align, match
from vizcore.algorithms.statistics.accuracy import accuracy, order_accuracy
from vizcore.models import MODELS
from vizcore.models.nets.stemmed import StemmedViT
from vizcore.models.nets.stems import Stem
from vizcore.models.nets.temporal_vit import MODES
from vizcore.models.weights import FOLDER, Card, card, names, tensors
from vizcore.runtime.store import Store
from vizcore.synthetic.act import act
from vizcore.synthetic.actions import CLASSES
from vizcore.synthetic.truth import Surface, Thing, Truth, recall
from vizcore.training import acts, pose
from vizcore.training.acts import TWINS, batch_loss, summed, true_tracks
from vizcore.training.alignment import alignment
from vizcore.training.modes import backwards, logits_of
from vizcore.training.table import filled
from vizcore.training.tables.markdown import cell, table
from vizcore.training.tables.modes import results
from vizcore.training.tokens import as_video, frozen_tokens, gathered, reversed_order, state_key
from vizcore.training.workshop import Workshop

pytestmark = pytest.mark.usefixtures("one_thread")


def tokens(clips: int = 3, frames: int = 4, patches: int = 9, width: int = 8) -> torch.Tensor:
    return torch.randn(clips, frames, patches, width, generator=torch.Generator().manual_seed(5))


def some_order(clips: int = 3, frames: int = 4, patches: int = 9) -> torch.Tensor:
    rng = np.random.default_rng(0)
    order = rng.permuted(np.tile(np.arange(patches), (clips, frames, 1)), axis=2)
    order[:, 0] = np.arange(patches)
    return torch.from_numpy(order)


def test_tracks_of_the_film_played_backwards_are_the_same_tracks():
    order = some_order()
    turned = reversed_order(order)
    assert (turned[:, 0] == torch.arange(9)).all()
    for clip, back in zip(order, turned):
        there = {tuple(track) for track in clip.T.tolist()}
        assert {tuple(track[::-1]) for track in back.T.tolist()} == there
    assert (reversed_order(turned) == order).all()


def test_matching_the_film_played_backwards_finds_the_reversed_tracks():
    there, back = (align(clip, "hungarian", batched=True)[1] for clip in (tokens(), tokens().flip(1)))
    assert (reversed_order(there) == back).all()


def test_only_chosen_clips_are_played_backwards():
    clip, order = tokens(), some_order()
    turned, tracks = backwards(clip, order, torch.tensor([True, False, True]))
    for k in (0, 2):
        assert (turned[k] == clip[k].flip(0)).all()
        assert (tracks[k] == reversed_order(order)[k]).all()
    assert (turned[1] == clip[1]).all()
    assert (tracks[1] == order[1]).all()
    assert backwards(clip, None, torch.zeros(3, dtype=torch.bool))[1] is None


class Oracle(nn.Module):
    """Reads pair and direction, which the tokens of these tests say outright; checks that tracks fit the tokens."""

    def classify(self, clip: torch.Tensor, order: torch.Tensor | None) -> torch.Tensor:
        if order is not None:
            marks = clip[..., 2].gather(2, order)  # the track's number, in every frame
            assert (marks == marks[:, :1]).all()
        pair, rises = clip[:, 0, 0, 0].long(), (clip[:, -1, 0, 1] > clip[:, 0, 0, 1]).long()
        return 50.0 * nn.functional.one_hot(2 * pair + rises, 16)


@pytest.mark.parametrize("tracks", [None, "order"])
def test_a_clip_played_backwards_counts_as_its_twin(tracks):
    number, order = np.arange(16), some_order(16).numpy()
    clip = np.zeros((16, 4, 9, 3), np.float16)
    clip[..., 0] = (number // 2)[:, None, None]
    clip[..., 1] = np.linspace(0, 1, 4)[:, None] * np.where(number % 2, 1, -1)[:, None, None]
    np.put_along_axis(clip[..., 2], order, np.arange(9, dtype=np.float16)[None, None] + 0 * clip[..., 2], 2)
    data = {"tokens": clip, "number": number, "order": order.astype(np.int16)}
    settings = acts.Settings(batch=64, smoothing=0.0)
    assert batch_loss(Oracle(), np.random.default_rng(0), data, tracks, settings) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("mode", ["space", "joint", "factorized", "ata"])
def test_only_a_net_without_time_must_be_at_one_half(mode):
    torch.manual_seed(0)
    net = StemmedViT(Stem((2, 2, 2), width=8), mode, 16, frames=4, size=24, width=8).eval()
    clip, number = tokens(60), np.random.default_rng(0).integers(0, 16, 60)
    there, back = (logits_of(net, {"tokens": each.numpy()}, None) for each in (clip, clip.flip(1)))
    blind = np.allclose(there, back, atol=1e-5)
    assert blind == (mode == "space")
    if blind:
        both = np.concatenate([there, back]).round(3)
        assert order_accuracy(both, np.concatenate([number, number ^ 1]), TWINS) == 0.5


def test_scores_of_pair_and_direction_are_counted_clip_by_clip():
    rng = np.random.default_rng(1)
    number, logits = rng.integers(0, 16, 200), rng.standard_normal((200, 16))
    logits[np.arange(200), number] += 2
    logits[np.arange(200), number ^ 1] += 1
    right = pair = ahead = 0
    for row, truth in zip(logits, number):
        answer = max(range(16), key=lambda k: row[k])
        right += answer == truth
        pair += answer in (truth, TWINS[truth])
        ahead += row[truth] > row[TWINS[truth]]
    found = summed(logits, {"number": number})
    assert found["accuracy"] == right / 200
    assert found["pair accuracy"] == pair / 200
    assert found["direction accuracy"] == right / pair
    assert found["order accuracy"] == ahead / 200


def a_truth() -> Truth:
    """A block of one patch that goes from the left column to the right one and down, on 3 x 3 patches of 4 px."""
    surface, places = np.zeros((3, 12, 12), np.uint8), np.tile(np.eye(2, 3, dtype=np.float32), (3, 2, 1, 1))
    for t, (row, column) in enumerate([(0, 0), (0, 2), (1, 2)]):
        surface[t, 4 * row : 4 * row + 4, 4 * column : 4 * column + 4] = 1
        places[t, 1, :, 2] = 4 * column, 4 * row
    nothing = (np.full((3, 1), np.nan, np.float32) for _ in range(2))
    joints = np.full((3, 1, 14, 2), np.nan, np.float32)
    return Truth(surface, places, (Surface("ground"), Surface("block", 0)), (Thing("b", "actor"),), *nothing, joints)


def test_true_tracks_follow_what_moves():
    true = true_tracks(a_truth(), (3, 3))
    assert true[:, 0].tolist() == [0, 2, 5]
    assert (np.sort(true, 1) == np.arange(9)).all()


class Marks(nn.Module):
    """A stem whose token is a patch's mean colour."""

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return nn.functional.avg_pool2d(pictures, 8).flatten(2).transpose(1, 2)


def test_alignment_is_the_mean_recall_where_all_frames_show_as_much():
    clips = [act(number, "validation", "walk", count=3) for number in range(2)]
    found = alignment(Marks(), clips)
    collected = dict.fromkeys(found, 0.0)
    best = 0
    for clip in clips:
        tokens = frozen_tokens(Marks(), clip.frames[None])[0].astype(np.float32)
        for t in range(2):
            votes = clip.truth.votes(t, t + 1, (8, 8))
            top = sum(votes[i, j] for i, j in zip(*linear_sum_assignment(votes, maximize=True)))
            best += top
            collected["tokens"] += top * recall(votes, match(tokens[t], tokens[t + 1]).sigma)
            collected["no alignment"] += top * recall(votes, np.arange(64))
    for way in ("tokens", "no alignment"):
        assert found[way] == pytest.approx(collected[way] / best)
    assert 0 < found["pixels"] <= 1


def test_chunks_are_made_once_and_a_killed_gathering_goes_on(tmp_path):
    made = []

    def make(numbers: range, dies_at: int | None = None) -> dict[str, np.ndarray]:
        if dies_at in numbers:
            raise KeyboardInterrupt
        made.append(numbers)
        return {"square": np.array([number**2 for number in numbers])}

    store = Store(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        gathered(store, ("a",), 10, partial(make, dies_at=7), chunk=3)
    found = gathered(store, ("a",), 10, make, chunk=3)
    assert found["square"].tolist() == [k**2 for k in range(10)]
    assert made == [range(3), range(3, 6), range(6, 9), range(9, 10)]
    gathered(store, ("b",), 3, make, chunk=3)
    assert made[4:] == [range(3)]


def test_tokens_are_the_stems_own():
    torch.manual_seed(0)
    stem = Stem((4, 4, 4), width=6).eval()
    frames = np.random.default_rng(0).integers(0, 255, (3, 2, 16, 24, 3), np.uint8)
    found = frozen_tokens(stem, frames)
    assert found.shape == (3, 2, 6, 6)
    with torch.no_grad():
        assert np.allclose(found[2, 1], stem(as_video(frames[2, 1:]))[0], atol=2e-3)
    before = state_key(stem)
    stem.project.bias.data += 1
    assert state_key(stem) != before


class Killed(Exception):
    """The power is gone."""


def rehearsal(folder, dies_after: str | None = None) -> Workshop:
    logits = []

    def say(text: str) -> None:
        logits.append(text)
        if dies_after and dies_after in text:
            raise Killed

    return Workshop(scratch=folder, folder=folder / "weights", quick=True, say=say)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder in which both recipes were rehearsed."""
    folder = tmp_path_factory.mktemp("straight")
    for recipe in (pose, acts):
        recipe.train(rehearsal(folder))
    return folder


def test_a_rehearsal_makes_every_file_with_a_whole_card(made):
    assert names(made / "weights") == ("acts-ata", "acts-factorized", "acts-joint", "acts-space", "pose")
    for name in names(made / "weights"):
        page = card(name, made / "weights")
        assert page.sha256
        assert page.parameters > 1000
        assert page.curve
        assert page.recipe["seed"] == 0
        assert any(metric.startswith("test ") for metric in page.metrics)


def test_killed_at_any_stage_the_recipes_end_at_the_same_weights(made, tmp_path):
    for recipe, stage in ((pose, "validation clips"), (pose, "8/8"), (acts, "test clips"), (acts, "joint, seed 1")):
        with pytest.raises(Killed):
            recipe.train(rehearsal(tmp_path, dies_after=stage))
        if stage == "8/8":
            recipe.train(rehearsal(tmp_path))
    acts.train(rehearsal(tmp_path))
    for name in names(made / "weights"):
        straight, again = tensors(name, made / "weights"), tensors(name, tmp_path / "weights")
        assert all(torch.equal(straight[key], again[key]) for key in straight | again), name


def test_a_table_shows_means_and_spreads_and_leaves_gaps():
    page = Card(
        "n", "t", "", "", 1, 1.0, {}, {}, {"a": {"mean": 0.5, "sd": 0.25, "seeds": [0.25, 0.75]}, "a, off": 0.1}
    )
    text = table([("one", page, ""), ("two", page, ", off"), ("three", page, ", gone")], {"A": "a"})
    assert text.splitlines() == [
        "|  | A |", "| --- | ---: |", "| one | 0.500 ± 0.250 |", "| two | 0.100 |", "| three |  |",
    ]  # fmt: skip
    assert cell({"mean": 0.5, "sd": float("nan"), "seeds": [0.5]}) == "0.500"


def test_the_document_tells_what_the_cards_tell():
    text = (FOLDER.parent.parent / "docs" / "temporal.md").read_text()
    assert filled(text) == text
    assert results("acts") in text
    assert results("lamps") in text


def test_the_shipped_nets_do_on_todays_world_what_their_cards_say():
    clips = [act(number, "test", truth=False) for number in range(24)]
    number = np.array([clip.number for clip in clips])
    for mode in MODES:
        row, net = MODELS[f"acts-{mode}"], MODELS[f"acts-{mode}"].load()
        with torch.no_grad():
            logits = torch.cat([net(row.prepared(clip.frames)[None]) for clip in clips]).numpy()
        claimed = card(row.name).metrics["test accuracy"]["seeds"][0]
        assert abs(accuracy(logits, number) - claimed) < 4 * (0.25 / len(clips)) ** 0.5
        assert row.classes == CLASSES


def test_the_cards_tell_what_the_family_is_there_to_show():
    """Averaging cannot tell an action from its reversal; attention along places can."""
    averaging, factorized = (card(f"acts-{mode}").metrics for mode in ("space", "factorized"))
    assert averaging["test order accuracy"]["mean"] == pytest.approx(0.5, abs=0.03)
    assert factorized["test accuracy"]["mean"] >= 0.75
    assert factorized["test order accuracy"]["mean"] >= 0.80
    assert all(len(page["test accuracy"]["seeds"]) >= 3 for page in (averaging, factorized))
