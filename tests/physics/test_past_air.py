"""Air, plasma and shells of earlier times: the interpolation in activity, and what a falling moment does."""

import datetime
from types import SimpleNamespace

import numpy as np
import pytest

from atmosphere.msis import Activity
from geomag.drift_shell import drift_shell
from geomag.field import CentredDipole
from mcbelt import surroundings
from mcbelt.sources.trapped import past_air, past_shell
from mcbelt.sources.trapped.shells import Motion
from mcbelt.spectra import solar_activity

DATE = datetime.date(1998, 6, 5)
INTERPOLATED = 0.015  # largest error of a density at an activity between the nodes
AIR = SimpleNamespace(f107=112.0, f107a=108.0, ap=10.0, msis_version=2.1)
CONFIG = SimpleNamespace(
    air=AIR,
    shell=SimpleNamespace(date=DATE, field="igrf"),
    physics=SimpleNamespace(free_electrons=True),
)


@pytest.fixture(scope="module")
def shells():
    field = surroundings.traced_field("igrf", DATE)
    return [drift_shell(field, L=L, longitudes=72) for L in (1.2, 1.3)]


@pytest.fixture(scope="module")
def found(shells):
    return past_air.response(CONFIG, shells, Motion(np.zeros(2), [], [shell.weight for shell in shells]))


def test_every_month_lies_within_the_nodes():
    months = np.array([row[:3] for row in solar_activity.table().values()])
    for values, nodes in (
        (months[:, 1], past_air.F107A),
        (months[:, 0] - months[:, 1], past_air.OFFSET),
        (months[:, 2], past_air.AP),
        (months[:, 1], past_air.ELECTRONS_F107A),
    ):
        assert nodes[0] <= values.min()
        assert values.max() <= nodes[-1]


@pytest.mark.parametrize("month", [(1958, 3), (1976, 7), (1991, 6), (1997, 2), (2003, 10), (2008, 12)])
def test_interpolation_in_activity_follows_the_model(shells, found, month):
    """Between the nodes, on both shells; of elements that make a thousandth of the mass. Quiet months are the worst."""
    asked = solar_activity.table()[month]
    for k, shell in enumerate(shells):
        places = past_air.representative(shell, shell.weight)
        direct = past_air.densities(CONFIG, places, Activity(*asked[:3]))
        own = past_air.densities(CONFIG, places, past_air.own_activity(CONFIG))
        read = own * past_air.elements_at(found, np.array([asked[:3]]))[0, k]
        counts = direct > 1e-3 * direct.sum()
        np.testing.assert_allclose(read[counts], direct[counts], rtol=INTERPOLATED)
        electrons = past_air.electron_numbers(DATE, [places], asked.f107a)[0]
        before = past_air.electron_numbers(DATE, [places], AIR.f107a)[0]
        read = before * past_air.electrons_at(found, np.array([asked[:3]]))[0, k]
        assert read == pytest.approx(electrons, rel=0.02)


def test_places_stand_for_the_shell(shells):
    """48 places of 72, drawn evenly by time and mass: the mean density of each element within 3 %."""
    shell = shells[0]
    everywhere = past_air.Places(shell.latitude_deg, shell.longitude_deg, shell.altitude_km, shell.weight)
    own = past_air.own_activity(CONFIG)
    all_of_it = past_air.densities(CONFIG, everywhere, own)
    counts = all_of_it > 1e-3 * all_of_it.sum()
    some = past_air.densities(CONFIG, past_air.representative(shell, shell.weight), own)
    np.testing.assert_allclose(some[counts], all_of_it[counts], rtol=0.03)


def test_shell_of_the_same_flux_in_a_dipole():
    """Flux M/R: R goes with the moment, and B0 = M/R^3 with its -2nd power."""
    shell = drift_shell(CentredDipole(DATE), L=1.2, longitudes=72)
    earlier = past_shell.of_same_flux(shell, "dipole", datetime.date(1968, 6, 5))
    moments = earlier.field.moment_nT / shell.field.moment_nT
    assert moments > 1.015
    assert earlier.B0_nT / shell.B0_nT == pytest.approx(moments**-2, rel=1e-6)


def test_shell_was_higher_before(shells):
    """IGRF, L = 1.2 of 1998: 6.5 km a year, most of it by the moment (0.08 % of 7650 km), the rest by its shift."""
    earlier = past_shell.of_same_flux(shells[0], "igrf", datetime.date(1988, 6, 5))
    assert earlier.H_min_km - shells[0].H_min_km == pytest.approx(65.0, abs=3.0)
    assert earlier.L_star / earlier.field.moment_nT == pytest.approx(
        shells[0].L_star / shells[0].field.moment_nT, rel=1e-5
    )


def test_epochs_are_linear_in_the_logarithm_and_held_beyond_the_last():
    epochs = past_shell.PastShell(
        np.array([0.0, 10.0]),
        np.array([0.0, -0.1]),
        np.array([[0.0] * 5, [-1.0] * 5]),
        np.array([0.0, 0.2]),
        np.zeros((2, 2, 1, 3)) + np.array([0.0, 0.4])[:, None, None, None],
    )
    field, elements, electrons, protons = past_shell.at(epochs, np.array([0.0, 2.5, 10.0, 70.0]))
    np.testing.assert_allclose(np.log(field), [0.0, -0.025, -0.1, -0.1], atol=1e-12)
    np.testing.assert_allclose(np.log(elements[:, 3]), [0.0, -0.25, -1.0, -1.0], atol=1e-12)
    np.testing.assert_allclose(np.log(electrons), [0.0, 0.05, 0.2, 0.2], atol=1e-12)
    np.testing.assert_allclose(np.log(protons[:, 1, 0, 2]), [0.0, 0.1, 0.4, 0.4], atol=1e-12)
    alone = past_shell.PastShell(*(each[:1] for each in epochs))
    np.testing.assert_array_equal(past_shell.at(alone, np.array([0.0, 70.0]))[0], [1.0, 1.0])
