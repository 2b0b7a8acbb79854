"""Störmer's cutoff: closed numbers, directions, and agreement of the scalar with the vector form."""

import math

import numpy as np
import pytest

import geomag
from geomag import stormer
from geomag.constants import NANOTESLA, REFERENCE_RADIUS
from geomag.coordinates import dipole_axes, dipole_to_cartesian
from mcbelt.spectra import cosmic_rays

PAPER_MOMENT = 31200.0 * NANOTESLA * REFERENCE_RADIUS**3  # 0.312 G at the equator of the surface


def equatorial_cutoffs(L):
    """From the horizontal west, the vertical, the horizontal east [GV]."""
    return np.array([stormer.cutoff_rigidity(PAPER_MOMENT, L * REFERENCE_RADIUS, 0.0, c) for c in (1.0, 0.0, -1.0)])


@pytest.mark.parametrize(("L", "expected"), [(1.09, [8.61, 12.54, 50.2]), (1.2, [7.10, 10.35, 41.4])])
def test_equatorial_cutoffs(L, expected):
    """Published digits: 0.05 %, and the exact ratios 1/(1 + sqrt 2)^2 : 1/4 : 1."""
    cutoffs = equatorial_cutoffs(L)
    np.testing.assert_allclose(cutoffs, expected, rtol=1e-3)
    np.testing.assert_allclose(cutoffs / cutoffs[2], [(1.0 + math.sqrt(2.0)) ** -2, 0.25, 1.0], rtol=1e-14)


def test_constant_is_59_6():
    """c M / R_E^2 = 59.6 GV for 0.312 G: the number in front of the formula in GV and Earth radii."""
    assert stormer.cutoff_rigidity_GV(31200.0, REFERENCE_RADIUS / 1e3, 0.0, -1.0) == pytest.approx(59.6, abs=0.01)


@pytest.mark.parametrize("latitude", [0.0, 0.3, -0.7, 1.2])
def test_vertical_cutoff_is_14_9_over_l_squared(latitude):
    """At all latitudes of a line (Smart & Shea 2005, eq. 2 in Earth radii): exact, 14.9 to its digits."""
    r = 1.3 * REFERENCE_RADIUS * math.cos(latitude) ** 2
    assert stormer.cutoff_rigidity(PAPER_MOMENT, r, latitude, 0.0) == pytest.approx(14.9 / 1.3**2, rel=1e-3)


@pytest.mark.parametrize("latitude", [0.0, 0.5, -1.1])
@pytest.mark.parametrize("cosine_east", [-0.99, -0.3, 0.6, 1.0])
def test_cutoff_has_the_critical_angular_momentum(latitude, cosine_east):
    """In Störmer's unit of length the charge at its cutoff has the angular momentum 2 gamma = -2: exact algebra."""
    r = 1.2 * REFERENCE_RADIUS
    cutoff = stormer.cutoff_rigidity(PAPER_MOMENT, r, latitude, cosine_east)
    rho = r * math.sqrt(cutoff * 1e9 / 299792458.0 / PAPER_MOMENT)
    cosine = math.cos(latitude)
    assert cosine / rho**2 - 2.0 / (rho * cosine) == pytest.approx(cosine_east, abs=1e-9)


def test_west_over_east_is_the_cube_of_one_plus_root_two():
    """For an integral flux proportional to R^-1.5; the quadrature of the integral flux to 1 TeV scale holds 1e-4."""
    cutoffs = equatorial_cutoffs(1.09)
    assert (cutoffs[0] / cutoffs[2]) ** -1.5 == pytest.approx((1.0 + math.sqrt(2.0)) ** 3, rel=1e-13)
    flux = cosmic_rays.gusev2003().integral_flux(cutoffs)
    assert flux[0] / flux[2] == pytest.approx((1.0 + math.sqrt(2.0)) ** 3, rel=1e-4)
    np.testing.assert_allclose(flux, [277.0, 158.0, 19.7], rtol=0.004)


@pytest.mark.parametrize("field", [geomag.CentredDipole("1998-06-05"), geomag.EccentricDipole("1998-06-05")])
@pytest.mark.parametrize("latitude_deg", [-50.0, -10.0, 0.0, 35.0])
def test_vector_form_is_the_scalar_form(field, latitude_deg):
    model = field.model
    moment = np.array(model[:3])
    centre = np.array(model[3:])
    size = float(np.linalg.norm(moment))
    place = np.array(dipole_to_cartesian(latitude_deg, 77.0, 6900.0, moment, centre))
    up = (place - centre) / np.linalg.norm(place - centre)
    north = dipole_axes(moment)[2]
    east = np.cross(north, up) / np.linalg.norm(np.cross(north, up))
    for direction, cosine in ((east, 1.0), (-east, -1.0), (up, 0.0), ((east - up) / math.sqrt(2.0), math.sqrt(0.5))):
        expected = stormer.cutoff_rigidity(size, 6900.0e3, math.radians(latitude_deg), cosine)
        # near -1 the square root takes rounding of 1e-16 to 1e-8
        assert stormer.cutoff_of_direction(model, *place, *direction) == pytest.approx(expected, rel=1e-6)


def test_protons_from_the_west_have_the_lower_cutoff_in_the_field_of_the_earth():
    """Geographic east over India: a proton that travels east needs less than half of what the westward one needs."""
    model = geomag.CentredDipole("1998-06-05").model
    x, y, z = 0.0, 6.8e6, 0.5e6
    eastward = stormer.cutoff_of_direction(model, x, y, z, -1.0, 0.0, 0.0)
    westward = stormer.cutoff_of_direction(model, x, y, z, 1.0, 0.0, 0.0)
    assert eastward < 0.5 * westward


def test_bad_arguments_are_errors():
    for arguments in (
        (0.0, 7000.0, 0.0, 0.0),
        (3e4, 7000.0, 91.0, 0.0),
        (3e4, 7000.0, 0.0, 90.0),
        (3e4, -1.0, 0.0, 0.0),
    ):
        with pytest.raises(geomag.OutOfRange, match="Störmer"):
            stormer.cutoff_rigidity_GV(*arguments)
