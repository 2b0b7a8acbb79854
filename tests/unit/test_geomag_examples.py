"""The examples in the docstrings run and give what they show."""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = (
    "geomag",
    "geomag.bounce_line",
    "geomag.coordinates",
    "geomag.dipole",
    "geomag.drift_shell",
    "geomag.field",
    "geomag.igrf",
)
COMPILED = ("atmosphere.msis", "geomag.cutoff", "geomag.stormer")  # of kernels that take their time to compile
SHOWN = (  # need a result, or show a use
    "mcbelt.campaign.kinds",
    "mcbelt.campaign.scanned",
    "mcbelt.figures.tables",
    "mcbelt.files.result",
    "mcbelt.orbits.lanes",
)


def _modules():
    """Modules of ours whose docstrings show an example."""
    for package in ("geomag", "atmosphere", "mcbelt"):
        for path in (ROOT / package).rglob("*.py"):
            if "\n    >>> " in path.read_text(encoding="utf-8") or "\n>>> " in path.read_text(encoding="utf-8"):
                parts = path.relative_to(ROOT).with_suffix("").parts
                yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("name", [*MODULES, *(pytest.param(name, marks=pytest.mark.slow) for name in COMPILED), *SHOWN])
def test_docstring_examples(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_every_example_is_tried():
    assert set(_modules()) <= {*MODULES, *COMPILED, *SHOWN}


def test_there_are_examples():
    finder = doctest.DocTestFinder()
    examples = [e for name in MODULES for test in finder.find(importlib.import_module(name)) for e in test.examples]
    assert len(examples) > 15
