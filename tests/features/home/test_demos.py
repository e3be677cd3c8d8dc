"""Every demo of the front door opens what its words promise, by a number or a word of the page."""

import numpy as np
import pytest
from shown import charts, controls, metrics, sent, traces, words
from streamlit.testing.v1 import AppTest
from test_pages import complaints, opened

from vizcore.features.catalog import DEMOS, page
from vizcore.features.heatmaps.pipeline import heat_maps
from vizcore.features.matching.pipeline import match_clip
from vizcore.features.matching.published import TABLE_1
from vizcore.runtime.clip_library import bundled

NETS = ["NL", "NS", "A²", "CGNL", "CC", "SNL", "Cayley, exact"]


def tiers(app: AppTest, key: str) -> dict[str, list[str]]:
    """{row below a player: the words of its segments}."""
    return {tier["label"]: [words for _, _, words, *_ in tier["segments"]] for tier in sent(app, key)["tiers"]}


def people(app: AppTest) -> list[str]:
    styles = sent(app, "world-player")["annotations"][0]["styles"]
    return [name for name, *_ in styles if name.startswith("person")]


def right(app: AppTest) -> dict[str, bool]:
    """{model: its answer has the tick}; models lie along the columns, or down the rows where classes are few."""
    cells = charts(app)[0][0]
    models = cells["x"] if "ATA" in cells["x"] else cells["y"]
    by_model = np.array(cells["text"]) if models is cells["y"] else np.array(cells["text"]).T
    return {model: any("✓" in cell for cell in row) for model, row in zip(models, by_model, strict=True)}


def coin(app: AppTest) -> float:
    """What the mean over frames gives a throw more than a catch."""
    cells = charts(app)[0][0]
    share = dict(zip(cells["y"], cells["z"][:, cells["x"].index("space")]))
    return share["throw"] - share["catch"]


def worst_of_three() -> dict[str, str]:
    """By trying: two of three values lie a gap above the least, which is 0."""
    gap = np.linspace(0, 6, 600_001)
    mean = 2 * gap * np.exp(-gap) / (1 + 2 * np.exp(-gap))
    return {
        "x(N)": f"{gap[mean.argmax()]:.4f}",
        "smoothMin": f"{mean.max():+.4f}",
        "min^γ": f"−{np.log(3):.4f}",  # of three equal values
    }


def retold(app: AppTest) -> bool:
    """The timeline that the board makes of a net's points scores what the net's own does."""
    accuracy, edit, _, _, overlap = traces(opened("segmentation", {"show": "Scores"}), controls(app)["Keypoints of"])[
        0
    ]["y"]
    return f"accuracy {accuracy:.1f} %, edit score {edit:.1f}, F1@50 {overlap:.1f}" in words(app)


def warmth(app: AppTest) -> list[bool]:
    """Each row's line is the mean of its heat, from its own lowest to its own highest."""
    rows = heat_maps(bundled()["lanterns-slow"].path).rows
    scaled = [((row.heat - row.heat.min()) / np.ptp(row.heat)).mean((1, 2)) for row in rows]
    return [np.allclose(trace["y"], mean, atol=1e-5) for trace, mean in zip(charts(app)[1], scaled, strict=True)]


def faithful(app: AppTest) -> dict[str, bool]:
    """{row: its gap over chance is more than twice what chance spreads}."""
    table = app.dataframe[-1].value.set_index("row")
    assert table["gap"].tolist() == pytest.approx((table["insertion"] - table["deletion"]).tolist(), abs=2e-3)
    return (table["gap over chance"] > 2 * table["± of chance"]).to_dict()


def paired(app: AppTest) -> tuple[list[int], float]:
    """Clips of each model, and how far the paired mean is from the difference of means."""
    means, difference = (table.value for table in app.dataframe)
    first, second = means["mean"]
    return means["clips"].tolist(), abs(difference["mean"][0] - (second - first)) < 0.002


def counted(app: AppTest) -> tuple[int, str]:
    """Classes with bars, and in how many the second bar is higher and lower."""
    first, second = (trace["x"] for trace in charts(app)[0][:2])
    return len(first), f"{(second > first).sum()}, {(second < first).sum()}"


def best(app: AppTest, column: str) -> str:
    table = app.dataframe[0].value.set_index("method")
    return table[column].idxmax()


PROMISES = {
    "world": lambda app: (tiers(app, "world-player")["person"], ["cartwheel"]),
    "crowd": lambda app: (people(app), ["person 1", "person 2", "person 3 (bystander)", "person 4"]),
    "steps": lambda app: (right(app), {"space": False, "joint": False, "factorized": False, "ATA": True}),
    "twins": lambda app: (
        [abs(coin(app)) < 0.1, *(right(app)[name] for name in ("joint", "factorized"))],
        [True, True, True],
    ),
    "warp": lambda app: (4 * float(metrics(app)["Frames off"]) < float(metrics(app)["Unaligned"]), True),
    "together": lambda app: (
        [(line.partition(": ")[2], off < 2) for line, off in app.dataframe[0].value[["clip", "frames off"]].values],
        [(f"person {43 + k}", True) for k in range(5)],
    ),
    "minimum": lambda app: (metrics(app), worst_of_three()),
    "doing": lambda app: (
        [row for row in tiers(app, "segmentation-player") if not row.startswith(("errors", "keypoints"))],
        ["ground truth", "MS-TCN++", "ASFormer", "RTK", "RTK without refinement"],
    ),
    "keypoints": lambda app: (retold(app), True),
    "looks": lambda app: (warmth(app), [True] * 4),
    "faithfulness": lambda app: (faithful(app)["lamps-ata"], True),
    "panes": lambda app: (
        [one["label"] for one in sent(app, "compare-player")["clips"]],
        ["1 lamps-ata", "2 lamps-factorized", "3 lamps-joint", "4 lamps-space"],
    ),
    "paired": lambda app: (paired(app), ([6, 6], True)),
    "tokens": lambda app: (
        [charts(app)[0][0]["z"].size, (charts(app)[0][0]["z"] > controls(app)["θ over the player"]).sum()],
        [144, 3],
    ),
    "precision": lambda app: (counted(app), (12, metrics(app)["Better, worse"])),
    "attends": lambda app: (
        [line.split("**")[1] for line in words(app).splitlines() if "** · max weight" in line],
        NETS,
    ),
    "filters": lambda app: (
        [metrics(app)["Positions"], float(metrics(app)["Difference"]) < 1e-4],
        [str(4 * 8 * 14), True],
    ),
    "parade": lambda app: (
        sent(app, "matching-player")["picked"],
        [0, 0, match_clip(bundled()["parade"].path).most_moving],
    ),
    "tiles": lambda app: (
        [(traces(app, "best match")[0][axis] != np.arange(64)).sum() for axis in "xy"],
        [12, 0],
    ),
    "methods": lambda app: (
        [best(app, "mean matched cosine"), best(app, "of moving patches")],
        ["Hungarian", "Hungarian"],
    ),
    "seen": lambda app: ("De-aligned equals the original" in words(app), True),
    "algorithm": lambda app: (charts(app)[0][0]["z"].round(9).tolist(), [[0.9, 0.8], [0.85, 0.1]]),
    "cost": lambda app: (
        app.dataframe[0].value["10⁹ multiply-adds, printed"].tolist(),
        [row.gflops for row in TABLE_1],
    ),
    "puzzle": lambda app: ("Yours: pour · drink · stir · drink" in words(app), True),
    "blur": lambda app: (
        [charts(app)[0][k]["z"][-1].tolist() for k in (0, 1)],
        [[0.25] * 4 + [0] * 4, [1] + [0] * 7],
    ),
}


def test_the_front_door_says_what_this_is_and_has_a_card_for_every_demo():
    app = opened("home")
    assert complaints(app) == []
    assert any(text.value.startswith("VizCore shows what video models do with time") for text in app.markdown)
    assert len(app.get("image")) == len(DEMOS)
    links = [link.proto.label for link in app.get("page_link")]
    assert [label for label in links if label.startswith("**")] == [f"**{demo.title}**" for demo in DEMOS]


@pytest.mark.parametrize("demo", DEMOS, ids=lambda demo: demo.name)
def test_a_demo_opens_what_it_promises(demo):
    app = opened(demo.page, demo.query)
    assert [title.value for title in app.title] == [page(demo.page).title]
    assert complaints(app) == []
    found, promised = PROMISES[demo.name](app)
    assert found == promised
