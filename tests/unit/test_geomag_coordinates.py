"""Coordinates: known points, round trips, orthogonality."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geomag
from geomag import coordinates
from geomag.constants import WGS84_EQUATORIAL_RADIUS, WGS84_POLAR_RADIUS

REPEATABLE = settings(deadline=None, derandomize=True)  # the first call compiles
LATITUDE = st.floats(-90.0, 90.0)
LONGITUDE = st.floats(-180.0, 180.0)
# 3500 km off the centre to 20 Earth radii
ALTITUDE = st.floats(-2850.0, 120000.0)
MOMENT = st.tuples(*[st.floats(-1.0, 1.0)] * 3).filter(lambda m: np.linalg.norm(m) > 1e-3)


def difference_of_longitudes(a, b):
    return (a - b + 180.0) % 360.0 - 180.0


def test_known_points():
    for latitude, expected in ((0.0, (WGS84_EQUATORIAL_RADIUS, 0.0, 0.0)), (90.0, (0.0, 0.0, WGS84_POLAR_RADIUS))):
        assert np.allclose(coordinates.geodetic_to_cartesian(latitude, 0.0, 0.0), expected, atol=1e-8)
    # 45 N, 90 W, 1000 m: NIMA TR8350.2 formulas evaluated by hand with N = 6388838.2901 m
    x, y, z = coordinates.geodetic_to_cartesian(45.0, -90.0, 1.0)
    assert abs(x) < 1e-8
    assert y == pytest.approx(-(6388838.2901 + 1000.0) * np.sqrt(0.5), abs=1e-3)
    assert z == pytest.approx((6388838.2901 * (1 - 0.00669437999014) + 1000.0) * np.sqrt(0.5), abs=1e-3)


def test_polar_radius_is_that_of_wgs84():
    assert pytest.approx(6356752.3142, abs=1e-4) == WGS84_POLAR_RADIUS


@given(LATITUDE, LONGITUDE, ALTITUDE)
@REPEATABLE
def test_geodetic_round_trip(latitude, longitude, altitude):
    """1e-8 m at 1e7 m is rounding (2e-9 of a metre per digit); altitude 1e-7 m."""
    position = coordinates.geodetic_to_cartesian(latitude, longitude, altitude)
    back = coordinates.cartesian_to_geodetic(*position)
    assert back[0] == pytest.approx(latitude, abs=1e-11)
    assert back[2] == pytest.approx(altitude, abs=2e-10)
    if abs(latitude) < 89.999:
        assert abs(difference_of_longitudes(back[1], longitude)) < 1e-9
    kernel = coordinates.position_of_geodetic(np.radians(latitude), np.radians(longitude), altitude * 1e3)
    assert np.allclose(kernel, position, atol=1e-6)


@given(LATITUDE, LONGITUDE, st.floats(3485.0, 1e5))
@REPEATABLE
def test_geocentric_round_trip(latitude, longitude, radius):
    back = coordinates.cartesian_to_geocentric(*coordinates.geocentric_to_cartesian(latitude, longitude, radius))
    assert back[0] == pytest.approx(latitude, abs=1e-6 if abs(latitude) > 89.9 else 1e-10)
    assert back[2] == pytest.approx(radius, rel=1e-14)
    if abs(latitude) < 89.999:
        assert abs(difference_of_longitudes(back[1], longitude)) < 1e-9


@given(LATITUDE, LONGITUDE, st.floats(3485.0, 1e5), MOMENT)
@REPEATABLE
def test_dipole_round_trip(latitude, longitude, radius, moment):
    centre = (-4.0e5, 3.0e5, 2.0e5)
    position = coordinates.dipole_to_cartesian(latitude, longitude, radius, moment, centre)
    back = coordinates.cartesian_to_dipole(*position, moment, centre)
    again = coordinates.dipole_to_cartesian(*back, moment, centre)
    assert np.allclose(again, position, rtol=0.0, atol=1e-5)
    assert back[2] == pytest.approx(radius, rel=1e-9)


@given(MOMENT)
@REPEATABLE
def test_dipole_axes_are_a_rotation(moment):
    axes = coordinates.dipole_axes(moment)
    assert np.allclose(axes @ axes.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(axes) == pytest.approx(1.0, abs=1e-12)


def test_dipole_pole_of_1998():
    """North end of the axis of 1998: 79.4 N, 71.5 W (IGRF); the geographic south pole has dipole longitude 0."""
    moment = geomag.CentredDipole("1998-06-05").dipole_moment
    latitude, longitude, _ = coordinates.cartesian_to_geocentric(*coordinates.dipole_axes(moment)[2])
    assert latitude == pytest.approx(79.4, abs=0.1)
    assert longitude == pytest.approx(-71.5, abs=0.1)
    south = coordinates.cartesian_to_dipole(0.0, 0.0, -6.4e6, moment)
    assert south[1] == pytest.approx(0.0, abs=1e-9)


def test_axis_along_the_pole():
    assert np.allclose(coordinates.dipole_axes([0.0, 0.0, -1.0]), np.eye(3))


def test_local_axes_are_a_right_handed_frame():
    axes = np.array(coordinates.east_north_up(0.3, -2.0)).reshape(3, 3)
    assert np.allclose(axes @ axes.T, np.eye(3), atol=1e-15)
    assert np.allclose(np.cross(axes[0], axes[1]), axes[2])


def test_shapes_broadcast():
    x, y, z = coordinates.geodetic_to_cartesian(np.zeros((3, 1)), np.zeros(4), 100.0)
    assert x.shape == y.shape == z.shape == (3, 4)
    assert coordinates.cartesian_to_geodetic(x, y, z)[0].shape == (3, 4)


def test_latitude_out_of_range():
    for door in (coordinates.geodetic_to_cartesian, coordinates.geocentric_to_cartesian):
        for wrong in (90.5, -91.0):
            with pytest.raises(geomag.OutOfRange, match=r"outside \[-90, 90\]"):
                door(wrong, 0.0, 6500.0)
        assert np.isnan(door(np.nan, 0.0, 6500.0)).all()  # not known, and not out of range


def test_centre_of_the_earth_is_nan():
    assert np.isnan(coordinates.cartesian_to_geodetic(0.0, 0.0, 0.0)).all()
