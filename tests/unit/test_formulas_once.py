"""Formulas and constants that were once written in many files stand in their one home."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest
from numba import njit

from geomag import dipole, stormer
from mcbelt import constants
from mcbelt.physics import kinematics

ROOT = Path(__file__).parents[2]
# rooms that keep copies of their own
APART = ("mcbelt/interstellar/",)
SOURCES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for package in ("geomag", "atmosphere", "mcbelt")
    for path in sorted((ROOT / package).rglob("*.py"))
}
NUMBERS = {
    6371.2e3: {"geomag/constants.py"},  # reference radius [m]
    6371.2: set(),  # [km]
    6371.0088: {"atmosphere/depth.py"},  # mean radius [km]
    0.028: {"mcbelt/physics/energy_loss.py"},  # radiation in eq. (3) of Gusev et al. 2003
    3.86e-6: {"mcbelt/physics/energy_loss.py"},  # its synchrotron term
    2.99792458e8: {"geomag/constants.py", "mcbelt/constants.py", "mcbelt/papers/galactic_ms98.py"},  # geomag alone
}
# a momentum from kinetic energy, from total energy, and a kinetic energy from momentum
MOMENTUM = re.compile(r"\b([\w.]+) \* \(\1 \+ 2(?:\.0)? \* [\w.]*mass\w*\)", re.IGNORECASE)
OF_TOTAL = re.compile(r"sqrt\(\((\w+) - ([\w.]*mass)\) \* \(\1 \+ \2\)\)", re.IGNORECASE)
KINETIC = re.compile(r"\b([\w.]+) \* \1 / \((?:math|np)\.sqrt\(\1 \* \1 \+ ([\w.]+) \* \2\) \+ \2\)")
STORMER = re.compile(r"\*\* ?4 / \(1(?:\.0)? \+ \w+\) ?\*\* ?2")


def numbers(text):
    """Literals of a source, those of docstrings and comments left out."""
    return {node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant) and _is_number(node)}


def _is_number(node):
    return isinstance(node.value, int | float) and not isinstance(node.value, bool)


def mine():
    return {name: text for name, text in SOURCES.items() if not name.startswith(APART)}


@pytest.mark.parametrize(("number", "homes"), NUMBERS.items(), ids=list(map(str, NUMBERS)))
def test_a_number_stands_in_its_home(number, homes):
    assert {name for name, text in mine().items() if number in numbers(text)} == homes


@pytest.mark.parametrize(
    ("formula", "homes"),
    [
        (MOMENTUM, {"mcbelt/physics/kinematics.py", "geomag/dipole.py"}),  # geomag stands alone
        (OF_TOTAL, {"mcbelt/physics/kinematics.py"}),
        (KINETIC, {"mcbelt/physics/kinematics.py"}),
        (STORMER, {"geomag/stormer.py"}),
    ],
    ids=["momentum", "momentum of total energy", "kinetic energy", "Störmer"],
)
def test_a_formula_stands_in_its_home(formula, homes):
    assert {name for name, text in mine().items() if formula.search(text)} == homes


def test_one_formula_serves_kernels_and_arrays():
    """To the last bit: a kernel and an array of the same numbers."""
    T = np.geomspace(1e-6, 1e6, 301)
    mass = constants.PROTON_MASS

    @njit
    def kernel(T, mass):
        out = np.empty((4, T.size))
        for i in range(T.size):
            out[0, i] = kinematics.momentum(T[i], mass)
            out[1, i] = kinematics.kinetic_energy(T[i], mass)
            out[2, i] = kinematics.momentum_of_total(T[i] + mass, mass)
            out[3, i] = stormer.cutoff_of_scale(50.0, 0.3, np.cos(T[i]))
        return out

    arrays = (
        kinematics.momentum(T, mass),
        kinematics.kinetic_energy(T, mass),
        kinematics.momentum_of_total(T + mass, mass),
    )
    found = kernel(T, mass)
    np.testing.assert_array_equal(found[:3], arrays)
    # powers of the cosine are products in a kernel and the library's in numpy
    np.testing.assert_allclose(found[3], stormer.cutoff_of_scale(50.0, 0.3, np.cos(T)), rtol=1e-14)


def test_geomag_repeats_the_momentum_to_the_last_bit():
    T = np.geomspace(1e-6, 1e6, 301)
    _, rigidity = dipole.speed_and_rigidity(T, constants.PROTON_MASS)
    np.testing.assert_array_equal(rigidity, kinematics.momentum(T, constants.PROTON_MASS))
