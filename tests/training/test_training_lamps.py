"""The lamps' stem and nets: their losses against slow sums, clips in reverse, and the whole recipe, made twice."""

import math
from functools import cache

import numpy as np
import pytest
import torch
from torch import nn

from vizcore.models.nets.stemmed import StemmedViT
from vizcore.models.nets.stems import Stem
from vizcore.models.nets.temporal_vit import MODES
from vizcore.models.weights import FOLDER, card, names, tensors
from vizcore.synthetic.carousel import KINDS, NOISE, carousel
from vizcore.training import lamp_stem, lamps
from vizcore.training.lamp_clips import GRID, in_place, looked_at, pictures, share_on_track
from vizcore.training.lamp_clips import lamps as lamps_of
from vizcore.training.lamp_stem import Settings, contrast, reading_loss
from vizcore.training.lamps import REST, SPEEDS, TWINS, batch_loss, fresh, summed
from vizcore.training.modes import TRUE, logits_of
from vizcore.training.tables.modes import TITLES, results
from vizcore.training.tokens import as_video
from vizcore.training.workshop import Workshop

pytestmark = pytest.mark.usefixtures("one_thread")
SHIPPED = pytest.mark.skipif(
    not {f"lamps-{mode}" for mode in MODES} <= set(names()), reason="the lamps' nets are not trained yet"
)
ALONE, OFF = "trained at rest, factorized: test at rest accuracy", ", alignment off"


def two_frames(clips: int = 2, patches: int = 6, width: int = 5) -> tuple[torch.Tensor, ...]:
    chance = torch.Generator().manual_seed(3)
    here, there = torch.randn(2, clips, patches, width, generator=chance)
    holder, other = torch.randint(-1, 3, (2, clips, patches), generator=chance)
    return here, there, holder, other, torch.rand(clips, patches, generator=chance)


@pytest.mark.parametrize("fullness", [0.0, 1.0, 2.0])
def test_one_turn_of_the_contrast_is_info_nce_with_weights(fullness):
    here, there, holder, other, share = two_frames()
    total = count = 0.0
    for b, i in np.ndindex(holder.shape):
        if holder[b, i] < 0 or holder[b, i] not in other[b]:
            continue
        likeness = [math.exp(torch.cosine_similarity(here[b, i], token, dim=0).item() / 0.2) for token in there[b]]
        found = sum(value for value, body in zip(likeness, other[b]) if body == holder[b, i])
        total -= math.log(found / sum(likeness)) * share[b, i].item() ** fullness
        count += share[b, i].item() ** fullness
    settings = Settings(temperature=0.2, turns=1, fullness=fullness)
    assert contrast(here, there, holder, other, share, settings).item() == pytest.approx(total / count, rel=1e-4)


def test_the_contrast_sees_that_two_patches_cannot_have_one_partner():
    body, ground = torch.eye(2)
    there = torch.stack([body, ground, ground])[None]
    holder, other, share = torch.tensor([[0, -1, -1]]), torch.tensor([[0, -1, -1]]), torch.tensor([[1.0, 0, 0]])

    def cost(rival: torch.Tensor, turns: int) -> float:
        here = torch.stack([body, rival, ground])[None]
        return contrast(here, there, holder, other, share, Settings(turns=turns, temperature=0.5)).item()

    assert cost(body, 1) == pytest.approx(cost(ground, 1))
    assert cost(body, 5) > 1.5 * cost(ground, 5)


def test_a_contrast_without_anything_in_common_costs_nothing_and_has_a_gradient():
    here, there, _, _, share = two_frames()
    nobody = torch.full((2, 6), -1)
    here.requires_grad_()
    cost = contrast(here, there, nobody, nobody, share, Settings())
    cost.backward()
    assert cost.item() == 0
    assert (here.grad == 0).all()


def test_reading_everything_right_costs_next_to_nothing_and_any_mistake_more():
    holder, lamp = torch.tensor([[0, 1, -1, 2]]), torch.tensor([[1, 0, 0, 3]])
    colours = torch.rand(1, 4, 6, generator=torch.Generator().manual_seed(1))
    right = torch.cat(
        [40.0 * (holder >= 0)[..., None] - 20, 40.0 * nn.functional.one_hot(lamp, 4), 2 * colours - 1], -1
    )
    assert reading_loss(right, holder, lamp, colours, Settings()) < 1e-6
    for channel, value in ((0, -20.0), (1, 60.0), (4, 60.0), (8, 2.0)):  # a body, no lamp, another lamp, a colour
        wrong = right.clone()
        wrong[0, 0, channel] = value
        assert reading_loss(wrong, holder, lamp, colours, Settings()) > 0.01
    free = right.clone()
    free[0, 2, 5:] += 1  # colours where no body is
    assert reading_loss(free, holder, lamp, colours, Settings()) < 1e-6


def test_pictures_are_the_clips_of_their_numbers_with_what_every_patch_shows():
    rows = pictures(range(2, 6), "train", first=10)
    again = pictures(range(12, 16), "train")
    assert all(np.array_equal(rows[name], again[name]) for name in rows)
    assert rows["frames"].shape == (4, 8, 56, 56, 3)
    moved = np.abs(np.diff(rows["frames"].astype(int), axis=1)).mean((1, 2, 3, 4))
    assert moved[3] < min(moved[:3])  # number 15 is at rest
    assert set(np.unique(rows["lamp"])) == {0, 1, 2, 3}
    assert ((rows["share"] >= 0.21) == (rows["holder"] >= 0)).mean() > 0.99


def test_each_lamp_is_told_where_its_middle_lies():
    truth = carousel(3, "train", speed=8.0).truth
    shown = lamps_of(truth)
    for t, k in np.ndindex(truth.state.shape):
        x, y = truth.places[t, k + 1, :, 2] + 0.5
        assert shown[t, int(y // 8) * 7 + int(x // 8)] == truth.state[t, k] + 1
    assert (shown > 0).sum() == 8 * 4


@cache
def stem() -> Stem:
    torch.manual_seed(0)
    return Stem().eval().requires_grad_(False)


@cache
def clips() -> dict[str, np.ndarray]:
    return looked_at(range(6), "validation", None, stem())


@pytest.mark.parametrize("mode", ["ata", "factorized"])
def test_a_net_says_of_cached_tokens_what_it_says_of_the_clip(mode):
    torch.manual_seed(1)
    net = StemmedViT(stem(), mode, len(KINDS)).eval()
    shown = np.stack([carousel(number, "validation", noise=NOISE).frames for number in range(6)])
    with torch.no_grad():
        whole = net(as_video(shown).transpose(1, 2)).numpy()
    cached = logits_of(net, clips(), "order" if mode == "ata" else None)
    np.testing.assert_allclose(whole, cached, atol=2e-2)


def test_tracks_that_are_kept_are_counted_by_hand():
    data = {
        "start": np.array([[0, 1], [2, 0]], np.uint8),
        "holder": np.array([[[0, 1, -1], [1, 0, -1]], [[1, -1, 0], [-1, 1, 0]]], np.int8),
        "steps": np.array([[True, True], [True, False]]),
    }
    swap = np.array([[[0, 1, 2], [1, 0, 2]], [[0, 1, 2], [0, 1, 2]]])
    assert share_on_track(swap, data, 1) == 1
    assert share_on_track(np.tile(np.arange(3), (2, 2, 1)), data, 1) == pytest.approx(1 / 3)
    assert share_on_track(swap, data, 0) == 1
    assert math.isnan(share_on_track(swap, data, 1, np.array([False, False])))


def test_cached_tracks_are_permutations_and_true_ones_follow():
    data = clips()
    for name in ("order", "true"):
        assert (np.sort(data[name], axis=-1) == np.arange(GRID[0] * GRID[1])).all()
        assert (data[name][:, 0] == in_place(data)[:, 0]).all()
    assert share_on_track(data["true"], data, 7) >= share_on_track(in_place(data), data, 7)


class Reader(nn.Module):
    """Says forward if the tokens rise, and checks that tracks belong to them."""

    def classify(self, clip: torch.Tensor, order: torch.Tensor | None) -> torch.Tensor:
        if order is not None:
            marks = clip[..., 1].gather(2, order)
            assert (marks == marks[:, :1]).all()
        rise = clip[:, -1, 0, 0] - clip[:, 0, 0, 0]
        return 50.0 * torch.stack([rise, -rise, 0.1 - rise.abs(), torch.full_like(rise, -9)], -1)


@pytest.mark.parametrize("tracks", [None, "order"])
def test_a_clip_in_reverse_counts_as_its_twin(tracks):
    kind = np.array([0, 1, 2] * 4)
    slope = np.array([1.0, -1.0, 0.0])[kind]
    order = np.random.default_rng(0).permuted(np.tile(np.arange(5), (12, 8, 1)), axis=2)
    clip = np.zeros((12, 8, 5, 2), np.float32)
    clip[..., 0] = slope[:, None, None] * np.linspace(0, 1, 8)[:, None]
    np.put_along_axis(clip[..., 1], order, np.broadcast_to(np.arange(5, dtype=np.float32), order.shape), 2)
    data = {"tokens": clip, "kind": kind, "order": order}
    losses = [batch_loss(Reader(), np.random.default_rng(seed), data, tracks, 16).item() for seed in range(4)]
    assert max(losses) < 0.02
    wrong = data | {"kind": np.where(kind < 2, 1 - kind, kind)}
    assert batch_loss(Reader(), np.random.default_rng(0), wrong, tracks, 16).item() > 10


def test_speeds_cover_the_mix_and_twins_are_each_others():
    edges = list(SPEEDS.values())
    assert edges[0] == (0, 0)
    assert [low for low, _ in edges[1:]] == [high for _, high in edges[:-1]]
    assert [KINDS[twin] if twin is not None else None for twin in TWINS] == ["backward", "forward", None, None]


def test_every_mode_begins_step_two_with_the_weights_of_things_at_rest(tmp_path):
    settings = lamps.Settings(steps_rest=2, steps=1, rate=0.0, batch=4)
    made = lamps.all_trainings(Workshop(scratch=tmp_path), 0, stem(), {"train": clips(), "train at rest": clips(),
                               "validation": clips()}, settings)  # fmt: skip
    taught, start = made[REST][0].state_dict(), fresh(REST, stem(), settings, 0).state_dict()
    assert any(not torch.equal(taught[key], start[key]) for key in taught if key.startswith("blocks"))
    for name in (*MODES, TRUE):
        state = made[name][0].state_dict()
        assert all(torch.equal(state[key], taught[key]) for key in state)
        assert (set(taught) == set(state)) == (name != "space")


def test_the_recipes_ship_four_nets_with_their_cards_and_again_the_same_bytes(tmp_path):
    before = {path: path.stat().st_mtime_ns for path in FOLDER.glob("*")}
    shop = Workshop(scratch=tmp_path / "scratch", folder=tmp_path / "weights", quick=True)
    for recipe in (lamp_stem, lamps):
        recipe.train(shop)
    first = {name: card(name, shop.folder) for name in names(shop.folder)}
    assert set(first) == {"lamp-stem", *(f"lamps-{mode}" for mode in MODES)}
    lamps.train(shop)  # finished trainings are taken from their checkpoints
    assert {name: card(name, shop.folder).sha256 for name in first} == {k: page.sha256 for k, page in first.items()}
    assert {path: path.stat().st_mtime_ns for path in FOLDER.glob("*")} == before
    for mode in MODES:
        page = first[f"lamps-{mode}"]
        net = StemmedViT(Stem(), mode, len(KINDS))
        net.load_state_dict(tensors(page.name, shop.folder))
        assert page.parameters == sum(weight.numel() for weight in net.parameters())
        assert page.recipe["stem"] == first["lamp-stem"].sha256
        assert {"test accuracy", "test order accuracy", "validation accuracy"} <= set(page.metrics)
        assert len(page.metrics["test accuracy"]["seeds"]) == lamps.QUICK.seeds
    rows = [line.split(" | ") for line in results("lamps", shop.folder).splitlines()]
    assert len({len(row) for row in rows}) == 1
    assert [row[0].removeprefix("| ") for row in rows[2:6]] == [TITLES.get(mode, mode) for mode in MODES]
    assert all(cell.strip(" |") for row in rows[2:] for cell in row[:-1])  # clips at rest are no matter of switches
    assert {"test accuracy, alignment off", f"trained with {TRUE}: test accuracy"} <= set(first["lamps-ata"].metrics)


def test_scores_are_those_of_the_clips_of_each_speed():
    data = clips()

    logits = np.eye(4)[data["kind"]]
    found = summed(np.where(data["speed"][:, None] > 4, 1 - logits, logits), data)
    slow = data["speed"] <= 4
    assert found["accuracy"] == pytest.approx(slow.mean())
    for words, (_, high) in SPEEDS.items():
        expected = float(high <= 4)
        assert found[f"accuracy {words}"] == expected or math.isnan(found[f"accuracy {words}"])


@SHIPPED
def test_what_ships_follows_lamps_that_move_and_cannot_without_its_alignment():
    shown = [carousel(number, "show", ("forward", "backward")[number % 2], 10.0) for number in range(24)]
    video = as_video(np.stack([clip.frames for clip in shown])).transpose(1, 2)
    truth = torch.tensor([clip.number for clip in shown])
    right = {}
    for mode, method in (("ata", "hungarian"), ("ata", "identity"), ("factorized", "hungarian")):
        net = StemmedViT(Stem(), mode, len(KINDS), method=method)
        net.load_state_dict(tensors(f"lamps-{mode}"))
        with torch.no_grad():
            right[mode, method] = (net.eval()(video).argmax(-1) == truth).float().mean().item()
    assert right["ata", "hungarian"] > 0.7
    assert max(right["ata", "identity"], right["factorized", "hungarian"]) < 0.55


@SHIPPED
def test_cards_tell_what_was_promised():
    ata, factorized, space = (card(f"lamps-{mode}").metrics for mode in ("ata", "factorized", "space"))
    fast = "test accuracy at 8-12 px a frame"
    assert ata["test accuracy"]["mean"] >= 0.87 > 0.62 >= factorized["test accuracy"]["mean"]
    assert ata[fast]["mean"] >= 0.80 > 0.32 >= factorized[fast]["mean"]
    assert space["test accuracy"]["mean"] == pytest.approx(0.25, abs=0.04)
    assert ata[fast]["mean"] - ata[f"{fast}, alignment off"]["mean"] >= 0.45
    rest = "test accuracy at rest"
    assert ata[rest]["mean"] - ata[f"{rest}, alignment off"]["mean"] <= 0.02
    assert ata[f"trained with {TRUE}: test accuracy"]["mean"] >= 0.90
    alone = [ata["trained at rest, ata: test at rest accuracy"], factorized[ALONE]]
    assert abs(alone[0]["mean"] - alone[1]["mean"]) <= 0.02
    shares_at_7 = [ata[f"test tracks kept at frames 1, 3, 7, at 8-12 px a frame{end}"][2] for end in ("", OFF)]
    assert shares_at_7[0] >= 0.85 > 0.10 >= shares_at_7[1]
    assert ata["test tracks kept at frames 1, 3, 7, at rest"][2] >= 0.97
