"""What the doors of the air refuse, and what every model of air must do."""

import datetime

import numpy as np
import pytest

from atmosphere import Exponential, Msis, OutOfRange
from atmosphere.averaging import covers_local_times, hours_of_day, hours_of_seasons, universal_times
from atmosphere.table import ELEMENTS

JUNE_1998 = {"times": "1998-06-05T12:00", "f107": 112, "f107a": 108, "ap": 10}


@pytest.fixture(scope="module", params=["msis 2.1", "msise 00", "exponential"])
def air(request):
    if request.param == "exponential":
        return Exponential(1.2, 60.0)
    return Msis(**JUNE_1998, version=0 if request.param == "msise 00" else 2.1)


def random_positions(n, seed=3):
    rng = np.random.default_rng(seed)
    return np.degrees(np.arcsin(rng.uniform(-1, 1, n))), rng.uniform(-360, 360, n), rng.uniform(0, 4000, n)


def test_density_is_positive_finite_and_falls_with_altitude(air):
    latitude, longitude, altitude = random_positions(2000)
    rho = air.density_kg_m3(latitude, longitude, altitude)
    assert np.isfinite(rho).all()
    assert (rho > 0).all()
    # 20 km up the air is thinner everywhere but in the stirred coldest mesopause, where it still is: scale height > 0.
    assert (air.density_kg_m3(latitude, longitude, np.minimum(altitude + 20.0, 4000.0)) <= rho).all()
    assert (air.scale_height_km(latitude, longitude, altitude) > 0.0).all()


def test_mass_fractions_sum_to_one(air):
    position = random_positions(2000)
    shares = air.mass_fractions(*position)
    assert tuple(shares) == ELEMENTS
    # float32 nodes: five roundings of 3e-8 each.
    np.testing.assert_allclose(sum(shares.values()), 1.0, atol=2e-7)
    assert all((share >= 0.0).all() for share in shares.values())


def test_arrays_broadcast_and_scalars_stay_scalars(air):
    assert isinstance(float(air.density_kg_m3(0.0, 0.0, 100.0)), float)
    assert np.ndim(air.density_kg_m3(0.0, 0.0, 100.0)) == 0
    shape = air.density_kg_m3(np.zeros((3, 1)), 0.0, np.linspace(0, 4000, 5)).shape
    assert shape == (3, 5)
    assert air.mass_fractions(np.zeros(4), 0.0, 500.0)["He"].shape == (4,)


@pytest.mark.parametrize(
    ("position", "says"),
    [
        ((0.0, 0.0, 4000.1), r"altitude 4000.1 km is outside \[0, 4000\] km"),
        ((0.0, 0.0, -0.1), "altitude -0.1 km"),
        ((91.0, 0.0, 100.0), "latitude 91 deg"),
        ((0.0, 400.0, 100.0), "longitude 400 deg"),
        ((0.0, 0.0, np.inf), "altitude is infinite"),
        ((0.0, 0.0, [1.0, 2.0, 5000.0]), "1 of 3 positions"),
    ],
)
def test_a_position_outside_is_an_error_at_the_door(air, position, says):
    for question in (air.density_kg_m3, air.mass_fractions, air.scale_height_km):
        with pytest.raises(OutOfRange, match=says):
            question(*position)


@pytest.mark.parametrize("key", ["times", "f107", "f107a", "ap"])
def test_what_is_missing_is_named(key):
    with pytest.raises(OutOfRange, match=f"`{key}` is missing"):
        Msis(**{**JUNE_1998, key: None})
    with pytest.raises(OutOfRange, match=f"`{key}` is missing"):
        Msis(**{name: value for name, value in JUNE_1998.items() if name != key})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"f107": 5}, r"f107 = 5 is outside \[60, 400\]"),
        ({"f107": 401}, "f107 = 401"),
        ({"f107a": 59.9}, "f107a = 59.9"),
        ({"ap": -1}, r"ap = -1 is outside \[0, 400\]"),
        ({"ap": 201, "version": 0}, r"ap = 201 is outside \[0, 200\]"),
        ({"f107": float("nan")}, "f107 = nan"),
        ({"version": 1}, "MSIS version 1"),
        ({"times": "yesterday"}, "'yesterday' is not a date"),
        ({"times": []}, "holds no time"),
        ({"times": "NaT"}, "'NaT' is not a date"),
        ({"times": np.datetime64("NaT")}, "is not a date"),
    ],
)
def test_what_is_wrong_is_said(change, says):
    with pytest.raises(OutOfRange, match=says):
        Msis(**{**JUNE_1998, **change})


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((0.0, 8.0), "density_kg_m3"),
        ((1.0, -8.0), "scale_height_km"),
        ((1.0, 8.0, 0.0, {"N": 0.5}), "sum to 0.5"),
        ((1.0, 8.0, 0.0, {"Xe": 1.0}), "'Xe'"),
    ],
)
def test_exponential_air_refuses_what_has_no_meaning(arguments, says):
    with pytest.raises(OutOfRange, match=says):
        Exponential(*arguments)


def test_exponential_air_is_exponential():
    air = Exponential(2.0, 7.0, reference_km=3.0, mass_fractions={"He": 1.0})
    assert air.density_kg_m3(12.0, 34.0, 3.0) == pytest.approx(2.0, rel=1e-14)
    assert air.density_kg_m3(12.0, 34.0, 10.0) == pytest.approx(2.0 / np.e, rel=1e-14)
    assert air.scale_height_km(12.0, 34.0, 10.0) == pytest.approx(7.0, rel=1e-9)
    assert air.mass_fractions(0, 0, 0) == {"H": 0.0, "He": 1.0, "N": 0.0, "O": 0.0, "Ar": 0.0}


def test_times_are_read_from_dates_strings_and_lists():
    noon = np.datetime64("1998-06-05T12:00")
    assert universal_times(datetime.datetime(1998, 6, 5, 12))[0] == noon
    assert universal_times(datetime.date(1998, 6, 5))[0] == np.datetime64("1998-06-05T00:00")
    assert universal_times(["1998-06-05T12:00", "1998-06-06"]).size == 2


def test_hours_of_a_day_and_of_the_seasons_cancel_local_time():
    day = hours_of_day("1998-06-05T17:00", 12)
    assert day[0] == np.datetime64("1998-06-05T00:00")
    assert (np.diff(day) == np.timedelta64(2, "h")).all()
    year = hours_of_seasons(2001, 4)
    assert year.size == 16
    assert {str(t)[:10] for t in year} == {"2001-03-21", "2001-06-21", "2001-09-21", "2001-12-21"}
    assert covers_local_times(day)
    assert covers_local_times(year)
    # Three times a day leave the 8-hour wave; four noons leave everything.
    assert not covers_local_times(hours_of_day("1998-06-05", 3))
    assert not covers_local_times(universal_times([f"2001-{d}T12:00" for d in ("03-21", "06-21", "09-21", "12-21")]))
