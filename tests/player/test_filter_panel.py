"""The filter panel: what it takes from Python, what it believes of the browser, and that both respond alike."""

import numpy as np
import pytest
from browser import browser_mark, browsing
from player_modules import open_modules

from vizcore.algorithms.nonlocal_blocks.operators import ORDERS
from vizcore.algorithms.nonlocal_blocks.spectral import OPERATORS, Weights, response
from vizcore.player.filter_panel import HIGHEST, MOST, FilterPanel, FilterSettings, checked, operator_words

ASK = """([operator, places, settings]) => places.map(([a, b]) => viz.respond(operator, [a, b], settings))"""


def panel(**changed):
    given = {
        "operator": "snl",
        "settings": FilterSettings((1.0, 1.0)),
        "values": np.array([1.0, 0.0]),
        "parts": np.ones((2, 6)),
        "signal": np.ones(6),
        "reference": np.ones(6),
        "grid": (1, 2, 3),
        "spectrum": np.array([1.0, 0.5]),
        "energy": np.ones(2),
        "frames": None,
        "colours": ("#000000", "#ffffff", "#ff0000"),
    }
    return FilterPanel(**given | changed)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"signal": np.ones(5)}, r"want signals \(6,\)"),
        ({"values": np.ones(3)}, "3 values"),
        ({"grid": (1, 2, 2)}, r"want signals \(4,\)"),
        ({"energy": np.ones(3)}, "want an energy for each of 2 modes, got 3"),
        ({"colours": ("red",)}, "want colours as #rrggbb"),
    ],
)
def test_what_does_not_fit_is_refused(changed, sentence):
    panel()
    with pytest.raises(ValueError, match=sentence):
        panel(**changed)


def told(**changed):
    return {"operator": "snl", "out": [1, -0.5], "inner": 1, "h": 2.0} | changed


def test_sliders_are_read_as_they_were_left():
    assert checked(told(), "snl", 2) == FilterSettings((1.0, -0.5), 1.0, 2.0)
    assert checked(told(operator="chebyshev", out=[0, 0, 1]), "chebyshev", 0) == FilterSettings(
        (0.0, 0.0, 1.0), 1.0, 2.0
    )


@pytest.mark.parametrize(
    "nonsense",
    [
        None,
        [],
        "snl",
        told(operator="nl"),
        told(out=[1]),
        told(out="11"),
        told(out=[1, "1"]),
        told(out=[1, float("nan")]),
        told(out=[1, 2 * MOST]),
        told(out=[True, 1]),
        told(out=[1] * (ORDERS + 1)),
        told(inner=None),
        told(h=0),
        told(h=HIGHEST * 2),
        told(h=float("nan")),
    ],
    ids=str,
)
def test_what_no_slider_can_say_is_not_believed(nonsense):
    assert checked(nonsense, "snl", 2) is None


@pytest.mark.parametrize("name", OPERATORS)
def test_every_slider_of_an_operator_is_in_its_formula(name):
    row, words = OPERATORS[name], operator_words(name)
    count = row.outs or ORDERS
    sliders = {*range(count), *(["inner"] if row.inner else []), *(["h"] if row.zoom else [])}
    assert {of for _, of in words["pieces"] if of is not None} == sliders
    assert len(words["responses"]) == len(words["weights"]) == len(set(words["weights"])) == count


@pytest.fixture(scope="module")
def page():
    with browsing() as open_page:
        yield open_modules(open_page, "responses")


class TestBrowser:
    """A module against Python."""

    pytestmark = browser_mark()

    @pytest.mark.parametrize("name", [*OPERATORS])
    def test_the_browser_adds_up_responses_as_python_does(self, page, name):
        rng = np.random.default_rng(5)
        values = rng.uniform(-1, 1, 30)
        if OPERATORS[name].graph != "symmetric":
            values = values + 1j * rng.uniform(-1, 1, 30)
        for count in [OPERATORS[name].outs] if OPERATORS[name].outs else range(1, ORDERS + 1):
            out, inner, h = rng.uniform(-2, 2, count).tolist(), 0.7, 2.5
            places = [[float(one.real), float(np.imag(one))] for one in values]
            found = np.array(page.evaluate(ASK, [operator_words(name), places, {"out": out, "inner": inner, "h": h}]))
            expected = response(name, values, Weights(tuple(out), inner=inner, h=h))
            np.testing.assert_allclose(found[:, 0], np.real(expected), atol=1e-9)
            np.testing.assert_allclose(found[:, 1], np.imag(expected), atol=1e-9)
