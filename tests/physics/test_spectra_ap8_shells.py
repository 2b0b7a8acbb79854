"""Shells of another epoch are those of AP-8 that come as low into the air."""

from types import SimpleNamespace

import pytest

import geomag
from geomag.drift_shell import drift_shell
from mcbelt.errors import PhysicsError
from mcbelt.spectra.trapped_protons import TrappedProtons, matched_l


@pytest.mark.parametrize(
    ("H_min_km", "L"),
    [
        (401.2, 1.1366),
        (465.9, 1.1465),
        (595.2, 1.1662),
        (788.7, 1.1958),
        (1108.6, 1.2452),
        (1427.3, 1.2948),
        (2062.1, 1.3941),
        (2695.1, 1.4937),
    ],
)
def test_matched_l_is_that_of_an_independent_calculation(H_min_km, L):
    """Shells L = 1.14-1.5 of June 1998 in the field of Jensen & Cain; 2e-4 in L is 1 km, the rounding of the table."""
    assert matched_l(H_min_km, "min") == pytest.approx(L, abs=2e-4)


def test_table_is_the_contour_of_the_map_field():
    """The shell L = 1.2 of 1998 (788 km) is AP-8's 1.1958 (min) and 1.2006 (max); 3e-4 is 2 km."""
    shell = drift_shell(geomag.Igrf("1998-06-05"), L=1.2)
    assert matched_l(shell, "min") == pytest.approx(1.1958, abs=3e-4)
    assert matched_l(shell, "max") == pytest.approx(1.2006, abs=3e-4)


def test_lowest_altitude_stands_in_for_a_shell():
    assert matched_l(SimpleNamespace(H_min_km=600.0), "min") == matched_l(600.0, "min")


def test_shell_outside_the_table_is_an_error():
    for altitude in (74.0, 4000.0):
        with pytest.raises(PhysicsError, match=f"H_min = {altitude:.0f} km"):
            matched_l(altitude, "min")
    with pytest.raises(PhysicsError, match="not a map"):
        matched_l(600.0, "mean")


def test_shell_without_ap8_flux_is_refused_by_the_map():
    """L = 1.12 of 1998 (271 km) is matched, but AP-8 has nothing there."""
    with pytest.raises(PhysicsError, match="no flux below"):
        TrappedProtons("min", matched_l(271.0, "min"))
