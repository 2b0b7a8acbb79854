"""Free electrons in the drift averages of cosmic rays: what they add to the table of meetings, and where they are."""

import datetime
from types import SimpleNamespace

import numpy as np
import pytest

from geomag.constants import REFERENCE_RADIUS
from geomag.dipole import DipoleModel
from mcbelt.errors import PhysicsError
from mcbelt.physics import free_electrons as formulas
from mcbelt.places.drift_path import dipole_path
from mcbelt.sources.cosmic import free_electrons, gyration
from mcbelt.surroundings import plasma

AXIAL = DipoleModel(0.0, 0.0, -30000e-9 * REFERENCE_RADIUS**3, 0.0, 0.0, 0.0)


@pytest.fixture(scope="module")
def electrons():
    return plasma.electrons(datetime.date(1998, 6, 5), 108.0, free_electrons.TOP_KM)


def test_loss_and_its_derivative():
    """n (collisions + bremsstrahlung), and the derivative by a Richardson difference, to 1e-5."""
    energy, number = np.array([0.01, 0.3]), np.array([1e9, 1e10, 1e11])
    lost, slope = free_electrons.loss(energy, 1.0, number)
    assert lost.shape == slope.shape == (2, 3)
    one = 1e10 * (formulas.collision_loss(0.3, 1, 1e10) + formulas.radiative_loss(0.3))
    assert lost[1, 1] == pytest.approx(one, rel=1e-12)

    def difference(h):
        ends = (formulas.loss_per_path(0.3 * (1.0 + s * h), 1.0, 1e10) for s in (1.0, -1.0))
        return (next(ends) - next(ends)) / (0.6 * h)

    assert slope[1, 1] == pytest.approx((4.0 * difference(0.01) - difference(0.02)) / 3.0, rel=1e-5)
    assert free_electrons.loss(energy, -1.0, number)[0][0, 0] == pytest.approx(
        1e9 * (formulas.collision_loss(0.01, -1, 1e9) + formulas.radiative_loss(0.01)), rel=1e-12
    )


def test_table_gains_what_is_lost_per_path():
    """Density times loss grows by n s at each energy and place, at any altitude; friction sinks as it is shared out."""
    table = np.zeros((2, 2, 3, gyration.COLUMNS))
    table[..., gyration.LN_DENSITY] = np.log([1e-15, 1e-12])[:, None]
    table[..., gyration.LOSS], table[..., gyration.SLOPE] = 2e-4, 1e-3
    table[..., gyration.SINK], table[..., gyration.SINK_RADIATED] = 10.0, 1000.0
    lost, slope = np.array([[1e-19, 2e-19, 4e-19], [3e-19, 1e-20, 5e-19]]), np.full((2, 3), 1e-18)
    gyration._add_free_electrons(table, lost, slope)
    density = np.exp(table[..., gyration.LN_DENSITY])
    for k in range(2):
        assert density[:, k] * table[:, k, :, gyration.LOSS] == pytest.approx(density[:, k] * 2e-4 + lost, rel=1e-12)
        assert density[:, k] * table[:, k, :, gyration.SLOPE] == pytest.approx(density[:, k] * 1e-3 + 1e-18, rel=1e-12)
        sunk = density[:, k] * 2e-4 * 10.0 + lost * 1000.0
        product = density[:, k] * table[:, k, :, gyration.LOSS] * table[:, k, :, gyration.SINK]
        assert product == pytest.approx(sunk, rel=1e-12)


def test_electrons_along_a_path(electrons):
    """At the equator of an axial dipole those of the altitude: 1000 km and L = 1.6, between them linear in ln n."""
    inner, outer = (
        free_electrons.along(dipole_path(AXIAL, L * REFERENCE_RADIUS), electrons).mean() for L in (1.2, 1.65)
    )
    assert 8e9 < inner < 2.5e10
    assert outer == pytest.approx(10.0 ** (4.4693 - 0.4903 * 1.65) * 1e6, rel=0.15)  # the table's dipole is not axial


def test_a_path_beyond_the_plasma_is_refused(electrons):
    """Over the poles nothing is known above 1000 km."""
    path = dipole_path(AXIAL, 1.3 * REFERENCE_RADIUS)
    polar = path._replace(position=path.position[:, [0, 2, 1]])
    with pytest.raises(PhysicsError, match=r"goes up to 19\d\d km, where free electrons are known from L = 1.6 to 4"):
        free_electrons.along(polar, electrons)


def test_none_are_made_where_none_are_asked_for():
    off = SimpleNamespace(physics=SimpleNamespace(free_electrons=False))
    assert free_electrons.around(off) is None
