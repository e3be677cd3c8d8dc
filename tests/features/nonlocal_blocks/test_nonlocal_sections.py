"""The sections of the page of non-local blocks, and its claims: numbers by closed forms and from the graphs alone."""

import re

import numpy as np
import pytest
from shown import charts, controls, metrics, saved, sent, traces, words
from test_pages import complaints, opened, settled

from vizcore.algorithms.nonlocal_blocks.spectral import OPERATORS
from vizcore.features.nonlocal_blocks.pipeline import example, nodes_of
from vizcore.features.nonlocal_blocks.pipeline_blocks import FAMILIES, TRAINED, BlockSettings, block_of
from vizcore.features.nonlocal_blocks.pipeline_filter import signal_of
from vizcore.runtime.clip_library import bundled
from vizcore.video import write_video

pytestmark = pytest.mark.usefixtures("one_thread")
SECTIONS = ["Affinities", "The filter", "Eigenvalues", "Files and link"]
PARTS = {  # {part: (its positions, where the weights of its blocks are from)}
    "Two lanterns": (lambda: nodes_of("lanterns-3-both", source="pairs-snl", layer="before"), BlockSettings("trained")),
    "A clip": (lambda: nodes_of(str(bundled()["lamps"].path), count=2, across=6), BlockSettings()),
    "A file": (lambda: example("two halves"), BlockSettings()),
}
FILES = ["filter.npz", "affinities.csv", "frequencies.csv", "filter.png", "filter.svg", "filter.pdf"]


def check_affinities(app, nodes, settings):
    """A strip for each graph that differs, and as many positions in its table as its row has of a hundredth or more."""
    table = app.dataframe[0].value.set_index("operator")
    at = position_of(nodes)
    for name in TRAINED if settings.kind == "trained" else FAMILIES:
        row = block_of(nodes, name, settings).graph.rows([at])[0].detach().numpy()
        shown = table.loc[OPERATORS[name].title]
        assert shown["attends to"] == (abs(row) > abs(row).max() / 100).sum(), name
        assert shown["sum of its row"] == pytest.approx(row.sum(), abs=1e-3), name
    assert len(app.get("image")) == len(table) + (nodes.clip is None)


def position_of(nodes):
    """The position that is asked about first."""
    if nodes.clip is not None:
        return nodes.most_distinct
    _, rows, columns = nodes.shape  # sliders begin in the middle of the first frame
    return (rows - 1) // 2 * columns + (columns - 1) // 2


def check_filter(app, nodes, settings):
    """The symmetric graph of SNL has two thin factors of as many columns as there are channels inside the block."""
    block, shown = block_of(nodes, "snl", settings), metrics(app)
    count, inside = len(nodes.features), block.z.shape[1]
    assert shown["Positions"] == f"{count:,}"
    assert shown["Modes"] == f"{min(count, 2 * inside)} all"
    assert float(shown["Difference"]) < 1e-4
    assert shown["Outside"] == "0%" or count > 2 * inside
    signal, _ = signal_of(nodes, block.z, "1st direction")
    centred = (block.z - block.z.mean(0)).detach().double().numpy()
    assert np.square(signal).sum() == pytest.approx(np.linalg.eigvalsh(centred.T @ centred)[-1], rel=1e-6)


def check_eigenvalues(app, nodes, settings):
    """A dot for each eigenvalue of every family's graph, the chosen one first, as numpy finds them."""
    order = ["snl", *(name for name in FAMILIES if name != "snl")]
    dots = [chart[-1]["x"] for chart in charts(app)[-5:]]
    shown = re.findall(r"^([\d,]+) (?:largest )?eigenvalue", words(app), re.MULTILINE)
    assert [int(one.replace(",", "")) for one in shown] == [len(one) for one in dots]
    for dots_of, name in zip(dots, order, strict=True):
        if name != "cgnl":  # whose nodes are channels
            matrix = block_of(nodes, name, settings).graph.matrix().detach().double().numpy()
            assert dots_of.max() == pytest.approx(np.linalg.eigvals(matrix).real.max(), abs=1e-4), name


def check_files(app, nodes, settings):
    assert saved(app) == FILES
    (lines,) = (block.value for block in app.code if "import" in block.value)
    assert f"position={position_of(nodes)}" in lines


CHECKS = dict(zip(SECTIONS, (check_affinities, check_filter, check_eigenvalues, check_files), strict=True))


@pytest.mark.parametrize(("part", "section"), list(zip(PARTS, reversed(SECTIONS[1:]), strict=True)))
def test_a_section_of_every_part_opens_from_a_link_and_all_others_with_a_click(part, section):
    app = opened("nonlocal_blocks", {"part": part, "show": section, "clip": "lamps", "across": "6", "count": "2"})
    find, settings = PARTS[part]
    nodes = find()
    for other in (section, *SECTIONS):
        app.button_group("show").set_value(other)
        settled(app.run())
        assert controls(app)["View"] == other
        assert complaints(app) == []
        CHECKS[other](app, nodes, settings)


@pytest.mark.parametrize("section", SECTIONS[:3])
def test_a_single_position_hears_itself_alone(section):
    app = opened("nonlocal_blocks", {"part": "A file", "file": "one position", "show": section})
    assert complaints(app) == []
    if section == "Affinities":
        for title in ("NL, NS", "A²", "CC"):
            assert f"**{title}** · max weight 100.0%" in words(app)
    elif section == "Eigenvalues":
        assert [chart[-1]["x"].tolist() for chart in charts(app)] == [[0], [1], [1], [1]]
    else:
        assert (metrics(app)["Positions"], metrics(app)["Modes"]) == ("1", "1 all")


@pytest.mark.parametrize(
    ("query", "shown", "picked"),
    [
        ({"op": "nobody", "show": "nothing", "scale": "gold"}, {"Operator": "SNL", "View": "Affinities"}, None),
        ({"w": "snl:nan,nan,1,1", "pick": "999999.9999.x"}, {"Operator": "SNL"}, None),
        ({"w": "snl:1,2,3,4,5", "pick": "99999.1000.1000"}, {"Operator": "SNL"}, [0, 1, 24]),
        ({"w": "chebyshev:", "seed": "-3", "kind": "all"}, {"Seed": 0, "The second has the same": "both"}, None),
        ({"part": "Everything"}, {"Part": "Two lanterns", "Seed": 3}, None),
    ],
    ids=str,
)
def test_nonsense_in_a_link_falls_back_on_what_is_sound(query, shown, picked):
    app = opened("nonlocal_blocks", query)
    assert complaints(app) == []
    assert {label: controls(app)[label] for label in shown} == shown
    nodes = nodes_of(f"lanterns-{controls(app)['Seed']}-both", source="pairs-snl", layer="before")
    assert sent(app, "spectral-player")["picked"] == (picked or [0, 0, nodes.most_distinct])
    app.button_group("show").set_value("The filter")
    settled(app.run())
    assert app.query_params["w"] in ("snl:1,-0.8,1,1", ["snl:1,-0.8,1,1"]), "the sliders of a new visitor"


def test_in_a_clip_of_one_grey_frame_everybody_hears_everybody_alike(monkeypatch, tmp_path):
    write_video(tmp_path / "still.mp4", np.full((1, 64, 96, 3), 90, np.uint8), 25)
    monkeypatch.setenv("VIZCORE_MEDIA", str(tmp_path))
    app = opened("nonlocal_blocks", {"part": "A clip", "clip": "media/still.mp4"})
    assert complaints(app) == []
    count = 9 * 14  # of 64 x 96 px
    assert f"**NL, NS** · max weight {1 / count:.1%}" in words(app)
    assert f"**CC** · max weight {1 / (9 + 14 - 1):.1%}" in words(app), "its row, its column, and itself once"
    app.button_group("show").set_value("Eigenvalues")
    settled(app.run())
    _, nl, a2, cc = (chart[-1]["x"] for chart in charts(app))
    assert (len(nl), nl.max(), np.sort(nl)[-2]) == (count, pytest.approx(1, abs=1e-4), pytest.approx(0, abs=1e-4))
    assert a2 == pytest.approx([1], abs=1e-4)
    assert cc.max() == pytest.approx(1, abs=1e-4)


# Claims of the paper: closed forms of what is drawn.


def claim(name):
    app = opened("nonlocal_blocks", {"part": "Claims tried out", "claim": name})
    assert complaints(app) == []
    assert app.selectbox[0].value == name
    return app


def test_the_fraction_of_the_cayley_filter_walks_along_the_unit_circle():
    (chart,) = charts(claim("Re can be removed from the Cayley filter"))
    path = next(trace for trace in chart if len(trace["x"]) == 121)
    mu = np.linspace(0, 2, 121)
    fraction = (mu - 1j) / (mu + 1j)
    assert path["x"] == pytest.approx(fraction.real, abs=1e-6)
    assert path["y"] == pytest.approx(fraction.imag, abs=1e-6)


def test_equation_22_is_a_parabola_and_the_exact_filter_is_none():
    app, mu = claim("Eq. 22 is a Cayley filter"), np.linspace(0, 2, 121)
    curves = {
        "exact": (mu**2 - 1) / (mu**2 + 1),
        "Eq. 22 as printed": mu**2 + 1,
        "as released": (mu**2 + 1) / 2,
    }
    for name, expected in curves.items():
        (line,) = traces(app, name)
        assert line["y"] == pytest.approx(expected, abs=1e-5), name


def test_a_third_term_of_gsnl_bends_nothing_and_a_chebyshev_polynomial_does():
    app, a = claim("gSNL has a third term"), 1 - np.linspace(0, 2, 121)  # A = 1 - μ
    three, two, bent = (trace["y"] for trace in charts(app)[0] if len(trace["y"]) == 121)
    assert three == pytest.approx(two, abs=1e-6)
    assert np.diff(three, 2) == pytest.approx(0, abs=1e-5), "a straight line"
    less = 2 * (a**2 - a)  # T₂ less 2A − I
    weight = (bent - three)[-1] / less[-1]
    assert bent - three == pytest.approx(weight * less, abs=1e-5)
    assert abs(weight) > 0.1


def test_only_one_way_to_run_both_softmaxes_averages():
    (chart,) = charts(claim("A² needs no axes"))
    averages = [np.allclose(trace["x"], 1, atol=1e-4) for trace in chart]
    assert (len(averages), sum(averages)) == (4, 1)


def test_degrees_of_cgnl_are_as_often_below_0_as_above():
    above, below = charts(claim("CGNL divides by degrees"))[0]
    assert (above["y"] > 0).all()
    assert (below["y"] <= 0).all()
    count = len(above["y"]) + len(below["y"])
    assert above["name"] == f"above 0: {len(above['y'])} of {count}"
    assert below["name"] == f"0 or below: {len(below['y'])} of {count}"


def test_a_graph_that_is_not_normalised_has_no_frequencies():
    plain, normal = (trace["x"] for trace in charts(claim("Cayley needs no normalised A"))[0])
    if np.min(normal) < np.min(plain):
        plain, normal = normal, plain
    assert plain.min() < -1
    assert normal.min() > -1e-6
    assert normal.max() < 2 + 1e-6


def test_jacobi_gets_nearer_by_its_spectral_radius_with_every_step():
    (chart,) = charts(claim("Jacobi in place of an inverse"))
    radii = [float(re.search(r"radius ([\d.]+)", trace["name"]).group(1)) for trace in chart]
    assert radii == sorted(radii)
    for trace, radius in zip(chart, radii):
        steady = trace["y"][trace["y"] > 1e-9]
        assert (steady[-1] / steady[-9]) ** (1 / 8) == pytest.approx(radius, abs=0.03), trace["name"]


def test_every_claim_can_be_chosen():
    app = claim("Jacobi in place of an inverse")
    assert app.selectbox[0].options == [
        "Re can be removed from the Cayley filter",
        "Eq. 22 is a Cayley filter",
        "gSNL has a third term",
        "A² needs no axes",
        "CGNL divides by degrees",
        "Cayley needs no normalised A",
        "Jacobi in place of an inverse",
    ]
