"""Pairs of lanterns for the non-local blocks: the net, its two coins, and the recipe made, killed and made again."""

from functools import cache

import numpy as np
import pytest
import torch

from vizcore.algorithms.nonlocal_blocks.operators import OPERATORS
from vizcore.models.nets.nonlocal_block import NonlocalBlock
from vizcore.models.nets.pair_net import NONE, PairNet
from vizcore.models.weights import FOLDER, card, names, tensors
from vizcore.runtime.capture import watching
from vizcore.synthetic.pair import KINDS
from vizcore.training import pairs
from vizcore.training.pairs import BLOCKS, batch_loss, features_of, filmed, fresh, naming_loss
from vizcore.training.pairs_scores import logits_of, summed
from vizcore.training.table import filled
from vizcore.training.tables.pairs import pairs as table_of_pairs
from vizcore.training.tokens import as_video
from vizcore.training.workshop import Workshop

pytestmark = pytest.mark.usefixtures("one_thread")


@cache
def pairs_shown():
    return filmed(range(8), "validation")


@cache
def named():
    torch.manual_seed(0)
    return PairNet().eval()


def videos():
    return as_video(pairs_shown()["frames"]).transpose(1, 2)


def test_logits_are_two_independent_coins():
    coins = torch.tensor([[1.5, -0.4], [-3.0, 2.0]])
    odds = (coins @ named().coins.T).softmax(-1)
    lamp, body = coins.sigmoid().unbind(-1)
    expected = torch.stack([lamp * body, lamp * (1 - body), (1 - lamp) * body, (1 - lamp) * (1 - body)], -1)
    torch.testing.assert_close(odds, expected)
    assert KINDS == ("both", "lamp", "body", "neither")


def test_without_a_block_no_frame_attends_to_another_and_with_one_it_does():
    video, other = videos(), videos().clone()
    other[:, :, 1] = other[:, :, 1].flip(0)
    for name in BLOCKS:
        net = fresh(name, 0, named()).eval()
        with torch.no_grad():
            first, second = (net.block(net.clip(one))[:, :, 0] for one in (video, other))
        assert torch.equal(first, second) == (name == NONE)


def test_without_a_block_the_answers_of_frames_add_up():
    net = named()
    first, second = (videos()[:, :, [t, t]] for t in (0, 1))
    with torch.no_grad():
        torch.testing.assert_close(net(videos()), (net(first) + net(second)) / 2)


@pytest.mark.parametrize("name", BLOCKS)
def test_every_net_begins_with_the_same_head_and_learns_no_other_stages(name):
    start, net = fresh(NONE, 3, named()), fresh(name, 3, named())
    for part in ("stages", "head"):
        ours, theirs = (getattr(one, part).state_dict() for one in (net, start))
        assert all(torch.equal(ours[key], theirs[key]) for key in theirs)
    free = {key.split(".")[0] for key, weight in net.named_parameters() if weight.requires_grad}
    assert free == ({"head"} if name == NONE else {"head", "block"})
    stages = {key: tensor.clone() for key, tensor in net.stages.state_dict().items()}
    with torch.no_grad():
        clip = net.eval().clip(videos())
    net.train().classify(clip).sum().backward()
    assert all(torch.equal(tensor, stages[key]) for key, tensor in net.stages.state_dict().items())


def test_a_net_says_of_cached_clips_what_it_says_of_their_frames():
    net = fresh("snl", 0, named()).eval()
    seen = features_of(named(), range(8), "validation")
    with torch.no_grad():
        whole = net(videos()).numpy()
        mirrored = net.clip(videos().flip(-1)).numpy()
    np.testing.assert_allclose(logits_of(net, seen), whole, atol=2e-3)
    np.testing.assert_allclose(seen["mirror"], mirrored, atol=2e-3)


class Knowing(torch.nn.Module):
    """Says what the first numbers of both frames have in common."""

    def classify(self, clip):
        first, second = clip[:, :2, :, 0, 0].unbind(2)  # (B, 2) each
        same = (first - second).abs() < 0.5
        coins = torch.where(same, 30.0, -30.0)
        return coins @ PairNet().coins.T


def test_a_pair_costs_by_what_it_has_in_common_whoever_comes_first():
    truth = pairs_shown()
    marks = np.stack([truth["lamp"], truth["pattern"]], 1).astype(np.float16)  # (M, 2, T)
    clip = np.broadcast_to(marks[..., None, None], (*marks.shape, 2, 2)).copy()
    data = {"clip": clip, "mirror": clip, "kind": truth["kind"]}
    assert batch_loss(Knowing(), np.random.default_rng(0), data, 32) < 1e-6
    wrong = data | {"kind": (truth["kind"] + 1) % 4}
    assert batch_loss(Knowing(), np.random.default_rng(0), wrong, 32) > 10


class Saying(torch.nn.Module):
    """Names every frame as a list tells it, found again by its pixels."""

    def __init__(self, truth):
        super().__init__()
        self.truth = truth

    def found(self, frame):
        """Clip and half of a frame, mirrored or not."""
        for which in np.ndindex(self.truth["lamp"].shape):
            known = self.truth["frames"][which]
            if np.array_equal(frame, known) or np.array_equal(frame, known[:, ::-1]):
                return which
        raise AssertionError("an unknown frame")

    def forward(self, video):
        said = torch.zeros(len(video), 2, 8)
        frames = ((video.transpose(1, 2) + 1) * 127.5).round().byte().movedim(2, -1).numpy()  # (B, 2, S, S, 3)
        for b, t in np.ndindex(frames.shape[:2]):
            which = self.found(frames[b, t])
            said[b, t, self.truth["lamp"][which]] = 30
            said[b, t, 3 + self.truth["pattern"][which]] = 30
        return said.split([3, 5], -1)


def test_naming_costs_nothing_where_every_frame_gets_its_own_names():
    assert naming_loss(Saying(pairs_shown()), np.random.default_rng(0), pairs_shown(), 6) < 1e-6
    wrong = pairs_shown() | {"lamp": (pairs_shown()["lamp"] + 1) % 3}
    assert naming_loss(Saying(pairs_shown()), np.random.default_rng(0), wrong, 6) > 10


def test_scores_count_lamps_bodies_and_both():
    data = {"kind": np.array([0, 1, 2, 3])}
    found = summed(np.eye(4)[[0, 0, 3, 3]], data)
    assert found == {"accuracy": 0.5, "lamp accuracy": 1.0, "body accuracy": 0.5}


def test_the_recipe_ships_a_net_for_every_block_and_again_the_same_bytes(tmp_path):
    before = {path: path.stat().st_mtime_ns for path in FOLDER.glob("*")}
    shop = Workshop(scratch=tmp_path / "scratch", folder=tmp_path / "weights", quick=True)
    pairs.train(shop)
    first = {name: card(name, shop.folder) for name in names(shop.folder)}
    assert set(first) == {f"pairs-{name}" for name in BLOCKS}
    pairs.train(shop)  # finished trainings are taken from their checkpoints
    assert {name: card(name, shop.folder).sha256 for name in first} == {k: page.sha256 for k, page in first.items()}
    assert {path: path.stat().st_mtime_ns for path in FOLDER.glob("*")} == before
    for name in BLOCKS:
        page = first[f"pairs-{name}"]
        net = PairNet(page.recipe["block"])
        net.load_state_dict(tensors(page.name, shop.folder))
        assert page.parameters == sum(weight.numel() for weight in net.parameters())
        assert (shop.folder / f"{page.name}.safetensors").stat().st_size <= 200_000
        assert len(page.metrics["test lamp accuracy"]["seeds"]) == pairs.QUICK.seeds
    rows = [line.split(" | ") for line in table_of_pairs(shop.folder).splitlines()]
    assert len({len(row) for row in rows}) == 1
    assert [row[-1].strip(" |") for row in rows[2:]] == [f"{first[f'pairs-{name}'].parameters:,}" for name in BLOCKS]


def test_blocks_are_those_of_the_family():
    assert set(BLOCKS) <= {NONE, *OPERATORS}
    net = PairNet("cc")
    assert isinstance(net.block, NonlocalBlock)
    with watching(net.eval(), ["before", "after", "block.heard"]) as seen, torch.no_grad():
        net(videos())
    assert {name: tuple(tensor.shape[1:]) for name, tensor in seen.items()} == {
        "before": (48, 2, 5, 5),
        "after": (48, 2, 5, 5),
        "block.heard": (50, 48),
    }


@pytest.mark.parametrize(
    ("words", "make"),
    {
        "an operator of": lambda: PairNet("attention"),
        "8 divides": lambda: PairNet(size=42),
        r"\(B, 3, 2, 40, 40\)": lambda: PairNet()(torch.zeros(1, 3, 4, 40, 40)),
    }.items(),
)
def test_what_does_not_fit_is_refused_in_a_sentence(words, make):
    with pytest.raises(ValueError, match=words):
        make()


def test_the_document_tells_what_the_cards_tell():
    text = (FOLDER.parent.parent / "docs" / "spectral.md").read_text()
    assert filled(text) == text
    assert table_of_pairs() in text
