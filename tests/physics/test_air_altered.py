"""Air with altered elements: against the tables that it is made of, hydrostatic balance, another version of MSIS."""

import math

import numpy as np
import pytest
from scipy.integrate import quad

from atmosphere import Exponential, Msis, OutOfRange, averaging, bates
from atmosphere.altered import altered, of_element
from atmosphere.table import ELEMENTS
from atmosphere.versions import of_version

ACTIVITY = {"f107": 112.0, "f107a": 108.0, "ap": 10.0}
TIMES = averaging.hours_of_day("1998-06-21", 4)
BOLTZMANN, UNIT = 1.380649e-23, 1.66053907e-27


@pytest.fixture(scope="module")
def air():
    return Msis(TIMES, **ACTIVITY)


def places(random):
    """Latitudes and longitudes [deg], and altitudes from 100 to 3900 km."""
    return random.uniform(-90.0, 90.0, 300), random.uniform(0.0, 360.0, 300), np.geomspace(100.0, 3900.0, 300)


def test_an_element_more_is_that_element_more(air):
    """Everywhere by its share of the mass, to what lies between nodes; single precision."""
    where, factor = places(np.random.default_rng(4)), 2.0
    more = altered(air, of_element("He", factor))
    before, after = air.mass_fractions(*where), more.mass_fractions(*where)
    grown = more.density_kg_m3(*where) / air.density_kg_m3(*where)
    expected = 1.0 + before["He"]
    assert grown == pytest.approx(expected, rel=0.01)
    # between nodes 50 km apart the share of helium bends: 0.01 of the mass
    assert after["He"] == pytest.approx(factor * before["He"] / expected, abs=0.01)
    nodes = 0.0, 30.0, np.array([200.0, 600.0, 1000.0, 1200.0, 3000.0])  # of both grids
    assert more.density_kg_m3(*nodes) / air.density_kg_m3(*nodes) == pytest.approx(
        1.0 + air.mass_fractions(*nodes)["He"], rel=3e-6
    )


def test_factors_of_one_change_nothing(air):
    same = altered(air, of_element("O", 1.0))
    where = places(np.random.default_rng(5))
    assert same.density_kg_m3(*where) == pytest.approx(air.density_kg_m3(*where), rel=1e-5)
    assert same.mass_fractions(*where)["O"] == pytest.approx(air.mass_fractions(*where)["O"], abs=1e-6)


def test_air_without_a_table_is_not_altered():
    with pytest.raises(OutOfRange, match="only tabulated air"):
        altered(Exponential(1.0, 7.0), of_element("H", 2.0))


@pytest.mark.parametrize("mass", [1.008, 15.999])
def test_bates_is_hydrostatic_balance(mass):
    """d ln(n T)/dz = -m g / (k T), g by the square of the distance: integrated in z, to 1e-4 of the logarithm."""
    base, exobase = 370.0, 950.0
    earth = 6371.0

    def temperature(z):
        return exobase - (exobase - base) * math.exp(-bates.SHAPE * (z - 120.0) * (earth + 120.0) / (earth + z))

    def pull(z):
        gravity = 9.80665 * (earth / (earth + z)) ** 2
        return mass * UNIT * gravity * 1e3 / (BOLTZMANN * temperature(z))

    top = 1400.0
    pressure = quad(pull, 120.0, top, limit=200)[0]
    expected = math.log(base / temperature(top)) - pressure
    found = math.log(bates.number_over_base(np.array([top]), mass, base, exobase)[0])
    assert found == pytest.approx(expected, rel=1e-4)


def test_a_hotter_exosphere_lifts_the_heavy(air):
    """4 %: nothing at 120 km, 15-20 % of oxygen at 400 km, more of what is heavier; colder is the other way."""
    up, down = (
        bates.hotter(air, share)(np.array([0.0]), np.array([120.0, 400.0, 1000.0]))[0] for share in (0.04, -0.04)
    )
    assert up[0] == pytest.approx(1.0, abs=1e-12)
    assert 1.15 < up[1, ELEMENTS.index("O")] < 1.20
    assert (np.diff(up[2, [ELEMENTS.index(name) for name in ("H", "He", "N", "O")]]) > 0.0).all()
    assert (up[1:, 1:] * down[1:, 1:] < 1.0).all()  # the exponent goes with 1 / T
    assert (down[1:, 1:] < 1.0).all()


def test_another_version_is_that_version(air):
    """NRLMSISE-00 laid on NRLMSIS 2.1 against its own table, as means over longitude from 120 km up: 3 %."""
    laid, own = altered(air, of_version(air, 0)), Msis(TIMES, **ACTIVITY, version=0)
    longitude, altitude = np.arange(0.0, 360.0, 30.0)[:, None], np.geomspace(120.0, 3900.0, 60)
    for latitude in (-37.5, 0.0, 22.5):
        found, expected, before = (
            each.density_kg_m3(latitude, longitude, altitude).mean(axis=0) for each in (laid, own, air)
        )
        assert found == pytest.approx(expected, rel=0.03)
        assert np.abs(before / expected - 1.0).max() > 0.06  # the versions differ by more
