"""docs/licences.md names everything that is installed on purpose, with its licence and what it is for."""

import pytest
from conftest import ROOT

from docs.licences import FILES, MAKEFILE, PAGE, USES, licence_of, packages

ROWS = {tuple(cell.strip() for cell in line.split("|")[1:-1]) for line in PAGE.read_text().splitlines() if "|" in line}


def test_every_file_of_requirements_is_on_the_page():
    assert set(FILES) == {path.name for path in ROOT.glob("requirements*.txt")} | {MAKEFILE}


@pytest.mark.parametrize("file", FILES)
def test_every_line_of_a_file_of_requirements_is_a_row_with_its_licence(file):
    told = {name: (licence, use) for name, _, licence, use in ROWS}
    for package in packages(file):
        licence, use = told[package]
        assert licence not in ("", "UNKNOWN", "see its files", "not installed here"), package
        assert use, package


def test_what_a_package_is_for_is_said_of_no_package_that_is_gone():
    assert set(USES) <= {package for file in FILES for package in packages(file)}


def test_a_package_that_is_not_installed_says_so():
    assert licence_of("nobody-knows-it", None) == "not installed here"
