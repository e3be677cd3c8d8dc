"""What a model knows of a clip: inside, outside, unknown, random; every outcome, from made rows and files."""

import pytest
from torch import nn

from vizcore.models import MODELS
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.domain import Badge, badge, origin
from vizcore.runtime.row import Net
from vizcore.synthetic.truth_file import truth_path


def row(domain: str) -> Net:
    return Net("net", "A net", "somewhere", "1", nn.Identity, domain=domain)


@pytest.fixture
def film(tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(b"")
    return path


@pytest.fixture
def render(tmp_path):
    path = tmp_path / "render.mp4"
    path.write_bytes(b"")
    truth_path(path).write_bytes(b"")
    return path


def test_a_clip_with_its_truth_beside_it_was_rendered_here_and_so_were_the_bundled_ones(film, render):
    assert origin(render) == "rendered here"
    assert {origin(entry.path) for entry in bundled().values()} == {"rendered here"}
    assert origin(film) == "unknown"


def test_a_net_of_the_world_is_at_home_in_what_was_rendered_and_nowhere_else(film, render):
    inside, outside = badge(row("the procedural world"), render), badge(row("the procedural world"), film)
    assert (inside.domain, inside.shown) == ("inside", True)
    assert (outside.domain, outside.shown) == ("outside", False)
    assert "A net was trained on the procedural world alone" in outside.why


def test_random_weights_are_never_at_home(film, render):
    for path in (film, render):
        random = badge(row("nothing"), path)
        assert (random.domain, random.shown, random.label) == ("random", False, "random weights")


def test_a_net_of_photographs_is_at_home_in_films_and_not_in_what_was_rendered(film, render):
    there, rendered = badge(MODELS["lite0"], film), badge(MODELS["lite0"], render)
    assert (there.domain, there.shown, there.label) == ("inside", True, "knows 1,000 kinds of things")
    assert "no people and no actions" in there.why
    assert (rendered.domain, rendered.shown, rendered.label) == ("outside", False, "knows only photographs")


def test_of_a_persons_own_model_nobody_knows_and_its_answers_are_shown(film):
    own = badge(row("unknown"), film)
    assert (own.domain, own.shown) == ("unknown", True)
    assert not Badge("unknown", "something else", "").shown


@pytest.mark.parametrize("name", MODELS)
def test_every_model_of_the_registry_says_what_it_knows(name, film):
    expected = ("inside",) if MODELS[name].domain in ("photographs", "films") else ("outside", "random")
    assert badge(MODELS[name], film).domain in expected
