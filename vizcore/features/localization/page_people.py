"""Who does what, and which token says so: the player with boxes over it, and one key frame seen through its tokens."""

from collections.abc import Callable
from functools import partial
from pkgutil import resolve_name

import numpy as np

from vizcore import ui
from vizcore.features.localization.controls import CLICKS, PICK, PeopleView, read_controls
from vizcore.features.localization.page_player import annotations_of, legend_of, p_actor, tiers_of
from vizcore.features.localization.page_tokens import heat_alone, tokens
from vizcore.features.localization.pipeline import locate
from vizcore.player import Pick, PlayerClip, player

GUIDE = (
    "**Click on the picture** (or press P and use the keys): the frame becomes the key frame, and the token that is "
    "there, or the one whose box is there, is opened up beside it. Yellow: boxes above θ, with their actions; dotted: "
    "ground truth."
)
GUIDE_HIDDEN = "The heat is p(actor) of each token. **Click on the picture** to see where the token there looks."


def people() -> None:
    """The player with what the model says over it, and beside it a closer look at one key frame."""
    view = read_controls()
    stage, beside = ui.stage_and_view()
    with stage:
        _play(view)
    with beside:
        section = SECTIONS[ui.views(SECTIONS)] if view.shown else heat_alone
        (resolve_name(section) if isinstance(section, str) else section)(view)


def everyone(view: PeopleView) -> None:
    """The boxes above theta as a table, and who is there."""
    ui.verdict(view.verdict, view.badge)
    sighting = view.sighting
    rows = [
        {"token": int(token), "p(actor)": round(float(sighting.actor[token]), 3)}
        | {word: round(float(score), 2) for word, score in zip(sighting.labels, sighting.actions[token], strict=True)}
        for token in view.above
    ]
    if rows:
        ui.table(rows)
    else:
        ui.caption(f"No token is above θ = {view.theta:g} in this key frame.")
    if view.present is not None:
        ui.subheader("Ground truth")
        ui.table({"person": name, "actor": bool(acts)} for name, acts in zip(view.present.names, view.present.actors))


def export(view: PeopleView) -> None:
    """Files to take along, the link, and the Python lines."""
    from vizcore.features.localization import export as files  # no other section writes any

    ui.verdict(view.verdict, view.badge)
    times = view.pack.times[np.searchsorted(view.pack.indices, view.survey.keys).clip(0, len(view.pack.times) - 1)]
    given = view.survey, times, view.theta
    settings = view.settings | {"theta": view.theta, "clip": view.clip.title}
    ui.download_buttons(
        {
            "boxes.csv": ("text/csv", lambda: files.boxes_csv(*given, view.clip.title)),
            "boxes.json": ("application/json", lambda: files.boxes_json(*given, settings)),
            "tokens.npz": ("application/octet-stream", lambda: files.tokens_npz(view.sighting, settings)),
            "boxes.mp4": ("video/mp4", lambda: files.boxes_video(str(view.clip.path), view.survey, view.theta)),
        }
    )
    ui.paper_figure("tokens", partial(files.tokens_paper, view.sighting, view.theta))
    ui.caption(
        "The CSV has AVA's form, so the part *Average precision* can open it: video, second, corners, class and score "
        "of every box above θ in every key frame. The figure for paper is the paper's Figure 3 of this key frame."
    )
    ui.link_and_lines(locate, view.clip, view.settings)


SECTIONS: dict[str, Callable[[PeopleView], None] | str] = {  # by name: imported when it is shown
    "Tokens": tokens,
    "Training": "vizcore.features.localization.page_training:training",
    "As a table": everyone,
    "Files and link": export,
}


def _play(view: PeopleView) -> None:
    """The player with p(actor), boxes and truth; a click opens up a token."""
    pack, sighting = view.pack, view.sighting
    tiers = tiers_of(view.survey, view.theta, pack) if view.shown else []
    player(
        [PlayerClip(pack.blob, pack.offsets, pack.times, pack.width, pack.height, view.clip.title)],
        key="localization-player",
        grid=sighting.grid,
        heat=p_actor(view.survey, pack),
        annotations=annotations_of(view.survey, view.theta, view.truth, pack) if view.shown else None,
        tiers=tiers,
        legend=legend_of(tiers),
        picked=Pick(0, view.frame, view.token),
        pick=partial(_pick, view),
        frame=view.frame,
        height=400,
    )
    ui.caption(GUIDE if view.shown else GUIDE_HIDDEN)


def _pick(view: PeopleView, pick: Pick | None) -> None:
    """Keep in the link the token that a click means; that a choice is taken back changes nothing here."""
    if pick is not None:
        token = pick.patch if view.click == CLICKS[0] else _box_at(view, pick.patch)
        ui.set_link(PICK, f"{pick.frame}.{token}")


def _box_at(view: PeopleView, patch: int) -> int:
    """The most confident token above theta whose box holds the middle of a patch; the patch's own if there is none."""
    sighting = view.sighting
    y, x = np.divmod(patch, sighting.grid[1])
    at = np.array([x + 0.5, y + 0.5]) / sighting.grid[::-1]
    inside = (view.corners[:, :2] <= at).all(1) & (at <= view.corners[:, 2:]).all(1) & (sighting.actor > view.theta)
    return int(np.where(inside, sighting.actor, -1).argmax()) if inside.any() else patch
