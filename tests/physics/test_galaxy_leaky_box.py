"""Leaky box against its closed solutions."""

import numpy as np
import pytest
from scipy.integrate import quad

from mcbelt.errors import PhysicsError
from mcbelt.interstellar import leaky_box

ALPHA, DELTA = 2.4, 0.4
GRID = np.geomspace(1.0e-3, 1.0e6, 9 * 80 + 1)


def _solution(grid=GRID):
    """tau = E^-delta, b = E^2: loss and escape time are equal at E* = 1."""
    return leaky_box.solve(grid, grid**-ALPHA, grid**-DELTA, grid**2)


def _exact(energy):
    """(1/b) integral of Q exp(-integral dE/(b tau)) above E, over Q tau."""
    depth = lambda e: (energy ** (DELTA - 1.0) - e ** (DELTA - 1.0)) / (1.0 - DELTA)  # noqa: E731
    integral = quad(
        lambda u: energy * np.exp(u) * (energy * np.exp(u)) ** -ALPHA * np.exp(-depth(energy * np.exp(u))), 0.0, 40.0
    )[0]
    return integral / energy**2 / (energy**-ALPHA * energy**-DELTA)


def test_ratio_to_escape_alone():
    """N/(Q tau) at E/E* = 0.1, 1, 10 to 0.5 %, against the notes' numbers and the quadrature."""
    box = _solution()
    ratio = np.exp(
        np.interp(np.log([0.1, 1.0, 10.0]), np.log(GRID[:-1]), np.log((box.density * GRID ** (ALPHA + DELTA))[:-1]))
    )
    assert ratio == pytest.approx([0.811, 0.461, 0.159], rel=5.0e-3)
    assert ratio == pytest.approx([_exact(e) for e in (0.1, 1.0, 10.0)], rel=5.0e-4)


def test_slope_where_losses_rule():
    """Index 3.39 at E/E* = 100 to 0.5 %, on its way to alpha + 1 = 3.40."""
    box = _solution()
    i = int(np.searchsorted(GRID, 99.99))
    slope = -np.log(box.density[i + 1] / box.density[i - 1]) / np.log(GRID[i + 1] / GRID[i - 1])
    assert slope == pytest.approx(3.39, rel=5.0e-3)


def test_budget_closes():
    box = _solution()
    assert box.produced == pytest.approx(box.escaped + box.lost_below, rel=1.0e-10)
    assert np.all(box.density >= 0.0)


def test_second_order():
    """Twice the grid, a quarter of the error."""
    errors = []
    for n in (20, 40):
        grid = np.geomspace(1.0e-2, 1.0e5, 7 * n + 1)
        i = int(np.argmin(np.abs(grid - 1.0)))
        errors.append(_solution(grid).density[i] / _exact(1.0) - 1.0)
    assert errors[0] / errors[1] == pytest.approx(4.0, rel=0.15)


def test_escape_limit():
    """Without noticeable losses the density is Q tau."""
    box = leaky_box.solve(GRID, GRID**-ALPHA, 1.0, 1.0e-6 * GRID)
    middle = slice(100, -100)
    assert box.density[middle] * GRID[middle] ** ALPHA == pytest.approx(1.0, rel=1.0e-4)


def test_grammage_form_is_explicit():
    """n = (X/m) I / (1 + sigma X/m); leaving destruction out overstates n by 12 % at 5 g/cm2 and 40 mb."""
    bare = leaky_box.secondary_density(1.0, 5.0)
    full = leaky_box.secondary_density(1.0, 5.0, 40.0)
    assert bare / full - 1.0 == pytest.approx(0.12, abs=0.005)
    assert full == pytest.approx((1.0 - full * 40.0) * 5.0 / leaky_box.NUCLEON_MASS_G * 1.0e-27)


def test_escape_time_of_a_grammage():
    """5 g/cm2 at 1 nucleon per cm3 is 3.16 Myr."""
    assert leaky_box.escape_time_Myr(5.0, 1.0) == pytest.approx(3.16, rel=3.0e-3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1.0, 0.5], [1.0, 1.0], 1.0, [1.0, 1.0]), "grid must rise"),
        (([1.0, 2.0], [1.0, -1.0], 1.0, [1.0, 1.0]), "source must be finite"),
        (([1.0, 2.0], [1.0, 1.0], 0.0, [1.0, 1.0]), "must be positive"),
    ],
)
def test_wrong_input(arguments, message):
    with pytest.raises(PhysicsError, match=message):
        leaky_box.solve(*arguments)
