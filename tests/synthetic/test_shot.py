"""Words for clips of the world: one word a shot, nothing but what a slider allows, and the same bytes for the word."""

import re
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizcore.synthetic.shot import SCENES, SEEDS, Shot, filmed, shot, shot_of


@st.composite
def shots(draw) -> Shot:
    name = draw(st.sampled_from(sorted(SCENES)))
    scene = SCENES[name]
    chosen = draw(st.lists(st.sampled_from(scene.sliders), unique_by=lambda slider: slider.name))
    steps = [draw(st.integers(0, round((one.high - one.low) / one.step))) for one in chosen]
    sliders = {one.name: one.low + step * one.step for one, step in zip(chosen, steps, strict=True)}
    choice = draw(st.sampled_from(scene.choices)) if scene.choices else ""
    return shot(name, draw(st.integers(0, SEEDS - 1)), choice, **sliders)


@given(shots())
def test_a_word_leads_back_to_its_shot(one):
    assert shot_of(one.clip_id) == one
    assert re.fullmatch(r"[a-z0-9_.-]{1,120}", one.clip_id)


@given(
    st.text(max_size=40)
    | st.from_regex(r"world-[a-z]{1,9}-\d{1,7}(-[a-z_]{1,9})?(-[a-z]{1,8}[0-9.]{1,4})*", fullmatch=True)
)
def test_any_other_word_is_refused_and_never_breaks(word):
    with suppress(ValueError):
        assert shot_of(word).clip_id == word


def test_what_is_as_usual_is_left_out():
    usual = {slider.name: slider.usual for slider in SCENES["carousel"].sliders}
    assert shot("carousel", 7, "none", **usual).clip_id == "world-carousel-7-none"


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("world-carousel-7", "got ''"),
        ("world-carousel-7-sideways", "want carousel of forward, backward"),
        ("world-moon-7-none", "want a scene of the world"),
        ("world-carousel-07-none", "want 'world-carousel-7-none'"),
        ("world-carousel-7-none-speed4", "want 'world-carousel-7-none'"),  # as usual: left out
        ("world-carousel-7-none-shake1-speed2", "speed2-shake1'"),  # the sliders have an order
        ("world-carousel-7-none-speed2.0", "speed2'"),
        ("world-carousel-7-none-speed2.3", "got speed 2.3"),  # between two places of the slider
        ("world-carousel-7-none-speed99", "got speed 99"),
        ("world-carousel-7-none-count9", "got count 9"),  # no slider of this scene
        ("world-carousel-7-none-speed2-speed3", "speed3'"),
        ("world-act-1234567-sit_down", "want a clip of the world"),
        ("world-act-1-sit_down\n", "want a clip of the world"),
        ("world-act-١-sit_down", "want"),
        ("", "want a clip of the world"),
    ],
)
def test_a_word_that_is_not_the_one_of_its_shot_is_refused(word, sentence):
    with pytest.raises(ValueError, match=sentence):
        shot_of(word)


@pytest.mark.parametrize("name", SCENES)
def test_every_place_of_a_slider_can_be_filmed(name):
    scene = SCENES[name]
    choice = scene.choices[0] if scene.choices else ""
    for end in ("low", "high"):
        sliders = {slider.name: getattr(slider, end) for slider in scene.sliders if slider.name != "count"}
        one = shot(name, 3, choice, **sliders)
        clip = filmed(one, size=32, supersample=1)
        assert clip.frames.shape[1:] == (32, 32, 3)
        assert clip.truth.surface.shape == clip.frames.shape[:3]


def test_a_shot_is_the_same_bytes_again_and_another_seed_is_not():
    first, again, other = (filmed(shot("carousel", seed, "forward"), 48, 1).frames for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_slider_changes_what_it_is_called():
    def unrest(shake: float) -> float:
        clip = filmed(shot("act", 5, "wave", pan=0, zoom=0, shake=shake, clutter=0), 64, 1)
        return np.abs(np.diff(clip.truth.places[:, 0, :, 2], axis=0)).mean()  # px a frame, of the ground

    assert unrest(1) > 2 * unrest(0)
