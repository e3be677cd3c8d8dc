"""Colours of classes and bars of scores: seven hues, then lighter, then darker ones, and every number at its bar."""

import colorsys

import numpy as np
import pytest

from vizcore.features.segmentation.figures import HUES, NOTHING, class_colours, score_figure


def lightness(colour):
    """0 black to 1 white, of the double cone of HLS."""
    return colorsys.rgb_to_hls(*(int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)))[1]


def hue(colour):
    return colorsys.rgb_to_hls(*(int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)))[0]


def mixed(colour, other, share):
    """#rrggbb of a colour and black (0) or white (255), channel by channel."""
    parts = [round((1 - share) * int(colour[k : k + 2], 16) + share * other) for k in (1, 3, 5)]
    return "#{:02x}{:02x}{:02x}".format(*parts)


def test_the_first_seven_classes_have_the_hues_and_nothing_is_grey():
    assert class_colours(8) == [NOTHING, *(colour.lower() for colour in HUES)]
    assert class_colours(4, nothing=(1, 3)) == [HUES[0].lower(), NOTHING, HUES[1].lower(), NOTHING]
    assert class_colours(3, nothing=()) == [colour.lower() for colour in HUES[:3]]


def test_the_next_seven_are_lighter_then_seven_darker_then_seven_lighter_still():
    first, lighter, darker, palest = np.array(class_colours(28, nothing=())).reshape(4, 7)
    for colours_of_some, light, dark, pale in zip(first, lighter, darker, palest):
        assert lightness(dark) < lightness(colours_of_some) < lightness(light) < lightness(pale)
        assert [hue(one) for one in (light, dark, pale)] == pytest.approx([hue(colours_of_some)] * 3, abs=0.02)
    assert list(lighter) == [mixed(colour, 255, 0.5) for colour in HUES]
    assert list(darker) == [mixed(colour, 0, 0.4) for colour in HUES]
    assert list(palest) == [mixed(colour, 255, 0.75) for colour in HUES]
    assert class_colours(29, nothing=())[28] == first[0], "then they begin anew"


def test_every_score_is_a_bar_of_its_length_with_its_number_and_who_it_is():
    fig = score_figure({"one": (70, 80.04, 90), "two": (1, 2, 33.35)}, ("a", "b", "c"), low=60)
    assert [(bar.name, list(bar.x), list(bar.y)) for bar in fig.data] == [
        ("one", ["a", "b", "c"], [70, 80.04, 90]),
        ("two", ["a", "b", "c"], [1, 2, 33.35]),
    ]
    assert list(fig.data[0].text) == ["70.0", "80.0", "90.0"]
    assert fig.layout.barmode == "group"
    assert fig.layout.yaxis.range[0] == 60
    assert fig.layout.yaxis.range[1] > 100
