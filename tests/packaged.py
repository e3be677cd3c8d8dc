"""Marks of tests that need files of packages: a net that knows photographs, and real films."""

import pytest

from vizcore.models import photographs
from vizcore.runtime import package_films

LITE = pytest.mark.skipif(bool(photographs.missing()), reason=" ".join(photographs.missing()))
FILMS = pytest.mark.skipif(bool(package_films.missing()), reason=" ".join(package_films.missing()))
FILMED = pytest.mark.skipif(
    bool(photographs.missing() or package_films.missing()),
    reason=" ".join((*photographs.missing(), *package_films.missing())),
)
