"""The examples in the docstrings of geomag run and give what they show."""

import doctest
import importlib

import pytest

MODULES = (
    "geomag",
    "geomag.bounce_line",
    "geomag.coordinates",
    "geomag.dipole",
    "geomag.drift_shell",
    "geomag.field",
    "geomag.igrf",
)


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder()
    examples = [e for name in MODULES for test in finder.find(importlib.import_module(name)) for e in test.examples]
    assert len(examples) > 15
