"""Grammage along vertical, slant and curved paths against closed forms and the same line over the ellipsoid."""

import math

import numpy as np
import pytest

from atmosphere import Exponential, Msis, OutOfRange
from atmosphere.depth import (
    EARTH_RADIUS_KM,
    logarithmic_mean,
    path_depth_g_cm2,
    slant_depth_g_cm2,
    vertical_depth_g_cm2,
)
from geomag.coordinates import cartesian_to_geodetic, geodetic_to_cartesian

ISOTHERMAL = Exponential(1.2, 8.0)
COLUMN = 0.1 * 1.2 * 8.0e3  # [g cm-2] rho H


@pytest.fixture(scope="module")
def air():
    return Msis("1998-06-05T12:00", f107=112, f107a=108, ap=10)


@pytest.mark.parametrize("altitude_km", [0.0, 0.7, 10.0, 45.0, 399.0])
def test_isothermal_column_is_density_times_scale_height(altitude_km):
    # Exact up to rounding: density is exponential between nodes by construction.
    expected = COLUMN * math.exp(-altitude_km / 8.0)
    assert vertical_depth_g_cm2(ISOTHERMAL, 10.0, 20.0, altitude_km) == pytest.approx(expected, rel=1e-10)


def test_horizontal_grazing_line_is_the_chapman_function():
    x = EARTH_RADIUS_KM / 8.0
    chapman = math.sqrt(math.pi * x / 2.0) * (
        1.0 + 3.0 / (8.0 * x) - 15.0 / (128.0 * x**2)
    )  # x e^x K1(x), Chapman 1931
    assert slant_depth_g_cm2(ISOTHERMAL, 0.0, 0.0, 0.0, 90.0) == pytest.approx(COLUMN * chapman, rel=2e-5)


def test_a_line_that_dips_and_rises_holds_both_legs():
    height, zenith = 100.0, 95.0
    perigee = (EARTH_RADIUS_KM + height) * math.sin(math.radians(zenith)) - EARTH_RADIUS_KM
    x = (EARTH_RADIUS_KM + perigee) / 8.0
    both = 2.0 * math.sqrt(math.pi * x / 2.0) * (1.0 + 3.0 / (8.0 * x)) * COLUMN * math.exp(-perigee / 8.0)
    above_start = slant_depth_g_cm2(ISOTHERMAL, 0.0, 0.0, height, 180.0 - zenith)
    found = slant_depth_g_cm2(ISOTHERMAL, 0.0, 0.0, height, zenith)
    # What is missing of the full chord is the far part of the leg behind the start.
    assert found + above_start == pytest.approx(both, rel=1e-4)


def test_the_whole_column_of_real_air(air):
    # 1033 g cm-2 is a pressure of 1013 hPa; MSIS at 45 N in June has about 1003 hPa at sea level (no water vapour).
    assert vertical_depth_g_cm2(air, 45.0, 0.0, 0.0) == pytest.approx(1033.0, rel=0.015)
    # US Standard Atmosphere 1976 at 20 km: 55.3 hPa = 56.4 g cm-2; season moves it by a few percent.
    assert vertical_depth_g_cm2(air, 45.0, 0.0, 20.0) == pytest.approx(56.4, rel=0.05)


@pytest.mark.parametrize(
    ("latitude", "zenith", "limit"),
    [(0, 0, 2e-5), (30, 60, 5e-5), (60, 85, 5e-4), (30, 90, 2e-3), (0, 90, 2e-3), (0, 95, 0.04), (60, 95, 0.04)],
)
def test_slant_line_on_the_sphere_against_the_ellipsoid(air, latitude, zenith, limit):
    height = 100.0 if zenith > 90 else 20.0
    found = slant_depth_g_cm2(air, latitude, 0.0, height, zenith, 45.0)
    lat, azimuth, angle = math.radians(latitude), math.radians(45.0), math.radians(zenith)
    up = np.array([math.cos(lat), 0.0, math.sin(lat)])
    across = math.cos(azimuth) * np.array([-math.sin(lat), 0.0, math.cos(lat)]) + math.sin(azimuth) * np.array(
        [0, 1, 0]
    )
    along = np.linspace(0.0, 1.0, 50000) ** 2 * 9.0e6
    start = np.array(geodetic_to_cartesian(latitude, 0.0, height)).reshape(3, 1)
    points = cartesian_to_geodetic(*(start + (math.cos(angle) * up + math.sin(angle) * across)[:, None] * along))
    held = points[2] < 4000.0
    expected = path_depth_g_cm2(air, *(p[held] for p in points), along[held] / 1.0e3)[-1]
    assert found == pytest.approx(expected, rel=limit)


def test_grammage_along_a_curve_adds_up():
    # Level flight through isothermal air: density times distance, and cumulative.
    distance = np.linspace(0.0, 300.0, 31)
    depth = path_depth_g_cm2(ISOTHERMAL, 0.0, np.linspace(0.0, 2.7, 31), 16.0, distance)
    np.testing.assert_allclose(depth, 0.1 * 1.2 * math.exp(-2.0) * distance * 1.0e3, rtol=1e-12)


def test_logarithmic_mean():
    assert logarithmic_mean(1.0, math.e) == pytest.approx(math.e - 1.0, rel=1e-14)
    assert logarithmic_mean(2.0, 2.0) == 2.0
    assert logarithmic_mean(1.0, 1.0 + 2e-6) == pytest.approx(1.0 + 1e-6, rel=1e-9)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: slant_depth_g_cm2(ISOTHERMAL, 0, 0, 20, 120), "meets the ground"),
        (lambda: slant_depth_g_cm2(ISOTHERMAL, 0, 0, 20, 181), "outside"),
        (lambda: vertical_depth_g_cm2(ISOTHERMAL, 0, 0, 4001), "altitude 4001 km"),
        (lambda: path_depth_g_cm2(ISOTHERMAL, 0, 0, [1, 2], [1, 0]), "must not decrease"),
        (lambda: path_depth_g_cm2(ISOTHERMAL, 0, 0, [1, -2], [0, 1]), "altitude -2 km"),
    ],
)
def test_what_cannot_be_integrated_is_an_error(call, says):
    with pytest.raises(OutOfRange, match=says):
        call()
