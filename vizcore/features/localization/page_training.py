"""What the key frame would teach: which token is matched with which person, why, and what bystanders would change."""

from vizcore import ui
from vizcore.algorithms.detection.set_matching import Weights
from vizcore.features.localization import figures as drawn
from vizcore.features.localization.controls import PeopleView
from vizcore.features.localization.pipeline_loss import NAMES, PARTS, Lesson, lesson
from vizcore.figures.theme import OKABE_ITO

UNKNOWN = "This clip has no ground truth, so nothing can be matched. Choose a crowd of the world."
NOBODY = "Nobody is in this key frame: no token is matched, and all learn “no actor”."
BYSTANDERS = (
    "BMViT counts the box error of annotated actors only: who stands about is a person but no actor, and no token has "
    "to find them. The paper tried boxes of bystanders in the loss as well and saw no effect. With the switch on, the "
    "tokens that are left over are matched with them by boxes alone, and teach boxes, but still learn “no actor”."
)
WIDE = 360  # px of the picture
WEIGHT = "What the term counts in the matching, and its part in the loss."
WORDS_TOO = "What the term counts in the matching; in the loss words count 1."
LAMBDAS = {
    "actor": ("λ of p(actor)", WEIGHT),
    "l1": ("λ of L1", WEIGHT),
    "giou": ("λ of GIoU", WEIGHT),
    "action": ("λ of words", WORDS_TOO),
}


def training(view: PeopleView) -> None:
    """Which token is matched with which person, the terms of its cost, and the loss."""
    present = view.present
    if present is None:
        ui.verdict(view.verdict, view.badge)
        ui.caption(UNKNOWN)
        return
    weights, everybody = _weights()
    found = lesson(view.sighting, present, weights)
    ui.verdict(found.verdict, view.badge)
    shown = [k for k in range(len(found.people)) if everybody or present.actors[found.people[k]]]
    if shown:
        _pairs(view, found, shown)
    else:
        ui.caption(NOBODY if not len(found.people) else "Only bystanders are in this key frame: all learn “no actor”.")
    _losses(found, everybody)
    if shown:
        _costs(view, found, shown)
    ui.caption(BYSTANDERS)


def _pairs(view: PeopleView, found: Lesson, shown: list[int]) -> None:
    """The matching as a picture and as a table."""
    sighting, present = view.sighting, view.present
    rows, boxes = [], []
    for place in shown:
        token, name = found.tokens[place], present.names[found.people[place]]
        boxes.append((present.boxes[found.people[place]], OKABE_ITO["sky"]))
        if token is None:
            rows.append({"person": name, "token": None})
            continue
        boxes.append((view.corners[token], OKABE_ITO["yellow"]))
        terms = {term: round(float(cost[token]), 3) for term, cost in found.terms(place).items()}
        p_actor = float(sighting.actor[token])
        rows.append(
            {"person": name, "token": token, "p(actor)": round(p_actor, 3)}
            | terms
            | {"sum": round(sum(terms.values()), 3), "above θ": p_actor > view.theta}
        )
    words = f"{len(shown)} people (blue) and the boxes of the tokens that are matched with them (yellow)"
    with ui.container(width=WIDE):
        ui.image(drawn.framed(sighting.picture, boxes), alt=words, caption=words)
    ui.table(rows)
    ui.caption(f"The actors' pairs together cost {found.actors.total:.3f}: no other one-to-one matching costs less.")


def _losses(found: Lesson, everybody: bool) -> None:
    """The parts of the loss, with bystanders' boxes and without."""
    of_weights = found.loss.weights
    rows = [
        {
            "part": f"{getattr(of_weights, part):g} × {NAMES[part]}",
            "as in the paper": round(float(getattr(found.loss, part)), 4),
            "bystanders' boxes, too": round(float(getattr(found.loss_of_all, part)), 4),
        }
        for part in PARTS
    ]
    totals = round(float(found.loss.total), 4), round(float(found.loss_of_all.total), 4)
    rows.append({"part": "together"} | dict(zip(("as in the paper", "bystanders' boxes, too"), totals)))
    ui.subheader("The loss of this key frame")
    ui.table(rows)
    counted = totals[1] if everybody else totals[0]
    ui.caption(f"Counted now: {counted:.4f}. Every token without a person counts 0.1 in the part of actors.")


def _costs(view: PeopleView, found: Lesson, shown: list[int]) -> None:
    """What each token would cost for one person."""
    names = [view.present.names[found.people[place]] for place in shown]
    with ui.drawer():
        place = names.index(ui.selectbox("Cost for", names, "person"))
    ui.subheader(f"Cost for {names[place]}")
    token = found.tokens[shown[place]]
    alt = f"Cost of every token for {names[place]}"
    ui.chart(drawn.costs_figure, found.terms(shown[place]), view.sighting.grid, token, alt=alt)


def _weights() -> tuple[Weights, bool]:
    """The controls of the matching."""
    usual, parts = Weights(), []
    with ui.drawer("Training"):
        for name, (title, about) in LAMBDAS.items():
            parts.append(ui.slider(title, 0.0, 10.0, getattr(usual, name), f"w-{name}", step=0.5, help=about))
        everybody = ui.toggle("Bystanders' boxes, too", "everybody", help=BYSTANDERS)
    return Weights(*parts), everybody
