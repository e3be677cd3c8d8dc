"""How localisers are taught: losses of one stage and of two, and recipes killed and made again."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from crowds import CLIPS, marked

from vizcore.algorithms.detection.set_loss import ACTOR as YES
from vizcore.algorithms.detection.set_loss import People
from vizcore.algorithms.detection.set_matching import Weights
from vizcore.models import LOCALIZERS, MODELS
from vizcore.models.nets.localizer import Located
from vizcore.models.weights import FOLDER, Card, card, names, ship, tensors
from vizcore.synthetic.census import ACTOR, BYSTANDER, Detections, filmed
from vizcore.synthetic.crowd import MOST
from vizcore.synthetic.postures import LABELS
from vizcore.training import localizer, localizer_two_stage, pose
from vizcore.training.localizer import QUICK, batch_loss, hinted
from vizcore.training.localizer_clips import people_of
from vizcore.training.localizer_scores import THETAS, decided
from vizcore.training.localizer_two_stage import OFF, a_bit_off, classifier_loss, detector_loss, everybody
from vizcore.training.table import filled
from vizcore.training.tables.localizers import WHAT, WHERE, stages
from vizcore.training.workshop import Workshop

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def data():
    return marked()


def test_boxes_of_training_are_a_little_off():
    boxes = torch.rand(500, 4, generator=torch.Generator().manual_seed(0)) * 0.3 + 0.3
    moved = a_bit_off(boxes, np.random.default_rng(0))
    shift, stretch = (moved[:, :2] - boxes[:, :2]) / boxes[:, 2:], (moved[:, 2:] / boxes[:, 2:]).log()
    for change in (shift, stretch):
        assert 0.9 * OFF < change.abs().max() <= OFF + 1e-5
        assert change.mean().abs() < 0.1 * OFF


class Knows(torch.nn.Module):
    """Stands for a classifier that says of every box what it is told."""

    def __init__(self, actor: torch.Tensor, actions: torch.Tensor):
        super().__init__()
        self.said = actor, actions

    def forward(self, tokens: torch.Tensor, boxes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return tuple(part[:, : boxes.shape[1]] for part in self.said)


def test_the_classifier_is_told_of_bystanders_but_not_what_they_do(data):
    settings = replace(QUICK, batch=CLIPS, action=3.0)
    chance = np.random.default_rng(4)
    rows = np.random.default_rng(4).choice(CLIPS, CLIPS, p=data["chance"])  # as the step draws them, before turns
    torch.manual_seed(0)
    actor, actions = torch.randn(CLIPS, MOST, 2), torch.randn(CLIPS, MOST, len(LABELS))
    found = classifier_loss(Knows(actor, actions), chance, data | {"boxes": same(data), "does": twice(data)}, settings)
    who, what = [], []
    for k, row in enumerate(rows):
        people = people_of(data, row)
        for place in range(len(everybody(people))):
            acts = place < len(people.boxes)
            who.append(-actor[k, place].log_softmax(-1)[YES if acts else 1 - YES].item())
            if acts:
                p, y = actions[k, place].sigmoid(), people.actions[place]
                what += (-(y * p.log() + (1 - y) * (1 - p).log())).tolist()
    assert found.item() == pytest.approx(np.mean(who) + 3.0 * np.mean(what), rel=1e-4)


def same(data) -> np.ndarray:
    """Boxes that are the same in both key frames."""
    return np.repeat(data["boxes"][:, :1], 2, 1)


def symmetric(boxes: np.ndarray) -> np.ndarray:
    """Boxes that a mirror leaves where they are."""
    found = boxes.copy()
    found[..., 0], found[..., 2] = 0.3, 0.7
    return np.where(np.isfinite(boxes), found, np.nan)


def twice(data) -> np.ndarray:
    return np.repeat(data["does"][:, :1], 2, 1)


class Detects(torch.nn.Module):
    """Stands for a detector that sees a person in every one of some boxes."""

    def __init__(self, boxes: torch.Tensor):
        super().__init__()
        self.boxes = boxes

    def forward(self, tokens: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.boxes, torch.tensor([40.0, -40.0]).expand(*self.boxes.shape[:2], 2)


def test_the_detector_is_to_find_everybody(data):
    """Whoever finds exactly the people there are, bystanders too, has nothing to learn."""
    clip = int((data["role"] == BYSTANDER).any(1).argmax())
    alone = {name: part[clip : clip + 1] for name, part in data.items()}
    alone |= {"boxes": symmetric(same(alone)), "chance": np.ones(1)}
    people = people_of(alone, 0)
    assert len(people.bystanders)
    all_ = torch.cat([people.boxes, people.bystanders])
    boxes, settings = all_.expand(3, -1, 4), replace(QUICK, batch=3)
    whole, part = (
        detector_loss(Detects(found), np.random.default_rng(0), alone, settings)
        for found in (boxes, boxes[:, 1:] + 0.1)
    )
    assert whole.item() == pytest.approx(0, abs=1e-4)
    assert part.item() > 1


class Says(torch.nn.Module):
    """Stands for a net that knows the actors of clips which read the same from all sides; the first tokens speak."""

    def __init__(self, data):
        super().__init__()
        self.data, self.anchors = data, torch.full((MOST, 4), 2.0)  # no token is in the middle of anybody

    def answer(self, tokens: torch.Tensor) -> Located:
        boxes = torch.full((len(tokens), MOST, 4), 0.5)
        actor = torch.tensor([-40.0, 40.0]).repeat(len(tokens), MOST, 1)
        actions = torch.zeros(len(tokens), MOST, len(LABELS))
        for k, clip in enumerate(tokens[:, 0, 0, 0].int().tolist()):
            one = people_of(self.data, clip)
            count = len(one.boxes)
            boxes[k, :count], actions[k, :count] = one.boxes, 80 * (one.actions - 0.5)
            actor[k, :count] *= -1
        return Located(boxes, actor, actions)


def test_who_knows_every_actor_has_nothing_to_learn_in_one_stage(data):
    data = data | {"boxes": symmetric(same(data)), "does": twice(data)}
    assert batch_loss(Says(data), np.random.default_rng(1), data, QUICK).item() == pytest.approx(0, abs=1e-4)


def test_tokens_in_the_middle_of_an_actor_are_told_of_the_nearest_one():
    places = torch.tensor([[0.3, 0.5], [0.42, 0.5], [0.7, 0.5], [0.95, 0.95]])  # the last is in nobody
    boxes = torch.tensor([[0.3, 0.5, 0.4, 0.4], [0.6, 0.5, 0.6, 0.4]])
    actions = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    people = [People(boxes[:0], actions[:0], boxes[:0]), People(boxes, actions, boxes[:0])]
    knows = Located(
        boxes[[0, 0, 1, 0]].repeat(2, 1, 1),
        torch.zeros(2, 4, 2),
        80 * (actions[[0, 0, 1, 0]] - 0.5)[None].repeat(2, 1, 1),
    )
    weights = Weights(1, 5, 2, 3)
    assert hinted(knows, people, places, weights).item() == pytest.approx(0, abs=1e-5)
    off = knows.boxes.clone()
    off[:, 2, 0] += 0.3
    lost = hinted(knows._replace(boxes=off), people, places, weights)
    assert lost.item() == pytest.approx((5 * 0.3 + 2 * (1 - 1 / 3)) / 3, rel=1e-4)  # a third of the hull is shared
    off[:, 3], off[0] = 0.9, 0.9
    assert hinted(knows._replace(boxes=off), people, places, weights).item() == lost.item()
    wrong = hinted(knows._replace(actions=knows.actions * 0), people, places, weights)
    assert wrong.item() == pytest.approx(3 * np.log(2), rel=1e-4)


def test_clips_without_actors_hint_at_nothing():
    nobody = People(torch.zeros(0, 4), torch.zeros(0, 2), torch.zeros(0, 4))
    located = Located(torch.full((1, 4, 4), 0.5, requires_grad=True), torch.zeros(1, 4, 2), torch.zeros(1, 4, 2))
    loss = hinted(located, [nobody], torch.full((4, 2), 0.5), Weights())
    loss.backward()
    assert loss.item() == 0


class Killed(Exception):
    """The power is gone."""


def rehearsal(folder, dies_after: str | None = None) -> Workshop:
    def say(text: str) -> None:
        if dies_after and dies_after in text:
            raise Killed

    return Workshop(scratch=folder, folder=folder / "weights", quick=True, say=say)


RECIPES = (pose, localizer, localizer_two_stage)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder in which all recipes were rehearsed."""
    folder = tmp_path_factory.mktemp("straight")
    for recipe in RECIPES:
        recipe.train(rehearsal(folder))
    return folder


def test_a_rehearsal_makes_every_file_with_a_whole_card(made):
    assert names(made / "weights") == ("localizer", "localizer-two-stage", "pose")
    for name in ("localizer", "localizer-two-stage"):
        page = card(name, made / "weights")
        assert page.sha256
        assert page.parameters == sum(t.numel() for key, t in tensors(name, made / "weights").items() if weighs(key))
        assert len(page.curve) == QUICK.steps
        assert len(page.metrics["test actor AP50"]["seeds"]) == len(page.metrics["threshold"]["seeds"]) == QUICK.seeds
        assert set(page.metrics["threshold"]["seeds"]) <= set(THETAS)


def weighs(key: str) -> bool:
    return not key.endswith(("running_mean", "running_var", "num_batches_tracked"))


def test_killed_at_any_stage_the_recipes_end_at_the_same_weights(made, tmp_path):
    pose.train(rehearsal(tmp_path))
    stages = (
        (localizer, "validation clips"),
        (localizer, "seed 1"),
        (localizer_two_stage, "classifier, seed 0"),
        (localizer_two_stage, "detector, seed 1"),
    )
    for recipe, stage in stages:
        with pytest.raises(Killed):
            recipe.train(rehearsal(tmp_path, dies_after=stage))
    for recipe in (localizer, localizer_two_stage):
        recipe.train(rehearsal(tmp_path))
    for name in names(made / "weights"):
        straight, again = tensors(name, made / "weights"), tensors(name, tmp_path / "weights")
        assert all(torch.equal(straight[key], again[key]) for key in straight | again), name


WHOLE = pytest.mark.skipif("localizer-two-stage" not in names(), reason="the baseline has not been trained here")


@WHOLE
def test_the_document_tells_what_the_cards_tell():
    text = (FOLDER.parent.parent / "docs" / "localization.md").read_text()
    assert filled(text) == text
    assert stages(WHERE) in text
    assert stages(WHAT) in text


@WHOLE
def test_the_cards_tell_what_one_stage_is_there_to_show():
    """Actors are found, and what they do is told; the difference to two stages may have either sign."""
    one, two = (card(name).metrics for name in ("localizer", "localizer-two-stage"))
    assert one["test actor AP50"]["mean"] >= 0.78
    assert one["test mAP50"]["mean"] >= 0.58
    assert all(len(page["test mAP50"]["seeds"]) >= 3 for page in (one, two))


@WHOLE
def test_both_systems_were_trained_alike():
    one, two = (card(name).recipe for name in ("localizer", "localizer-two-stage"))
    assert {name: two[name] for name in one} == one


def test_the_table_tells_how_far_one_stage_is_ahead_seed_by_seed(tmp_path):
    page = Card("localizer", "t", "", "", 1, 1.0, {}, {}, {"test a": {"mean": 0.6, "sd": 0.1, "seeds": [0.5, 0.7]}})
    ship({}, page, tmp_path)
    other = {"test a": {"mean": 0.5, "sd": 0.1, "seeds": [0.45, 0.55]}}
    ship({}, replace(page, name="localizer-two-stage", metrics=other), tmp_path)
    assert stages(["a"], tmp_path).splitlines()[2] == "| a | 0.600 ± 0.100 | 0.500 ± 0.100 | +0.100 ± 0.071 |"


@pytest.mark.parametrize("name", [name for name in LOCALIZERS if name in MODELS])
def test_the_shipped_nets_do_on_todays_world_what_their_cards_say(name):
    clips = filmed(range(40), "test", 96, 8)
    row, page = MODELS[name], card(name)
    net = row.load()
    with torch.no_grad():
        video = torch.stack([row.prepared(frames) for frames in clips["frames"]])
        boxes, actor, actions = (part.numpy() for part in net.localize(video))
    said = Detections(boxes, torch.from_numpy(actor).softmax(-1)[..., YES].numpy(), 1 / (1 + np.exp(-actions)))
    claimed = page.metrics["validation actor F1"]["seeds"][0]
    actors = (clips["role"] == ACTOR).sum()
    assert abs(decided(said, clips, page.metrics["threshold"]["seeds"][0])[2] - claimed) < 4 * (0.25 / actors) ** 0.5
